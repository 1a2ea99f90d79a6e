"""Values with members: texts in three languages, dates, references, and lists of any of them."""

from operator import itemgetter

from django.utils.translation import gettext_lazy as _

from registry.values.texts import LANGUAGES, spoken

from .json_schema import STRING, TEXT, example_of, list_of, object_of, or_null, reference_to
from .plain import ID, JOIN, UNKNOWN, Code, Column, Elsewhere, Shape, Slug

IN_WORDS = {"en": _("English"), "be": _("Belarusian"), "ru": _("Russian")}


class Text(Shape):
    """A text object: a column for each language, or the one of the language asked for."""

    schema = TEXT
    values = itemgetter(*LANGUAGES)

    def columns(self, key, language):
        if language:
            return [Column(key, labels=(IN_WORDS[language],))]
        return [Column(f"{key}_{code}", labels=(IN_WORDS[code],)) for code in LANGUAGES]

    def cells(self, value, language, join=JOIN.join):
        return (spoken(value, language),) if language else Text.values(value)

    def in_line(self, value, language):
        return spoken(value, language)

    def example(self):
        return dict.fromkeys(LANGUAGES) | {"en": "In one language at least"}

    def said(self, value, languages, its=None):
        for language in languages if value else ():
            if text := value.get(language):
                yield text, language


class Object(Shape):
    """An object of which the members that have a title are columns: {member: shape}."""

    def __init__(self, component, members, title="", about="", optional=(), null=True):
        reference = reference_to(component)
        super().__init__(or_null(reference) if null else reference, title)
        self.component, self.members, self.about = component, members, about
        self.optional, self.reference, self.null = optional, reference, null
        self.referring = [(name, each) for name, each in members.items() if each.refers]
        self.refers = self.refers or bool(self.referring)
        self.shown = {name: each for name, each in members.items() if each.title}
        self.empty = (None,) * len(self.shown)
        self.read = [(name, each) for name, each in members.items() if each.searched]
        self.searched = bool(self.read)

    def inner(self):
        return self.members.values()

    def exchanged(self, value, references):
        """What refers to something that is gone goes with it, unless null may stand there."""
        for name, each in self.referring if value else ():
            if (refers := value.get(name)) is not None:
                new = each.exchanged(refers, references)
                if new is None and not each.null:
                    return None
                value = value if new is refers else value | {name: new}
        return value

    def own_schema(self):
        required = [name for name in self.members if name not in self.optional]
        schema = object_of(required, **{name: each.schema for name, each in self.members.items()})
        return schema | ({"description": self.about} if self.about else {})

    def components(self):
        found = {self.component: self.own_schema()}
        for each in self.members.values():
            found |= each.components()
        return found

    def columns(self, key, language):
        return [
            Column(f"{key}_{member}", each.type, (each.title,))
            for member, each in self.shown.items()
        ]

    def cells(self, value, language, join=JOIN.join):
        return [value[member] for member in self.shown] if value else self.empty

    def in_line(self, value, language):
        return value and value["edtf"]  # of objects in rows, dates alone have no columns

    def example(self):
        return {name: each.example() for name, each in self.members.items()}

    def codes(self):
        own = {name: each.choices for name, each in self.members.items() if each.choices}
        found = {self.component: own} if own else {}
        for each in self.members.values():
            found |= each.codes()
        return found

    def said(self, value, languages, its=None):
        if value:
            its = value.get("language")
            for member, each in self.read:
                if (inner := value.get(member)) is not None:
                    yield from each.said(inner, languages, its)

    def typed(self, value, where):
        for key, inner in (value or {}).items():
            yield from self.members.get(key, UNKNOWN).typed(inner, f"{where} {key}")


class Extended(Object):
    """An object that has the members of another as well."""

    def __init__(self, component, other, members, **options):
        self.other, self.more = other, members
        super().__init__(component, other.members | members, **options)

    def own_schema(self):
        more = {name: each.schema for name, each in self.more.items()}
        return {"allOf": [self.other.reference, object_of(list(more), **more)]}


class Reference(Object):
    """A reference: what names it in addresses, and its name. What is typed there is not the
    card's own."""

    word, titles = "slug", (_("short name"), _("name"))
    words, titles_of_many = "slugs", (_("short names"), _("names"))
    refers = True

    def exchanged(self, value, references):
        if value is None or value["id"] not in references:
            return value
        new = references[value["id"]]
        return None if new is None else value | new

    def typed(self, value, where):
        return ()

    def columns(self, key, language):
        language, (word, name) = language or "en", self.titles
        return [
            Column(f"{key}_{self.word}", labels=(word,)),
            Column(f"{key}_name_{language}", labels=(name, IN_WORDS[language])),
        ]

    def cells(self, value, language, join=JOIN.join):
        if value is None:
            return (None, None)
        return (self.key_of(value), spoken(value["name"], language or "en"))

    def in_line(self, value, language):
        return value and self.key_of(value)

    def key_of(self, value):
        return value["slug"]


