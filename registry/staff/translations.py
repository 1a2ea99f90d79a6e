"""What is still to be translated: texts of public records that lack a language, or whose words in
another language are newer.

What is lacking is found by the terms of cards, which are counted; what is newer by the latest
versions that are kept, a bounded number of them.
"""

from dataclasses import dataclass

from django.db.models import Max, OuterRef, Subquery

from registry.cards.fields import fields_of
from registry.cards.index import LACKS
from registry.cards.models import CardTerm
from registry.cards.term_counts import with_terms
from registry.records.models import Entry, Proposal, State
from registry.values.texts import LANGUAGES
from registry.values.translated import Translated

RECORDS = 10  # on one page
LOOKED_AT = 500  # versions of a kind, the latest


@dataclass(frozen=True)
class Due:
    """A text of a record to be written in a language."""

    entry: Entry
    name: str

    def field(self, language):
        return self.entry._meta.get_field(f"{self.name}_{language}")

    def text(self, language):
        return getattr(self.entry, f"{self.name}_{language}")


def texts_of(model, names_alone=False):
    """The names of the texts of a kind that cards show, but for those that tell where it is."""
    known = fields_of(model.card_type)
    found = [
        name
        for each in model.__mro__
        for name, value in vars(each).items()
        if isinstance(value, Translated) and name in known and not known[name].placed
    ]
    return ["name"] if names_alone else [key for key in known if key in found]


def lacked(language, names_alone=False):
    """The term of cards that lack it."""
    return f"name-{language}" if names_alone else language


def numbers(models, language, names_alone):
    """{model: how many of its cards lack the language}"""
    value = lacked(language, names_alone)
    found = with_terms(LACKS, [value], [model.card_type for model in models])
    return {model: found.get((model.card_type, value), 0) for model in models}


def lacking(model, language, names_alone, theme, user, start):
    """What lacks the language, without what this person proposes already: (texts, more)."""
    value = lacked(language, names_alone)
    terms = CardTerm.objects.filter(type=model.card_type, group=LACKS, value=value)
    own = Proposal.objects.of_author(user, model.card_type).values("public_id")
    terms = terms.exclude(card__public_id__in=own).order_by("sort", "card")
    if theme:
        terms = terms.filter(card__in=_about(model, theme).values("card"))
    ids = list(terms.values_list("card__public_id", flat=True)[start : start + RECORDS + 1])
    entries = model.objects.filter(public_id__in=ids, state=State.PUBLIC)
    found = {entry.public_id: entry for entry in entries}
    texts = [
        Due(found[each], name)
        for each in ids[:RECORDS]
        if each in found
        for name in texts_of(model, names_alone)
        if lacks(found[each], name, language)
    ]
    return texts, len(ids) > RECORDS


def _about(model, theme):
    return CardTerm.objects.filter(type=model.card_type, group="theme", value=theme)


def lacks(entry, name, language):
    filled = {code for code in LANGUAGES if getattr(entry, f"{name}_{code}")}
    return bool(filled) and language not in filled


def older(model, language, names_alone, theme, user, start):
    """What has newer words in another language, the latest first: (texts, more)."""
    own = Proposal.objects.of_author(user, model.card_type).values("public_id")
    texts = texts_of(model, names_alone)
    changed = _last_changes(model, texts)
    rows = model.objects.filter(pk__in={key for key, *_ in changed}, state=State.PUBLIC)
    if theme:
        rows = rows.filter(public_id__in=_about(model, theme).values("card__public_id"))
    entries = rows.exclude(public_id__in=own).in_bulk()
    found = []
    for key, entry in entries.items():
        for name in texts:
            when = {code: changed.get((key, f"{name}_{code}"), 0) for code in LANGUAGES}
            if getattr(entry, f"{name}_{language}") and when[language] < max(when.values()):
                found.append((max(when.values()), Due(entry, name)))
    found.sort(key=lambda each: -each[0])
    page = [due for _, due in found[start : start + RECORDS + 1]]
    return page[:RECORDS], len(page) > RECORDS


def _last_changes(model, texts):
    """{(key, column): the latest version that changed it} of the latest versions of a kind."""
    columns = [f"{name}_{code}" for name in texts for code in LANGUAGES]
    kept = model.history.order_by()
    last = kept.aggregate(last=Max("history_id"))["last"] or 0
    before = kept.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id"))
    before = before.order_by("-history_id").values("history_id")[:1]
    rows = kept.filter(history_id__gt=last - LOOKED_AT).annotate(before=Subquery(before))
    rows = list(rows.values("history_id", "id", "before", *columns))
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
                    found[row["id"], column] = row["history_id"]
    return found
