"""What waits for a person: the lists of the first page, each row with who, since when and why."""

from collections import defaultdict
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from registry.cards.declarations import declared, of_entries
from registry.cards.private_django import registered
from registry.cards.sql import listed
from registry.records.models import Entry, Proposal, PublishedAlone, Remark, State
from registry.records.models.state import GONE
from registry.workflow.bundles import is_whole
from registry.workflow.differences import topics
from registry.workflow.erasure import entry_of
from registry.workflow.groups import PUBLISH, RESTRICT
from registry.workflow.rights import may, visible
from registry.workflow.withdrawal import ASKED_BACK

from .erasing import asked_of
from .proposals import proposal_address
from .there import ALONE, OWN, PROPOSALS
from .todo import ASKED, MOST, Number

WAITING = 20
MOVED = (Remark.On.REVIEW, Remark.On.DRAFT)


@dataclass(frozen=True)
class Item:
    address: str
    title: str
    kind: str
    since: str = ""  # who and when
    said: str = ""  # with it
    together: str = ""  # where it is published with what it needs and what belongs to it


def what_waits(site, request, there):
    """[(heading, items)] for this person, of what there is any of (`registry.staff.there`)."""
    user = request.user
    publishes = any(may(user, "publish", model) for model in registered(site))
    drafts, back = _drafts(site, user, there)
    waiting, returned, to_decide = _proposals(user) if PROPOSALS in there else ([], [], [])
    handed_over = [*_in_review(site, request, there, "change", own=True), *waiting]
    lists = [(_("Sent back to you"), [*back, *returned])] if back or returned else []
    if publishes:
        lists.append((_("Waiting for a reviewer"), _in_review(site, request, there, "publish")))
    if publishes or to_decide:
        lists.append((_("Proposed changes"), to_decide))
    if handed_over or not publishes:
        lists.append((_("Yours, waiting for a reviewer"), handed_over))
    lists.append((_("Your drafts"), drafts))
    if asked := _asked_back(user, there):
        lists.append((_("Another officer asks to bring these back"), asked))
    if erasures := _to_erase(user):
        lists.append((_("Another officer asks to erase"), erasures))
    return [*((heading, items[:WAITING]) for heading, items in lists), *_of_others(site, request)]


def _asked_back(user, there):
    """Withdrawn entries that another officer asked to bring back: it takes a second one."""

    def asked(rows):
        kept = rows.model.history.filter(id=OuterRef("pk")).order_by("-history_id")
        rows = rows.annotate(
            asked=Subquery(kept.values("history_change_reason")[:1]),
            asker=Subquery(kept.values("history_user")[:1]),
        )
        others = ~Q(asker=user.pk) | Q(asker=None)
        return rows.filter(others, asked=ASKED_BACK.kept())

    kinds = (each.model for each in of_entries() if (each.type, ASKED) in there)
    found = _entries(user, kinds, State.WITHDRAWN, RESTRICT, among=asked)
    return [_item(entry, str(entry)) for entry in found]


def _to_erase(user):
    """What another officer asked to erase; which words these are, the page alone says."""
    return [
        Item(
            reverse("admin:erasing", args=[row.pk]),
            str(entry_of(row) or _("words")),
            _("erasure"),
            by_and_when(row.asked_by, row.asked_at),
        )
        for row in asked_of(user)[:WAITING]
    ]


def _of_others(site, request):
    """What other apps have waiting: lists that name themselves."""
    for page in registered(site).values():
        if hasattr(page, "waiting") and page.has_view_permission(request):
            titled = getattr(page, "titled", str)
            for heading, rows, view in page.waiting(request):
                yield heading, [_item(row, titled(row), view=view) for row in rows[:WAITING]]


def _item(row, title, remark=None, view="change"):
    meta = row._meta
    address = reverse(f"admin:{meta.app_label}_{meta.model_name}_{view}", args=[row.pk])
    said = (by_and_when(remark.author, remark.said_at), remark.text) if remark else ()
    return Item(address, title, meta.verbose_name, *said)


def by_and_when(person, moment):
    """In words, as it stands beside what waits."""
    when = date_format(localtime(moment), "SHORT_DATETIME_FORMAT")
    return f"{person or _('not by staff')}, {when}"


def _kinds(site, there, state, own):
    """Those of which there is anything in the state, and anything that the person changed."""
    needed = (state, OWN) if own else (state,)
    entries = (model for model in registered(site) if issubclass(model, Entry))
    return [each for each in entries if all((each.card_type, of) in there for of in needed)]


def _entries(user, kinds, state, right, own=False, among=lambda rows: rows):
    """Entries in the state, newest first, of those kinds over which the person has the right."""
    found = []
    for model in kinds:
        if not may(user, right, model):
            continue
        rows = visible(model.objects.filter(state=state).exclude(state=State.PUBLIC), user)
        if own:
            rows = rows.filter(pk__in=model.history.filter(history_user=user).values("id"))
        found += among(rows).order_by("-pk")[:WAITING]
    return found


def _returned(rows, user):
    """Those that somebody else sent back, last of all."""
    moved = Remark.objects.filter(public_id=OuterRef("public_id"), on__in=MOVED)
    last = moved.order_by("-said_at", "-pk")
    rows = rows.annotate(
        last_on=Subquery(last.values("on")[:1]), last_author=Subquery(last.values("author")[:1])
    )
    others = ~Q(last_author=user.pk) | Q(last_author=None)
    return rows.filter(others, last_on=Remark.On.DRAFT)


