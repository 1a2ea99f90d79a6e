"""What was restricted stays so: by no file, no rename and no detour does it come back."""

import re
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from organisations.models import Organisation
from programmes.models import Programme
from registry.cards.models import Card
from registry.cards.proof import differences
from registry.records.models import State
from registry.workflow.acts import ACTS, Refused
from registry.workflow.embargoes import lift
from registry.workflow.erased_words import ErasedWords
from registry.workflow.erasure import erase_words
from registry.workflow.merging import merge
from registry.workflow.scan import WITHDRAWN, scan, scans, withdrawn_names
from registry.workflow.withdrawal import Reason, withdraw
from tests.support.factories import (
    belarus,
    edition,
    event,
    organisation,
    programme,
    role,
    source,
    term,
)
from tests.support.staff import Staff, address, fields

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return Staff("boss", "administrator", "safety officer")


@pytest.fixture
def reviewer():
    return Staff("rita", "reviewer")


def status(slug, collection="programmes"):
    return Client().get(f"/en/{collection}/{slug}/").status_code


def state(entry):
    entry.refresh_from_db()
    return entry.state


def saved_again(entry, folder):
    """Its fixture of now, to be loaded later."""
    file = folder / "one.json"
    label = entry._meta.label_lower
    call_command("dumpdata", label, natural_primary=True, natural_foreign=True, output=str(file))
    return str(file)


def test_a_fixture_publishes_nothing_and_shows_nothing_finer_or_sooner(tmp_path):
    contest = programme("contest", name_en="Contest", precision="town")
    file = saved_again(contest, tmp_path)
    later = timezone.now() + timezone.timedelta(days=3)
    Programme.objects.update(state="review", precision="hidden", embargo_until=later, name_en="x")
    call_command("loaddata", file, verbosity=0)
    contest.refresh_from_db()
    assert contest.name_en == "Contest"
    assert (contest.state, contest.precision) == ("review", "hidden")
    assert contest.embargo_until == later


def test_a_name_is_found_in_its_cases_in_addresses_and_in_what_waits(reviewer):
    path = organisation("trail", name_ru="Зелёная Тропа", name_en="Green Trail")
    contest = programme("contest", name_ru="Конкурс Зелёной Тропы", name_en="A contest")
    named = event("final-of-green-trail", name_en="Final")
    waiting = programme("waiting", name_en="Of the Green Trail", embargo_until=timezone.now())
    hidden = programme("hidden", state="review", name_en="Hidden")
    part = edition("part", programme=hidden, name_en="First", summary_en="With the Green Trail")
    report = withdraw(path, Reason.SAFETY)
    assert set(report.sent_back) == {contest, named, waiting, part}
    assert not Card.objects.filter(body__contains="Trail").exists()
    lift()
    ACTS["publish"].perform(hidden, reviewer.user)
    assert not Card.objects.filter(body__contains="Trail").exists()


def test_a_number_in_a_name_has_no_cases():
    own, other = organisation(name_en="School 10001"), organisation(name_en="School 10002")
    inside = programme(name_en="A day at School 10001")
    assert set(withdraw(own, Reason.SAFETY).sent_back) == {inside}
    assert state(other) == "public"


def test_nothing_is_published_that_names_what_was_withdrawn(reviewer):
    withdraw(organisation("trail", name_en="Green Trail"), Reason.SAFETY)
    draft = programme("draft", state="review", name_en="Friends of the Green Trail")
    with pytest.raises(Refused) as refused:
        ACTS["publish"].perform(draft, reviewer.user)
    assert [hit.text for hit in refused.value.hits] == ["Green Trail"]
    assert state(draft) == "review"


def called(club, *names):
    """It is public under each of these names, one after the other."""
    for name in names:
        club.name_en, club.state = name, State.PUBLIC
        club.save()


def test_a_former_name_is_looked_for_and_kept_out_like_that_of_today(reviewer):
    club = organisation("club", state="draft", name_en="A name that nobody saw")
    called(club, "Lantern Circle")
    club.other_names.create(name="Old Mill").delete()
    called(club, "Harbour")
    saying = {
        name: programme(f"p{number}", name_en=f"With {name}")
        for number, name in enumerate(("Lantern Circle", "Old Mill", "Harbour"))
    }
    free = programme("free", name_en="With a name that nobody saw")
    assert set(withdraw(club, Reason.SAFETY).sent_back) == set(saying.values())
    assert state(free) == "public"
    for name, contest in saying.items():
        with pytest.raises(Refused) as refused:
            ACTS["publish"].perform(contest, reviewer.user)
        assert [(hit.text, hit.name) for hit in refused.value.hits] == [(name, "Harbour")]


