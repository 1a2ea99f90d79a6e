"""Fields of cards that programmes, editions, initiatives and events have besides those of all."""

from django.utils.translation import gettext_lazy as _

from registry.cards.fields import IMPLIED, NONE, CardField, shape_of
from registry.cards.index import DAYLESS, NEVER, SPAN, day_of, role_terms, span_of, unit_of
from registry.cards.shapes.objects import (
    IN_WORDS,
    NAMED,
    REFERENCE,
    Many,
    Object,
    References,
    Text,
    Words,
)
from registry.cards.shapes.plain import JOIN, LANGUAGE, Column
from registry.records.fields import (
    DATE,
    INTERVAL,
    KEYS_OF_SOURCES,
    MOMENT,
    TERM,
    CitingField,
    TermsField,
    as_sides,
    public_parts,
    public_reference,
)
from registry.values.dates.edtf import parse
from registry.values.dates.words import as_card, span_text
from registry.values.texts import LANGUAGES, spoken
from registry.values.translated import texts

from .models import Role


class Roles(Many):
    """Roles: a pair of columns for each kind of role, given as choices."""

    def __init__(self, kinds):
        row = {
            "role": shape_of(Role, "role"),
            "organisation": NAMED,
            "start": DATE,
            "end": DATE,
            "sources": KEYS_OF_SOURCES,
        }
        super().__init__(Object("Role", row))
        # Of all kinds, held or not: columns do not depend on what the rows hold.
        self.kinds = dict(kinds)
        self.places = {kind: 2 * n for n, kind in enumerate(self.kinds)}

    def columns(self, key, language):
        language, (slugs, names) = language or "en", REFERENCE.titles_of_many
        return [
            column
            for kind, label in self.kinds.items()
            for column in (
                Column(f"{kind.replace('-', '_')}_slugs", labels=(label, slugs)),
                Column(
                    f"{kind.replace('-', '_')}_names_{language}",
                    labels=(label, names, IN_WORDS[language]),
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


class RolesField(CitingField):
    """The roles of public organisations, in the order of the code list."""

    title = _("Role")
    shape = Roles(Role.Kind.choices)
    filtered_by = "role"

    def terms(self, value, body):
        found = {(self.filtered_by, NONE)} if not value else set()
        return found.union(
            *(role_terms(role["role"], role["organisation"]["slug"]) for role in value)
        )

    def cited(self, instance, keys):
        roles = sorted(
            public_parts(instance.roles), key=lambda role: Role.Kind.values.index(role.role)
        )
        return [
            {
                "role": role.role,
                "organisation": public_reference(role.organisation),
                **as_sides(role, "start", "end"),
                "sources": [keys[role.source]] if role.source in keys else [],
            }
            for role in roles
        ]


class ReferencesField(CardField):
    """References to those that are public."""

    shape = References(REFERENCE)

    def to_representation(self, rows):
        return [reference for row in rows.all() if (reference := public_reference(row))]


class IntervalField(CardField):
    """The whole interval in EDTF and in words, or null: {"edtf", "text"}."""

    title = _("When")
    shape = INTERVAL

    def to_representation(self, edtf):
        return {"edtf": edtf, "text": span_text(parse(edtf))} if edtf else None


class MomentField(CardField):
    """The start or end of an event: a date with its `time` in RFC 3339, or null."""

    shape = MOMENT
    # Moments tell the zone, and a clock tells the country (docs/decisions/0012).
    of_record, placed = True, IMPLIED

    def __init__(self, side, *arguments, **options):
        self.side = side
        super().__init__(*arguments, **options)

    def to_representation(self, event):
        shown = event.shown_side(self.side)
        return shown and as_card(shown[0], side=self.side) | {"time": shown[1]}

    def terms(self, value, body):
        """The day, if it is one: these stand in calendars, and before those that have none. And the
        month or year in which all of it lies."""
        first, last, _uncertain = span_of(body)
        if (first, last) == NEVER:
            return set()
        day = day_of(value)
        begins = (self.filtered_by, day.isoformat()) if day else DAYLESS
        return {begins, (SPAN, unit_of(first, last))}


class VenueField(CardField):
    """The venue, where the exact place may be shown."""

    title = _("Venue")
    shape = Text()
    of_record = placed = True

    def to_representation(self, event):
        return texts(event, "venue") if event.is_exact else dict.fromkeys(LANGUAGES)


class LanguagesField(CardField):
    title = _("Languages")
    shape = Words(LANGUAGE)

    def to_representation(self, text):
        return text.split()


class FormatsField(TermsField):
    title = _("Formats")
    filtered_by = "format_used"


class ApproachesField(TermsField):
    title = _("Approaches")
    shape = References(TERM, one="approach")
    filtered_by = "approach"
