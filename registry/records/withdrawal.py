"""Taking a record out of every public output at once, with all that would still tell of it.

One transaction: the record, what cannot stay public without it, and the texts of others that
name it. The cards follow in the same transaction, so no door shows any of it afterwards.
"""

from dataclasses import dataclass, field
from itertools import chain

import orjson
from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.cards.declarations import declared
from registry.cards.folding import fold
from registry.cards.models import Card

from .models import Record, State
from .translated import texts
from .writing import writing


class Reason(models.TextChoices):
    SAFETY = "safety", _("safety of people")
    REQUEST = "request", _("asked for by those concerned")
    MISTAKE = "mistake", _("entered by mistake")
    LEGAL = "legal", _("legal duty")


@dataclass
class Report:
    """What a withdrawal did, for the officer who ordered it."""

    withdrawn: list = field(default_factory=list)
    sent_back: list = field(default_factory=list)  # records whose texts named it: in review now
    to_edit: list = field(default_factory=list)  # places whose texts name it: they stay


def withdraw(entry, reason, by=None):
    """Withdraw the record and what falls with it; returns a `Report`.

    Other records whose public texts name it go back to review. A place is only listed: it
    would take every record in it along.
    """
    report = Report()
    with writing():
        entry.refresh_from_db()  # what it is now, not when the caller read it
        names = folded_names(entry)
        for fallen in [entry, *falling_with(entry)]:
            _close(fallen, entry, reason, by)
            report.withdrawn.append(fallen)
        gone = {fallen.public_id for fallen in report.withdrawn}
        for named in naming(names, gone):
            if named.card_type == "location":
                report.to_edit.append(named)
                continue
            named.state = State.REVIEW
            _save(named, by, f"names {entry.card_type} {entry.public_id}, which was withdrawn")
            report.sent_back.append(named)
    return report


def bring_back(entry, by):
    """Undo a withdrawal, by another person than the one who ordered it. Leads into review."""
    with writing():
        entry.refresh_from_db()
        if entry.state != State.WITHDRAWN:
            raise PermissionDenied(_("This is not withdrawn."))
        if withdrawn_by(entry) == by.pk:
            raise PermissionDenied(_("Another person must bring back what you withdrew."))
        entry.state = State.REVIEW
        if isinstance(entry, Record):
            entry.withdrawal_reason, entry.withdrawn_with = "", None
        _save(entry, by, "brought back")


def withdrawn_by(entry):
    """The key of the person who ordered the withdrawal that is in force, or None."""
    ordered = None
    versions = entry.history.order_by("-history_id").values_list("state", "history_user_id")
    for state, person in versions:
        if state != State.WITHDRAWN:
            break
        ordered = person
    return ordered


def falling_with(entry):
    """The records that are public and cannot stay so without this one, however far removed."""
    found, queue = {}, [entry]
    while queue:
        cause = queue.pop(0)
        for declaration in declared.values():
            for row in declaration.model.falling_with(cause).filter(state=State.PUBLIC):
                if (declaration.type, row.pk) not in found and row != entry:
                    found[declaration.type, row.pk] = row
                    queue.append(row)
    return list(found.values())


def folded_names(entry):
    """All names of the record, folded; those of two letters would be found everywhere."""
    names = chain(
        texts(entry, "name").values(),
        (other.name for other in entry.other_names.all()) if hasattr(entry, "other_names") else (),
    )
    return {folded for name in names if name and len(folded := fold(name)) > 2}


def naming(names, without=()):
    """The records, but for those of the given ids, whose public texts hold one of the names."""
    found = {}
    for name in names:
        longest = max(name.split(), key=len)
        cards = Card.objects.filter(search_text__words__contains=longest, parent=None)
        for card in cards.exclude(public_id__in=without):
            if any(f" {name} " in f" {fold(text)} " for text in own_texts(orjson.loads(card.body))):
                found[card.type, card.public_id] = None
    return [
        declared[card_type].model.objects.get(public_id=public_id) for card_type, public_id in found
    ]


def own_texts(body):
    """Every text of a card but the names of the records to which it refers."""
    for value in body.values():
        yield from _texts(value)


def _texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, dict) and "slug" not in value:
        for inner in value.values():
            yield from _texts(inner)


def _close(entry, cause, reason, by):
    entry.state = State.WITHDRAWN
    if isinstance(entry, Record):
        entry.withdrawal_reason = reason
        entry.withdrawn_with = cause.public_id if cause is not entry else None
    _save(entry, by, f"withdrawn: {reason}")


def _save(entry, by, why):
    entry._history_user, entry._change_reason = by, why[:100]
    entry.save()
