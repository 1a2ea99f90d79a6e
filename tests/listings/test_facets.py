"""Each count beside a further choice is the count of the list with that choice."""

import pytest
from django.db import connection, transaction
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from organisations.filters import OrganisationFilter
from organisations.models import Organisation
from programmes.filters import EventFilter, ProgrammeFilter
from programmes.models import Event, Programme
from registry.cards.clock import today
from registry.listings.facets import facets_of
from registry.listings.sets import _read
from registry.locations.filters import LocationFilter
from registry.locations.models import Location
from registry.records.models import State
from tests.support import factories

pytestmark = pytest.mark.django_db

FILTERS = {
    ProgrammeFilter: Programme.objects.public,
    EventFilter: Event.objects.public,
    OrganisationFilter: Organisation.objects.public,
    LocationFilter: Location.objects.public,
}


@pytest.fixture(scope="module", autouse=True)
def cast(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        places = list(factories.belarus().values())
        factories.location("armenia", iso_3166_1="AM")
        themes = [factories.term("civic")]
        themes += [factories.term("youth", parent=themes[0]), factories.term("culture")]
        women = factories.term("women", scheme="audience")
        oeec = factories.organisation("oeec", kind="ngo", seat=places[4], themes=themes[:1])
        aid = factories.organisation("aid", locations=places[2:4])
        secret = factories.organisation("secret", state=State.DRAFT, kind="company")
        dates = ["2016-02/2016-10", "2018/..", "../2019", "2017/", "", "XXXX-03-21", "2999", "2016"]
        kinds = ["contest", "training", "", "forum"]
        for n, date in enumerate(dates * 2):
            factories.programme(
                f"p{n}",
                dates=date,
                kind=kinds[n % 4],
                locations=[places[n % 5], places[(n + 3) % 5]] if n % 3 else [],
                themes=themes[: n % 4],
                audiences=[women] if n % 2 else [],
                roles=[("funder", oeec), ("funder", aid)]
                if n % 5 == 0
                else [("host", aid)] * (n % 2),
            )
        factories.programme(
            "hidden", state=State.DRAFT, kind="advice", dates="1999", roles=[("partner", secret)]
        )
        factories.event("final", kind="final", dates="2020-05-01", mode="online")
        factories.event("vote", kind="vote", locations=[places[4]], organisation=oeec)
        yield
        transaction.set_rollback(True)


def listing(filter_class, query=""):
    return filter_class(QueryDict(query), FILTERS[filter_class]())


def facets(query, filter_class=ProgrammeFilter):
    return {
        group: {item["value"]: item["count"] for item in items}
        for group, items in facets_of(listing(filter_class, query)).groups.items()
    }


def check(filter_class, query):
    asked = listing(filter_class, query)
    assert asked.is_valid(), asked.errors
    for group, items in facets_of(asked).groups.items():
        values = [item["value"] for item in items]
        assert len(values) == len(set(values))
        assert set(asked.values_of(group)) <= {*values, *aliases(asked, group)}
        for item in items:
            alone = QueryDict(query, mutable=True)
            alone[group] = item["value"]
            # Nothing but the group is changed, and every value can be sent back. By SQL, and
            # not by the sets, as a list is.
            assert (
                item["count"] == filter_class(alone, FILTERS[filter_class]()).selection.all.count()
            ), (
                group,
                item["value"],
            )


def aliases(asked, group):
    """What was typed for a place that the facets name by its code."""
    words = [asked.named_cards.place(value) for value in asked.values_of(group)]
    return {word.slug for word in words if word} if group == "location" else set()


CHOICES = [
    *("location=BY", "location=BY-MA", "location=mstsislaw-district", "location=AM"),
    *("location=none", "location=BY-BR&location=mstsislaw", "location=belarus"),
    *("location_kind=country", "theme=civic", "theme=youth&theme=none", "theme=culture"),
    *("audience=women", "kind=contest", "kind=contest&kind=none", "kind=advice"),
    *("status=running", "status=unknown&status=planned", "organisation=oeec"),
    *("organisation=oeec&organisation=aid", "organisation=secret", "role=funder"),
    *("role=host&role=none", "year=2016", "year=none", "year=1950", "from=2017&to=2018"),
    *("q=p1", "q=Mstsislaw", "updated_since=2999-01-01T00:00:00Z"),
]


@pytest.mark.parametrize("query", ["", *CHOICES])
def test_each_count_is_that_of_its_list(query):
    check(ProgrammeFilter, query)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.sampled_from(CHOICES), min_size=2, max_size=4, unique_by=lambda c: c.split("=")[0])
)
def test_each_count_is_that_of_its_list_under_several_choices(choices):
    if not any(a.startswith("organisation") for a in choices[1:]):
        check(ProgrammeFilter, "&".join(choices))


@pytest.mark.parametrize(
    ("filter_class", "query"),
    [
        (EventFilter, ""),
        (EventFilter, "mode=online&kind=final"),
        (OrganisationFilter, "location=BY-MA"),
        (OrganisationFilter, "kind=none"),
        (OrganisationFilter, "audience=women"),
        (LocationFilter, "within=BY"),
        (LocationFilter, "kind=region&kind=town"),
    ],
)
def test_other_collections(filter_class, query):
    check(filter_class, query)


