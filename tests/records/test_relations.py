"""One way to all rows of an entry, and one to all that names it."""

from pathlib import Path

import pytest
from django.conf import settings

from registry.records.relations import part_models, references, references_to
from tests.support import factories as make
from tests.support.staff import Staff, address
from tests.support.tables import ENTRIES, MARKED, PARTS


def test_every_table_of_parts_is_found_from_what_it_belongs_to():
    found = [part for model in ENTRIES for part in part_models(model).values()]
    assert len(found) == len(set(found)) == len(PARTS)
    assert set(found) == set(PARTS)


@pytest.mark.parametrize("kind", ENTRIES, ids=lambda model: model.__name__)
def test_every_foreign_key_that_leads_to_an_entry_is_followed_back(kind):
    ways = [(rows.model, name) for name, rows in references_to(kind(pk=1))]
    # From the other end: what each table names.
    assert sorted(ways, key=str) == sorted(
        (
            (model, name)
            for model in MARKED
            for name in references(model)
            if name != "record" and model._meta.get_field(name).related_model is kind
        ),
        key=str,
    )
    assert ways or kind.__name__ in ("Initiative", "Event")


@pytest.mark.django_db
def test_what_names_an_entry_keeps_it_from_being_deleted_and_its_parts_do_not():
    rose = make.organisation("rose", name_en="Rose", state="draft", names=["Old Rose"])
    contest = make.programme("contest", name_en="Contest", roles=[("funder", rose)])
    child = make.organisation("bud", name_en="Bud", parent=rose)
    assert {row for _name, rows in references_to(rose) for row in rows} == {
        contest.roles.get(),
        child,
    }
    page = Staff("adam", "administrator").client.get(address(rose, "delete")).content.decode()
    assert "Contest" in page
    assert "Bud" in page
    child.delete()
    contest.roles.all().delete()
    reply = Staff("adele", "administrator").client.post(address(rose, "delete"), {"post": "yes"})
    assert reply.status_code == 302
    assert not type(rose).objects.filter(pk=rose.pk).exists()


def test_nothing_else_walks_from_an_entry_to_what_hangs_on_it():
    root = Path(settings.BASE_DIR)
    walking = {
        str(path.relative_to(root))
        for room in ("organisations", "programmes", "registry", "tests", "bench")
        for path in (root / room).rglob("*.py")
        if any(
            way in path.read_text(encoding="utf-8")
            for way in (
                "_meta.related_objects",
                "NestedObjects",
                "include_hidden=",
                "__subclasses__",
            )
        )
    }
    assert walking == {"registry/records/relations.py", "tests/records/test_relations.py"}
