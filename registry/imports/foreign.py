"""A table that somebody made for themselves, once its columns are named: the rows it is to us.

Of `sections` and of what was decided of the names in them come the `sheets` that the dry run takes,
with what was doubtful on the way.
"""

from collections import defaultdict
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from registry.values.folding import fold_words
from registry.values.legal_forms import kinds_of_form
from registry.values.texts import LANGUAGES

from . import cells
from .matching import key_of
from .rows import Row, Sheet
from .sections import (
    ITSELF,
    LEAVE,
    MODE,
    NEW,
    SAME_AS,
    SOURCE,
    SOURCES,
    TO_NOTE,
    Asked,
    says_mode,
    values_of,
)
from .tables import ID, JOIN, OF
from .targets import NAME, targets_of


@dataclass(frozen=True)
class Doubt:
    sheet: str
    line: int
    stands: str
    told: str


class Build:
    """`sheets` and `doubts` of sections. `by` says who gave the file: an organisation or a role.

    `decisions` is {key of what was asked: a public id, NEW, LEAVE or TO_NOTE}; `known` {origin:
    public id} of what came with an earlier file, None where it is not here any more; `identifiers`
    {name of an organisation: what a public list calls it}; `partly` is that of `partly_said`.
    """

    def __init__(
        self, sections, decisions, tables, name, by="", known=None, identifiers=None, partly=()
    ):
        self.decisions, self.tables, self.known = decisions, tables, known or {}
        self.partly = partly
        self.identifiers, self.documents = identifiers or {}, {}
        self.doubts, self.origins = [], {}  # {id in the file: origin}
        self.rows = defaultdict(list)  # {kind of rows: [Row]}
        self.new, self.names = {}, {}  # organisations that are to be added: {key: id}
        texts = [text for section in sections for g in section.lines for text in g.cells.values()]
        self.usual = cells.usual_language(texts)
        own = [self._own(section) for section in sections]
        source = self._source(name, by)
        source.rows.extend(self.documents.values())
        added = Sheet(_("new organisations"), "organisation", {}, self.rows.pop("organisation", []))
        added = Sheet(added.title, added.kind, _columns(added.rows), added.rows)
        self.sheets = [source, *([added] if added.rows else []), *own]
        for kind, rows in self.rows.items():
            self.sheets.append(Sheet(kind, kind, _columns(rows), rows))

    def _source(self, name, by):
        said = {}
        for language in LANGUAGES:
            with override(language):
                words = {"name": name, "by": by}
                told = _("File “%(name)s”, given by %(by)s") if by else _("File “%(name)s”")
                said[f"name_{language}"] = (told % words)[:300]
        day = timezone.localdate().isoformat()
        given = {ID: SOURCE, **said, "publisher": by[:200], "seen_on": day}
        columns = dict.fromkeys([*given, "url"], "")
        del columns[ID]
        return Sheet(_("source"), "source", columns, [Row(1, given)])

    def _own(self, section):
        targets, rows, seen = targets_of(self.tables[section.kind]), [], {}
        by_line = {}  # the rows that lines became
        together = defaultdict(list)  # {line: others that are the same organisation}
        for given in section.lines:
            id_, twin = self._id(section, given, seen, by_line)
            if id_ is None:
                continue
            line = LineBuild(self, section, given, id_, targets)
            said = line.cells()
            name = key_of(section.kind, given.cells.get(NAME, "").split("\n")[0])
            if twin is not None:
                self._join(section, given, twin, said)
                together[twin.line].append(given.line)
                by_line[given.line] = twin
            else:
                by_line[given.line] = seen[name] = row = Row(given.line, {ID: id_, **said})
                rows.append(row)
            if section.kind == "organisation":
                self.new.setdefault(name, id_)
        self._tell_of_twins(section, together)
        return Sheet(section.title, section.kind, _columns(rows, section.columns), rows)

    def _tell_of_twins(self, section, together):
        """Of all organisations that stand there several times at once, by the numbers of lines."""
        if together:
            groups = [", ".join(map(str, [first, *more])) for first, more in together.items()]
            told = _("Each of these groups of rows was read as one organisation.")
            self.doubt(section, min(together), "; ".join(groups), told)

    def _id(self, section, given, seen, by_line):
        """(id of the record that the line is, the row of this file that it is as well)."""
        name = given.cells.get(NAME, "").split("\n")[0]
        decided = self.decisions.get(Asked(section.kind, ITSELF, name).key, NEW)
        if given.origin in self.known:
            if self.known[given.origin] is None:
                told = _("It came with an earlier file and is no longer here.")
                self.doubt(section, given.line, name, told)
            return self.known[given.origin], None
        if decided == LEAVE:
            return None, None
        twin = name and seen.get(key_of(section.kind, name))
        if decided.startswith(SAME_AS):
            twin = twin or by_line.get(int(decided.removeprefix(SAME_AS)))
            decided = NEW
        if section.kind == "organisation" and twin:
            return twin.cells[ID], twin
        id_ = decided if decided not in (NEW, TO_NOTE) else f"new-{section.kind}-{given.line}"
        if given.origin:
            self.origins[id_] = given.origin
        return id_, None

    def _join(self, section, given, twin, said):
        """An organisation that stands there twice is one. What the first line lacks comes along;
        another name of a new one is kept beside its own."""
        id_, kind = twin.cells[ID], section.kind
        for key, text in said.items():
            has = twin.cells.setdefault(key, text)
            is_another = key.startswith(f"{NAME}_") and key_of(kind, has) != key_of(kind, text)
            if is_another and id_.startswith(NEW):
                row = {ID: id_, "kind": "alternative", "name": text}
                self.rows[f"{kind}.other_names"].append(Row(given.line, row))

    def doubt(self, section, line, stands, told):
        self.doubts.append(Doubt(section.title, line, stands, str(told)))

    def organisation(self, section, line, text):
        """The id of an organisation that is to be added, once for all lines that name it."""
        key = key_of("organisation", text)
        if key not in self.new:
            self.new[key] = f"new-organisation-{len(self.new) + 1}"
            given = {f"name_{code}": each for code, each in cells.names(text, self.usual).items()}
            kinds = kinds_of_form(fold_words(text))
            given |= {"kind": kinds[0]} if len(kinds) == 1 else {}
            row = {ID: self.new[key], **given, "citations": SOURCE}
            self.rows["organisation"].append(Row(line, row))
            self._identify(line, text, self.new[key])
        return self.new[key]

    def _identify(self, line, text, id_):
        """A new organisation has the number under which a public list knows it, if we know the
        list."""
        schemes = self.tables["organisation"].rows["identifiers"].columns["scheme"].choices
        number = self.identifiers.get(text, "")
        scheme = next((each for each in schemes if number.startswith(f"{each}-")), None)
        if scheme:
            row = {ID: id_, "scheme": scheme, "value": number.removeprefix(f"{scheme}-")}
            self.rows["organisation.identifiers"].append(Row(line, row))

    def document(self, line, address, title):
        """The id of a document that is to be added, once for all that name it."""
        if address not in self.documents:
            language = cells.language_of(title, self.usual)
            row = {ID: f"{SOURCE}-{len(self.documents) + 1}", "url": address}
            row |= {f"name_{language}": (title or address)[:300]}
            self.documents[address] = Row(line, row)
        return self.documents[address].cells[ID]


