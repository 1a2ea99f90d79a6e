"""Acts upon what was chosen in a list: one field for many, and nothing at all if any is stale."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programmes.models import Event, Programme
from registry.cards.clock import today
from registry.records.models import Proposal, State
from registry.staff import chosen
from registry.staff.lists import ListMixin
from tests.support.factories import event, programme, source, term
from tests.support.staff import Staff, address, fields

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.fixture
def ann():
    return Staff("ann", "editor")


@pytest.fixture
def rita():
    return Staff("rita", "reviewer")


def acts(person, action, entries, **typed):
    """What a list answers to an act upon these of its rows."""
    model = type(entries[0])
    form = person.form_of(model, "changelist")
    form |= {"action": action, "_selected_action": [each.pk for each in entries]}
    return person.client.post(address(model, "changelist"), form | typed, follow=True)


def sets(person, entries, **values):
    """(what the preview says, what is told once it is done)."""
    form = fields(acts(person, "set_field", entries).content.decode())
    at = address(type(entries[0]), "bulk")
    preview = person.client.post(at, form | values).content.decode()
    done = person.client.post(at, form | values | {"_save": ""}, follow=True)
    return preview, done.content.decode()


def versions(entries):
    return [type(each).objects.get(pk=each.pk).version for each in entries]


@pytest.mark.slow
def test_a_theme_is_set_for_thirty_records_with_one_entry_of_history_each(rita):
    youth = term("youth", name_en="Youth")
    contests = [programme(f"contest-{n}", sources=[source(f"s{n}")]) for n in range(29)]
    there = programme("there", name_en="Has it", themes=[youth])
    form = fields(acts(rita, "set_field", [*contests, there]).content.decode())
    form |= {"themes": youth.pk}
    before = versions([*contests, there])
    preview = rita.client.post(address(Programme, "bulk"), form).content.decode()
    assert "What changes: 29" in preview
    assert "it already says this" in preview
    assert versions([*contests, there]) == before
    assert Programme.objects.filter(themes=None).count() == 29
    reply = rita.client.post(address(Programme, "bulk"), form | {"_save": ""}, follow=True)
    assert "29 records saved." in reply.content.decode()
    for each in contests:
        assert [row.term for row in each.themes.all()] == [youth]
        assert each.citations.count() == 1
        assert each.history.filter(history_user=rita.user).count() == 1
    assert there.history.filter(history_user=rita.user).count() == 0
    assert there.themes.count() == 1


@pytest.mark.parametrize("who", ["editor", "reviewer"])
def test_an_editor_s_change_of_what_is_public_is_a_proposal_and_of_a_draft_it_is_saved(who):
    person = Staff("anna", who)
    shown, draft = programme("shown"), programme("draft", state=State.DRAFT)
    preview, _told = sets(person, [shown, draft], verified_on="on")
    assert ("as a proposal" in preview) is (who == "editor")
    shown.refresh_from_db()
    draft.refresh_from_db()
    assert draft.verified_on == today()
    assert shown.verified_on == (None if who == "editor" else today())
    proposals = Proposal.objects.filter(public_id=shown.public_id)
    assert [each.author for each in proposals] == ([person.user] if who == "editor" else [])


def test_a_place_is_only_ever_made_coarser(rita):
    town, hidden = programme("town", precision="town"), programme("hid", precision="hidden")
    preview, _told = sets(rita, [town, hidden], precision="region")
    assert "What changes: 1" in preview
    town.refresh_from_db()
    hidden.refresh_from_db()
    assert (town.precision, hidden.precision) == ("region", "hidden")


def test_an_officer_sets_what_is_shown_and_no_text(ann):
    olga, talk = Staff("olga", "safety officer"), event("talk")
    form = fields(acts(olga, "set_field", [talk]).content.decode())
    assert {"precision", "chosen"} == form.keys() - {"csrfmiddlewaretoken"} - {
        name for name in form if name in ("next", "language", "username")
    }
    sets(olga, [talk], precision="country")
    talk.refresh_from_db()
    assert talk.precision == "country"
    olga.client.post(address(Event, "bulk"), form | {"status": "cancelled", "_save": ""})
    talk.refresh_from_db()
    assert talk.status != "cancelled"


def test_a_status_is_set_and_exactly_one_field_at_a_time(rita):
    talks = [event(f"talk-{n}") for n in range(2)]
    form = fields(acts(rita, "set_field", talks).content.decode())
    for wrong in ({}, {"status": "cancelled", "precision": "country"}):
        page = rita.client.post(address(Event, "bulk"), form | wrong | {"_save": ""})
        assert "Fill in only one of these" in page.content.decode()
    sets(rita, talks, status="cancelled")
    assert set(Event.objects.values_list("status", flat=True)) == {"cancelled"}


def test_what_was_changed_meanwhile_keeps_all_from_being_set_and_is_named(rita, ann):
    one, two = programme("one", name_en="One"), programme("two", name_en="The second")
    form = fields(acts(rita, "set_field", [one, two]).content.decode())
    Staff("olga", "reviewer").edits(two, website="https://example.org")
    before = versions([one, two])
    for step in ({}, {"_save": ""}):
        reply = rita.client.post(address(Programme, "bulk"), form | {"verified_on": "on"} | step)
        assert reply.status_code == 409
        assert "The second" in reply.content.decode()
    assert versions([one, two]) == before


def test_records_out_of_reach_are_neither_set_nor_named(ann):
    gone = programme("gone", name_en="Zubrmark", state=State.WITHDRAWN)
    one = programme("one")
    form = fields(acts(ann, "set_field", [one]).content.decode())
    form["chosen"] += f",{gone.pk}:{gone.version}"
    reply = ann.client.post(address(Programme, "bulk"), form | {"verified_on": "on", "_save": ""})
    assert reply.status_code == 409
    assert "Zubrmark" not in reply.content.decode()
    gone.refresh_from_db()
    assert gone.verified_on is None


# What the list showed


@pytest.fixture
def long_list(monkeypatch):
    monkeypatch.setattr(ListMixin, "list_per_page", 3)
    return [programme(f"contest-{n}", name_en=f"Contest {n}", state="review") for n in range(7)]


def test_select_all_acts_on_further_pages_as_they_were_when_the_list_was_made(rita, long_list):
    model = type(long_list[0])
    form = rita.form_of(model, "changelist")
    form |= {"action": "publish", "select_across": "1"}
    form["_selected_action"] = [key[5:] for key in form if key.startswith("seen-")]
    unseen = next(each for each in long_list if f"seen-{each.pk}" not in form)
    version = unseen.version
    Staff("olga", "editor").edits(unseen, summary_en="Something else.")
    reply = rita.client.post(address(model, "changelist"), form, follow=True).content.decode()
    assert f"{unseen} has changed since this list was made" in reply
    assert Programme.objects.filter(state="public").count() == 0
    form["seen"] = form["seen"].replace(f"{unseen.pk}:{version}", f"{unseen.pk}:{version + 1}")
    rita.client.post(address(model, "changelist"), form, follow=True)
    assert Programme.objects.filter(state="public").count() == 7


def test_select_all_of_a_list_that_says_no_versions_does_nothing(rita, long_list):
    form = {"action": "publish", "select_across": "1", "index": "0", "_selected_action": ["1"]}
    rita.client.post(address(Programme, "changelist"), form)
    assert Programme.objects.filter(state="public").count() == 0


def test_of_a_list_too_long_to_act_on_no_more_is_read_than_shows_it(rita, long_list, monkeypatch):
    monkeypatch.setattr(chosen, "ALL", 2)
    form = {"action": "back_to_draft", "select_across": "1", "_selected_action": ["1"]}
    with CaptureQueriesContext(connection) as statements:
        reply = rita.client.post(address(Programme, "changelist"), form, follow=True)
    assert "You can act on at most 2 at once" in reply.content.decode()
    columns = [each["sql"] for each in statements if '"summary_en"' in each["sql"]]
    assert columns
    assert all("LIMIT 3" in each for each in columns)


@pytest.mark.parametrize("action", ["publish", "set_field"])
def test_an_act_on_what_has_left_the_list_meanwhile_does_nothing(rita, action):
    one, two = (programme(f"c-{n}", state="review") for n in range(2))
    query = "?state__exact=review"
    form = fields(rita.client.get(address(Programme, "changelist") + query).content.decode())
    form |= {"action": action, "_selected_action": [one.pk, two.pk]}
    rita.acts("draft", two)
    reply = rita.client.post(address(Programme, "changelist") + query, form, follow=True)
    assert "Nothing was done." in reply.content.decode()
    assert Programme.objects.get(pk=one.pk).state == "review"


def test_a_list_of_several_pages_costs_the_same_whatever_its_length(rita, long_list):
    rita.reads(Programme, "changelist")  # what is kept from the first time on
    found = []
    for total in (7, 20):
        for number in range(Programme.objects.count(), total):
            programme(f"contest-{number}")
        with CaptureQueriesContext(connection) as statements:
            rita.reads(Programme, "changelist")
        found.append(len(statements))
    assert found[0] == found[1]
