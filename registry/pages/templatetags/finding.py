"""How a result of the search is said: the words that matched, and where they stand."""

from html import escape  # as Django does, which asks of each text first whether it is a lazy one

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from registry.cards.fields import fields_of
from registry.listings.search.across import marked
from registry.values.texts import chosen, spoken

from .links import page_url
from .partials import piece
from .texts import in_its_language, localised_html

register = template.Library()

# A key in which words are found is called by the title of its field, but for these, of which a
# reader calls one otherwise,
CALLED = {
    "other_names": _("Also called"),
    "locations": _("Place"),
    "roles": _("Organisation"),
    "themes": _("Theme"),
    "formats": _("Format"),
    "approaches": _("Approach"),
    "figures": _("Figure"),
    "life_events": _("History"),
    "identifiers": _("Identifier"),
    "helps_with": _("Helps with"),
    "award": _("Award"),
    "note": _("Note"),
}
# and these, of which a reader sees what they are: names, prose, dates, addresses, what parts say.
SEEN = {
    *("name", "summary", "description", "definition", "local_context", "codes", "languages"),
    *("start", "end", "dates", "founded", "ended", "valid", "registration_deadline", "cost"),
    *("website", "email", "registration_url", "ordinal_as_printed"),
    *("editions", "initiatives", "reach", "reach_roles", "reach_audiences"),
}


@register.filter
def found_in(card_type, key):
    """What stands before the words that were found in a key of a card, or ""."""
    return "" if key in SEEN else CALLED.get(key) or fields_of(card_type)[key].title


@register.simple_tag
def marked_text(text, asked):
    """The text with the words that were asked for marked, in whichever spelling they stand."""
    # Each part is escaped by itself: the text was typed by somebody.
    parts = [(escape(part), hit) for part, hit in marked(text, asked)]
    return mark_safe(  # noqa: S308
        "".join(f"<mark>{part}</mark>" if hit else part for part, hit in parts)
    )


@register.simple_tag
def marked_reason(reason, asked):
    """The words in which something was found, in the language in which they stand there."""
    return in_its_language(marked_text(reason["text"], asked), reason["language"])


@register.simple_tag
def taken_for(search):
    """The words that were taken for meant, in the language in which they stand in names."""
    return in_its_language(search.shown_for, search.shown_in)


@register.simple_tag
def marked_link(card, asked):
    """A link to the record, with the words that were asked for marked in its name."""
    name, language = chosen(card["name"])
    text = in_its_language(marked_text(name, asked), language)
    return mark_safe(f'<a href="{escape(page_url(card))}">{text}</a>')  # noqa: S308 - escaped


@register.simple_tag
def result_rows(results, asked):
    """Results as a list. Nothing is kept of what a reader asks, so that each is drawn anew: as
    templates they were the half of a page of the search."""
    return mark_safe("".join(_row(each["card"], each["why"], asked) for each in results))  # noqa: S308


def _row(card, reason, asked):
    """Put together of what is escaped already: `format_html` would take twice as long."""
    kicker, link = piece("rows/result_kicker.html", card=card), marked_link(card, asked)
    why = "".join(_said(card, reason, asked)) if reason else ""
    return f'<li class="row">\n<article>\n{kicker}\n<h3>{link}</h3>\n{why}</article>\n</li>\n'


def _said(card, reason, asked):
    """The words that say why it was found: a name that is not that of the page, and with a name
    what it is about."""
    if reason["field"] != "name":
        called = str(found_in(card["type"], reason["field"]))
        before = f"{escape(called)}: " if called else ""
        yield f"<p>{before}{marked_reason(reason, asked)}</p>\n"
        return
    if reason["text"] != spoken(card["name"]):
        yield f'<p class="other-names">{marked_reason(reason, asked)}</p>\n'
    if summary := localised_html(card.get("summary")):
        yield f"<p>{conditional_escape(summary)}</p>\n"


@register.simple_tag
def place_names(place):
    """Мсціслаў (Mstislavl): a link to a place as it calls itself, and in the reader's language."""
    own, language = chosen(place.name, "be")
    said = spoken(place.name)
    strong = format_html('<strong><span lang="{}">{}</span></strong>', language, own)
    words = strong if own == said else format_html("{} ({})", strong, said)
    return format_html('<a href="{}">{}</a>', page_url(place.reference), words)
