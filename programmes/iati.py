"""Programmes as activities of IATI 2.03: https://iatistandard.org/en/iati-standard/203/

An activity says what its card says. What the standard demands and no source tells is not made up:
the programme is left out, and `manage.py iati --report` names it with what is lacking. Shares of
themes and countries, which the standard demands as well, are equal.
"""

from collections import Counter
from datetime import date
from itertools import islice
from typing import NamedTuple

import orjson
from django.conf import settings
from okfn_iati import (
    Activity,
    ActivityDate,
    ActivityDateType,
    ActivityStatus,
    DocumentCategory,
    DocumentLink,
    IatiXmlGenerator,
    IndicatorMeasure,
    Location,
    LocationID,
    LocationIdentifier,
    LocationReach,
    Narrative,
    OrganisationRole,
    OrganisationType,
    OrganizationRef,
    ParticipatingOrg,
    RelatedActivityType,
    Result,
    ResultType,
    SectorCategory,
)
from okfn_iati.models import Indicator, IndicatorPeriod, IndicatorPeriodActual

from organisations.iati import (
    Iati,
    kind_of,
    known,
    narratives,
    own_reference,
    reference,
)
from registry.api.formats import Contents, offer
from registry.api.formats.xml import xml_safe
from registry.cards import statuses
from registry.cards.declarations import page_address
from registry.cards.index import day_of, places_of
from registry.cards.models import Card
from registry.cards.read import data_address, rfc3339
from registry.locations.models import Location as Place
from registry.records.models import Figure
from registry.values.signature import publisher_name
from registry.values.texts import LANGUAGES, in_all_languages

from .models import Programme

BATCH = 200  # programmes whose organisations and places are read at once
# In the code list OrganisationRole, accountable is who oversees an activity, implementing who
# carries it out.
ROLES = {
    "implementer": OrganisationRole.IMPLEMENTING,
    "organiser": OrganisationRole.ACCOUNTABLE,
    "co-organiser": OrganisationRole.ACCOUNTABLE,
    "funder": OrganisationRole.FUNDING,
    "co-sponsor": OrganisationRole.FUNDING,
    "partner": OrganisationRole.IMPLEMENTING,
    "host": OrganisationRole.IMPLEMENTING,
}  # whom it is for, and who spoke at it, takes no part in it as IATI sees it
# Nothing stands for “unknown”: the standard demands a status, so the programme is left out.
STATUSES = {
    "planned": ActivityStatus.PIPELINE,
    "running": ActivityStatus.IMPLEMENTATION,
    "ended": ActivityStatus.POST_COMPLETION,  # code 4, by now called Closed
}
DAC, OWN = "1", "99"  # vocabularies of sectors
UNSPECIFIED = "99810"  # sectors not specified, in the first of them
COUNTRIES = "A4"  # the vocabulary of ISO 3166-1
EXACT, APPROXIMATE = "1", "2"  # by the code list GeographicExactness
AREA, SETTLEMENT = "1", "2"  # classes of places
WGS84 = "http://www.opengis.net/def/crs/EPSG/0/4326"


@offer
class IatiActivities(Iati):
    root = "iati-activities"
    place = 3
    types = ("programme",)
    reads_each = True  # no index tells what a card lacks
    demanded = {
        "title": "a name",
        "description": "what it is",
        "participating-org": "who takes part",
        "activity-status": "whether it goes on",
        "activity-date": "when it began",
        "recipient-country": "in which country it is",
        "sector": "a theme",
    }

    def contents(self, export):
        wanting = [lacking(row, orjson.loads(row.body), export.day) for row in export.rows()]
        lacks = Counter(element for elements in wanting for element in elements)
        return Contents(
            wanting.count([]), {name: lacks[name] for name in self.demanded if lacks[name]}
        )

    def has_any(self, export):
        return any(not lacking(row, orjson.loads(row.body), export.day) for row in export.rows())

    def elements(self, export):
        generator, themes = IatiXmlGenerator(), Themes()
        for row, body, beside in with_related(export.rows()):
            if not lacking(row, body, export.day):
                activity = Reported(row, body, beside, themes, export)
                yield generator.generate_activity_xml(activity.activity())


class Beside(NamedTuple):
    """What is read of other cards for many programmes at once."""

    organisations: dict  # {slug: body}
    geonames: dict  # {slug of a place: its number there}
    parents: dict  # {id of a programme: that of the one of which it is part}


def with_related(rows):
    """(row, body, what is beside) of each, read in batches."""
    while batch := [(row, orjson.loads(row.body)) for row in islice(rows, BATCH)]:
        slugs = {role["organisation"]["slug"] for _, body in batch for role in body["roles"]}
        places = {place["slug"] for _, body in batch for place in places_of(body)}
        beside = Beside(known(slugs), numbered(places), parents([body for _, body in batch]))
        for row, body in batch:
            yield row, body, beside


