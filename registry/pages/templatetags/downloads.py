from html import escape

from django import template
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from registry.api.formats import FORMATS, formats_of
from registry.cards.clock import today
from registry.cards.read import data_address

from .numbers import number

register = template.Library()

FOLLOWED = ("ics", "atom")


@register.simple_tag(takes_context=True)
def downloads(context, card_type, address, count):
    """The formats of a list: [{"label", "address"}], with `why` instead where it cannot have one.

    The address is that of the list in the API. `held`: how many of them, where a file cannot tell
    of all.
    """
    offered = formats_of(card_type)
    address += "&" if "?" in address else "?"
    found = {}
    for each in FORMATS:
        if each in offered:
            found[each.format] = {"label": each.label, "address": f"{address}{asking(each)}"}
            found[each.format] |= _content(context, card_type, each, count)
        elif each.lacks and each.format not in found:
            found[each.format] = {"label": each.label, "why": each.lacks}
    return list(found.values())


@register.simple_tag
def file_links(files, words):
    """The files as links, and what some of them cannot tell; `words`: how many records there are.
    Written out: the address of each is what a reader asks, of which nothing is kept."""
    links, lacks = [], []
    for file in files:
        label = escape(str(file["label"]))
        if not file.get("address"):
            lacks.append(f"{label}: {escape(str(file['why']))}")
            continue
        links.append(f'<li><a href="{escape(file["address"])}">{label}</a></li>')
        if file.get("partial"):
            said = {"words": words, "held": number(file["held"]), "label": file["label"]}
            lacks.append(escape(_("%(words)s, %(held)s of them in %(label)s") % said))
    lines = "\n".join(f'<p class="quiet">{line}</p>' for line in lacks)
    return mark_safe(f'<ul class="inline bare">{"".join(links)}</ul>\n{lines}')  # noqa: S308 - escaped


@register.simple_tag
def made_on():
    """The day of a file that is asked for now: each is made when it is asked for."""
    return today().isoformat()


@register.filter
def asking(renderer):
    """The end of an address by which all of a list is asked for in the format."""
    return "&".join(filter(None, [f"format={renderer.format}", renderer.wholly]))


def _content(context, card_type, renderer, count):
    if renderer.holds not in (None, card_type):
        return {}  # of programmes a calendar holds the events
    held = context["holdings"].of(renderer) if "holdings" in context else None
    if held is None:
        return {}
    if not held:
        return {"address": "", "why": _("none of these fit this format")}
    return {} if held == count else {"partial": True, "held": held}


@register.simple_tag(takes_context=True)
def feeds(context, card_type, query=""):
    """{format: address} by which calendars and readers follow a list, in the page's language.

    A calendar has three: `webcal` opens it in the program for calendars, `ics` is for those that
    ask for an address, `file` is a copy of all that is there.
    """
    base = context.request.build_absolute_uri(data_address(card_type))
    # Without `lang` feeds and calendars are in English: the shorter address will do.
    language = "" if get_language() == "en" else f"lang={get_language()}"
    by_name = {each.format: each for each in formats_of(card_type) if each.format in FOLLOWED}
    found = {
        name: "&".join(filter(None, [f"{base}?format={name}", query, language])) for name in by_name
    }
    if "ics" in found:
        found["file"] = f"{found['ics']}&{by_name['ics'].wholly}"
        # The scheme by which calendars know that they are to follow it, and not to copy it once.
        found["webcal"] = found["ics"].replace(context.request.scheme, "webcal", 1)
    return found
