"""Each person at each door of the staff: what may not be changed stays, and what may not be seen is
said in no byte.

A row of `DOORS` is a way to change something, what is looked at, and for whom it changes. A row of
`SECRETS` is a word and who reads it; every address of the admin that takes a key is asked for it.
"""

import re
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, User
from django.db import transaction
from django.test import Client
from django.urls import reverse

from organisations.models import Membership, Organisation
from programmes.models import Programme
from registry.imports.models import Batch
from registry.records.models import (
    Entry,
    Erasure,
    LikelyPair,
    Merge,
    Part,
    Proposal,
    PublishedAlone,
    Remark,
    SavedList,
)
from registry.records.relations import references
from registry.reports.models import Report
from registry.workflow.merging import merge
from registry.workflow.withdrawal import withdraw
from tests.support.doors import all_routes, said
from tests.support.factories import belarus, event, organisation, programme
from tests.support.shares import every, few
from tests.support.staff import Staff, address, fields
from tests.support.workbooks import brings_in, saved, sent
from tests.support.workbooks import decides as decides_on_batch

pytestmark = [pytest.mark.once, pytest.mark.django_db]

# `own` and `other` are members of the organisation that runs the records and of another one.
GROUPS = {
    "own": "editor",
    "other": "editor",
    "eve": "editor",
    "rita": "reviewer",
    "olga": "safety officer",
    "boss": "administrator",
}
# Who asks for what needs a second person.
SECOND = "safety officer"
EVERYBODY = [*GROUPS, "guest", "nobody"]
WRITERS = {"own", "other", "eve", "rita", "boss"}
PUBLISHERS = {"rita", "boss"}
RESTRICTORS = {"olga", "boss"}


# A line of a file.
BROUGHT = {"name_en": "Brought in", "slug": "brought-in"}


class World:
    def __init__(self):
        towns, self.forms = belarus(), {}
        self.people = {name: Staff(name, group) for name, group in GROUPS.items()}
        self.people["guest"] = Staff("guest")
        self.people["nobody"] = SimpleNamespace(client=Client())
        self.runs = organisation("zubr", name_en="Zubr")
        self.stranger = organisation("stranger", name_en="Stranger")
        for name, of in (("own", self.runs), ("other", self.stranger)):
            Membership.objects.create(user=self.people[name].user, organisation=of)
        roles = [("organiser", self.runs)]
        self.draft = programme("draft", name_en="Draftword", state="draft", roles=roles)
        self.review = programme("review", name_en="Reviewword", state="review", roles=roles)
        shown = {"name_en": "Contest", "summary_en": "Of many.", "precision": "region"}
        self.public = programme("contest", roles=roles, **shown)
        self.public.placements.create(location=next(iter(towns.values())))
        self.talk = event("talk", name_en="Talk", programme=self.public)
        self.gone = programme("gone", name_en="Goneword", roles=roles)
        withdraw(self.gone, "safety")
        self.twin = programme("twin", name_en="Contest again")
        loser = programme("loser", name_en="Contest, once more", summary_en="Loserword")
        self.merged = merge(self.public, loser)
        both = sorted([self.public.public_id, self.twin.public_id])
        pair = dict(zip(("one", "other"), both, strict=True))
        self.pair = LikelyPair.objects.create(card_type="programme", score=60, **pair)
        self.removal = Report.objects.create(
            kind="removal", text="Removalword", contact="Contactword", language="en"
        )
        self.mistake = Report.objects.create(
            kind="mistake", text="Mistakeword", contact="Replyword", language="en"
        )
        self.suggestion = Report.objects.create(
            kind="record", suggested="programme", what="Fair", source="News", language="en"
        )
        self.people["second"] = Staff("second", SECOND)
        asked = self.people["second"].edits(self.public, precision="exact")
        assert asked.status_code == 302
        finer = Proposal.objects.get()
        self.finer = {name: getattr(finer, name) for name in ("typed", "fields", "difference")}
        finer.delete()
        remark = {"about-remark": "Remarkword"}
        self.people["own"].edits(self.public, name_en="Proposalword", **remark)
        self.proposal = Proposal.objects.get()
        boss = self.people["boss"]
        self.alone = programme("alone", name_en="Aloneword", state="draft", roles=roles)
        boss.edits(self.alone, name_be="Сам")
        boss.acts("review", self.alone)
        self.seen = PublishedAlone.objects.create(
            card_type="programme", public_id=self.public.public_id, reason="Reasonword", version=1
        )
        gone = programme("deleted", name_en="Deletedword", state="draft", roles=roles)
        boss.client.post(address(gone, "delete"), {"post": "yes"})
        self.deleted = Programme.history.get(history_change_reason="deleted")
        self.erasure = Erasure.objects.create(
            words="Draftword", asked_by=self.people["second"].user
        )
        self.linen = User.objects.create_user("linenword", is_staff=True)
        kept = {"owner": self.people["own"].user, "kind": "programmes.Programme", "asked": "q=a"}
        self.list = SavedList.objects.create(name="Listword", **kept)
        SavedList.objects.create(name="Sharedword", is_shared=True, **kept)
        own, line = self.people["own"], {"id": str(self.public.public_id), "version": "0"}
        self.written, _page = brings_in(own, {"programme": [{"id": "", "version": "", **BROUGHT}]})
        decides_on_batch(own, self.written, "apply")
        self.public.refresh_from_db()
        line |= {"version": str(self.public.version), "name_en": "Cellword"}
        self.batch, _page = brings_in(own, {"programme": [line]}, "Fileword.xlsx")

    def form(self, thing, page="change"):
        """What the administrator's form holds; each is read once, for nothing stays changed."""
        if (thing, page) not in self.forms:
            self.forms[thing, page] = self.people["boss"].form_of(thing, page)
        return self.forms[thing, page]


