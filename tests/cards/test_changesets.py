"""Whatever the way in which rows are written, their cards follow, or nothing is written at all."""

import json
from contextlib import suppress
from datetime import date

import pytest
from django.core import serializers
from django.core.management import call_command
from django.db import IntegrityError, transaction

from organisations.models import Organisation
from programmes.models import Event, Programme
from programmes.models.parts import ProgrammeRole
from registry.cards.changeset import writing
from registry.cards.models import Card, Tombstone
from registry.records.models import State
from tests.support import factories as make
from tests.support.cards import body_of, card_of, newest, number_of, set_values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("proved")]


def test_a_block_that_raises_leaves_nothing():
    programme = make.programme("kept", name_en="Kept")
    before = newest()
    with suppress(ZeroDivisionError), writing():
        set_values(programme, name_en="Lost")
        make.programme("lost")
        raise ZeroDivisionError
    assert body_of(programme)["name"]["en"] == Programme.objects.get().name_en == "Kept"
    assert newest() == before


def test_an_inner_block_that_raises_takes_back_what_it_wrote_alone():
    kept, inner = make.programme("kept"), make.programme("inner")
    with writing():
        set_values(kept, name_en="Changed")
        with suppress(ZeroDivisionError), writing():
            set_values(inner, name_en="Lost")
            raise ZeroDivisionError
    assert body_of(kept)["name"]["en"] == "Changed"
    assert body_of(inner)["name"]["en"] == "Inner"


def test_a_deletion_that_is_taken_back_leaves_the_card():
    programme = make.programme()
    before = number_of(programme)
    with writing():
        with suppress(ZeroDivisionError), writing():
            Programme.objects.get().delete()
            raise ZeroDivisionError
        make.organisation()
    assert number_of(programme) == before
    assert not Tombstone.objects.exists()


def test_a_card_is_written_once_at_the_end_of_the_outermost_block():
    with writing():
        with writing():
            programme = make.programme()
            assert card_of(programme) is None
        set_values(programme, name_en="Final")
        assert card_of(programme) is None
    assert body_of(programme)["name"]["en"] == "Final"
    assert number_of(programme) == newest() == 1


def test_a_transaction_around_the_block_takes_the_cards_back_too():
    with suppress(ZeroDivisionError), transaction.atomic():
        make.programme()
        raise ZeroDivisionError
    assert not Card.objects.exists()
    assert newest() == 0


def test_a_refused_write_leaves_the_cards_as_they_were():
    make.programme("one")
    with pytest.raises(IntegrityError), transaction.atomic():
        make.programme("one", public_id="12345678-1234-4123-8123-123456789012")
    assert Card.objects.get().slug == "one"


def the_way_save(programme, ngo):
    set_values(programme, name_en="New")


def the_way_save_of_one_column(programme, ngo):
    programme.name_en = "New"
    programme.save(update_fields=["name_en"])


def the_way_save_of_a_partly_loaded_row(programme, ngo):
    row = Programme.objects.only("name_en").get(pk=programme.pk)
    row.name_en = "New"
    row.save()


def the_way_update(programme, ngo):
    Programme.objects.filter(pk=programme.pk).update(name_en="New")


def the_way_update_or_create(programme, ngo):
    Programme.objects.update_or_create(slug=programme.slug, defaults={"name_en": "New"})


def the_way_bulk_update(programme, ngo):
    programme.name_en = "New"
    Programme.objects.bulk_update([programme], ["name_en"])


def the_way_loaddata(programme, ngo, folder):
    programme.name_en = "New"
    file = folder / "changed.json"
    file.write_text(serializers.serialize("json", [programme], use_natural_primary_keys=True))
    call_command("loaddata", file, verbosity=0)


def the_way_deserialised(programme, ngo):
    programme.name_en = "New"
    for row in serializers.deserialize("json", serializers.serialize("json", [programme])):
        row.save()


