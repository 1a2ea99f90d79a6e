"""The first records: three texts as the registry holds them, and the four people it does not.

facts.json lists what the texts say. It was written by somebody who had read only the texts, so it
asks whether the fixtures are right and complete, not whether they are what they are.
"""

import hashlib
import json
import os
import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from registry.cards.models import Card, Redirect
from registry.records.models import Entry, Marked
from registry.values.folding import fold, fold_words
from tests.support.shares import every

FACTS = json.loads(
    (settings.BASE_DIR / "tests" / "records" / "facts.json").read_text(encoding="utf-8")
)
LANGUAGES = ("en", "be", "ru")

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.fixture(scope="module")
def registry(django_db_setup, django_db_blocker):
    """The registry with all its fixtures, undone after the last test of this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("loaddata", *settings.FIXTURES, verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def cards(registry):
    """{(type, slug): the card as a visitor reads it}"""
    rows = Card.objects.exclude(type="figure").values_list("type", "slug", "body")
    return {(card_type, slug): json.loads(body) for card_type, slug, body in rows}


def strings(value, language="en"):
    """All that one language and no language says in a part of a card."""
    if isinstance(value, dict):
        other = set(LANGUAGES) - {language}
        return [text for key in value if key not in other for text in strings(value[key])]
    if isinstance(value, list):
        return [text for each in value for text in strings(each)]
    return [value] if isinstance(value, str) else []


def found(card, path):
    """What stands at a path; null also where something above it is null or is not there.

    `summary_or_note` joins what stands at both; a text without a word in any language is null.
    """
    value = card
    for step in path.split("."):
        if "_or_" in step and step not in card:
            value = [value[key] for key in step.split("_or_") if value.get(key)]
        elif isinstance(value, list):
            value = [each[step] for each in value if each[step]]
        else:
            value = value and value.get(step)
    if isinstance(value, dict) and set(value) == set(LANGUAGES) and not any(value.values()):
        return None
    return value


def matches(value, wanted):
    """Whether all that is wanted stands there; a reference is wanted by its address."""
    if isinstance(value, dict) and isinstance(wanted, dict):
        return all(matches(value.get(key), each) for key, each in wanted.items())
    if isinstance(value, dict) and isinstance(wanted, str):
        return value.get("slug") == wanted
    return value == wanted


def holds(card, check):
    if "exists" in check:
        return (card is not None) == check["exists"]
    value = found(card, check["path"])
    if "equals" in check:
        return matches(value, check["equals"])
    if "length" in check:
        return len(value) == check["length"]
    if "has" in check:
        return any(matches(each, check["has"]) for each in value)
    if "lacks" in check:
        return not any(matches(each, check["lacks"]) for each in value)
    text = " ".join(strings(value)).lower()
    return all(any(word in text for word in each.lower().split("|")) for each in check["mentions"])


@pytest.mark.parametrize("fact", every(6, FACTS), ids=lambda fact: fact["id"])
def test_what_the_texts_say_is_in_the_registry_with_its_source(cards, fact):
    card = cards.get((fact["about"]["type"], fact["about"]["slug"]))
    assert card, f"no card of {fact['about']}"
    assert holds(card, fact["check"]), fact["says"]
    if fact["source"] and card["type"] != "source":
        assert fact["source"] in [source["slug"] for source in card["sources"]]


def test_every_fact_is_asked_in_a_way_that_could_fail(cards):
    """Of another card, or of a card without content, nearly all that is asked does not hold."""
    empty = {"type": "programme", "slug": "empty", "sources": []}
    for fact in FACTS:
        check = fact["check"]
        assert {"exists", "equals", "length", "has", "lacks", "mentions"} & set(check), fact["id"]
        if "mentions" in check or check.get("equals"):
            assert not holds(empty, check), fact["id"]


def test_the_districts_programme_is_in_its_region_and_in_no_other(cards):
    places = cards["programme", "sport-region"]["locations"]
    assert [(place["slug"], place["region"]) for place in places] == [
        ("mstsislaw-district", "BY-MA")
    ]


def fixture_rows(*names):
    for name in names or settings.FIXTURES:
        path = settings.BASE_DIR / "fixtures" / f"{name}.json"
        yield from json.loads(path.read_text(encoding="utf-8"))


HAND_KEPT = ("sources", "terms", "local_contexts", "organisations", "programmes")


@pytest.mark.slow
def test_every_row_of_the_fixtures_is_as_a_form_would_accept_it(registry):
    seen = 0
    for model in apps.get_models():
        if issubclass(model, (Marked, Redirect)):
            for row in model._base_manager.all():
                row.full_clean()
                seen += 1
    assert seen == len(list(fixture_rows()))


@pytest.mark.slow
def test_loading_again_changes_nothing(registry):
    def state():
        return set(Card.objects.values_list("type", "public_id", "number", "body", "updated_at"))

    before = state()
    call_command("loaddata", *settings.FIXTURES, verbosity=0)
    assert state() == before
    call_command("cards", "--check", verbosity=0)


def test_every_hand_kept_record_is_public_and_speaks_three_languages():
    # Names that the texts print in Latin letters and that nobody is known to write otherwise.
    untranslated = {"realtby"}
    for row in fixture_rows(*HAND_KEPT):
        fields = row["fields"]
        if "slug" in fields:
            assert fields["state"] == "public", fields["slug"]
        for column in [name for name in fields if name.endswith("_en")]:
            if column == "name_en" and fields.get("slug") in untranslated:
                continue
            for language in ("be", "ru"):
                assert fields.get(column[:-2] + language), (fields.get("slug"), column)


def test_every_hand_kept_record_names_a_source():
    rows = list(fixture_rows(*HAND_KEPT))
    sourced = {(row["model"], *row["fields"].get("record", [])) for row in rows}
    for row in rows:
        is_entry = issubclass(apps.get_model(row["model"]), Entry)
        if is_entry and row["model"] != "records.source":
            slug = row["fields"]["slug"]
            assert (f"{row['model']}citation", slug) in sourced, slug


def test_belarusian_and_russian_are_not_mixed_up():
    for row in fixture_rows(*HAND_KEPT):
        for column, text in row["fields"].items():
            if column.endswith("_be"):
                assert not re.search("[ищъ]", text.lower()), text
                # у after a vowel and a space is ў, but for the start of a sentence or a name
                assert not re.search("[аеёіоуыэюя] у ", text), text
            if column.endswith("_ru"):
                assert not re.search("[іў]", text.lower()), text


# The people whom the texts name are nowhere in this repository, their names here included: these
# are salted hashes of their surnames, and of first name and surname, as `fold` leaves them.
SALT = "named-in-the-texts:"
NAMED = {
    "063d43cdb7be681695724f314e267bd5",
    "0b489cb8462296c328930fc49fda6d98",
    "0e8bb9befb6370d6a72be86277aa5a75",
    "22ebf6f3f0099ba29b4c0eaf19aba31b",
    "464aab242b410cb861e5600c918e011e",
    "49426a897fd204de175d83cc9ffe0b2e",
    "563fc8ac06e568beb9b2a9c8dec29cf9",
    "582d1ea6f3fa7a434cd5b9342741a6c3",
    "68008a73e24d6f52560eaa20063636bf",
    "693cbcec15adbf4dbfd51bc99fa5197d",
    "6ddccc6a67a5877d4721fd77e17e5ef1",
    "73f7e2ed8b0a2bd45c538b30589e7977",
    "76e610930820e92f4aef844ff49cb034",
    "7a1eb991157d480a71bc9ddcbe1ccc61",
    "84ed67784d8e23a5ccb144ba29ff31c2",
    "89b1d90d30dc1bcabe4c3465b9e252fa",
    "9823045082bbd4189cb9c1e971e20e6f",
    "9c750dc70835027d51a47ce1fa7156fb",
    "9e08447b3583e7e2c53a390be804651f",
    "a653490e75a824d9c03f24a627d25ac0",
    "ab969ae316693f8b35ad0dd95baa2f51",
    "b72cb212783d6be73a181cae32adaa37",
    "c228cfade758abacafce46b7ca7ca493",
    "c25eab8d16a2a697d56de6d9e11d6834",
    "cf915b747c569ccb07cc7d162d336209",
    "d20cb3b8775a2bcf4bd3baad98783af6",
    "ec76846d460f1947654fa6fecc38e864",
    "f6481f6e75a078ccb39eb7158b735cb7",
    "f6f0f44f9e5cf87eceee779ac544238f",
    "f7c19fed2e1979b3af03e9affd32adef",
    "f853525b892237b4bd4a34413bfe8a20",
    "fa828e8ad29df29dd792d6ee9f5f0c57",
}
NOT_OURS = {"__pycache__", "staticfiles", "test-results", "node_modules"}


def hashed(words):
    return hashlib.sha256((SALT + words).encode()).hexdigest()[:32]


def names_in(text, hashes):
    """Words, and pairs of neighbouring words, that are the name of one of these people."""
    words = fold_words(text)
    pairs = map(" ".join, zip(words, words[1:], strict=False))
    return {each for each in {*words, *pairs} if hashed(each) in hashes}


def files_of_the_repository():
    for folder, folders, names in os.walk(settings.BASE_DIR):
        folders[:] = [
            name
            for name in folders
            if name not in NOT_OURS and (name == ".ci" or not name.startswith("."))
        ]
        yield from (Path(folder) / name for name in names)


def test_the_people_whom_the_texts_name_are_nowhere():
    read = set()
    for path in files_of_the_repository():
        assert not names_in(str(path.relative_to(settings.BASE_DIR)), NAMED), path
        try:
            text = path.read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue  # compiled, packed, or gone since the folder was listed
        assert not names_in(text, NAMED), path
        read.add(path.name)
    assert {"programmes.json", "facts.json", "test_records.py", "settings.py"} <= read


def test_a_name_would_be_found_in_any_script():
    hashes = {hashed(fold("Examplenka")), hashed(fold("Jan Examplenka"))}
    assert names_in('"note_en": "by Jan EXAMPLENKA."', hashes) == {
        fold("Examplenka"),
        fold("Jan Examplenka"),
    }
    assert names_in("праект (Экзамплэнка)", {hashed(fold("Экзамплэнка"))})
    assert not names_in("an example of Jan", hashes)
