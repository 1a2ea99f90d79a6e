"""Pieces of pages are kept while what they show stays, and go when it does."""

import pytest
from django.core.cache import caches

from registry.cards.changeset import writing
from registry.cards.models import Counter
from registry.cards.pieces import LONG, MOST, Pieces, pieces
from tests.support import factories
from tests.support.kept import kept_texts, text_of

pytestmark = pytest.mark.django_db
NAMED = {
    "location": "Zubrovitsa",
    "term": "Zubrology",
    "audience": "Zubrwatchers",
    "source": "Zubrov’s almanac",
    "organisation": "Zubr’s keepers",
    "programme": "Zubr’s path",
    "edition": "Zubr’s path, first",
    "initiative": "Zubr’s apiary",
    "event": "Zubr’s day",
}


@pytest.fixture
def world():
    """{type: a record of the type}: each is shown by others."""
    make, name = factories, {kind: {"name_en": words} for kind, words in NAMED.items()}
    country = make.location("belarus", iso_3166_1="BY", name_en="Belarus")
    region = make.location("zubrovitsa", "region", parent=country, **name["location"])
    make.location("nowhere", parent=region, name_en="Nowhere", lat=53.5, lon=30.1)
    topic, source = make.term("zubrology", **name["term"]), make.source("almanac", **name["source"])
    watchers = make.term("watchers", make.Term.Scheme.AUDIENCE, **name["audience"])
    keepers = make.organisation("keepers", seat=region, sources=[source], **name["organisation"])
    shown = {"locations": [region], "roles": [("organiser", keepers)], "sources": [source]}
    path = make.programme(
        "path", themes=[topic], audiences=[watchers], **shown, **name["programme"]
    )
    first = make.edition("first", programme=path, **shown, **name["edition"])
    apiary = make.initiative("apiary", edition=first, **shown, **name["initiative"])
    make.figure(path, source=source)
    day = make.event("day", programme=path, dates="2015-05-09", **shown, **name["event"])
    made = [region, topic, watchers, source, keepers, path, first, apiary, day]
    return dict(zip(NAMED, made, strict=True))


def pages(world):
    shown = ("location", "organisation", "programme", "edition", "initiative", "event")
    collections = {kind: f"/en/{kind}s/" for kind in shown} | {"location": "/en/places/"}
    yield from ("/en/", *collections.values(), "/en/events/?upcoming=false")
    yield from (f"{collections[kind]}?location=zubrovitsa" for kind in shown[1:])
    yield from (f"{collections[kind]}{world[kind].slug}/" for kind in shown)
    yield from ("/en/places/nowhere/", "/en/glossary/", "/en/figures/side-by-side/")
    yield "/en/figures/side-by-side/?measure=participants"
    yield from (f"{collections[kind]}{world[kind].slug}/share.png" for kind in shown)


def read(client, world):
    found = {path: client.get(path) for path in pages(world)}
    assert {reply.status_code for reply in found.values()} == {200}
    return {path: reply.content for path, reply in found.items()}


def words_of(page):
    return text_of(page) if page.startswith(b"\x89PNG") else page.decode()


def kept():
    return list(kept_texts())


def is_kept(words):
    return any(words.replace("’", "") in text.replace("’", "") for text in kept())


@pytest.mark.parametrize("kind", NAMED)
def test_a_name_that_was_changed_is_in_no_piece_any_more(client, world, kind):
    read(client, world)
    assert is_kept(NAMED[kind])
    record = world[kind]
    record.name_en = "Something else"
    record.save()
    Counter.current()  # as any page begins, of whichever process
    assert not is_kept(NAMED[kind])


def test_what_was_chosen_goes_with_its_name_where_choices_are_not_counted(
    client, world, monkeypatch
):
    monkeypatch.setattr("registry.pages.list.MOST_COUNTED", 0)
    client.get("/en/events/?location=zubrovitsa&upcoming=false")
    assert is_kept(NAMED["location"])
    world["location"].name_en = "Something else"
    world["location"].save()
    Counter.current()
    assert not is_kept(NAMED["location"])


def test_what_shows_nothing_of_a_change_is_kept(client, world):
    read(client, world)
    before = len(kept())
    factories.organisation("elsewhere", name_en="Elsewhere")
    Counter.current()
    assert len(kept()) == before


def test_a_page_of_kept_pieces_is_the_same_as_one_that_is_drawn_anew(client, world):
    read(client, world)
    factories.term("unrelated", name_en="Unrelated")
    of_pieces = read(client, world)
    pieces.forget()
    caches["kept"].clear()
    assert read(client, world) == of_pieces


