"""The translation desk: what lacks a language or is newer in another, ten records and one Save."""

import re

import pytest
from django.contrib.admin import site
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from programmes.models import Programme
from registry.cards.models import Card, CardTerm
from registry.cards.proof import differences
from registry.records.models import LeftText, Proposal, Source, State
from registry.staff.attempt import FormAttempt
from registry.staff.filled import NOT_YOURS, untouched
from tests.support.factories import (
    belarus,
    event,
    figure,
    life_event,
    organisation,
    programme,
    source,
    term,
)
from tests.support.staff import Staff, fields
from tests.support.tables import ENTRIES
from tests.support.world import populate

pytestmark = [pytest.mark.once, pytest.mark.django_db]
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


def test_a_text_that_others_wrote_meanwhile_is_shown_before_it_is_written_over(rita):
    rob, contest = Staff("rob", "reviewer"), programme("contest", name_en="Contest")
    untouched = programme("calm", name_en="Calm")
    of_rita, of_rob = desk(rita), desk(rob)
    long = "Конкурс Роба, " + "вельмі доўгі " * 16
    assert types(rob, of_rob, {contest: long}).status_code == 302
    rob.edits(untouched, website="https://example.org")
    reply = types(rita, of_rita, {contest: "Конкурс Рыты", untouched: "Ціхі"})
    page = reply.content.decode()
    assert reply.status_code == 409
    seen = " ".join(re.sub(r"<[^>]*>", " ", page).split())
    assert f"Someone else changed this to “{long.strip()}”" in seen
    assert re.search("rob, [^“]+: [^“]+: “—” → “Конкурс Роба", seen)
    assert seen.count("Someone else changed this to") == 1
    contest.refresh_from_db()
    assert contest.name_be == long.strip()
    # Now it was seen: what is saved next was meant.
    assert types(rita, page, {}).status_code == 302
    contest.refresh_from_db()
    assert contest.name_be == "Конкурс Рыты"


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


def test_a_record_of_several_newer_texts_stands_on_one_page(rita):
    texts = {"name_en": "A", "name_be": "Б", "summary_en": "A.", "summary_be": "Б."}
    for number in range(11):
        contest = programme(f"contest-{number}", **texts)
        rita.edits(contest, name_en="C", summary_en="C.")
    pages = [desk(rita, show="older", texts="all", p=number) for number in (0, 1)]
    assert [page.count('name="version-') for page in pages] == [10, 1]
    assert [page.count('name="was-') for page in pages] == [20, 2]


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


def test_the_desk_shows_what_is_in_one_region(rita):
    places = belarus()
    here = programme("here", locations=[places["mstsislaw"]])
    other = programme("other", locations=[places["brest-region"]])
    region = places["mahilyow-region"]
    html = desk(rita)
    assert {region.slug, ""} <= set(re.findall(r'<option value="([^"]*)"', html))
    for show in ("missing", "older"):
        html = desk(rita, region=region.slug, show=show)
        assert field_of(here) in html
        assert field_of(other) not in html
        for each in (here, other):
            rita.edits(each, name_be="Назва")
            rita.edits(each, name_en=f"{each.name_en} anew")


def row_field(row, relation, name, language="be"):
    entry = row.record
    return f"text-{entry.card_type}-{language}-{entry.pk}-{relation}-{row.pk}-{name}"


WHOLE = {"name_en": "A", "name_be": "Б", "name_ru": "В"}


def test_texts_of_rows_are_translated_like_those_of_the_record(rita, ann):
    paper = source("paper", **WHOLE)
    ngo = organisation("zubr", **WHOLE, sources=[paper])
    founded = life_event(ngo, "founded", "2003", source=paper, text_en="By three teachers.")
    contest = programme("contest", **WHOLE, sources=[paper])
    people = figure(contest, "about 50", source=paper, label_en="school children")
    figure(contest, "7", source=paper)
    for person in (ann, rita):
        html = desk(person, kind="organisation", texts="all")
        assert "By three teachers." in html
        form = fields(html)
        form[row_field(founded, "life_events", "text")] = "Тры настаўнікі."
        query = "?language=be&kind=organisation&texts=all"
        assert person.client.post(DESK + query, form).status_code == 302
    founded.refresh_from_db()
    assert (founded.text_be, founded.date) == ("Тры настаўнікі.", "2003")
    (proposal,) = Proposal.objects.all()
    assert "Тры настаўнікі." in str(proposal.difference)
    assert "Nothing." in desk(rita, kind="organisation", texts="all")
    html = desk(rita, texts="all")
    key = row_field(people, "figures", "label")
    assert html.count('class="desk-row"') == 1
    assert (
        rita.client.post(
            f"{DESK}?texts=all&language=be&kind=programme", fields(html) | {key: "вучні"}
        ).status_code
        == 302
    )
    people.refresh_from_db()
    assert (people.label_be, people.printed) == ("вучні", "about 50")
    # Names are texts of the record alone.
    rita.edits(contest, name_be="")
    assert "figures-" not in desk(rita)


def test_a_row_that_is_gone_meanwhile_tells_what_was_typed(rita):
    paper = source("paper")
    contest = programme("contest", **WHOLE, sources=[paper])
    people = figure(contest, "about 50", source=paper, label_en="school children")
    form = fields(desk(rita, texts="all"))
    key = row_field(people, "figures", "label")
    rita.edits(contest, **{"figures-0-DELETE": "on"})
    query = f"{DESK}?texts=all&language=be&kind=programme"
    for version in (form[f"version-programme-{contest.pk}"], Programme.objects.get().version):
        typed = form | {key: "вучні", f"version-programme-{contest.pk}": version}
        assert "вучні" in rita.client.post(query, typed, follow=True).content.decode()


