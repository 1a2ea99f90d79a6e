"""The shapes that the values of cards have: how each is described and how it is laid flat.

`schema` is JSON Schema for the OpenAPI document; `columns` and `cells` give the same number of
columns and values for every row of a table, whatever the value is.
"""

from operator import itemgetter
from typing import NamedTuple

from registry.cards.index import LANGUAGES, spoken

JOIN = "; "


class Column(NamedTuple):
    """A column of a table: its name, its type in a Frictionless schema, and what it shows of the
    key, as keys of `titles.PARTS` or words."""

    name: str
    type: str = "string"
    parts: tuple = ()


def reference_to(component):
    return {"$ref": f"#/components/schemas/{component}"}


def or_null(schema):
    return {"oneOf": [schema, {"type": "null"}]}


def text_in(text, language):
    """The words of a text object, which `lang` may already have made one string."""
    if isinstance(text, dict):
        return text[language] or spoken(text, language)
    return text or ""


class Shape:
    """A plain value: a word, a number, or null."""

    def __init__(self, schema=None):
        self.schema = schema or {"type": ["string", "number", "null"]}

    def columns(self, key, language):
        return [Column(key, self._type())]

    def cells(self, value, language):
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

    def cells(self, value, language):
        return (text_in(value, language),) if language else Text.values(value)


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

    def cells(self, value, language):
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

    def cells(self, value, language):
        if value is None:
            return (None, None)
        return (self.key_of(value), text_in(value["name"], language or "en"))

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

    def __init__(self, each):
        super().__init__({"type": "array", "items": each.schema["oneOf"][0]})
        self.each = each

    def columns(self, key, language):
        one, language = key.removesuffix("s"), language or "en"
        word = f"{self.each.word}s"
        return [
            Column(f"{one}_{word}", parts=(word,)),
            Column(f"{one}_names_{language}", parts=("names", language)),
        ]

    def cells(self, value, language):
        if not value:
            return (None, None)
        key_of, language = self.each.key_of, language or "en"
        names = [text_in(one["name"], language) for one in value]
        return (joined([key_of(one) for one in value]), joined(names))


class Places(Many):
    """A list of places, and the first-level regions in which they lie, each once."""

    def __init__(self):
        super().__init__(Place())

    def columns(self, key, language):
        regions = Column(f"{key.removesuffix('s')}_regions", parts=("regions",))
        return [*super().columns(key, language), regions]

    def cells(self, value, language):
        regions = dict.fromkeys(one["region"] for one in value if one["region"])
        return (*super().cells(value, language), joined(regions))


class Roles(Shape):
    """Roles: a pair of columns for each kind of role, given as choices."""

    def __init__(self, kinds):
        super().__init__({"type": "array", "items": reference_to("Role")})
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

    def cells(self, value, language):
        language, found = language or "en", {}
        for role in value:
            found.setdefault(role["role"], []).append(role["organisation"])
        cells = [None] * (2 * len(self.kinds))
        for kind, held in found.items():
            place = self.places[kind]
            cells[place] = joined([one["slug"] for one in held])
            cells[place + 1] = joined([text_in(one["name"], language) for one in held])
        return cells


class Lines(Shape):
    """A list of objects of which a table shows some members only, as in "founded: 2003"."""

    def __init__(self, component, *members):
        super().__init__({"type": "array", "items": reference_to(component)})
        self.members = members

    def cells(self, value, language):
        return (joined([self._line(one, language or "en") for one in value]),)

    def _line(self, one, language):
        parts = []
        for member in self.members:
            part = one[member]
            if isinstance(part, dict):
                part = part.get("edtf") or text_in(part, language)
            if part is not None and part != "":
                parts.append(str(part))
        return ": ".join(parts)

    def _type(self):
        return "string"


class Words(Shape):
    """A list of plain words."""

    def __init__(self):
        super().__init__({"type": "array", "items": {"type": "string"}})

    def cells(self, value, language):
        return (joined(value),)

    def _type(self):
        return "string"


class Pairs(Shape):
    """An object whose members differ from record to record, as in "OECD-DAC: 15150"."""

    def __init__(self):
        super().__init__({"type": "object", "additionalProperties": {"type": "string"}})

    def cells(self, value, language):
        return (joined([f"{name}: {code}" for name, code in value.items()]),)

    def _type(self):
        return "string"


class Point(Shape):
    """[longitude, latitude]."""

    def __init__(self):
        super().__init__(or_null(reference_to("Point")))

    def columns(self, key, language):
        return [Column(name, "number", (name,)) for name in ("longitude", "latitude")]

    def cells(self, value, language):
        return value or (None, None)