def test_a_piece_shows_what_has_changed(client, world):
    read(client, world)
    for kind, record in world.items():
        record.name_en = f"Another {kind}"
        record.save()
    said = "".join(map(words_of, read(client, world).values()))
    assert not [kind for kind, words in NAMED.items() if words in said or words[:6] in said]


def test_nothing_that_a_reader_wrote_is_kept_in_a_piece(client, world):
    asked = ("q=Zubrzyk", "from=1987", "near=53.91,27.55", "location=Zubrzyk")
    asked += ("bbox=23.1%2C51%2C33%2C53.91", "updated_since=1987-04-03T01%3A02%3A03Z")
    for query in asked:
        client.get(f"/en/programmes/?{query}")
        client.get(f"/en/events/?{query}")
    client.get("/en/search/?q=Zubrzyk")
    assert not [text for text in kept() if "Zubrzyk" in text or "1987" in text or "53.9" in text]


def test_of_a_preview_nothing_is_kept(client, world):
    pieces.forget()
    with writing():
        client.get("/en/programmes/")
    assert kept() == []


def test_many_changes_at_once_leave_nothing(client, world):
    read(client, world)
    with writing():
        for number in range(MOST + 1):
            factories.term(f"term-{number}", name_en=f"Term {number}")
    Counter.current()
    assert kept() == []


def test_what_is_withheld_is_in_no_piece(client, world):
    read(client, world)
    Counter.objects.update(deferring=True, number=Counter.current().number + 1)
    Counter.current()
    assert kept() == []


def test_what_is_not_asked_for_makes_room():
    few = Pieces(room=100)
    ids = [f"00000000-0000-0000-0000-{number:012}" for number in range(5)]
    for each in ids:
        few.drawn(lambda: "x" * 40, ({"id": each},))
    drawn = []
    for each in reversed(ids):
        few.drawn(lambda each=each: drawn.append(each) or "", ({"id": each},))
    assert ids[-1] not in drawn
    assert ids[0] in drawn


def test_pictures_drive_no_text_out():
    few, names = Pieces(room=100), ({"id": "00000000-0000-0000-0000-000000000000"},)
    few.drawn(lambda: "text", names)
    for number in range(9):
        few.drawn(lambda: b"\x89PNG" * 30, (*names, number))
    assert few.drawn(lambda: "drawn anew", names) == "text"
    few.forget_those_of([names[0]["id"]])
    assert not few


def test_a_long_text_is_kept_packed():
    few, page = Pieces(), "Мсціслаў " * LONG
    values = ({"id": "00000000-0000-0000-0000-000000000000"},)
    assert few.drawn(lambda: page, values) == page
    assert few.drawn(lambda: "", values) == page
    assert few.texts.size < len(page) / 10


def test_of_what_names_no_record_nothing_is_kept():
    few, drawn = Pieces(), []
    for _ in range(2):
        assert few.drawn(lambda: drawn.append(1) or "words", ("nobody",)) == "words"
    assert len(drawn) == 2


def test_what_was_read_before_something_was_forgotten_is_not_kept():
    few, values = Pieces(), ({"id": "00000000-0000-0000-0000-000000000000"},)
    since = few.forgettings
    assert few.drawn(lambda: few.forget_those_of([]) or "old", values, since) == "old"
    assert not few
    few.drawn(lambda: "new", values, few.forgettings)
    assert few.drawn(lambda: "newer", values) == "new"


def test_of_a_number_that_is_behind_nothing_is_kept(client, world):
    read(client, world)
    pieces.forget()
    Counter.objects.update(number=Counter.current().number - 1)
    caches["kept"].clear()
    client.get("/en/programmes/")
    assert kept() == []


def test_the_name_of_a_part_that_a_list_leads_to_goes_with_it(client):
    whole = factories.organisation("whole", name_en="The whole")
    part = factories.organisation("part", name_en="Zubrwhisperers", parent=whole)
    factories.programme("path", roles=[("organiser", part)])
    assert b"Zubrwhisperers" in client.get("/en/programmes/?organisation=whole").content
    assert is_kept("Zubrwhisperers")
    part.name_en = "Something else"
    part.save()
    Counter.current()
    assert not is_kept("Zubrwhisperers")


def test_what_names_no_record_in_an_address_is_not_kept(client, world):
    for name in ("organisation", "-organisation", "programme"):
        for kind in ("programmes", "events"):
            client.get(f"/en/{kind}/?{name}=zubrzyk")
    assert not is_kept("zubrzyk")