@pytest.mark.parametrize("show", ["missing", "older"])
def test_a_row_that_a_form_has_not_for_somebody_is_not_asked_of_them(rita, show):
    gone, paper = source("gone"), source("paper")
    contest = programme("contest", **WHOLE, sources=[paper])
    texts = {"label_en": "pupils"} | ({"label_be": "вучні"} if show == "older" else {})
    hidden, seen = (figure(contest, "50", source=each, **texts) for each in (gone, paper))
    if show == "older":
        rita.edits(contest, **{f"figures-{n}-label_en": "all pupils" for n in (0, 1)})
    keys = [row_field(row, "figures", "label") for row in (hidden, seen)]
    form = fields(desk(rita, texts="all", show=show))
    assert [key in form for key in keys] == [True, True]
    Source.objects.filter(pk=gone.pk).update(state=State.WITHDRAWN)
    olga = Staff("olga", "safety officer", "editor")
    for person, asked in ((rita, [False, True]), (olga, [True, True])):
        now = fields(desk(person, texts="all", show=show))
        assert [key in now for key in keys] == asked
    query = f"{DESK}?language=be&kind=programme&texts=all&show={show}"
    # What was typed on a page of before is given back, and nothing of the row is told.
    answer = rita.client.post(query, form | {keys[0]: "усе вучні"}, follow=True)
    assert f"{NOT_YOURS} усе вучні" in answer.content.decode()
    assert keys[0] not in fields(answer.content.decode())
    now = fields(desk(rita, texts="all", show=show))
    assert rita.client.post(query, now | {keys[1]: "усе вучні"}).status_code == 302
    seen.refresh_from_db()
    assert seen.label_be == "усе вучні"


def test_a_row_that_a_form_has_not_for_somebody_is_not_counted_for_them(rita):
    contest, paper = programme("contest", **WHOLE), source("paper")
    figure(contest, "50", source=paper, label_en="pupils")
    assert "Programmes (1)" in desk(rita, texts="all")
    paper.state = State.WITHDRAWN
    paper.save()
    assert "Programmes (0)" in desk(rita, texts="all")
    assert "Programmes (1)" in desk(Staff("olga", "safety officer", "editor"), texts="all")


def test_a_row_of_another_record_is_not_written(rita):
    paper = source("paper")
    contest, other = (programme(slug, **WHOLE, sources=[paper]) for slug in ("one", "two"))
    people = figure(other, "about 50", source=paper, label_en="school children")
    query = f"{DESK}?texts=all&language=be&kind=programme"
    sent = {
        f"text-programme-be-{contest.pk}-figures-{people.pk}-label": "вучні",
        f"version-programme-{contest.pk}": contest.version,
        f"fine-text-programme-be-{contest.pk}-figures-{people.pk}-label": "1",
    }
    rita.client.post(query, sent)
    people.refresh_from_db()
    assert people.label_be == ""
    assert not LeftText.objects.exists()


def test_what_is_fine_as_it_is_is_asked_again_when_the_text_changes(rita, ann):
    paper = source("paper", **WHOLE)
    contest = programme("contest", **WHOLE, sources=[paper])
    people = figure(contest, "50", source=paper, label_en="pupils", label_be="вучні", label_ru="у")
    rita.edits(contest, name_en="Anew", **{"figures-0-label_en": "all pupils"})
    asked = {"show": "older", "texts": "all"}
    query = f"{DESK}?show=older&texts=all&language=be&kind=programme"
    for key in (field_of(contest), row_field(people, "figures", "label")):
        html = desk(ann, **asked)
        seen = re.search(rf'name="fine-{key}" value="(\d+)"', html)[1]
        told = ann.client.post(query, fields(html) | {f"fine-{key}": seen}, follow=True)
        assert "1 text stays as it is." in told.content.decode()
        assert key not in desk(rita, **asked)
        # In the other language it was not looked at.
        assert key.replace("-be-", "-ru-") in desk(rita, language="ru", **asked)
    assert "Nothing." in desk(rita, **asked)
    contest.refresh_from_db()
    assert contest.name_be == "Б"
    rita.edits(contest, website="https://example.org")
    assert "Nothing." in desk(rita, **asked)
    rita.edits(contest, name_en="Once more")
    html = desk(rita, **asked)
    assert field_of(contest) in html
    assert row_field(people, "figures", "label") not in html
    # Nobody sets aside what has not happened yet.
    ann.client.post(query, fields(html) | {f"fine-{field_of(contest)}": "9" * 18})
    rita.edits(contest, name_en="And again")
    assert field_of(contest) in desk(rita, **asked)


def test_with_a_record_goes_what_was_said_of_its_texts(rita):
    contest = programme("contest", name_en="A", name_be="Б")
    rita.edits(contest, name_en="Anew")
    html = desk(rita, show="older")
    seen = re.search(r'name="(fine-[^"]*)" value="(\d+)"', html)
    rita.client.post(f"{DESK}?show=older&language=be&kind=programme", {seen[1]: seen[2]})
    assert LeftText.objects.count() == 1
    contest.delete()
    assert not LeftText.objects.exists()


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


def test_the_desk_costs_the_same_for_three_records_and_for_twelve(rita):
    found, paper = [], source("paper")
    for total in (3, 12):
        for number in range(Programme.objects.count(), total):
            each = programme(f"contest-{number}", summary_en="A text.", sources=[paper])
            figure(each, "50", source=paper, label_en="pupils", label_be="вучні")
            rita.edits(each, name_be="Б", **{"figures-0-label_en": "all pupils"})
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
