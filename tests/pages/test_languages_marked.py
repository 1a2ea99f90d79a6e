"""Nothing on a page is in another language than its element says it is."""

import re

import pytest
from django.test import Client

from registry.cards.clock import today
from registry.cards.declarations import page_address
from registry.cards.models import Card
from tests.support.said_in import LANGUAGES, MARK, Reader, babel
from tests.support.shares import few

pytestmark = [pytest.mark.once, pytest.mark.django_db]

LISTS = ("programmes", "editions", "initiatives", "events", "organisations", "places")


def addresses(language):
    """Every kind of page, every record, and the lists as they are narrowed by each of them."""
    year = today().year + 1
    yield from (f"/{language}/{path}" for path in ("", "glossary/", "data/", "about/", "report/"))
    yield from (f"/{language}/{name}/" for name in LISTS)
    yield from (f"/{language}/places/?q=kk", f"/{language}/places/?within=BY")
    yield from (f"/{language}/events/?{query}" for query in ("upcoming=true", f"month={year}-12"))
    for card in Card.objects.order_by("public_id"):
        if card.type not in ("term", "source", "figure"):
            yield page_address(card.type, card.slug, language)
    for number, code in enumerate(LANGUAGES):
        own = f"{number}-{code}"
        yield f"/{language}/report/?about=programme/contest-{own}"
        yield from (f"/{language}/{name}/?location=town-{own}" for name in LISTS[:5])
        yield f"/{language}/programmes/?-theme=theme-{own}&organisation=club-{own}&q=name"
        yield f"/{language}/programmes/?kind=advice&-theme=theme-{own}&location=town-{own}"
        yield f"/{language}/events/?programme=contest-{own}&edition=season-{own}"
        yield f"/{language}/editions/?programme=contest-{own}&location=XX"
        yield f"/{language}/search/?q=town-{own}"
    yield from (f"/{language}/search/?q={word}" for word in (*WORDS, *MISTYPED))


# What is found by its name, its other name, its text, its place, its part; and misspelled.
WORDS = ("name", "alias", "summary", "description", "venue", "award", "label", "life", "paper")
WORDS += ("text", "helps", "season", "club", "contst")
# What is shown instead is the name of a record in one language, which is said again.
MISTYPED = [f"k{code} contst" for code in LANGUAGES]


@pytest.mark.parametrize("language", few(LANGUAGES, "ru"))
def test_every_text_stands_under_its_own_language(language):
    babel()
    client, found, seen = Client(), {}, set()
    for address in addresses(language):
        reply = client.get(address)
        assert reply.status_code in (200, 400), address
        for text, declares in Reader(reply.content.decode()).pieces:
            for code in set(MARK.findall(text.replace("<mark>", ""))):
                seen.add(code)
                if code.lower() != declares:
                    found.setdefault((text[:80], declares), address)
    assert seen >= set(LANGUAGES)
    assert found == {}


def test_the_reader_of_this_test_sees_what_is_not_marked():
    page = '<html lang="be"><body><p>kkbe <b lang="en">kken <i>kken</i></b> kkru<br>kkbe</p>'
    assert Reader(page).pieces == [
        ("kkbe", "be"),
        ("kken", "en"),
        ("kken", "en"),
        ("kkru", "be"),
        ("kkbe", "be"),
    ]


def test_the_reader_of_this_test_hears_what_stands_in_attributes():
    page = (
        '<html lang="be"><head><title>kken</title><meta name="description" content="kkru"></head>'
        '<body><a aria-label="kken" href="/kken">1</a><img alt="kkru" lang="ru">'
        '<svg lang="en"><path aria-label="kken"/></svg><input placeholder="kkbe" value="kken">'
    )
    assert Reader(page).pieces == [
        ("kkru", "be"),
        ("kken", "be"),
        ("1", "be"),
        ("kkru", "ru"),
        ("kken", "en"),
        ("kkbe", "be"),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_shown_instead_is_said_in_its_language(language):
    babel()
    for code, typed in zip(LANGUAGES, MISTYPED, strict=True):
        page = Client().get(f"/{language}/search/", {"q": typed}).content.decode()
        shown = re.compile(f"kk{code} contest(?!-)")
        said = {its for text, its in Reader(page).pieces if shown.search(text)}
        assert said == {code}
