"""Charts drawn on the server: pictures of numbers that stand beside them as text.

Each is hidden from screen readers; what it shows is said by the table or the facts around
it. Coordinates leave as text, since a template would write 1.5 as 1,5 in Belarusian and Russian.
"""

from datetime import date

from django import template
from django.utils.html import conditional_escape
from django.utils.safestring import mark_safe
from django.utils.translation import gettext

from registry.cards.clock import today
from registry.cards.declarations import list_address

from .partials import remembered

register = template.Library()

# Where life lines begin. They share one scale, so that those of a list can be compared; what is
# older begins at the edge.
FIRST_YEAR = 1990
LIFE_WIDTH = 130
EDGE = 2  # room for the round ends of the line

COLUMNS_WIDTH, COLUMNS_HEIGHT = 600, 90
BAR_WIDTH = 100


@register.simple_tag
def life(start, end, status="", labelled=False):
    """When it was at work, on a line from 1990 to this year; nothing where no bound is known.

    `start` and `end` are dates of a card. An end that is open, or not yet come, reaches today; an
    unknown one is not drawn: the mark then stands at the bound that is known.
    """
    day = today()
    first, last = _bound(start, "earliest"), _bound(end, "latest")
    if status == "active" if end is None else end["edtf"] == "..":
        last = day
    if start and start["edtf"] == "..":
        first = date(FIRST_YEAR, 1, 1)
    known = [bound for bound in (first, last) if bound]
    if not known:
        return ""
    left, right = _along(known[0], day), _along(known[-1], day)
    return remembered(
        "charts/life.html",
        left=_written(left),
        right=_written(max(right, left + 0.1)),  # a line of no length is not drawn
        is_on=known[0] <= day <= known[-1] and len(known) == 2,
        first_year=labelled and FIRST_YEAR,
        last_year=labelled and day.year,
    )


def _bound(side, name):
    return date.fromisoformat(side[name]) if side and side[name] else None


def _along(day, now):
    """Where the day stands on the line."""
    years = day.year + day.timetuple().tm_yday / 366 - FIRST_YEAR
    part = years / (now.year + 1 - FIRST_YEAR)
    return EDGE + min(max(part, 0), 1) * (LIFE_WIDTH - 2 * EDGE)


@register.simple_tag
def year_columns(years):
    """One column for each year from the first to the last, those without any left empty.

    Written out, as `year_rows` is: a page of a place has some hundred nodes for each as a template.
    """
    if len(years) < 2:
        return ""
    first, last = min(years), max(years)
    step = COLUMNS_WIDTH / (last - first + 1)
    most = max(years.values())
    # At least so far apart that a label does not run into the next.
    every = next(each for each in (1, 2, 5, 10, 20, 50) if each * step >= 48)
    parts, wide = [], _written(step * 0.8)
    # Without room for a number on each column, the highest is the scale.
    has_room = step >= 48
    if not has_room:
        parts.append(f'<path d="M0 .5h600"/>\n<text class="scale" x="0" y="-5">{most}</text>')
    for year, count in sorted(years.items()):
        if count:
            top, middle = COLUMNS_HEIGHT * (1 - count / most), _written((year - first + 0.5) * step)
            place = f'x="{_written((year - first + 0.1) * step)}" y="{_written(top)}"'
            height = _written(COLUMNS_HEIGHT * count / most)
            parts.append(f'<rect {place} width="{wide}" height="{height}"/>')
            if has_room:
                parts.append(f'<text x="{middle}" y="{_written(top - 4)}">{count}</text>')
    parts.append('<path d="M0 90.5h600"/>')
    parts += [
        f'<text x="{_written((year - first + 0.5) * step)}" y="108">{year}</text>'
        for year in range(first, last + 1)
        if year % every == 0
    ]
    begin = '<svg class="year-columns" viewBox="0 -26 600 138" aria-hidden="true">'
    return mark_safe("\n".join([begin, *parts, "</svg>"]))  # noqa: S308 - made of numbers


@register.simple_tag
def year_rows(years, undated, by, value):
    """The same as rows of a table, each year with its list: that of the parameter's value."""
    address = conditional_escape(f"{list_address('programme')}?{by}={value}&year=")
    rows = [
        (f'<a href="{address}{year}">{year}</a>' if number else year, number)
        for year, number in years.items()
    ]
    if undated:
        words = conditional_escape(gettext("year not known"))
        rows.append((f'<a href="{address}none">{words}</a>', undated))
    return mark_safe(  # noqa: S308 - of numbers and what is escaped
        "\n".join(
            f'<tr><th scope="row">{year}</th><td class="number">{number}</td></tr>'
            for year, number in rows
        )
    )


@register.filter
def reported(editions, measure):
    """The figures of one kind that editions report, oldest first, each with its bar.

    [{"edition", "figure", "width"}]; nothing is added up, and two figures of one edition are two
    rows.
    """
    rows = [
        {"edition": edition, "figure": figure}
        # They come as in lists, the newest first.
        for edition in reversed(editions)
        for figure in edition["figures"]
        if figure["measure"] == measure and figure["number"]
    ]
    most = max((row["figure"]["number"] for row in rows), default=1)
    for row in rows:
        row["width"] = _written(row["figure"]["number"] / most * BAR_WIDTH)
    return rows


def _written(number):
    return f"{number:.1f}".removesuffix(".0")
