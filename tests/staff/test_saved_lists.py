"""Lists under names: what is kept of an address, who finds them, and what they count."""

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from organisations.models import Organisation
from programmes.models import Event, Programme
from registry.records.models import SavedList, State
from registry.reports.models import Report
from registry.staff import saved_lists
from registry.workflow.withdrawal import withdraw
from tests.support.factories import organisation, programme
from tests.support.staff import Staff, address, fields

pytestmark = pytest.mark.django_db
LISTS = reverse("admin:saved_lists")
PROGRAMMES = "programmes.Programme"


@pytest.fixture
def ann():
    return Staff("ann", "editor")


@pytest.fixture
def rita():
    return Staff("rita", "reviewer")


def keeps(person, model, asked, **typed):
    """Opens the list with these parameters and fills in the form above it."""
    page = person.client.get(f"{address(model, 'changelist')}?{asked}").content.decode()
    sent = fields(page.split('class="save-list"')[1].split("</details>")[0])
    return person.client.post(LISTS, sent | {"name": "Mine"} | typed)


def above(person, model=Programme, asked=""):
    """What stands above the list: {name: whose it is, if not one's own}"""
    page = person.client.get(f"{address(model, 'changelist')}?{asked}").content.decode()
    html = page.partition('class="saved-lists"')[2].partition("</ul>")[0]
    rows = [row.split("</li>")[0] for row in html.split("<li>")[1:]]
    return {
        row.split("</a>")[0].split(">")[-1]: row.partition('quiet">')[2].split("<")[0]
        for row in rows
        if LISTS not in row
    }


def on_start(person):
    html = person.client.get(reverse("admin:index")).content.decode()
    return html.partition(f'<a href="{LISTS}">')[2].partition("</div>")[0]


def test_a_list_is_kept_with_its_filters_and_words_and_found_again_with_its_number(ann):
    for number in range(3):
        programme(f"honey-{number}", name_en=f"Honey {number}", state=State.DRAFT)
    programme("public-honey", name_en="Honey of all")
    programme("other", name_en="Other", state=State.DRAFT)
    reply = keeps(ann, Programme, "q=honey&state__exact=draft&o=-1", name="My honey")
    kept = SavedList.objects.get()
    assert QueryDict(kept.asked) == QueryDict("q=honey&state__exact=draft&o=-1")
    assert reply.url == f"{address(Programme, 'changelist')}?{kept.asked}"
    assert above(ann) == {"My honey": ""}
    assert above(ann, Event) == {}
    assert "My honey 3</a>" in on_start(ann)
    page = ann.client.get(reply.url).content.decode()
    assert 'aria-current="page">My honey</a>' in page
    assert 'class="save-list"' not in page  # it is kept already
    assert page.count("Honey") == ann.client.get(reply.url).content.decode().count("Honey")
    # Under the same name another list takes its place.
    keeps(ann, Programme, "state__exact=draft", name="My honey")
    assert "My honey 4</a>" in on_start(ann)


def test_what_is_no_parameter_of_the_list_is_not_kept(ann):
    page = "p=3&all=1&_popup=1&_to_field=slug&e=1&utm=x&name_en__startswith=a&_facets=True"
    sent = {"kind": PROGRAMMES, "name": "Mine", "asked": f"{page}&q=a&state__exact=draft"}
    ann.client.post(LISTS, sent)
    assert SavedList.objects.get().asked == "q=a&state__exact=draft"


@pytest.mark.once
@pytest.mark.parametrize(
    "sent",
    [
        {"asked": "name_en__startswith=a"},  # no filter
        {"asked": ""},
        {"asked": "todo=asked"},  # what officers alone may ask
        {"asked": "todo=nonsense"},
        {"asked": "state__isnull=nonsense"},
        {"asked": "q=%00"},
        {"asked": "q=" + "a" * 1500},
        {"name": " "},
        {"name": "a" * 81},
        {"name": "a\0"},
        {"kind": "reports.Nothing"},
        {"kind": "auth.User"},  # which this person does not see
        {"kind": ""},
    ],
)
def test_what_the_person_may_not_ask_is_not_kept(ann, sent):
    whole = {"kind": PROGRAMMES, "name": "Mine", "asked": "q=a"}
    reply = ann.client.post(LISTS, whole | sent)
    assert reply.status_code in (302, 404)
    assert not SavedList.objects.exists()
    assert ann.client.post(LISTS, whole).status_code == 302
    assert SavedList.objects.count() == 1


@pytest.mark.once
def test_a_shared_list_counts_by_the_rights_of_who_reads_it(ann, rita):
    olga = Staff("olga", "safety officer")
    programme("draft", state=State.DRAFT)
    for slug in ("gone", "gone-too"):
        withdraw(programme(slug), "mistake")
    keeps(olga, Programme, "state__exact=withdrawn", name="Withdrawn", is_shared="on")
    keeps(olga, Programme, "todo=asked", name="Asked", is_shared="on")
    keeps(olga, Programme, "state__exact=draft", name="Her own")
    keeps(olga, Report, "kind__exact=mistake", name="Mistakes", is_shared="on")
    assert above(olga).keys() == {"Withdrawn", "Asked", "Her own"}
    start = on_start(olga)
    assert all(f"{each}</a>" in start for each in ("Withdrawn 2", "Asked 0", "Her own 1"))
    assert above(ann) == {"Withdrawn": "olga"}
    assert "Her own" not in on_start(ann)
    assert "Asked" not in on_start(ann)
    assert "Withdrawn 0</a>" in on_start(ann)
    boss = Staff("boss", "administrator")
    assert "Mistakes 0</a>" in on_start(boss)
    nobody = Staff("guest")
    assert "Mistakes" not in on_start(nobody)
    assert "Withdrawn" not in on_start(nobody)


