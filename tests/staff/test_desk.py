"""The translation desk: what lacks a language or is newer in another, ten records and one Save."""

import pytest
from django.contrib.admin import site
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programmes.models import Programme
from registry.cards.models import Card, CardTerm
from registry.cards.proof import differences
from registry.records.models import Proposal, State
from registry.staff.attempt import FormAttempt
from registry.staff.filled import untouched
from tests.support.factories import event, organisation, programme, source, term
from tests.support.staff import Staff, fields
from tests.support.tables import ENTRIES
from tests.support.world import populate

pytestmark = pytest.mark.django_db
DESK = reverse("admin:translate")
INTO_BE = {"language": "be", "kind": "programme", "texts": "names", "show": "missing"}


@pytest.fixture
def ann():
    return Staff("ann", "editor")


@pytest.fixture
def rita():
    return Staff("rita", "reviewer")


def desk(person, **asked):
    reply = person.client.get(DESK, INTO_BE | asked)
    assert reply.status_code == 200
    return reply.content.decode()


def field_of(entry, name="name", language="be"):
    return f"text-{entry.card_type}-{language}-{entry.pk}-{name}"


def types(person, html, typed, **asked):
    """Send the desk with these texts: {entry or (entry, name): text}."""
    form = fields(html)
    for of, text in typed.items():
        entry, name = of if isinstance(of, tuple) else (of, "name")
        key = field_of(entry, name, asked.get("language", "be"))
        assert key in form, "no such field on the desk"
        form[key] = text
    query = "&".join(f"{name}={value}" for name, value in (INTO_BE | asked).items())
    return person.client.post(f"{DESK}?{query}", form)


def test_who_may_publish_saves_ten_names_at_once_and_only_what_was_typed_is_written(rita):
    contests = [programme(f"contest-{n}", name_en=f"Contest {n}") for n in range(11)]
    there = programme("there", name_en="There", name_be="Тут")
    programme("draft", state=State.DRAFT, name_en="Secret draft")
    html = desk(rita)
    assert html.count('name="version-') == 10
    assert "Тут" not in html
    assert "Secret draft" not in html
    shown = [each for each in contests if field_of(each) in html]
    assert types(rita, html, {each: f"Конкурс {each.pk}" for each in shown[:9]}).status_code == 302
    for each in (*contests, there):
        versions = each.version
        each.refresh_from_db()
        written = each in shown[:9]
        assert each.name_be == (f"Конкурс {each.pk}" if written else "Тут" if each == there else "")
        assert (each.version > versions) is written
        assert each.history.filter(history_user=rita.user).count() == written
    card = Card.objects.of("programme").get(slug=shown[0].slug)
    assert f"Конкурс {shown[0].pk}" in card.body
    assert desk(rita).count('name="version-') == 2


def test_an_editor_s_texts_are_proposals_one_for_each_record_and_are_asked_no_more(ann, rita):
    contest = programme("contest", name_en="Contest", summary_en="Of all.", sources=[source()])
    other = programme("other", name_en="Other")
    html = desk(ann, texts="all")
    typed = {contest: "Конкурс", (contest, "summary"): "Пра ўсё."}
    assert types(ann, html, typed, texts="all").status_code == 302
    contest.refresh_from_db()
    assert contest.name_be == ""
    (proposal,) = Proposal.objects.all()
    assert [row["new"] for row in proposal.difference] == [
        {"name_be": "Конкурс", "summary_be": "Пра ўсё."}
    ]
    html = desk(ann, texts="all")
    assert field_of(contest) not in html
    assert field_of(other) in html
    assert field_of(contest) in desk(rita, texts="all")
    page = reverse("admin:programmes_programme_proposal", args=[contest.pk, proposal.pk])
    form = fields(rita.client.get(page).content.decode())
    assert rita.client.post(page, form | {"_decide": "accept"}).status_code == 302
    contest.refresh_from_db()
    assert (contest.name_be, contest.summary_be) == ("Конкурс", "Пра ўсё.")
    assert contest.citations.count() == 1


def test_a_stale_row_says_so_and_keeps_what_was_typed_and_the_others_are_saved(rita, ann):
    stale, fresh = programme("stale", name_en="Stale"), programme("fresh", name_en="Fresh")
    html = desk(rita)
    Staff("olga", "reviewer").edits(stale, website="https://example.org")
    reply = types(rita, html, {stale: "Стары", fresh: "Новы"})
    page = reply.content.decode()
    assert reply.status_code == 409
    assert "changed since" in page
    assert fields(page)[field_of(stale)] == "Стары"
    stale.refresh_from_db()
    fresh.refresh_from_db()
    assert (stale.name_be, fresh.name_be) == ("", "Новы")
    # The page that came back is of the record as it is now.
    assert types(rita, page, {}).status_code == 302
    stale.refresh_from_db()
    assert (stale.name_be, stale.website) == ("Стары", "https://example.org")


