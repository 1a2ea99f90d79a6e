"""The public page as it would be, for staff alone, and nothing stays of it."""

import re

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.core.cache import caches

from organisations.models import Organisation
from programmes.models import Event, Programme
from registry.cards.declarations import declared
from registry.cards.models import Card, Counter
from registry.records.models import Proposal, State
from registry.values.texts import LANGUAGES
from registry.workflow.withdrawal import withdraw
from tests.support.doors import addresses, said
from tests.support.factories import edition, event, organisation, programme, role, source, term
from tests.support.staff import Staff, address, fields

pytestmark = [pytest.mark.once, pytest.mark.django_db]
BANNER = "Preview – not published"


@pytest.fixture
def ann():
    return Staff("ann", "editor")


@pytest.fixture
def contest():
    return programme("contest", name_en="Contest", summary_en="A contest for all of the region.")


def at(entry, language="en"):
    meta = entry._meta
    return f"/admin/{meta.app_label}/{meta.model_name}/{entry.pk}/preview/{language}/"


def previews(person, entry, language="en", **typed):
    return person.client.post(at(entry, language), {**person.form_of(entry), **typed})


def without_banner(html):
    """A page without what makes it a preview, and a public one without what a preview has not."""
    html = re.sub(r'<aside class="demo" lang.*?</aside>', "", html, flags=re.DOTALL)
    html = html.replace('<meta name="robots" content="noindex">', "")
    html = re.sub(r'<link rel="canonical".*?(?=</head>)', "", html, flags=re.DOTALL)
    html = re.sub(r'<nav id="this-page".*?</nav>', "", html, flags=re.DOTALL)
    html = re.sub(r'<nav class="languages".*?</nav>', "", html, flags=re.DOTALL)
    html = re.sub(
        r'<ul class="inline bare">\s*<li><a[^>]*>As JSON.*?</ul>', "", html, flags=re.DOTALL
    )
    return " ".join(re.sub(r">\s+<", "><", html).split())


def all_rows():
    return {
        model._meta.label: sorted(map(str, model._base_manager.values_list()))
        for model in apps.get_models()
        if model is not Session
    }


def test_a_draft_is_shown_as_its_public_page_will_be(ann, client):
    rita = Staff("rita", "reviewer")
    honey = organisation("honey", name_en="Honey")
    ann.edits(Programme, "add", name_en="Great contest", summary_en="For all.", slug="great")
    great = Programme.objects.get(slug="great")
    role(great, honey)
    shown = previews(ann, great)
    assert shown.status_code == 200
    assert BANNER in shown.content.decode()
    assert client.get("/en/programmes/great/").status_code == 404
    ann.acts("review", great)
    rita.acts("publish", great)
    page = client.get("/en/programmes/great/")
    assert page.status_code == 200
    assert "Honey" in page.content.decode()
    assert without_banner(shown.content.decode()) == without_banner(page.content.decode())


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_typed_is_shown_in_each_language_and_nothing_is_saved(ann, contest, language):
    form = ann.form_of(contest)
    before = all_rows()
    typed = {"name_en": "New name", "name_be": "Новая назва", "name_ru": "Новое имя"}
    shown = ann.client.post(at(contest, language), {**form, **typed})
    page = shown.content.decode()
    assert f"<h1>{typed[f'name_{language}']}</h1>" in page.replace("\n", "")
    assert f'<html lang="{language}"' in page
    assert shown.headers["Content-Language"] == language
    assert all_rows() == before
    # The same form in another language: it carries all that was typed.
    again = fields(page)
    assert {**typed, "seen_version": form["seen_version"]}.items() <= again.items()
    assert all(f'formaction="{at(contest, code)}"' in page for code in LANGUAGES)


