"""The staff pages: lists, search, rights, and the doors beside them."""

import pytest
from factories import belarus, edition, event, initiative, organisation, programme, source, term
from staff import Staff

from organisations.models import Organisation
from programmes.models import Edition, Event, Initiative, Programme
from registry.locations.models import Location
from registry.records.models import Source, Term

pytestmark = pytest.mark.django_db

ENTRIES = [Source, Term, Location, Organisation, Programme, Edition, Initiative, Event]


@pytest.fixture
def editor():
    return Staff("anna", "editor")


@pytest.fixture
def reviewer():
    return Staff("rita", "reviewer")


@pytest.fixture
def officer():
    return Staff("olga", "safety officer")


@pytest.fixture
def administrator():
    return Staff("ada", "administrator")


def make_one_of_each():
    places = belarus()
    ngo = organisation("honey", name_en="Honey", seat=places["mstsislaw"], names=["Old Honey"])
    contest = programme(
        "contest", roles=[("organiser", ngo)], locations=[places["mstsislaw"]], themes=[term()]
    )
    season = edition("contest-6", programme=contest, roles=[("host", ngo)], figures=[{}])
    return {
        Source: source("report"),
        Term: term("youth"),
        Location: places["mstsislaw"],
        Organisation: ngo,
        Programme: contest,
        Edition: season,
        Initiative: initiative("garden", edition=season),
        Event: event("final", edition=season),
    }


@pytest.mark.parametrize("who", ["editor", "reviewer", "safety officer", "administrator"])
def test_every_page_of_every_entry_opens_for_each_group(who):
    person, entries = Staff("somebody", who), make_one_of_each()
    for model, entry in entries.items():
        assert entry.slug in person.reads(model, "changelist") or str(entry) in person.reads(
            model, "changelist"
        )
        assert str(entry) in person.reads(entry)
        person.reads(entry, "history")
        if who in ("editor", "administrator"):
            person.reads(model, "add")
