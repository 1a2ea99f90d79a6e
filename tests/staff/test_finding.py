"""What staff type into the search of a list finds every entry, whichever way it was written."""

import pytest
from django.apps import apps
from django.db import connection

from organisations.models import Organisation, OrganisationName
from programmes.models import Programme
from registry.records import word_index
from registry.records.models.entry import Marked
from registry.staff import lists
from tests.support.factories import belarus, organisation, programme
from tests.support.staff import Staff

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.fixture
def ann():
    return Staff("ann", "editor")


def found(staff, model, typed):
    """The names in the list."""
    html = staff.reads(model, "changelist", q=typed)
    return {str(row) for row in model.objects.all() if f">{row}</a>" in html}


def test_a_name_is_found_whichever_way_it_was_written(ann):
    made = [Programme(slug=f"p-{n}", name_en=f"Garden {n}") for n in range(3)]
    Programme.objects.bulk_create(made)
    assert found(ann, Programme, "garden") == {"Garden 0", "Garden 1", "Garden 2"}
    first, second, third = Programme.objects.order_by("slug")
    first.name_en = "Orchard 0"
    first.save()
    second.name_en = "Orchard 1"
    Programme.objects.bulk_update([second], ["name_en"])
    Programme.objects.filter(pk=third.pk).update(name_en="Orchard 2")
    assert found(ann, Programme, "garden") == set()
    assert found(ann, Programme, "orchar") == {"Orchard 0", "Orchard 1", "Orchard 2"}
    third.delete()
    assert found(ann, Programme, "orchard 2") == set()


def test_all_words_are_in_one_name(ann):
    ngo = organisation(name_en="Honey and Bees")
    ngo.other_names.create(name="Old Hive")
    assert found(ann, Organisation, "bee hone") == found(ann, Organisation, "hive") == {str(ngo)}
    assert found(ann, Organisation, "honey hive") == set()
    ngo.other_names.all().delete()
    assert found(ann, Organisation, "hive") == set()


def test_a_record_is_found_by_another_name_of_its_place(ann):
    place = belarus()["mstsislaw"]
    place.other_names.create(name="Amstislau")
    programme("contest", name_en="Contest", locations=[place], state="draft")
    programme("other", name_en="Other")
    assert found(ann, Programme, "amstis") == {"Contest"}


def test_an_index_that_a_migration_took_away_is_made_again(ann):
    table = OrganisationName._meta.db_table
    lost = {
        "sqlite": f"DROP TRIGGER {table}_words_insert",
        "postgresql": f"DROP INDEX {table}_words",
    }
    with connection.cursor() as cursor:
        cursor.execute(lost[connection.vendor])
    if connection.vendor == "sqlite":  # PostgreSQL makes no index of rows that are just written
        organisation(name_en="Honey").other_names.create(name="Old Hive")
        assert found(ann, Organisation, "hive") == set()
    word_index.make_word_indexes(apps.get_app_config("organisations"))
    organisation(name_en="Comb").other_names.create(name="New Hive")
    assert "Comb" in found(ann, Organisation, "hive")
    assert found(ann, Organisation, "old hive") == (
        {"Honey"} if connection.vendor == "sqlite" else set()
    )


def test_every_table_with_folded_names_has_an_index():
    folding = [m for m in apps.get_models() if issubclass(m, Marked) and m.folds]
    assert {OrganisationName, Programme} < set(folding)
    for model in folding:
        list(model.objects.filter(pk__in=word_index.having_words(model, [["a", "b"], ["c"]])))
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                indexes = connection.introspection.get_constraints(cursor, model._meta.db_table)
            assert f"{model._meta.db_table}_words" in indexes


def test_of_a_common_word_the_newest_are_found_and_a_list_counts_no_further(ann, monkeypatch):
    for module in (lists, word_index):
        monkeypatch.setattr(module, "MOST", 3)
    for n in range(5):
        programme(f"garden-{n}", name_en=f"Garden {n}")
    assert found(ann, Programme, "garden") == {"Garden 2", "Garden 3", "Garden 4"}
    html = ann.reads(Programme, "changelist")
    assert "Programmes: more than 3" in html
    monkeypatch.setattr(lists, "MOST", 5)
    assert "Programmes: 5" in ann.reads(Programme, "changelist")