def test_places_are_countries_and_regions_and_what_lies_in_a_chosen_place():
    assert set(facets("")["location"]) == {"BY", "BY-MA", "BY-BR", "none"}
    chosen = facets("location=BY-MA")["location"]
    assert set(chosen) == {"BY", "BY-MA", "BY-BR", "mstsislaw-district", "none"}
    items = facets_of(listing(ProgrammeFilter, "location=mstsislaw")).groups["location"]
    found = {item["value"]: item for item in items}
    assert found["mstsislaw"]["parent"] == "mstsislaw-district"
    assert found["mstsislaw-district"]["parent"] == "BY-MA"
    assert found["BY-MA"]["kind"] == "region"
    assert found["BY-MA"]["label"]["en"] == "Mahilyow Region"
    assert found["BY-MA"]["parent"] == "BY"
    assert found["BY"]["parent"] is None
    assert [item["value"] for item in items][0] == "BY"
    assert [item["value"] for item in items][-1] == "none"


def test_what_is_ticked_stays_also_without_a_row():
    found = facets("location=AM&theme=culture&year=1950&kind=advice")
    assert found["location"]["AM"] == 0
    assert found["theme"]["culture"] == 0
    assert found["year"]["1950"] == 0
    assert found["kind"]["advice"] == 0


def test_no_hidden_record_is_counted():
    found = facets("")
    assert found["kind"]["advice"] == 0
    assert found["role"]["partner"] == 0
    assert "1999" not in found["year"]


def test_years_run_to_the_known_bound_or_to_this_year():
    years = [value for value in facets("")["year"] if value != "none"]
    wanted = {2016, 2017, 2018, 2019, 2999} | set(range(2018, today().year + 1))
    assert years == [f"{year}" for year in sorted(wanted, reverse=True)]


def test_all_codes_of_a_list_are_shown_in_three_languages():
    kinds = facets_of(listing(ProgrammeFilter)).groups["kind"]
    assert [item["value"] for item in kinds] == [*Programme.Kind.values, "none"]
    assert all(set(item["label"]) == {"en", "be", "ru"} for item in kinds)
    assert kinds[0]["label"]["en"] == "contest"


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("", 2),  # the sets of all groups; the names of what was counted
        # The words of the query; what the organisation has, and in which roles.
        ("location=BY-MA&theme=youth&kind=contest&role=funder&organisation=oeec&year=2016", 5),
    ],
)
def test_facets_cost_two_statements_beside_what_no_set_says(query, number):
    with CaptureQueriesContext(connection) as queries:
        asked = listing(ProgrammeFilter, query)
        facets_of(asked)
    assert len(queries) == number


def test_the_statement_of_sets_is_made_once_for_all_values_and_holds_none_of_them():
    _read.cache_clear()
    queries = ("organisation=oeec&location=BY-MA", "organisation=aid&location=BY-BR")
    asked = [facets(query) for query in (*queries, "location=BY-MA", "location=BY-BR")]
    assert _read.cache_info().misses == 1
    (prepared,) = [_read("programme", 5)]
    assert len(prepared.known) < 4  # by how many values are asked for
    assert not any(w in str(prepared.known) for w in ("oeec", "aid", "mahilyow", "brest"))
    assert asked[2] != asked[3]


@pytest.mark.parametrize("query", ["", "location=BY-MA", "location=BY&theme=civic&status=ended"])
def test_no_terms_and_no_cards_are_read_to_count_the_choices(query):
    asked = listing(ProgrammeFilter, query)
    _ = asked.named_cards
    with CaptureQueriesContext(connection) as queries:
        facets_of(asked)
    sets, names = list(queries)
    assert "COUNT(" not in sets["sql"] + names["sql"]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sets['sql']}")
            steps = [words for *_, words in cursor.fetchall()]
            read = [words for words in steps if words.startswith(("SCAN", "SEARCH"))]
            assert not any("SCAN" in words for words in read if "cards_deferred" not in words)
            assert not any("cardterm" in words and "(type=?)" in words for words in read)
        else:
            # What the planner can do where a table is too large to be read whole.
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {sets['sql']}")
            steps = [row[0] for row in cursor.fetchall() if "cards_deferred" not in row[0]]
            assert not any("Seq Scan" in words for words in steps)


def test_words_that_find_nothing_by_themselves_have_no_counts(client):
    factories.programme("told")
    assert client.get("/api/v1/programmes/facets/", {"q": "!!!"}).json()["count"] == 0
    assert client.get("/en/programmes/", {"q": "!!!"}).status_code == 200


@pytest.mark.parametrize(("language", "first"), [("en", "alder"), ("be", "birch")])
def test_choices_stand_in_the_alphabet_of_the_reader(language, first):
    alder = factories.term("alder", name_en="Alder", name_be="Яблык")
    birch = factories.term("birch", name_en="Birch", name_be="Абрыкос")
    factories.programme("trees", themes=[alder, birch])
    listing = ProgrammeFilter(QueryDict(), Programme.objects.public(), language=language)
    values = [item["value"] for item in facets_of(listing).groups["theme"]]
    assert next(each for each in values if each in ("alder", "birch")) == first


def test_words_are_looked_up_once_for_all_that_facets_count():
    listing = ProgrammeFilter(
        QueryDict("q=p1&theme=civic&kind=contest"), Programme.objects.public()
    )
    assert listing.is_valid()
    with CaptureQueriesContext(connection) as queries:
        facets_of(listing)
    index = "cards_words MATCH" if connection.vendor == "sqlite" else "cards_with_words("
    asked = [each["sql"].count(index) for each in queries]
    assert sum(asked) == 1, asked
