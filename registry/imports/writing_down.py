"""What somebody has confirmed is written: all of it, or nothing.

What is new comes first, in shares of some seconds, so that others write between two of them: these
are drafts, which nobody sees but the staff. What changes records that are there is written last and
at once. If any of it is refused, the drafts that were written before are deleted again.

apply(batch, request, tables)
while batch.state == Batch.State.WRITING:
    write_on(batch, request, tables)
"""

from time import monotonic

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from registry.cards.changeset import writing
from registry.cards.declarations import declared
from registry.staff.trial import tried_out
from registry.workflow.acts import Refused
from registry.workflow.why_kept import WhyKept

from .batches import items_of
from .items import NEW, PROPOSED, SAME, Outcome, Run
from .models import Batch, Origin

OF_FILE = WhyKept(gettext_noop("file %(number)s: %(name)s"))
SHARE = 2.0  # seconds of writing while all others wait


def apply(batch, request, tables):
    """The first share of it is written; or nothing, and `Refused` says why."""
    if batch.state != Batch.State.CHECKED or batch.holds["wrong"]:
        raise Refused(_("There is something in the file that cannot be written."))
    number = len(_in_order(batch.holds))
    undecided = Batch.objects.filter(pk=batch.pk, state=Batch.State.CHECKED)
    if not undecided.update(state=Batch.State.WRITING, looked_at=0, number=number):
        raise Refused(_("This has already been decided."))
    write_on(batch, request, tables)


def write_on(batch, request, tables):
    """The next share; the batch keeps no text once it is the last. What is refused is taken back,
    and told at once if nothing was written before."""
    if not Batch.objects.take(batch):
        return  # somebody is at it
    try:
        batch.refresh_from_db()
        if batch.state == Batch.State.WRITING:
            _write_share(batch, request, tables)
    except (Refused, IntegrityError) as obstacle:
        _give_up(batch, obstacle)
    finally:
        Batch.objects.leave(batch)
        batch.refresh_from_db()


def _give_up(batch, obstacle):
    if not batch.wrote:
        Batch.objects.filter(pk=batch.pk).update(state=Batch.State.CHECKED)
        raise obstacle
    batch.holds = batch.holds | {"refused": str(obstacle)}
    batch.state, batch.looked_at, batch.number = Batch.State.UNDOING, 0, len(batch.wrote)
    batch.save(update_fields=["content", "state", "looked_at", "number"])


def _write_share(batch, request, tables):
    """Some of what is new, or all that changes."""
    holds, end = batch.holds, monotonic() + SHARE
    pairs = _in_order(holds)
    left = pairs[len(batch.wrote) :]
    new = [pair for pair in left if pair[1].state == NEW]
    run = Run(request, tables, items_of(holds))
    run.keys = _keys(pairs, batch.wrote)
    run.trials = _trials(run, [] if new else left)
    wrote = list(batch.wrote)
    with writing(by=request.user) as changes:
        for item, outcome in new or left:
            wrote.append(_write(run, item, outcome, batch))
            if origin := holds.get("origins", {}).get(item.id):
                record = {"type": item.kind, "public_id": wrote[-1][1]}
                Origin.objects.update_or_create(origin=origin, defaults=record)
            if new and monotonic() > end:
                break
        changes.flush()
        run.object_to_hits()
        values = {"wrote": wrote, "looked_at": len(wrote)}
        if len(wrote) == len(pairs):
            now = timezone.now()
            values |= {"state": Batch.State.APPLIED, "decided_at": now, "content": None}
        Batch.objects.filter(pk=batch.pk).update(**values)


def _keys(pairs, wrote):
    """{ref of what was added: its key}"""
    ids, keys = {}, {}
    for (item, _outcome), (kind, public_id, *_rest) in zip(pairs, wrote, strict=False):
        ids.setdefault(kind, {})[public_id] = item.ref
    for kind, refs in ids.items():
        rows = declared[kind].model.objects.filter(public_id__in=refs)
        keys |= {refs[str(each)]: key for each, key in rows.values_list("public_id", "pk")}
    return keys


def _trials(run, pairs):
    """What the proposals would do, tried out once more."""
    waiting = [item for item, outcome in pairs if outcome.state == PROPOSED]
    if not waiting:
        return {}
    with tried_out(run.user):
        for item in waiting:
            if run.try_out(item).state != PROPOSED:
                raise Refused(_("“%(entry)s” has changed in the meantime.") % {"entry": item.title})
    return run.trials


def _write(run, item, outcome, batch):
    try:
        written = run.write(item, outcome, OF_FILE.kept(number=batch.pk, name=batch.name))
    except (Refused, IntegrityError) as obstacle:
        line = item.lines[0]
        where = {"title": item.title, "sheet": line.sheet, "line": line.line, "why": obstacle}
        raise Refused(
            _("Nothing was written. %(title)s (%(sheet)s, line %(line)d): %(why)s") % where
        ) from obstacle
    return [item.kind, *written]


def _in_order(holds):
    """(item, outcome) of all that is written: what is new first, each after what it names."""
    outcomes = [Outcome(**each) for each in holds["outcomes"]]
    pairs = [pair for pair in zip(items_of(holds), outcomes, strict=True) if pair[1].state != SAME]
    by_ref = {item.ref: (item, outcome) for item, outcome in pairs if item.key is None and item.id}
    placed = {}

    def place(item, outcome):
        if id(item) in placed:
            return
        placed[id(item)] = None
        for needed in item.needs:
            place(*by_ref[needed])
        del placed[id(item)]
        placed[id(item)] = item, outcome

    for pair in sorted(pairs, key=lambda pair: pair[1].state != NEW):
        place(*pair)
    return list(placed.values())