@pytest.fixture
def world():
    return World()


def at_proposal(world, end=""):
    at = address(world.public, "change").removesuffix("change/")
    return f"{at}proposals/{world.proposal.pk}/{end}"


def renames(name, **query):
    def act(world, client):
        entry = getattr(world, name)
        form = {**world.form(entry), "name_en": "Anew"}
        return client.post(address(entry, "change"), form, query_params=query)

    return act


def adds(**typed):
    def act(world, client):
        form = world.form(Programme, "add") | {"name_en": "Added", "slug": "added", **typed}
        return client.post(address(Programme, "add"), form)

    return act


def moves(name, act_name):
    return lambda world, client: client.post(
        address(getattr(world, name), "change"),
        {**world.form(getattr(world, name)), "_act": act_name},
    )


def marks(name, act_name):
    """By an action of the list, with the key and version of what may not even be on it."""

    def act(world, client):
        entry = getattr(world, name)
        entry.refresh_from_db()
        sent = {"action": act_name, "_selected_action": entry.pk, "index": 0}
        sent |= {f"seen-{entry.pk}": entry.version, "post": "yes"}
        return client.post(address(Programme, "changelist"), sent)

    return act


def deletes(name):
    return lambda world, client: client.post(
        address(getattr(world, name), "delete"), {"post": "yes"}
    )


def edits_in_the_list(world, client):
    sent = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": world.draft.pk}
    sent |= {"form-0-name_en": "Anew", "form-0-state": "public", "_save": "Save"}
    return client.post(address(Programme, "changelist"), sent)


def takes_a_row_of_another(world, client):
    """The form of the draft, with the role of the public record among its rows."""
    theirs = world.public.roles.get()
    form = world.form(world.draft) | {"roles-0-id": theirs.pk, "roles-0-role": "funder"}
    return client.post(address(world.draft, "change"), form)


def shows_finer(world, client):
    form = world.form(world.public) | {"precision": "exact"}
    return client.post(address(world.public, "change"), form)


def withdraws(world, client):
    at = reverse("admin:programmes_programme_withdraw", args=[world.public.pk])
    return client.post(at, {"reason": "safety"})


def accepts_a_finer_place(world, client):
    """What an officer asks for, decided by everybody else."""
    name, page = f"{Programme._meta.app_label}_programme_proposal", world.public
    proposal = Proposal.objects.create(
        card_type="programme",
        public_id=page.public_id,
        author=world.people["second"].user,
        version=page.version,
        finer=True,
        **world.finer,
    )
    sent = {"_decide": "accept", "revision": 0}
    return client.post(reverse(f"admin:{name}", args=[page.pk, proposal.pk]), sent)