# A spreadsheet takes a cell that begins like this for a formula (safety.md 16).
FORMULA = tuple("=+-@\t\r＝＋－＠")
_FORMULA = frozenset(FORMULA)


def joined(words):
    return JOIN.join(defused(words)) or None


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
    "themes": Many(Reference("TermReference")),
    "audiences": Many(Reference("TermReference")),
    "formats": Many(Reference("TermReference")),
    "editions": Many(Reference()),
    "initiatives": Many(Reference()),
    "sources": Many(Reference("CitedSource")),
    "figures": Lines("ReportedFigure", "measure", "printed"),
    "other_names": Lines("OtherName", "name"),
    "within": Words(),
    "languages": Words(),
    "point": Point(),
}


def _object(required, **properties):
    return {"type": "object", "properties": properties, "required": required}


def _refer(**more):
    """A reference with further keys of its kind."""
    return {
        "allOf": [
            reference_to("Reference"),
            _object(list(more), **more),
        ]
    }


WORD = {"type": "string"}
INTEGER = {"type": "integer"}
WORD_OR_NULL = {"type": ["string", "null"]}
DAY_OR_NULL = {"type": ["string", "null"], "format": "date"}
DATE_OR_NULL = or_null(reference_to("Date"))
KEYS_OF_SOURCES = {"type": "array", "items": {"type": "string", "examples": ["S1"]}}
TEXT = reference_to("Text")

