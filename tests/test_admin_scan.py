"""Before a record becomes public its texts are scanned for what leads to a person."""

import pytest
from factories import belarus, event, organisation, programme, source

from registry.records.scan import scan, scan_body

KINDS = {
    "e-mail": "an e-mail address",
    "link": "a messenger link",
    "phone": "a telephone number",
    "point": "coordinates",
    "handle": "a name in a messenger or network",
}


def hits(text, key="summary"):
    return [(str(hit.kind), hit.text) for hit in scan_body({key: {"en": text}})]


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("Write to some.one@mail.example.org.", "e-mail", "some.one@mail.example.org"),
        ("some.one(at)mail.example", "e-mail", "some.one(at)mail.example"),
        ("Пишите: ящик＠почта.бел", "e-mail", "ящик@почта.бел"),
        ("Call +375 29 123-45-67 today", "phone", "+375 29 123-45-67"),
        ("тел. +375(17)1234567", "phone", "+375(17)1234567"),
        ("тэл. 8 (029) 123 45 67", "phone", "8 (029) 123 45 67"),
        ("80291234567", "phone", "80291234567"),
        ("0048 22 123 45 67", "phone", "0048 22 123 45 67"),
        ("join t.me/somebody now", "link", "t.me/somebody"),
        ("https://chat.whatsapp.com/AbC", "link", "chat.whatsapp.com/AbC"),
        ("tg://resolve?domain=somebody", "link", "tg://resolve?domain=somebody"),
        ("ask @somebody there", "handle", "@somebody"),
        ("at 54.0212, 31.7215", "point", "54.0212, 31.7215"),
        ("at 54.0212 31.7215", "point", "54.0212 31.7215"),
        ("54° 01′ N", "point", "54° 01′"),
    ],
)
def test_what_leads_to_a_person_is_found(text, kind, found):
    assert hits(text) == [(KINDS[kind], found)]


@pytest.mark.parametrize(
    "text",
    [
        "From 2016-02 to 2016-10, 26 communities in 6 regions, about 1 000 000 people",
        "The 4th and the 6th contest, 21.03.2015, at 10:30, 12.5 % of 80.25",
        "ISBN 978-985-12-3456-7, EUR 1,250,000.00",
        "https://example.org/2015/12/80291234567 is an address of the web",
    ],
)
def test_dates_amounts_and_addresses_of_the_web_are_no_hits(text):
    assert hits(text) == []


def test_an_address_of_the_web_may_hold_numbers_but_lead_to_no_messenger():
    assert scan_body({"website": "https://example.org/+375291234567/@somebody"}) == []
    assert scan_body({"website": "https://t.me/somebody"})[0].field == "website"


@pytest.mark.django_db
def test_every_text_of_the_card_is_read_and_its_place_is_named():
    contest = programme(
        "contest",
        state="draft",
        description_ru="Звоните: +375291234567",
        note_be="Гл. @somebody",
        figures=[{"note_en": "by me@example.org", "source": source("s", name_en="t.me/other")}],
    )
    found = {(hit.field, hit.text) for hit in scan(contest)}
    assert found == {
        ("description ru", "+375291234567"),
        ("note be", "@somebody"),
        ("figures 1 note en", "me@example.org"),
    }  # and not the source's title, which is scanned when the source becomes public


@pytest.mark.django_db
def test_the_mailbox_of_an_organisation_and_what_is_private_are_no_hits():
    ngo = organisation(state="draft", email="info@example.org", address="Call +375291234567")
    assert scan(ngo) == []
    assert scan(event(address="+375291234567", venue_en="@somebody", precision="town")) == []
    assert scan(event(venue_en="@somebody", precision="exact", state="draft"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("precision", "found"), [("town", False), ("district", True), ("hidden", True)]
)
@pytest.mark.parametrize("text", ["It is held in Mstsislaw.", "у Мсціславе", "в Мстиславле"])
def test_a_text_names_no_place_finer_than_is_shown(precision, found, text):
    places = belarus()
    contest = programme(precision=precision, locations=[places["mstsislaw"]], summary_be=text)
    assert bool(scan(contest)) is found
    elsewhere = programme(precision=precision, locations=[places["brest-region"]], summary_be=text)
    assert scan(elsewhere) == []


@pytest.mark.django_db
def test_whoever_runs_it_binds_what_its_texts_may_name():
    places = belarus()
    careful = organisation(precision="region")
    contest = programme(
        roles=[("organiser", careful)],
        locations=[places["mstsislaw"]],
        summary_en="In Mstsislaw District",
    )
    assert {str(hit.kind) for hit in scan(contest)} == {"a place finer than is shown"}


@pytest.mark.parametrize("text", ["@" * 50_000, "+" * 50_000, "1 " * 40_000, "a." * 40_000 + "@"])
def test_a_hostile_text_takes_no_time(text):
    import time

    began = time.process_time()
    hits(text)
    assert time.process_time() - began < 2
