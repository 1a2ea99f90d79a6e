"""Pages by cursor show each row once, forwards and back, whatever the order."""

import pytest
from django.core import signing
from django.db import connection, transaction
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from organisations.filters import OrganisationFilter
from organisations.models import Organisation
from programmes.filters import ProgrammeFilter
from programmes.models import Programme
from registry.cards.prepared import shapes
from registry.listings import orders
from registry.listings.cursors import SIGNER, Position
from registry.listings.facets import facets_of
from registry.listings.paging import _made_once, paginate
from registry.values.texts import LANGUAGES
from tests.support import factories

pytestmark = [pytest.mark.once, pytest.mark.django_db]

DATES = [
    "2016-02/2016-10",
    "2018/..",
    "../2019",
    "2017/",
    "",
    "XXXX-03-21",
    "2999",
    "2016",
    "/2015",
]


@pytest.fixture(scope="module", autouse=True)
def cast(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        places = factories.belarus()
        town = places["mstsislaw"]
        for n in range(18):
            factories.programme(
                f"p{n}",
                name_en=f"Walk {n % 5}",
                name_be="" if n % 3 else f"Крок {n % 4}",
                dates=DATES[n % len(DATES)],
                locations=[town] if n % 4 else [],
                kind="contest" if n % 2 else "",
            )
        for n in range(5):
            factories.organisation(f"o{n}", name_en="Same name", seat=town)
        yield
        transaction.set_rollback(True)


def listing(query="", filter_class=ProgrammeFilter, **options):
    model = Programme if filter_class is ProgrammeFilter else Organisation
    return filter_class(QueryDict(query), model.objects.public(), **options)


def slugs(page):
    return [card.slug for card in page.cards]


def walk(query, size, backwards=False, **options):
    """The slugs of all pages, following the links from the first page, or back from the last."""
    page = paginate(listing(query, **options), size)
    pages = [page]
    while page.next_cursor:
        # The cursor holds the whole query: nothing needs to stand beside it.
        page = paginate(listing(f"cursor={page.next_cursor}", **options), size)
        pages.append(page)
    if backwards:
        pages = [page]
        while page.previous_cursor:
            page = paginate(listing(f"cursor={page.previous_cursor}", **options), size)
            pages.insert(0, page)
    assert {page.count for page in pages} == {pages[0].count}
    return [slug for page in pages for slug in slugs(page)]


QUERIES = ["", "location=BY-MA", "q=walk", "location=BY-MA&q=walk+1", "kind=none&location=BY"]


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(QUERIES),
    st.sampled_from(["", *orders.DATED]),
    st.sampled_from(LANGUAGES),
    st.integers(1, 20),
    st.booleans(),
)
def test_each_row_is_shown_once_and_in_order(query, ordering, language, size, backwards):
    query = f"{query}&ordering={ordering}"
    whole = [card.slug for card in listing(query, language=language).selection.ordered()]
    assert len(whole) == len(set(whole)) == listing(query).selection.count()
    assert walk(query, size, backwards, language=language) == whole


@pytest.mark.parametrize("ordering", ["", "start", "-start", "end", "-end"])
def test_undated_records_come_last_whatever_the_order_of_days(ordering):
    found = [card.slug for card in listing(f"ordering={ordering}").selection.ordered()]
    undated = {f"p{n}" for n in range(18) if DATES[n % len(DATES)] in ("", "XXXX-03-21")}
    assert set(found[-len(undated) :]) == undated


def test_the_first_page_has_nothing_before_it_and_the_last_nothing_after():
    page = paginate(listing(), 9)
    assert page.previous_cursor is None
    last = paginate(listing(f"cursor={page.next_cursor}"), 9)
    assert last.next_cursor is None
    first = paginate(listing(f"cursor={last.previous_cursor}"), 9)
    assert slugs(first) == slugs(page)
    assert first.previous_cursor is None


def test_equal_names_are_told_apart():
    whole = walk("", 2, filter_class=OrganisationFilter)
    assert sorted(whole) == [f"o{n}" for n in range(5)]


def test_numbered_pages_go_on_by_cursor():
    first = paginate(listing("page=1", strict=False), 5)
    second = paginate(listing("page=2", strict=False), 5)
    assert second.number == 2
    assert slugs(paginate(listing(f"cursor={first.next_cursor}"), 5)) == slugs(second)
    beyond = paginate(listing("page=50", strict=False), 5)
    assert (beyond.cards, beyond.count, beyond.next_cursor) == ([], 18, None)


