"""Keys of cards by words and beginnings of names, as each database looks them up.

One small interface over SQLite's FTS5 and PostgreSQL's text search. Both look up folded words
(`registry.values.folding`), so the query is folded first; what is left is letters and digits, and
nothing that is typed can be a query operator. Statements are put together of statements, never of
values, which are parameters of each (S608).
"""

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Field, Q
from django.db.models.expressions import RawSQL

from registry.cards.models import Card
from registry.cards.private_django import statement_of
from registry.cards.replicas import reading
from registry.values.folding import beginnings, sort_key
from registry.values.stemming import forms_of, sign_of, word_of_kind
from registry.values.texts import LANGUAGES

SQLITE = "SELECT rowid FROM cards_words WHERE cards_words MATCH %s"
POSTGRESQL = "SELECT card_id FROM cards_with_{column}(%s::tsquery) held(card_id)"
POSTGRESQL_WORDS = POSTGRESQL.format(column="words")
# Of some queries together, how many cards somebody may read of each, and whether any.
POSTGRESQL_NUMBERS = """
SELECT place - 1, cards_number_with_words(asked::tsquery)
FROM unnest(%s::text[]) WITH ORDINALITY queries(asked, place)
"""
POSTGRESQL_ANY = """
EXISTS (SELECT FROM unnest(%s::text[]) asked WHERE cards_any_with_words(asked::tsquery))
"""

SPELLED = """
SELECT key, word, cards FROM cards_namespelling spelled
JOIN cards_nameword ON cards_nameword.id = word_id
WHERE key IN ({0}) ORDER BY key, word_id LIMIT %s
"""
NAMED = """
SELECT * FROM (
    SELECT card_id, named.type, name, public_id FROM cards_searchname named
    JOIN cards_card ON cards_card.id = card_id
    WHERE {0} ORDER BY name, named.type, public_id LIMIT %s
) part
"""
LIKELY = """
WITH found(card, weight) AS ({0}), likely(card) AS (
    SELECT card FROM found WHERE card NOT IN (SELECT card_id FROM cards_deferred)
    GROUP BY card ORDER BY SUM(weight) DESC, card LIMIT %s
)
SELECT name, type, card_id FROM likely JOIN cards_searchname ON card_id = card
WHERE type IN ({1}) ORDER BY name, type, card_id
"""
POSTGRESQL_FEW = "SELECT card_id FROM cards_searchtext WHERE {column}_vector @@ %s::tsquery"
# As what an expression gives is taken where nothing says it: to make one anew for each took as long
# as to write the statement.
_OUTPUT = Field()


def keys_of(statement, parameters):
    """The keys of cards that a statement gives."""
    return RawSQL(statement, parameters, _OUTPUT)  # noqa: S611 - of parts of statements, never values


def holding(words, types, column="words", forms=False, whole=False, alone=False):
    """The keys of cards of these types that hold all the words, the last of them as a prefix or,
    with `whole`, as it is; with `forms`, each of them in any of its forms, and the last as what its
    next letter may make of it. By `names` those of several types are told from others `alone`."""
    is_sqlite = connection.vendor == "sqlite"
    word, beginning = ('"{}{}"', '"{}{}" *') if is_sqlite else ("'{}{}'", "'{}{}':*")
    either, every = (" OR ", " AND ") if is_sqlite else (" | ", " & ")
    ways = [[(word, each)] for each in words[:-1]]
    begun = beginnings(words[-1]) if forms else words[-1:]
    ways.append([(word, words[-1])] if whole else [(beginning, each) for each in begun])
    if forms:
        for asked, each in zip(ways, words, strict=True):
            asked += [(word, form) for form in sorted(forms_of(each))]
    signs = [""] if column == "names" else map(sign_of, types)
    if column == "names" and (alone or len(types) == 1):
        ways.append([(word, word_of_kind(each)) for each in types])
    query = either.join(
        every.join(
            f"({either.join(way.format(sign, each) for way, each in some)})" for some in ways
        )
        for sign in signs
    )
    if is_sqlite:
        return keys_of(SQLITE, [f"{column} : ({query})"])
    return keys_of(POSTGRESQL.format(column=column), [query])


def called(names, types):
    """The keys of cards of these types that have one of these folded names."""
    asked = f"type IN ({marks(types)}) AND name IN ({marks(names)})"
    return keys_of(f"SELECT card_id FROM cards_searchname WHERE {asked}", [*types, *names])  # noqa: S608


def named_from(beginnings, types):
    """The keys of cards of these types one of whose names begins with one of these folded texts."""
    begins, values = _begins(beginnings)
    statement = f"SELECT card_id FROM cards_searchname WHERE type IN ({marks(types)}) AND {begins}"  # noqa: S608
    return union(*(keys_of(statement, [*types, *each]) for each in values))


def bodies_named_from(beginnings, types, most):
    """The bodies of cards of these types with names that begin with one of these folded texts: of
    so many names of each."""
    begins, values = _begins(beginnings)
    # In brackets: it has an order and a number of its own.
    part = f"""SELECT * FROM (
        SELECT card_id FROM cards_searchname WHERE type IN ({marks(types)}) AND {begins}
        ORDER BY name, type LIMIT %s
    ) part"""  # noqa: S608
    keys = " UNION ALL ".join([part] * len(values))
    given = [value for each in values for value in (*types, *each, most)]
    with reading().cursor() as cursor:
        cursor.execute(f"SELECT body FROM cards_card WHERE id IN ({keys}) AND id {READ}", given)  # noqa: S608
        return [body for (body,) in cursor.fetchall()]


