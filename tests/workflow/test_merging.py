"""Two records that are the same become one, and two again."""

from html import unescape

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import connection, models
from django.test.utils import CaptureQueriesContext

from organisations.models import Membership, Organisation
from programmes.models import Programme
from registry.cards import deferral
from registry.cards.backlog import finish
from registry.cards.changeset import writing
from registry.cards.declarations import declared, of_entries
from registry.cards.models import Card
from registry.cards.proof import differences
from registry.cards.refused import Refused
from registry.locations.models import Location
from registry.records.models import Erasure, Merge, Proposal, Remark, WaitingWords
from registry.records.models.entry import Marked
from registry.records.relations import beside, naming_by_id, part_models, references_to, referring
from registry.workflow.erasure import erase_record
from registry.workflow.merging import merge
from registry.workflow.unmerging import undo
from registry.workflow.withdrawal import bring_back, withdraw
from tests.support import factories as make
from tests.support.staff import Staff, address, words

pytestmark = pytest.mark.django_db

MERGEABLE = [each.model for each in of_entries() if each.model.is_mergeable]
# What nothing else tells of a row, and what moves on with each save.
COUNTED = {"version"}


def pair(model, **values):
    """(survivor, loser), public, of the kind."""
    if model is Location:
        values = {"parent": make.belarus()["mstsislaw-district"]} | values
    factory = getattr(make, model.card_type)
    return factory("right", name_en="Right", **values), factory("twin", name_en="Twin", **values)


def surround(entry):
    """A row of each kind that belongs to the entry or names it."""
    for part in part_models(type(entry)).values():
        is_unique = "value" in {field.name for field in part._meta.concrete_fields}
        make.row(part, entry, **({"value": entry.slug.upper()} if is_unique else {}))
    for name, model in referring(type(entry)):
        if hasattr(model, "card_type"):
            getattr(make, model.card_type)(**{name: entry})
        else:
            owner = model._meta.get_field("record").related_model
            make.row(model, getattr(make, owner.card_type)(), **{name: entry})
    person = User.objects.create_user(f"member-{entry.slug}")
    for name, model in beside(type(entry)):
        model.objects.create(user=person, **{name: entry})
    for model in naming_by_id():
        if model.when_merged == "moves":
            card_type, public_id = model.named_by
            values = {card_type: entry.card_type, public_id: entry.public_id}
            needed = {"version": 1, "origin": entry.slug, "seen": 1, "holder": make.uuid.uuid4()}
            fields = {field.name: field for field in model._meta.concrete_fields}
            values |= {name: value for name, value in needed.items() if name in fields}
            for name, field in fields.items():
                if field.choices and not field.has_default():
                    values[name] = field.flatchoices[0][0]
            model.objects.create(**values)


def tables():
    """All rows of entries and of what stands beside them, as they are stored."""
    found = {}
    kept = [each for each in naming_by_id() if each.when_merged == "moves"]
    for model in [*apps.get_models(), Membership]:
        is_ours = issubclass(model, Marked) and not hasattr(model, "instance_type")
        if is_ours or model in kept or model is Membership:
            names = [f.attname for f in model._meta.concrete_fields if f.attname not in COUNTED]
            rows = model._base_manager.order_by("pk").values(*names)
            found[model._meta.label] = list(rows)
    return found


def bodies():
    return set(Card.objects.values_list("type", "public_id", "slug", "body"))


def proven():
    return [*differences(), *WaitingWords.differences()]


@pytest.mark.parametrize("model", MERGEABLE)
def test_everything_that_names_the_loser_moves_and_comes_back(model):
    survivor, loser = pair(model)
    surround(loser)
    surround(survivor)
    before, cards = tables(), bodies()
    numbers = [rows.count() for _name, rows in references_to(loser)]
    assert numbers
    assert all(numbers)
    done = merge(survivor, loser)
    left = [(name, rows.model) for name, rows in references_to(loser) if rows.exists()]
    left += [part for part in part_models(model).values() if part.objects.filter(record=loser)]
    left += [kind for name, kind in beside(model) if kind.objects.filter(**{name: loser})]
    assert left == []
    for kind in naming_by_id():
        stays = kind.when_merged == "stays"
        assert stays or not kind.objects.filter(**{kind.named_by[1]: loser.public_id}).exists()
    assert proven() == []
    assert undo(done) == []
    assert tables() == before
    assert bodies() == cards
    assert proven() == []