def test_a_cursor_carries_the_whole_query():
    page = paginate(listing("location=BY-MA&kind=contest&page_size=2&lang=be&fields=name"))
    asked = listing(f"cursor={page.next_cursor}")
    assert asked.cleaned["page_size"] == 2
    assert asked.cleaned["lang"] == "be"
    assert asked.cleaned["fields"] == ["name"]
    assert asked.address.canonical() == "location=BY-MA&kind=contest"
    # The same values may stand beside it, in any order.
    assert listing(f"kind=contest&cursor={page.next_cursor}&location=BY-MA&q=").is_valid()


@pytest.mark.parametrize(
    ("beside", "name"),
    [("kind=none", "kind"), ("q=walk", "q"), ("page_size=3", "page_size"), ("lang=ru", "lang")],
)
def test_another_value_beside_a_cursor_is_refused(beside, name):
    cursor = paginate(listing("kind=contest&page_size=2")).next_cursor
    assert list(listing(f"cursor={cursor}&{beside}").errors) == [name]


def test_a_cursor_that_is_not_ours_is_refused():
    cursor = paginate(listing("page_size=2")).next_cursor
    other = paginate(listing("page_size=2", filter_class=OrganisationFilter)).next_cursor
    forged = signing.Signer(salt="other").sign_object(
        ["", "programme", ["-start", "en"], [["str", "0"]], False]
    )
    for text in (cursor[:-1], cursor + "A", cursor[1:], "x", "🙂", "a" * 70_000, other, forged):
        query = QueryDict(mutable=True)
        query["cursor"] = text
        asked = ProgrammeFilter(query, Programme.objects.public())
        assert list(asked.errors) == ["cursor"]
    twice = listing(f"cursor={cursor}&cursor={cursor}")
    assert list(twice.errors) == ["cursor"]


def test_a_cursor_of_one_language_does_not_page_the_names_of_another():
    cursor = paginate(listing("ordering=name", language="be"), 2).next_cursor
    assert list(listing(f"cursor={cursor}", language="ru").errors) == ["cursor"]


def test_a_cursor_holds_no_key_of_the_database():
    page = paginate(listing("q=walk&page_size=1"))
    position = Position(*SIGNER.unsign_object(page.next_cursor))
    assert position.values == [page.cards[0].tier, ["str", page.cards[0].sort]]


@pytest.mark.parametrize("rows", [1, 3, 100])
def test_the_number_of_statements_does_not_grow_with_the_rows(rows):
    place = factories.location("iceland", iso_3166_1="IS")
    for n in range(rows):
        factories.organisation(f"row-{n}", kind="media", seat=place)
    with CaptureQueriesContext(connection) as queries:
        asked = listing("location=IS&kind=media", OrganisationFilter)
        assert asked.is_valid()  # 1: the words of the query, here the place
        assert len(paginate(asked, 100).cards) == rows  # 2: the sets that say which; 3: the rows
        facets_of(asked)  # 4: the sets of all groups; 5: the names of what was counted
    assert len(queries) == 5


@pytest.mark.parametrize("size", [1, 3, 100])
@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("", 1),  # the rows with their number
        ("kind=contest&year=2016&status=ended", 2),  # the sets that say which; the rows
        # the words of the query; whether anything is as it was typed; how many have it; which come
        # first, of so few all tiers at once; their bodies
        ("q=walk", 5),
        ("location=BY-MA&organisation=o1&q=walk", 3),  # no bodies
        ("location=BY-BR", 2),  # no row: the number is known
    ],
)
def test_a_page_is_one_statement_beside_the_words_of_the_query(query, number, size):
    with CaptureQueriesContext(connection) as queries:
        page = paginate(listing(query), size)
        assert page.count >= len(page.cards)
    assert len(queries) == number


def test_the_statement_of_a_whole_list_is_made_once():
    """Wherever its pages begin: of the first, of those by cursor, and of those that go back."""
    _made_once.cache_clear()
    whole = walk("", 3, backwards=True)
    assert _made_once.cache_info().misses == 3
    assert walk("", 3, backwards=True) == whole
    assert _made_once.cache_info().misses == 3


def test_the_statement_of_lists_of_terms_is_made_once_and_holds_no_value():
    shapes.clear()
    asked = {
        query: [card.slug for card in paginate(listing(f"{query}&page_size=100")).cards]
        for query in ("kind=contest&status=ended", "kind=none&status=ended", "kind=training")
    }
    contests, others = (set(asked[f"kind={kind}&status=ended"]) for kind in ("contest", "none"))
    assert min(len(contests), len(others)) > 0
    assert contests.isdisjoint(others)
    assert asked["kind=training"] == []
    assert len(shapes) == 2
    kept = str([(what, prepared.make, prepared.known) for what, prepared in shapes.items()])
    assert "contest" not in kept
    for query, slugs in asked.items():
        again = paginate(listing(f"{query}&page_size=100"))
        assert ([card.slug for card in again.cards], again.count) == (slugs, len(slugs))
