"""Cells as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from organisations.models import Organisation
from programmes.models import Event
from registry.imports import cells
from registry.values.dates.edtf import parse

pytestmark = pytest.mark.once

QUANTITIES = {
    "ок. 50 чел.": ("50", "about", "people"),
    "more than 200": ("200", "over", "people"),
    "30+": ("30", "at-least", "people"),
    "свыше 30": ("30", "over", "people"),
    "больш за 100 чалавек": ("100", "over", "people"),
    "не менее 20 участников": ("20", "at-least", "people"),
    "≈ 1 500": ("1500", "about", "people"),
    "15 000 руб.": ("15000", "", "BYN"),
    "12 500,00": ("12500.00", "", "people"),
    "4.750,00 EUR": ("4750.00", "", "EUR"),
    "1,5 млн евро": ("1500000", "", "EUR"),
    "€ 5,000": ("5000", "", "EUR"),
    "до 5 тыс. EUR": ("5000", "up-to", "EUR"),
    "каля 12 школ": ("12", "about", "школ"),
    "25+3 взрослых": ("", "", "people"),
    "50-60": ("", "", "people"),
}


@pytest.mark.parametrize("text", QUANTITIES)
def test_a_number_is_read_with_what_stands_around_it(text):
    found = cells.quantity(text)
    assert (found.number, found.qualifier, found.unit) == QUANTITIES[text]
    assert found.printed == text


@pytest.mark.parametrize("text", ["1.200", "15 000 руб.", "25+3 взрослых"])
def test_what_a_number_may_mean_otherwise_is_told(text):
    assert cells.quantity(text).doubt


DATES = {
    "12.05.2024": ("2024-05-12", "", ""),
    "12-14 сакавіка 2016": ("2016-03-12/2016-03-14", "", ""),
    "ок. 2015": ("2015~", "", ""),
    "21 марта": ("XXXX-03-21", "", ""),
    "II квартал 2024": ("2024-04/2024-06", "", ""),
    "45432": ("2024-05-20", "", ""),
    "2024-03-04 18:30": ("2024-03-04", "18:30", ""),
    "12.05.2024, 18:00-20:00": ("2024-05-12", "18:00", "20:00"),
    "3 мая 2024 в 9:30": ("2024-05-03", "09:30", ""),
    "н/д": ("", "", ""),
}


@pytest.mark.parametrize("text", DATES)
def test_a_date_is_read_with_its_hours(text):
    assert cells.when(text)[:3] == DATES[text]


@pytest.mark.parametrize("text", ["—", "н/д", "нет", "няма", "N/A", " - ", "?", "Нет данных"])
def test_what_says_that_nothing_is_known_is_nothing(text):
    assert cells.is_nothing(text)


@pytest.mark.parametrize("text", ["— » —", "-//-", '"', "то же", "тое ж"])
def test_what_says_the_same_as_above_is_known(text):
    assert cells.is_ditto(text)


NAMES = {
    'ГУ "Дом дабрыні': {"be": "ГУ «Дом дабрыні»"},
    "ОО «Новая волна» (бел. Новая хваля)": {"ru": "ОО «Новая волна»", "be": "Новая хваля"},
    "Brest / Брэст": {"en": "Brest", "be": "Брэст"},
    "Летняя школа волонтёров": {"ru": "Летняя школа волонтёров"},
    "Круглый стол": {"ru": "Круглый стол"},
    "Летняя школа валанцёраў": {"be": "Летняя школа валанцёраў"},
    "Чытанне дзецям": {"be": "Чытанне дзецям"},
    "Accoциaция  ceльcких клубoв.": {"ru": "Ассоциация сельских клубов"},
    "Beraście Waves NGO": {"en": "Beraście Waves NGO"},
}


@pytest.mark.parametrize("text", NAMES)
def test_a_name_has_both_quotes_its_own_letters_and_its_language(text):
    assert cells.names(text) == NAMES[text]


def test_of_marks_alone_no_name_is_left():
    assert cells.names(",") == {}


def test_several_values_stand_in_one_cell():
    assert cells.several("г. Лида | г. Щучин; —\nГродно") == ["г. Лида", "г. Щучин", "Гродно"]


def test_a_code_is_said_in_words_of_any_language():
    kind, status = Organisation._meta.get_field("kind"), Event._meta.get_field("status")
    assert [cells.code(kind, text) for text in ("фонд", "Foundation", "ngo", "ГА", "дерево")] == [
        "foundation", "foundation", "ngo", "ngo", "",
    ]  # fmt: skip
    assert cells.code(status, "cancelled") == "cancelled"


@given(st.text(max_size=60))
def test_whatever_stands_in_a_cell_is_read_or_refused_with_a_sentence(text):
    try:
        found = cells.when(text)
    except ValueError:
        pass  # with a sentence, as everywhere
    else:
        assert not found.edtf or parse(found.edtf)
    quantity = cells.quantity(text)
    assert not quantity.number or float(quantity.number) >= 0
    assert all(cells.names(text or "x").values()) or not text.strip()


@given(st.integers(0, 10**9), st.sampled_from(["", " ", "\xa0", "'"]))
def test_thousands_may_be_set_apart(number, mark):
    text = f"{number:,}".replace(",", mark)
    assert cells.quantity(text).number == str(number)