def names_from(beginnings, types, such, most):
    """[(key, type, name, id)] of cards with names that begin with one of these folded texts: so
    many of each, and as many of such cards, which are keys or None."""
    begins, values = _begins(beginnings)
    asked = f"named.type IN ({marks(types)}) AND {begins} AND card_id {READ}"
    among: list[tuple] = [("", ())]
    if such is not None:
        keys = union(such)
        among.append((f" AND card_id IN ({keys.sql})", keys.params))
    parts, given = [], []
    for each in values:
        for also, its in among:
            parts.append(NAMED.format(asked + also))
            given += [*types, *each, *its, most]
    with reading().cursor() as cursor:
        cursor.execute(" UNION ".join(parts), given)
        return cursor.fetchall()


def names_of(candidates, types, most):
    """[(name, type, key)] of so many of the cards of these types with keys of lists of which each
    has a weight, [(weight, keys)]: of those that are in the weightiest ones."""
    parts = [f"SELECT part.*, %s FROM ({keys.sql}) part" for _, keys in candidates]  # noqa: S608
    values = [each for weight, keys in candidates for each in (weight, *keys.params)]
    with reading().cursor() as cursor:
        statement = LIKELY.format(" UNION ALL ".join(parts), marks(types))
        cursor.execute(statement, [*values, most, *types])
        return cursor.fetchall()


def words_spelled(keys, most):
    """[(key, word of names, in how many cards it is)]: so many at most of these keys of spellings
    (`registry.cards.name_words`)."""
    if not keys:  # of signs alone there are none, and PostgreSQL refuses an empty list
        return []
    with reading().cursor() as cursor:
        cursor.execute(SPELLED.format(marks(keys)), [*keys, most])
        return cursor.fetchall()


def _begins(beginnings):
    """(the condition that a name begins so, the values for each)"""
    # LIKE uses no index on SQLite; all that follows is letters and digits.
    if connection.vendor == "sqlite":
        return "name >= %s AND name < %s", [[each, each + "~"] for each in beginnings]
    return "name LIKE %s", [[each + "%"] for each in beginnings]


def marks(values):
    """As many places for values in a statement."""
    return ", ".join(["%s"] * len(values))


def holding_some(groups, types, most=None):
    """The keys of cards of these types in whose names a word of each of the groups is; of no more
    than the first of those that somebody may read."""
    is_sqlite = connection.vendor == "sqlite"
    key = "rowid" if is_sqlite else "card_id"
    also = "AND" if is_sqlite or most else "WHERE"
    first = f" {also} {key} {READ} ORDER BY {key} LIMIT {most}" if most else ""
    word, either, every = ('"{}"', " OR ", ") AND (") if is_sqlite else ("'{}'", " | ", ") & (")
    terms = [either.join(map(word.format, group)) for group in (*groups, map(word_of_kind, types))]
    query = f"({every.join(terms)})"
    if is_sqlite:
        return keys_of(SQLITE + first, [f"names : ({query})"])
    # The function gives all keys before the first: where a few are enough they are looked for.
    looked_up = POSTGRESQL_FEW if most else POSTGRESQL
    return keys_of(looked_up.format(column="names") + first, [query])


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
    # Where all parts are empty there has to be a statement still.
    return keys_of(" UNION ALL ".join(statements or ["SELECT 0 WHERE 1 = 0"]), parameters)


# The keys that lists of words give are also those of withheld cards.
READ = "NOT IN (SELECT card_id FROM cards_deferred)"


def are_any(lists):
    """Whether somebody may read any of the cards with these lists of keys: none of them is looked
    up, and a list only where those before have none."""
    queries = [query for keys in lists if (query := _query(keys))]
    asked, values = ([POSTGRESQL_ANY], [queries]) if queries else ([], [])
    for keys in lists:
        if _query(keys):
            continue
        found = union(keys)
        asked.append(
            f"EXISTS (WITH found(card) AS ({found.sql}) SELECT 1 FROM found WHERE card {READ})"  # noqa: S608
        )
        values += found.params
    with reading().cursor() as cursor:
        cursor.execute(f"SELECT {' OR '.join(asked)}", values)
        return bool(cursor.fetchone()[0])


def numbers(lists):
    """How many cards somebody may read of each of these lists of lists of keys, by one statement;
    none of them is looked up."""
    queries = [_query(keys) for keys, *others in lists if not others]
    if len(queries) == len(lists) and all(queries):
        return _rows(POSTGRESQL_NUMBERS, [queries], len(lists))
    statements, values = [], []
    for keys in lists:
        found = union(*keys)
        # In several lists a card may stand twice.
        card = "card" if len(keys) == 1 else "DISTINCT card"
        number = f"SELECT {len(statements)}, COUNT({card}) FROM found WHERE card {READ}"  # noqa: S608
        statements.append(f"SELECT * FROM (WITH found(card) AS ({found.sql}) {number}) part")  # noqa: S608
        values += found.params
    return _rows(" UNION ALL ".join(statements), values, len(lists))


def _rows(statement, values, number):
    with reading().cursor() as cursor:
        cursor.execute(statement, values)
        found = dict(cursor.fetchall())
    return [found[n] for n in range(number)]


def _query(keys):
    """What PostgreSQL is asked for the words of texts, of which it says by itself how many cards
    there are, without handing out their keys; or None."""
    is_asked = isinstance(keys, RawSQL) and keys.sql == POSTGRESQL_WORDS
    return keys.params[0] if is_asked else None


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
