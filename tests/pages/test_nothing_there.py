"""That nothing is recorded is an answer: it is said of what was asked, and leads on."""

import pytest

from registry.cards.models import Card, Deferred
from tests.support.factories import event, organisation, programme, term

pytestmark = [pytest.mark.once, pytest.mark.django_db]
SAID = "In Brest Region, nothing is recorded for"


@pytest.fixture
def audience(world):
    words = {"en": "Women with disabilities", "be": "Жанчыны з інваліднасцю"}
    words["ru"] = "Женщины с инвалидностью"
    names = {f"name_{language}": name for language, name in words.items()}
    found = term("women-with-disabilities", scheme="audience", **names)
    term("hidden-group", scheme="audience", name_en="Disabilities of a draft", state="draft")
    return found


@pytest.mark.parametrize(
    "words",
    ["people with disabilities", "людзі з інваліднасцю", "люди с инвалидностью"],
)
def test_a_search_for_a_place_and_a_term_says_that_nothing_has_both(client, audience, words):
    html = " ".join(client.get("/en/search/", {"q": f"Brest region {words}"}).text.split())
    assert f"{SAID} “Women with disabilities”." in html
    assert "Disabilities of a draft" not in html
    assert "Tell us about it" in html


def test_it_leads_to_the_term_elsewhere_and_to_all_there_is_in_the_place(client, world, audience):
    programme("lessons", audiences=[audience], locations=[world["mstsislaw"]])
    programme("others", locations=[world["brest-region"]])
    html = client.get("/en/search/", {"q": "Brest region women with disabilities"}).text
    assert SAID in html
    for query in ("audience=women-with-disabilities", "location=BY-BR"):
        assert f'href="/en/programmes/?{query}"' in html, query


def test_nothing_is_said_where_a_record_has_both_or_no_term_is_named(client, world, audience):
    organisation("for-all", locations=[world["brest-region"]])
    assert SAID not in client.get("/en/search/?q=Brest+region+zzzz").text
    programme("lessons", audiences=[audience], locations=[world["brest-region"]])
    assert SAID not in client.get("/en/search/?q=Brest+region+women+with+disabilities").text


def test_an_empty_list_says_what_it_was_asked_for(client, audience):
    html = client.get("/en/organisations/?location=BY-BR&audience=women-with-disabilities").text
    said = " ".join(html.split())
    assert "No record here has all of these: Women with disabilities, Brest Region." in said or (
        "No record here has all of these: Brest Region, Women with disabilities." in said
    )


@pytest.mark.parametrize(
    ("scheme", "parameter", "make", "key"),
    [
        ("format", "format_used", event, "formats"),
        ("approach", "approach", programme, "approaches"),
    ],
)
def test_it_asks_for_a_term_as_lists_are_asked_for_it(client, world, scheme, parameter, make, key):
    walk = term("guided-walk", scheme=scheme, name_en="Guided walk")
    term("walks", scheme="concept", name_en="Walk")  # for which no list can be asked
    make("stroll", **{key: [walk]})
    event("other", locations=[world["brest-region"]])
    html = " ".join(client.get("/en/search/?q=Brest+region+guided+walks").text.split())
    assert f"{SAID} “Guided walk”." in html
    assert f"{parameter}=guided-walk" in html


@pytest.mark.parametrize("words", ["people with disabilities", "люди с инвалидностью"])
def test_without_a_place_it_is_said_of_all_records_or_leads_to_those_there_are(
    client, audience, words
):
    def found():
        html = " ".join(client.get("/en/search/", {"q": words}).text.split())
        assert "Nothing was found" not in html
        return html

    assert "Nothing is recorded for “Women with disabilities”." in found()
    programme("lessons", audiences=[audience])
    event("walk", audiences=[audience], dates="2001-01-01")
    assert "Recorded for “Women with disabilities”:" in found()
    assert "Tell us about it" not in found()
    for path in (
        "programmes/?audience=women-with-disabilities",
        "events/?audience=women-with-disabilities&amp;ordering=-start",
    ):
        assert f'href="/en/{path}">1 ' in found(), path


@pytest.mark.parametrize("words", ["w", "wom", "women with disab"])
def test_of_a_term_that_is_only_begun_nothing_is_said(client, audience, words):
    assert SAID not in client.get("/en/search/", {"q": f"Brest region {words}"}).text


def test_nor_of_one_that_nobody_may_read_for_the_moment(client, audience):
    card = Card.objects.get(type="term", slug=audience.slug)
    Deferred.objects.create(
        card=card, type="term", public_id=card.public_id, how=0, rank=Deferred.STUCK
    )
    assert SAID not in client.get("/en/search/?q=Brest+region+women+with+disabilities").text