def _columns(rows, known=None):
    keys = dict.fromkeys(key for row in rows for key in row.cells)
    return {key: (known or {}).get(key, "") for key in keys if key != ID}


class LineBuild:
    """One line on its way to a row, and to the rows that belong to it."""

    def __init__(self, build, section, given, id_, targets):
        self.build, self.section, self.given, self.id = build, section, given, id_
        self.targets, self.table = targets, build.tables[section.kind]
        self.is_new = id_.startswith(NEW)
        # It was here before: its names were written with care.
        self.is_matched = not self.is_new and id_ != build.known.get(given.origin)
        self.said, self.notes, self.joined = {}, [], defaultdict(list)

    def cells(self):
        """{key of a column: text} as the dry run takes it."""
        for key, text in self.given.cells.items():
            target = self.targets.get(key)
            if target and not (self.is_matched and key.startswith(NAME)):
                getattr(self, f"_{target.how}")(target, text)
        for key, names in self.joined.items():
            self.said[key] = JOIN.join(dict.fromkeys(names))
        if self.notes:
            note = "\n".join(self.notes)
            self.said[f"note_{cells.language_of(note, self.build.usual)}"] = note
        if self.is_new and "citations" in self.table.columns:
            self.said["citations"] = JOIN.join([SOURCE, *self._documents()])
        return self.said

    def _documents(self):
        for each in self.given.cells.get(SOURCES, "").splitlines():
            address, _space, title = each.partition(" ")
            yield self.build.document(self.given.line, address, title)

    def _doubt(self, text, told):
        if told:
            self.build.doubt(self.section, self.given.line, text, told)

    def _name(self, target, text):
        if any(f"{NAME}_{language}" in self.given.cells for language in LANGUAGES):
            return  # its languages are said
        for language, name in cells.names(text.split("\n")[0], self.build.usual).items():
            self.said[f"name_{language}"] = name

    def _text(self, target, text):
        key = target.key
        if key not in self.table.columns:  # in its own language
            key = f"{key}_{cells.language_of(text, self.build.usual)}"
        self.said[key] = text.strip()

    def _note(self, target, text):
        self.notes.append(text)

    def _date(self, target, text):
        try:
            found = cells.when(text.replace("\n", " "))
        except ValueError as told:
            self._unread(target, text, told)
            return
        self.said[target.key] = found.edtf
        for name in ("start_time", "end_time"):
            if target.key == "dates" and getattr(found, name) and name in self.table.columns:
                self.said.setdefault(name, getattr(found, name))
        self._doubt(text, found.doubt)

    def _time(self, target, text):
        self.said[target.key] = text

    def _code(self, target, text):
        if code := cells.code(target.field, text):
            self.said[target.key] = code
        else:
            self._unread(target, text, _("It is not one of the words you can choose here."))

    def _unread(self, target, text, told):
        """What cannot be read stays as text in the note, where there is one, and is told."""
        if "note_en" in self.table.columns:
            self.notes.append(f"{target.title}: {text}")
            kept = _("It stays as text in the note.")
            self._doubt(text, f"{told} {kept}")
        else:
            self.said[target.key] = text  # the dry run says what is wrong with it

    def _number(self, target, text):
        found = cells.quantity(text)
        self.said[target.key] = found.number or text
        self._doubt(text, found.doubt)

    def _reference(self, target, text):
        relation = target.key.partition(":")[0]
        if target.many and not self.is_new:
            return  # rows of what is there stay: others may have written them
        values = values_of(target, text)
        for each in values:
            if says_mode(self.table, target, each):
                self.said.setdefault(MODE, "hybrid" if len(values) > 1 else "online")
                continue
            asked = Asked(target.to, target.scheme, each)
            decided = self.build.decisions.get(asked.key, TO_NOTE)
            if decided == TO_NOTE or (asked.key, decided) in self.build.partly:
                self.notes.append(f"{target.title}: {each}")
            if decided not in (TO_NOTE, LEAVE):
                id_ = decided
                if decided == NEW:
                    id_ = self.build.organisation(self.section, self.given.line, each)
                self.joined[relation].append(f"{target.code}{OF}{id_}" if target.code else id_)

    def _row(self, target, text):
        relation = target.key.partition(":")[0]
        for each in cells.several(text) if self.is_new else ():
            row = {ID: self.id}
            if relation == "identifiers":
                row |= {"scheme": target.code, "value": cells.plain(each)}
            elif relation == "life_events":
                row |= {"kind": target.code, "date": self._edtf(each), "source": SOURCE}
            else:
                row |= {"kind": target.code, "name": cells.name(each)}
            self._add(relation, row)

    def _edtf(self, text):
        try:
            return cells.when(text).edtf
        except ValueError:
            return text

    def _figure(self, target, text):
        for each in cells.several(text) if self.is_new else ():
            found = cells.quantity(each)
            self._doubt(each, found.doubt)
            self._add(
                "figures",
                {
                    ID: self.id,
                    "measure": target.code,
                    "printed": found.printed,
                    "number": found.number,
                    "qualifier": found.qualifier,
                    "unit": found.unit,
                    "source": SOURCE,
                },
            )

    def _add(self, relation, row):
        self.build.rows[f"{self.section.kind}.{relation}"].append(Row(self.given.line, row))
