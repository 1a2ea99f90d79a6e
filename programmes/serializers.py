from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from registry.cards.declarations import declare
from registry.cards.fields import IMPLIED, NONE, CardField, shape_of
from registry.cards.index import day_of, role_terms
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
from registry.cards.shapes.plain import JOIN, LANGUAGE, TIME_ZONE, Column
from registry.locations.serializers import ABOVE, PlacesField
from registry.records.fields import (
    DATE,
    INTERVAL,
    KEYS_OF_SOURCES,
    MOMENT,
    TERM,
    CitingField,
    DateField,
    EndField,
    EntrySerializer,
    FiguresField,
    ReferenceField,
    SourcesField,
    StartField,
    TermsField,
    TextField,
    ValueField,
    as_sides,
    public_parts,
    public_reference,
)
from registry.records.from_parts import (
    ActiveField,
    ReachBeyondField,
    ReachedRolesField,
    ReachField,
)
from registry.records.models import CHAIN, PARENTS
from registry.values.dates.edtf import parse
from registry.values.dates.words import as_card, span_text
from registry.values.texts import LANGUAGES, spoken
from registry.values.translated import texts

from . import linked_data
from .models import Edition, Event, Initiative, Programme, Role

# Who runs a thing, and what these are a part of: all of them bind how finely its place is shown.
RUN_BY = f"roles__organisation__{PARENTS}"


def of_programme(path):
    """Who runs the programme at this path and those of which it is a part."""
    steps = [path, *PARENTS.split("__")]
    return tuple("__".join([*steps[: n + 1], RUN_BY]) for n in range(len(steps)))


# What decides where every activity is, and what else it shows.
PLACES = (RUN_BY, f"placements__location__{ABOVE}")
OWN = (
    "roles__organisation",
    "roles__source",
    f"placements__location__{ABOVE}",
    "themes__term__parent__parent",
    "audiences__term__parent__parent",
    "figures__source",
    "citations__source",
)
HOW = ("formats__term__parent__parent", "approaches__term__parent__parent")
OF_PROGRAMME = of_programme("programme")
OF_EDITION = (f"edition__{RUN_BY}", *of_programme("edition__programme"))


def wholes_of(body):
    """What a card is a part of, and the organisations that run it: [(type, public id)]."""
    found = {
        (role["organisation"]["type"], role["organisation"]["id"])
        for role in body["roles"]
        if role["role"] in Role.RUNNING
    }
    # That an edition is of a programme, the edition itself says.
    named = (body.get(key) for key in ("edition", "programme", "parent", "organisation"))
    nearest = next(filter(None, named), None)
    if nearest:
        found.add((nearest["type"], nearest["id"]))
    return [(card_type, UUID(public_id)) for card_type, public_id in sorted(found)]


# What all kinds of activity are.
ACTIVITY = {
    "order": "-start",
    "wholes": wholes_of,
    "running": tuple(Role.RUNNING),
    "is_mapped": True,
}


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
        """The day, if it is one: these stand in calendars."""
        day = day_of(value)
        return {(self.filtered_by, day.isoformat())} if day else set()


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


class ActivitySerializer(EntrySerializer):
    places = PLACES
    cites = ("roles", "figures")

    summary = TextField(_("In one sentence"))
    description = TextField(_("Description"))
    mode = ValueField(_("In person or online"), filtered_by="mode")
    start = StartField()
    end = EndField()
    dates = IntervalField()
    roles = RolesField()
    locations = PlacesField()
    themes = TermsField(_("Themes"), filtered_by="theme")
    audiences = TermsField(_("For whom"), filtered_by="audience")
    figures = FiguresField()
    website = ValueField(_("Website"))
    note = TextField(_("What is not stated"))
    sources = SourcesField()
    verified_on = ValueField(_("Last verified on"))


@declare(
    Programme,
    "programme",
    "programmes",
    **ACTIVITY,
    counted=ngettext_lazy("%(count)s programme", "%(count)s programmes", "count"),
    parts=("edition", "programme", "initiative", "event"),
    counted_in_places=("location_kind", "country"),
    years_counted_in=("location", "organisation"),
    has_status_of_day=True,
    thing=linked_data.project,
    searched=3,
    followed=2,
    in_menu=1,
    at_home=1,
    matched=2,
)
class ProgrammeSerializer(ActivitySerializer):
    keys = (
        *("type", "id", "slug", "name", "summary", "description", "kind", "mode"),
        *("parent", "start", "end", "dates", "active", "roles", "reach_roles", "locations"),
        *("reach", "reach_beyond", "themes", "audiences", "formats", "approaches", "figures"),
        *("editions", "website", "note", "sources", "verified_on"),
    )
    # The parent is the first step of the chain itself, so this is one step less than elsewhere.
    bound_by = (RUN_BY, *of_programme("parent")[:CHAIN])
    shows = (*OWN, *HOW, *bound_by, "parent", "editions")
    places = (*PLACES, *bound_by)

    kind = ValueField(_("Kind"), filtered_by="kind")
    formats = FormatsField()
    approaches = ApproachesField()
    parent = ReferenceField(_("Part of"), filtered_by="parent")
    editions = ReferencesField(_("Editions"))
    active = ActiveField()
    reach = ReachField()
    reach_roles = ReachedRolesField()
    reach_beyond = ReachBeyondField()