def takes_back(world, client):
    """The public record to what it was before the administrator renamed it just now."""
    kept = world.public.history.order_by("history_id").first()
    world.people["boss"].edits(world.public, name_en="Renamed")
    version = Programme.objects.get(pk=world.public.pk).version
    at = reverse("admin:programmes_programme_simple_history", args=[world.public.pk, kept.pk])
    return client.post(at, {"seen_version": version})


def recovers(world, client):
    return client.post(address(Programme, "deleted"), {"version": world.deleted.history_id})


def publishes_alone(world, client):
    world.alone.refresh_from_db()
    sent = {"reason": "Nobody else", "seen_version": world.alone.version}
    return client.post(address(world.alone, "publish_alone"), sent)


def merges(world, client):
    at = f"{address(world.public, 'merge')}?with={world.twin.pk}"
    form = fields(world.people["boss"].client.get(at).content.decode())
    return client.post(address(world.public, "merge"), form)


def undoes_a_merge(world, client):
    name = "admin:programmes_programme_merged"
    return client.post(reverse(name, args=[world.public.pk, world.merged.pk]))


def brings_back(world, client):
    at = reverse("admin:programmes_programme_bring_back", args=[world.gone.pk])
    return client.post(at, {})


def erases(button):
    """What the second officer asked for."""
    return lambda world, client: client.post(
        reverse("admin:erasing", args=[world.erasure.pk]), {button: ""}
    )


def decides(decision):
    def act(world, client):
        sent = {"_decide": decision, "revision": world.proposal.revision, "answer": "No"}
        return client.post(at_proposal(world), sent)

    return act


def amends(world, client):
    form = fields(world.people["own"].client.get(at_proposal(world, "form/")).content.decode())
    return client.post(at_proposal(world, "form/"), form | {"name_en": "Amended"})


def handles_a_report(name):
    def act(world, client):
        report = getattr(world, name)
        form = world.form(report) | {"state": "handled", "note": "Done"}
        return client.post(address(report, "change"), form)

    return act


def drafts_a_suggestion(world, client):
    return client.post(reverse("admin:reports_report_draft", args=[world.suggestion.pk]))


def gives_rights(world, client):
    form = world.form(world.linen)
    editors = Group.objects.get(name="editor").pk
    return client.post(address(world.linen, "change"), {**form, "groups": [editors]})


def makes_a_member(world, client):
    form = world.form(world.linen) | {"memberships-TOTAL_FORMS": "1"}
    form |= {"memberships-0-organisation": world.runs.pk}
    return client.post(address(world.linen, "change"), form)


def sets_a_password(world, client):
    words = "plum-anchor-violet-93"
    at = address(world.linen, "change").replace("change/", "password/")
    return client.post(at, dict.fromkeys(("password1", "password2"), words))


def keeps_a_list(world, client):
    sent = {"kind": "programmes.Programme", "name": "Mine", "asked": "state__exact=draft"}
    return client.post(reverse("admin:saved_lists"), sent)


def changes_a_list(**typed):
    return lambda world, client: client.post(
        reverse("admin:saved_list", args=[world.list.pk]), {"name": "Anew"} | typed
    )


def brings_a_file(world, client):
    content = saved({"programme": [{"id": "", "version": "", "name_en": "Another"}]})
    return sent(SimpleNamespace(client=client), content)


def decides_on_a_file(name, what):
    return lambda world, client: client.post(
        reverse("admin:imports_batch_change", args=[getattr(world, name).pk]), {"_do": what}
    )


def batch_state(name):
    def state(world):
        found = Batch.objects.filter(pk=getattr(world, name).pk)
        return list(found.values_list("state", flat=True))

    return state


def kept_list(world):
    return list(SavedList.objects.filter(pk=world.list.pk).values_list("name", "is_shared"))


def names(name):
    return lambda world: type(getattr(world, name)).objects.get(pk=getattr(world, name).pk).name_en


def state_of(name):
    def state(world):
        row = type(getattr(world, name)).objects.filter(pk=getattr(world, name).pk).first()
        return row and row.state

    return state


