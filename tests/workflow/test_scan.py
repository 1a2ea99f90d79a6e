"""Before a record becomes public its texts are scanned for what leads to a person."""

from pathlib import Path

import pytest

from registry.cards.every_text import readable_words
from registry.values.folding import fold_words
from registry.workflow.contacts import contacts
from registry.workflow.scan import mentions, scan, scan_body, sought
from tests.support.factories import belarus, event, organisation, programme, source
from tests.support.growth import growth

KINDS = {
    "e-mail": "an e-mail address",
    "link": "a messenger link",
    "phone": "a telephone number",
    "point": "coordinates",
    "handle": "a name in a messenger or network",
    "page": "a page in a social network, which may be a person's",
    "street": "a street address",
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
        ("see vk.com/id123", "page", "vk.com/id123"),
        ("вул. Ціхая, 5-12", "street", "вул. Ціхая, 5-12"),
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
    assert (
        scan_body({"type": "programme", "website": "https://example.org/+375291234567/@somebody"})
        == []
    )
    assert (
        scan_body({"type": "programme", "website": "https://t.me/somebody"})[0].field == "website"
    )


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


PIECES = (
    *(
        "@",
        "+",
        "1",
        ".",
        "1 ",
        "a.",
        "x@",
        "8(",
        "375",
        "54.0 ",
        "д. 5, ",
        "А",
        "Quiet Street ",
        "<",
    ),
    *(
        "&shy;",
        "В ",
        "%D0",
        "xn--",
        "[a]",
        "www.",
        "собака ",
        "1.1.2016 ",
        "вул. ",
        "\u0301",
        "\u00ad",
    ),
)


@pytest.mark.parametrize("piece", PIECES)
def test_a_hostile_text_takes_time_in_proportion(piece):
    """In proportion to its length: four times as long, with one quadratic expression sixteen."""
    names = {("a name", "Viasna"): [("uiasna",)], ("a name", "Green Trail"): [("hren", "trail")]}

    def scan(length):
        text = piece * (length // len(piece))
        scan_body({"summary": {"en": text}, "website": text}, names)

    assert growth(scan, 1_000, 4_000) < 9


CORPUS = Path(__file__).with_name("contacts.txt").read_text().splitlines()
# Of what a class must find all but one in fifty, and of what must find nothing one in twenty may.
RECALL, FALSE = 0.98, 0.05


def corpus():
    """{heading: its texts} of the file beside this one."""
    found, heading = {}, None
    for line in CORPUS:
        if line.startswith("["):
            heading = line
        elif line and not line.startswith("#"):
            found.setdefault(heading, []).append(line)
    return found


def missed(heading, texts):
    """Those in which the scan does not find what it must, or finds something where it must not."""
    head, _, kind = heading.partition("] ")
    wrong = []
    for text in texts:
        alone = text.startswith(("http", "geo:")) and " " not in text
        kinds = {str(each) for each, _text in contacts(text, is_address=alone)}
        if (kind not in kinds) if head == "[finds" else kinds:
            wrong.append(text)
    return wrong


@pytest.mark.parametrize("heading", corpus())
def test_a_class_of_the_corpus_is_told_apart(heading):
    texts = corpus()[heading]
    allowed = FALSE if heading.startswith("[finds nothing]") else 1 - RECALL
    wrong = missed(heading, texts)
    assert len(wrong) <= allowed * len(texts), wrong


def test_the_corpus_as_a_whole_is_told_apart():
    texts = corpus()
    for nothing in (True, False):
        part = {head: rows for head, rows in texts.items() if ("nothing" in head) is nothing}
        number = sum(map(len, part.values()))
        assert number >= 200
        wrong = sum(len(missed(*each)) for each in part.items())
        assert wrong <= (FALSE if nothing else 1 - RECALL) * number


@pytest.mark.django_db
def test_a_street_is_a_hit_unless_the_exact_place_may_be_shown():
    where = {"venue_be": "Клуб, вул. Ціхая, 5", "summary_be": "вул. Ціхая, 5", "state": "draft"}
    assert scan(event(precision="exact", **where)) == []
    assert [hit.field for hit in scan(event(precision="town", **where))] == ["summary be"]


@pytest.mark.django_db
def test_a_name_is_read_in_addresses_and_mailboxes_too():
    place = belarus()["mstsislaw"]
    at = {"locations": [place], "precision": "region", "state": "draft"}
    found = [scan(programme(website=f"https://{host}/", **at)) for host in ("mscislau.by", "a.by")]
    assert [[hit.field for hit in hits] for hits in found] == [["website"], []]
    club = organisation(email="mstsislaw@club.example", seat=place, precision="region")
    assert [hit.field for hit in scan(club)] == ["email"]


SHORT = [
    *[
        ("Наша Ніва", "у Нашай Ніве"),
        ("Наша Нива", "с «Нашей Нивой»"),
        ("Наше дело", "Нашего дела"),
    ],
    *[("Новая Заря", "у Новой Зари"), ("Белая Русь", "о Белой Руси"), ("Рада", "рашэнне Рады")],
    *[("Рада", "на Радзе"), ("Квартирная база", "Квартирной базой"), ("Мир", "для мира")],
    *[("Хата", "у Хаце"), ("Ліга", "у Лізе"), ("Кніга", "пра «Кнігу»"), ("Кніга", "у «Кнізе»")],
    *[("Наша Хата", "у Нашай Хаце"), ("Эпоха", "пры «Эпосе»"), ("Белая рука", "Белай руцэ")],
]
OTHERS = [
    *[("Рада", "рад, радио и радуга"), ("Наша Ніва", "наша мова і нівы")],
    *[("Хата", "хаценне і нехаця"), ("Ліга", "лізаць"), ("Белая рука", "белы руціннік")],
]


@pytest.mark.parametrize(("name", "text"), [*SHORT, *OTHERS])
def test_a_name_of_short_words_is_heard_in_its_cases_and_not_everywhere(name, text):
    words, folded = readable_words(text), tuple(fold_words(name))
    assert mentions(words, folded) is ((name, text) in SHORT)
    if (name, text) in SHORT:  # and is among what the search of a withdrawal looks at
        assert any(piece in " ".join(words) for piece in sought(folded))
