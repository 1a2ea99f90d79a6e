"""The numbers of cards are kept, and are those of what may be read."""

from dataclasses import replace
from datetime import date
from importlib import import_module
from io import StringIO

import pytest
from django.apps import apps
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
from registry.cards.apps import count_anew
from registry.cards.backlog import finish
from registry.cards.declarations import declared
from registry.cards.models import Card, Deferred, TermCount
from registry.cards.models import Counter as Number
from registry.cards.proof import differences
from registry.cards.term_counts import differences as count_differences
from registry.cards.term_counts import of_types, rows_of, years_of
from registry.listings.counting import by_year
from registry.listings.facets import facets_of
from registry.locations.counts import counted, unplaced_counts
from registry.site.home import totals
from registry.workflow.withdrawal import Reason, withdraw
from tests.support.factories import organisation, programme
from tests.support.shares import every
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
    Deferred.objects.create(type="source", public_id=source.public_id, card=source, how=0, rank=0)
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
            # Of few that are coming, or still open, it is looked up where they are; and of those of
            # one organisation, no more than 2,000 of them, what they have.
            few = '"cards_card"."end" >= ' in statement or "registration_deadline" in statement
            few = few or "= 'club'" in statement
            # And of no more than 2,000 organisations of a place, with whom they work.
            few = few or "= 'audience'" in statement
            # And of these, and of the places that a page names, whether they are as they were.
            few = few or 'MAX("cards_card"."number")' in statement
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
    Deferred.objects.create(type="source", public_id=source.public_id, card=source, how=0, rank=0)
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


def counts(**values):
    return TermCount.stored.filter(**values)


def test_no_count_outlives_the_address_that_it_names():
    """Not even one that was wrong: nothing would ever take it away."""
    gone = organisation("zorka-secret")
    contest = programme("contest", roles=[("organiser", gone)])
    other = programme("other", roles=[("funder", gone)])
    named = counts(value__contains="zorka-secret")
    assert set(named.values_list("group", flat=True)) == {"organisation", "organisation_role"}
    named.update(cards=7)
    contest.roles.all().delete()
    assert named.filter(group="organisation").exists()  # the other names it still
    gone.state = "erased"
    gone.save()
    assert not Card.objects.filter(body__contains="zorka-secret").exists()
    assert not named.exists()
    other.refresh_from_db()
    assert other.state == "public"
    assert list(differences())[0].startswith("counts: ")


@pytest.mark.parametrize("wrong", ["missing", "too small"])
def test_a_count_that_cannot_be_true_keeps_nobody_from_writing_and_is_told_to_nobody(caplog, wrong):
    first, second = programme("first", dates="2016"), programme("second", dates="2016")
    assert of_types(["programme"]) == {"programme": 2}
    every = counts(type="programme", group="", value="", among="")
    every.delete() if wrong == "missing" else every.update(cards=0)
    first.delete()
    assert "made anew within an hour" in caplog.text
    assert not TermCount.objects.exists()
    assert of_types(["programme"]) == {"programme": 1}  # counted, and true
    assert list(differences())[0].startswith("counts: ")
    programme("third", dates="2016")  # and it stays so
    assert not TermCount.objects.exists()
    assert of_types(["programme"]) == {"programme": 2}
    call_command("cards", rebuild=True, stdout=StringIO())
    assert list(differences()) == []
    assert TermCount.objects.exists()
    second.delete()
    assert of_types(["programme"]) == {"programme": 1}


@pytest.mark.parametrize(
    "name", ["0003_term_counts", "0004_years_of_organisations", "0013_holders_of_roles"]
)
def test_a_registry_that_was_there_before_counts_until_it_is_rebuilt(name):
    migration = import_module(f"registry.cards.migrations.{name}")
    TermCount.stored.all().delete()
    migration.doubt(apps, None)
    assert not TermCount.stored.exists()  # there are no cards: nothing is in doubt
    programme("contest", dates="2016")
    migration.doubt(apps, None)
    assert not TermCount.objects.exists()
    assert of_types(["programme"]) == {"programme": 1}
    call_command("cards", rebuild=True, stdout=StringIO())
    assert TermCount.objects.exists()
    assert list(differences()) == []


