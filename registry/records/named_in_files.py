"""What a file of rows names, looked up once while `loaddata` reads it.

Django asks the database for each row by its public id, and for all that the row refers to, however
often a file names the same place: of a gazetteer that was a third of its loading.
"""

import uuid
from contextlib import contextmanager
from contextvars import ContextVar


class NamedInFiles:
    def __init__(self):
        self.rows, self.public_ids = {}, {}

    def row(self, model, key, find):
        """What `find` gives of the key: a row, which is kept, or the model's DoesNotExist."""
        public_id = as_uuid(key)
        if public_id and public_id not in self._public_ids(model):
            raise model.DoesNotExist
        found = self.rows.get((model, key))
        if found is None:
            found = self.rows[model, key] = find(key)
        return found

    def _public_ids(self, model):
        if model not in self.public_ids:
            ids = model._base_manager.values_list("public_id", flat=True)
            self.public_ids[model] = set(ids.iterator())
        return self.public_ids[model]

    def saved(self, row):
        """It is there from now on, and its address is no longer that of another."""
        model = type(row)
        if model in self.public_ids:
            self.public_ids[model].add(row.public_id)
        for key in (str(row.public_id), getattr(row, "slug", None)):
            self.rows.pop((model, key), None)


_reading: ContextVar[NamedInFiles | None] = ContextVar("reading", default=None)


@contextmanager
def reading_files():
    """Within, what is looked up by its key is kept; gives what has to know what was saved."""
    named = NamedInFiles()
    token = _reading.set(named)
    try:
        yield named
    finally:
        _reading.reset(token)


def looked_up(model, key, find):
    """The row of the model that has the key: found by `find`, or kept while files are read."""
    named = _reading.get()
    return find(key) if named is None else named.row(model, str(key), find)


def as_uuid(key):
    try:
        return uuid.UUID(str(key))
    except ValueError:
        return None