def count_of(model):
    return lambda world: model.objects.count()


def shown_as(world):
    return Programme.objects.get(pk=world.public.pk).precision


def proposals_of_others(world):
    """But for who has made the one that is there."""
    return Proposal.objects.exclude(pk=world.proposal.pk).count()


def proposal_state(world):
    return list(Proposal.objects.filter(pk=world.proposal.pk).values_list("state", flat=True))


def proposal_typed(world):
    return Proposal.objects.get(pk=world.proposal.pk).typed


def standing(world):
    linen = User.objects.get(pk=world.linen.pk)
    return (linen.password, list(linen.groups.all()), linen.memberships.count())


# (what somebody does, what is looked at, for whom it is another thing afterwards)
DOORS = {
    "change a draft": (renames("draft"), names("draft"), {"own", "eve", "rita", "boss"}),
    "propose for a draft": (renames("draft"), proposals_of_others, {"other"}),
    "change what is public": (renames("public"), names("public"), PUBLISHERS),
    "propose for what is public": (
        renames("public"),
        proposals_of_others,
        {"own", "other", "eve"},
    ),
    "change what is gone": (renames("gone"), names("gone"), set()),
    "change in a pop-up": (
        renames("draft", _popup="1", _to_field="id"),
        names("draft"),
        {"own", "eve", "rita", "boss"},
    ),
    "by another column": (renames("draft", _to_field="slug"), state_of("draft"), set()),
    "save as new": (
        lambda world, client: client.post(
            address(world.draft, "change"),
            {**world.form(world.draft), "_saveasnew": "1", "slug": "copied"},
        ),
        count_of(Programme),
        set(),
    ),
    "add": (adds(), count_of(Programme), WRITERS),
    "add as public": (
        adds(state="public", _act="publish"),
        lambda world: Programme.objects.filter(state="public").count(),
        set(),
    ),
    "add an organisation's record": (
        lambda world, client: client.post(
            address(Organisation, "add"),
            world.form(Organisation, "add") | {"name_en": "Added", "slug": "added"},
        ),
        count_of(Organisation),
        WRITERS,
    ),
    "send to review": (moves("draft", "review"), state_of("draft"), WRITERS - {"other"}),
    "publish": (moves("review", "publish"), state_of("review"), PUBLISHERS),
    "publish with what it needs": (
        lambda world, client: client.post(
            address(world.review, "bundle"),
            fields(world.people["boss"].reads(world.review, "bundle")),
        ),
        state_of("review"),
        PUBLISHERS,
    ),
    "publish a draft": (
        moves("draft", "publish"),
        lambda world: state_of("draft")(world) == "public",
        set(),
    ),
    "send back from a bundle": (
        lambda world, client: client.post(
            address(world.review, "bundle"),
            fields(world.people["boss"].reads(world.review, "bundle"))
            | {f"back-programme-{world.review.pk}": "No"},
        ),
        lambda world: (state_of("review")(world), Remark.objects.filter(text="No").count()),
        PUBLISHERS,
    ),
    "back to draft": (moves("review", "draft"), state_of("review"), WRITERS - {"other"}),
    "hide": (moves("public", "hide"), state_of("public"), PUBLISHERS | RESTRICTORS),
    "send many to review": (
        marks("draft", "send_to_review"),
        state_of("draft"),
        WRITERS - {"other"},
    ),
    "publish many": (marks("review", "publish"), state_of("review"), PUBLISHERS),
    "move many that are gone": (marks("gone", "send_to_review"), state_of("gone"), set()),
    "delete many": (marks("draft", "delete_selected"), state_of("draft"), set()),
    "delete a draft": (deletes("draft"), state_of("draft"), {"boss"}),
    "delete what is public": (deletes("public"), state_of("public"), set()),
    "delete what is gone": (deletes("gone"), state_of("gone"), set()),
    "edit in the list": (
        edits_in_the_list,
        lambda world: (names("draft")(world), state_of("draft")(world)),
        set(),
    ),
    "take a row of another": (
        takes_a_row_of_another,
        lambda world: list(world.public.roles.values_list("role", "record")),
        set(),
    ),
    "show finer": (shows_finer, shown_as, set()),
    "ask to show finer": (shows_finer, proposals_of_others, RESTRICTORS),
    "accept a finer place": (accepts_a_finer_place, shown_as, PUBLISHERS | RESTRICTORS),
    "show coarser": (
        lambda world, client: client.post(
            address(world.public, "change"), world.form(world.public) | {"precision": "country"}
        ),
        shown_as,
        WRITERS | RESTRICTORS,
    ),
    "take back": (
        takes_back,
        lambda world: (
            world.public.history.filter(name_en="Renamed").exists()
            and names("public")(world) == "Contest"
        ),
        PUBLISHERS,
    ),
    "propose to take back": (takes_back, proposals_of_others, {"own", "other", "eve"}),
    "recover a deleted draft": (recovers, count_of(Programme), {"boss"}),
    "publish alone": (publishes_alone, state_of("alone"), {"boss"}),
    "mark as seen": (
        lambda world, client: client.post("/admin/alone/", {"seen": world.seen.pk}),
        lambda world: PublishedAlone.objects.get().seen_at,
        PUBLISHERS,
    ),
    "merge": (merges, state_of("twin"), PUBLISHERS),
    "undo a merge": (
        undoes_a_merge,
        lambda world: Merge.objects.standing().count(),
        PUBLISHERS,
    ),
    "say that two are two": (
        lambda world, client: client.post("/admin/merging/pair/", {"two": world.pair.pk}),
        lambda world: LikelyPair.objects.open().count(),
        PUBLISHERS,
    ),
    "withdraw": (withdraws, state_of("public"), RESTRICTORS),
    # Nobody ordered it, so one officer asks and another does it.
    "bring back": (brings_back, state_of("gone"), set()),
    "ask to erase": (
        lambda world, client: client.post("/admin/erase/", {"words": "Draftword", "_ask": ""}),
        count_of(Erasure),
        RESTRICTORS,
    ),
    "erase": (erases("_erase"), names("draft"), {"olga", "boss"}),
    "drop an erasure": (erases("_drop"), count_of(Erasure), {"olga", "boss"}),
    "accept": (decides("accept"), names("public"), PUBLISHERS),
    "send back": (decides("send-back"), proposal_state, PUBLISHERS),
    "drop": (decides("drop"), proposal_state, {"own"}),
    "remark": (
        decides("send-back"),
        lambda world: Remark.objects.filter(text="No").count(),
        PUBLISHERS,
    ),
    "amend": (amends, proposal_typed, {"own", *PUBLISHERS}),
    "handle a mistake": (
        handles_a_report("mistake"),
        state_of("mistake"),
        PUBLISHERS | RESTRICTORS,
    ),
    "handle a removal": (handles_a_report("removal"), state_of("removal"), RESTRICTORS),
    "draft a suggestion": (drafts_a_suggestion, count_of(Programme), WRITERS),
    "keep a list": (keeps_a_list, count_of(SavedList), {*GROUPS}),
    "rename a list": (changes_a_list(), kept_list, {"own"}),
    "share a list": (changes_a_list(is_shared="on"), kept_list, {"own"}),
    "delete a list": (changes_a_list(_delete=""), kept_list, {"own"}),
    "bring a file in": (brings_a_file, count_of(Batch), WRITERS),
    "write a file": (decides_on_a_file("batch", "apply"), batch_state("batch"), {"own"}),
    "drop a file": (decides_on_a_file("batch", "drop"), batch_state("batch"), {"own"}),
    "undo a file": (
        decides_on_a_file("written", "undo"),
        batch_state("written"),
        {"own", *PUBLISHERS},
    ),
    "give rights": (gives_rights, standing, {"boss"}),
    "make a member": (makes_a_member, standing, {"boss"}),
    # Begins the session anew, which is taken back with all else: the last one.
    "set a password": (sets_a_password, standing, {"boss"}),
}


