"""The glossary explains the registry's own words, and leads from each term to what has it."""

import pytest

from registry.pages.own_words import explained
from registry.records.models import State
from tests.support.factories import event, organisation, programme, term

pytestmark = pytest.mark.django_db


def main(client, language="en"):
    html = client.get(f"/{language}/glossary/").content.decode()
    return html.partition("<main")[2].partition("</main>")[0]


def test_a_term_leads_to_the_lists_of_what_has_it_with_their_counts(client):
    civic = term("civic", name_en="Civic education")
    term("youth", parent=civic)
    women = term("women", scheme="audience", name_en="Women")
    for n in range(2):
        programme(f"shown-{n}", themes=[civic], audiences=[women])
    programme("draft", themes=[civic], state=State.DRAFT)
    organisation("office", themes=[civic])
    event("final", dates="2016", audiences=[women])
    html = main(client)
    assert '<a href="/en/programmes/?theme=civic">2 programmes</a>' in html
    assert '<a href="/en/organisations/?theme=civic">1 organisation</a>' in html
    assert '<a href="/en/events/?audience=women">1 event</a>' in html
    assert "theme=youth" not in html


def test_what_has_no_definition_is_named_apart(client):
    term("defined", name_en="Defined", definition_en="What it is.")
    term("named", name_en="Named")
    defined, _, named = main(client).partition("Used without a definition")
    assert 'id="defined"' in defined
    assert 'id="named"' not in defined
    assert 'id="named"' in named


def test_the_words_of_the_registry_have_an_example_from_its_records(client):
    programme("hidden", name_en="Hidden", dates="2030", state=State.DRAFT)
    programme("contest", name_en="Contest", dates="2016")
    html = main(client)
    explained = html.partition('id="word-programme"')[2].partition('id="word-edition"')[0]
    assert '<a href="/en/programmes/contest/">Contest</a>' in explained
    for word in ("figure", "role", "status", "not-recorded", "precision"):
        assert f'id="word-{word}"' in html
    assert "Hidden" not in html


def test_all_terms_stand_in_the_alphabet_of_the_reader(client):
    term("alder", name_en="Alder", name_be="Яблык")
    term("birch", name_en="Birch", name_be="Абрыкос")
    for language, first in (("en", "#alder"), ("be", "#birch")):
        index = main(client, language).rpartition("<h2")[2]
        assert index.index(first) == min(index.index("#alder"), index.index("#birch"))


def test_the_words_of_the_registry_stand_in_the_same_index(client):
    term("dance", name_en="Dance", name_be="Танец")
    for language, in_order in (
        ("en", ("#dance", "#word-edition", "#word-event", "#word-figure", "#word-status")),
        ("be", ("#word-figure", "#word-edition", "#word-status", "#dance")),
    ):
        places = list(map(main(client, language).rpartition("<h2")[2].index, in_order))
        assert places == sorted(places)


@pytest.mark.parametrize("typed", ["edition", "Editions", "сезона", "выпуск", "правядзенне"])
def test_a_search_for_a_word_of_the_registry_first_says_what_it_means(client, typed):
    html = client.get("/en/search/", {"q": typed}).content.decode()
    said, link, rest = html.partition('<a href="/en/glossary/#word-edition">')
    assert "One round of a programme" in said.rpartition("<dfn>")[2]
    assert 'role="status"' in rest


def test_a_search_for_more_than_a_word_of_the_registry_explains_none(client):
    for typed in ("sixth edition", "sport"):
        assert "#word-" not in client.get("/en/search/", {"q": typed}).content.decode()


@pytest.mark.parametrize("typed", ["like", "statue", "статуя", "рэдакцыя", "редакция"])
def test_a_word_that_is_only_spelt_like_one_of_the_registry_is_not_explained(typed):
    assert explained(typed) is None


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("Лік", "figure"),
        ("figures", "figure"),
        ("status", "status"),
        ("статуса", "status"),
        ("ролі", "role"),
    ],
)
def test_a_form_of_a_word_of_the_registry_is_explained(typed, word):
    assert explained(typed)["word"] == word
