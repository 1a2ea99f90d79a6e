"""Querysets whose SQL is put together once in a process, and asked for other values each time.

To put a page's small statements together takes Django ten times as long as the database takes to
answer them (docs/decisions/0024-the-cost-of-a-page.md).
"""

from itertools import count
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db.models import Count, Max, QuerySet, Value

from .private_django import Planned, asked, joined_rows, statement_of, stored_rows
from .replicas import reading

MAX_SHAPES = 500
MAX_VALUES = 32  # of a statement that PostgreSQL plans once: of a longer list it knows no number
shapes: dict[tuple, "Prepared"] = {}  # without a value of any


def prepared_once(key, make, *values, planned_once=False):
    """The `Prepared` of these lists of texts, put together once in a process for each key and
    their numbers. `make` may know what else somebody asked for, of which the key says all that the
    statement depends on: it is not kept."""
    key = (key, *(len(_filled(value)) for value in values))
    if (known := shapes.get(key)) is not None:  # at once: another thread may clear them
        return known
    prepared = Prepared(make, planned_once)
    try:
        prepared.statement(*values)
    except EmptyResultSet:
        return prepared
    prepared.make = None
    if len(shapes) >= MAX_SHAPES:
        shapes.clear()
    shapes[key] = prepared
    return prepared


def newest(make):
    """`Prepared` for one row of the cards that `make` gives: how many, and the newest number of a
    change. As long as these are the same in one registry, so are the cards."""

    def rows(*values):
        one = make(*values).order_by().annotate(all=Value(1)).values("all")
        return one.annotate(cards=Count("pk"), last=Max("number")).values_list("cards", "last")

    return Prepared(rows)


class Prepared:
    """What `make` gives for texts, numbers or UUIDs, or lists of these: a queryset that is the
    same otherwise.

    What else it depends on (a type, a day, how many) is not among its arguments: each of these has
    a `Prepared` of its own.

    `planned_once`: PostgreSQL plans it once in a connection, for whatever values. It finds what it
    looks for by an index, and begins with the same one however many rows have a value.
    """

    like: QuerySet  # of the same columns, known with the first statement

    def __init__(self, make, planned_once=True):
        self.make, self.known, self.planned_once = make, {}, planned_once

    def statement(self, *values):
        """(SQL, parameters); `EmptyResultSet` where a list is empty."""
        values = [_filled(value) if isinstance(value, list) else value for value in values]
        shape = tuple(len(value) if isinstance(value, list) else 0 for value in values)
        if shape not in self.known:
            self.known[shape] = self._put_together(values)
        sql, places = self.known[shape]
        given = _all(values)
        return sql, [same if place is None else _like(same, given[place]) for place, same in places]

    def found(self, *values):
        """The rows as objects of their model."""
        try:
            sql, parameters = self.statement(*values)
        except EmptyResultSet:
            return []
        return stored_rows(self.like.model, reading(), sql, parameters)

    def joined(self, *values):
        """The same with what `select_related` reads beside them."""
        try:
            sql, parameters = self.statement(*values)
        except EmptyResultSet:
            return []
        return joined_rows(self.like, reading(), sql, parameters)

    def rows(self, *values):
        """The rows as tuples of texts and numbers: as the driver gives them."""
        try:
            sql, parameters = self.statement(*values)
        except EmptyResultSet:
            return []
        with asked(reading(), sql, parameters) as cursor:
            return cursor.fetchall()

    def _put_together(self, values):
        """(SQL, [(place among the values, or None, and then what always stands there)])."""
        number = count()
        marked = [
            [_mark(next(number), each) for each in value]
            if isinstance(value, list)
            else _mark(next(number), value)
            for value in values
        ]
        # SQLite has no type for UUIDs: it is given their 32 digits.
        marks = {_like("", mark): place for place, mark in enumerate(_all(marked))}
        self.like = rows = self.make(*marked)
        sql, parameters = statement_of(rows)
        # Of a part that asks for none of an empty list there is nothing in the statement.
        found = [(marks.get(_like("", each)), each) for each in parameters]
        if [] not in values and not set(marks.values()) <= {place for place, _ in found}:
            raise ValueError("A value that the statement does not ask for as it is.")
        is_long = len(_all(marked)) > MAX_VALUES
        return (sql, found) if is_long or not self.planned_once else planned(sql, found)


def planned(sql, parameters):
    """The same as `Planned` where that is PostgreSQL: with all that always stands in it written
    out, by which it chooses among its indexes. `parameters` are as `_put_together` gives them."""
    connection = reading()
    if connection.vendor != "postgresql":
        return sql, parameters
    texts = [
        "%s" if place is not None else connection.ops.compose_sql("%s", [same]).replace("%", "%%")
        for place, same in parameters
    ]
    sql = sql.replace("%%", "%%%%") % tuple(texts)
    return Planned(sql), [each for each in parameters if each[0] is not None]


def _mark(number, value):
    """What no text (with a letter for private use), no key and no random id is."""
    if isinstance(value, UUID):
        return UUID(int=number)
    return -(2**62) - number if isinstance(value, int) else f"\ue000{number}"


def _like(parameter, value):
    return value.hex if isinstance(value, UUID) and isinstance(parameter, str) else value


def _filled(values):
    """As many as the next power of two, or there would be a statement for each number of them."""
    values = list(dict.fromkeys(values))
    missing = (1 << (len(values) - 1).bit_length()) - len(values) if values else 0
    return values + values[-1:] * missing


def _all(values):
    return [each for value in values for each in (value if isinstance(value, list) else [value])]