@pytest.mark.parametrize("who", few(EVERYBODY, "eve", "rita"))
def test_what_a_person_may_not_change_stays_as_it_is(world, who):
    """Each door in a transaction of its own, which is taken back."""
    wrong = []
    for door, (act, look, whom) in DOORS.items():
        with transaction.atomic():
            before = look(world)
            reply = act(world, world.people[who].client)
            changed = look(world) != before
            transaction.set_rollback(True)
        if changed is not (who in whom) or reply.status_code >= 500:
            wrong.append((door, changed, reply.status_code))
        if who in ("guest", "nobody") and reply.status_code not in (302, 400, 403, 404):
            wrong.append((door, reply.status_code))
    assert not wrong


# (a word, who of all people reads it somewhere in the admin)
SECRETS = {
    "Draftword": WRITERS | {"olga"},
    "Deletedword": {"boss"},
    "Goneword": RESTRICTORS,
    "Loserword": RESTRICTORS,
    "Proposalword": {"own", "rita", "olga", "boss"},
    "Remarkword": {"own", "rita", "olga", "boss"},
    "Reasonword": PUBLISHERS,
    "Removalword": RESTRICTORS,
    "Contactword": RESTRICTORS,
    "Mistakeword": PUBLISHERS | RESTRICTORS,
    "Replyword": PUBLISHERS | RESTRICTORS,
    "linenword": {"boss"},
    "Listword": {"own"},
    "Sharedword": {*GROUPS},
    "Cellword": {"own"},
    "Fileword": {"own"},
}


