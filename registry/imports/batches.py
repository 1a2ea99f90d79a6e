"""What becomes of a batch: begun with what a file says, and looked at step by step.

batch = begin(request, tables, "list.xlsx", sheets)
while batch.state == Batch.State.CHECKING:
    look_at(batch, request, tables)     # some seconds of work at most

`writing_down` is what comes after that.
"""

import hashlib
import json
from dataclasses import asdict
from time import monotonic

from django.utils.translation import gettext as _

from registry.cards.declarations import declared
from registry.staff.trial import tried_out
from registry.workflow.erased_words import ErasedWords

from .compare import Comparison, Item, Line, Wrong
from .items import Run
from .models import Batch
from .rows import Row, Sheet

MOST = 500  # records that one file may change or add
AT_ONCE = 50  # records that it may change: these are written while all others wait
STEP = 2.0  # seconds of work for one look; others write between two of them


def begin(request, tables, name, sheets, batch=None, **further):
    """A batch of these sheets, compared with what is stored; it holds what is given besides.

    `batch` is one whose columns were to be named first.
    """
    # A file may be older than an erasure, which it does not take back.
    said = ErasedWords.noted().without([_plain(sheet) for sheet in sheets])
    sheets = sheets_of({"sheets": said})
    digest = hashlib.sha256(json.dumps(said).encode()).hexdigest()
    again = Batch.objects.filter(digest=digest, state=Batch.State.APPLIED).first()
    found = Comparison(tables, [] if again else sheets)
    items, wrong = found.items, found.wrong
    changed = sum(item.key is not None for item in items)
    number, most = (changed, AT_ONCE) if changed > AT_ONCE else (len(items), MOST)
    if number > most:
        told = _(
            "The file changes %(number)d records, but at most %(most)d can be "
            "written at once. Split it into smaller files."
        )
        words = {"number": number, "most": most}
        wrong, items = [Wrong(sheets[0].title, 1, "", "", "", told % words), *wrong], []
    batch = batch or Batch(owner=request.user, name=name[-200:])
    batch.digest, batch.number, batch.looked_at = digest, len(items), 0
    batch.holds = {
        **further,
        "sheets": said,
        "items": [asdict(item) for item in items],
        "wrong": [asdict(each) for each in wrong],
        "outcomes": [],
        "again": again and again.pk,
    }
    batch.state = Batch.State.CHECKING if items else Batch.State.CHECKED
    batch.save()
    return batch


def _plain(sheet):
    rows = [[row.line, row.cells] for row in sheet.rows]
    return {"title": sheet.title, "kind": sheet.kind, "columns": sheet.columns, "rows": rows}


def items_of(holds):
    """What it changes, each with the lines that do."""
    return [
        Item(**{**item, "lines": [Line(**line) for line in item["lines"]]})
        for item in holds["items"]
    ]


def sheets_of(holds):
    """What the file said, as it was read."""
    return [
        Sheet(**{**sheet, "rows": [Row(*row) for row in sheet["rows"]]})
        for sheet in holds["sheets"]
    ]


def look_at(batch, request, tables):
    """Some of what is left to look at is tried out, and taken back."""
    if not Batch.objects.take(batch):
        return  # somebody is at it
    try:
        batch.refresh_from_db()
        if batch.state == Batch.State.CHECKING:
            _look_at(batch, request, tables)
    finally:
        Batch.objects.leave(batch)
        batch.refresh_from_db()


def _look_at(batch, request, tables):
    holds, end = batch.holds, monotonic() + STEP
    items = items_of(holds)
    tried = zip(items, holds["outcomes"], strict=False)
    taken = {(item.kind, outcome["slug"]) for item, outcome in tried}
    with tried_out(request.user):
        run = Run(request, tables, items, dates_are_read="sections" in holds)
        for item in items[batch.looked_at :]:
            outcome = run.try_out(item)
            outcome.slug = _free(outcome.slug, item.kind, taken)
            taken.add((item.kind, outcome.slug))
            holds["wrong"] += [asdict(each) for each in _placed(holds, outcome.wrong)]
            holds["outcomes"].append(asdict(outcome) | {"wrong": []})
            if monotonic() > end:
                break
    batch.holds, batch.looked_at = holds, len(holds["outcomes"])
    if batch.looked_at == len(items):
        batch.state = Batch.State.CHECKED
    batch.save(update_fields=["content", "looked_at", "state"])


def _free(slug, kind, taken):
    """An address that no other record of the file has: what was tried out before is taken back."""
    rows, number, free = declared[kind].model._base_manager, 2, slug
    while slug and (kind, free) in taken:
        while rows.filter(slug=f"{slug}-{number}").exists():
            number += 1
        free, number = f"{slug}-{number}", number + 1
    return free


def _placed(holds, wrong):
    columns = {sheet["title"]: sheet["columns"] for sheet in holds["sheets"]}
    for line, column, told in wrong:
        place = f"{columns.get(line.sheet, {}).get(column, '')}{line.line}"
        stands = line.new.get(column, "")[:200]
        yield Wrong(line.sheet, line.line, column, place, stands, str(told))
