"""The tables of what was measured, for the terminal and for docs/benchmarks.md."""

GROWN = 1.5  # times that what a shape takes may grow before it is named
HIGHER = ("of the loop",)  # units in which more is better
LEAD = {"naive": 20, "tuned": 5}  # how many times as fast as the twins it is to be
SAVES, STATEMENTS = 5, 60  # of one save of a form
# Half of what another Django site of this kind took, in times of an empty view: 59, 20, 59, 62 and
# 40 ms where that took 0.75; on PostgreSQL with 10,000 programmes.
HALF = {
    "list of programmes": 39,
    "home": 13,
    "programme": 39,
    "organisation": 41,
    "region": 27,
}


def reached(shape, shapes):
    """(what it took, in the unit of its bar, and the unit)."""
    unit = shape["bar"][2] if shape["bar"] else "E"
    times = shape["ms"] / shape["empty"]
    if unit == "first pages":
        first = shapes["first page"]
        return times * first["empty"] / first["ms"], unit
    if unit == "of the loop":
        return shape["facts"][unit], unit
    return {"E": times, "ms": shape["ms"], "s": shape["ms"] / 1000}[unit], unit


def is_missed(shape, shapes, engine):
    if not shape["bar"]:
        return False
    bar, (value, unit) = bar_of(shape, engine), reached(shape, shapes)
    return value < bar if unit in HIGHER else value > bar


def bar_of(shape, engine):
    return shape["bar"][0 if engine == "sqlite" else 1]


def figure(value):
    """Three digits of a number, at the least those before the point."""
    digits = 0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f}"