@declare(
    Edition,
    "edition",
    "editions",
    **ACTIVITY,
    counted=ngettext_lazy("%(count)s edition", "%(count)s editions", "count"),
    parts=("initiative", "event"),
    has_status_of_day=True,
    thing=linked_data.project,
    searched=6,
)
class EditionSerializer(ActivitySerializer):
    keys = (
        *("type", "id", "slug", "name", "summary", "description", "programme", "number"),
        *("ordinal_as_printed", "mode", "start", "end", "dates", "active", "roles"),
        *("reach_roles", "locations", "reach", "reach_beyond", "themes", "audiences", "formats"),
        *("approaches", "figures", "initiatives", "website", "note", "sources", "verified_on"),
    )
    bound_by = (RUN_BY, *OF_PROGRAMME)
    shows = (*OWN, *HOW, *bound_by, "programme", "initiatives")
    places = (*PLACES, *bound_by)

    programme = ReferenceField(_("Programme"), filtered_by="programme")
    number = ValueField(_("Number"))
    ordinal_as_printed = ValueField(_("Number as printed"))
    formats = FormatsField()
    approaches = ApproachesField()
    initiatives = ReferencesField(_("Initiatives"))
    active = ActiveField()
    reach = ReachField()
    reach_roles = ReachedRolesField()
    reach_beyond = ReachBeyondField()


@declare(
    Initiative,
    "initiative",
    "initiatives",
    **ACTIVITY,
    counted=ngettext_lazy("%(count)s initiative", "%(count)s initiatives", "count"),
    thing=linked_data.project,
    searched=5,
    followed=3,
    at_home=4,
)
class InitiativeSerializer(ActivitySerializer):
    keys = (
        *("type", "id", "slug", "name", "summary", "description", "programme", "edition"),
        *("result", "award", "mode", "start", "end", "dates", "roles", "locations", "themes"),
        *("audiences", "figures", "website", "note", "sources", "verified_on"),
    )
    bound_by = (RUN_BY, *OF_PROGRAMME, *OF_EDITION)
    shows = (*OWN, *bound_by, "programme", "edition__programme")
    places = (*PLACES, *bound_by)

    # Also where the record names only its edition.
    programme = ReferenceField(_("Programme"), source="programme_of", filtered_by="programme")
    edition = ReferenceField(_("Edition"), filtered_by="edition")
    result = ValueField(_("Result"), filtered_by="result")
    award = ValueField(_("Award or category"))


@declare(
    Event,
    "event",
    "events",
    **ACTIVITY,
    counted=ngettext_lazy("%(count)s event", "%(count)s events", "count"),
    thing=linked_data.event,
    searched=4,
    followed=1,
    in_menu=3,
    at_home=3,
)
class EventSerializer(ActivitySerializer):
    keys = (
        *("type", "id", "slug", "name", "summary", "description", "kind", "status", "mode"),
        *("programme", "edition", "organisation", "start", "end", "dates", "time_zone"),
        *("venue", "formats", "registration_url", "registration_deadline", "cost", "capacity"),
        *("languages", "locations", "roles", "themes", "audiences", "figures", "website"),
        *("note", "sources", "verified_on"),
    )
    bound_by = (RUN_BY, *OF_PROGRAMME, *OF_EDITION, f"organisation__{PARENTS}")
    shows = (
        *(*OWN, *bound_by, "programme", "edition__programme", "organisation"),
        "formats__term__parent__parent",
    )
    places = (*PLACES, *bound_by, "organisation")

    kind = ValueField(_("Kind"), filtered_by="kind")
    status = ValueField(_("Status"), filtered_by="status")
    # Also where the record names only its edition.
    programme = ReferenceField(_("Programme"), source="programme_of", filtered_by="programme")
    edition = ReferenceField(_("Edition"), filtered_by="edition")
    organisation = ReferenceField(_("Organisation"), filtered_by="organisation")
    start = MomentField("start", _("Beginning"), filtered_by="day")
    end = MomentField("end", _("End"))
    time_zone = ValueField(_("Time zone"), TIME_ZONE, source="shown_zone", placed=IMPLIED)
    venue = VenueField()
    formats = FormatsField()
    registration_url = ValueField(_("Registration"))
    registration_deadline = DateField(_("Registration until"), filtered_by="registration_deadline")
    cost = ValueField(_("Cost"), searched=True)
    capacity = ValueField(_("Places to take part"))
    languages = LanguagesField()
