"""What is public is exactly what has a card, whichever way the records were written."""

import json
from contextlib import suppress
from datetime import date, timedelta
from io import StringIO

import pytest
from django.core import serializers
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organisations.models import Organisation
from programmes.models import Event, Programme, ProgrammeRole
from registry.cards.changeset import writing
from registry.cards.declarations import QueryWhileRendering, declared
from registry.cards.models import Card, Counter, Redirect, Tombstone
from registry.cards.proof import differences
from registry.locations.models import Location
from registry.records.models import State
from registry.values.precision import Precision
from tests.support import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def proved(db):
    """Every test ends with the proof that no card differs from its record."""
    yield
    assert list(differences()) == []


def card_of(record):
    return Card.objects.filter(type=record.card_type, public_id=record.public_id).first()


def body_of(record):
    return json.loads(card_of(record).body)


def number_of(record):
    return card_of(record).number


def newest():
    return Counter.current().number


def set_values(record, **values):
    record.refresh_from_db()
    for name, value in values.items():
        setattr(record, name, value)
    record.save()


HIDDEN = {
    "draft": {"state": State.DRAFT},
    "in review": {"state": State.REVIEW},
    "withdrawn": {"state": State.WITHDRAWN},
    "erased": {"state": State.ERASED},
    "under embargo": {"embargo_until": timezone.now() - timedelta(days=1)},
}


# A card is there exactly while the record is public.


@pytest.mark.parametrize("values", HIDDEN.values(), ids=HIDDEN.keys())
def test_a_hidden_record_has_no_card_and_leaves_no_trace(values):
    shown = make.programme("shown")
    before = newest()
    make.programme("hidden", **values)
    assert set(Card.objects.values_list("slug", flat=True)) == {shown.slug}
    assert newest() == before
    assert not Tombstone.objects.exists()


@pytest.mark.parametrize("values", HIDDEN.values(), ids=HIDDEN.keys())
def test_a_part_of_what_is_hidden_is_hidden_and_comes_back_with_it(values):
    programme = make.programme()
    edition = make.edition(programme=programme)
    event = make.event(edition=edition)
    initiative = make.initiative(edition=edition)
    set_values(programme, **values)
    assert not Card.objects.exists()
    set_values(programme, state=State.PUBLIC, embargo_until=None)
    assert all(map(card_of, (programme, edition, event, initiative)))
    assert not Tombstone.objects.exists()


def test_publishing_gives_a_card_and_taking_back_removes_it():
    programme = make.programme(state=State.REVIEW)
    set_values(programme, state=State.PUBLIC)
    assert body_of(programme)["name"]["en"] == programme.name_en
    set_values(programme, state=State.REVIEW)
    assert card_of(programme) is None


def test_saving_without_a_change_keeps_number_and_time():
    programme = make.programme()
    before = card_of(programme)
    programme.save()
    after = card_of(programme)
    assert (after.number, after.updated_at) == (before.number, before.updated_at)
    assert newest() == before.number


def test_rebuilding_keeps_the_number_of_equal_bytes():
    programme = make.programme(figures=[{}])
    before = dict(Card.objects.values_list("public_id", "number"))
    call_command("cards", "--rebuild", verbosity=0, stdout=StringIO())
    assert dict(Card.objects.values_list("public_id", "number")) == before
    assert number_of(programme) in before.values()


def test_a_private_field_touches_no_card_however_many_show_the_record(
    django_assert_max_num_queries,
):
    ngo = make.organisation()
    with writing():
        for _ in range(100):
            make.programme(roles=[("funder", ngo)])
    before = newest()
    ngo.address = "7 Hidden Street"
    with django_assert_max_num_queries(40):
        ngo.save()
    assert newest() == before


def test_a_new_name_of_an_organisation_reaches_every_card_that_shows_it():
    ngo = make.organisation(name_en="Honey")
    other = make.programme()
    programme = make.programme(roles=[("organiser", ngo)])
    event = make.event(organisation=ngo)
    child = make.organisation(parent=ngo)
    before = number_of(other)
    set_values(ngo, name_en="Linden")
    for record in (ngo, programme, event, child):
        assert "Linden" in card_of(record).body
        assert "Honey" not in card_of(record).body
    assert number_of(other) == before


def test_the_new_name_of_a_term_a_place_and_a_source_reaches_every_card():
    places = make.belarus()
    broad = make.term("civic-life", name_en="Civic life")
    narrow = make.term("youth", parent=broad)
    source = make.source("report", name_en="A report")
    programme = make.programme(
        themes=[narrow], locations=[places["mstsislaw"]], sources=[source], figures=[{}]
    )
    make.figure(programme, source=source)
    before = number_of(programme)
    set_values(source, name_en="The report")
    assert body_of(programme)["sources"][0]["name"]["en"] == "The report"
    assert Card.objects.of("figure").filter(body__contains="The report").count() == 1
    set_values(broad, slug="public-life")
    assert body_of(programme)["themes"][0]["within"] == ["public-life"]
    set_values(places["mahilyow-region"], slug="mogilev-region")
    assert "mogilev-region" in body_of(programme)["locations"][0]["within"]
    assert number_of(programme) > before


