"""Charts drawn on the server: pictures of numbers that stand beside them as text.

Each template is hidden from screen readers; what it shows is said by the table or the facts around
it. Coordinates leave as text, since a template would write 1.5 as 1,5 in Belarusian and Russian.
"""

from datetime import date

from django import template

from registry.cards.clock import today

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


@register.inclusion_tag("charts/years.html")
def year_columns(years):
    """One column for each year from the first to the last, those without any left empty."""
    if len(years) < 2:
        return {}
    first, last = min(years), max(years)
    step = COLUMNS_WIDTH / (last - first + 1)
    most = max(years.values())
    # At least so far apart that a label does not run into the next.
    every = next(each for each in (1, 2, 5, 10, 20, 50) if each * step >= 48)
    columns = [
        {
            "x": _written((year - first + 0.1) * step),
            "middle": _written((year - first + 0.5) * step),
            "y": _written(COLUMNS_HEIGHT * (1 - count / most)),
            "number_y": _written(COLUMNS_HEIGHT * (1 - count / most) - 4),
            "count": count,
            "height": _written(COLUMNS_HEIGHT * count / most),
        }
        for year, count in sorted(years.items())
        if count
    ]
    labels = [
        {"x": _written((year - first + 0.5) * step), "year": year}
        for year in range(first, last + 1)
        if year % every == 0
    ]
    # Without room for a number on each column, the highest is the scale.
    scale = "" if step >= 48 else most
    return {"columns": columns, "labels": labels, "width": _written(step * 0.8), "scale": scale}


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
