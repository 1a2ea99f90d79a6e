"""A withdrawn name is heard however it is written, and the search text leads to whoever says it."""

import json
import re

import pytest
from django.conf import settings
from hypothesis import example, given
from hypothesis import strategies as st

from registry.cards.every_text import readable_texts, readable_words, texts_of
from registry.cards.index import own_words_of
from registry.values.folding import fold_words, without_invisible
from registry.workflow.scan import body_says, mentions, sought, stem_of

TRAIL = tuple(fold_words("Зялёны шлях"))
SPRING = tuple(fold_words("Вясенька"))


@pytest.mark.parametrize(
    "text",
    [
        "Вясенька",
        "з Вясенькай",
        "Вя\u00adсе\u200bнь\u2060ка",
        "Вя\u0301сенька",
        "\u202eВясенька",
        "Вя\ufe0fсенька",
        "Вя\U000e0041сенька",
        "Ｖｉａｓｉｅńｋａ",
        "В я с е н ь к а",
        "В.я.с.е.н.ь.к.а",
        "В-я-с-е-н-ь-к-а, летам",
        "і В_я_с_е_н_ь_к_а",
        "Вя се нь ка",
        "V i a s i e n k a",
        "Вя-сень-ка",
        "Вя/сенька",
        "<b>В</b>ясенька",
        "[b]В[/b]ясенька",
        "**В**ясенька",
        "В&shy;ясенька",
        "В&#173;ясенька",
        "#Вясенька2020",
        "#вясенька2020",
        "проВясенька",
        "провясенька",
        "антывясенькаўскі",
        "МыВясенькаТут",
        "мы_вясенька_тут",
        "Вяcенькa",  # a Latin c and a
        "Bясенька",
        "ВЯCEHЬKA",
        "В я c е н ь к a",
        "Вя-cень-кa",
        "Viаsieńkа",  # a Cyrillic а
        "https://example.org/vyasenka/2020",
        "https://example.org/%D0%92%D1%8F%D1%81%D0%B5%D0%BD%D1%8C%D0%BA%D0%B0",
        "https://xn--" + "вясенька".encode("punycode").decode() + ".example/",
        "viasienka@mail.example",
    ],
)
def test_a_name_is_heard_however_it_is_written(text):
    assert mentions(readable_words(text), SPRING)


@pytest.mark.parametrize(
    "text",
    [
        "Зялёнага шляху",
        "ЗялёныШлях",
        "#зялёнышлях",
        "#зялёнагашляху",
        "green_zialiony_shliakh",
        "антыЗялёнаму шляху",
        "З я л ё н ы ш л я х",
        "зялёны-шлях",
    ],
)
def test_a_name_of_two_words_is_heard_however_it_is_joined(text):
    assert mentions(readable_words(text), TRAIL)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("заканадаўства", "Ада"),
        ("кансалідацыя", "Ліда"),
        ("ладзіць вечар, загладзіць", "Лад"),
        ("вясна прыйшла", "Вясенька"),
        ("зялёны чай і шырокі шлях", "Зялёны шлях"),
        ("Вяс. Енька", "Вясенька"),
        ("а я і ты не ён", "Янтыне"),
    ],
)
def test_what_only_sounds_like_a_name_is_none(text, name):
    assert not mentions(readable_words(text), tuple(fold_words(name)))


def fixtures(*names):
    for name in names:
        yield from json.loads((settings.BASE_DIR / f"fixtures/{name}.json").read_text())


@pytest.mark.once
def test_names_of_places_are_hardly_ever_heard_inside_of_other_words():
    """Of each thousand names one is, in all texts of the fixtures: a safeguard that cries wolf at
    every text is overridden without a look."""
    names = {
        tuple(fold_words(value))
        for row in fixtures("locations")
        for key, value in row["fields"].items()
        if value and (key.startswith("name_") or key == "name")
    }
    words = {
        word
        for row in fixtures("organisations", "programmes", "sources", "terms", "local_contexts")
        for key, value in row["fields"].items()
        if isinstance(value, str) and key not in ("slug", "url", "archived_url", "website")
        for word in readable_words(value)
    }
    assert len(names) > 1500
    assert len(words) > 5000
    text = " ".join(sorted(words))
    heard = {
        (name, word)
        for (name,) in (each for each in names if len(each) == 1)
        if len(name) > 2
        for word in re.findall(r"\S*" + name[:-1] + r"\S*", text)
        if mentions([word], (name,)) and not word.startswith(stem_of(name))
    }
    assert len(heard) <= 8, heard


NAMES = st.lists(st.text("абвґзіклшнцья", min_size=2, max_size=7), min_size=1, max_size=3)


@given(NAMES, st.data())
@example(["рост", "сеткі"], None)
def test_the_search_text_leads_to_every_card_that_says_the_name(words, data):
    """`sought` may find more cards than say the name, and never fewer."""
    name = tuple(fold_words(" ".join(words)))
    glue = data.draw(st.sampled_from([" ", "", "-", "<b></b>", "\u00ad", " у "])) if data else ""
    text = (data.draw(st.sampled_from(["", "пра", "#", "z"])) if data else "") + glue.join(words)
    text += data.draw(st.sampled_from(["", "ага", "2020", " і", "."])) if data else ""
    body = {
        "type": "source",
        "id": "7f0c4a52-0000-4000-8000-000000000001",
        "slug": "page",
        "name": {"en": text, "be": None, "ru": None},
        "url": f"https://example.org/{text}",
    }
    if name and body_says(body, name):
        held = own_words_of(body)
        assert any(piece in word for piece in sought(name) for word in held)


@given(st.text(st.characters()))
def test_any_text_can_be_read_for_names_and_what_is_visible_stays_so(text):
    assert readable_words(text)[: len(fold_words(text))] == fold_words(text)
    assert without_invisible(without_invisible(text)) == without_invisible(text)
    assert fold_words(without_invisible(text)) == fold_words(text)


def test_a_new_key_of_the_card_is_read_and_a_code_only_where_it_is_one():
    body = {
        "type": "event",
        "id": "not an id",
        "slug": "s",
        "kind": "forum",
        "time_zone": "Europe/Minsk",
        "languages": ["be", "Viasna"],
        "invented": {"later": [{"deep": "Talaka"}]},
        "organisation": {"type": "organisation", "name": {"en": "Elsewhere"}},
    }
    assert [(where, text) for where, _key, text in texts_of(body)] == [
        ("id", "not an id"),
        ("slug", "s"),
        ("languages", "Viasna"),
        ("invented later 1 deep", "Talaka"),
    ]
    assert "talaka" in readable_texts(body)
    body["time_zone"] = "Viasna"
    assert ("time_zone", "Viasna") in [(where, text) for where, _key, text in texts_of(body)]


def test_a_slip_in_one_word_hides_no_name_in_another():
    """Latin letters in a Cyrillic word say nothing of the words beside it."""
    for text in ("Партнёр: Hope. Совет", "Партнёр: Hope. Cовет"):
        assert mentions(readable_words(text), ("hope",)), text
