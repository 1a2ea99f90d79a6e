"""What records are called, and were before, as the scan looks for it: folded words.

A text that somebody wrote stays as it was when what it names is called otherwise.
"""

from collections import defaultdict
from itertools import chain

from django.db.models import F, Min, OuterRef, Q, Subquery, TextField, Value
from django.db.models.functions import Coalesce, Greatest

from registry.cards.declarations import of_entries
from registry.cards.prepared import Prepared
from registry.records.models import MISTAKEN, Merge, Record, State
from registry.values.folding import fold_words
from registry.values.remembered import remembered
from registry.values.texts import LANGUAGES, spoken
from registry.values.translated import columns, texts

from .erased_words import GAP

MOST_MERGED = 5  # records that became one, each with the next
EMPTY = Value("", output_field=TextField())


def spellings(entry):
    """The folded words of each of its names; those of two letters would be found everywhere."""
    return _spelled(_names_of(entry))


def spellings_ever(entry):
    """Those of the names that it had before as well, and of what was merged into it."""
    model, names = type(entry), _names_of(entry)
    one = model._base_manager.filter(pk=entry.pk)
    merged = model._base_manager.filter(_merged_into(model, one)).order_by()
    rows = [merged.values_list(*columns("name"))]
    for each in (one, merged):
        rows += _former_names(model, each.order_by().values("pk"))
    return _spelled([*names, *chain.from_iterable(rows[0].union(*rows[1:], all=True))])


def spellings_of_withdrawn():
    return [words for spelled in withdrawn_by_name().values() for words in spelled]


def withdrawn_by_name():
    """{what each is called: spellings} of the records that were withdrawn for their own sake, and
    of what was merged into them."""
    named, said = {}, defaultdict(list)
    for number, key, slug, *names in _ROWS_OF_WITHDRAWN.rows():
        said[number, key] += filter(None, names)
        if slug:
            # No records are made of them: of thousands that would be half of a save.
            named[number, key] = spoken(dict(zip(LANGUAGES, names, strict=True))) or slug
    found = defaultdict(set)
    for key, called in sorted(named.items()):
        found[called].update(_spelled(said[key]))
    return {called: sorted(words) for called, words in found.items()}


def _names_of(entry):
    names = [*texts(entry, "name").values()]
    if hasattr(entry, "other_names"):
        names += [other.name for other in entry.other_names.all()]
    return names


def _rows_of_withdrawn():
    """(number of the kind, key, slug, names in all languages), or without a slug other names, of
    today and of before: by one statement for all kinds."""
    models = [each.model for each in of_entries() if issubclass(each.model, Record)]
    rows = []
    for number, model in enumerate(models):
        # What is not public is what SQLite has an index of.
        hidden = model.objects.exclude(state=State.PUBLIC).order_by()
        ordered = hidden.filter(withdrawn_with=None, state=State.WITHDRAWN)
        gone = ordered.exclude(withdrawal_reason__in=MISTAKEN)
        if model.is_mergeable:
            gone = hidden.filter(Q(pk__in=gone.values("pk")) | _merged_into(model, gone))
        kind = Value(number)
        rows.append(gone.values_list(kind, "pk", "slug", *columns("name")))
        if hasattr(model, "other_names"):
            other = model.other_names.rel.related_model.objects.filter(record__in=gone.values("pk"))
            rows.append(other.order_by().values_list(kind, "record", EMPTY, "name", EMPTY, EMPTY))
        rows += _former_names(model, gone.values("pk"), kind)
    return rows[0].union(*rows[1:], all=True)


_ROWS_OF_WITHDRAWN = Prepared(_rows_of_withdrawn)


def _merged_into(model, rows):
    """Those that are one with one of the rows, or with one that is, and so on."""
    merges = Merge.objects.standing().filter(card_type=model.card_type).order_by()
    found, ids = Q(), rows.values("public_id")
    for _ in range(MOST_MERGED):
        ids = merges.filter(into__in=ids).values("public_id")
        found |= Q(public_id__in=ids)
    return found


def _former_names(model, keys, *kind):
    """Rows of names that the records had in history: in all languages while they were seen, and
    each further name that was there then and is not any more. With a `kind` rows begin with it,
    the key of the record and "" for a slug."""
    versions = _seen(model.history.filter(id__in=keys)).order_by()
    own = (*kind, "id", EMPTY) if kind else ()
    yield versions.values_list(*own, *columns("name")).distinct()
    if hasattr(model, "other_names"):
        history = model.other_names.rel.related_model.history.filter(record__in=keys)
        seen = _seen(model.history.filter(id=OuterRef("record"))).order_by().values("id")
        first = Subquery(seen.annotate(first=Min("since")).values("first"))
        gone = history.alias(until=_until(history.model), first=first)
        own = (*kind, "record", EMPTY) if kind else ()
        gone = gone.filter(until__gt=F("first")).order_by()
        yield gone.values_list(*own, "name", EMPTY, EMPTY).distinct()


def _seen(versions):
    """Those that the public saw, `since` when: under an embargo nobody did."""
    begun = Greatest("history_date", Coalesce("embargo_until", "history_date"))
    versions = versions.filter(state=State.PUBLIC).alias(until=_until(versions.model))
    return versions.annotate(since=begun).filter(Q(until=None) | Q(until__gte=F("since")))


def _until(history):
    """When the next version of the same row was kept."""
    later = history.objects.filter(id=OuterRef("id"), history_id__gt=OuterRef("history_id"))
    return Subquery(later.order_by("history_id").values("history_date")[:1])


def _spelled(names):
    # What an erasure has left of a name may be any word.
    folded = {_words_of(name) for name in names if name and GAP not in name}
    return sorted(words for words in folded if len(" ".join(words)) > 2)


@remembered(maxsize=10_000)
def _words_of(name):
    return tuple(fold_words(name))
