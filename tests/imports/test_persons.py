"""Names of persons are noticed in cells, and nothing else is taken for one."""

import json

import pytest
from django.conf import settings

from registry.imports.persons import persons
from tests.support.namings import NAMINGS, WAYS

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    "text",
    [
        "Анна Иванова", "Иванова Анна Петровна", "Каваленка Сяргей", "Siarhei Kavalenka",
        "Пятроў Васіль Міхайлавіч", "Наталья Александровна", "Kavalenka Natallia", "Ян Каваленка",
    ],
)  # fmt: skip
def test_a_given_name_or_one_after_the_father_tells_a_person(text):
    assert persons(f"Отв.: {text}, после обеда") == [text]


@pytest.mark.parametrize("text", ["Школа лидеров", "Дом Дружбы Народов", "Иван", "Адам Мицкевич"])
def test_other_words_with_capitals_are_no_person(text):
    assert persons(text) == []


def test_of_the_registry_s_own_texts_one_town_alone_is_taken_for_a_person():
    told = {
        person.replace("’", "").replace("'", "")
        for file in (settings.BASE_DIR / "fixtures").glob("*.json")
        for text in texts(json.loads(file.read_text(encoding="utf-8")))
        for person in persons(text)
    }
    assert told <= {"Марьина Горка", "Маріна Горка", *LATIN}


LATIN = {"Marina Gorka", "Maryina Gorka", "Marina Horka"}


def test_no_organisation_is_taken_for_a_person_however_it_is_written():
    written = [way(naming) for naming in NAMINGS for way in WAYS.values()]
    assert [each for each in written if persons(each)] == []


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        value = [*value.values()]
    if isinstance(value, list):
        for each in value:
            yield from texts(each)