CHANGES = [value for name, value in list(globals().items()) if name.startswith("the_way_")]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__[8:])
def test_a_changed_name_reaches_the_card_by(change, tmp_path):
    ngo = make.organisation()
    programme = make.programme(name_en="Old", roles=[("funder", ngo)])
    edition = make.edition(programme=programme)
    before = programme.version
    arguments = (tmp_path,) if change is the_way_loaddata else ()
    change(programme, ngo, *arguments)
    assert body_of(programme)["name"]["en"] == "New"
    assert body_of(edition)["programme"]["name"]["en"] == "New"
    programme.refresh_from_db()
    assert programme.version > before, "a form that is open must learn of it"
    assert "neu" in programme.folded.split(), "staff search for the new name"


def make_by_create(programme, ngo):
    ProgrammeRole.objects.create(record=programme, organisation=ngo, role="funder")


def make_by_get_or_create(programme, ngo):
    ProgrammeRole.objects.get_or_create(record=programme, organisation=ngo, role="funder")


def make_by_update_or_create(programme, ngo):
    ProgrammeRole.objects.update_or_create(record=programme, organisation=ngo, role="funder")


def make_by_bulk_create(programme, ngo):
    ProgrammeRole.objects.bulk_create(
        [ProgrammeRole(record=programme, organisation=ngo, role="funder")]
    )


def make_by_bulk_create_of_what_may_be_there(programme, ngo):
    ProgrammeRole.objects.bulk_create(
        [ProgrammeRole(record=programme, organisation=ngo, role="funder")], ignore_conflicts=True
    )


def make_by_related_create(programme, ngo):
    programme.roles.create(organisation=ngo, role="funder")


def make_by_related_add(programme, ngo):
    role = make.programme("elsewhere", roles=[("funder", ngo)]).roles.get()
    programme.roles.add(role)


def make_by_related_set(programme, ngo):
    role = make.programme("elsewhere", roles=[("funder", ngo)]).roles.get()
    programme.roles.set([role])


def make_by_related_add_unsaved(programme, ngo):
    programme.roles.add(ProgrammeRole(organisation=ngo, role="funder"), bulk=False)


def make_by_update(programme, ngo):
    elsewhere = make.programme("elsewhere", roles=[("funder", ngo)])
    elsewhere.roles.update(record=programme)


def make_by_bulk_update(programme, ngo):
    role = make.programme("elsewhere", roles=[("funder", ngo)]).roles.get()
    role.record = programme
    ProgrammeRole.objects.bulk_update([role], ["record"])


def make_by_deserialising(programme, ngo):
    role = make.programme("elsewhere", roles=[("funder", ngo)]).roles.get()
    role.record = programme
    for row in serializers.deserialize("json", serializers.serialize("json", [role])):
        row.save()


ADDITIONS = [value for name, value in list(globals().items()) if name.startswith("make_by_")]


@pytest.mark.parametrize("add", ADDITIONS, ids=lambda add: add.__name__[8:])
def test_a_new_role_reaches_the_card_and_leaves_the_one_it_came_from_by(add):
    ngo, programme = make.organisation(), make.programme()
    add(programme, ngo)
    assert [role["organisation"]["slug"] for role in body_of(programme)["roles"]] == [ngo.slug]
    elsewhere = Programme.objects.filter(slug="elsewhere").first()
    assert elsewhere is None or body_of(elsewhere)["roles"] == []


def lose_by_delete(programme):
    programme.roles.get().delete()


def lose_by_queryset_delete(programme):
    ProgrammeRole.objects.filter(record=programme).delete()


def lose_by_related_delete(programme):
    programme.roles.all().delete()


LOSSES = [value for name, value in list(globals().items()) if name.startswith("lose_by_")]


@pytest.mark.parametrize("lose", LOSSES, ids=lambda lose: lose.__name__[8:])
def test_a_lost_role_leaves_the_card_by(lose):
    programme = make.programme(roles=[("funder", make.organisation())])
    lose(programme)
    assert body_of(programme)["roles"] == []