def test_what_is_counted_of_a_kind_its_declaration_says(monkeypatch):
    rows = set(rows_of("edition", {("location", "x")}, (date(2016, 1, 1),) * 2, []))
    said = {"counted_in_places": ("status", "active"), "years_counted_in": ("location",)}
    monkeypatch.setitem(declared, "edition", replace(declared["edition"], **said))
    terms, span = {("location", "x"), ("status", "active")}, (date(2016, 1, 1), date(2016, 9, 1))
    more = set(rows_of("edition", terms, span, [span]))
    among = {among for _type, group, value, among in more if (group, value) == ("location", "x")}
    assert among == {"", "active", "2016-2016"}
    assert {among for *_, among in rows} == {""}


def save(entry, **values):
    for name, value in values.items():
        setattr(entry, name, value)
    entry.save()


def set_aside(entry):
    """As if its card could not be written."""
    deferral.withhold(type(entry).objects.filter(pk=entry.pk), Deferred.How.ANEW)
    deferral.withhold_around(0)
    Deferred.objects.exclude(public_id=entry.public_id).exclude(rank=deferral.LAST).delete()
    Number.objects.update(deferring=True)
    assert not TermCount.objects.exists()
    deferral.set_aside(entry.card_type, entry.public_id)
    assert set(Deferred.objects.values_list("type", flat=True)) == {"programme", "figure"}


MENDED = {
    "saved as it was": lambda contest: contest.save(),
    "saved with a new name": lambda contest: save(contest, name_en="Contest of another name"),
    "taken back": lambda contest: save(contest, state="review"),
    "withdrawn": lambda contest: withdraw(contest, Reason.SAFETY),
    "withdrawn with thousands": lambda contest: withdraw(contest, Reason.SAFETY),
    "rebuilt": lambda contest: call_command("cards", rebuild=True, stdout=StringIO()),
}


@pytest.mark.parametrize("how", every(3, MENDED))
def test_what_could_not_be_written_is_counted_no_more_and_the_others_are(monkeypatch, how):
    populate()
    before = told()
    contest = Programme.objects.get(slug="contest")
    set_aside(contest)
    kept = told()
    assert TermCount.objects.exists()
    assert kept["totals"]["programme"] == before["totals"]["programme"] - 1
    assert list(count_differences()) == []
    TermCount.doubt()  # so that all is counted
    assert told() == kept
    TermCount.in_doubt().delete()
    if how == "withdrawn with thousands":
        monkeypatch.setattr(deferral, "MAX_AT_ONCE", 0)
    MENDED[how](contest)
    finish()
    assert not Deferred.objects.exists()
    assert list(differences()) == []
    assert TermCount.objects.exists()
    if how in ("saved as it was", "rebuilt"):
        assert told() == before


def test_after_an_update_counts_in_doubt_are_made_anew():
    programme("contest")
    TermCount.doubt()
    with CaptureQueriesContext(connection) as queries:
        count_anew(using="default")
    assert not TermCount.in_doubt().exists()
    assert list(differences()) == []
    asked = [each["sql"] for each in queries]
    first_written = next(n for n, sql in enumerate(asked) if sql.startswith("DELETE"))
    # Whoever writes meanwhile waits.
    assert any("cards_counter" in sql for sql in asked[:first_written])


def test_years_that_are_not_counted_of_a_group_are_not_told_as_none():
    programme("contest", dates="2016", kind="contest")
    assert years_of("programme", "kind", "contest") is None


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no statistics")
def test_that_no_count_is_in_doubt_is_found_by_an_index_though_there_are_many():
    kept = [
        TermCount(type=kind, group="location", value=str(number), cards=1)
        for kind in declared
        for number in range(2000)
    ]
    TermCount.stored.bulk_create(kept)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE cards_termcount")
    assert "Seq Scan" not in TermCount.in_doubt()[:1].explain()
