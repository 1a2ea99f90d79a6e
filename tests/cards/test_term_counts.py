"""The numbers of cards are kept, and are those of what may be read."""

from io import StringIO

import pytest
from django.core.cache import caches
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import F
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext

from organisations.models import Organisation
from organisations.views import roles_in_programmes
from programmes.agenda import count
from programmes.filters import EditionFilter, EventFilter, ProgrammeFilter
from programmes.models import Edition, Event, Programme
from registry.cards import changeset, deferral
from registry.cards.models import Card, Deferred, TermCount
from registry.cards.proof import differences
from registry.listings.counting import by_year
from registry.listings.facets import facets_of
from registry.locations.counts import counted, unplaced_counts
from registry.site.home import totals
from registry.workflow.withdrawal import Reason, withdraw
from tests.support.factories import programme
from tests.support.world import populate

pytestmark = pytest.mark.django_db
PLACES = ("belarus", "mahilyow-region", "mstsislaw-district", "mstsislaw")


ONE_TERM = [
    *("location=BY-MA", "location=mstsislaw", "location=mstsislaw-district", "location=none"),
    *(
        "location=BY",
        "location=BY-BR",
        "kind=contest",
        "kind=none",
        "theme=none",
        "organisation=club",
    ),
    *("role=funder", "mode=online", "page_size=1&location=BY-MA", "location=BY&ordering=name"),
]


def asked(query):
    return ProgrammeFilter(QueryDict(query), Programme.objects.public())


def told():
    """All numbers that pages take from the counts."""
    wholes = [
        filter_class({}, model.objects.public())
        for filter_class, model in (
            (ProgrammeFilter, Programme),
            (EditionFilter, Edition),
            (EventFilter, Event),
        )
    ]
    return {
        "totals": totals(["programme", "organisation", "event", "initiative"]),
        "places": {slug: counted(slug) for slug in PLACES},
        "years": {slug: by_year("programme", "location", slug) for slug in PLACES},
        "years of work": by_year("programme", "organisation", "club"),
        "beside the map": unplaced_counts(),
        "roles": list(roles_in_programmes("club").items()),
        "facets": [facets_of(whole) for whole in wholes],
        "facets of a term": {query: facets_of(asked(query)) for query in ONE_TERM},
        "events": count(wholes[-1]),
    }


def test_what_is_kept_is_what_would_be_counted():
    populate()
    kept = told()
    assert kept["totals"]["coming"]
    assert kept["totals"]["programme"] > 45
    assert kept["places"]["mstsislaw-district"]["active"]
    assert len(kept["years of work"][0]) > 1
    assert kept["beside the map"]["country_wide"]
    assert kept["beside the map"]["nowhere"]
    assert kept["roles"]
    counted_for = [query for query, facets in kept["facets of a term"].items() if facets.count]
    assert len(counted_for) > 8, counted_for
    # While anything is withheld, though it be no part of these numbers, they are counted.
    source = Card.objects.filter(type="source")[0]
    Deferred.objects.create(
        type="source", public_id=source.public_id, card=source, how=0, rank=deferral.STUCK
    )
    assert not TermCount.objects.exists()
    assert told() == kept


def test_what_is_withheld_is_counted_no_more(monkeypatch):
    populate()
    before = told()
    monkeypatch.setattr(deferral, "MAX_AT_ONCE", 0)
    monkeypatch.setattr(changeset, "go_on", lambda seconds: None)
    withdraw(Organisation.objects.get(slug="club"), Reason.SAFETY)
    assert Deferred.objects.exists()
    withheld = told()
    assert withheld != before
    assert not TermCount.objects.exists()
    deferral.waiting().delete()  # what is withheld is seen again: the counts are those of before
    assert told() == before


def test_no_page_counts_over_all_terms():
    populate()
    asked = [
        *("/en/", "/en/places/", "/en/places/belarus/", "/en/places/mahilyow-region/"),
        *("/en/programmes/", "/en/events/", "/en/organisations/", "/en/editions/"),
        *("/en/programmes/contest/", "/en/editions/sixth/", "/en/organisations/club/"),
        *("/api/v1/programmes/facets/", "/api/v1/events/facets/"),
    ]
    for path in asked:
        caches["kept"].clear()
        with CaptureQueriesContext(connection) as queries:
            assert Client().get(path).status_code == 200, path
        for statement in (each["sql"] for each in queries):
            counting = "COUNT(" in statement and '"cards_cardterm"' in statement
            # Of few that are coming, or still open, it is looked up where they are.
            few = '"cards_card"."end" >= ' in statement or "registration_deadline" in statement
            assert not counting or few, (path, statement)


@pytest.mark.parametrize("query", ["location=BY-MA", "kind=contest", "location=BY&page_size=1"])
def test_a_list_of_one_term_is_not_counted_but_where_something_is_withheld(query):
    populate()
    address = f"/api/v1/programmes/?{query}"
    counted = Client().get(address).json()["count"]
    assert counted > 0
    # Numbers that nothing can have counted: the page says them, for it reads them.
    TermCount.stored.filter(among="").exclude(value="").update(cards=F("cards") + 1000)
    assert Client().get(address).json()["count"] == counted + 1000
    source = Card.objects.filter(type="source")[0]
    Deferred.objects.create(
        type="source", public_id=source.public_id, card=source, how=0, rank=deferral.STUCK
    )
    assert Client().get(address).json()["count"] == counted


@pytest.mark.parametrize(
    "query",
    ["location=BY-MA&location=BY-BR", "location=BY-MA&kind=contest", "reach=own&location=BY"],
)
def test_a_list_of_anything_else_is_counted(query):
    populate()
    counted = Client().get(f"/api/v1/programmes/?{query}").json()["count"]
    assert counted > 0
    TermCount.stored.update(cards=F("cards") + 1000)
    assert Client().get(f"/api/v1/programmes/?{query}").json()["count"] == counted


def test_the_check_names_a_wrong_count_and_the_rebuild_mends_it():
    programme("contest", dates="2016")
    assert list(differences()) == []
    TermCount.stored.filter(type="programme", group="", value="", among="").update(cards=7)
    TermCount.stored.filter(type="programme", among="2016-2016").delete()
    assert list(differences()) == [
        "count of programme   : is of another number of cards",
        "count of programme   2016-2016: is missing",
        "count of programme location none 2016-2016: is missing",
    ]
    with pytest.raises(CommandError):
        call_command("cards", check=True, stdout=StringIO())
    call_command("cards", rebuild=True, stdout=StringIO())
    assert list(differences()) == []


def test_a_count_of_nothing_is_not_kept():
    contest = programme("contest", dates="2016")
    assert TermCount.objects.filter(cards=1).exists()
    contest.delete()
    assert not Card.objects.exists()
    assert not TermCount.stored.exists()