def test_a_role_moved_to_another_programme_concerns_both():
    ngo = make.organisation()
    first, second = make.programme("first", roles=[("organiser", ngo)]), make.programme("second")
    role = first.roles.get()
    role.record = second
    role.save()
    assert body_of(first)["roles"] == []
    assert body_of(second)["roles"][0]["organisation"]["slug"] == ngo.slug


def test_a_role_moved_to_another_programme_concerns_the_editions_of_both():
    places = make.belarus()
    ngo = make.organisation(precision=Precision.REGION)
    first, second = make.programme("first", roles=[("organiser", ngo)]), make.programme("second")
    editions = [
        make.edition(programme=whole, locations=[places["mstsislaw"]]) for whole in (first, second)
    ]
    assert [body_of(e)["locations"][0]["kind"] for e in editions] == ["region", "town"]
    role = first.roles.get()
    role.record = second
    role.save()
    assert [body_of(e)["locations"][0]["kind"] for e in editions] == ["town", "region"]


def test_an_edition_moved_to_another_programme_concerns_both_and_its_own_parts():
    first, second = make.programme("first"), make.programme("second")
    edition = make.edition(programme=first)
    event = make.event(edition=edition)
    set_values(edition, programme=second)
    assert body_of(first)["editions"] == []
    assert [e["slug"] for e in body_of(second)["editions"]] == [edition.slug]
    assert body_of(event)["programme"]["slug"] == "second"


def test_a_deleted_record_loses_its_card_and_those_that_showed_it_say_so():
    programme = make.programme()
    edition = make.edition(programme=programme, figures=[{}])
    edition.delete()
    assert body_of(programme)["editions"] == []
    assert set(Card.objects.values_list("type", flat=True)) == {"programme", "source"}
    assert set(Tombstone.objects.values_list("type", "gone")) == {
        ("edition", True),
        ("figure", True),
    }


# Addresses.


def test_a_changed_address_leads_on():
    programme = make.programme("old")
    set_values(programme, slug="new")
    assert Redirect.objects.get().slug == "old"
    set_values(programme, slug="newest")
    assert set(Redirect.objects.values_list("slug", flat=True)) == {"old", "new"}


def test_an_address_taken_back_leads_nowhere_else():
    programme = make.programme("old")
    set_values(programme, slug="new")
    set_values(programme, slug="old")
    assert set(Redirect.objects.values_list("slug", flat=True)) == {"new"}


@pytest.mark.parametrize("state", [State.PUBLIC, State.REVIEW])
def test_a_redacted_address_leads_nowhere_nor_do_those_before_it(state):
    programme = make.programme("old")
    set_values(programme, slug="names-somebody")
    set_values(programme, state=state)
    set_values(programme, slug="new", slug_redacted=True)
    assert not Redirect.objects.exists()
    set_values(programme, state=State.PUBLIC)
    assert not Redirect.objects.exists()


def test_two_records_swap_their_addresses_in_one_transaction():
    first, second = make.programme("first"), make.programme("second")
    with writing():
        set_values(first, slug="between")
        set_values(second, slug="first")
        set_values(first, slug="second")
    assert (body_of(first)["slug"], body_of(second)["slug"]) == ("second", "first")
    assert not Redirect.objects.exists()


def test_an_address_left_by_one_and_taken_by_another_is_the_others(monkeypatch):
    # Rendered in two batches, so that the second takes the address before the first has left it.
    monkeypatch.setattr("registry.cards.loader.batches.__defaults__", (1,))
    first, second = make.programme("first"), make.programme("second")
    with writing():
        set_values(second, slug="third")
        set_values(first, slug="second")
    assert (card_of(first).slug, card_of(second).slug) == ("second", "third")
    assert {(r.slug, r.public_id) for r in Redirect.objects.all()} == {("first", first.public_id)}


# What is left of what was public.


def test_a_record_back_in_review_is_not_gone_and_a_withdrawn_one_is():
    programme = make.programme(figures=[{}])
    set_values(programme, state=State.REVIEW)
    assert set(Tombstone.objects.values_list("type", "gone")) == {
        ("programme", False),
        ("figure", False),
    }
    set_values(programme, state=State.WITHDRAWN)
    tombstone = Tombstone.objects.get(type="programme")
    assert (tombstone.gone, tombstone.public_id) == (True, programme.public_id)
    assert programme.slug not in str(tombstone.__dict__)
    set_values(programme, state=State.PUBLIC)
    assert not Tombstone.objects.exists()


