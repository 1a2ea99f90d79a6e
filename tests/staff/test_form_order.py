"""The form of a record asks first what is needed, and says above itself what is wrong with it."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.test.utils import CaptureQueriesContext

from organisations.models import LifeEvent, Organisation
from programmes.models import Edition, Event, Initiative, Programme
from registry.records.models import Proposal, Source, State
from registry.workflow.withdrawal import withdraw
from tests.support.factories import (
    belarus,
    edition,
    event,
    initiative,
    organisation,
    programme,
    role,
    source,
    term,
)
from tests.support.staff import Staff, address, fields, words

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.fixture
def ann():
    return Staff("ann", "editor")


@pytest.fixture
def contest():
    return programme("contest", state="draft", name_en="Contest", summary_en="For all.")


def rows(relation, *typed, kept=0):
    found = {f"{relation}-TOTAL_FORMS": str(kept + len(typed))}
    for number, row in enumerate(typed, kept):
        found |= {f"{relation}-{number}-{name}": value for name, value in row.items()}
    return found


def faults(page):
    """[(id to which it leads, sentence)] of the links above a form."""
    above = page.partition('class="errornote faults"')[2].partition("</ul>")[0]
    return re.findall(r'<a href="#([^"]*)">([^<]*)</a>', above)


def sections(page):
    """The headings of the form in their order."""
    found = re.findall(r'<h2[^>]*class="(?:fieldset|inline)-heading">(.*?)</h2>', page, re.DOTALL)
    return [" ".join(each.split()) for each in found]


# What is wrong


def test_what_is_wrong_stands_above_the_form_as_links_to_its_fields(ann, contest):
    typed = rows("roles", {"role": "funder"}) | rows(
        "figures", {"printed": "about 50", "unit": "p"}
    )
    page = ann.edits(contest, dates="some day", website="nowhere", **typed).content.decode()
    found = dict(faults(page))
    assert set(found) == {
        *("id_dates", "id_website", "id_roles-0-organisation"),
        *("id_figures-0-measure", "id_figures-0-source"),
    }
    for at in found:
        assert page.count(f'id="{at}"') == 1, at
    assert found["id_dates"].startswith("When: ")
    assert found["id_roles-0-organisation"].startswith("Role 1, Organisation: ")
    assert "<title>Error: " in page
    assert page.index("faults") < page.index("id_name_en")


def test_what_is_wrong_with_a_row_as_a_whole_leads_to_the_row(ann):
    ngo = organisation("honey", state="draft")
    typed = rows("identifiers", {"scheme": "BY-EGR", "other_list": "KRS", "value": "1"})
    page = ann.edits(ngo, **typed).content.decode()
    assert faults(page)[0][0] == "identifiers-0"
    assert 'id="identifiers-0"' in page


def test_a_section_in_which_something_is_wrong_is_open(ann, contest):
    folded = r'aria-labelledby="figures-heading">\s*<details>'
    words = r'class="fieldset-heading">In words'
    page = ann.reads(contest)
    assert re.search(folded, page)
    assert re.search(rf"<summary>\s*<h2[^>]*{words}", page)
    page = ann.edits(contest, website="nowhere", **rows("figures", {"printed": "50"}))
    assert not re.search(folded, page.content.decode())
    assert not re.search(rf"<summary>\s*<h2[^>]*{words}", page.content.decode())
    assert re.search(r'aria-labelledby="themes-heading">\s*<details>', page.content.decode())


def test_other_pages_of_a_record_say_so_as_well():
    contest, sol = programme("contest"), Staff("sol", "safety officer")
    at = address(contest, "withdraw")
    assert "errornote" not in sol.client.get(at).content.decode()
    page = sol.client.post(at, {"reason": ""}).content.decode()
    assert [each for each, _sentence in faults(page)] == ["id_reason"]
    assert page.count('id="id_reason"') == 1
    Staff("ann", "editor").edits(contest, summary_en="For all.")
    at = address(contest, "change").replace("change/", f"proposals/{Proposal.objects.get().pk}/")
    rita = Staff("rita", "reviewer")
    sent = fields(rita.client.get(at).content.decode()) | {"_decide": "send-back", "answer": ""}
    page = rita.client.post(at, sent).content.decode()
    assert [each for each, _sentence in faults(page)] == ["id_answer"]


def test_a_form_that_nobody_sent_yet_says_of_nothing_that_it_is_wrong(ann, contest):
    for page in (ann.reads(contest), ann.reads(Programme, "add")):
        assert "errornote" not in page
        assert "<title>Error" not in page


# The order


def test_what_is_needed_comes_first_and_the_rest_folds_with_counts(ann):
    ngo = organisation("honey")
    contest = programme(
        *("contest",),
        state="draft",
        themes=[term("sport"), term("youth")],
        roles=[("organiser", ngo)],
        summary_en="For all.",
    )
    page = ann.reads(contest)
    names = sections(page)
    assert names[:4] == ["Places", "Roles", "Sources", "What may be shown"]
    # The address of its page is filled in as well.
    assert names[4:] == [
        *("In words (2)", "Formats (0)", "Approaches (0)", "Themes (2)", "Audiences (0)"),
        *("Figures (0)", "Other names (0)", "Remarks of the staff"),
    ]
    folded = [name for name in names if name.endswith(")")]
    assert page.count("<summary><h2") + len(re.findall(r"<summary>\s+<h2", page)) == len(folded)


def test_an_organisation_is_asked_first_when_it_was_founded_and_by_which_source(ann):
    paper = source("paper")
    form = ann.form_of(Organisation, "add")
    assert form["life_events-0-kind"] == "founded"
    assert sections(ann.reads(Organisation, "add"))[:2] == ["Life events", "Sources"]
    founded = {"life_events-0-date": "autumn 2013", "life_events-0-source": paper.pk}
    ann.sends(form, Organisation, "add", name_en="Honey", **founded)
    assert LifeEvent.objects.get().date == "2013-23"
    # Whoever knows nothing of it leaves it, and nothing is kept of it or proposed.
    form = ann.form_of(Organisation, "add")
    assert ann.sends(form, Organisation, "add", name_en="Bees").status_code == 302
    assert LifeEvent.objects.count() == 1
    told = Organisation.objects.get(name_en="Honey")
    assert "life_events-1-kind" not in ann.form_of(told)


def test_a_row_without_a_source_is_of_the_only_source_of_its_record(ann, contest):
    paper, other = source("paper"), source("other")
    typed = rows("figures", {"measure": "participants", "printed": "50", "unit": "people"})
    refused = ann.edits(contest, **typed).content.decode()
    assert "id_figures-0-source" in dict(faults(refused))
    assert "name that one under “Sources”" in words(refused)
    both = typed | rows("citations", {"source": paper.pk}, {"source": other.pk})
    assert "id_figures-0-source" in dict(faults(ann.edits(contest, **both).content.decode()))
    one = typed | rows("citations", {"source": paper.pk})
    assert ann.edits(contest, **one).status_code == 302
    assert contest.figures.get().source == paper
    # What somebody chose stays.
    more = rows(
        *("figures", {"measure": "winners", "printed": "3", "unit": "p", "source": other.pk}),
        kept=1,
    )
    assert ann.edits(contest, **more).status_code == 302
    assert {row.source for row in contest.figures.all()} == {paper, other}


def test_each_role_that_people_confuse_has_a_sentence(ann):
    page = ann.reads(Programme, "add")
    for word in ("Implementer: ", "Organiser: ", "Host: "):
        assert word in page


def test_whoever_adds_something_in_passing_is_asked_the_least(ann):
    form = ann.client.get(address(Organisation, "add"), {"_popup": "1"}).content.decode()
    asked = set(re.findall(r'<(?:input type="(?!hidden)|select|textarea)[^>]* ?name="(\w+)"', form))
    assert "inline-group" not in form
    names = {"name_en", "name_be", "name_ru", "kind", "seat", "parent"}
    found = set(re.findall(r'name="(\w+)"', form))
    assert names < found
    assert not found & {"summary_en", "website", "email", "precision", "redact"}
    assert re.search(r'type="hidden"[^>]*name="slug"', form)
    assert asked <= names | {"language", "_save"}
    reply = ann.client.post(address(Organisation, "add"), {"_popup": "1", "name_en": "Honey"})
    assert reply.status_code == 200
    ngo = Organisation.objects.get()
    assert (ngo.slug, ngo.state, ngo.precision) == ("honey", "draft", "town")


def test_a_source_that_is_added_in_passing_has_its_address(ann):
    assert 'name="url"' in ann.reads(Source, "add", _popup=1)


def test_another_like_this_keeps_what_the_next_one_shares(ann):
    places, ngo = belarus(), organisation("honey", name_en="Honey")
    gone = organisation("gone", name_en="Zubrmark")
    contest = programme(
        *("contest",),
        name_en="Contest",
        kind="contest",
        dates="2016",
        precision="country",
        roles=[("organiser", ngo), ("funder", gone)],
        locations=[places["mstsislaw"]],
        themes=[term("sport")],
        sources=[source("paper")],
    )
    withdraw(gone, "safety")
    page = ann.reads(contest)
    another = re.search(r'href="([^"]*\?like=\d+)"', page)[1]
    page = ann.client.get(another).content.decode()
    assert "Zubrmark" not in page
    form = fields(page)
    assert (form["kind"], form["precision"]) == ("contest", "country")
    assert (form["name_en"], form["dates"], form["slug"]) == ("", "", "")
    ann.sends(form, Programme, "add", name_en="The next", dates="2017")
    new = Programme.objects.get(name_en="The next")
    assert new.state == "draft"
    assert [(row.organisation, row.role) for row in new.roles.all()] == [(ngo, "organiser")]
    for relation in ("placements", "themes", "citations"):
        assert getattr(new, relation).count() == 1, relation


def test_what_is_shown_more_finely_than_usual_is_asked_for_anew(ann):
    contest = programme("contest", precision="exact")
    form = ann.client.get(address(Programme, "add"), {"like": contest.pk}).content.decode()
    assert re.search(r'value="town" selected', form)


@pytest.mark.parametrize("key", ["0", "x", "9" * 30, "-1"])
def test_a_new_form_like_nothing_is_an_empty_one(ann, key):
    reply = ann.client.get(address(Programme, "add"), {"like": key})
    assert reply.status_code == 200
    assert 'name="roles-TOTAL_FORMS" value="0"' in reply.content.decode()


def test_a_new_form_is_like_nothing_that_the_person_may_not_see(ann):
    gone = programme("gone", kind="contest", roles=[("organiser", organisation("honey"))])
    withdraw(gone, "safety")
    page = ann.client.get(address(Programme, "add"), {"like": gone.pk}).content.decode()
    assert 'name="roles-TOTAL_FORMS" value="0"' in page
    assert 'value="contest" selected' not in page


# What belongs to it


def test_a_programme_lists_what_belongs_to_it_and_adds_to_it(ann, contest):
    season = edition("season", programme=contest, name_en="Season")
    own = [
        season,
        event("day", programme=contest, name_en="Day", dates="2016-10-01"),
        event("night", edition=season, name_en="Night"),
        initiative("garden", edition=season, name_en="Garden"),
    ]
    event("elsewhere", name_en="Elsewhere")
    withdraw(event("gone", programme=contest, name_en="Zubrmark"), "safety")
    page = ann.reads(contest).partition('class="module belonging"')[2]
    for entry in own:
        assert f'href="{address(entry, "change")}">{entry.name}</a>' in page, entry
    assert "1 October 2016" in page
    assert "Events (2)" in page
    assert "Elsewhere" not in page
    assert "Zubrmark" not in page
    for model in (Edition, Event, Initiative):
        assert f'href="{address(model, "add")}?programme={contest.pk}"' in page


def test_what_has_no_year_comes_last_in_the_form_of_its_programme(ann, contest):
    for dates in ("XXXX-03-21", "2016", "", "2015"):
        event(f"on-{dates.lower()}", name_en=f"On {dates}", dates=dates, programme=contest)
    listed = re.findall(r">On ([^<]*)</a>", ann.reads(contest))
    assert listed[:2] == ["2016", "2015"]


def test_an_organisation_lists_what_refers_to_it(ann):
    ngo = organisation("honey", name_en="Honey", state="draft")
    role(programme("contest", name_en="Contest"), ngo)
    role(event("day", name_en="Day"), ngo)
    event("own", organisation=ngo, name_en="Own day")
    organisation("branch", parent=ngo, name_en="Branch")
    page = ann.reads(ngo).partition('class="module belonging"')[2]
    for name in ("Contest", "Day", "Own day", "Branch"):
        assert f">{name}</a>" in page
    assert "Events (2)" in page


def test_what_is_hidden_leads_to_nothing_that_belongs_to_a_record(ann):
    ngo, paper = organisation("honey", state="draft"), source("paper")
    role(programme("contest", name_en="Contest"), ngo, source=paper)
    assert ">Contest</a>" in ann.reads(ngo)
    Source.objects.filter(pk=paper.pk).update(state=State.WITHDRAWN)
    assert ">Contest</a>" not in ann.reads(ngo)
    whole = programme("whole", name_en="Whole")
    season = edition("season", programme=whole, name_en="Season")
    initiative("garden", edition=season, name_en="Garden", state="draft")
    assert ">Garden</a>" in ann.reads(whole)
    Edition.objects.filter(pk=season.pk).update(state=State.WITHDRAWN)
    assert ">Garden</a>" not in ann.reads(whole)


def test_all_that_belongs_to_a_record_is_one_question(ann, contest):
    ngo = organisation("honey", state="draft")
    few = []
    for total in (1, 12):
        for number in range(Event.objects.count(), total):
            season = edition(f"season-{number}", programme=contest)
            role(event(f"day-{number}", edition=season), ngo)
            initiative(f"garden-{number}", programme=contest)
        for entry in (contest, ngo):
            with CaptureQueriesContext(connection) as statements:
                ann.reads(entry)
            few.append(len(statements))
    assert few[:2] == few[2:]


# Several events


def several(contest):
    return f"/admin/programmes/{contest._meta.model_name}/{contest.pk}/events/"


def typed_events(*rows_, **more):
    found = {"language": "en"}
    for number, row in enumerate(rows_):
        found |= {f"form-{number}-{name}": value for name, value in row.items()}
    return found | more


@pytest.mark.parametrize("kind", ["programme", "edition"])
def test_several_events_are_added_on_one_page(ann, contest, kind):
    places = belarus()
    whole = contest if kind == "programme" else edition("season", programme=contest)
    assert f'href="{several(whole)}"' in ann.reads(whole)
    form = fields(ann.client.get(several(whole)).content.decode())
    typed = typed_events(
        {"name": "Final", "dates": "19.05.2018", "kind": "final", "place": places["mstsislaw"].pk},
        {"name": "Talk", "mode": "online", "dates": "21 March"},
        {"name": "Walk", "status": "cancelled", "dates": "2018"},
    )
    reply = ann.client.post(several(whole), form | typed)
    assert (reply.status_code, reply.headers["Location"]) == (302, address(whole, "change"))
    found = {each.name_en: each for each in Event.objects.all()}
    assert set(found) == {"Final", "Talk", "Walk"}
    assert {getattr(each, kind) for each in found.values()} == {whole}
    assert {each.state for each in found.values()} == {State.DRAFT}
    assert found["Final"].placements.get().location == places["mstsislaw"]
    assert found["Final"].dates == "2018-05-19"
    assert (found["Talk"].mode, found["Walk"].status) == ("online", "cancelled")
    assert found["Talk"].history.get().history_user == ann.user
    # Back and Save again adds nothing.
    assert ann.client.post(several(whole), form | typed).status_code == 302
    assert Event.objects.count() == 3


def test_lines_added_after_back_are_added_and_those_before_are_told(ann, contest):
    form = fields(ann.client.get(several(contest)).content.decode())
    before = [{"name": "One", "kind": "final"}, {"name": "Two", "dates": "2016"}]
    ann.client.post(several(contest), form | typed_events(*before))
    before[1]["dates"] = "May 2017"
    typed = typed_events(*before, {"name": "Three"})
    reply = ann.client.post(several(contest), form | typed, follow=True)
    said = " ".join(reply.content.decode().split())
    assert set(Event.objects.values_list("name_en", "dates")) == {
        ("One", ""),
        ("Two", "2016"),
        ("Three", ""),
    }
    assert "1 event was added." in said
    assert (
        "These were already added, so they were not added again: One, final; Two, May 2017." in said
    )
    # What is wrong in a new line keeps what was typed, beside those that are there.
    wrong = typed_events(*before, {"name": "Three"}, {"name": "Four", "dates": "some day"})
    page = ann.client.post(several(contest), form | wrong).content.decode()
    assert 'value="Four"' in page
    assert Event.objects.count() == 3


def test_of_several_events_all_are_added_or_none(ann, contest):
    form = fields(ann.client.get(several(contest)).content.decode())
    typed = typed_events({"name": "Final"}, {"dates": "2016"}, {"name": "X", "dates": "some day"})
    page = ann.client.post(several(contest), form | typed).content.decode()
    assert [at for at, _sentence in faults(page)] == ["id_form-1-name", "id_form-2-dates"]
    assert 'value="Final"' in page
    assert not Event.objects.exists()


def test_two_events_of_one_name_have_addresses_of_their_own(ann, contest):
    form = fields(ann.client.get(several(contest)).content.decode())
    ann.client.post(several(contest), form | typed_events({"name": "Day"}, {"name": "Day"}))
    assert len({each.slug for each in Event.objects.all()}) == 2


def test_nobody_adds_events_to_what_does_not_exist_for_them(ann, contest):
    withdraw(contest, "safety")
    assert ann.client.get(several(contest)).status_code == 404
    assert ann.client.post(several(contest), typed_events({"name": "Day"})).status_code == 404
    other = programme("other")
    ann.user.groups.clear()
    assert ann.client.get(several(other)).status_code in (302, 403, 404)
    assert not Event.objects.exists()


# The looks


def tokens(css, block):
    return dict(re.findall(r"--([\w-]+): ([^;]+);", re.search(block, css, re.DOTALL)[1]))


def test_the_admin_has_the_colours_and_the_type_of_the_public_site():
    public, staff = (
        Path(finders.find(name)).read_text(encoding="utf-8")
        for name in ("site.css", "admin-registry.css")
    )
    light = tokens(public, r":root \{(.*?)\n\}")
    dark = light | tokens(public, r"prefers-color-scheme: dark\) \{\s*:root \{(.*?)\}")
    ours = {
        "light": tokens(staff, r'html\[data-theme="light"\],\n:root \{(.*?)\}'),
        "auto": tokens(staff, r"prefers-color-scheme: dark\) \{\s*:root \{(.*?)\}"),
        "dark": tokens(staff, r'html\[data-theme="dark"\] \{(.*?)\}'),
    }
    assert len(ours["light"]) > 10
    assert ours["light"].items() <= light.items()
    assert ours["auto"] == ours["dark"]
    assert ours["dark"].items() <= dark.items()
    assert ours["dark"].keys() == ours["light"].keys()
    type_ = tokens(staff, r"html,\nhtml\[data-theme\] \{(.*?)\}")
    assert (type_["sans"], type_["serif"]) == (light["sans"], light["serif"])
