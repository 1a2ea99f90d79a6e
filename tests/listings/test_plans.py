"""Lists are read from indexes: what is asked of the database, not how long it takes today."""

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from organisations.filters import OrganisationFilter
from organisations.models import Organisation
from programmes.filters import ProgrammeFilter
from programmes.models import Programme
from registry.listings.paging import paginate
from tests.support.factories import belarus, organisation, programme, term
from tests.support.shares import every

pytestmark = pytest.mark.django_db

LISTS = [
    *("location=BY-MA", "location=BY-MA&theme=sport", "location=BY&kind=training", "role=funder"),
    *("location=BY-MA&kind=training&status=ended&year=2019", "organisation=club&role=funder"),
    *("location=BY-MA&audience=women", "location=BY-MA&page=2", "theme=sport&location=none"),
    *("location=BY-MA&-audience=women", "role=funder&-theme=none&-location=BY-BR"),
]
WHOLE = [
    "",
    "-theme=sport",
    "-location=BY-MA&-kind=training",
    "ordering=name",
    "ordering=-updated_at",
    "ordering=start",
    "page=2",
]
# A choice of several values is put in order by itself, and not with all that is of its type.
SEVERAL = ["location=BY-MA&location=BY-BR", "kind=training&kind=none&location=BY"]
SEVERAL += ["location=BY-MA&reach=own", "theme=sport&location=none&reach=own"]
# What may be read whole: what was found, to be counted; and whether anything is withheld.
READ = ("SCAN counted", "SCAN cards_deferred", "SCAN U0")  # U0 is what is deferred


@pytest.fixture(autouse=True)
def world(monkeypatch):
    monkeypatch.setattr("registry.listings.paging.FEW", -1)  # as if all that is found were many
    places = belarus()
    club = organisation("club")
    sport = term("sport")
    term("women", scheme="audience")
    for number in range(45):
        programme(
            dates="2019",
            kind="training",
            locations=[places["mstsislaw"]],
            themes=[sport],
            roles=[("funder", club)] if number else (),
        )


def plan(query, filters=ProgrammeFilter, model=Programme):
    """[(depth, step)] of the statement that reads the page, after that of the sets, if any."""
    listing = filters(QueryDict(query), model.objects.public(), strict=False)
    assert listing.is_valid(), listing.errors
    _ = listing.named_cards
    with CaptureQueriesContext(connection) as queries:
        paginate(listing)
    *sets, statement = [each["sql"] for each in queries]
    assert all('"cards_termset"' in each for each in sets)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}")
            depths, steps = {0: -1}, []
            for step, above, _, words in cursor.fetchall():
                depths[step] = depths[above] + 1
                steps.append((depths[step], words))
            return steps
        # What the planner can do where a table is too large to be read whole.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        cursor.execute(f"EXPLAIN {statement}")
        lines = [row[0] for row in cursor.fetchall()]
        return [(len(line) - len(line.lstrip()), line.strip()) for line in lines]


def sorts(steps):
    """The depths at which rows are put in order."""
    return [
        depth
        for depth, words in steps
        if "TEMP B-TREE FOR ORDER BY" in words or words.startswith(("Sort", "->  Sort"))
    ]


@pytest.mark.parametrize("query", [*WHOLE, *LISTS, *SEVERAL])
def test_no_table_is_read_whole(query):
    for _, words in plan(query):
        assert "Seq Scan on cards_" not in words.replace(
            "cards_deferred", ""
        )  # of few rows, or none
        assert not words.startswith("SCAN") or words.startswith(READ), words


@pytest.mark.parametrize("query", ["audience=women", "-audience=women", "audience=none"])
def test_organisations_by_whom_they_work_for_are_read_from_indexes(query):
    for _, words in plan(query, OrganisationFilter, Organisation):
        assert "Seq Scan on cards_" not in words.replace("cards_deferred", "")
        assert not words.startswith("SCAN") or words.startswith(READ), words


@pytest.mark.parametrize("query", every(3, [*LISTS, *SEVERAL]))
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has statistics to choose by")
def test_a_filtered_list_does_not_go_through_all_of_its_type(query):
    read = [words for _, words in plan(query) if words.endswith("(type=?)")]
    assert [words for words in read if "termcount" not in words] == []


@pytest.mark.parametrize("query", every(3, [*WHOLE, *LISTS]))
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has statistics to choose by")
def test_only_the_page_is_put_in_order(query):
    """Its keys come in the order of an index; its bodies, twenty-one at most, are sorted last."""
    assert set(sorts(plan(query))) <= {0}


@pytest.mark.parametrize("query", ["location=BY-MA&theme=sport", "-theme=sport&ordering=end"])
def test_the_cards_of_a_set_of_few_are_looked_up_one_by_one(query, monkeypatch):
    monkeypatch.setattr("registry.listings.paging.FEW", 100)
    steps = [words for _, words in plan(query)]
    assert not any("cards_cardterm" in words for words in steps)
    read = [words for words in steps if words.startswith("SCAN") or "Seq Scan" in words]
    assert all(words.startswith(("SCAN json_each", *READ)) for words in read), read


@pytest.mark.parametrize(
    ("query", "intersected"),
    [
        ("location=BY-MA&theme=sport", True),
        ("location=BY&kind=training", False),
        ("organisation=club&theme=sport", False),
    ],
)
def test_terms_that_are_common_alike_are_intersected(query, intersected):
    assert any("INTERSECT" in words.upper() for _, words in plan(query)) == intersected