@pytest.mark.parametrize("bulk", [True, False])
def test_links_that_may_be_empty_can_be_removed_set_and_cleared(bulk):
    ngo = make.organisation()
    events = [make.event(f"event-{n}", organisation=ngo) for n in range(3)]
    ngo.events.remove(events[0], bulk=bulk)
    assert [bool(body_of(event)["organisation"]) for event in events] == [False, True, True]
    ngo.events.set([events[0]], bulk=bulk)
    assert [bool(body_of(event)["organisation"]) for event in events] == [True, False, False]
    ngo.events.clear(bulk=bulk)
    assert not any(body_of(event)["organisation"] for event in events)


def test_deleting_many_at_once_removes_their_cards():
    for _ in range(3):
        make.programme(figures=[{}], roles=[("funder", make.organisation())])
    Programme.objects.all().delete()
    assert not Card.objects.filter(type__in=["programme", "figure"]).exists()


def test_bulk_created_records_are_public_at_once():
    Organisation.objects.bulk_create(
        [Organisation(slug=f"ngo-{n}", name_en=f"NGO {n}", state=State.PUBLIC) for n in range(3)]
    )
    assert Organisation.objects.public().count() == 3


def test_an_upsert_is_refused():
    with pytest.raises(ValueError, match="bulk_update"):
        Programme.objects.bulk_create(
            [Programme(slug="x")],
            update_conflicts=True,
            unique_fields=["slug"],
            update_fields=["name_en"],
        )


@pytest.mark.parametrize(
    "write",
    [
        lambda event: Event.objects.update(dates="2016"),
        lambda event: Event.objects.update_or_create(pk=event.pk, defaults={"dates": "2016"}),
        lambda event: (setattr(event, "dates", "2016"), event.save()),
        lambda event: (setattr(event, "dates", "2016"), event.save(update_fields=["dates"])),
        lambda event: (
            setattr(event, "dates", "2016"),
            Event.objects.bulk_update([event], ["dates"]),
        ),
    ],
    ids=["update", "update_or_create", "save", "save one column", "bulk_update"],
)
def test_the_first_and_last_day_follow_from_the_date(write):
    event = make.event(dates="2015")
    write(event)
    event = Event.objects.get()
    assert (event.earliest, event.latest) == (date(2016, 1, 1), date(2016, 12, 31))
    assert body_of(event)["start"]["earliest"] == "2016-01-01"


def test_a_fixture_wakes_nothing_that_was_withdrawn(tmp_path):
    programme = make.programme("withdrawn", figures=[{}], state=State.WITHDRAWN)
    figure = programme.figures.get()
    elsewhere = make.programme("elsewhere")
    file = tmp_path / "back.json"
    other_id = "12345678-1234-4123-8123-123456789012"
    for row in (
        {"public_id": str(programme.public_id)},
        {"pk": programme.pk, "public_id": other_id},
    ):
        key = {"pk": row.pop("pk")} if "pk" in row else {}
        fields = {"slug": "withdrawn", "state": "public", "name_en": "Back", **row}
        file.write_text(json.dumps([{"model": "programmes.programme", "fields": fields, **key}]))
        call_command("loaddata", file, verbosity=0)
    figure.record = elsewhere
    file.write_text(serializers.serialize("json", [figure]))
    call_command("loaddata", file, verbosity=0)
    programme.refresh_from_db()
    assert (programme.state, programme.name_en) == (State.WITHDRAWN, "Withdrawn")
    assert programme.figures.count() == 1
    assert card_of(programme) is None


def test_a_fixture_loaded_again_changes_nothing(tmp_path):
    programme = make.programme(roles=[("funder", make.organisation())], figures=[{}])
    set_values(programme, name_en="Edited")
    rows = [programme, *programme.roles.all(), *programme.figures.all()]
    file = tmp_path / "same.json"
    file.write_text(serializers.serialize("json", rows, use_natural_primary_keys=True))
    before = (newest(), Programme.objects.values().get())
    call_command("loaddata", file, verbosity=0)
    assert (newest(), Programme.objects.values().get()) == before


def test_two_saves_never_share_a_version():
    programme = make.programme()
    one, other = Programme.objects.get(), Programme.objects.get()
    one.save()
    other.save()
    assert {programme.version, one.version, other.version} == {0, 1, 2}