def test_a_name_that_nobody_saw_is_kept_out_of_nothing():
    club = organisation("club", state="draft", name_en="Harbour")
    club.other_names.create(name="Old Mill").delete()
    club.embargo_until = timezone.now() + timedelta(days=10)
    called(club, "Lantern Circle", "Harbour")
    club.embargo_until = None
    called(club, "Harbour")
    free = {
        programme(f"p{name[:3]}", name_en=f"With {name}") for name in ("Old Mill", "Lantern Circle")
    }
    assert not set(withdraw(club, Reason.SAFETY).sent_back) & free
    assert withdrawn_names() == {(WITHDRAWN, "Harbour"): [("harbour",)]}


def test_the_former_names_of_what_was_merged_are_those_of_the_one_record():
    twins = [organisation(f"twin-{n}", state="draft", name_en=f"twin-{n}") for n in range(4)]
    names = ("Lantern Circle", "Harbour Union"), ("Sickle Society", "Mill Union")
    names += ("Cherry Guild", "Maple Guild"), ("Right Hand",)
    for twin, each in zip(twins, names, strict=True):
        called(twin, *each)
    for loser, survivor in pairwise(twins):
        merge(survivor, loser)
    saying = {
        programme(f"p{number}", name_en=f"With {name}")
        for number, name in enumerate(name for each in names for name in each)
    }
    assert set(withdraw(twins[-1], Reason.SAFETY).sent_back) == saying
    assert all(hits for hits in scans(saying).values())


def test_what_an_erasure_has_left_of_a_name_is_looked_for_nowhere(settings, tmp_path):
    settings.LEDGER = str(tmp_path / "ledger")
    club = organisation("club", state="draft", name_en="x")
    called(club, "Zqvalova Fund")
    erase_words(ErasedWords.of("Zqvalova"))
    called(club, "Hope Circle")
    free = programme("free", name_en="Small grants: a fund of Minsk")
    withdraw(club, Reason.SAFETY)
    assert state(free) == "public"


def test_who_accepted_one_name_of_what_was_withdrawn_has_accepted_no_other(reviewer):
    club = organisation("club", state="draft", name_en="x")
    called(club, "Lantern", "Harbour Union")
    withdraw(club, Reason.SAFETY)
    contest = programme("contest", name_en="A lantern festival")  # as a second person let it be
    assert reviewer.edits(contest, summary_en="More lanterns.").status_code == 302
    page = reviewer.edits(contest, summary_en="Made with Harbour Union.")
    assert 'name="override"' in page.content.decode()


def test_what_only_the_withdrawn_run_is_not_published(reviewer):
    alone, other = organisation("alone"), organisation("other")
    contest = programme("contest", state="review", roles=[("organiser", alone), ("funder", other)])
    shared = programme("shared", state="review", roles=[("organiser", alone), ("host", other)])
    withdraw(alone, Reason.SAFETY)
    with pytest.raises(Refused, match="withdrawn"):
        ACTS["publish"].perform(contest, reviewer.user)
    ACTS["publish"].perform(shared, reviewer.user)
    assert (state(contest), state(shared)) == ("review", "public")


def test_what_is_withdrawn_or_erased_is_not_withdrawn_again():
    ngo = organisation("trail", state=State.ERASED)
    with pytest.raises(CommandError, match="already"):
        call_command("withdraw", "organisation", "trail", reason="safety")
    assert state(ngo) == "erased"


def test_what_falls_keeps_what_it_was_before():
    ngo = organisation("trail")
    contest = programme("contest", name_en="Before", roles=[("organiser", ngo)])
    Programme.history.all().delete()
    withdraw(ngo, Reason.SAFETY)
    assert list(contest.history.values_list("state", flat=True)) == ["withdrawn", "public"]


def test_a_detour_through_review_shows_no_finer_place(reviewer):
    places = belarus()
    shy = organisation("shy", precision="region")
    final = event("final", locations=[places["mstsislaw"]], roles=[("organiser", shy)])
    reviewer.acts("hide", final)
    form = reviewer.form_of(final)
    row = next(name for name in form if name.startswith("roles-0") and name.endswith("-id"))
    reviewer.sends(form, final, **{row.replace("-id", "-DELETE"): "on"})
    assert not final.roles.exists()
    page = reviewer.acts("publish", final)
    assert "a safety officer decides on that: Final (Mstsislaw)" in page.content.decode()
    assert (state(final), status("final", "events")) == ("review", 404)


def test_a_draft_that_nobody_saw_may_change_who_runs_it(reviewer):
    shy = organisation("shy", precision="region")
    final = event("final", state="draft", roles=[("organiser", shy)])
    form = reviewer.form_of(final)
    row = next(name for name in form if name.startswith("roles-0") and name.endswith("-id"))
    reviewer.sends(form, final, **{row.replace("-id", "-DELETE"): "on"})
    assert not final.roles.exists()


