"""What each parameter of a list finds, and what it refuses."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from organisations.filters import OrganisationFilter
from organisations.models import Organisation
from programmes.filters import EditionFilter, EventFilter, InitiativeFilter, ProgrammeFilter
from programmes.models import Edition, Event, Initiative, Programme
from registry.cards import statuses
from registry.cards.clock import today
from registry.cards.declarations import declared
from registry.cards.models import Card
from registry.listings import orders
from registry.listings.facets import facets_of
from registry.listings.filters import InvalidListing
from registry.listings.paging import paginate
from registry.locations.filters import LocationFilter
from registry.locations.models import Location
from registry.records.filters import FigureFilter, SourceFilter, TermFilter
from registry.records.models import Source, State, Term
from tests.support import factories

pytestmark = pytest.mark.django_db

FILTERS = {
    ProgrammeFilter: Programme.objects.public,
    EditionFilter: Edition.objects.public,
    InitiativeFilter: Initiative.objects.public,
    EventFilter: Event.objects.public,
    OrganisationFilter: Organisation.objects.public,
    LocationFilter: Location.objects.public,
    TermFilter: Term.objects.public,
    SourceFilter: Source.objects.public,
    FigureFilter: lambda: Card.objects.of("figure"),
}


@pytest.fixture(scope="module", autouse=True)
def cast(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        places = factories.belarus()
        factories.location("armenia", iso_3166_1="AM")
        civic = factories.term("civic")
        youth = factories.term("youth", parent=civic)
        women = factories.term("women", scheme="audience")
        library = factories.term("human-library", scheme="format")
        oeec = factories.organisation("oeec", kind="ngo", seat=places["mstsislaw"], themes=[youth])
        aid = factories.organisation("aid", kind="foundation", locations=[places["brest-region"]])
        silent = factories.organisation("silent")
        secret = factories.organisation("secret", state=State.DRAFT, kind="ngo", themes=[youth])
        sport = factories.programme(
            "sport",
            kind="local-initiative",
            dates="2016-02/2016-10",
            locations=[places["mstsislaw-district"]],
            themes=[youth],
            audiences=[women],
            roles=[("implementer", oeec), ("funder", aid)],
            figures=[{"printed": "about 50", "number": 50}],
        )
        factories.programme(
            "school",
            kind="training",
            dates="2020/..",
            locations=[places["brest-region"], places["mstsislaw"]],
            themes=[civic],
            roles=[("funder", oeec), ("host", secret)],
        )
        factories.programme("wide", locations=[places["belarus"]], roles=[("host", silent)])
        factories.programme("plan", kind="contest", dates="2999", audiences=[women])
        factories.programme("spring", dates="XXXX-03-21")
        factories.programme("begun", dates="2018-09/")
        factories.programme(
            "hidden",
            state=State.DRAFT,
            kind="contest",
            dates="2016",
            locations=[places["mstsislaw"]],
            themes=[youth],
            roles=[("implementer", oeec)],
        )
        sixth = factories.edition("sixth", programme=sport, dates="2016")
        factories.initiative(
            "winner", edition=sixth, result="winner", locations=[places["mstsislaw"]]
        )
        factories.initiative("applied", programme=sport, result="applied")
        soon, past = today() + timedelta(days=3), today() - timedelta(days=3)
        factories.event(
            "soon",
            kind="final",
            mode="online",
            dates=soon.isoformat(),
            edition=sixth,
            formats=[library],
        )
        factories.event("today", kind="vote", dates=today().isoformat(), status="moved")
        factories.event("past", dates=past.isoformat(), organisation=oeec, status="cancelled")
        factories.event("someday", kind="final", programme=sport)
        yield
        transaction.set_rollback(True)


def listing(filter_class, query="", **options):
    data = QueryDict(query) if isinstance(query, str) else query
    return filter_class(data, FILTERS[filter_class](), **options)


def found(filter_class, query):
    asked = listing(filter_class, query)
    assert asked.is_valid(), asked.errors
    slugs = {card.slug for card in asked.selection.all}
    # The page reads the index of terms in another way than the set, and counts by itself.
    page = paginate(asked, 100)
    assert {card.slug for card in page.cards} == slugs
    assert page.count == len(slugs) == len(page.cards)
    return slugs


@pytest.mark.parametrize(
    ("query", "slugs"),
    [
        ("", "sport school wide plan spring begun"),
        ("location=BY-MA", "sport school"),
        ("location=mahilyow-region", "sport school"),
        ("location=mstsislaw", "sport school"),
        ("location=mstsislaw&reach=own", "school"),
        ("location=BY-MA&reach=own", "sport school"),
        ("organisation=aid&role=funder&reach=own", "sport"),
        ("reach=own&year=2016", "sport"),
        ("reach=parts", None),
        ("location=BY-BR", "school"),
        ("location=BY", "sport school wide"),
        ("location=AM", ""),
        ("location=none", "plan spring begun"),
        ("location=AM&location=none", "plan spring begun"),
        ("location_kind=country", "wide"),
        ("location_kind=region&location_kind=none", "school plan spring begun"),
        ("theme=civic", "sport school"),
        ("theme=youth", "sport"),
        ("theme=none", "wide plan spring begun"),
        ("audience=women", "sport plan"),
        ("kind=training&kind=contest", "school plan"),
        ("kind=none", "wide spring begun"),
        ("status=ended", "sport"),
        ("status=running", "school"),
        ("status=planned", "plan"),
        ("status=unknown", "wide spring begun"),
        ("status=planned&status=ended", "sport plan"),
        ("organisation=oeec", "sport school"),
        ("organisation=oeec&organisation=silent", "sport school wide"),
        ("organisation=secret", ""),
        ("organisation=never-was", ""),
        ("organisation=none", ""),
        ("organisation=a%00b", None),
        ("role=funder", "sport school"),
        ("role=host", "wide"),
        ("role=none", "plan spring begun"),
        ("role=funder&organisation=oeec", "school"),
        ("role=implementer&role=host&organisation=oeec&organisation=silent", "sport wide"),
        ("role=funder&organisation=secret", ""),
        ("role=none&organisation=oeec", ""),
        ("year=2016", "sport"),
        ("year=2015", ""),
        ("year=2021", "school begun"),
        ("year=none", "wide spring"),
        ("year=2016&year=none", "sport wide spring"),
        ("from=2016-10-31&to=2016-10-31", "sport"),
        ("from=2016-11", "sport school plan begun"),
        ("from=2016-11&reach=own", "school plan begun"),
        ("to=2016-02", "sport"),
        ("to=2016-01", "sport"),
        ("to=2016-01&reach=own", ""),
        ("from=2020&to=2020", "school begun"),
        ("from=0001&to=9999", "sport school plan begun"),
        ("q=sport", "sport"),
        ("updated_since=2001-01-01T00:00:00Z", "sport school wide plan spring begun"),
        ("updated_since=2999-01-01T00:00:00%2B03:00", ""),
        ("updated_since=2999-01-01T00:00:00+03:00", ""),
        ("location=BY-MA&theme=civic&status=ended&kind=local-initiative", "sport"),
        ("location=&kind=+&theme=", "sport school wide plan spring begun"),
    ],
)
def test_programmes(query, slugs):
    if slugs is None:
        assert not listing(ProgrammeFilter, query).is_valid()
    else:
        assert found(ProgrammeFilter, query) == set(slugs.split())


@pytest.mark.parametrize(
    ("filter_class", "query", "slugs"),
    [
        (EditionFilter, "programme=sport&status=ended", "sixth"),
        (EditionFilter, "programme=hidden", ""),
        (InitiativeFilter, "result=winner", "winner"),
        (InitiativeFilter, "programme=sport", "winner applied"),
        (InitiativeFilter, "edition=sixth", "winner"),
        (InitiativeFilter, "bbox=31,54,32,55", "winner"),
        (InitiativeFilter, "bbox=23,52,24,53", ""),
        (EventFilter, "upcoming=true", "soon today"),
        (EventFilter, "upcoming=false", "past"),
        (EventFilter, "kind=final", "soon someday"),
        (EventFilter, "mode=online", "soon"),
        (EventFilter, "mode=none", "today past someday"),
        (EventFilter, "format_used=human-library", "soon"),
        (EventFilter, "status=cancelled&status=moved", "today past"),
        (EventFilter, "programme=sport", "soon someday"),
        (EventFilter, "edition=sixth", "soon"),
        (EventFilter, "organisation=oeec", "past"),
        (OrganisationFilter, "kind=ngo", "oeec"),
        (OrganisationFilter, "location=BY-MA", "oeec"),
        (OrganisationFilter, "location=BY", "oeec aid silent"),
        (OrganisationFilter, "location=BY&reach=own", "oeec aid"),
        (OrganisationFilter, "location=none&reach=own", "silent"),
        (OrganisationFilter, "status=unknown", "oeec aid silent"),
        (OrganisationFilter, "theme=civic", "oeec"),
        (OrganisationFilter, "audience=women", "oeec"),
        (OrganisationFilter, "audience=none", "aid silent"),
        (LocationFilter, "within=BY-MA", "mstsislaw-district mstsislaw"),
        (LocationFilter, "within=BY&kind=region", "mahilyow-region brest-region"),
        (LocationFilter, "bbox=31.72,54.02,31.72,54.02", "mstsislaw-district mstsislaw"),
        (TermFilter, "scheme=theme", "civic youth"),
    ],
)
def test_other_collections(filter_class, query, slugs):
    assert found(filter_class, query) == set(slugs.split())


def test_figures_are_found_in_the_place_of_their_record():
    assert len(found(FigureFilter, "location=BY-MA&measure=participants")) == 1
    assert found(FigureFilter, "location=BY-BR") == set()


REFUSED = [
    (ProgrammeFilter, "locations=BY", "locations"),
    (ProgrammeFilter, "page=2", "page"),
    (ProgrammeFilter, "upcoming=true", "upcoming"),
    (ProgrammeFilter, "location=BY-XX", "location"),
    (ProgrammeFilter, "location=by-ma", "location"),
    (ProgrammeFilter, "location=BY&location=nowhere", "location"),
    (ProgrammeFilter, "theme=women", "theme"),
    (ProgrammeFilter, "theme=concepts", "theme"),
    (ProgrammeFilter, "kind=ngo", "kind"),
    (ProgrammeFilter, "status=held", "status"),
    (ProgrammeFilter, "role=boss", "role"),
    (ProgrammeFilter, "ordering=slug", "ordering"),
    (ProgrammeFilter, "ordering=name&ordering=name", "ordering"),
    (ProgrammeFilter, "ordering=best", "ordering"),
    (ProgrammeFilter, "lang=de", "lang"),
    (ProgrammeFilter, "fields=name,state", "fields"),
    (ProgrammeFilter, "format=exe", "format"),
    (ProgrammeFilter, "page_size=0", "page_size"),
    (ProgrammeFilter, "page_size=101", "page_size"),
    (ProgrammeFilter, "page_size=99999999999999999999999", "page_size"),
    (ProgrammeFilter, "page_size=٣", "page_size"),
    (ProgrammeFilter, "cursor=forged", "cursor"),
    (ProgrammeFilter, "q=a&q=b", "q"),
    (ProgrammeFilter, "q=%00", "q"),
    (ProgrammeFilter, "year=0000", "year"),
    (ProgrammeFilter, "year=20000", "year"),
    (ProgrammeFilter, "year=-1", "year"),
    (ProgrammeFilter, "from=2016-13", "from"),
    (ProgrammeFilter, "from=2016-02-30", "from"),
    (ProgrammeFilter, "from=0000", "from"),
    (ProgrammeFilter, "to=99999999999999999999", "to"),
    (ProgrammeFilter, "from=2017&to=2016", "to"),
    (ProgrammeFilter, "updated_since=2016-01-01", "updated_since"),
    (ProgrammeFilter, "updated_since=2016-01-01T00:00:00", "updated_since"),
    (ProgrammeFilter, "updated_since=2016-02-31T00:00:00Z", "updated_since"),
    (ProgrammeFilter, "updated_since=9999-12-31T23:59:59-10:00", "updated_since"),
    (ProgrammeFilter, "&".join(f"organisation=o{n}" for n in range(3000)), "organisation"),
    (ProgrammeFilter, "q=" + "word+" * 3000, "q"),
    (ProgrammeFilter, "theme=" + "a" * 64_000, "theme"),
    (EditionFilter, "programme=a&programme=b", "programme"),
    (EventFilter, "upcoming=yes", "upcoming"),
    (EventFilter, "bbox=1,2,3", "bbox"),
    (EventFilter, "bbox=NaN,0,1,1", "bbox"),
    (EventFilter, "bbox=0,0,inf,1", "bbox"),
    (EventFilter, "bbox=2,0,1,1", "bbox"),
    (EventFilter, "bbox=0,2,1,1", "bbox"),
    (EventFilter, "bbox=0,0,1e3,1", "bbox"),
    (EventFilter, "bbox=-181,0,1,1", "bbox"),
    (LocationFilter, "within=none", "within"),
    (TermFilter, "scheme=none", "scheme"),
]


@pytest.mark.parametrize(("filter_class", "query", "name"), REFUSED)
def test_what_means_nothing_is_refused_and_lists_nothing(filter_class, query, name):
    asked = listing(filter_class, query)
    assert list(asked.errors) == [name]
    assert all(sentence.endswith(".") for sentence in asked.errors[name])
    for rows in (
        lambda: asked.selection.all,
        asked.selection.ordered,
        asked.selection.count,
        lambda: facets_of(asked),
        lambda: paginate(asked),
    ):
        with pytest.raises(InvalidListing):
            rows()


def test_what_is_declared_is_changed_by_no_question():
    """Parameters are declared once for a process: nobody finds in them what another has asked."""
    declared = {name: dict(vars(each)) for name, each in ProgrammeFilter.base_filters.items()}
    first = listing(ProgrammeFilter, "location=Mstsislaw&-theme=youth&q=a", strict=False)
    second = listing(ProgrammeFilter, "location=Mahilyow", strict=False)
    assert first.filters["location"].listing is first
    assert first.errors is not second.errors
    assert first.filters["location"].typed
    assert second.filters["location"].typed != first.filters["location"].typed
    assert {name: vars(each) for name, each in ProgrammeFilter.base_filters.items()} == declared
    assert not any("listing" in values for values in declared.values())


def test_a_list_without_data_is_the_whole_list():
    assert ProgrammeFilter(None, Programme.objects.public()).selection.count() == 6


def test_errors_name_what_is_allowed():
    asked = listing(ProgrammeFilter, "kind=x&theme=x&location=x&nonsense=1&ordering=x")
    assert "contest" in asked.allowed("kind")
    assert "none" in asked.allowed("kind")
    assert asked.allowed("theme") == ["civic", "youth", "none"]
    assert {"BY", "BY-MA", "AM", "none"} <= set(asked.allowed("location"))
    assert {"location", "theme", "q", "from"} <= set(asked.allowed("nonsense"))
    assert asked.allowed("ordering") == list(orders.DATED)
    assert asked.allowed("year") is None


def test_pages_ignore_unknown_names_and_the_looks_of_the_api():
    asked = listing(ProgrammeFilter, "fbclid=1&lang=xx&kind=training&page=1", strict=False)
    assert {card.slug for card in asked.selection.all} == {"school"}
    assert not listing(ProgrammeFilter, "page=51", strict=False).is_valid()
    assert not listing(ProgrammeFilter, "kind=x", strict=False).is_valid()


def test_only_some_parameters_can_be_kept():
    asked = listing(ProgrammeFilter, "lang=be&kind=training", only=("lang", "fields", "format"))
    assert list(asked.errors) == ["kind"]


def test_the_short_address_has_one_order_and_no_empty_or_usual_values():
    asked = listing(ProgrammeFilter, "kind=training&location=BY-MA&q=&ordering=-start&kind=contest")
    assert asked.address.canonical() == "location=BY-MA&kind=contest&kind=training"
    assert (
        listing(ProgrammeFilter, "q=a&ordering=-start").address.canonical() == "q=a&ordering=-start"
    )


def test_chips_say_what_was_chosen_and_lead_back_without_it():
    asked = listing(ProgrammeFilter, "location=BY-MA&theme=youth&organisation=oeec&kind=none")
    chips = {chip["param"]: chip for chip in asked.address.chips()}
    assert chips["location"]["label"] == "Mahilyow Region"
    assert chips["theme"]["label"] == "Youth"
    assert chips["organisation"]["label"] == "Oeec"
    assert chips["kind"]["label"] == "not recorded"
    assert chips["location"]["without"] == "theme=youth&organisation=oeec&kind=none"


def test_a_hidden_organisation_has_no_name_in_chips():
    hidden = listing(ProgrammeFilter, "organisation=secret").address.chips()
    absent = listing(ProgrammeFilter, "organisation=absent").address.chips()
    assert "Secret" not in str(hidden)
    assert str(hidden).replace("secret", "absent") == str(absent)


def test_status_is_the_same_in_sql_and_in_python():
    days = [date.min, date(2020, 1, 1), date(2020, 1, 2), date(2020, 1, 3), date.max]
    spans = [(a, b) for a in days for b in days if a <= b] + [(date.max, date.min)]
    model = Card.objects.of("programme").first()
    for start, end in spans:
        for uncertain in {True, start > end}:
            model.start, model.end, model.uncertain = start, end, uncertain
            model.save()
            card = Card.objects.filter(pk=model.pk)
            met = [s for s, q in statuses.conditions(days[2]).items() if card.filter(q).exists()]
            assert met == [statuses.status_of(model, days[2])]


def test_every_kind_of_card_has_a_filter_and_a_total_order():
    assert {each.card_type for each in FILTERS} == declared.keys()
    for each in FILTERS:
        for name in orders.names(each.card_type):
            for language in ("en", "be", "ru"):
                last = orders.keys(each.card_type, name, language)[-1]
                assert last.name in ("sort", "public_id")


def test_every_parameter_has_a_label():
    for each in FILTERS:
        for parameter in listing(each).filters.values():
            assert str(parameter.label).strip()


VALUES = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["none", "BY", "BY-MA", "civic", "2016", "2016-02", "true", "1,2,3,4", "oeec"]),
    st.sampled_from(
        ["\0", "\ud800", "NaN", "-0", "9" * 40, "0000", "%", "_", "'", "1e400", "٢٠١٦"]
    ),
    st.integers(-(2**70), 2**70).map(str),
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(FILTERS, key=str)), st.data())
def test_nothing_that_is_typed_raises(filter_class, data):
    names = [*listing(filter_class).filters, "page", "unknown", "\ud800"]
    query = QueryDict(mutable=True)
    for name, value in data.draw(st.lists(st.tuples(st.sampled_from(names), VALUES), max_size=6)):
        query.appendlist(name, value)
    for strict in (True, False):
        asked = listing(filter_class, query, strict=strict)
        asked.address.canonical()
        if asked.is_valid():
            assert len(paginate(asked).cards) <= asked.selection.count()
            facets_of(asked)
            asked.address.chips()
        else:
            for name in asked.errors:
                name.encode()  # what a reply can carry
                asked.allowed(name)


def test_all_words_of_a_query_are_looked_up_by_one_statement():
    query = (
        "location=BY&location=mstsislaw&theme=civic&audience=women&organisation=oeec&q=Mstsislaw"
    )
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert listing(ProgrammeFilter, query).is_valid()
    # The second asks whether anything is as it was typed.
    assert len(queries) == 2
    with CaptureQueriesContext(connection) as queries:
        assert listing(ProgrammeFilter, "kind=training&year=2016").is_valid()
    assert len(queries) == 0


EVENT_DATES = ("2019-05-21", "2019-05", "2019", "2019-05-30/2019-06-02", "2019-12-31/2020-01-01")
EVENT_DATES += ("2018-03/2021-04", "../2019-05-20", "2020-02-29/..", "2019-02/2019-04", "")
SPANS = [
    *(("2019-05-01", "2019-05-31"), ("2019-06-01", "2019-06-30"), ("2019-12-01", "2020-01-31")),
    *(("2020-01-01", "2020-12-31"), ("2018-11-30", "2019-01-01"), ("2022-01-01", "2022-01-31")),
    *(("2016-01-01", "2019-05-31"), ("2019-05-21", "2019-05-21"), ("0001-01-01", "0001-12-31")),
]


@pytest.mark.parametrize(("first", "last"), SPANS)
def test_events_are_found_by_each_of_their_days_however_long_they_last(first, last):
    for number, dates in enumerate(EVENT_DATES):
        factories.event(f"lasting-{number}", dates=dates)
    days = Card.objects.of("event").filter(start__lte=last, end__gte=first)
    expected = set(days.values_list("slug", "type"))
    asked = [listing(EventFilter, f"from={first}&to={last}")]
    if (first[8:], last[8:]) == ("01", "31") and first[:7] == last[:7]:
        asked.append(listing(EventFilter, f"month={first[:7]}", strict=False))
    for each in asked:
        assert set(each.selection.cards().values_list("slug", "type")) == expected
        assert each.selection.count() == len(expected)