@pytest.mark.parametrize("model", MERGEABLE)
def test_whoever_merges_reads_of_all_that_goes_over(model):
    survivor, loser = pair(model)
    surround(loser)
    page = Staff("rita", "reviewer").client.get(address(survivor, "merge"), {"with": loser.pk})
    told = unescape(words(page.content.decode())).casefold()
    kinds = [kind for ways in (referring, beside) for _name, kind in ways(model)]
    assert kinds
    for kind in (*part_models(model).values(), *kinds):
        assert f"{kind._meta.verbose_name_plural}".casefold() in told


def test_whatever_names_a_record_by_its_id_says_what_becomes_of_it_in_a_merge():
    named = {
        model
        for model in apps.get_models()
        if not issubclass(model, Marked)
        and not hasattr(model, "instance_type")
        and model._meta.app_label != "cards"
        and any(type(field) is models.UUIDField for field in model._meta.concrete_fields)
    }
    assert named == set(naming_by_id())
    assert {model.when_merged for model in named} == {"moves", "stays"}


def test_a_person_who_wrote_for_the_one_writes_for_the_other():
    survivor, loser = pair(Organisation)
    both, one = User.objects.create_user("both"), User.objects.create_user("one")
    for user, of in ((both, survivor), (both, loser), (one, loser)):
        Membership.objects.create(user=user, organisation=of)
    before = tables()
    done = merge(survivor, loser)
    rows = Membership.objects.values_list("user__username", "organisation__slug")
    assert set(rows) == {("both", "right"), ("one", "right")}
    undo(done)
    assert tables() == before


def test_of_rows_that_say_the_same_one_is_left_with_what_both_say():
    survivor, loser = pair(Organisation)
    contest = make.programme("contest")
    make.role(contest, survivor, "funder")
    make.role(contest, loser, "funder", valid_to="2016")
    make.role(contest, loser, "organiser")
    source = make.source("report")
    for each in (survivor, loser):
        each.citations.create(source=source)
        make.figure(each, "about 50", source=source)
    make.figure(loser, "about 60", source=source)
    before = tables()
    done = merge(survivor, loser)
    roles = contest.roles.values_list("role", "organisation__slug", "valid_to")
    assert set(roles) == {("funder", "right", "2016"), ("organiser", "right", "")}
    assert survivor.citations.count() == 1
    assert [each.printed for each in survivor.figures.all()] == ["about 50", "about 60"]
    assert undo(done) == []
    assert tables() == before


def test_what_both_say_is_chosen_and_what_one_says_is_kept():
    survivor, loser = (
        make.organisation("a", website="https://a.example/", name_en="A", name_be=""),
        (
            make.organisation(
                "b", name_en="B", name_be="Іншае", website="https://b.example/", email="i@b.org"
            )
        ),
    )
    merge(survivor, loser, taken={"website"})
    survivor.refresh_from_db()
    assert (survivor.name_en, survivor.name_be) == ("A", "Іншае")
    assert (survivor.website, survivor.email) == ("https://b.example/", "i@b.org")
    names = survivor.other_names.values_list("name", "language", "kind")
    assert list(names) == [("B", "en", "alternative")]


def test_a_programme_is_found_by_the_name_of_the_one_that_became_a_part_of_it(client):
    survivor = make.programme("school", name_en="School of Leaders")
    merge(survivor, make.programme("course", name_en="Zyxwort Course"))
    (row,) = client.get("/api/v1/programmes/", {"q": "zyxwort"}).json()["results"]
    assert (row["slug"], [each["name"] for each in row["other_names"]]) == (
        "school", ["Zyxwort Course"],
    )  # fmt: skip
    page = client.get("/en/programmes/school/").content.decode()
    assert "Zyxwort Course</span>" in page
    assert '"alternateName":["Zyxwort Course"]' in page.replace(": [", ":[")


