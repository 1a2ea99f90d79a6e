"""The picture of a record beside a link to it: what it says is on its public card."""

import io

import pytest
from PIL import Image

from registry.locations.models import Location
from registry.pages.pictures import views
from registry.pages.pictures.drawing import ROOM, TEXT, TITLE, TITLES, font, title_in_lines
from registry.records.models import State
from registry.workflow.withdrawal import Reason, withdraw
from tests.support.factories import belarus, event, organisation, programme
from tests.support.kept import text_of

pytestmark = [pytest.mark.once, pytest.mark.django_db]
LETTERS = (
    "АБВГҐДЕЁЖЗІЙКЛМНОПРСТУЎФХЦЧШЩЪЫЬЭЮЯабвгґдеёжзійклмнопрстуўфхцчшщъыьэюяĆČŁŃŚŠŬŹŽćčłńśšŭźž«»–…№’"
)


@pytest.fixture
def club():
    places = belarus()
    club = organisation("club", name_en="Club", name_be="Клуб", kind="ngo", seat=places["belarus"])
    where = {"locations": [places["mstsislaw"]], "roles": [("organiser", club)]}
    programme("contest", name_en="Contest", kind="contest", dates="2016", **where)
    programme("secret", name_en="Secret", state=State.DRAFT, **where)
    return club


def said(answer):
    assert answer.status_code == 200
    assert answer["Content-Type"] == "image/png"
    with Image.open(io.BytesIO(answer.content)) as picture:
        assert picture.size == (1200, 630)
    return text_of(answer.content).split("\n")


def test_a_picture_says_what_it_is_where_and_when_it_was_and_who_signs(client, club):
    answer = client.get("/en/programmes/contest/share.png")
    assert said(answer) == ["Contest", "Contest", "Mstsislaw", "2016", "Programme Registry"]
    assert not answer.cookies


def test_it_speaks_the_language_of_its_address_and_counts_what_is_public(client, club):
    kind, title, *_, count, _registry = said(client.get("/be/organisations/club/share.png"))
    assert (kind, title) == ("Няўрадавая арганізацыя", "Клуб")
    assert count == "1 праграма"
    assert "1 programme" in said(client.get("/en/places/mstsislaw/share.png"))


def test_a_place_is_no_finer_in_it_than_on_the_card(client, club):
    town = Location.objects.get(slug="mstsislaw")
    where = {"locations": [town], "venue_en": "Cellar", "precision": "region"}
    event("talk", name_en="Talk", **where)
    assert said(client.get("/en/events/talk/share.png"))[2] == "Mahilyow Region"


def test_whoever_has_the_picture_is_not_sent_it_again_until_something_changes(client, club):
    address = "/en/programmes/contest/share.png"
    tag = client.get(address)["ETag"]
    assert client.get(address, HTTP_IF_NONE_MATCH=tag).status_code == 304
    club.name_en = "The Club"
    club.save()
    assert client.get(address, HTTP_IF_NONE_MATCH=tag).status_code == 200


def test_a_save_of_something_else_draws_no_picture_anew(client, club, monkeypatch):
    draw, titles = views.picture_of, []
    monkeypatch.setattr(views, "picture_of", lambda said: titles.append(said.title) or draw(said))
    for number in range(2):
        said(client.get("/en/programmes/contest/share.png"))
        organisation(f"elsewhere-{number}", name_en="Elsewhere")
    assert titles == ["Contest"]
    club.name_en = "The Club"
    club.save()
    said(client.get("/en/programmes/contest/share.png"))
    said(client.get("/en/organisations/club/share.png"))
    assert titles == ["Contest", "Contest", "The Club"]


def test_the_picture_goes_with_its_record_and_moves_with_it(client, club):
    assert client.get("/en/programmes/secret/share.png").status_code == 404
    club.slug = "the-club"
    club.save()
    answer = client.get("/be/organisations/club/share.png")
    assert (answer.status_code, answer["Location"]) == (301, "/be/organisations/the-club/share.png")
    withdraw(club, Reason.SAFETY)
    for slug in ("club", "the-club"):
        answer = client.get(f"/en/organisations/{slug}/share.png")
        assert answer.status_code == 410
        assert b"Club" not in answer.content


def test_a_page_names_its_own_picture(client, club):
    html = client.get("/be/organisations/club/").content.decode()
    address = "http://testserver/be/organisations/club/share.png"
    assert f'<meta property="og:image" content="{address}">' in html
    assert '<meta property="og:image:alt" content="Клуб">' in html


@pytest.mark.parametrize(
    "title", ["Sport", "long words " * 18, "ы" * 200, "кароткае " * 4 + "ш" * 90]
)
def test_a_title_of_any_length_has_room(title):
    size, lines = title_in_lines(title)
    assert len(lines) <= dict(TITLES)[size]
    assert all(font(TITLE, size).getlength(line) <= ROOM for line in lines)
    assert lines[-1].endswith("…") == (len(title) > 60)


@pytest.mark.parametrize("name", [TITLE, TEXT])
def test_the_fonts_have_every_letter_of_our_languages(name):
    missing = bytes(font(name, 32).getmask("\uffff"))
    assert [each for each in LETTERS if bytes(font(name, 32).getmask(each)) == missing] == []
