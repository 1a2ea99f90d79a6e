"""What is written about many rows by one statement each.

Some thirty rows stand beside a card: as instances they would take half of the flush.
"""

import json
from itertools import chain
from uuid import UUID

from django.db import connection, models
from django.db.models.expressions import RawSQL

from .loader import MANY
from .private_django import delete_alone, statement_of

# Their values are not those that the database takes.
PREPARED = (models.UUIDField, models.DateField)

AT_ONCE = 100  # rows that one statement changes


def listed(keys):
    """These keys, for `pk__in`, as one parameter: with one for each, thousands of them cost more in
    Python than the statement does in the database."""
    keys = list(keys)
    if connection.vendor == "postgresql":
        kind = "uuid" if keys and isinstance(keys[0], UUID) else "bigint"
        return RawSQL(f"SELECT unnest(%s::{kind}[])", [keys])  # noqa: S611
    # SQLite has no type for ids: Django keeps their 32 digits.
    plain = [key.hex if isinstance(key, UUID) else key for key in keys]
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(plain)])  # noqa: S611


def numbers_in(text):
    """The whole numbers of a JSON list, likewise, where a statement is made once for any list."""
    if connection.vendor == "postgresql":
        return RawSQL("SELECT value::integer FROM json_array_elements_text(%s::json)", [text])
    return RawSQL("SELECT value FROM json_each(%s)", [text])


def texts_in(text):
    """The texts of a JSON list, likewise. Of an array PostgreSQL expects few, and looks each up."""
    if connection.vendor == "postgresql":
        rows = "SELECT unnest(ARRAY(SELECT json_array_elements_text(%s::json)))"
        return RawSQL(rows, [text])  # noqa: S611 - the list is a parameter
    return RawSQL("SELECT value FROM json_each(%s)", [text])


def delete(model, name, keys):
    for start in range(0, len(keys), MANY):
        rows = model._base_manager.filter(**{f"{name}__in": keys[start : start + MANY]})
        delete_alone(rows)


def insert(model, names, rows):
    columns = ", ".join(quoted(model._meta.get_field(name).column) for name in names)
    places = ", ".join(["%s"] * len(names))
    execute(
        f"INSERT INTO {table(model)} ({columns}) VALUES ({places})",  # noqa: S608
        prepared(model, names, rows),
    )


def insert_from(model, names, rows, conflict=""):
    """The rows of a query, without their coming here; its columns in the order of the names."""
    columns = ", ".join(quoted(model._meta.get_field(name).column) for name in names)
    statement, parameters = statement_of(rows)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table(model)} ({columns}) {statement} {conflict}",  # noqa: S608
            parameters,
        )


def update(model, names, key, rows):
    """Rows of the values of these columns, and of the key."""
    fields = [model._meta.get_field(name) for name in (*names, key)]
    rows = prepared(model, (*names, key), rows)
    if connection.vendor == "postgresql" and len(rows) > 1:
        for start in range(0, len(rows), AT_ONCE):
            _update_at_once(model, fields, rows[start : start + AT_ONCE])
        return
    *columns, where = (quoted(field.column) for field in fields)
    values = ", ".join(f"{column} = %s" for column in columns)
    execute(f"UPDATE {table(model)} SET {values} WHERE {where} = %s", rows)  # noqa: S608


def _update_at_once(model, fields, rows):
    """By one statement: PostgreSQL would plan one for each row, and psycopg put it together."""
    given = [f"(given.c{n})::{_type_of(field)}" for n, field in enumerate(fields)]
    columns = [quoted(field.column) for field in fields]
    *values, where = (" = ".join(pair) for pair in zip(columns, given, strict=True))
    row = f"({', '.join(['%s'] * len(fields))})"
    names = ", ".join(f"c{n}" for n in range(len(fields)))
    with connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE {table(model)} SET {', '.join(values)} FROM (VALUES"  # noqa: S608
            f" {', '.join([row] * len(rows))}) AS given({names}) WHERE {table(model)}.{where}",
            list(chain.from_iterable(rows)),
        )


def _type_of(field):
    # Without its length: cast to that, a text that is too long would be cut off and not refused.
    return field.db_type(connection).partition("(")[0]


def prepared(model, names, rows):
    fields = [model._meta.get_field(name) for name in names]
    odd = [n for n, field in enumerate(fields) if isinstance(field, PREPARED)]
    if not odd:
        return rows
    rows = [list(row) for row in rows]
    for row in rows:
        for n in odd:
            row[n] = fields[n].get_db_prep_save(row[n], connection)
    return rows


def execute(sql, rows):
    """The statement with each of these rows; how many rows of the table it has changed."""
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.executemany(sql, rows)
        return cursor.rowcount


def quoted(name):
    return connection.ops.quote_name(name)


def table(model):
    return quoted(model._meta.db_table)