def numbered(slugs):
    """{slug: number in GeoNames} of the places that have one, by one query."""
    cards = Place.objects.public().filter(slug__in=slugs).values_list("slug", "body")
    numbers = {slug: orjson.loads(body)["codes"]["geonames"] for slug, body in cards}
    return {slug: number for slug, number in numbers.items() if number}


def parents(bodies):
    """{id: id of its parent} of the programmes and of all above them, by a query for each level."""
    found, read = {}, {body["id"] for body in bodies}
    while bodies:
        found |= {body["id"]: body["parent"]["id"] for body in bodies if body["parent"]}
        above = {*found.values()} - read
        read |= above
        cards = Programme.objects.public().filter(public_id__in=above)
        bodies = [orjson.loads(body) for body in cards.values_list("body", flat=True)]
    return found


def level(public_id, parents):
    """1 of what is part of nothing, 2 of its parts, 3 of theirs."""
    way = [public_id]
    # A file can have brought a circle of parents.
    while (above := parents.get(way[-1])) and above not in way:
        way.append(above)
    return len(way)


def lacking(row, body, day):
    """The mandatory elements of an activity for which the card has nothing."""
    found = {
        "title": narratives(body["name"]),
        "description": about(body),
        "participating-org": [role for role in body["roles"] if role["role"] in ROLES],
        "activity-status": statuses.status_of(row, day) in STATUSES,
        "activity-date": body["start"] and body["start"]["earliest"],
        "recipient-country": countries(body),
        "sector": body["themes"],
    }
    return [element for element, value in found.items() if not value]


def about(body):
    return narratives(body["description"]) or narratives(body["summary"])


def countries(body):
    return Counter(dict.fromkeys((p["country"] for p in places_of(body) if p["country"]), 1))


def shares(counts):
    """{key: percentage} that add up to exactly 100, whatever is divided."""
    # Three times 33.33 is not 100, which the standard demands: the first takes what is left.
    total, left, found = sum(counts.values()), 10_000, {}
    for key, count in counts.items():
        found[key] = 10_000 * count // total
        left -= found[key]
    found[next(iter(found))] += left
    return {key: f"{hundredths / 100:.2f}" for key, hundredths in found.items()}


class Themes:
    """The codes of the OECD's list that the cards of themes have."""

    def __init__(self):
        cards = Card.objects.with_term("term", "scheme", ["theme"])
        self.codes = {}
        for body in map(orjson.loads, cards.values_list("body", flat=True)):
            code = body["codes"].get("OECD-DAC")
            if code in SectorCategory.__members__:
                self.codes[body["slug"]] = code

    def code(self, theme):
        """That of the theme, or of the nearest broader one."""
        return next(filter(None, map(self.codes.get, [theme["slug"], *theme["within"]])), None)


