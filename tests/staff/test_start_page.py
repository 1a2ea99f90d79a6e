"""What waits on the first page, and the filters of lists to which its numbers lead."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin import site
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programmes.models import Event, Programme
from registry.cards.clock import today
from registry.records.models import Proposal, Remark, Source, State
from registry.staff import todo
from registry.workflow.withdrawal import withdraw
from tests.support.factories import event, organisation, programme, source, term
from tests.support.staff import Staff, address

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.fixture
def ann():
    return Staff("ann", "editor")


@pytest.fixture
def rita():
    return Staff("rita", "reviewer")


def start(person):
    return person.client.get(reverse("admin:index")).content.decode()


def section(html, heading):
    return html.split(f"<h2>{heading}</h2>")[1].split("<h2>")[0]


def numbers(html):
    """{address: number} of what is still to do."""
    found = re.findall(r'<a href="([^"]*(?:todo=|translate/\?)[^"]*)">[^<]*?([\d+]+)</a>', html)
    return {place.replace("&amp;", "&"): number for place, number in found}


def keys_in(person, place):
    html = person.client.get(place).content.decode()
    return {int(key) for key in re.findall(r'name="(?:seen|version-\w+)-(\d+)"', html)}


def proposal(entry, author, **values):
    return Proposal.objects.create(
        card_type=entry.card_type, public_id=entry.public_id, author=author, version=0, **values
    )


def test_each_number_opens_a_list_of_as_many(rita):
    named = {"name_en": "A", "name_be": "Б", "name_ru": "В"}
    themes, old = [term("t", **named)], today() - timedelta(days=400)
    full = named | {"verified_on": today()}
    rest = {"dates": "2016", "themes": themes, "mode": "online"}
    paper = source("paper", **named, url="https://example.org/a")
    kept = "https://web.archive.org/a"
    source("copied", **named, url="https://b.org", archived_url=kept)
    programme("whole", **full, **rest, sources=[paper])
    programme("late", **full | {"verified_on": old}, **rest, sources=[paper])
    programme("bare", **full, mode="online")
    programme("never", **full | {"verified_on": None}, **rest, sources=[paper])
    programme("english", **full | {"name_be": ""}, **rest, sources=[paper])
    programme("nowhere", **full, **rest | {"mode": ""}, sources=[paper])
    programme("draft", state=State.DRAFT, name_en="Draft")
    found = numbers(start(rita))
    list_of = address(Programme, "changelist")
    wanted = {
        f"{list_of}?todo=date": {"bare"},
        f"{list_of}?todo=theme": {"bare"},
        f"{list_of}?todo=source": {"bare"},
        f"{list_of}?todo=place": {"nowhere"},
        f"{list_of}?todo=unverified": {"late", "never"},
        f"{reverse('admin:translate')}?language=be&kind=programme&texts=all": {"english"},
    }
    for place, slugs in wanted.items():
        keys = set(Programme.objects.filter(slug__in=slugs).values_list("pk", flat=True))
        assert found[place] == str(len(slugs)), place
        assert keys_in(rita, place) == keys, place
    place = f"{address(Source, 'changelist')}?todo=archive"
    assert (found[place], keys_in(rita, place)) == ("1", {paper.pk})


def test_a_withdrawal_that_waits_for_a_second_officer_is_told_to_officers_alone(rita):
    olga = Staff("olga", "safety officer")
    gone, other = programme("gone"), programme("other")
    for each in (gone, other):
        withdraw(each, "safety")
    place = f"{address(Programme, 'changelist')}?todo=asked"
    assert place not in numbers(start(olga))
    olga.client.post(address(gone, "bring_back"))
    assert numbers(start(olga))[place] == "1"
    shown = olga.client.get(place).content.decode()
    assert address(gone, "change") in shown
    assert address(other, "change") not in shown
    assert place not in numbers(start(rita))
    assert str(gone) not in rita.client.get(place).content.decode()


def test_own_proposals_are_not_cut_off_by_those_of_others_nor_the_other_way_round(ann, rita):
    contest, boris = programme("contest", name_en="Contest"), Staff("boris", "editor")
    for _ in range(130):
        proposal(contest, boris.user)
    own = programme("own", name_en="My very own")
    proposal(own, rita.user)
    assert "My very own" in section(start(rita), "Yours, waiting for a reviewer")
    last = programme("last", name_en="The last of all")
    Proposal.objects.all().delete()
    for _ in range(130):
        proposal(contest, rita.user)
    proposal(last, boris.user)
    assert "The last of all" in section(start(rita), "Proposed changes")


def test_what_is_of_the_withdrawn_takes_no_place_of_what_can_be_decided(ann, rita):
    gone = programme("gone", name_en="Gone")
    for _ in range(130):
        proposal(gone, ann.user)
    proposal(programme("there", name_en="Still there"), ann.user)
    Programme.objects.filter(pk=gone.pk).update(state=State.WITHDRAWN)
    shown = section(start(rita), "Proposed changes")
    assert "Still there" in shown
    assert "Gone" not in shown


def test_what_was_sent_back_is_not_cut_off_by_newer_drafts(ann, rita):
    for n in range(25):
        ann.edits(Programme, "add", name_en=f"Draft {n}")
    first = Programme.objects.get(name_en="Draft 0")
    Remark.make(first, Remark.On.DRAFT, rita.user, "Which year?")
    html = start(ann)
    back = section(html, "Sent back to you")
    assert "Draft 0" in back
    assert "Which year?" in back
    assert "Draft 0<" not in section(html, "Your drafts")
    # Handed over and taken back by its author it is a draft like all others.
    Remark.make(first, Remark.On.DRAFT, ann.user)
    assert "Sent back to you" not in start(ann)


def test_the_first_page_asks_the_same_of_any_number_of_records(rita):
    found = []
    for total in (3, 30):
        for number in range(Programme.objects.count(), total):
            contest = programme(f"contest-{number}")
            proposal(contest, rita.user)
            event(f"talk-{number}", programme=contest)
        start(rita)
        with CaptureQueriesContext(connection) as statements:
            start(rita)
        found.append(len(statements))
    assert found[0] == found[1]


def test_a_list_reads_no_more_of_what_is_to_do_than_it_counts(rita, monkeypatch):
    monkeypatch.setattr(todo, "MOST", 3)
    for number in range(6):
        programme(f"contest-{number}")
    place = f"{address(Programme, 'changelist')}?todo=date"
    assert numbers(start(rita))[place] == "3+"
    assert len(keys_in(rita, place)) == 3


def test_every_kind_offers_what_it_can_lack_and_nothing_else(rita):
    organisation("honey")
    asked = {
        model.card_type: set(todo.offered(model, rita.user))
        for model in site._registry
        if hasattr(model, "card_type")
    }
    languages = {"en", "be", "ru"}
    activity = {"date", "place", "source", "theme", "unverified", *languages}
    assert asked["event"] == asked["programme"] == activity
    assert asked["organisation"] == activity - {"date"}
    assert asked["source"] == {"archive", *languages}
    assert asked["term"] == asked["location"] == {"source", *languages}
    assert "todo=date" in rita.reads(Event, "changelist")


def test_of_kinds_of_which_nothing_waits_nothing_is_asked(django_assert_max_num_queries):
    boss = Staff("boss", "administrator", "safety officer", "reviewer", "editor")
    boss.client.get("/admin/")  # what is put together once
    with django_assert_max_num_queries(22):
        boss.client.get("/admin/")
