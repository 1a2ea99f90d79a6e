"""What is written about many rows by one statement each.

Some thirty rows stand beside a card: as instances they would take half of the flush.
"""

from django.db import connection, models

from .loader import MANY

# Their values are not those that the database takes.
PREPARED = (models.UUIDField, models.DateField)


def delete(model, name, keys):
    for start in range(0, len(keys), MANY):
        rows = model._base_manager.filter(**{f"{name}__in": keys[start : start + MANY]})
        rows._raw_delete("default")


def insert(model, names, rows):
    columns = ", ".join(quoted(model._meta.get_field(name).column) for name in names)
    places = ", ".join(["%s"] * len(names))
    execute(
        f"INSERT INTO {table(model)} ({columns}) VALUES ({places})",  # noqa: S608
        prepared(model, names, rows),
    )


def update(model, names, key, rows):
    """Rows of the values of these columns, and of the key."""
    columns = ", ".join(f"{quoted(model._meta.get_field(name).column)} = %s" for name in names)
    where = quoted(model._meta.get_field(key).column)
    execute(
        f"UPDATE {table(model)} SET {columns} WHERE {where} = %s",  # noqa: S608
        prepared(model, (*names, key), rows),
    )


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
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(sql, rows)


def quoted(name):
    return connection.ops.quote_name(name)


def table(model):
    return quoted(model._meta.db_table)