class Reported:
    """One programme, on its way to be an activity."""

    def __init__(self, row, body, beside, themes, export):
        self.row, self.body, self.beside = row, body, beside
        self.themes, self.day, self.absolute = themes, export.day, export.request.build_absolute_uri

    def activity(self):
        body = self.body
        reporter = OrganizationRef(
            ref=settings.IATI_REFERENCE,
            type=OrganisationType.OTHER.value,
            narratives=[Narrative(publisher_name("en"), "en")],
            secondary_reporter=True,
        )
        activity = Activity(
            iati_identifier=own_reference(body["id"]),
            reporting_org=reporter,
            title=narratives(body["name"]),
            # Type 1 is a general description, as against objectives and target groups.
            description=[{"type": "1", "narratives": about(body)}],
            participating_orgs=self.participants(),
            activity_status=STATUSES[statuses.status_of(self.row, self.day)],
            activity_dates=self.dates(),
            recipient_countries=[
                {"code": code, "percentage": share}
                for code, share in shares(countries(body)).items()
            ],
            locations=self.places(),
            document_links=[*self.pages(), *self.sources()],
            results=[result(figure) for figure in body["figures"]],
            hierarchy=str(level(body["id"], self.beside.parents)),
            last_updated_datetime=rfc3339(self.row.updated_at),
        )
        # The library takes only codes of the OECD for sectors, if they are given with the rest.
        activity.sectors = self.sectors()
        if body["parent"]:
            ref = own_reference(body["parent"]["id"])
            activity.related_activities = [{"ref": ref, "type": RelatedActivityType.PARENT}]
        return activity

    def participants(self):
        found = {}
        for role in self.body["roles"]:
            organisation = role["organisation"]
            card = self.beside.organisations.get(organisation["slug"])
            # Organiser and co-organiser are one role there, and who is both is named once.
            if role["role"] in ROLES:
                found[organisation["slug"], ROLES[role["role"]]] = ParticipatingOrg(
                    role=ROLES[role["role"]],
                    ref=card and reference(card),
                    type=card and kind_of(card),
                    narratives=narratives(organisation["name"]),
                )
        return list(found.values())

    def dates(self):
        """The first and the last day that are possible; in words where they are not exact."""
        types, found = ActivityDateType, []
        for key, bound, planned, actual in (
            ("start", "earliest", types.PLANNED_START, types.ACTUAL_START),
            ("end", "latest", types.PLANNED_END, types.ACTUAL_END),
        ):
            known_date = self.body[key]
            if known_date and known_date[bound]:
                # The standard lets no actual date lie in the future.
                over = date.fromisoformat(known_date[bound]) <= self.day
                words = [] if day_of(known_date) else narratives(known_date["text"])
                found.append(ActivityDate(actual if over else planned, known_date[bound], words))
        return found

    def sectors(self):
        themes = self.body["themes"]
        own = shares({theme["slug"]: 1 for theme in themes})
        glossary = self.absolute(f"{data_address('term')}?scheme=theme")
        found = [
            {
                "code": theme["slug"],
                "vocabulary": OWN,
                "vocabulary_uri": glossary,  # a vocabulary of one's own must say where it is
                "percentage": own[theme["slug"]],
                "narratives": narratives(theme["name"]),
            }
            for theme in themes
        ]
        codes = [self.themes.code(theme) for theme in themes]
        if any(codes):
            # The shares in a list are of the whole: what it has no word for is said as well.
            divided = shares(Counter(code or UNSPECIFIED for code in codes))
            found += [
                {"code": code, "vocabulary": DAC, "percentage": share}
                for code, share in divided.items()
            ]
        return found

    def places(self):
        numbers = self.beside.geonames
        return [
            place(each, numbers.get(each["slug"]))
            for each in places_of(self.body)
            if each["kind"] != "country"
        ]

    def pages(self):
        """The page of the programme in each language."""
        for language in LANGUAGES:
            path = page_address("programme", self.body["slug"], language)
            yield document(self.absolute(path), narratives(self.body["name"]), [language])

    def sources(self):
        for source in self.body["sources"]:
            url = source["url"] or source["archived_url"]
            # A document without a title is not valid.
            if url and (title := narratives(source["name"])):
                yield document(url, title, [source["language"]] if source["language"] else [])


def document(url, title, languages):
    # The standard demands the format, and no source records its own: the address has to tell.
    media_type = "application/pdf" if url.lower().endswith(".pdf") else "text/html"
    categories = [DocumentCategory.ACTIVITY_WEB_PAGE]
    return DocumentLink(xml_safe(url), media_type, title, categories, languages)


def place(shown, geonames):
    location = Location(
        location_reach=LocationReach.ACTIVITY,  # where it takes place, not whom it is for
        name=narratives(shown["name"]),
        exactness=EXACT if shown.get("precision") == "exact" else APPROXIMATE,
        location_class=AREA if shown["kind"] in ("region", "district") else SETTLEMENT,
    )
    if shown["point"]:
        longitude, latitude = shown["point"]
        location.point = {"srsName": WGS84, "pos": f"{latitude} {longitude}"}  # as EPSG:4326 has it
    # By its own number or by none: that of its region would name another place.
    if geonames:
        location.location_id = LocationIdentifier(LocationID.GEONAMES, str(geonames))
    if shown["country"]:
        location.administrative = [{"vocabulary": COUNTRIES, "code": shown["country"]}]
    return location


def result(figure):
    """A figure with its number where the source says of which time; else as it is printed."""
    measure = Figure.Measure(figure["measure"]).label
    title = narratives(figure["label"]) or narratives(in_all_languages(lambda: measure))
    printed = [Narrative(xml_safe(figure["printed"]))]
    indicator = Indicator(IndicatorMeasure.UNIT, title, description=printed)
    period = figure["period"]
    # A period must have both of its ends.
    if period and period["earliest"] and period["latest"] and figure["number"] is not None:
        actual = IndicatorPeriodActual(value=str(figure["number"]), comment=printed)
        indicator.period = [IndicatorPeriod(period["earliest"], period["latest"], actual=[actual])]
    # What was done is an output; what came of it would be an outcome. Figures stand side by side,
    # and nobody is to add them up.
    return Result(ResultType.OUTPUT, aggregation_status=False, title=title, indicator=[indicator])
