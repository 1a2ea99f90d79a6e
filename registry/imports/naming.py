"""The pages on which somebody says what is what in a table of their own: which row is the header,
what each column is, and which of our records the names in it mean."""

from dataclasses import asdict
from time import monotonic

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext

from registry.cards.declarations import declared
from registry.workflow.acts import Refused
from registry.workflow.contacts import contacts
from registry.workflow.rights import may

from . import cells
from .as_given import as_given
from .batches import begin
from .foreign import Build
from .matching import look_up
from .models import Batch, Origin
from .name_rows import NameRow, ways
from .once_more import columns_with_people, doubts_told, leave_column_out, leave_people_out
from .said_before import decided_before, remember, save_naming, saved_naming
from .sections import ITSELF, Asked, asked_in, partly_said, section_of, sections_of
from .tables import tables
from .targets import ASIDE, suggest, suggest_kind, targets_of
from .twins import offer_twins

SHOWN_ROWS, SHOWN_CELLS, HEAD_ROWS = 8, 4, 15
STEP = 2.0  # seconds of looking up for one page
MOST_ASKED = 1000
MOST_DOUBTS = 100
# What a file said, and what is held from the names on until somebody decides.
SAID = ("sections", "by", "left_out", "identifiers", "as_given")
KEPT = (*SAID, "asked", "found")
KINDS = ("programme", "event", "organisation", "initiative", "edition")


