"""A page is drawn once for each change, and is the same for whoever asks next."""

import gzip

import brotli
import pytest
from django.core.cache import caches

from organisations.models import Organisation
from registry.cards import conditional
from registry.cards.models import Counter
from registry.pages.detail import CardDetailView
from registry.pages.pictures.views import RecordPicture
from registry.workflow.withdrawal import Reason, withdraw
from tests.support.factories import organisation
from tests.support.kept import kept_texts

pytestmark = pytest.mark.django_db
PAGES = ("/en/", "/be/organisations/", "/ru/organisations/?q=club", "/en/organisations/club/")


@pytest.fixture(autouse=True)
def _one_club():
    organisation("club", name_en="Club of walkers")


def headers_of(response):
    return dict(response.headers)


@pytest.mark.parametrize("page", PAGES)
def test_a_kept_page_is_what_was_drawn(client, page, django_assert_num_queries):
    drawn = client.get(page)
    with django_assert_num_queries(1):
        kept = client.get(page)
    assert kept.status_code == drawn.status_code == 200
    assert kept.content == drawn.content
    assert headers_of(kept) == headers_of(drawn)


def test_a_long_page_is_kept_packed_and_is_the_same(client, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(conditional, "LARGEST", 10_000)
    drawn = client.get(PAGES[1])
    assert len(drawn.content) > 10_000
    with django_assert_num_queries(1):
        kept = client.get(PAGES[1])
    assert kept.content == drawn.content
    assert headers_of(kept) == headers_of(drawn)


def test_it_is_compressed_once_and_to_the_same(client):
    pages = []
    for encoding, read in (("br", brotli.decompress), ("gzip", gzip.decompress)) * 2:
        reply = client.get(PAGES[1], headers={"accept-encoding": encoding})
        assert reply.headers["Content-Encoding"] == encoding
        assert reply.headers["Content-Length"] == str(len(reply.content))
        pages.append(read(reply.content))
    assert b"Club of walkers" in pages[0]
    assert pages == pages[:1] * 4


def test_a_part_of_a_page_is_not_taken_for_the_page(client):
    page = client.get("/en/organisations/")
    part = client.get("/en/organisations/", headers={"hx-request": "true"})
    assert b"<html" in page.content
    assert b"<html" not in part.content
    again = client.get("/en/organisations/", headers={"hx-request": "true"})
    assert again.content == part.content
    assert "HX-Push-Url" in again.headers


def test_a_change_is_seen_at_once(client):
    assert b"Club of walkers" in client.get("/en/organisations/").content
    club = organisation("second", name_en="Club of readers")
    assert b"Club of readers" in client.get("/en/organisations/").content
    club.name_en = "Circle of readers"
    club.save()
    assert b"Club of readers" not in client.get("/en/organisations/").content


def test_where_a_reader_is_is_not_kept(client):
    before = set(caches["kept"]._cache)
    for address in ("/en/places/?near=53.9,27.6", "/en/events/?near=53.9,27.6"):
        assert client.get(address).status_code == 200
    assert not any('W/"' in str(key) for key in set(caches["kept"]._cache) - before)


def test_two_questions_are_never_one(client):
    """However they were sent: raw, "Клуб" is made the same as its double encoding."""
    pages = []
    for query in ("q=Клуб".encode().decode("latin-1"), "q=%C3%90%C2%9A%C3%90%C2%BB"):
        reply = client.get("/en/organisations/", QUERY_STRING=query)
        pages.append((reply.headers["ETag"], reply.content))
    assert pages[0][0] != pages[1][0]
    assert pages[0][1] != pages[1][1]


def test_an_error_is_not_kept(client):
    before = set(caches["kept"]._cache)
    assert client.get("/en/organisations/nobody/").status_code == 404
    assert client.get("/en/organisations/?year=never").status_code == 400
    assert not any('W/"' in str(key) for key in set(caches["kept"]._cache) - before)


@pytest.mark.parametrize(("view", "page"), [(CardDetailView, ""), (RecordPicture, "share.png")])
@pytest.mark.parametrize("encoding", ["br", "identity"])
def test_what_was_read_before_a_withdrawal_is_not_kept_after_it(
    client, monkeypatch, view, page, encoding
):
    show = view.show

    def slow(self, card, counter):
        drawn = show(self, card, counter)
        withdraw(Organisation.objects.get(), Reason.SAFETY)
        Counter.current()  # as another reader of the process is answered meanwhile
        return drawn

    monkeypatch.setattr(view, "show", slow)
    headers = {"accept-encoding": encoding}
    assert client.get(f"/en/organisations/club/{page}", headers=headers).status_code == 200
    assert not [key for key in caches["kept"]._cache if 'W/"' in str(key)]
    assert not [text for text in kept_texts() if "Club of walkers" in text]
