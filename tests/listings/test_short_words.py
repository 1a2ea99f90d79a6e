"""Acronyms, single letters and numbers of public lists: found as they are printed, and alone."""

import json

import pytest
from django.core.management import call_command
from django.utils.formats import date_format
from django.utils.timezone import localtime

from organisations.models import Organisation
from registry.cards.changeset import writing
from registry.records.models import State
from registry.values.folding import fold, fold_prefix
from tests.reconciliation.test_reconciliation import Refine
from tests.support.factories import organisation, programme
from tests.support.staff import Staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    organisation("tts", name_en="Society of friends", names=["TTS", "ТТС"])
    organisation("centre", name_en="Centre of civic help", name_be="Цэнтр грамадзянскай дапамогі")
    organisation("help", name_en="Help", summary_en="It helps communities to create a centre.")
    honey = organisation("honey", name_en="Honey", name_be="Мёд")
    hidden = organisation("hidden", name_en="Hidden", names=["TTS"], state=State.DRAFT)
    with writing():
        honey.identifiers.create(scheme="BY-EGR", value="190000001")
        honey.identifiers.create(scheme="XM-DAC", value="41130 A")
        hidden.identifiers.create(scheme="BY-EGR", value="190000002")
        hidden.identifiers.create(scheme="other", other_list="X-LIST", value="123")
    programme("choir", name_en="Choir", summary_en="A choir of the centre.")


def listed(client, text):
    results = client.get("/api/v1/organisations/", {"q": text}).json()["results"]
    return {each["slug"] for each in results}


def searched(client, text, **more):
    results = client.get("/api/v1/search/", {"q": text, **more}).json()["results"]
    return [each["slug"] for each in results]


@pytest.mark.parametrize("typed", ["TTS", "tts", "ТТС", "«TTS»", "Tts"])
def test_an_acronym_finds_whoever_is_called_so_and_nobody_else(cast, client, typed):
    assert listed(client, typed) == {"tts"}
    assert searched(client, typed) == ["tts"]
    result = client.get("/api/v1/search/", {"q": typed}).json()["results"][0]
    assert result["tier"] == 0
    assert result["matched"]["field"] == "other_names"


@pytest.mark.parametrize(
    ("letter", "slugs"),
    [("c", {"centre"}), ("C", {"centre"}), ("ц", {"centre"}), ("h", {"help", "honey"})]
    + [("м", {"honey"}), ("ж", set()), ("“c”", {"centre"})],
)
def test_a_letter_finds_what_begins_with_it_as_its_name_is_printed(cast, client, letter, slugs):
    assert listed(client, letter) == slugs
    found = searched(client, letter, type="organisation")
    assert set(found) == slugs


@pytest.mark.parametrize(("typed", "slugs"), [("it", {"help"}), ("ok", set()), ("kh", set())])
def test_two_letters_are_not_searched_for_by_one_of_them(cast, client, typed, slugs):
    assert len(fold_prefix(typed)) == 1
    assert listed(client, typed) == slugs


def test_an_acronym_is_not_folded_to_a_letter_and_what_is_typed_so_far_still_is():
    assert fold("TTS") == fold("ТТС") == "tts"
    assert fold("Ц") == "c"
    assert fold("Цэнтр").startswith(fold_prefix("Ts"))


@pytest.mark.parametrize(
    "typed",
    ["BY-EGR-190000001", "by-egr-190000001", "190000001", "BY-EGR 190000001", "XM-DAC-41130 A"]
    + ["BY-EGR:190000001", " BY–EGR–190000001 "],
)
def test_a_number_of_a_public_list_is_found_as_it_is_printed(cast, client, typed):
    assert listed(client, typed) == {"honey"}
    assert searched(client, typed) == ["honey"]
    result = client.get("/api/v1/search/", {"q": typed}).json()["results"][0]
    assert result["tier"] == 0
    assert result["matched"]["field"] == "identifiers"
    page = client.get("/en/search/", {"q": typed}).content.decode()
    assert "/en/organisations/honey/" in page
    (candidates,) = Refine().match({"query": typed.strip()})
    assert [(each["name"], each["match"]) for each in candidates] == [("Honey", True)]


@pytest.mark.parametrize("typed", ["BY-EGR-190000002", "190000002", "BY-EGR-19000000", "BY-EGR"])
def test_a_hidden_number_half_a_number_and_the_name_of_the_list_find_nothing(cast, client, typed):
    assert "hidden" not in listed(client, typed)
    assert listed(client, typed) == set()


def test_a_number_as_a_property_of_another_name_agrees(cast):
    given = {"pid": "identifiers", "v": "BY-EGR-190000001"}
    (candidates,) = Refine().match({"query": "Hony", "properties": [given]})
    assert candidates[0]["name"] == "Honey"
    (others,) = Refine().match({"query": "Hony"})
    assert candidates[0]["score"] > others[0]["score"]


@pytest.mark.parametrize(
    ("typed", "slugs"),
    [("BY-EGR-190000001", {"honey"}), ("190000002", {"hidden"}), ("by-egr 190000001", {"honey"})]
    + [("TTS", {"tts", "hidden"}), ("190000003", set()), ("X-LIST-123", {"hidden"})],
)
def test_staff_find_a_number_as_their_form_prints_it(cast, typed, slugs):
    html = Staff("ann", "editor", "administrator").reads(Organisation, "changelist", q=typed)
    names = {"honey": "Honey", "hidden": "Hidden", "tts": "Society of friends", "help": "Help"}
    assert {slug for slug, name in names.items() if f">{name}</a>" in html} == slugs


def test_what_a_file_wrote_has_a_last_change_and_no_second_one(tmp_path):
    row = {
        "model": "organisations.organisation",
        "fields": {
            "public_id": "7b0e1c9e-0d52-4b0c-9b53-1f4a3a2a2a01",
            "slug": "from-a-file",
            "state": "public",
            "name_en": "From a file",
        },
    }
    name = {
        "model": "organisations.organisationname",
        "fields": {
            "public_id": "7b0e1c9e-0d52-4b0c-9b53-1f4a3a2a2a02",
            "record": ["from-a-file"],
            "name": "File",
        },
    }
    path = tmp_path / "rows.json"

    def load():
        path.write_text(json.dumps([row, name]))
        call_command("loaddata", str(path), verbosity=0)
        loaded = Organisation.objects.get(slug="from-a-file")
        kinds = loaded.history.order_by("history_id").values_list("history_type", flat=True)
        return loaded, list(kinds)

    loaded, kinds = load()
    assert kinds == ["+"]
    assert loaded.other_names.get().history.count() == 1
    assert load()[1] == ["+"]
    row["fields"]["name_en"] = "From another file"
    loaded, kinds = load()
    assert kinds == ["+", "~"]
    assert loaded.other_names.get().history.count() == 1
    html = Staff("ann", "administrator").reads(Organisation, "changelist")
    day = date_format(localtime(loaded.history.latest("history_id").history_date), "j M Y")
    assert f'<td class="field-changed">{day}</td>' in html