def _last_remarks(entries):
    """{public id: the last that was said when it was handed over or sent back}."""
    ids = [entry.public_id for entry in entries]
    moved = Remark.objects.filter(public_id__in=ids, on__in=MOVED)
    return {each.public_id: each for each in moved.select_related("author")} if ids else {}


def _in_review(site, request, there, right, own=False):
    as_one, ids = _waiting_as_one(site, request, own)

    def others(rows):
        kept = ids.get(rows.model.card_type)
        return rows.exclude(public_id__in=listed(kept)) if kept else rows

    kinds = _kinds(site, there, State.REVIEW, own)
    entries = _entries(request.user, kinds, State.REVIEW, right, own, among=others)
    last = _last_remarks(entries)
    found = [(entry, _item(entry, str(entry), last.get(entry.public_id))) for entry in entries]
    if right == "publish":
        found = [(entry, replace(item, together=_together(entry))) for entry, item in found]
    return [*as_one, *(item for _entry, item in found)]


def _waiting_as_one(site, request, own):
    """(items that each are many records, {type: public ids} of these, which stand there once)"""
    items, ids = [], defaultdict(set)
    for page in registered(site).values():
        if hasattr(page, "waiting_as_one") and page.has_view_permission(request):
            for item, named in page.waiting_as_one(request, own):
                items.append(item)
                for kind, public_id in named:
                    ids[kind].add(UUID(public_id))
    return items, ids


def _together(entry):
    meta = entry._meta
    at = reverse(f"admin:{meta.app_label}_{meta.model_name}_bundle", args=[entry.pk])
    return at if is_whole(type(entry)) else ""


def _drafts(site, user, there):
    """(own drafts, those of them that somebody else sent back)."""

    # Apart from each other already when they are cut off at some number.
    def sent_back(rows):
        return _returned(rows, user)

    def others(rows):
        return rows.exclude(pk__in=_returned(rows, user).values("pk"))

    mine = (user, _kinds(site, there, State.DRAFT, own=True), State.DRAFT, "change", True)
    returned = _entries(*mine, among=sent_back)
    last = _last_remarks(returned)
    back = [_item(entry, str(entry), last.get(entry.public_id)) for entry in returned]
    return [_item(entry, str(entry)) for entry in _entries(*mine, among=others)], back


def _proposals(user):
    """(own that wait, own that were sent back, those of others to decide on)."""
    kinds = {each: of.model for each, of in declared.items() if of.model}
    publishing = kinds_to_publish(user)
    restricting = {each for each, model in kinds.items() if may(user, RESTRICT, model)}
    rows = Proposal.objects.open().select_related("author", "decided_by")
    rows = rows.prefetch_related("remarks")
    waiting = rows.filter(_there(kinds, user), state=Proposal.State.WAITING)
    there = _there(publishing, user, GONE)
    finer = _there({each: kinds[each] for each in restricting}, user, GONE) & Q(finer=True)
    # Each cut off by itself, of what exists for this person: see `what_waits`.
    lists = [
        waiting.filter(author=user)[:WAITING],
        rows.filter(_there(kinds, user), author=user, state=Proposal.State.SENT_BACK)[:WAITING],
        waiting.filter(there | finer).exclude(author=user.pk)[:WAITING]
        if publishing or restricting
        else [],
    ]
    found = [row for rows in lists for row in rows]
    entries = entries_of(found, user)
    return [
        [
            _proposed(row, entry)
            for row in rows
            if (entry := entries.get((row.card_type, row.public_id)))
        ]
        for rows in lists
    ]


def _there(kinds, user, gone=()):
    """The condition that what a proposal is of exists for this person."""
    condition = Q(pk__in=[])
    for card_type, model in kinds.items():
        own = visible(model.objects.filter(public_id=OuterRef("public_id")), user)
        own = own.exclude(state__in=gone)
        condition |= Q(Exists(own), card_type=card_type)
    return condition


def entries_of(rows, user):
    """{(card type, public id): entry} of those that exist for this person."""
    found = {}
    for card_type in {row.card_type for row in rows}:
        ids = [row.public_id for row in rows if row.card_type == card_type]
        entries = visible(declared[card_type].model.objects.filter(public_id__in=ids), user)
        found |= {(card_type, entry.public_id): entry for entry in entries}
    return found


def kinds_to_publish(user):
    """{card type: model} of what the person may publish."""
    kinds = {each: of.model for each, of in declared.items() if of.model}
    return {each: model for each, model in kinds.items() if may(user, PUBLISH, model)}


def published_alone(user):
    """What one person published, as far as it exists for this one, who may publish it as well."""
    return PublishedAlone.objects.filter(_there(kinds_to_publish(user), user, GONE))


def number_published_alone(user, there):
    """[(in words, [how many by others are not seen yet])], if there are any."""
    if ALONE not in there or not kinds_to_publish(user):
        return []
    count = published_alone(user).unseen().exclude(author=user.pk)[: MOST + 1].count()
    at = reverse("admin:published_alone")
    return [(_("published by one person"), [Number(_("records"), count, at)])] if count else []


def _proposed(row, entry):
    """With the reason if it was sent back, else with what it is about."""
    address, kind = proposal_address(entry, row), entry._meta.verbose_name
    if row.state == Proposal.State.SENT_BACK:
        answers = [each.text for each in row.remarks.all() if each.on == Remark.On.RETURNED]
        since = by_and_when(row.decided_by, row.decided_at)
        return Item(address, str(entry), kind, since, "".join(answers[-1:]))
    about = ", ".join(topics(row.difference))
    return Item(address, str(entry), kind, by_and_when(row.author, row.sent_at), about)
