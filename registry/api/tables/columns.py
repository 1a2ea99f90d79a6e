"""The shapes that the values of cards have: how each is described and how it is laid flat.

`schema` is JSON Schema for the OpenAPI document; `columns` and `cells` give the same number of
columns and values for every row of a table, whatever the value is. `join` makes one text of many.
"""

from operator import itemgetter
from typing import NamedTuple

from registry.values.texts import LANGUAGES, spoken

from ..components import or_null, reference_to

JOIN = "; "


class Column(NamedTuple):
    """A column of a table: its name, its type in a Frictionless schema, and what it shows of the
    key, as keys of `titles.PARTS` or words."""

    name: str
    type: str = "string"
    parts: tuple = ()


class Shape:
    """A plain value: a word, a number, or null."""

    def __init__(self, schema=None):
        self.schema = schema or {"type": ["string", "number", "null"]}

    def columns(self, key, language):
        return [Column(key, self._type())]

    def cells(self, value, language, join=JOIN.join):
        return (value,)

    def _type(self):
        known = {"date": "date", "date-time": "datetime"}
        if self.schema.get("format") in known:
            return known[self.schema["format"]]
        types = self.schema.get("type", "string")
        types = {types} if isinstance(types, str) else {*types} - {"null"}
        return types.pop() if len(types) == 1 else "string"


class Text(Shape):
    """A text object: a column for each language, or the one of the language asked for."""

    values = itemgetter(*LANGUAGES)

    def __init__(self):
        super().__init__(reference_to("Text"))

    def columns(self, key, language):
        if language:
            return [Column(key, parts=(language,))]
        return [Column(f"{key}_{code}", parts=(code,)) for code in LANGUAGES]

    def cells(self, value, language, join=JOIN.join):
        return (spoken(value, language),) if language else Text.values(value)


class Named(Shape):
    """An object of which these members are columns: {member: type}."""

    def __init__(self, component, members):
        super().__init__(or_null(reference_to(component)))
        self.members = members
        self.empty = (None,) * len(members)

    def columns(self, key, language):
        return [
            Column(f"{key}_{member}", type_, (member,)) for member, type_ in self.members.items()
        ]

    def cells(self, value, language, join=JOIN.join):
        return [value[member] for member in self.members] if value else self.empty


class Reference(Shape):
    """A reference: what names it in addresses, and its name."""

    word = "slug"

    def __init__(self, component="Reference"):
        super().__init__(or_null(reference_to(component)))

    def columns(self, key, language):
        language = language or "en"
        return [
            Column(f"{key}_{self.word}", parts=(self.word,)),
            Column(f"{key}_name_{language}", parts=("name", language)),
        ]

    def cells(self, value, language, join=JOIN.join):
        if value is None:
            return (None, None)
        return (self.key_of(value), spoken(value["name"], language or "en"))

    def key_of(self, value):
        return value["slug"]


class Place(Reference):
    """A reference to a place: its code, or its address where it has none."""

    word = "code"

    def __init__(self):
        super().__init__("Place")

    def key_of(self, value):
        return value["code"] or value["slug"]


class Many(Shape):
    """A list of references: what names them, and their names."""

    def __init__(self, each, one=None):
        super().__init__({"type": "array", "items": each.schema["oneOf"][0]})
        self.each, self.one = each, one

    def references(self, value):
        return value

    def columns(self, key, language):
        one, language = self.one or key.removesuffix("s"), language or "en"
        word = f"{self.each.word}s"
        return [
            Column(f"{one}_{word}", parts=(word,)),
            Column(f"{one}_names_{language}", parts=("names", language)),
        ]

    def cells(self, value, language, join=JOIN.join):
        if not value:
            return (None, None)
        key_of, language = self.each.key_of, language or "en"
        names = [spoken(one["name"], language) for one in value]
        return (join([key_of(one) for one in value]) or None, join(names) or None)


class Places(Many):
    """A list of places, and the first-level regions in which they lie, each once."""

    def __init__(self):
        super().__init__(Place())

    def columns(self, key, language):
        regions = Column(f"{key.removesuffix('s')}_regions", parts=("regions",))
        return [*super().columns(key, language), regions]

    def cells(self, value, language, join=JOIN.join):
        regions = dict.fromkeys(one["region"] for one in value if one["region"])
        return (*super().cells(value, language, join), join(regions) or None)


class Reached(Places):
    """Places that parts give, as columns like those of a record's own."""

    def __init__(self):
        super().__init__()
        self.schema = {"type": "array", "items": reference_to("Reach")}

    def references(self, value):
        return [each["location"] for each in value]

    def cells(self, value, language, join=JOIN.join):
        return super().cells(self.references(value), language, join)


class ReachedRoles(Shape):
    """Roles that parts give, as in "funder: oeec"."""

    def __init__(self):
        super().__init__({"type": "array", "items": reference_to("ReachedRole")})

    def cells(self, value, language, join=JOIN.join):
        return (
            join([f"{each['role']}: {each['organisation']['slug']}" for each in value]) or None,
        )

    def _type(self):
        return "string"


