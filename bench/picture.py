"""What each shape takes, as a picture: bars of E on a scale of tens, readable in light and dark."""

import math
from html import escape

WIDTH, LEFT, ROW, TOP = 900, 300, 16, 64
SERIES = {"sqlite": ("SQLite", "one"), "postgresql": ("PostgreSQL", "two")}
STYLE = """
svg{font:11px system-ui,sans-serif;background:#fff}
.paper{fill:#fff}text{fill:#1f2328}.grid{stroke:#d0d7de}.faint{fill:#59636e}
.one{fill:#0b5cad}.two{fill:#b45309}.bar{stroke:#1f2328;stroke-width:2}
@media(prefers-color-scheme:dark){svg{background:#0d1117}.paper{fill:#0d1117}text{fill:#e6edf3}
.grid{stroke:#30363d}.faint{fill:#9198a1}.one{fill:#58a6ff}.two{fill:#f0a34a}
.bar{stroke:#e6edf3}}
"""


def drawn(reports):
    """An SVG of the largest registry of each report."""
    names = [name for name in reports[0].names if is_drawn(reports[0].largest[name])]
    values = [
        shape["ms"] / shape["empty"]
        for report in reports
        for name in names
        if (shape := report.largest.get(name))
    ]
    decades = max(1, math.ceil(math.log10(max(values))))
    scale = (WIDTH - LEFT - 70) / decades
    height = TOP + len(names) * ROW * 1.5 + 24
    parts = [*head(reports, height), *grid(decades, scale, height)]
    for number, name in enumerate(names):
        parts += row(reports, name, TOP + number * ROW * 1.5, scale)
    return "\n".join([*parts, "</svg>\n"])


def is_drawn(shape):
    """One of several that are alike will do."""
    alike = shape["name"].startswith(("first page of", "one of", "facets of", "list of"))
    is_list = shape["name"].startswith("list of programmes")
    asked = shape["group"] in ("API", "Page", "Staff") and shape["bar"] is not None
    return asked and (is_list or not alike)


def head(reports, height):
    sizes = " and ".join(report.title() for report in reports)
    title = escape(f"Times an empty view, with the largest registry: {sizes}")
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:.0f}" '
        f'role="img" aria-label="{title}">'
    )
    yield f'<style>{STYLE}</style><rect class="paper" width="{WIDTH}" height="{height:.0f}"/>'
    yield '<text x="12" y="20">Times an empty view (E), each ten times the one before; '
    yield "a stroke is the bar to reach</text>"
    for number, report in enumerate(reports):
        label, kind = SERIES[report.engine]
        x = 12 + 330 * number
        size = f"{report.runs[-1]['programmes']:,} programmes"
        yield f'<rect class="{kind}" x="{x}" y="30" width="12" height="10"/>'
        yield f'<text x="{x + 18}" y="39">{label}, {size}</text>'


def grid(decades, scale, height):
    top, bottom = TOP - 8, height - 20
    for decade in range(decades + 1):
        x = LEFT + decade * scale
        yield upright("grid", x, top, bottom)
        yield f'<text class="faint" x="{x:.1f}" y="{bottom + 14:.0f}">{10**decade:,} E</text>'


def upright(kind, x, top, bottom):
    return f'<line class="{kind}" x1="{x:.1f}" x2="{x:.1f}" y1="{top:.1f}" y2="{bottom:.1f}"/>'


def row(reports, name, y, scale):
    yield f'<text x="{LEFT - 8}" y="{y + 11:.0f}" text-anchor="end">{escape(name)}</text>'
    high = ROW / len(reports)
    for number, report in enumerate(reports):
        if name in report.largest:
            yield from bar(report, name, y + number * high, high - 1, scale)


def bar(report, name, y, high, scale):
    shape, kind = report.largest[name], SERIES[report.engine][1]
    value = shape["ms"] / shape["empty"]
    width = max(1, math.log10(max(value, 1.01)) * scale)
    yield (
        f'<rect class="{kind}" x="{LEFT}" y="{y:.1f}" width="{width:.1f}" height="{high:.1f}">'
        f"<title>{escape(name)}: {value:.1f} E</title></rect>"
    )
    yield f'<text class="faint" x="{LEFT + width + 4:.1f}" y="{y + high:.1f}">{value:.0f}</text>'
    if shape["bar"][2] == "E":
        limit = shape["bar"][0 if report.engine == "sqlite" else 1]
        yield upright("bar", LEFT + math.log10(limit) * scale, y - 1, y + high + 1)
