"""What a map of many says of each card is kept beside it, and is what the card says."""

import json
import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from organisations.models import Organisation
from registry.cards import changeset, deferral
from registry.cards.models import Card, CardHead, Deferred
from registry.cards.proof import differences
from registry.workflow.withdrawal import Reason, withdraw
from tests.support import factories as make
from tests.support.formats import content
from tests.support.world import populate

pytestmark = pytest.mark.django_db
MAPPED = ("programmes", "editions", "initiatives", "events", "organisations", "locations")


def features(address):
    return json.loads(content(Client(), address))["features"]


@pytest.mark.parametrize("language", ["en", "be", "ru"])
def test_a_map_of_names_is_cut_from_the_whole_one(language):
    populate()
    make.programme("braces", name_en='{0} % "quoted" \\ {', name_be="", name_ru="{1}")
    make.organisation("only", name_en="", name_be="", name_ru="Только так")
    stepped_in = 0
    for collection in MAPPED:
        about = f"{collection}/?format=geojson&lang={language}"
        whole = features(about)
        names = features(f"{about}&fields=slug,url,name")
        assert names
        for one, feature in zip(whole, names, strict=True):
            record, said = one["properties"], feature.pop("properties")
            # Which other texts of the record are in another language is none of its business.
            fallback = {
                key: its for key, its in record.get("fallback", {}).items() if key == "name"
            }
            stepped_in += len(fallback)
            kept = {key: record[key] for key in ("type", "id", "slug", "url", "name")}
            assert list(said.items()) == [
                *kept.items(),
                *({"fallback": fallback}.items() if fallback else ()),
            ]
            assert feature == {key: one[key] for key in feature}
    assert stepped_in


@pytest.mark.parametrize("asked", ["format=geojson", "format=ndjson"])
def test_one_record_is_alone_on_its_map(asked):
    make.programme("one")
    make.programme("other")
    found = content(Client(), f"programmes/one/?{asked}&fields=slug").decode()
    assert re.findall(r'"slug":"([^"]+)"', found) == ["one"]


@pytest.mark.parametrize("asked", ["format=geojson", "format=ndjson"])
def test_a_map_of_names_reads_no_card(asked):
    populate()
    for fields, reads in (("slug,name", False), ("slug,summary", True)):
        with CaptureQueriesContext(connection) as queries:
            assert content(Client(), f"programmes/?{asked}&fields={fields}&lang=be")
        assert any('"body"' in each["sql"] for each in queries) is reads


def test_what_is_withheld_is_on_no_map(monkeypatch):
    club = make.organisation("club", name_en="Club of Zorka")
    make.organisation("other")
    make.programme("zorka", name_en="Prize of Zorka", roles=[("organiser", club)])
    monkeypatch.setattr(deferral, "MAX_AT_ONCE", 0)
    monkeypatch.setattr(changeset, "go_on", lambda seconds: None)
    about = "organisations/?format=geojson&fields=name&lang=en"
    assert "Zorka" in content(Client(), about).decode()
    withdraw(Organisation.objects.get(slug="club"), Reason.SAFETY)
    assert Deferred.objects.exists()
    assert "Zorka" in str([*CardHead.stored.values_list()])  # it waits, and could be said
    assert "Zorka" not in str([*CardHead.objects.values_list()])
    # Of these cards some are still to be written: a list would be taken for whole that is not.
    assert Client().get(f"/api/v1/{about}").status_code == 503


def test_the_check_names_a_wrong_head_and_the_rebuild_mends_it():
    contest, other = make.programme("contest"), make.programme("other")
    CardHead.stored.filter(card__public_id=contest.public_id).update(en='"Contest for all"')
    CardHead.stored.filter(card__public_id=other.public_id).delete()
    assert len(list(differences())) == 2
    with pytest.raises(CommandError):
        call_command("cards", "--check", stdout=StringIO())
    call_command("cards", "--rebuild", stdout=StringIO())
    assert list(differences()) == []
    assert CardHead.objects.count() == Card.objects.count()