class NamingMixin:
    """What is still to be said stands in `holds`: `raw`, `step` and what was said so far."""

    @property
    def steps(self):
        return {
            "sheet": self._choose_sheet,
            "columns": self._name_columns,
            "names": self._decide_names,
            "back": self._back,
            "leave-out": self._leave_out,
            "leave-cells": self._leave_out,
        }

    def begin_naming(self, request, name, raw):
        """A batch of which the columns are not named yet."""
        batch = Batch(owner=request.user, name=name[-200:], state=Batch.State.NAMING)
        batch.holds = {"raw": [asdict(sheet) for sheet in raw], "step": "sheet"}
        batch.save()
        return batch

    def begin_standard(self, request, name, reading):
        """A batch of what a standard file says: its columns are known."""
        found = tables(self.admin_site, request)
        if any(section.kind not in found for section in reading.sections):
            raise PermissionDenied
        batch = Batch(owner=request.user, name=name[-200:], state=Batch.State.NAMING)
        said = {"left_out": reading.told, "identifiers": reading.identifiers, "by": ""}
        said |= {"sections": [asdict(e) for e in reading.sections], "as_given": None}
        self._ask(request, batch, said)
        return batch

    def show_naming(self, request, batch):
        holds = batch.holds
        show = {
            "sheet": self._show_sheets,
            "columns": self._show_columns,
            "names": self._show_names,
        }
        return show[holds["step"]](request, batch, holds)

    def _page(self, request, batch, template, context):
        context = self._context(request, str(batch)) | {"batch": batch} | context
        return render(request, f"admin/imports/{template}.html", context)

    def _keep(self, batch, holds, **said):
        batch.holds = holds | said
        batch.save(update_fields=["content", "state", "number", "looked_at"])

    def _kinds(self, request):
        found = tables(self.admin_site, request)
        return {
            kind: capfirst(str(declared[kind].plural))
            for kind in KINDS
            if kind in found and may(request.user, "add", declared[kind].model)
        }

    # The sheet and its header

    def _show_sheets(self, request, batch, holds):
        sheets = []
        for number, sheet in enumerate(holds["raw"]):
            rows = [
                (f"{number}:{line}", line + 1, row[:SHOWN_CELLS])
                for line, row in enumerate(sheet["rows"][:HEAD_ROWS])
                if any(row)
            ]
            sheets.append((sheet["title"], len(sheet["rows"]), rows))
        first, kinds = holds["raw"][0]["rows"], self._kinds(request)
        header = _header(first)
        kind = suggest_kind(first[header]) if first else ""
        context = {
            "sheets": sheets,
            "chosen": request.POST.get("header", f"0:{header}"),
            "kinds": kinds,
            "kind": request.POST.get("kind", kind if kind in kinds else ""),
            "by": request.POST.get("by", ""),
        }
        return self._page(request, batch, "sheet", context)

    def _choose_sheet(self, request, batch):
        holds, kind = _naming(batch, "sheet"), request.POST.get("kind", "")
        by = cells.plain(request.POST.get("by", ""))[:200]
        sheet, _colon, line = request.POST.get("header", "").partition(":")
        told = ""
        if kind not in self._kinds(request):
            told = gettext("Choose what the rows of the table are.")
        elif not _is_line(holds["raw"], sheet, line):
            told = gettext("Choose the row that says what the columns are.")
        elif contacts(by):
            told = gettext("Name an organisation or a role. Do not give anyone’s name or number.")
        if told:
            messages.error(request, told)
            return self._show_sheets(request, batch, holds)
        raw = [holds["raw"][int(sheet)]]  # of other sheets nothing is kept
        self._keep(batch, holds, raw=raw, header=int(line), kind=kind, by=by, step="columns")
        return None

    # The columns

    def _show_columns(self, request, batch, holds):
        table = tables(self.admin_site, request)[holds["kind"]]
        rows, header = holds["raw"][0]["rows"], holds["header"]
        heads, below = rows[header], rows[header + 1 :]
        said = saved_naming(request, holds["kind"], heads) or suggest(table, heads, below)
        if request.method == "POST":
            said = {place: request.POST.get(f"column-{place}", "") for place in range(len(heads))}
        columns = [
            (place, head or f"{place + 1}", said.get(place, ""), _examples(below, place))
            for place, head in enumerate(heads)
            if any(row[place] for row in below)
        ]
        context = {
            "columns": columns,
            "targets": [(each.key, each.title) for each in targets_of(table).values()],
            "aside": ASIDE,
            "save_as": request.POST.get("save_as", ""),
        }
        return self._page(request, batch, "columns", context)

    def _name_columns(self, request, batch):
        holds = _naming(batch, "columns")
        table = tables(self.admin_site, request)[holds["kind"]]
        rows, header = holds["raw"][0]["rows"], holds["header"]
        known, said, told = {*targets_of(table), ASIDE}, {}, []
        for place, head in enumerate(rows[header]):
            if not any(row[place] for row in rows[header + 1 :]):
                continue
            key = request.POST.get(f"column-{place}", "")
            if key in known:
                said[place] = key
            else:
                told.append(head or str(place + 1))
        if told or not set(said.values()) - {ASIDE}:
            sentence = gettext("Say what each column is, or set it aside: %(columns)s")
            messages.error(request, sentence % {"columns": ", ".join(told)})
            return self._show_columns(request, batch, holds)
        save_naming(request, holds["kind"], rows[header], said)
        section = section_of(holds["raw"][0], header, holds["kind"], said)
        table = as_given(holds["raw"][0], header, said)
        said = {"by": holds["by"], "left_out": [], "identifiers": {}, "as_given": table}
        self._ask(request, batch, said | {"sections": [asdict(section)]})
        return None

    # The names

    def _ask(self, request, batch, holds):
        """The columns are named: what they name is to be looked up. The file itself goes."""
        asked = asked_in(sections_of(holds), tables(self.admin_site, request))[:MOST_ASKED]
        holds |= {"step": "names", "asked": [asdict(each) for each in asked], "found": []}
        batch.number, batch.looked_at = len(asked), 0
        batch.holds = holds
        batch.save()

    def _show_names(self, request, batch, holds):
        if len(holds["found"]) < len(holds["asked"]):
            self._look_up(request, batch, holds)
        if len(holds["found"]) < len(holds["asked"]):
            return self.show_working(request, batch, batch.looked_at, batch.number)
        before = decided_before(request, holds)
        names = [
            NameRow(number, Asked(**asked), found, before, request.POST)
            for number, (asked, found) in enumerate(
                zip(holds["asked"], holds["found"], strict=True)
            )
        ]
        open_ones = [each for each in names if not each.is_settled]
        settled = [each for each in names if each.is_settled]
        context = {
            "groups": [
                (gettext("To be decided"), open_ones, False),
                (gettext("Found, or new"), [each for each in settled if not each.is_row], False),
                (gettext("Rows that are new"), [each for each in settled if each.is_row], True),
            ],
            "left_out": holds["left_out"],
        }
        return self._page(request, batch, "names", context)

    def _look_up(self, request, batch, holds):
        end = monotonic() + STEP
        for asked in holds["asked"][len(holds["found"]) :]:
            scheme = "" if asked["scheme"] == ITSELF else asked["scheme"]
            number = holds["identifiers"].get(asked["text"], "")
            found = look_up(asked["to"], asked["text"], request, scheme, number)
            holds["found"].append([list(each) for each in found])
            if monotonic() > end:
                break
        if len(holds["found"]) == len(holds["asked"]):
            offer_twins(holds)
        batch.looked_at = len(holds["found"])
        self._keep(batch, holds)

    def _decide_names(self, request, batch):
        holds = _naming(batch, "names")
        if len(holds["found"]) < len(holds["asked"]):
            return None
        decisions, open_ones = {}, 0
        for number, (given, found) in enumerate(zip(holds["asked"], holds["found"], strict=True)):
            asked = Asked(**given)
            taken = request.POST.get(f"name-{number}", "")
            if taken in {each[0] for each in found} | set(ways(asked)):
                decisions[asked.key] = taken
            else:
                open_ones += 1
        if open_ones:
            told = gettext("Decide on each name: which record it is, or what becomes of it.")
            messages.error(request, told)
            return self._show_names(request, batch, holds)
        remember(request, decisions)
        self._compare(request, batch, holds | {"decisions": decisions})
        return None

    def _compare(self, request, batch, holds):
        """The dry run of what is named and decided begins."""
        found, sections = tables(self.admin_site, request), sections_of(holds)
        known = Origin.known(given.origin for each in sections for given in each.lines)
        build = Build(
            sections,
            holds["decisions"],
            found,
            batch.name,
            holds["by"],
            known,
            holds["identifiers"],
            partly_said(holds),
        )
        kept = {key: holds[key] for key in (*KEPT, "decisions")}
        kept["doubts"] = [asdict(each) for each in build.doubts]
        begin(request, found, batch.name, build.sheets, batch, origins=build.origins, **kept)

    # The dry run

    def doubtful(self, request, holds):
        """For the page of the dry run: what was doubtful, and where people can be reached."""
        if "sections" not in holds:
            return {}
        return {
            "doubts": doubts_told(holds["doubts"])[:MOST_DOUBTS],
            "contacts": columns_with_people(holds, tables(self.admin_site, request)),
            "left_out": holds["left_out"],
            "may_go_back": True,
            "is_as_given": bool(holds["as_given"]),
        }

    def _leave_out(self, request, batch):
        """A column goes with all that stands in it, or only the cells that lead to people do; the
        rest is looked at anew."""
        holds = batch.holds
        if batch.state != Batch.State.CHECKED or "sections" not in holds:
            raise PermissionDenied
        key = request.POST.get("column", "")
        leave = leave_people_out if request.POST["_do"] == "leave-cells" else leave_column_out
        leave(holds, key)
        asked = asked_in(sections_of(holds), tables(self.admin_site, request))
        left = {each.key for each in asked}
        pairs = list(zip(holds["asked"], holds["found"], strict=True))
        pairs = [pair for pair in pairs if Asked(**pair[0]).key in left]
        holds |= {"asked": [a for a, _f in pairs], "found": [f for _a, f in pairs]}
        holds["decisions"] = {k: v for k, v in holds["decisions"].items() if k in left}
        self._compare(request, batch, holds)

    def _back(self, request, batch):
        """Once more to the names."""
        if batch.state != Batch.State.CHECKED or "sections" not in batch.holds:
            raise PermissionDenied
        holds = {key: batch.holds[key] for key in KEPT} | {"step": "names"}
        batch.state = Batch.State.NAMING
        self._keep(batch, holds)

    def without_lines(self, request, batch, origins):
        """What was withdrawn where it came from goes; the names of the rest are asked once more."""
        holds = batch.holds
        if "sections" not in holds:
            return
        number = 0
        for section in holds["sections"]:
            left = [each for each in section["lines"] if each["origin"] not in origins]
            number += len(section["lines"]) - len(left)
            section["lines"] = left
        if number:
            batch.state = Batch.State.NAMING
            self._ask(request, batch, {key: holds[key] for key in SAID} | {"found": []})


def _naming(batch, step):
    """What the batch holds while it is at this step."""
    holds = batch.holds
    if batch.state != Batch.State.NAMING or holds.get("step") != step:
        raise Refused(gettext("This has already been decided."))
    return holds


def _is_line(raw, sheet, line):
    if not (sheet.isdecimal() and line.isdecimal()) or int(sheet) >= len(raw):
        return False
    return int(line) < len(raw[int(sheet)]["rows"]) - 1


def _header(rows):
    """The place of the first row that is nearly as full as any, and has no numbers in it."""
    first = rows[:HEAD_ROWS]
    full = max((sum(map(bool, row)) for row in first), default=0)
    for place, row in enumerate(first):
        said = [cell for cell in row if cell]
        if len(said) >= 0.6 * full and not any(cell.isdecimal() for cell in said):
            return place
    return 0


def _examples(rows, place):
    return list(dict.fromkeys(row[place] for row in rows if row[place]))[:3]