def test_the_stricter_of_both_holds():
    region = make.organisation("region", name_en="Above", precision="region")
    survivor = make.organisation("a", precision="town", verified_on="2026-05-01")
    loser = make.organisation("b", precision="district", parent=region, verified_on="2026-04-01")
    other = make.organisation("c", parent=make.organisation("d"))
    merge(survivor, loser)
    survivor.refresh_from_db()
    assert (survivor.precision, survivor.parent) == ("district", region)
    assert str(survivor.verified_on) == "2026-04-01"
    merge(other, survivor)  # whose parent is lost, and went on to bind what it bound
    other.refresh_from_db()
    assert other.precision == "region"


def test_old_addresses_and_the_id_lead_to_the_survivor(client):
    survivor, loser = pair(Organisation)
    loser.slug = "renamed"
    loser.save()
    done = merge(survivor, loser)
    for at in ("twin", "renamed", str(loser.public_id)):
        page = client.get(f"/en/organisations/{at}/")
        assert (page.status_code, page["Location"]) == (301, "/en/organisations/right/")
        data = client.get(f"/api/v1/organisations/{at}/")
        assert (data.status_code, data["Location"]) == (301, "/api/v1/organisations/right/")
    (told,) = [
        each
        for each in client.get("/api/v1/changes/?since=0").json()["changes"]
        if each["id"] == str(loser.public_id)
    ]
    assert (told["action"], told["merged_into"]) == ("withdraw", str(survivor.public_id))
    third = make.organisation("third")
    merge(third, survivor)
    assert client.get("/en/organisations/twin/")["Location"] == "/en/organisations/third/"
    undo(Merge.objects.get(into=third.public_id))
    undo(done)
    assert client.get("/en/organisations/renamed/").status_code == 200
    assert client.get("/en/organisations/twin/")["Location"] == "/en/organisations/renamed/"


@pytest.mark.parametrize("act", ["hide", "withdraw"])
def test_what_is_merged_is_hidden_and_gone_with_the_survivor(client, act):
    survivor, loser = pair(Organisation)
    merge(survivor, loser)
    if act == "withdraw":
        withdraw(survivor, "safety")
    else:
        survivor.refresh_from_db()
        survivor.state = "review"
        survivor.save()
    status = {"hide": 404, "withdraw": 410}[act]
    for name in ("twin", str(loser.public_id), "right"):
        assert client.get(f"/en/organisations/{name}/").status_code == status


def test_a_draft_that_was_merged_leads_nowhere(client):
    survivor = make.organisation("right", name_en="Right")
    draft = make.organisation("hidden", name_en="Right", state="draft")
    merge(survivor, draft)
    for name in ("hidden", str(draft.public_id)):
        assert client.get(f"/en/organisations/{name}/").status_code == 404
        assert client.get(f"/api/v1/organisations/{name}/").status_code == 404
    feed = client.get("/api/v1/changes/?since=0").content.decode()
    assert str(draft.public_id) not in feed
    assert "merged_into" not in feed


def test_a_file_that_names_the_loser_names_the_survivor():
    survivor, loser = pair(Organisation)
    merge(survivor, loser)
    assert Organisation.objects.get_by_natural_key("twin") == survivor
    assert Organisation.objects.get_by_natural_key(str(loser.public_id)) == loser


def test_no_text_goes_back_to_review_because_it_says_the_name():
    survivor, loser = pair(Organisation)
    talk = make.event("talk", summary_en="With the Twin of Mstsislaw")
    merge(survivor, loser)
    talk.refresh_from_db()
    assert talk.state == "public"


def test_the_number_of_the_loser_is_the_survivors_and_can_be_had_by_no_third():
    survivor, loser = pair(Organisation)
    loser.identifiers.create(scheme="BY-EGR", value="190000001")
    merge(survivor, loser)
    assert str(survivor.identifiers.get()) == "BY-EGR-190000001"