class Roles(Shape):
    """Roles: a pair of columns for each kind of role, given as choices."""

    def __init__(self, kinds):
        super().__init__({"type": "array", "items": reference_to("Role")})
        # Of all kinds, held or not: columns do not depend on what the rows hold.
        self.kinds = dict(kinds)
        self.places = {kind: 2 * n for n, kind in enumerate(self.kinds)}

    def columns(self, key, language):
        language = language or "en"
        return [
            column
            for kind, label in self.kinds.items()
            for column in (
                Column(f"{kind.replace('-', '_')}_slugs", parts=(label, "slugs")),
                Column(
                    f"{kind.replace('-', '_')}_names_{language}", parts=(label, "names", language)
                ),
            )
        ]

    def cells(self, value, language, join=JOIN.join):
        language, found = language or "en", {}
        for role in value:
            found.setdefault(role["role"], []).append(role["organisation"])
        cells = [None] * (2 * len(self.kinds))
        for kind, held in found.items():
            place = self.places[kind]
            cells[place] = join([one["slug"] for one in held]) or None
            cells[place + 1] = join([spoken(one["name"], language) for one in held]) or None
        return cells


class Lines(Shape):
    """A list of objects of which a table shows some members only, as in "founded: 2003"."""

    def __init__(self, component, *members):
        super().__init__({"type": "array", "items": reference_to(component)})
        self.members = members

    def cells(self, value, language, join=JOIN.join):
        return (join([self._line(one, language or "en") for one in value]) or None,)

    def _line(self, one, language):
        parts = []
        for member in self.members:
            part = one[member]
            if isinstance(part, dict):
                part = part.get("edtf") or spoken(part, language)
            if part is not None and part != "":
                parts.append(str(part))
        return ": ".join(parts)

    def _type(self):
        return "string"


class Words(Shape):
    """A list of plain words."""

    def __init__(self):
        super().__init__({"type": "array", "items": {"type": "string"}})

    def cells(self, value, language, join=JOIN.join):
        return (join(value) or None,)

    def _type(self):
        return "string"


class Pairs(Shape):
    """An object whose members differ from record to record, as in "OECD-DAC: 15150"."""

    def __init__(self):
        super().__init__({"type": "object", "additionalProperties": {"type": "string"}})

    def cells(self, value, language, join=JOIN.join):
        return (join([f"{name}: {code}" for name, code in value.items()]) or None,)

    def _type(self):
        return "string"


class Point(Shape):
    """[longitude, latitude]."""

    def __init__(self):
        super().__init__(or_null(reference_to("Point")))

    def columns(self, key, language):
        return [Column(name, "number", (name,)) for name in ("longitude", "latitude")]

    def cells(self, value, language, join=JOIN.join):
        return value or (None, None)


# A spreadsheet takes a cell that begins like this for a formula (docs/safety.md).
# The wide signs too, which some programs take for the plain ones (OWASP, CSV injection).
FORMULA = tuple("=+-@\t\r＝＋－＠")
_FORMULA = frozenset(FORMULA)


def defusing(words):
    """Words joined for a file that has no types: each may come to stand in a cell of its own."""
    return JOIN.join(defused(words))


def defused(cells):
    """The cells, with an apostrophe before what a spreadsheet would calculate; numbers stay."""
    return [
        f"'{cell}" if cell and cell.__class__ is str and cell[0] in _FORMULA else cell
        for cell in cells
    ]


DATE = Named("Date", {"edtf": "string", "earliest": "date", "latest": "date"})
SHAPES = {
    "name": Text(),
    "summary": Text(),
    "description": Text(),
    "definition": Text(),
    "note": Text(),
    "start": DATE,
    "end": DATE,
    "date": DATE,
    "period": DATE,
    "dates": Named("Interval", {"edtf": "string"}),
    "parent": Reference(),
    "programme": Reference(),
    "edition": Reference(),
    "organisation": Reference(),
    "record": Reference(),
    "source": Reference("SourceReference"),
    "seat": Place(),
    "locations": Places(),
    "active": Named("Active", {"earliest": "date", "latest": "date"}),
    "reach": Reached(),
    "reach_roles": ReachedRoles(),
    "reach_beyond": Named("ReachBeyond", {"places": "integer"}),
    "themes": Many(Reference("TermReference")),
    "audiences": Many(Reference("TermReference")),
    "formats": Many(Reference("TermReference")),
    "approaches": Many(Reference("TermReference"), one="approach"),
    "editions": Many(Reference()),
    "initiatives": Many(Reference()),
    "sources": Many(Reference("CitedSource")),
    "figures": Lines("ReportedFigure", "measure", "printed"),
    "other_names": Lines("OtherName", "name"),
    "within": Words(),
    "languages": Words(),
    "point": Point(),
}