def test_a_tombstone_has_a_newer_number_than_the_card_had():
    programme = make.programme()
    seen = newest()
    set_values(programme, state=State.WITHDRAWN)
    assert Tombstone.objects.get().number > seen


def test_a_withdrawn_organisation_vanishes_from_the_cards_of_others_without_a_mark():
    ngo = make.organisation(name_en="Honey")
    programme = make.programme(roles=[("funder", ngo)])
    bare = make.programme()
    set_values(ngo, state=State.WITHDRAWN)
    assert body_of(programme)["roles"] == body_of(bare)["roles"] == []
    assert not Card.objects.filter(body__contains="Honey").exists()
    assert not Card.objects.filter(search_text__words__contains="honei").exists()


# Parts with cards of their own.


def test_a_figure_is_a_card_of_its_own_and_goes_with_its_record():
    programme = make.programme(name_en="Contest")
    figure = make.figure(programme, "about 50", number=50)
    card = Card.objects.of("figure").get()
    body = json.loads(card.body)
    assert (card.public_id, card.parent) == (figure.public_id, programme.public_id)
    assert (body["printed"], body["number"], body["record"]["slug"]) == (
        "about 50",
        50,
        programme.slug,
    )
    set_values(programme, state=State.DRAFT)
    assert not Card.objects.of("figure").exists()


def test_a_figure_moved_to_another_record_keeps_its_identity():
    first, second = make.programme("first", figures=[{}]), make.programme("second")
    figure = first.figures.get()
    figure.record = second
    figure.save()
    assert json.loads(Card.objects.of("figure").get().body)["record"]["slug"] == "second"
    assert not Tombstone.objects.exists()


def test_what_many_cards_show_is_read_once_in_a_flush():
    ngo, place = make.organisation(), make.location("kalinka")
    parts = {"roles": [("organiser", ngo)], "locations": [place]}
    contest = make.programme("contest", **parts)
    final, vote = (make.event(slug, programme=contest, **parts) for slug in ("final", "vote"))
    with CaptureQueriesContext(connection) as queries, writing() as block:
        block.add({Programme: [contest.pk], Event: [final.pk, vote.pk]})
    for table in (Organisation._meta.db_table, Location._meta.db_table, Programme._meta.db_table):
        read = [query for query in queries if f'FROM "{table}"' in query["sql"]]
        # Whether a row is public is asked first, and a row that is rendered is read for that.
        assert len(read) == (3 if table == Programme._meta.db_table else 1), table


def test_a_relation_that_is_not_declared_is_an_error_and_saves_nothing(monkeypatch):
    declaration = declared["programme"]
    shows = tuple(path for path in declaration.shows if not path.startswith("roles"))
    monkeypatch.setitem(
        declared, "programme", type(declaration)(**{**declaration.__dict__, "shows": shows})
    )
    with pytest.raises(QueryWhileRendering):
        make.programme("stale", roles=[("funder", make.organisation())])
    monkeypatch.undo()
    assert not Programme.objects.filter(slug="stale").exists()


# The block.


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


# Every way to write.


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


# Precision.


@pytest.fixture
def places(db):
    return make.belarus()


def shown(record):
    return [place["slug"] for place in body_of(record)["locations"]]


def test_the_coarsest_of_all_that_bind_a_record_holds(places):
    town = places["mstsislaw"]
    ngo = make.organisation()
    programme = make.programme(roles=[("organiser", ngo)])
    edition = make.edition(programme=programme)
    event = make.event(edition=edition, locations=[town], precision=Precision.EXACT)
    assert shown(event) == ["mstsislaw"]
    set_values(event, precision=Precision.DISTRICT)
    assert shown(event) == ["mstsislaw-district"]
    set_values(edition, precision=Precision.REGION)
    assert shown(event) == ["mahilyow-region"]
    set_values(programme, precision=Precision.COUNTRY)
    assert shown(event) == ["belarus"]
    set_values(ngo, precision=Precision.HIDDEN)
    assert shown(event) == []


@pytest.mark.parametrize(
    ("role", "place"),
    [
        ("implementer", "mahilyow-region"),
        ("organiser", "mahilyow-region"),
        ("co-organiser", "mahilyow-region"),
        ("host", "mahilyow-region"),
        ("funder", "mstsislaw"),
        ("co-sponsor", "mstsislaw"),
        ("partner", "mstsislaw"),
        ("beneficiary", "mstsislaw"),
    ],
)
def test_those_who_run_a_programme_bind_its_place_and_others_do_not(places, role, place):
    ngo = make.organisation(precision=Precision.REGION)
    programme = make.programme(roles=[(role, ngo)], locations=[places["mstsislaw"]])
    assert shown(programme) == [place]