def test_a_code_of_a_place_is_the_survivors_and_comes_back():
    survivor, loser = pair(Location)
    loser.geonames, loser.lat, loser.lon = 625000, 54.0, 31.0
    loser.save()
    before = tables()
    done = merge(survivor, loser)
    survivor.refresh_from_db()
    assert (survivor.geonames, survivor.lat) == (625000, 54.0)
    undo(done)
    assert tables() == before


def test_two_editions_of_one_number_are_named_before_anything_is_done():
    survivor, loser = pair(Programme)
    for whole in (survivor, loser):
        make.edition(programme=whole, number=6, name_en=f"Sixth of {whole}")
    with pytest.raises(Refused) as refusal:
        merge(survivor, loser)
    assert refusal.value.hits == ["Sixth of Right", "Sixth of Twin"]
    loser.refresh_from_db()
    assert loser.state == "public"


def test_a_part_and_its_whole_can_be_one():
    whole = make.organisation("whole")
    part = make.organisation("part", parent=whole)
    below = make.organisation("below", parent=part)
    done = merge(part, whole)
    part.refresh_from_db()
    assert part.parent is None
    undo(done)
    merge(whole, part)
    below.refresh_from_db()
    assert below.parent == whole
    assert proven() == []


# What must not be


def test_the_public_one_stays_and_what_is_proposed_of_the_other_is_decided_first():
    survivor, loser = make.organisation("a", state="review"), make.organisation("b")
    with pytest.raises(Refused) as refusal:
        merge(survivor, loser)
    assert "let the public one stay" in refusal.value.hits[0]
    Proposal.objects.create(card_type="organisation", public_id=survivor.public_id, version=1)
    with pytest.raises(Refused) as refusal:
        merge(loser, survivor)
    assert "decide on them first" in refusal.value.hits[0]


def test_an_editor_merges_nothing_and_nobody_what_they_wrote_and_nobody_published():
    eve, rita = Staff("eve", "editor"), Staff("rita", "reviewer")
    survivor, loser = pair(Organisation)
    with pytest.raises(PermissionDenied):
        merge(survivor, loser, eve.user)
    draft = make.organisation("mine", name_en="Mine", state="draft")
    rita.edits(draft, name_be="Маё")
    with pytest.raises(Refused) as refusal:
        merge(survivor, draft, rita.user)
    assert "another person must merge it" in refusal.value.hits[0]
    merge(survivor, loser, rita.user)


def test_what_the_scan_finds_comes_into_public_by_no_merge():
    survivor = make.organisation("right")
    draft = make.organisation("draft", state="draft", summary_en="Call +375 29 123 45 67")
    with pytest.raises(Refused) as refusal:
        merge(survivor, draft)
    assert "+375 29 123 45 67" in str(refusal.value.hits[0])
    survivor.refresh_from_db()
    assert survivor.summary_en == ""


def test_what_is_merged_is_brought_back_by_undoing_it_alone():
    olga = Staff("olga", "safety officer")
    survivor, loser = pair(Organisation)
    merge(survivor, loser)
    with pytest.raises(PermissionDenied):
        bring_back(loser, olga.user)


def test_what_is_to_be_erased_is_not_merged_and_a_survivor_is_erased_with_its_loser():
    survivor, loser = pair(Organisation)
    asked = Erasure.objects.create(card_type="organisation", public_id=loser.public_id)
    with pytest.raises(Refused):
        merge(survivor, loser)
    asked.delete()
    merge(survivor, loser)
    erase_record(survivor)
    assert set(Organisation.objects.values_list("state", flat=True)) == {"erased"}
    assert not Organisation.objects.filter(name_en__in=["Right", "Twin"]).exists()
    assert not Merge.objects.exists()


# Undoing