class ExtendedReference(Extended, Reference):
    """A reference with further keys of its kind."""

    def __init__(self, component, members, **options):
        super().__init__(component, REFERENCE, members, **options)


class Place(ExtendedReference):
    """A reference to a place: its code, or its address where it has none."""

    word, titles = "code", (_("code"), _("name"))
    words, titles_of_many = "codes", (_("codes"), _("names"))

    def key_of(self, value):
        return value["code"] or value["slug"]


class Many(Shape):
    """A list of objects, laid flat as lines in one column: of the members named, as in
    "founded: 2003"."""

    def __init__(self, each, *members, **schema):
        super().__init__(list_of(each.reference) | schema, searched=each.searched)
        self.each, self.members, self.refers = each, members, each.refers

    def inner(self):
        return (self.each,)

    def exchanged(self, value, references):
        rows = [self.each.exchanged(row, references) for row in value or ()]
        return [row for row in rows if row is not None]

    def components(self):
        return self.each.components()

    def cells(self, value, language, join=JOIN.join):
        return (join([self._line(one, language or "en") for one in value]) or None,)

    def _line(self, one, language):
        parts = (self.each.members[name].in_line(one[name], language) for name in self.members)
        return ": ".join(str(part) for part in parts if part is not None and part != "")

    def example(self):
        return [self.each.example()]

    def codes(self):
        return self.each.codes()

    def said(self, value, languages, its=None):
        for row in value or ():
            yield from self.each.said(row, languages)

    def typed(self, value, where):
        for number, row in enumerate(value or (), start=1):
            yield from self.each.typed(row, f"{where} {number}")


class References(Many):
    """A list of references: what names them, and their names. `one` is what the columns are
    called by, where that is not the key without its s."""

    def __init__(self, each, one=None, searched=True, **schema):
        super().__init__(each, **schema)
        self.one, self.searched = one, searched
        self.named = each  # of the rows, what columns are made of

    def references(self, value):
        return value

    def columns(self, key, language):
        one, language = self.one or key.removesuffix("s"), language or "en"
        words, names = self.named.titles_of_many
        return [
            Column(f"{one}_{self.named.words}", labels=(words,)),
            Column(f"{one}_names_{language}", labels=(names, IN_WORDS[language])),
        ]

    def cells(self, value, language, join=JOIN.join):
        if not value:
            return (None, None)
        key_of, language = self.named.key_of, language or "en"
        names = [spoken(one["name"], language) for one in value]
        return (join([key_of(one) for one in value]) or None, join(names) or None)


class Places(References):
    """A list of places, and the first-level regions in which they lie, each once."""

    def columns(self, key, language):
        regions = Column(f"{key.removesuffix('s')}_regions", labels=(_("regions"),))
        return [*super().columns(key, language), regions]

    def cells(self, value, language, join=JOIN.join):
        regions = dict.fromkeys(one["region"] for one in value if one["region"])
        return (*super().cells(value, language, join), join([*regions]) or None)


class Words(Shape):
    """A list of plain words, each of the shape given."""

    def __init__(self, each=UNKNOWN, searched=True, **schema):
        super().__init__(list_of(STRING | schema), searched=searched)
        self.each = each

    def cells(self, value, language, join=JOIN.join):
        return (join(value) or None,)

    def example(self):
        return [example_of(self.schema["items"])]

    def typed(self, value, where):
        for word in value or ():
            yield from self.each.typed(word, where)


class Pairs(Shape):
    """An object whose members differ from record to record, as in "OECD-DAC: 15150"."""

    schema = {"type": "object", "additionalProperties": STRING}
    searched = False

    def cells(self, value, language, join=JOIN.join):
        return (join([f"{name}: {code}" for name, code in value.items()]) or None,)

    def example(self):
        return {}

    def typed(self, value, where):
        yield from ((where, self, name) for name in value or ())  # the names are typed as well
        yield from super().typed(value, where)


class Point(Shape):
    """[longitude, latitude]."""

    schema = or_null(reference_to("Point"))
    searched = False

    def columns(self, key, language):
        titles = {"longitude": _("longitude"), "latitude": _("latitude")}
        return [Column(name, "number", (title,)) for name, title in titles.items()]

    def cells(self, value, language, join=JOIN.join):
        return value or (None, None)

    def example(self):
        return [31.72, 54.02]


REFERENCE = Reference("Reference", {"type": Code(STRING), "id": ID, "slug": Slug(), "name": Text()})
NAMED = Reference("Reference", REFERENCE.members, null=False)  # where there always is one
WITHIN = Words(Elsewhere(), searched=False)  # the addresses of what is around or above