def addresses_of(world):
    """Every address of the admin, with the keys of what there is; lists also with questions."""
    rows = [world.draft, world.review, world.public, world.gone, world.talk, world.runs]
    rows += [world.removal, world.mistake, world.linen, world.batch, world.written]
    for route in all_routes():
        if not route.startswith("/admin/") or "/factor/" in route or "/logout/" in route:
            continue
        names_of = re.findall(r"%\((\w+)\)s", route)
        if not names_of:
            yield route
            continue
        for row in rows:
            versions = getattr(row, "history", None)
            filled = {
                "object_id": row.pk,
                "pk": row.pk,
                "id": row.pk,
                "number": world.proposal.pk,
                "version_id": versions.latest().pk if versions else 1,
                "language": "en",
                "label": "programmes.programme",
                "ending": "csv",
            }
            if f"/{row._meta.app_label}/{row._meta.model_name}/" in route:
                yield route % {name: filled.get(name, 1) for name in names_of}
            elif "/r/" in route:
                yield route % dict.fromkeys(names_of, row.pk)
    for model in (Programme, Organisation, User, Report):
        at = address(model, "changelist")
        for asked in ("q=word", "all=1", "_popup=1&_to_field=slug", "name_en__startswith=Gone"):
            yield f"{at}?{asked}"
    for model in apps.get_models():
        if issubclass(model, Entry | Part):
            for field in {*references(model), "history", "id", "state"}:
                yield (
                    f"/admin/autocomplete/?app_label={model._meta.app_label}&term=word"
                    f"&model_name={model._meta.model_name}&field_name={field}"
                )


@pytest.mark.parametrize("who", few(EVERYBODY, "eve", "guest"))
def test_what_a_person_may_not_see_is_said_in_no_byte(world, who):
    client, found, broken = world.people[who].client, {}, []
    for at in addresses_of(world):
        reply = client.get(at)
        text = said(reply) if reply.streaming else reply.content.decode(errors="replace")
        if reply.status_code >= 500:
            broken.append(at)
        for word in SECRETS:
            if word.lower() in text.lower():
                found.setdefault(word, at)
    assert not broken
    assert {word: at for word, at in found.items() if who not in SECRETS[word]} == {}
    assert {word for word in SECRETS if who in SECRETS[word]} == found.keys()


@pytest.mark.parametrize("who", few(GROUPS, "eve", "olga"))
@pytest.mark.parametrize(
    "column",
    every(2, ["name_en", "address", "note_en", "roles__organisation__email", "withdrawal_reason"]),
)
def test_a_list_answers_no_question_about_a_column(world, who, column):
    at = address(Programme, "changelist")
    replies = [
        world.people[who].client.get(at, {f"{column}__startswith": word}) for word in ("G", "Q")
    ]
    assert {reply.status_code for reply in replies} <= {302, 400, 403}
    assert len({reply.content for reply in replies}) == 1