def test_what_was_edited_since_stays_and_is_told():
    survivor, loser = make.organisation("a", name_en="A"), make.organisation("b", name_en="B")
    loser.website = "https://b.example/"
    loser.save()
    contest, forum = make.programme("contest"), make.programme("forum")
    for each in (contest, forum):
        make.role(each, loser)
    done = merge(survivor, loser)
    survivor.refresh_from_db()
    survivor.website = "https://new.example/"
    survivor.save()
    name = survivor.other_names.get()
    name.kind = "short"
    name.save()
    contest.roles.all().delete()
    lost = undo(done)
    assert len(lost) == 3
    survivor.refresh_from_db()
    assert survivor.website == "https://new.example/"
    assert survivor.other_names.get().kind == "short"
    assert forum.roles.get().organisation == loser
    assert proven() == []


def test_the_last_merge_is_undone_first():
    a, b, c = (make.organisation(slug) for slug in "abc")
    first, second = merge(b, a), merge(c, b)
    with pytest.raises(Refused) as refusal:
        undo(first)
    assert "Undo that first" in refusal.value.sentence
    assert undo(second) == []
    assert undo(first) == []


def test_what_is_out_of_sight_takes_nothing_into_public_when_it_is_undone():
    survivor, loser = pair(Organisation)
    done = merge(survivor, loser)
    survivor.refresh_from_db()
    survivor.state = "review"
    survivor.save()
    assert "in review now" in undo(done)[0]
    loser.refresh_from_db()
    assert loser.state == "review"


def test_undoing_what_made_places_coarser_takes_an_officer_and_a_second_person():
    rita, olga = Staff("rita", "reviewer"), Staff("olga", "safety officer")
    town = make.belarus()["mstsislaw"]
    survivor = make.organisation("a", locations=[town])
    loser = make.organisation("b", precision="region")
    done = merge(survivor, loser, rita.user)
    assert Card.objects.get(slug="a").body.count('"mstsislaw"') == 0
    for _ in range(2):
        with pytest.raises(Refused):
            undo(done, rita.user)
        done.refresh_from_db()
    assert undo(done, Staff("rose", "reviewer", "safety officer").user) == []
    assert olga.user.pk != done.asked_by_id == rita.user.pk
    assert '"mstsislaw"' in Card.objects.get(slug="a").body


def test_remarks_go_with_the_record_they_are_about():
    survivor, loser = pair(Organisation)
    Remark.make(loser, "review", None, "Look")
    merge(survivor, loser)
    assert Remark.objects.of(survivor).get().text == "Look"


# As many as there may be


def test_a_loser_that_many_show_is_one_act_and_the_rest_is_written_later(monkeypatch):
    monkeypatch.setattr(deferral, "MAX_AT_ONCE", 5)
    survivor, loser = pair(Organisation)
    with writing():
        for number in range(12):
            make.programme(f"own-{number}", roles=[("organiser", loser)])
    started = []
    monkeypatch.setattr("registry.cards.changeset.go_on", started.append)
    merge(survivor, loser)
    assert started
    assert Card.objects.of("programme").count() == 0  # nobody reads the old name meanwhile
    assert not Card.objects.filter(body__contains="Twin", type="programme").exists()
    finish()
    assert Card.objects.of("programme").filter(body__contains='"right"').count() == 12
    assert proven() == []


@pytest.mark.once
def test_merging_takes_as_many_statements_for_thirty_as_for_three():
    numbers = []
    for many, names in ((3, ("Zubr", "Kalina")), (30, ("Bocian", "Veras"))):
        survivor, loser = (make.organisation(name_en=name) for name in names)
        with writing():
            for number in range(many):
                make.programme(f"of-{many}-{number}", roles=[("partner", loser)])
        with CaptureQueriesContext(connection) as queries:
            merge(survivor, loser)
        numbers.append(len(queries))
    assert numbers[0] == numbers[1]


def test_every_kind_says_whether_it_can_be_merged():
    assert {each.card_type for each in MERGEABLE} == {"organisation", "programme", "location"}
    assert set(MERGEABLE) <= {each.model for each in declared.values()}
