"""Keys of cards by words and beginnings of names, as each database looks them up.

One small interface over SQLite's FTS5 and PostgreSQL's text search. Both look up folded words
(`registry.values.folding`), so the query is folded first; what is left is letters and digits, and
nothing that is typed can be a query operator. Statements are put together of statements, never of
values, which are parameters of each (S608).
"""

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from registry.cards.models import Card
from registry.cards.private_django import statement_of
from registry.cards.replicas import reading
from registry.values.folding import beginnings, sort_key
from registry.values.stemming import forms_of, word_of_kind
from registry.values.texts import LANGUAGES

SQLITE = "SELECT rowid FROM cards_words WHERE cards_words MATCH %s"
POSTGRESQL = "SELECT card_id FROM cards_with_{column}(%s::tsquery) held(card_id)"

POSTGRESQL_FEW = "SELECT card_id FROM cards_searchtext WHERE {column}_vector @@ %s::tsquery"


def holding(words, column="words", forms=False, whole=False, kind=None):
    """The keys of cards, of all kinds or of one, that hold all the words (names or words), the last
    of them as a prefix or, with `whole`, as it is; with `forms`, each of them in any of its forms,
    and the last as what its next letter may make of it."""
    is_sqlite = connection.vendor == "sqlite"
    word, beginning = ('"{}"', '"{}" *') if is_sqlite else ("'{}'", "'{}':*")
    either, every = (" OR ", " AND ") if is_sqlite else (" | ", " & ")
    ways = [[word.format(each)] for each in words[:-1]]
    begun = beginnings(words[-1]) if forms else words[-1:]
    ways.append([word.format(words[-1])] if whole else [beginning.format(each) for each in begun])
    if forms:
        for asked, each in zip(ways, words, strict=True):
            asked += [word.format(form) for form in sorted(forms_of(each))]
    if kind:
        ways.append([word.format(word_of_kind(kind))])
    query = every.join(f"({either.join(asked)})" for asked in ways)
    if is_sqlite:
        return RawSQL(SQLITE, [f"{column} : ({query})"])  # noqa: S611
    return RawSQL(POSTGRESQL.format(column=column), [query])  # noqa: S611


def holding_some(groups, column="names", most=None):
    """The keys of cards that hold a word of each of the groups; of no more than the first of those
    that somebody may read."""
    is_sqlite = connection.vendor == "sqlite"
    key = "rowid" if is_sqlite else "card_id"
    also = "AND" if is_sqlite or most else "WHERE"
    withheld = f" {also} {key} NOT IN (SELECT card_id FROM cards_deferred)"  # noqa: S608
    first = f"{withheld} ORDER BY {key} LIMIT {most}" if most else ""
    if is_sqlite:
        terms = [" OR ".join(f'"{word}"' for word in group) for group in groups]
        return RawSQL(SQLITE + first, [f"{column} : (({') AND ('.join(terms)}))"])  # noqa: S611
    terms = [" | ".join(f"'{word}'" for word in group) for group in groups]
    # The function gives all keys before the first: where a few are enough they are looked for.
    looked_up = POSTGRESQL_FEW if most else POSTGRESQL
    return RawSQL(looked_up.format(column=column) + first, [f"({') & ('.join(terms)})"])  # noqa: S611


def union(*keys):
    """The keys of all together: alternatives within one list, where OR would look at each card."""
    statements, parameters = [], []
    for each in keys:
        try:
            statement, values = _statement(each)
        except EmptyResultSet:
            continue
        # A part with an order and a number of its own stands in brackets on every database so.
        statements.append(f"SELECT * FROM ({statement}) part")  # noqa: S608
        parameters += values
    # Where all parts are empty there has to be a statement still: no card has the key 0.
    return RawSQL(" UNION ALL ".join(statements or ["SELECT 0"]), parameters)  # noqa: S611


def are_any(keys):
    """Whether somebody may read any of the cards with these keys: none of them is looked up."""
    found, values = _statement(union(keys))
    deferred = "SELECT card_id FROM cards_deferred"
    first = f"SELECT 1 FROM found WHERE card NOT IN ({deferred}) LIMIT 1"  # noqa: S608
    with reading().cursor() as cursor:
        cursor.execute(f"WITH found(card) AS ({found}) {first}", values)
        return cursor.fetchone() is not None


def found_and_common(cards, keys, number):
    """(whether there is any of the cards, whether there are more keys than so many, and no more of
    them are looked at)."""
    try:
        first, values = statement_of(cards.order_by().values("pk")[:1])
    except EmptyResultSet:
        return False, False
    every, others = _statement(union(keys))
    counted = f"(SELECT * FROM ({every}) part LIMIT %s) counted"  # noqa: S608
    with reading().cursor() as cursor:
        cursor.execute(
            f"SELECT EXISTS ({first}), COUNT(*) FROM {counted}",  # noqa: S608
            [*values, *others, number + 1],
        )
        found, longest = cursor.fetchone()
    return bool(found), longest > number


def _statement(keys):
    return (keys.sql, keys.params) if isinstance(keys, RawSQL) else statement_of(keys)


def begins(text, column="name"):
    """Look-ups for names that begin with a folded text, of the kind that has an index."""
    if connection.vendor == "sqlite":  # LIKE uses no index there
        return {f"{column}__gte": text, f"{column}__lt": text + "~"}  # after letters and digits
    return {f"{column}__startswith": text}


def named_by_letter(letter, types):
    """The keys of cards one of whose names, as it is printed, begins with the letter."""
    asked = Q()
    for language in LANGUAGES:
        asked |= Q(**begins(sort_key(letter, language), f"name_{language}"))
    return Card.objects.filter(asked, type__in=types).values("pk")