def test_an_address_that_names_a_finer_place_is_a_hit():
    place = belarus()["mstsislaw"]
    forum = event("mstsislaw-forum", name_en="Forum", precision="region", locations=[place])
    assert ("slug", "Mstsislaw") in {(hit.field, hit.text) for hit in scan(forum)}


def test_who_shows_an_organisation_more_coarsely_is_told_whose_texts_are_finer(boss):
    place, ngo = belarus()["mstsislaw"], organisation("trail")
    forum = {"name_en": "Forum of towns", "summary_en": "In Mstsislaw", "locations": [place]}
    event("forum", roles=[("organiser", ngo)], **forum)
    boss.edits(ngo, precision="country")
    page = boss.reads(ngo)
    assert "still name a finer place" in page
    assert "Forum of towns" in page
    assert "messages" not in boss.client.cookies  # the names stay on the server


def test_a_redacted_address_of_what_is_in_review_says_nothing_more():
    contest = programme("secret-name")
    contest.state = "review"
    contest.save()
    contest.slug, contest.slug_redacted = "contest", True
    contest.save()
    withdraw(contest, Reason.SAFETY)
    assert status("secret-name") == 404


def test_an_address_that_was_public_leads_on_though_it_changed_in_review():
    contest = programme("old")
    for values in ({"state": "review"}, {"slug": "between"}, {"slug": "new"}):
        for name, value in values.items():
            setattr(contest, name, value)
        contest.save()
    assert status("old") == status("between") == 404
    contest.state = "public"
    contest.save()
    assert Client().get("/en/programmes/old/").headers["Location"] == "/en/programmes/new/"
    assert status("between") == 404  # never public


def test_an_address_made_from_a_name_does_not_tell_of_a_draft(boss):
    programme("quiet-house", state="draft")
    boss.edits(Programme, "add", name_en="Quiet house", kind="contest")
    (slug,) = Programme.objects.exclude(slug="quiet-house").values_list("slug", flat=True)
    assert slug.startswith("quiet-house-")
    assert not slug.removeprefix("quiet-house-").isdecimal() or len(slug) > len("quiet-house-2")


@pytest.mark.parametrize("slug", ["two--hyphens", "ends-", "-begins", "кірыліца", "BY-MA"])
def test_an_address_has_one_shape_wherever_it_is_asked_for(boss, slug):
    boss.edits(Programme, "add", name_en="Quiet house", slug=slug)
    assert not Programme.objects.exists()


def test_no_audience_is_chosen_as_a_theme(boss):
    contest, youth = programme("contest", state="draft"), term("youth", scheme="audience")
    form = boss.form_of(contest)
    form |= {"themes-TOTAL_FORMS": "1", "themes-0-term": youth.pk, "themes-0-id": ""}
    boss.sends(form, contest)
    assert not contest.themes.exists()


@pytest.mark.parametrize("model", [Programme, Organisation])
def test_the_lists_of_staff_are_filtered_by_region(boss, model):
    place = belarus()["mstsislaw"]
    programme("contest", name_en="Contest there", locations=[place])
    organisation("ngo", name_en="Club there", seat=place)
    page = boss.reads(model, "changelist", region="BY-MA")
    assert "there" in page
    assert "there" not in boss.reads(model, "changelist", region="BY-BR")


def test_a_number_orders_the_editions_on_the_programmes_card():
    contest = programme("contest")
    last = edition("last", programme=contest, name_en="Without a number")
    first = edition("first", programme=contest, number=1)
    second = edition("second", programme=contest, number=2)
    first.number = 5
    first.save()
    assert not list(differences())
    order = [row.slug for row in contest.editions.all()]
    assert order == [second.slug, first.slug, last.slug]


def test_the_language_is_the_one_asked_for_and_no_cookie_decides_it():
    client = Client()
    client.cookies["django_language"] = "ru"
    assert client.get("/").headers["Location"] == "/en/"
    assert (
        client.get("/", headers={"accept-language": "de, be-BY;q=0.5"}).headers["Location"]
        == "/be/"
    )


def test_two_people_who_change_an_exact_address_are_told_of_each_other(boss):
    final, ann = event("final", state="draft"), Staff("anna", "editor")
    stale = boss.form_of(final)
    ann.edits(final, address="Quiet Street 7")
    page = boss.sends(stale, final, capacity="12").content.decode()
    assert "Someone else changed this to “Quiet Street 7”" in page
    again = boss.sends(fields(page), final)
    assert again.status_code == 302
    role(final, organisation("trail"))
    assert boss.client.get(address(final, "change")).status_code == 200


