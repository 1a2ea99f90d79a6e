"""Words in any script and spelling find the right record, on both databases in the same order."""

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from programmes.filters import ProgrammeFilter
from programmes.models import Programme
from registry.listings.paging import paginate
from registry.listings.search.across import Finding
from registry.listings.search.query import MAX_LETTERS, MAX_WORDS
from registry.locations.filters import LocationFilter
from registry.locations.models import Location
from registry.values.stemming import sign_of
from tests.support import factories
from tests.support.shares import every

pytestmark = pytest.mark.django_db

SPELLINGS = {
    "mstsislaw": "Мсціслаў Мстиславль Mstislavl Mscislau Mścisłaŭ Mstsislaw Mscislaŭ мстислав",
    "hlybokaye": "Глыбокае Глубокое Hlybokaye Glubokoye Hłybokaje Glubokoe Hlybokae",
    "pastavy": "Паставы Поставы Pastavy Postavy Pastawy Pastaŭy postavi",
    "shchuchyn": "Шчучын Щучин Shchuchyn Ščučyn Shchuchin Schutschin Szczuczyn",
    "kamyanyets": "Камянец Каменец Kamyanyets Kamenets Kamianiec Kamieniec Kamyenyets",
    "mahilyow": "Магілёў Могилёв Могилев Mahilyow Mogilev Mahiloŭ Mahilioŭ Mogilyov",
    "hrodna": "Гродна Гродно Hrodna Grodno Horadnia ГРОДНА grodna",
}