def test_no_shared_list_says_the_name_of_what_was_withdrawn(ann):
    olga = Staff("olga", "safety officer")
    gone = organisation("gone", name_en="Goneword Makers")
    keeps(olga, Organisation, "q=goneword+makers", name="Search", is_shared="on")
    keeps(olga, Organisation, "state__exact=public", name="Goneword Makers", is_shared="on")
    keeps(olga, Organisation, "q=makers", name="Makers", is_shared="on")
    assert above(ann, Organisation).keys() == {"Search", "Goneword Makers", "Makers"}
    withdraw(gone, "safety")
    assert above(ann, Organisation).keys() == {"Makers"}
    assert "oneword" not in on_start(ann)
    assert above(olga, Organisation).keys() == {"Search", "Goneword Makers", "Makers"}


def test_one_s_own_are_renamed_shared_and_deleted_and_those_of_others_are_not(ann, rita):
    for name in ("Mine", "Second"):
        keeps(ann, Programme, f"q={name}", name=name)
    mine, second = SavedList.objects.order_by("name")
    at = reverse("admin:saved_list", args=[mine.pk])
    page = ann.client.get(LISTS).content.decode()
    assert f'action="{at}"' in page
    assert above(rita) == {}
    ann.client.post(at, {"name": "Better", "is_shared": "on"})
    assert above(ann).keys() == {"Better", "Second"}
    assert above(rita) == {"Better": "ann"}
    told = ann.client.post(at, {"name": "Second"}, follow=True).content.decode()
    assert "Another of your lists has this name" in told
    for sent in ({"name": "Stolen"}, {"_delete": ""}):
        assert rita.client.post(at, sent).status_code == 404
    assert at not in rita.client.get(LISTS).content.decode()
    assert set(SavedList.objects.values_list("name", flat=True)) == {"Better", "Second"}
    assert ann.client.get(at).status_code == 405
    ann.client.post(at, {"_delete": ""})
    assert SavedList.objects.get() == second


def test_a_kept_list_that_the_list_does_not_answer_any_more_says_so_and_is_deleted(ann):
    row = SavedList.objects.create(
        owner=ann.user, kind=PROGRAMMES, name="Old", asked="former__exact=1", is_shared=True
    )
    assert "no longer has these filters" in ann.client.get(LISTS).content.decode()
    assert above(ann) == {"Old": ""}
    assert above(Staff("rita", "reviewer")) == {}
    ann.client.post(reverse("admin:saved_list", args=[row.pk]), {"_delete": ""})
    assert not SavedList.objects.exists()


def test_a_kept_list_counts_no_further_than_lists_do(ann, monkeypatch):
    from registry.staff import lists

    monkeypatch.setattr(lists, "MOST", 2)
    monkeypatch.setattr(saved_lists, "COUNTED", 2)
    for number in range(5):
        programme(f"draft-{number}", state=State.DRAFT)
    keeps(ann, Programme, "state__exact=draft")
    with CaptureQueriesContext(connection) as statements:
        assert "Mine 2+</a>" in on_start(ann)
    (count,) = counts(statements)
    assert "LIMIT 3" in count


def counts(statements):
    rows = (each["sql"] for each in statements)
    return [sql for sql in rows if "programmes_programme" in sql and "COUNT(" in sql]


def test_the_page_of_a_list_counts_no_other_that_is_kept_of_it(ann):
    for number in range(3):
        keeps(ann, Programme, f"q={number}", name=f"List {number}")
    with CaptureQueriesContext(connection) as statements:
        assert len(above(ann)) == 3
    assert not counts(statements)  # of its own the rows of its page tell how many there are


def test_nobody_keeps_more_than_can_be_counted_for_a_page(ann, monkeypatch):
    monkeypatch.setattr(saved_lists, "MOST", 2)
    for number in range(3):
        keeps(ann, Programme, f"q={number}", name=f"List {number}")
    assert above(ann).keys() == {"List 0", "List 1"}
    keeps(ann, Programme, "state__exact=review", name="List 1")
    assert SavedList.objects.get(name="List 1").asked == "state__exact=review"


@pytest.mark.once
def test_lists_that_are_no_records_are_kept_too(client):
    boss = Staff("boss", "administrator")
    for model, asked in ((Report, "state__exact=new"), (type(boss.user), "is_active__exact=1")):
        keeps(boss, model, asked)
        assert above(boss, model).keys() == {"Mine"}
    assert client.get(LISTS).status_code == 302


def test_with_an_account_go_its_lists(ann):
    keeps(ann, Programme, "state__exact=draft", is_shared="on")
    ann.user.delete()
    assert not SavedList.objects.exists()