def test_it_is_kept_nowhere_and_leads_to_nothing_that_is_not_there(ann):
    talk = event("talk", state=State.DRAFT, name_en="Talk", dates="2016-02-03")
    shown = ann.client.get(at(talk))
    page = shown.content.decode()
    assert "no-store" in shown.headers["Cache-Control"]
    assert "ETag" not in shown.headers
    assert shown.headers["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in page
    for word in (
        'rel="canonical"',
        'rel="alternate"',
        "og:url",
        "ld+json",
        "format=",
        "/api/v1/events",
    ):
        assert word not in page, word
    for link in re.findall(r'<a[^>]*href="(/[^"#?]*)', page):
        assert ann.client.get(link).status_code in (200, 302), link
    public = ann.client.get(event("show", name_en="Show", dates="2016-02-03").get_absolute_url())
    assert 'rel="canonical"' in public.content.decode()
    assert "noindex" not in public.content.decode()


def test_what_is_wrong_comes_back_in_the_form_which_saves_to_its_own_address(ann, contest):
    shown = previews(ann, contest, name_en="", website="https://new.example")
    page = shown.content.decode()
    assert "Give it a name in at least one language." in page
    assert fields(page)["website"] == "https://new.example"
    assert f'action="{address(contest, "change")}"' in page
    new = ann.client.post("/admin/programmes/programme/add/preview/en/", fields(page))
    assert f'action="{address(Programme, "add")}"' in new.content.decode()


def test_a_new_record_is_shown_before_it_is_saved(ann):
    form = ann.form_of(Event, "add") | {"name_en": "Talk of today", "slug": "talk"}
    shown = ann.client.post("/admin/programmes/event/add/preview/en/", form)
    assert "Talk of today" in shown.content.decode()
    assert BANNER in shown.content.decode()
    assert not Event.objects.exists()
    assert ann.sends(form, Event, "add").status_code == 302  # the form is not used up
    assert Event.objects.get().slug == "talk"


def test_what_readers_would_not_see_yet_is_said(ann):
    draft = programme("contest", name_en="Contest", state=State.DRAFT)
    sixth = edition("sixth", programme=draft, name_en="Sixth", state=State.DRAFT)
    role(sixth, organisation("honey", name_en="Honey", state=State.DRAFT), "funder")
    page = ann.client.get(at(sixth)).content.decode()
    assert "<h1>Sixth</h1>" in page.replace("\n", "")
    assert "Not shown until the programme “Contest” is public." in page
    assert "Not shown: it is draft." in page
    assert "The funder “Honey” is draft: its role is not shown yet." in page
    assert page.count("Honey") == 1


def test_what_belongs_to_something_withdrawn_has_no_page_and_that_is_said(ann):
    gone = programme("gone", name_en="Hidden Name", state=State.WITHDRAWN)
    sixth = edition("sixth", programme=gone, name_en="Sixth", state=State.DRAFT)
    answer = ann.client.get(at(sixth))
    assert answer.status_code == 409
    assert "Hidden Name" not in answer.content.decode()
    assert "what it belongs to is not public" in answer.content.decode()


def test_what_was_withdrawn_is_shown_on_no_page_whoever_asks(contest):
    olga, honey = Staff("olga", "safety officer"), organisation("honey", name_en="Honey")
    for entry in (contest, honey):
        assert f'formaction="{at(entry)}"' in olga.reads(entry)
        withdraw(entry, "safety")
        shown = olga.client.get(at(entry))
        assert shown.status_code == 409
        assert BANNER not in shown.content.decode()
        assert "/preview/" not in olga.reads(entry)


def test_each_person_previews_what_they_may_see(ann):
    gone = programme("gone", name_en="Hidden Name", state=State.WITHDRAWN)
    draft = programme("draft", name_en="Draft", state=State.DRAFT)
    olga = Staff("olga", "safety officer")
    assert ann.client.get(at(gone)).status_code == 404
    assert ann.client.post(at(gone), {"name_en": "x"}).status_code == 404
    assert "Hidden Name" in olga.client.get(at(gone)).content.decode()
    assert "Draft" in olga.client.get(at(draft)).content.decode()
    assert olga.client.post("/admin/programmes/programme/add/preview/en/").status_code == 403
    nobody = Staff("nobody")
    for door in (at(draft), "/admin/programmes/programme/add/preview/en/"):
        assert nobody.client.get(door).status_code in (403, 404)
        assert nobody.client.post(door).status_code in (403, 404)
    for answer in (ann.client.get(at(draft, "de")), ann.client.get(at(source()))):
        assert answer.status_code == 404


def test_a_proposal_is_shown_as_its_author_means_it(ann, contest):
    rita = Staff("rita", "reviewer")
    ann.edits(contest, summary_en="A contest for half of the region.")
    proposal = Proposal.objects.get()
    door = f"/admin/programmes/programme/{contest.pk}/proposals/{proposal.pk}/preview/en/"
    before = all_rows()
    page = rita.client.get(door).content.decode()
    assert "A contest for half of the region." in page
    assert BANNER in page
    assert all_rows() == before
    assert Staff("eva", "editor").client.get(door).status_code == 404
    amended = ann.client.post(door, ann.form_of(contest) | {"summary_en": "For a third."})
    assert "For a third." in amended.content.decode()


def test_the_glossary_shows_a_term_that_is_a_draft(ann):
    youth = term("youth", name_en="Youth", state=State.DRAFT)
    assert "Youth" in ann.client.get(at(youth)).content.decode()


def test_no_number_of_a_preview_is_kept_or_read(ann, client, contest):
    """What is made under a number that is taken back must not stand there once it is given out."""
    client.get("/en/")
    client.get("/en/places/")
    number = Counter.current().number
    held, remembered = dict(caches["kept"]._cache), Counter.remembered
    assert held  # something could have been mistaken
    ann.edits(Programme, "add", name_en="Great contest", slug="great")
    assert "Great" in ann.client.get(at(Programme.objects.get(slug="great"))).content.decode()
    place = declared["location"].model.objects.create(slug="minsk", name_en="Minsk", kind="country")
    assert "Minsk" in ann.client.get(at(place)).content.decode()
    assert dict(caches["kept"]._cache) == held
    assert Counter.remembered == remembered
    assert Counter.current().number == number
    # The next change has the number that the preview had: all that is said is of the change.
    programme("other", name_en="Other contest")
    assert Counter.current().number == number + 1
    home = client.get("/en/").content.decode()
    assert "Other contest" in home
    assert "Great contest" not in home
    assert Card.objects.of("programme").count() == 2


def test_no_door_says_what_was_only_previewed(ann, client, contest):
    form = ann.form_of(contest) | {"summary_en": "Zorkavitsa"}
    assert "Zorkavitsa" in ann.client.post(at(contest), form).content.decode()
    for door in addresses({kind: [] for kind in declared} | {"programme": ["contest"]}):
        assert "zorkavitsa" not in said(client.get(door)), door


def test_a_form_offers_it_and_a_popup_does_not(ann, contest):
    page = ann.reads(contest)
    assert f'formaction="{at(contest)}"' in page
    assert 'formtarget="_blank"' in page
    assert "/add/preview/en/" in ann.reads(Organisation, "add")
    assert "/preview/" not in ann.reads(Organisation, "add", _popup=1)
    assert "/preview/" not in ann.reads(source())