@pytest.fixture(scope="module", autouse=True)
def gazetteer(django_db_setup, django_db_blocker):
    """The real places, and a programme placed in a district without its town being named."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("loaddata", "location_sources", "locations", verbosity=0)
        place = Location.objects.get
        factories.programme("by-the-river", locations=[place(slug="mstsislaw-district")])
        factories.programme("in-town", locations=[place(slug="mstsislaw")])
        factories.programme("river-school", locations=[place(slug="hlybokaye")])
        factories.programme("river-walks", locations=[place(slug="mahilyow-region")])
        yield
        transaction.set_rollback(True)


def places(text):
    listing = LocationFilter({"q": text}, Location.objects.public())
    assert listing.is_valid(), listing.errors
    return [card.slug for card in paginate(listing).cards]


def programmes(text, **parameters):
    listing = ProgrammeFilter({"q": text, **parameters}, Programme.objects.public())
    return [card.slug for card in paginate(listing).cards]


@pytest.mark.parametrize(
    ("slug", "spelling"),
    every(
        5,
        [
            (slug, spelling)
            for slug, spellings in SPELLINGS.items()
            for spelling in spellings.split()
        ],
    ),
)
def test_a_town_is_among_the_first_three_in_every_spelling(slug, spelling):
    assert slug in places(spelling)[:3]


@pytest.mark.parametrize("typed", ["m", "ms", "mst", "msti", "mstis", "мст", "мсц", "Мсціс"])
def test_a_name_is_completed_while_it_is_typed(typed):
    listing = LocationFilter({"q": typed, "page_size": "100"}, Location.objects.public())
    assert "mstsislaw" in [card.slug for card in paginate(listing).cards]


def test_what_begins_like_the_query_comes_before_what_only_mentions_it():
    assert places("msti")[0] == "mstsislaw"


@pytest.mark.parametrize("spelling", SPELLINGS["mstsislaw"].split()[:-1])
def test_a_programme_is_found_by_any_spelling_of_its_place(spelling):
    assert set(programmes(spelling)) == {"by-the-river", "in-town"}


def test_other_words_narrow_what_is_in_the_place():
    assert programmes("river Мстиславль") == ["by-the-river"]
    assert programmes("Mogilev river") == []
    assert set(programmes("Mogilev Region river")) == {"by-the-river", "river-walks"}


def test_the_place_that_was_understood_is_named():
    listing = ProgrammeFilter({"q": "river Mścisłaŭ"}, Programme.objects.public())
    assert listing.understood["location"].reference["slug"] == "mstsislaw"
    listing = ProgrammeFilter({"q": "river"}, Programme.objects.public())
    assert listing.understood == {"location": None}


def test_results_come_in_tiers():
    factories.programme("walk", name_en="Walk")
    factories.programme("walking", name_en="Walking in parks")
    factories.programme("park-walks", name_en="Parks for walks")
    factories.programme("sport", name_en="Sport", summary_en="A walk each day")
    listing = ProgrammeFilter({"q": "walk"}, Programme.objects.public())
    found = [(card.slug, card.tier) for card in paginate(listing).cards]
    assert found[0] == ("walk", 0)
    assert dict(found) == {"walk": 0, "walking": 1, "park-walks": 2, "river-walks": 2, "sport": 3}
    assert [tier for _, tier in found] == sorted(tier for _, tier in found)


@pytest.mark.parametrize("typed", ["river", "walks river", "Mstislavl", "walk", "r", "rivers fund"])
def test_pages_are_in_the_order_of_the_whole_however_many_tiers_they_reach(typed):
    factories.programme("walk", name_en="Walk", summary_en="By rivers", dates="2018")
    factories.programme("sport", name_en="Sport", summary_en="Walks by a river", dates="2019")
    for number in range(9):
        factories.programme(f"boats-{number}", summary_en="On a river, and a walk.", dates="2019")

    finding = Finding(typed)
    pages = [finding.page(number, 2) for number in range(1, 15)]
    whole = finding.page(1, 100)
    assert [match.card.pk for page in pages for match in page] == [match.card.pk for match in whole]
    assert len(whole) == finding.count == sum(finding.counts.values())
    listing = ProgrammeFilter({"q": typed}, Programme.objects.public())
    ordered = [(card.slug, card.tier) for card in listing.selection.ordered()]
    assert [(card.slug, card.tier) for card in paginate(listing).cards] == ordered
    asked = {"q": typed, "page": "2"}
    second = ProgrammeFilter(asked, Programme.objects.public(), strict=False)
    assert [card.slug for card in paginate(second, 2).cards] == [slug for slug, _ in ordered[2:4]]


def test_an_order_that_was_asked_for_goes_before_the_best_match():
    assert programmes("river", ordering="-name") == ["river-walks", "river-school", "by-the-river"]


def test_too_many_words_are_cut_and_too_many_letters_refused_with_the_limit():
    words = " ".join(["river", *["school"] * MAX_WORDS])
    listing = ProgrammeFilter({"q": words}, Programme.objects.public())
    assert [card.slug for card in paginate(listing).cards] == ["river-school"]
    assert listing.understood_otherwise == {"shown_for": None, "words_left_out": True}
    listing = ProgrammeFilter({"q": "a" * (MAX_LETTERS + 1)}, Programme.objects.public())
    assert str(MAX_LETTERS) in listing.errors["q"][0]


@pytest.mark.parametrize(
    "typed",
    [
        '"',
        "*",
        "NEAR(",
        "river AND",
        "a OR b",
        "names:river",
        "-river",
        "^river",
        "'",
        "\\",
        ")",
        "🙂",
    ]
    + ["river:*", "&", "!", "<->", "%", "_", "{x}", "\n\t", "Ⅷ", "ﷺ"],
)
def test_no_text_is_an_operator(typed):
    listing = ProgrammeFilter({"q": typed}, Programme.objects.public())
    assert listing.is_valid()
    assert len(paginate(listing).cards) == listing.selection.count()


def test_marks_without_a_word_find_nothing():
    assert programmes("🙂 ***") == []


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_answered(text):
    for listing in (
        ProgrammeFilter({"q": text}, Programme.objects.public()),
        LocationFilter({"q": text}, Location.objects.public()),
    ):
        if listing.is_valid():
            assert len(paginate(listing, 100).cards) == min(listing.selection.count(), 100)
        else:
            assert set(listing.errors) == {"q"}


def test_a_list_looks_up_no_card_to_learn_its_kind():
    factories.programme("quilts", name_en="Quilting")
    factories.organisation("quilters", name_en="Quilting")
    with CaptureQueriesContext(connection) as statements:
        found = paginate(ProgrammeFilter({"q": "quilting"}, Programme.objects.public())).cards
    assert [card.slug for card in found] == ["quilts"]
    looked_up = ("cards_words", "_with_words", "_with_names")
    asked = [each["sql"] for each in statements if any(name in each["sql"] for name in looked_up)]
    is_any, number, *_ = asked
    assert all(sign_of("programme") in sql or "··programme" in sql for sql in asked)
    assert "cards_card" not in is_any + number
