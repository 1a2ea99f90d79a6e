"""The pages of a list, as links."""

from html import escape

from django import template
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from .numbers import number

register = template.Library()


@register.simple_tag
def page_numbers(page, pages, path):
    """The numbers around that of the page, and the ways on (`registry.pages.controls`): written
    out, since the query of each is what a reader asks, of which nothing is kept."""
    parts = []
    if pages and pages["previous"] is not None:
        parts.append(_link(path, pages["previous"], 'rel="prev"', _("Previous page")))
    if pages and pages["numbers"]:
        items = "".join(_item(path, one, page.number) for one in pages["numbers"])
        parts.append(f'<ol class="bare">{items}</ol>')
    if pages and pages["next"]:
        parts.append(_link(path, pages["next"], 'rel="next"', _("Next page")))
    if not parts:
        return ""
    if pages["first"]:
        shown = {"first": pages["first"], "last": pages["last"], "count": page.count}
        words = _("%(first)s–%(last)s of %(count)s") % {
            name: number(value) for name, value in shown.items()
        }
        parts.append(f'<span class="quiet small">{escape(words)}</span>')
    label = escape(_("Pages of results"))
    about = f'class="page-numbers" data-hx-boost="true" aria-label="{label}"'
    return mark_safe("\n".join([f"<nav {about}>", *parts, "</nav>"]))  # noqa: S308 - escaped


def _item(path, one, chosen):
    gap = '<li aria-hidden="true">…</li>' if one["gap"] else ""
    label = escape(_("Page %(number)s") % {"number": one["number"]})
    current = ' aria-current="page"' if one["number"] == chosen else ""
    link = _link(path, one["query"], f'aria-label="{label}"{current}', str(one["number"]))
    return f"{gap}<li>{link}</li>"


def _link(path, query, attributes, words):
    """The attributes are escaped already."""
    return f'<a href="{escape(f"{path}?{query}")}" {attributes}>{escape(words)}</a>'