def test_a_seat_is_as_coarse_as_its_organisation(places):
    ngo = make.organisation(seat=places["mstsislaw"], precision=Precision.DISTRICT)
    assert body_of(ngo)["seat"]["slug"] == "mstsislaw-district"
    assert not card_of(ngo).terms.filter(value="mstsislaw").exists()


def test_minsk_counts_as_a_region(places):
    minsk = make.location("minsk", Location.Kind.CITY, parent=places["belarus"], iso_3166_2="BY-HM")
    programme = make.programme(locations=[minsk], precision=Precision.REGION)
    assert shown(programme) == ["minsk"]
    set_values(programme, precision=Precision.COUNTRY)
    assert shown(programme) == ["belarus"]


def test_places_that_become_the_same_are_shown_once(places):
    other = make.location("hodosy", "agrotown", parent=places["mstsislaw-district"])
    programme = make.programme(locations=[places["mstsislaw"], other], precision=Precision.DISTRICT)
    assert shown(programme) == ["mstsislaw-district"]


def test_a_hidden_place_is_like_one_that_is_not_recorded(places):
    hidden = make.event("hidden", locations=[places["mstsislaw"]], precision=Precision.HIDDEN)
    bare = make.event("bare")
    own = ("id", "slug", "name")
    bodies = [
        {key: value for key, value in body_of(event).items() if key not in own}
        for event in (hidden, bare)
    ]
    assert bodies[0] == bodies[1]
    terms = [set(card_of(event).terms.values_list("group", "value")) for event in (hidden, bare)]
    assert terms[0] == terms[1]
    assert not card_of(hidden).points.exists()


VENUE = {"venue_en": "Blue hall", "address": "7 Hidden Street", "lat": 54.0211, "lon": 31.7233}


def test_the_venue_and_the_point_are_shown_where_the_exact_place_may_be(places):
    event = make.event(locations=[places["mstsislaw"]], precision=Precision.EXACT, **VENUE)
    body = body_of(event)
    assert body["venue"]["en"] == "Blue hall"
    assert body["locations"][0]["point"] == [31.7233, 54.0211]
    assert body["locations"][0]["precision"] == "exact"
    assert "Hidden Street" not in card_of(event).body
    set_values(event, precision=Precision.TOWN)
    body = body_of(event)
    assert body["venue"] == {"en": None, "be": None, "ru": None}
    assert body["locations"][0]["point"] == places["mstsislaw"].point


def test_moving_the_exact_point_inside_its_unit_changes_no_byte(places):
    event = make.event(locations=[places["mstsislaw"]], **VENUE)
    before = newest(), card_of(event).body
    set_values(event, lat=54.0305, lon=31.7001, address="8 Hidden Street", venue_en="Red hall")
    assert (newest(), card_of(event).body) == before


@pytest.mark.parametrize("state", [State.DRAFT, State.REVIEW, State.WITHDRAWN])
def test_a_place_that_is_not_public_is_never_named(places, state):
    town = make.location("secret-town", parent=places["mstsislaw-district"], state=state)
    programme = make.programme(locations=[town])
    ngo = make.organisation(seat=town)
    assert shown(programme) == []
    assert body_of(ngo)["seat"] is None
    set_values(places["mstsislaw-district"], state=state)
    child = make.programme(locations=[places["mstsislaw"]])
    assert body_of(child)["locations"][0]["within"] == ["mahilyow-region", "belarus"]
    assert not Card.objects.filter(body__contains="secret-town").exists()


def test_a_place_moved_to_another_region_takes_its_programmes_along(places):
    programme = make.programme(locations=[places["mstsislaw"]])
    set_values(places["mstsislaw-district"], parent=places["brest-region"])
    assert body_of(programme)["locations"][0]["region"] == "BY-BR"


# Embargo.


def test_an_embargo_is_lifted_by_the_command_and_never_early(monkeypatch):
    now = timezone.now()
    due = make.programme("due", embargo_until=now + timedelta(minutes=1))
    later = make.programme("later", embargo_until=now + timedelta(hours=1))
    call_command("publish_due", verbosity=0, stdout=StringIO())
    assert (card_of(due), card_of(later)) == (None, None)
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(minutes=5))
    assert card_of(due) is None, "the clock alone publishes nothing"
    call_command("publish_due", verbosity=0, stdout=StringIO())
    assert card_of(due) is not None
    assert card_of(later) is None


def test_a_draft_whose_embargo_has_passed_is_still_a_draft():
    draft = make.programme(state=State.DRAFT, embargo_until=timezone.now() - timedelta(days=1))
    call_command("publish_due", verbosity=0, stdout=StringIO())
    assert card_of(draft) is None