def test_a_record_has_a_name(boss):
    boss.edits(Programme, "add", kind="contest", slug="nameless")
    assert not Programme.objects.exists()
    page = boss.edits(Programme, "add", kind="contest", slug="nameless").content.decode()
    assert "Give it a name in at least one language." in page
    with pytest.raises(IntegrityError), transaction.atomic():
        Programme.objects.create(slug="nameless")


def test_a_withdrawal_tells_beforehand_what_goes_with_it_and_changes_nothing(boss):
    ngo = organisation("trail", name_en="Green Trail")
    alone = programme("alone", name_en="Alone", roles=[("organiser", ngo)])
    naming = programme("naming", name_en="Naming", summary_en="With the Green Trail")
    page = boss.reads(ngo, "withdraw")
    gone, back = re.findall(r"<ul>(.*?)</ul>", page.partition("This would be withdrawn: 2")[2])[:2]
    assert re.findall("<li>(.*?)</li>", gone) == ["Organisation: Green Trail", "Programme: Alone"]
    assert re.findall("<li>(.*?)</li>", back) == ["Programme: Naming"]
    assert {state(entry) for entry in (ngo, alone, naming)} == {"public"}


def test_whoever_withdrew_it_is_not_offered_to_bring_it_back(boss):
    ngo = organisation("trail", name_en="Green Trail")
    boss.client.post(address(ngo, "withdraw"), {"reason": "safety"})
    assert "Bring back" not in boss.reads(ngo)
    assert "Bring back" in Staff("oskar", "safety officer").reads(ngo)


def test_a_place_is_told_once_for_each_text_that_names_it():
    place = belarus()["mstsislaw"]
    place.other_names.create(name="Mstislavl")
    place.other_names.create(name="Mscislau")
    forum = event("forum", summary_en="In Mstsislaw", precision="region", locations=[place])
    assert [(hit.field, hit.text) for hit in scan(forum)] == [("summary en", "Mstsislaw")]


def test_staff_find_a_record_by_its_town_in_any_spelling_and_words_from_their_beginning(boss):
    place = belarus()["mstsislaw"]
    place.other_names.create(name="Mstislavl")
    programme("contest", name_en="Contest of ideas", locations=[place])
    programme("other", name_en="Recontested")
    for words in ("Mstislavl", "Мстиславль", "ideas contest"):
        page = boss.reads(Programme, "changelist", q=words)
        assert "Contest of ideas" in page
        assert "Recontested" not in page


def test_a_fixture_does_not_bring_back_a_text_that_names_the_withdrawn(tmp_path):
    contest = programme("contest", name_en="Contest of the Green Trail")
    file = saved_again(contest, tmp_path)
    withdraw(organisation("trail", name_en="Green Trail"), Reason.SAFETY)
    Programme.objects.update(state="public", name_en="Contest")
    call_command("loaddata", file, verbosity=0)
    assert state(contest) == "review"
    assert not Card.objects.filter(body__contains="Trail").exists()


def test_the_name_of_a_place_or_of_what_fell_with_another_may_still_be_said():
    place, ngo = belarus()["mstsislaw"], organisation("trail", name_en="Green Trail")
    programme("school", name_en="Summer school", roles=[("organiser", ngo)])
    other = programme("other", name_en="Another summer school in Mstsislaw")
    withdraw(ngo, Reason.SAFETY)
    place.state = "withdrawn"
    place.save()
    assert state(other) == "public"
    assert scan(other) == []


def test_an_address_redacted_on_the_way_into_review_is_lost():
    contest = programme("secret-name")
    contest.slug, contest.slug_redacted, contest.state = "contest", True, "review"
    contest.save()
    withdraw(contest, Reason.SAFETY)
    assert status("secret-name") == 404


def test_old_addresses_and_mailboxes_that_say_the_name_go_with_it():
    contest = programme("green-trail-prize", name_en="Prize")
    contest.slug = "prize"
    contest.save()
    friends = organisation("friends", name_en="Friends", email="info@green-trail.example")
    page = source("page", name_en="A page", url="https://green-trail.example/x")
    trail = organisation("trail", name_en="Green Trail")
    assert status("green-trail-prize") == 301
    report = withdraw(trail, Reason.SAFETY)
    assert set(report.sent_back) == {friends, page}
    assert status("green-trail-prize") == 404
    assert status("prize") == 200


@pytest.mark.once
def test_what_takes_out_of_sight_is_said_by_where_an_act_leads():
    assert [act.name for act in ACTS.values() if act.hides] == ["hide"]
    assert not replace(ACTS["hide"], after=State.PUBLIC).hides
