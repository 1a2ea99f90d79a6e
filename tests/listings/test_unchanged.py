"""What is kept of a list goes with what it was made of, whoever has written that."""

import re
from contextvars import copy_context
from io import StringIO

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organisations import work
from programmes import agenda
from programmes.agenda import EventList, count
from registry.cards import flush
from registry.cards.apps import count_anew
from registry.cards.models import Card, Counter, TermCount, TermSet
from registry.cards.term_sets import packed
from registry.pages import list as list_module
from registry.pages.whole import whole_page
from registry.records import views
from registry.workflow.withdrawal import Reason, withdraw
from tests.support.factories import belarus, event, organisation, programme, term

pytestmark = pytest.mark.django_db


@pytest.fixture
def elsewhere(monkeypatch):
    """What is written is written by another process: this one does not forget by itself."""
    monkeypatch.setattr(flush, "forget_texts", lambda ids: None)


def rebuild():
    call_command("cards", "--rebuild", stdout=StringIO())


@pytest.mark.parametrize("query", ["", "?month=2999-12", "?location=mstsislaw"])
def test_events_are_there_after_a_rebuild(client, elsewhere, query):
    places = belarus()
    held = [event(dates="2999-12-12", locations=[places["mstsislaw"]]) for _ in range(3)]
    for _ in range(2):
        page = client.get(f"/en/events/{query}").content.decode()
        assert [each for each in held if f"/events/{each.slug}/" not in page] == []
        rebuild()


@pytest.mark.parametrize("mend", [rebuild, count_anew])
def test_wrong_choices_go_when_their_sets_are_made_anew(client, elsewhere, mend):
    town, sport = belarus()["mstsislaw"], term("sport")
    for _ in range(3):
        programme(locations=[town], themes=[sport])

    def told():
        facets = client.get("/api/v1/programmes/facets/?location=BY-MA").json()["facets"]
        return [each["count"] for each in facets["theme"] if each["value"] == "sport"]

    TermSet.stored.filter(type="programme", group="theme", value="sport").update(cards=packed(0))
    assert told() == []
    TermCount.doubt()
    mend()
    assert told() == [3]


def test_choices_beside_words_are_those_of_what_is_found(client, elsewhere, monkeypatch):
    sport = term("sport", name_en="Sport of a kind")
    kites = [programme(name_en=f"Kite {number}", themes=[sport]) for number in range(3)]
    programme(name_en="Boat", themes=[sport])

    def told(word):
        caches["kept"].clear()  # the page itself
        label = client.get("/en/programmes/", {"q": word}).text.partition('value="sport"')[2]
        words, number = re.findall('<span>(.*?)</span>.*?hidden">(.*?)<', label, re.DOTALL)[0]
        return words, number

    for _ in range(2):
        assert told("kite") == ("Sport of a kind", "3 results")
        assert told("boat") == ("Sport of a kind", "1 result")
    kites[0].name_en = "Boat as well"
    kites[0].save()
    assert told("kite") == told("boat") == ("Sport of a kind", "2 results")
    sport.name_en = "Sailing"
    sport.save()
    assert told("kite") == ("Sailing", "2 results")
    # Nobody counts for another word that finds the same.
    monkeypatch.setattr(list_module, "facets_of", None)
    assert told("kites") == ("Sailing", "2 results")
    with pytest.raises(TypeError):
        told("boats")


def test_what_was_read_before_a_name_went_is_kept_by_no_list(client, monkeypatch):
    sport = term("sport", name_en="Kite surfing")
    event(locations=[belarus()["mstsislaw"]], themes=[sport], dates="2999-12-12")
    nearby = EventList.nearby

    def slow(self, *given):
        found = nearby(self, *given)
        sport.name_en = "Another"
        sport.save()
        # Another reader of the process is answered meanwhile, with what they read of their own.
        copy_context().run(Counter.current)
        return found

    monkeypatch.setattr(EventList, "nearby", slow)
    assert client.get("/en/events/").status_code == 200
    assert [key for key, raw in caches["kept"]._cache.items() if b"Kite surfing" in raw] == []


def test_a_card_that_goes_while_a_kept_list_is_shown_is_left_out(client):
    first, second = event(dates="2999-12-12"), event(dates="2999-12-13")
    address = "/en/events/?month=2999-12"
    client.get(address)
    Card.stored.filter(public_id=second.public_id).delete()  # and nothing says so yet
    # By another name each event is drawn anew, and read for it.
    page = client.get(address, headers={"host": "localhost"})
    assert page.status_code == 200
    assert f"/events/{first.slug}/" in page.content.decode()
    assert f"/events/{second.slug}/" not in page.content.decode()


def test_a_month_whose_events_were_drawn_before_reads_none_of_them(client):
    for _ in range(3):
        event(dates="2999-12-12")
    address = "/en/events/?month=2999-12"
    page = client.get(address).content
    programme()
    caches["kept"].clear()
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).content == page
    assert [query["sql"] for query in queries if '"body"' in query["sql"]] == []


FIGURE = {"printed": "about 50", "measure": "participants"}


def test_a_figure_that_came_while_a_kept_table_was_drawn_goes_with_its_withdrawal(
    client, elsewhere, monkeypatch
):
    programme(figures=[FIGURE])
    address = "/en/figures/side-by-side/?measure=participants"
    assert "about 50" in client.get(address).text
    come = []

    def slow(*given):
        if not come:
            come.append(programme(name_en="Lantern", figures=[{**FIGURE, "printed": "about 77"}]))
        return whole_page(*given)

    monkeypatch.setattr(views, "whole_page", slow)
    # By another name the page is drawn anew, of what is kept.
    page = client.get(address, headers={"host": "localhost"}).text
    assert "about 77" in page
    withdraw(come[0], Reason.SAFETY)
    page = client.get(address, headers={"host": "localhost"}).text
    assert "about 50" in page
    assert "about 77" not in page
    assert "Lantern" not in page


def test_what_was_counted_while_a_card_came_and_went_is_not_told_again(
    client, elsewhere, monkeypatch
):
    event(dates="2999-12-12")
    come = []

    def slow(listing):
        if not come:
            come.append(event(dates="2999-12-14"))
        return count(listing)

    monkeypatch.setattr(agenda, "count", slow)
    address = "/en/events/?month=2999-12"
    client.get(address)
    withdraw(come[0], Reason.SAFETY)
    # To come, open, past, all.
    assert re.findall('"count">([0-9]+)<', client.get(address).text)[:4] == ["1", "0", "0", "1"]


def test_what_a_programme_said_of_its_partner_while_it_came_and_went_is_not_said_again(
    client, elsewhere, monkeypatch
):
    club, sport = organisation("club"), term("sport", name_en="Sport of a kind")
    programme(roles=[("organiser", club)])
    together, come = work._together, []

    def slow(slug):
        if not come:
            come.append(programme("lantern", themes=[sport], roles=[("partner", club)]))
        return together(slug)

    monkeypatch.setattr(work, "_together", slow)
    address = "/en/organisations/club/"
    assert "Sport of a kind" in client.get(address).text
    withdraw(come[0], Reason.SAFETY)
    assert "Sport of a kind" not in client.get(address).text
