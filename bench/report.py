"""The tables of what was measured, for the terminal and for docs/benchmarks.md."""

ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
GROWN = 1.5  # times that what a shape takes may grow before it is named
HIGHER = ("of the loop",)  # units in which more is better
LEAD = {"naive": 20, "tuned": 5}  # how many times as fast as the twins it is to be
SHRUNK = 0.8  # what is left of a lead before it is named
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
        # Of a large registry perhaps not all was measured: each shape has a largest of its own.
        self.largest = {name: each for shapes in self.shapes for name, each in shapes.items()}
        fullest = max(self.shapes, key=len)
        self.names = [*fullest, *(name for name in self.largest if name not in fullest)]

    def growth(self, name):
        """What it takes, in E, with the largest registry beside the smallest; or None.

        Of files, what each row takes.
        """
        taken = [self.effort(shapes[name]) for shapes in self.shapes if name in shapes]
        return taken[-1] / taken[0] if len(taken) > 1 else None

    def effort(self, shape):
        return shape["ms"] / shape["empty"] / shape.get("facts", {}).get("rows", 1)

    def has_grown(self, name):
        shape = self.largest[name]
        # A file of more records is longer.
        longer = self.is_file(name) and "rows" not in shape.get("facts", {})
        return not longer and (self.growth(name) or 0) > (shape["growth"] or GROWN)

    def is_file(self, name):
        return name.startswith(("GeoJSON", "sitemap"))

    def title(self):
        sizes = " and ".join(f"{run['programmes']:,}" for run in self.runs)
        return f"{ENGINES[self.engine]}, {sizes} public programmes"

    def rows(self):
        """The table, row by row of its cells."""
        yield ["Shape", *(f"{run['programmes']:,}: ms, E" for run in self.runs), "Grows"]
        for name in self.names:
            cells = []
            for shapes in self.shapes:
                each = shapes.get(name)
                times = each and figure(each["ms"] / each["empty"])
                cells.append(f"{figure(each['ms'])}, {times}" if each else "")
            yield [name, *cells, self.grown(name)]

    def bar(self, name):
        shape = self.largest[name]
        if not shape["bar"]:
            return ""
        unit, least = shape["bar"][2], "≥ " if shape["bar"][2] in HIGHER else "≤ "
        return f"{least}{bar_of(shape, self.engine):g} {unit}".strip()

    def verdict(self, name):
        """What it took, in bold where that misses the bar."""
        shape = self.largest[name]
        value, unit = reached(shape, self.largest)
        missed = is_missed(shape, self.largest, self.engine)
        return f"**{figure(value)} {unit}**" if missed else f"{figure(value)} {unit}"

    def grown(self, name):
        growth = self.growth(name)
        if growth is None:
            return ""
        return f"**{growth:.2f}**" if self.has_grown(name) else f"{growth:.2f}"

    def leads(self, name, twin):
        """How many times as fast as the twin it is, in each registry where the twin was asked."""
        asked = [shapes[name] for shapes in self.shapes if twin in shapes.get(name, {})]
        return [each[twin] / each["ms"] for each in asked]

    def twins(self):
        """How many times as fast as each twin, with the smallest and with the largest registry."""
        yield ["Shape", "ms", *(f"{twin} twin, times" for twin in LEAD)]
        for name in self.names:
            leads = {twin: self.leads(name, twin) for twin in LEAD}
            if any(leads.values()):
                yield [
                    name,
                    figure(self.largest[name]["ms"]),
                    *(self.told(twin, some) for twin, some in leads.items()),
                ]

    def told(self, twin, leads):
        said = " → ".join(figure(each) for each in leads)
        return f"**{said}**" if leads and leads[-1] < LEAD[twin] else said

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
            leads = self.leads(name, twin)
            if leads and leads[-1] < lead:
                yield name, f"{figure(leads[-1])} times as fast as the {twin} twin, not {lead}"
            if leads and leads[-1] < SHRUNK * leads[0]:
                yield name, f"its lead before the {twin} twin shrank from {figure(leads[0])}"
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
    parts = [
        "## Bars",
        "With the largest registry of each database. Bold is what misses its bar, or grew from the "
        "smallest to the largest more than it may.",
        "\n".join(f"- {sentence}" for sentence in score(reports)),
        markdown(bars(reports)),
        "## Beside Django REST framework",
    ]
    for report in reports:
        few = f"{report.title()}, from the smallest to the largest; milliseconds of the largest:"
        parts += [few, markdown(report.twins())]
    parts.append("## All figures")
    for report in reports:
        run = report.runs[-1]
        parts += [
            f"### {report.title()}",
            f"{run['day']}, `{command}`; {run['cards']:,} cards in the largest; {run['clock']}. "
            f"An empty view took {figure(empty(report))} ms.",
            markdown(report.rows()),
            "Files, saves and acts, with the largest registry:",
            markdown(report.facts()),
        ]
    return "\n\n".join(parts)


def empty(report):
    taken = sorted(each["empty"] for each in report.largest.values() if each["group"] != "HTTP")
    return taken[len(taken) // 2]


def summary(reports):
    """Every bar that was missed, by engine, for the terminal."""
    parts = []
    for report in reports:
        missed = list(report.misses())
        parts.append(f"{report.title()}: {len(missed)} missed or grown.\n")
        parts += [f"  {name}: {what}" for name, what in missed]
    return "\n".join(parts)


def score(reports):
    """Of each database how many bars were reached, in a sentence."""
    for report in reports:
        barred = [each for each in report.largest.values() if each["bar"]]
        missed = [each for each in barred if is_missed(each, report.largest, report.engine)]
        grown = [name for name in report.names if report.has_grown(name)]
        yield (
            f"{report.title()}: {len(barred) - len(missed)} of {len(barred)} bars are reached, "
            f"{len(grown)} of {len(report.names)} shapes grew more than they may."
        )


def bars(reports):
    """Each shape with a bar: what it took with the largest registry of each database; growth."""
    engines = [ENGINES[report.engine] for report in reports]
    yield ["Shape", "Bar", *engines, *(f"Grows, {name}" for name in engines), "May grow"]
    for name in dict.fromkeys(name for report in reports for name in report.names):
        found = [report for report in reports if name in report.largest]
        shape = found[0].largest[name]
        if shape["bar"]:
            limits = dict.fromkeys(report.bar(name) for report in found)
            yield [
                name,
                " / ".join(limits),
                *(report.verdict(name) for report in found),
                *(report.grown(name) for report in found),
                f"{shape['growth'] or GROWN:g}",
            ]
