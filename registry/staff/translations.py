"""Which texts of public records, and of their rows, wait for a translation: those that lack a
language, or whose words in another language are newer.

What is lacking is found by the terms of cards, which are counted; what is newer by the latest
versions that are kept, a bounded number of them.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from django.db.models import CharField, Max, OuterRef, Prefetch, Subquery, Value

from registry.cards.declarations import declared
from registry.cards.fields import fields_of
from registry.cards.index import LACKS
from registry.cards.models import CardTerm
from registry.cards.shapes.objects import Many, Text
from registry.cards.term_counts import with_terms
from registry.records.models import Entry, LeftText, Part, Proposal, State
from registry.records.relations import part_models
from registry.values.texts import LANGUAGES
from registry.values.translated import Translated
from registry.workflow.rights import naming_only_seen, naming_unseen

RECORDS = 10  # on one page
LOOKED_AT = 500  # versions of a kind, the latest
NEVER = (datetime.min.replace(tzinfo=UTC), 0)


@dataclass(frozen=True)
class Due:
    """A text of a record, or of one of its rows, to be written in a language."""

    entry: Entry
    name: str
    relation: str = ""  # of the row, if it is one's
    row: Part | None = None
    seen: int = 0  # the latest version of it, where others are newer

    @classmethod
    def at(cls, entry, at, user):
        """The text that `at` names, or None where for this person there is none any more."""
        if not is_text_of(type(entry), at):
            return None
        if "-" not in at:
            return cls(entry, at)
        relation, key, name = at.split("-")
        row = naming_only_seen(getattr(entry, relation).filter(pk=int(key)), user).first()
        return row and cls(entry, name, relation, row)

    @property
    def place(self):
        """ "summary", or "figures-12-label" of a row."""
        return f"{self.relation}-{self.row.pk}-{self.name}" if self.row else self.name

    @property
    def holder(self):
        return self.row or self.entry

    def field(self, language):
        return self.holder._meta.get_field(f"{self.name}_{language}")

    def text(self, language):
        return getattr(self.holder, f"{self.name}_{language}")

    def lacks(self, language):
        filled = {code for code in LANGUAGES if self.text(code)}
        return bool(filled) and language not in filled


def texts_of(model, names_alone=False):
    """The names of the texts of a kind that cards show, but for those that tell where it is."""
    known = fields_of(model.card_type)
    found = [name for name in _translated(model) if name in known and not known[name].placed]
    return ["name"] if names_alone else [key for key in known if key in found]


@cache
def texts_of_rows(model):
    """{relation: the names of the texts} of the rows that cards of the kind show."""
    parts, found = part_models(model), {}
    for key, field in fields_of(model.card_type).items():
        relation = getattr(field, "rows", None) or key
        if relation in parts and isinstance(field.shape, Many) and not field.placed:
            shown = field.shape.each.members
            texts = [name for name in _translated(parts[relation]) if type(shown.get(name)) is Text]
            found |= {relation: texts} if texts else {}
    return found


def is_text_of(model, at):
    """Whether records of the kind have such a text, in whichever row."""
    relation, *_key, name = ["", *at.split("-")][-3:]
    return name in (texts_of_rows(model).get(relation, ()) if relation else texts_of(model))


def _translated(model):
    for each in model.__mro__:
        yield from (name for name, value in vars(each).items() if isinstance(value, Translated))


def lacked(language, names_alone=False):
    """The term of cards that lack it."""
    return f"name-{language}" if names_alone else language


def numbers(models, language, names_alone, user):
    """{model: how many of its cards lack the language, in what this person's form has}"""
    value = lacked(language, names_alone)
    found = with_terms(LACKS, [value], [model.card_type for model in models])
    counts = {model: found.get((model.card_type, value), 0) for model in models}
    for model, keys in () if names_alone else _with_unseen_rows(models, user):
        asked = Asked(model, language, user, names_alone)
        cards = asked.with_term(LACKS, value).values("card__public_id")
        for entry in asked.with_rows(model.objects.filter(pk__in=keys, public_id__in=cards)):
            counts[model] -= not any(due.lacks(language) for due in asked.texts(entry))
    return counts


def _with_unseen_rows(models, user):
    """[(model, keys of its records)] that have rows which their form has not for this person."""
    found, asked = defaultdict(set), []
    for model in models:
        kind = Value(model.card_type, output_field=CharField())
        for relation in texts_of_rows(model):
            rows = naming_unseen(part_models(model)[relation].objects.all(), user)
            rows = rows.filter(record__state=State.PUBLIC).order_by()
            asked.append(rows.values_list(kind, "record"))
    if asked:
        first, *others = asked
        for card_type, key in first.union(*others)[:LOOKED_AT]:
            found[declared[card_type].model].add(key)
    return found.items()


def regions(models):
    """[(address, region)] of those in which there is a card of these kinds."""
    places = declared["location"].model.objects.filter(state=State.PUBLIC)
    rows = {place.slug: place for place in places.exclude(iso_3166_2="").order_by("iso_3166_2")}
    held = with_terms("location", [*rows], [model.card_type for model in models])
    slugs = {slug for _type, slug in held}
    return [(slug, str(place)) for slug, place in rows.items() if slug in slugs]


@dataclass(frozen=True)
class Asked:
    """Of which records texts are asked for, of whom, and in which language."""

    model: type[Entry]
    language: str
    user: object
    names_alone: bool = True
    theme: str = ""
    region: str = ""

    @property
    def within(self):
        """[(group, value)] of the terms that their cards have."""
        both = (("theme", self.theme), ("location", self.region))
        return [(group, value) for group, value in both if value]

    @property
    def own(self):
        """What this person proposes already is asked no more."""
        proposed = Proposal.objects.of_author(self.user, self.model.card_type)
        return proposed.values("public_id")

    def with_term(self, group, value):
        return CardTerm.objects.filter(type=self.model.card_type, group=group, value=value)

    def texts(self, entry):
        """Every text of a record that there is to translate."""
        yield from (Due(entry, name) for name in texts_of(self.model, self.names_alone))
        for relation, names in self.rows.items():
            shown = [row for row in getattr(entry, relation).all() if row.is_shown]
            yield from (Due(entry, name, relation, row) for row in shown for name in names)

    @property
    def rows(self):
        return {} if self.names_alone else texts_of_rows(self.model)

    def with_rows(self, entries):
        return entries.prefetch_related(*(Prefetch(each, self.rows_of(each)) for each in self.rows))

    def rows_of(self, relation):
        """Those that the form of this person has: what it has not is not written by it."""
        return naming_only_seen(part_models(self.model)[relation].objects.all(), self.user)


def lacking(asked, start):
    """What lacks the language, without what this person proposes already: (texts, more)."""
    terms = asked.with_term(LACKS, lacked(asked.language, asked.names_alone))
    terms = terms.exclude(card__public_id__in=asked.own).order_by("sort", "card")
    for term in asked.within:
        terms = terms.filter(card__in=asked.with_term(*term).values("card"))
    ids = list(terms.values_list("card__public_id", flat=True)[start : start + RECORDS + 1])
    entries = asked.model.objects.filter(public_id__in=ids, state=State.PUBLIC)
    found = {entry.public_id: entry for entry in asked.with_rows(entries)}
    texts = [
        due
        for each in ids[:RECORDS]
        if each in found
        for due in asked.texts(found[each])
        if due.lacks(asked.language)
    ]
    return texts, len(ids) > RECORDS


def older(asked, start):
    """What has newer words in another language, the latest first: (texts, more)."""
    found = []
    for due, last in _overtaken(asked):
        if due.text(asked.language):
            found.append((last, due))
    found = _without_left(found, asked.language)
    found.sort(key=lambda each: each[0], reverse=True)
    records = {}
    for _last, due in found:
        records.setdefault(due.entry.pk, []).append(due)
    page = list(records.values())[start : start + RECORDS + 1]
    return [due for texts in page[:RECORDS] for due in texts], len(page) > RECORDS


def _overtaken(asked):
    """(text, its latest version) of those whose words in another language are newer."""
    parts, names = part_models(asked.model), texts_of(asked.model, asked.names_alone)
    sides = [
        ("", asked.model, names),
        *((each, parts[each], asked.rows[each]) for each in asked.rows),
    ]
    for relation, model, texts in sides:
        changed = _last_changes(model, texts)
        for entry, row in _holders(asked, relation, {key for key, _column in changed}):
            for name in texts:
                key = (row or entry).pk
                when = {code: changed.get((key, f"{name}_{code}"), NEVER) for code in LANGUAGES}
                if when[asked.language] < (last := max(when.values())):
                    yield Due(entry, name, relation, row, last[1]), last


def _holders(asked, relation, keys):
    """[(record, its row or None)] of those of these keys that are asked for."""
    rows = asked.model.objects.filter(state=State.PUBLIC).exclude(public_id__in=asked.own)
    for term in asked.within:
        rows = rows.filter(public_id__in=asked.with_term(*term).values("card__public_id"))
    if not relation:
        return [(entry, None) for entry in rows.filter(pk__in=keys)]
    own = asked.rows_of(relation).filter(pk__in=keys, record__in=rows)
    return [(row.record, row) for row in own.select_related("record") if row.is_shown]


def _without_left(found, language):
    """Without those of which somebody said that they are fine as they are."""
    ids = [due.holder.public_id for _last, due in found]
    left = LeftText.objects.filter(holder__in=ids, language=language)
    seen = {(each.holder, each.name): each.seen for each in left} if ids else {}
    return [
        (last, due)
        for last, due in found
        if last[1] > seen.get((due.holder.public_id, due.name), 0)
    ]


def leave(due, language, seen, by):
    """The text is fine as it is, until it changes again."""
    newest = type(due.holder).history.aggregate(newest=Max("history_id"))["newest"] or 0
    LeftText.objects.update_or_create(
        holder=due.holder.public_id,
        name=due.name,
        language=language,
        defaults={
            "card_type": due.entry.card_type,
            "public_id": due.entry.public_id,
            "author": by,
            "seen": min(seen, newest),
        },
    )


def _last_changes(model, texts):
    """{(key, column): when it changed last, in which version} of the latest versions of a kind."""
    columns = [f"{name}_{code}" for name in texts for code in LANGUAGES]
    kept = model.history.order_by()
    last = kept.aggregate(last=Max("history_id"))["last"] or 0
    before = kept.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id"))
    before = before.order_by("-history_id").values("history_id")[:1]
    rows = kept.filter(history_id__gt=last - LOOKED_AT).annotate(before=Subquery(before))
    rows = list(rows.values("history_id", "history_date", "id", "before", *columns))
    ids = {row["before"] for row in rows} - {None}
    previous = {
        row["history_id"]: row
        for row in kept.filter(history_id__in=ids).values("history_id", *columns)
    }
    found = {}
    for row in sorted(rows, key=lambda row: row["history_id"]):
        if old := previous.get(row["before"]):
            for column in columns:
                if old[column] != row[column]:
                    found[row["id"], column] = (row["history_date"], row["history_id"])
    return found
