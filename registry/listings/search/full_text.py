"""Keys of cards by words and beginnings of names, as each database looks them up.

One small interface over SQLite's FTS5 and PostgreSQL's text search. Both look up folded words
(`registry.values.folding`), so the query is folded first; what is left is letters and digits, and
nothing that is typed can be a query operator.
"""

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models.expressions import RawSQL

from registry.cards.private_django import statement_of
from registry.cards.replicas import reading
from registry.values.folding import beginnings
from registry.values.stemming import forms_of

SQLITE = "SELECT rowid FROM cards_words WHERE cards_words MATCH %s"
POSTGRESQL = "SELECT card_id FROM cards_with_{column}(%s::tsquery) held(card_id)"

POSTGRESQL_FEW = "SELECT card_id FROM cards_searchtext WHERE {column}_vector @@ %s::tsquery"

WHOLE = (
    "SELECT SUM(cards) FROM cards_termcount"
    " WHERE type IN ({}) AND \"group\" = '' AND value = '' AND among = ''"
)


def holding(words, column="words", forms=False, whole=False):
    """The keys of cards that hold all the words (names or words), the last of them as a prefix or,
    with `whole`, as it is; with `forms`, each of them in any of its forms, and the last as what its
    next letter may make of it."""
    is_sqlite = connection.vendor == "sqlite"
    word, beginning = ('"{}"', '"{}" *') if is_sqlite else ("'{}'", "'{}':*")
    either, every = (" OR ", " AND ") if is_sqlite else (" | ", " & ")
    ways = [[word.format(each)] for each in words[:-1]]
    begun = beginnings(words[-1]) if forms else words[-1:]
    ways.append([word.format(words[-1])] if whole else [beginning.format(each) for each in begun])
    if forms:
        for asked, each in zip(ways, words, strict=True):
            asked += [word.format(form) for form in sorted(forms_of(each))]
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


def found_and_common(cards, keys, types, number, share):
    """(whether there is any of the cards, whether there are more keys than so many, or than such a
    share of all cards of the types): of keys no more than the number are looked at."""
    try:
        first, values = statement_of(cards.order_by().values("pk")[:1])
    except EmptyResultSet:
        return False, False
    every, others = _statement(union(keys))
    counted = f"(SELECT * FROM ({every}) part LIMIT %s) counted"  # noqa: S608
    kept = WHOLE.format(", ".join(["%s"] * len(types)))
    with reading().cursor() as cursor:
        cursor.execute(
            f"SELECT EXISTS ({first}), COUNT(*), ({kept}) FROM {counted}",  # noqa: S608
            [*values, *types, *others, number + 1],
        )
        found, longest, whole = cursor.fetchone()
    return bool(found), longest > min(number, share * whole if whole else number)


def _statement(keys):
    return (keys.sql, keys.params) if isinstance(keys, RawSQL) else statement_of(keys)


def begins(text, column="name"):
    """Look-ups for names that begin with a folded text, of the kind that has an index."""
    if connection.vendor == "sqlite":  # LIKE uses no index there
        return {f"{column}__gte": text, f"{column}__lt": text + "~"}  # after letters and digits
    return {f"{column}__startswith": text}
