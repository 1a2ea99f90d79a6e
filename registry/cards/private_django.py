"""What we use of Django without its promise: each with what it relies on.

All of it stands here, and tests/cards/test_private_django.py asks of a new Django whether it is so.
"""

from contextlib import contextmanager
from functools import cache

from django.core.handlers.wsgi import WSGIRequest
from django.db.models import QuerySet
from django.db.models.base import ModelState
from django.db.models.query import get_related_populators
from django.utils.http import parse_header_parameters

MAX_PLANNED = 300  # statements that a connection remembers


def delete_alone(rows):
    """Delete these rows by one statement, and look at nothing that refers to them.

    `QuerySet._raw_delete` sends no signal and collects nothing; `delete()` would read the rows as
    soon as something refers to the table, though the caller has deleted that already.
    """
    rows._raw_delete(rows.db)


def statement_of(rows):
    """(SQL, parameters) of a queryset; `EmptyResultSet` if it is known to find nothing.

    `Query.sql_with_params` leaves the parameters apart, as a cursor takes them; only the text of a
    query, which no database reads, is promised.
    """
    return rows.query.sql_with_params()


class Planned(str):
    """A statement that PostgreSQL plans once in a connection, whatever it is asked for."""


@contextmanager
def asked(connection, statement, parameters=None):
    """A cursor that was given the statement, as `execute` of the connection's own would be.

    To plan a small statement takes PostgreSQL several times as long as to answer it. Django writes
    values into each statement, or sends those of all apart: `Planned` ones alone are sent without,
    so that they are known again. `make_cursor` of a connection wraps whatever cursor it is given.
    Where statements are noted with their values (DEBUG, tests), Django's own cursor does it.
    """
    is_planned = connection.vendor == "postgresql" and isinstance(statement, Planned)
    if not is_planned or connection.queries_logged:
        with connection.cursor() as cursor:
            cursor.execute(statement, parameters)
            yield cursor
        return
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    planning = connection.make_cursor(_planning()(connection.connection))
    with connection.wrap_database_errors, planning as cursor:
        cursor.execute(statement, parameters)
        yield cursor


@cache
def _planning():
    from psycopg import Cursor, errors
    from psycopg.types.numeric import Int8

    class PlanningCursor(Cursor):
        """What it is given is planned once. `prepare_threshold` allows that for this statement
        alone: else psycopg would count all others, and keep them with what readers wrote."""

        def execute(self, query, params=None):
            # A number is sent in as many bytes as it needs, and each of these would be a plan.
            values = [Int8(each) if type(each) is int else each for each in params or ()]
            self.connection.prepared_max = MAX_PLANNED
            self.connection.prepare_threshold = 0
            try:
                return super().execute(query, values, prepare=True)
            except (errors.InvalidSqlStatementName, errors.FeatureNotSupported):
                # The server knows it no more, or a table is another: neither does it the others.
                self.connection.close()
                raise
            finally:
                self.connection.prepare_threshold = None

    return PlanningCursor


def stored_rows(model, connection, statement, parameters):
    """The rows of a statement as objects of their model, with the columns that have other names as
    attributes; what is not among them is read when it is asked for.

    As `raw`, which works out anew for each statement what its columns are, and for each row calls
    `__init__` and both of its signals, to which nobody listens: that is half of what a page of a
    list takes. An instance is its `__dict__` and its `_state`; `get_converters` of a compiler says
    how the database's values are read.
    """
    with asked(connection, statement, parameters) as cursor:
        # Of each connection its own, which goes with it.
        known = vars(connection).setdefault("columns_read", {})
        columns = tuple(row[0] for row in cursor.description)
        if (model, columns) not in known:
            known[model, columns] = _columns(model, connection, columns)
        names, converters = known[model, columns]
        return [_instance(model, connection, names, converters, row) for row in cursor.fetchall()]


def _columns(model, connection, columns):
    fields = {field.column: field for field in model._meta.concrete_fields}
    names = [fields[column].attname if column in fields else column for column in columns]
    read = [fields[column].get_col("") if column in fields else None for column in columns]
    compiler = model._base_manager.all().query.get_compiler(connection=connection)
    return names, compiler.get_converters(read)


def _instance(model, connection, names, converters, values):
    row = row_of(model, connection.alias, names, values)
    state = vars(row)
    for place, (functions, expression) in converters.items():
        for function in functions:
            name = names[place]
            state[name] = function(state[name], expression, connection)
    return row


def row_of(model, database, names, values):
    """An object of the model with these attributes, which is in the database: as `from_db`, without
    `__init__`, which asks of each column how it is set."""
    row = model.__new__(model)
    state = vars(row)
    state["_state"] = made = ModelState()
    made.adding, made.db = False, database
    state.update(zip(names, values, strict=True))
    return row