SOURCE_KEYS = {
    "publisher": WORD_OR_NULL,
    "date": DATE_OR_NULL,
    "language": WORD_OR_NULL,
    "url": WORD_OR_NULL,
    "archived_url": WORD_OR_NULL,
    "seen_on": DAY_OR_NULL,
}
COMPONENTS = {
    "TextObject": _object(list(LANGUAGES), **dict.fromkeys(LANGUAGES, WORD_OR_NULL))
    | {"examples": [{"en": "Sport Region", "be": "Спартовы рэгіён", "ru": None}]},
    "Text": {
        "description": "A text in all languages, null where one is missing. With `lang` one"
        " string, or null where there is no text at all.",
        "oneOf": [reference_to("TextObject"), {"type": "string"}, {"type": "null"}],
    },
    "Date": _object(
        ["edtf", "earliest", "latest", "text"],
        edtf={"type": "string", "examples": ["2016-02", "XXXX-03-21"]},
        earliest=DAY_OR_NULL,
        latest=DAY_OR_NULL,
        text=TEXT,
    )
    | {
        "description": "A date as exactly as it is known, in EDTF (ISO 8601-2), with the first"
        " and last day that it can mean: null without a year and on a side that is open."
    },
    "Moment": {
        "allOf": [
            reference_to("Date"),
            _object(["time"], time={"type": ["string", "null"], "format": "date-time"}),
        ]
    },
    "Interval": _object(["edtf", "text"], edtf=WORD, text=TEXT),
    "Point": {
        "description": "Longitude and latitude in degrees of WGS 84, as the public may see them.",
        "type": "array",
        "items": {"type": "number"},
        "minItems": 2,
        "maxItems": 2,
        "examples": [[31.72, 54.02]],
    },
    "Reference": _object(
        ["type", "id", "slug", "name"],
        type=WORD,
        id={"type": "string", "format": "uuid"},
        slug=WORD_OR_NULL,
        name=TEXT,
    ),
    "TermReference": _refer(within={"type": "array", "items": WORD}),
    "Place": _refer(
        kind=WORD,
        code=WORD_OR_NULL,
        region=WORD_OR_NULL,
        country=WORD_OR_NULL,
        precision={"type": "string", "enum": ["exact", "town", "district", "region", "country"]},
        point=or_null(reference_to("Point")),
        within={"type": "array", "items": WORD},
    ),
    "Role": _object(
        ["role", "organisation", "start", "end", "sources"],
        role=WORD,
        organisation=reference_to("Reference"),
        start=DATE_OR_NULL,
        end=DATE_OR_NULL,
        sources=KEYS_OF_SOURCES,
    ),
    "ReportedFigure": _object(
        ["id", "measure", "label", "printed", "number", "qualifier", "unit", "period", "source"],
        id={"type": "string", "format": "uuid"},
        measure=WORD,
        label=TEXT,
        printed={"type": "string", "examples": ["about 50"]},
        number={"type": ["number", "null"]},
        qualifier=WORD_OR_NULL,
        unit=WORD,
        period=DATE_OR_NULL,
        source={"type": ["string", "null"], "examples": ["S1"]},
        note=TEXT,
    ),
    "SourceReference": _refer(**SOURCE_KEYS),
    "CitedSource": _refer(key={"type": "string", "examples": ["S1"]}, **SOURCE_KEYS),
    "OtherName": _object(
        ["name", "language", "kind", "from", "to"],
        name=WORD,
        language=WORD_OR_NULL,
        kind=WORD,
        **{"from": DATE_OR_NULL, "to": DATE_OR_NULL},
    ),
    "LifeEvent": _object(
        ["kind", "date", "text", "sources"],
        kind=WORD,
        date=DATE_OR_NULL,
        text=TEXT,
        sources=KEYS_OF_SOURCES,
    ),
    "Identifier": _object(["scheme", "value"], scheme=WORD, value=WORD),
    "LocationCodes": _object(
        ["iso_3166_1", "iso_3166_2", "geonames", "soato"],
        iso_3166_1=WORD_OR_NULL,
        iso_3166_2=WORD_OR_NULL,
        geonames={"type": ["integer", "null"]},
        soato=WORD_OR_NULL,
    ),
    "LocalContext": _object(
        ["governed", "standing", "text", "source"],
        governed=WORD,
        standing=WORD_OR_NULL,
        text=TEXT,
        source={"type": ["string", "null"]},
    ),
    "Validity": _object(["from", "to"], **{"from": WORD_OR_NULL, "to": WORD_OR_NULL}),
    "Problem": _object(
        ["type", "title", "status"],
        type={"type": "string", "format": "uri-reference", "examples": ["about:blank"]},
        title=WORD,
        status={"type": "integer", "examples": [400]},
        detail=WORD,
        parameter={"type": "string", "examples": ["location"]},
        allowed={"type": "array", "items": WORD, "description": "What may be given instead."},
        errors={
            "type": "array",
            "description": "Every wrong parameter, where there is more than one.",
            "items": _object(
                ["detail", "parameter"],
                detail=WORD,
                parameter=WORD,
                allowed={"type": "array", "items": WORD},
            ),
        },
    ),
    "Facets": _object(
        ["count", "facets"],
        count={"type": "integer"},
        facets={
            "type": "object",
            "description": "Under the name of each parameter the values that can be sent back,"
            " each with what the list would give with it.",
            "additionalProperties": {
                "type": "array",
                "items": _object(["value", "count"], value=WORD, label=TEXT, count=INTEGER),
            },
        },
    ),
    "Found": _object(
        ["count", "next", "previous", "understood", "did_you_mean", "results"],
        count=INTEGER,
        next={"type": ["string", "null"], "format": "uri"},
        previous={"type": ["string", "null"], "format": "uri"},
        understood=_object(
            ["location", "corrected"],
            location={"anyOf": [_object(["type", "id", "slug", "name"]), {"type": "null"}]},
            corrected={
                "type": "boolean",
                "description": "Whether nothing is spelled so, and the place is what was likely"
                " meant.",
            },
        ),
        did_you_mean={"type": "array", "items": _object(["type", "id", "slug", "name"])},
        results={
            "type": "array",
            "items": _object(
                ["type", "id", "slug", "url", "name", "summary", "kind", "matched", "tier"],
                type=WORD,
                id={"type": "string", "format": "uuid"},
                slug=WORD,
                url={"type": "string", "format": "uri"},
                name=TEXT,
                summary=TEXT,
                kind={"type": ["string", "null"]},
                matched={
                    "anyOf": [_object(["field", "text"], field=WORD, text=WORD), {"type": "null"}],
                    "description": "The key of the record, and the words there.",
                },
                tier={"type": "integer", "minimum": 0, "maximum": 3},
            ),
        },
    ),
    "Changes": _object(
        ["registry", "changes", "next_since", "more"],
        registry={"type": "string", "format": "uuid"},
        changes={
            "type": "array",
            "items": _object(
                ["n", "type", "id", "action"],
                n=INTEGER,
                type=WORD,
                id={"type": "string", "format": "uuid"},
                action={"type": "string", "enum": ["upsert", "withdraw"]},
                on={"type": "string", "format": "date", "description": "Of a withdrawal."},
                record={"type": "object", "description": "The record as its collection has it."},
            ),
        },
        next_since=INTEGER,
        more={"type": "boolean"},
    ),
}
