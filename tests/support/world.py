"""A small registry with every kind of page, for tests that look at all of them.

populate(); for page in pages("be"): client.get(page.address) answers page.status
"""

from dataclasses import dataclass
from urllib.parse import quote

from registry.cards.changeset import writing
from registry.cards.clock import today
from registry.workflow.withdrawal import Reason, withdraw
from tests.support.factories import (
    belarus,
    edition,
    event,
    figure,
    initiative,
    life_event,
    organisation,
    programme,
    source,
    term,
)

LANGUAGES = ("en", "be", "ru")


@dataclass(frozen=True)
class Page:
    address: str
    status: int = 200

    @property
    def path(self):
        return self.address.partition("?")[0]


def populate():
    """Names with quotes, brackets and ampersands; texts that one language lacks; every part."""
    coming = today().year + 1  # a calendar leads through every month until its last event
    places = belarus()
    district = places["mstsislaw-district"]
    report = source(
        "report",
        name_en='Report "of" the <final> & more',
        publisher="Press & Co",
        date="2015-11-23",
        language="ru",
        url="https://source.example/final?a=1&b=2",
        archived_url="https://archive.example/final",
    )
    unknown = source("unknown", name_ru="Без адреса")
    sport = term("sport", name_en="Sport", definition_en="What people train.", sources=[report])
    term("running", name_en="Running", parent=sport)
    young = term("young", scheme="audience", name_en="Young people")
    library = term("human-library", scheme="format", name_en="Human library")
    term("clan", scheme="concept", name_en="Clan", definition_en="A family that governs.")
    club = organisation(
        "club",
        name_en='Sport Club "Dynamo" & <friends>',
        name_be="Спартыўны клуб",
        kind="ngo",
        seat=district,
        themes=[sport],
        names=["SC & Co"],
        email="club@example.org",
        website="https://club.example/",
        helps_with_en="Grounds & balls",
        sources=[report],
    )
    life_event(club, "founded", "2003", source=report, text_en="It was founded.")
    closed = organisation("office", name_en="Old Office", kind="field-operation", parent=club)
    life_event(closed, "closed", "2011-03-31", source=report)
    contest = programme(
        "contest",
        name_en='Sport "Region" & <more>',
        name_ru="Спорт Регион",
        kind="contest",
        dates="2016-02/2016-10",
        summary_en="Sports grounds </script> for everybody.",
        description_ru="Площадки для всех.\n\nИ для каждого.",
        note_en="The number of grounds is not stated.",
        themes=[sport],
        audiences=[young],
        locations=[district, places["mstsislaw"]],
        roles=[("organiser", club), ("funder", closed), ("partner", organisation("partner"))],
        sources=[report, unknown],
        website="https://contest.example/?a=1&b=2",
        verified_on="2026-11-20",
    )
    figure(contest, "about 50", source=report, period="2016", number=50, label_en="took part")
    figure(contest, "60", source=unknown, period="2016", number=60)
    programme("part", parent=contest, dates="2013-23")
    sixth = edition(
        "sixth",
        name_en="Sixth contest",
        programme=contest,
        number=6,
        dates="2016",
        locations=[district],
    )
    edition("seventh", programme=contest, dates="2017/..")
    initiative("ground", edition=sixth, result="winner", award="Best", locations=[district])
    event(
        "final",
        kind="final",
        edition=sixth,
        dates="2016-10-08/2016-10-09",
        locations=[district],
        mode="hybrid",
        formats=[library],
        capacity=40,
        cost="free",
        roles=[("host", club)],
    )
    event("meeting", kind="meeting", dates="XXXX-03-04/XXXX-03-05", organisation=club)
    event(
        "forum",
        kind="forum",
        dates=f"{coming}-12-12",
        start_time="10:00",
        end_time="12:30",
        locations=[places["mstsislaw"]],
        organisation=club,
        registration_deadline=f"{coming}-12-01",
        registration_url="https://forum.example/",
        languages="be ru",
    )
    event("in-october", dates="XXXX-10", locations=[district])
    event("called-off", dates=f"{coming}-12-13", status="cancelled", locations=[district])
    programme("everywhere", kind="project", locations=[places["belarus"]])
    programme("nowhere", name_ru="Нигде")
    with writing():
        for number in range(45):
            programme(f"bulk-{number}", kind="training", dates=str(1990 + number % 30))
    withdraw(programme("secret"), Reason.SAFETY)
    return places


OK = (
    *("", "programmes/", "programmes/?page=2", "editions/", "initiatives/", "events/"),
    *("organisations/", "places/", "programmes/?location=BY-MA&kind=contest&status=ended"),
    "programmes/?role=organiser",
    *("programmes/?kind=advice&location=BY-BR", "events/?upcoming=true", "events/?year=none"),
    *("search/", "search/?q=Sport", f"search/?q={quote('Мсціслаў')}", "search/?q=zzzz"),
    *("figures/side-by-side/?measure=participants", "relations/"),
    "relations/?role=funder&organisation=office",
    *("glossary/", "figures/", "data/", "data/columns/", "about/"),
    *("report/suggest/", "report/", "report/?about=programme/contest"),
    *("report/thanks/", "programmes/contest/", "programmes/nowhere/", "programmes/everywhere/"),
    *("editions/sixth/", "editions/seventh/", "initiatives/ground/", "events/final/"),
    *("events/meeting/", "events/forum/", "events/called-off/", "organisations/club/"),
    *("organisations/office/", "places/belarus/", "places/mahilyow-region/"),
    *("places/mstsislaw-district/", "places/mstsislaw/"),
)
WRONG = {
    "nowhere/": 404,
    "programmes/never-was/": 404,
    "programmes/secret/": 410,
    "programmes/?from=20122&location=XX": 400,
    "search/?q=%00": 400,
    "%00/": 400,
}


LISTS = ("programmes", "editions", "initiatives", "events", "organisations", "places")
# What a list looks like when it is asked for something: some, none, and what means nothing.
STATES = (
    *(f"{name}/?q={words}" for name in LISTS for words in ("Sport", "zzzz")),
    *(f"{name}/?q=m&ordering=-name" for name in LISTS),
    *("programmes/?-status=ended&-location=BY-BR", "programmes/?location=none&year=none"),
    *("organisations/?location=BY-MA&kind=ngo", "initiatives/?result=winner&programme=contest"),
    *("editions/?programme=contest&year=2016", "places/?kind=district", "places/?within=BY"),
    *(f"events/?month={month}" for month in (f"{today().year + 1}-12", "2016-10", "1999-01")),
    *("events/?open=true", "events/?upcoming=false", "events/?location=mstsislaw&mode=hybrid"),
    *("search/?q=club&type=organisation", "search/?q=Mstsislav", "search/?q=report"),
    *("editions/?location=BY-BR", "places/?near=54.02,31.72", "places/?near=0,0"),
    "programmes/?location=BY-MA&location=BY-BR&compare=location",
    *("search/?q=Mstsislaw&expand=false", "report/?kind=event", "data/developers/"),
)
REFUSED = (
    *(f"{name}/?ordering=nonsense" for name in LISTS),
    "relations/?role=nonsense",
    *("events/?month=2016-13", "editions/?location=XX&year=x", "events/?from=2016&to=2015"),
)


def states(language):
    """The lists in each of their states, the search, and what is refused."""
    return [
        *(Page(f"/{language}/{path}") for path in STATES),
        *(Page(f"/{language}/{path}", 400) for path in REFUSED),
    ]


def pages(language):
    return [
        *(Page(f"/{language}/{path}") for path in OK),
        *(Page(f"/{language}/{path}", status) for path, status in WRONG.items()),
    ]