class Report:
    """The results of one engine at each size: [{"on", "programmes", "shapes": [...]}]."""

    def __init__(self, runs):
        self.runs = sorted(runs, key=lambda run: run["programmes"])
        self.engine = self.runs[0]["on"]
        self.shapes = [{each["name"]: each for each in run["shapes"]} for run in self.runs]
        self.least, self.largest = self.shapes[0], self.shapes[-1]
        # Those of which the name tells how many cards they concern.
        self.names = [each["name"] for each in self.runs[-1]["shapes"]]

    def growth(self, name):
        """What it took with the largest registry beside the least, or None."""
        if name not in self.least or len(self.shapes) == 1 or name not in self.largest:
            return None
        if "rows a second" in self.largest[name].get("facts", {}):
            few, many = (
                s[name]["ms"] / s[name]["facts"]["rows"] for s in (self.least, self.largest)
            )
            empty = self.least[name]["empty"], self.largest[name]["empty"]
            return many / empty[1] / (few / empty[0])
        few, many = (s[name]["ms"] / s[name]["empty"] for s in (self.least, self.largest))
        return many / few

    def has_grown(self, name):
        limit = self.largest[name]["growth"] or GROWN
        # A file or a page of more rows is longer.
        whole = self.largest[name]["group"] in ("Export", "Act") or self.is_file(name)
        return (self.growth(name) or 0) > limit and not (
            whole and "rows a second" not in self.largest[name].get("facts", {})
        )

    def is_file(self, name):
        return name.startswith(("GeoJSON", "sitemap of"))

    def title(self):
        engine = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[self.engine]
        sizes = " and ".join(f"{run['programmes']:,}" for run in self.runs)
        return f"{engine}, {sizes} public programmes"

    def rows(self):
        """The table, row by row of its cells."""
        yield ["Shape", *(f"{run['programmes']:,}: ms, E" for run in self.runs), "Grows", "Bar", ""]
        for name in self.names:
            shape, cells = self.largest[name], []
            for shapes in self.shapes:
                each = shapes.get(name)
                cells.append(
                    f"{figure(each['ms'])}, {figure(each['ms'] / each['empty'])}" if each else ""
                )
            growth = self.growth(name)
            yield [
                name,
                *cells,
                f"{growth:.2f}" + (" !" if self.has_grown(name) else "") if growth else "",
                self.bar(name),
                self.verdict(shape),
            ]

    def bar(self, name):
        shape = self.largest[name]
        if not shape["bar"]:
            return ""
        unit, least = shape["bar"][2], "≥ " if shape["bar"][2] in HIGHER else "≤ "
        return f"{least}{bar_of(shape, self.engine):g} {unit}".strip()

    def verdict(self, shape):
        if not shape["bar"]:
            return ""
        value, unit = reached(shape, self.largest)
        said = "" if unit == "E" else f"{figure(value)} {unit}, "
        return said + ("**missed**" if is_missed(shape, self.largest, self.engine) else "reached")

    def twins(self):
        yield ["Shape", "ms", "Naive twin", "times", "Tuned twin", "times"]
        for name in self.names:
            shape = self.largest[name]
            if "naive" in shape:
                leads = [
                    cell
                    for twin in LEAD
                    for cell in (figure(shape[twin]), figure(shape[twin] / shape["ms"]))
                ]
                yield [name, figure(shape["ms"]), *leads]

    def facts(self):
        """What exports and saves tell beside their time."""
        yield ["What", "Rows a second", "Of the loop", "Memory, MB", "Statements", "Saves", "Cards"]
        for name in self.names:
            facts = self.largest[name].get("facts", {})
            if facts:
                keys = ("rows a second", "of the loop", "MB", "statements", "saves", "cards")
                yield [name, *(figure(facts[key]) if key in facts else "" for key in keys)]

    def misses(self):
        """[(shape, what is missed)] with the largest registry."""
        for name in self.names:
            shape = self.largest[name]
            yield from self.misses_of(name, shape)

    def misses_of(self, name, shape):
        facts = shape.get("facts", {})
        if is_missed(shape, self.largest, self.engine):
            value, unit = reached(shape, self.largest)
            yield name, f"{figure(value)} {unit} where the bar is {self.bar(name)}"
        if self.has_grown(name):
            yield name, f"grew {self.growth(name):.2f} times"
        for twin, lead in LEAD.items():
            if twin in shape and shape[twin] / shape["ms"] < lead:
                ahead = shape[twin] / shape["ms"]
                yield name, f"{figure(ahead)} times as fast as the {twin} twin, not {lead}"
        if facts.get("MB", 0) > 20:
            yield name, f"{figure(facts['MB'])} MB more memory, not 20"
        for fact, most in (("statements", STATEMENTS), ("saves", SAVES)):
            if facts.get(fact, 0) > most:
                yield name, f"{figure(facts[fact])} {fact}, not {most}"
        yield from self.beside_another(name, shape)

    def beside_another(self, name, shape):
        kind, _, state = name.rpartition(", ")
        if self.engine == "postgresql" and state in ("cold", "kept") and kind in HALF:
            times = shape["ms"] / shape["empty"]
            if times > HALF[kind]:
                yield name, f"{figure(times)} E, where half of the other site's is {HALF[kind]} E"


def markdown(rows):
    head, *rest = rows
    lines = [head, ["---", *("--:" for _ in head[1:])], *rest]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def plain(rows):
    rows = [[cell.replace("**", "") for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            [row[0].ljust(widths[0])]
            + [c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True)]
        )
        for row in rows
    )


def page(reports, command):
    """What docs/benchmarks.md says of this run."""
    parts = []
    for report in reports:
        run = report.runs[-1]
        parts += [
            f"### {report.title()}",
            f"{run['day']}, `{command}`; {run['cards']:,} cards in the largest; {run['clock']}. "
            f"An empty view took {figure(empty(report))} ms. E is as many times that; "
            "“!” marks what grew more than it may.",
            markdown(report.rows()),
            "Beside the two twins, milliseconds with the largest registry:",
            markdown(report.twins()),
            "Exports and saves, with the largest registry:",
            markdown(report.facts()),
        ]
    return "\n\n".join(parts)


def empty(report):
    taken = sorted(each["empty"] for each in report.largest.values() if each["group"] != "HTTP")
    return taken[len(taken) // 2]


def summary(reports):
    """Every bar that was missed, by engine."""
    parts = []
    for report in reports:
        missed = list(report.misses())
        parts.append(f"**{report.title()}**: {len(missed)} missed or grown.")
        parts.append(markdown([["Shape", "What was missed"], *map(list, missed)]) if missed else "")
    return "\n\n".join(filter(None, parts))
