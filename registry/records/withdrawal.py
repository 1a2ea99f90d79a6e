"""Taking a record out of every public output at once, with all that would still tell of it.

One transaction: the record, what cannot stay public without it, and the texts of others that
name it. The cards follow in the same transaction, so no door shows any of it afterwards.
"""

from dataclasses import dataclass, field

import orjson
from django.core.exceptions import PermissionDenied
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry import reserve
from registry.cards.declarations import declared
from registry.cards.models import Card, Redirect
from registry.cards.saying import words_said

from .histories import keep_first
from .models import MISTAKEN, Record, State
from .publication import Refused
from .scan import bodies, body_says, body_says_one, says, sought, spellings
from .writing import writing


class Reason(models.TextChoices):
    SAFETY = "safety", _("safety of people")
    REQUEST = "request", _("asked for by those concerned")
    MISTAKE = "mistake", _("entered by mistake")
    LEGAL = "legal", _("legal duty")


ANOTHER = _("Another person must bring back what you withdrew, or asked to bring back.")


@dataclass
class Report:
    """What a withdrawal did, for the officer who ordered it."""

    withdrawn: list = field(default_factory=list)
    sent_back: list = field(default_factory=list)  # records whose texts named it: in review now
    out_of_sight: list = field(default_factory=list)  # parts of those, until they are back
    to_edit: list = field(default_factory=list)  # places whose texts name it: they stay

    @property
    def gone(self):
        return {fallen.public_id for fallen in self.withdrawn}


def foresee(entry, reason=None):
    """What a withdrawal of the record would do, as a `Report`."""
    report = Report(withdrawn=[entry, *falling_with(entry)])
    if not keeps_name_out(entry, reason):
        return report
    for named in naming(spellings(entry), report.gone):
        # A place would take every record in it along.
        (report.to_edit if named.card_type == "location" else report.sent_back).append(named)
    report.out_of_sight = [
        part
        for part in _reached(report.sent_back, "parts_of")
        if part.is_public and part.public_id not in report.gone
    ]
    return report


def withdraw(entry, reason, by=None):
    """Withdraw the record and what falls with it; returns a `Report`. `Refused` if it is gone.

    Other records whose public texts name it go back to review. A place is only listed.
    """
    reserve.give()
    with writing(by=by) as block:
        entry.refresh_from_db()  # what it is now, not when the caller read it
        if entry.is_gone:
            raise Refused(gettext("It is withdrawn already."))
        report = foresee(entry, reason)
        if keeps_name_out(entry, reason):
            block.forgotten += old_addresses(spellings(entry), report.gone)
        for fallen in report.withdrawn:
            _close(fallen, entry, reason, by)
        for named in report.sent_back:
            named.state = State.REVIEW
            _save(named, by, f"names {entry.card_type} {entry.public_id}, which was withdrawn")
    return report


def bring_back(entry, by):
    """Undo a withdrawal, by another person than the one who ordered it. Leads into review.

    Where nobody is known to have ordered it, as on the command line, the first person only asks
    and a second one does it. Returns whether it was done.
    """
    with writing(by=by):
        entry.refresh_from_db()
        if entry.state != State.WITHDRAWN:
            raise PermissionDenied(_("This is not withdrawn."))
        if (first := withdrawn_by(entry)) == by.pk:
            raise PermissionDenied(ANOTHER)
        if first is None:
            _save(entry, by, "asked for it to be brought back")
            return False
        entry.state = State.REVIEW
        if isinstance(entry, Record):
            entry.withdrawal_reason, entry.withdrawn_with = "", None
        _save(entry, by, "brought back")
        return True


def withdrawn_by(entry):
    """The key of the person who ordered the withdrawal that is in force, or else of the one who
    asked for its end; or None. Nothing else is saved of what is withdrawn."""
    ordered = None
    versions = entry.history.order_by("-history_id").values_list("state", "history_user_id")
    for state, person in versions:
        if state != State.WITHDRAWN:
            break
        ordered = person or ordered
    return ordered


def keeps_name_out(entry, reason):
    """Whether others must not say its name: that of a place or a theme is said everywhere, and
    rightly, and that of a mistake is the name of the record that is right."""
    return isinstance(entry, Record) and reason not in MISTAKEN


def falling_with(entry):
    """The records that are public and cannot stay so without this one, however far removed."""
    return _reached([entry], "falling_with")


def _reached(causes, step):
    """The public records to which the step leads from the causes, however far removed."""
    found, queue = {}, list(causes)
    while queue:
        cause = queue.pop(0)
        for declaration in declared.values():
            for row in getattr(declaration.model, step)(cause).filter(state=State.PUBLIC):
                if (declaration.type, row.pk) not in found and row not in causes:
                    found[declaration.type, row.pk] = row
                    queue.append(row)
    return list(found.values())


def naming(names, without=()):
    """The records, but for those of the given ids, whose texts or addresses say one of the names.

    Looks at all that is public or would become so without a further decision: what waits for the
    end of an embargo, or for that of which it is a part.
    """
    found = {}
    for declaration in declared.values():
        cards = Card.objects.of(declaration.type)
        rows = declaration.model.objects.filter(state=State.PUBLIC).exclude(public_id__in=without)
        for entry, body in bodies(rows.exclude(public_id__in=cards.values("public_id"))):
            if body_says_one(body, names):
                found[declaration.type, entry.public_id] = None
    cards = Card.objects.filter(parent=None).exclude(public_id__in=without)
    for card_type, public_id, slug in cards.values_list("type", "public_id", "slug"):
        if names_one(slug, names):
            found[card_type, public_id] = None
    for words in names:
        told = models.Q()
        for piece in sought(words):
            told |= models.Q(search_text__words__contains=piece)
            told |= models.Q(search_text__besides__contains=piece)
        for card in cards.filter(told):
            if body_says(orjson.loads(card.body), words):
                found[card.type, card.public_id] = None
    return [
        declared[card_type].model.objects.get(public_id=public_id) for card_type, public_id in found
    ]


def names_one(slug, names):
    said = words_said(slug)
    return any(says(said, words) for words in names)


def old_addresses(names, without):
    """The keys of the redirects that say one of the names, but for those of the given records."""
    addresses = Redirect.objects.exclude(public_id__in=without).values_list("pk", "slug")
    return [key for key, slug in addresses if names_one(slug, names)]


def _close(entry, cause, reason, by):
    entry.state = State.WITHDRAWN
    if isinstance(entry, Record):
        entry.withdrawal_reason = reason
        entry.withdrawn_with = cause.public_id if cause is not entry else None
    _save(entry, by, f"withdrawn: {reason}")


def _save(entry, by, why):
    keep_first(entry)
    entry._history_user, entry._change_reason = by, why[:100]
    entry.save()
