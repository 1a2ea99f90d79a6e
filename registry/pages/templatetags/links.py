"""Links to records, sources, lists and other sites."""

from collections import defaultdict
from urllib.parse import urlsplit

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext

from registry.cards.declarations import declared, page_address

from .kinds import list_url
from .numbers import counted
from .texts import localised, localised_html

register = template.Library()


@register.filter
def page_url(card):
    """The path of its page in the language of the reader."""
    return page_address(card["type"], card["slug"])


@register.simple_tag
def link(card):
    """A link to the page of a record, named as the record is."""
    # Not by `format_html`, which takes twice as long: some pages have some hundred.
    address, words = map(conditional_escape, (page_url(card), localised_html(card["name"])))
    return mark_safe(f'<a href="{address}">{words}</a>')  # noqa: S308 - escaped above


@register.filter
def figure_anchor(figure):
    """Where a figure stands on the page of its record, as long as the record reports it."""
    return f"figure-{figure['id']}"


@register.simple_tag
def figure_url(record, figure):
    return f"{page_url(record)}#{figure_anchor(figure)}"


@register.simple_tag(takes_context=True)
def absolute(context, path):
    return context.request.build_absolute_uri(path)


@register.simple_tag
def link_in(card, language):
    """The same where the list says above in which language its names are; if it does."""
    if not language:
        return link(card)
    words = localised(card["name"])
    return format_html('<a href="{}" lang="{}">{}</a>', page_url(card), language, words)


@register.simple_tag(takes_context=True)
def cited(context, key):
    """The mark of a source, S1: a link to its entry in the list of sources.

    The first mark of each is what the list leads back to.
    """
    if not key:
        return ""
    number = key.removeprefix("S")
    marked = context["cited"]
    anchor = "" if key in marked else format_html(' id="r{}"', number)
    marked.add(key)
    return format_html(
        '<sup class="source-mark"><a href="#s{0}"{1}>'
        '<span class="visually-hidden"> {2} </span>[{0}]</a></sup>',
        number,
        anchor,
        gettext("Source"),
    )


@register.simple_tag
def outside(address, words):
    """A link to another site; what is not plain http(s) is shown as text alone."""
    if not address:
        return ""
    # As a link, `javascript:` would run here as if it were ours.
    if urlsplit(address).scheme not in ("http", "https"):
        return words
    return format_html('<a href="{}" rel="nofollow noopener">{}</a>', address, words)


EMBEDDED = ("location", "organisation")  # whose programmes other sites may frame


@register.simple_tag(takes_context=True)
def embedding(context, card):
    """What is copied into a page of another site to show the record's box there; or ""."""
    if card["type"] not in EMBEDDED:
        return ""
    address = context.request.build_absolute_uri(f"/embed{page_url(card)}")
    title = localised(card["name"]).replace('"', "")
    return f'<iframe src="{address}" title="{title}" width="360" height="420"></iframe>'


@register.filter
def host(address):
    """The name of the site, as the words of a link to it."""
    return urlsplit(address).hostname or address


@register.simple_tag
def term_link(term, card_type, name):
    """A term as the list of what it is said of: topics lead to records, not to a definition."""
    address = page_address(card_type, term["slug"]).removesuffix(f"{term['slug']}/")
    return format_html(
        '<a href="{}?{}={}">{}</a>', address, name, term["slug"], localised_html(term["name"])
    )


@register.simple_tag
def linked(words, card_type, query, count):
    """A link to the list in which so many records are; of none there is only the word."""
    if not count:
        return words
    return format_html('<a href="{}?{}">{}</a>', list_url(card_type), query, words)


@register.simple_tag
def counts_of(counts, value):
    """ "3 programmes, 1 event" of a place, each a link to the list; of what there is none, no word.

    `counts`: {type: number}, `value`: what addresses call the place.
    """
    said = []
    for of, number in counts.items():
        if of in declared and number:
            order = "&ordering=-start" if of == "event" else ""  # else only what is to come
            said.append(linked(counted(number, of), of, f"location={value}{order}", number))
    return mark_safe(", ".join(said)) or gettext("nothing yet")  # noqa: S308 - escaped by `linked`


@register.simple_tag
def asked_roles(card, asked):
    """[(role, organisations)] that a list was asked for: `asked` are its roles and organisations.

    Those of the record, then those in its parts. Of an organisation all its roles are asked for;
    those who run a thing are in its row anyway.
    """
    if not asked or not any(asked):
        return []
    roles, slugs = asked
    held = defaultdict(dict)
    for each in [*card["roles"], *card.get("reach_roles", ())]:
        slug = each["organisation"]["slug"]
        if each["role"] in roles or (not roles and slug in slugs):
            held[each["role"]][slug] = each["organisation"]
    return [(role, list(found.values())) for role, found in held.items()]


@register.simple_tag
def runners(card):
    """The organisations that run it, without repetition."""
    running = declared[card["type"]].running
    held = [role["organisation"] for role in card["roles"] if role["role"] in running]
    return list({each["slug"]: each for each in held}.values())
