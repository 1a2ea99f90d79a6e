"""What is public is exactly what has a card, whichever way the records were written."""

import json
from datetime import timedelta
from importlib import import_module
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from organisations.models import Organisation
from programmes.models import Event, Programme
from registry.cards.changeset import writing
from registry.cards.declarations import QueryWhileRendering, declared
from registry.cards.models import Card, Redirect, Tombstone
from registry.locations.models import Location
from registry.records.models import State
from registry.values.precision import Precision
from tests.support import factories as make
from tests.support.cards import body_of, card_of, newest, number_of, set_values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("proved")]


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


def test_an_address_that_was_left_while_hidden_and_taken_since_is_the_others():
    hidden, other = make.programme("old"), make.programme("other")
    set_values(hidden, state=State.REVIEW)
    with writing() as changes:
        set_values(hidden, slug="new")
        set_values(other, slug="old")
        changes.flush()  # as for whoever asks before the end what may be
        set_values(hidden, summary_en="And written again.")
    assert card_of(other).slug == "old"
    assert {(r.slug, r.public_id) for r in Redirect.objects.all()} == {("other", other.public_id)}


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
    serializer = declared["programme"].serializer
    shows = tuple(path for path in serializer.shows if not path.startswith("roles"))
    monkeypatch.setattr(serializer, "shows", shows)
    with pytest.raises(QueryWhileRendering):
        make.programme("stale", roles=[("funder", make.organisation())])
    monkeypatch.undo()
    assert not Programme.objects.filter(slug="stale").exists()


# The block.


# Every way to write.


# Precision.


# Embargo.


def test_words_come_to_stand_by_kind_and_go_again():
    make.programme("contest", name_en="Quilting")
    make.event("final")
    migration = import_module("registry.cards.migrations.0012_words_by_kind")
    texts = Card.objects.order_by("pk").values_list("search_text__words", flat=True)
    before = list(texts.all())
    assert all(text.startswith(("pe·", "et·")) for text in before)
    with connection.cursor() as cursor:
        cursor.execute(migration.UNSAID)
        assert not any("pe·" in text or "et·" in text for text in texts.all())
        assert {text.split()[-1] for text in texts.all()} == {"··event", "··programme"}
        cursor.execute(migration.SAID)
    assert list(texts.all()) == before