def test_what_is_refused_says_why_and_keeps_what_was_typed(rita):
    contest = programme("contest", name_en="Contest", summary_en="Of all.")
    texts = {(contest, "summary"): "Пішыце petra@example.org"}
    reply = types(rita, desk(rita, texts="all"), texts, texts="all")
    page = reply.content.decode()
    assert reply.status_code == 409
    assert "Another person must look at this" in page
    assert fields(page)[field_of(contest, "summary")] == "Пішыце petra@example.org"
    contest.refresh_from_db()
    assert contest.summary_be == ""


def test_what_is_newer_in_another_language_is_found_until_it_is_brought_up_to_date(rita):
    contest = programme("contest", name_en="Contest", name_be="Конкурс")
    programme("calm", name_en="Calm", name_be="Ціхі", summary_en="A.")
    assert "Nothing." in desk(rita, show="older")
    rita.edits(contest, name_en="The great contest")
    html = desk(rita, show="older")
    assert fields(html)[field_of(contest)] == "Конкурс"
    assert "The great contest" in html
    assert "Ціхі" not in html
    # The English text is the newer one: it lacks nothing.
    assert "Nothing." in desk(rita, show="older", language="en")
    assert types(rita, html, {}, show="older").status_code == 302
    contest.refresh_from_db()
    assert contest.name_be == "Конкурс"
    assert types(rita, html, {contest: "Вялікі конкурс"}, show="older").status_code == 302
    contest.refresh_from_db()
    assert contest.name_be == "Вялікі конкурс"
    assert "Nothing." in desk(rita, show="older")


def test_the_desk_shows_what_is_about_one_theme(rita):
    youth = term("youth", name_en="Youth")
    about, other = programme("about", themes=[youth]), programme("other")
    for show in ("missing", "older"):
        html = desk(rita, theme="youth", show=show)
        assert field_of(about) in html
        assert field_of(other) not in html
        for each in (about, other):
            rita.edits(each, name_be="Назва")
            rita.edits(each, name_en=f"{each.name_en} anew")


def test_the_desk_is_for_those_who_write(client):
    programme("contest", name_en="Contest")
    assert Staff("olga", "safety officer").client.get(DESK).status_code == 403
    assert client.get(DESK).status_code == 302


def test_forged_fields_write_nothing_but_texts_of_the_kind_that_is_shown(ann, rita):
    contest = programme("contest", name_en="Contest")
    draft = programme("draft", state=State.DRAFT, name_en="Draft")
    gone = organisation("gone", name_en="Gone", state=State.WITHDRAWN)
    form = fields(desk(rita))
    forged = {
        field_of(contest, "slug"): "other",
        field_of(contest, "website"): "https://example.org",
        field_of(contest, "name", "en"): "Of another desk",
        f"text-programme-be-{contest.pk + 999}-name": "Нічога",
    }
    assert rita.client.post(f"{DESK}?language=be&kind=programme", form | forged).status_code == 302
    html = fields(desk(rita)) | {
        field_of(gone): "x",
        f"version-organisation-{gone.pk}": gone.version,
    }
    rita.client.post(f"{DESK}?language=be&kind=organisation", html)
    for each in (contest, draft, gone):
        before = each.version
        each.refresh_from_db()
        assert each.version == before


def test_the_desk_costs_the_same_for_three_records_and_for_thirty(rita):
    found = []
    for total in (3, 30):
        for number in range(Programme.objects.count(), total):
            programme(f"contest-{number}", summary_en="A text.")
        for show in ("missing", "older"):
            desk(rita, texts="all", show=show)
            with CaptureQueriesContext(connection) as statements:
                desk(rita, texts="all", show=show)
            found.append(len(statements))
    assert found[:2] == found[2:]


def test_cards_say_what_they_lack_and_are_the_same_made_anew():
    contest = programme("contest", name_en="Contest", name_ru="Конкурс", summary_ru="О нём.")
    terms = CardTerm.objects.filter(group="lacks")
    own = terms.filter(card__public_id=contest.public_id).values_list("value", flat=True)
    assert set(own) == {"be", "name-be", "en", "date", "place", "source", "theme"}
    full = programme(
        "full", name_en="A", name_be="Б", name_ru="В", dates="2016", sources=[source()]
    )
    full.themes.create(term=term(name_en="T", name_be="Т", name_ru="Т"))
    assert set(terms.filter(card__public_id=full.public_id).values_list("value", flat=True)) == {
        "place"
    }
    online = event("online", mode="online", name_en="A", name_be="Б", name_ru="В", dates="2016")
    own = terms.filter(card__public_id=online.public_id).values_list("value", flat=True)
    assert set(own) == {"source", "theme"}
    assert list(differences()) == []


def test_an_untouched_form_of_any_record_changes_nothing(rf, rita):
    populate()
    request = rf.get("/")
    request.user, asked = rita.user, 0
    for model in ENTRIES:
        page = site.get_model_admin(model)
        for entry in model.objects.filter(state=State.PUBLIC)[:5]:
            seen = QueryDict(mutable=True)
            seen["seen_version"] = str(entry.version)
            typed = untouched(page._forms(request, entry), seen)
            forms = page._forms(request, entry, FormAttempt(typed, entry=entry))
            assert forms.are_valid(), forms.faults()
            assert not forms.are_changed(), (entry, forms.form.changed_data)
            asked += 1
    assert asked > 10
