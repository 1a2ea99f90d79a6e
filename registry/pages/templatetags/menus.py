"""What stands around every page: its languages and the main menu."""

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from registry.cards.declarations import among, list_address
from registry.middleware.language import translated_path
from registry.values.texts import OWN_NAMES

register = template.Library()


@register.simple_tag(takes_context=True)
def page_languages(context):
    """This page in each language: the same path and query under another prefix.

    A form that was sent by a script has left its empty fields in the query.
    """
    current = translation.get_language()
    request = getattr(context, "request", None)
    # A page for a reply that failed knows no request; outside the pages there is no other prefix.
    # As it was sent: what is no character of an address stays escaped, and nothing can be too much.
    address, _mark, query = (request.get_full_path() if request else "/").partition("?")
    query = "&".join(pair for pair in query.split("&") if pair.partition("=")[2])
    query = f"?{query}" if query else ""
    if not address.startswith(home := reverse("home")):
        address, query = home, ""
    return [
        {
            "code": code,
            "name": OWN_NAMES[code],
            "current": code == current,
            "address": f"{translated_path(address, code)}{query}",
        }
        for code, _name in settings.LANGUAGES
    ]


@register.simple_tag(takes_context=True)
def main_menu(context):
    """The entries of the menu; `aria-current` is "page" on the page itself, else "true" inside."""
    request = getattr(context, "request", None)
    path = request.path if request else ""
    entries = [(list_address(kind.type), capfirst(kind.plural)) for kind in among("in_menu")]
    menu = []
    for address, words in [*entries, (reverse("data"), _("Data"))]:
        current = "page" if path == address else "true" if path.startswith(address) else ""
        menu.append({"address": address, "name": words, "current": current})
    return menu
