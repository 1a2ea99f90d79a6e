"""How a result of the search is said: the words that matched, and where they stand."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from registry.listings.search.across import marked
from registry.values.texts import chosen, spoken

from .links import page_url
from .texts import in_its_language

register = template.Library()

# The keys of cards in which words are found.
FIELDS = {
    "other_names": _("Also called"),
    "locations": _("Place"),
    "seat": _("Seat"),
    "roles": _("Organisation"),
    "programme": _("Programme"),
    "edition": _("Edition"),
    "organisation": _("Organisation"),
    "parent": _("Part of"),
    "themes": _("Theme"),
    "audiences": _("For whom"),
    "formats": _("Format"),
    "approaches": _("Approach"),
    "figures": _("Figure"),
    "life_events": _("History"),
    "identifiers": _("Identifier"),
    "helps_with": _("Helps with"),
    "venue": _("Venue"),
    "award": _("Award"),
    "note": _("Note"),
    "sources": _("Source"),
}


@register.filter
def field_name(field):
    return FIELDS.get(field, "")


@register.simple_tag
def marked_text(text, words):
    """The text with the words that were looked for marked, in whichever spelling they stand."""
    parts = [("<mark>{}</mark>" if hit else "{}", part) for part, hit in marked(text, words)]
    # Each part is escaped by itself: the text was typed by somebody.
    return format_html_join("", "{}", ((format_html(form, part),) for form, part in parts))


@register.simple_tag
def marked_reason(reason, words):
    """The words in which something was found, in the language in which they stand there."""
    return in_its_language(marked_text(reason["text"], words), reason["language"])


@register.simple_tag
def taken_for(search):
    """The words that were taken for meant, in the language in which they stand in names."""
    return in_its_language(search.shown_for, search.shown_in)


@register.simple_tag
def marked_link(card, words):
    """A link to the record, with the words that were looked for marked in its name."""
    name, language = chosen(card["name"])
    text = in_its_language(marked_text(name, words), language)
    address = page_url(card) if card["type"] != "term" else f"../glossary/#{card['slug']}"
    return format_html('<a href="{}">{}</a>', address, text)


@register.simple_tag
def place_names(place):
    """Мсціслаў (Mstislavl): a link to a place as it calls itself, and in the reader's language."""
    own, language = chosen(place.name, "be")
    said = spoken(place.name)
    strong = format_html('<strong><span lang="{}">{}</span></strong>', language, own)
    words = strong if own == said else format_html("{} ({})", strong, said)
    return format_html('<a href="{}">{}</a>', page_url(place.reference), words)