def joined_rows(rows, connection, statement, parameters):
    """The rows of the statement of a queryset, which may have other parameters by now, as objects
    with what `select_related` reads beside them.

    As `ModelIterable`, whose compiler works all of it out anew each time: what stands in which
    column is in `select` and `klass_info` of a compiler that was set up.
    """
    # Of each connection its own, which goes with it.
    compilers = vars(connection).setdefault("compilers_set_up", {})
    if statement not in compilers:
        made = rows.query.get_compiler(connection=connection)
        made.pre_sql_setup()
        compilers[statement] = made
    compiler = compilers[statement]
    with asked(connection, statement, parameters) as cursor:
        stored = compiler.results_iter([cursor.fetchall()])
    about, alias = compiler.klass_info, connection.alias
    first, last = about["select_fields"][0], about["select_fields"][-1] + 1
    names = [column.target.attname for column, *_ in compiler.select[first:last]]
    # The stubs are of a newer Django.
    related = get_related_populators(about, compiler.select, alias)  # type: ignore[call-arg]
    found = []
    for values in stored:
        row = about["model"].from_db(alias, names, values[first:last])
        for each in related:
            each.populate(values, row)
        found.append(row)
    return found


def give_rows(rows, found):
    """What the queryset finds is known: `_result_cache` is where it looks before it asks."""
    rows._result_cache = found


def know_rights(user, rights):
    """The account has these permissions, as "app.codename", and is asked for no others.

    `ModelBackend` keeps what it has read of the account and its groups in `_perm_cache` of it.
    """
    user._perm_cache = rights


def known(row, name):
    """What the foreign key of that name leads to, or None where that is not loaded: no query.

    `get_cached_value` of a field looks where the attribute would.
    """
    return row._meta.get_field(name).get_cached_value(row, default=None)


def keep_target(row, field, target):
    """The attribute of the foreign key gives this from now on, without a query.

    `set_cached_value` keeps it where the attribute looks, and leaves the column alone.
    """
    field.set_cached_value(row, target)


def has_related(row, relation):
    return relation.cache_name in _prefetched(row)


def keep_related(row, relation, parts, like):
    """`all()` of the related manager gives these rows from now on, without a query.

    A related manager looks in `_prefetched_objects_cache` of the row, under the `cache_name` of the
    relation, for a queryset; one with a `_result_cache` is not asked of the database, and with
    `_prefetch_done` it prefetches nothing either. Its query is that of `like`, which a further
    filter would narrow: for all rows of a kind one will do.
    """
    rows = QuerySet(like.model, like.query)
    rows._result_cache = parts
    rows._prefetch_done = True  # type: ignore[attr-defined]  # private: the stubs lack it
    _prefetched(row)[relation.cache_name] = rows


def related_of(row, relation):
    return _prefetched(row)[relation.cache_name]


def _prefetched(row):
    return row.__dict__.setdefault("_prefetched_objects_cache", {})


def registered(site):
    """{model: its admin} of a staff site, in the order in which they were registered.

    `AdminSite._registry`; in public a site tells of one model at a time.
    """
    return site._registry


def chosen_database(manager):
    """The alias that `using` gave the manager; None where a router decides."""
    return manager._db


def tell_to(request, storage):
    """What pages tell the person goes there from now on, and what was told is read from there.

    `add_message` and `get_messages` of `django.contrib.messages` look for it in `_messages` of the
    request, where their middleware keeps a storage of the session.
    """
    request._messages = storage


def not_here(page, request, key):
    """The answer of an admin page to a key that no row has.

    `_get_obj_does_not_exist_redirect` of a `ModelAdmin` tells it and leads to the index.
    """
    return page._get_obj_does_not_exist_redirect(request, page.opts, key)


def declared_fields(serializer):
    """{key: field} of a serializer's class, those of its bases included, without an instance.

    REST framework keeps them as `_declared_fields`; the `fields` of an instance are copies of them.
    """
    return serializer._declared_fields


class Utf8Request(WSGIRequest):
    """Everything that is sent here is UTF-8, whatever its header says.

    Django decodes the query with the charset of Content-Type, which may be one that decodes no
    text (`charset=hex`): that raises before any middleware could answer. `WSGIRequest` takes the
    charset in `_set_content_type_params` and nowhere else; to set the public `encoding` afterwards
    would read the query there and then.
    """

    def _set_content_type_params(self, meta):
        self.content_type, self.content_params = parse_header_parameters(
            meta.get("CONTENT_TYPE", "")
        )
