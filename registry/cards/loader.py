"""Reads rows with what their cards show of others, in few queries.

`prefetch_related` would do, but reads a place, a term or an organisation again for each batch of
each model, and builds a query for each relation of each row: that was a third of a bulk import.
"""

from collections import defaultdict
from functools import cache
from itertools import islice

from .prepared import Prepared
from .private_django import has_related, keep_related, keep_target, related_of

BATCH = 500
MANY = 10_000  # keys that a statement takes on every database
LIMIT = 20_000


def batches(items, size=BATCH):
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


class RelatedLoader:
    """The rows that cards show besides their own, each read once however many cards show it.

    What it keeps is right only as long as no record is written: it lives for one flush, which has
    locked the counter. Rows that are rendered are always read anew, and are not among the kept
    ones: what rendering may read of another record is what the `shows` of some card declare.
    """

    def __init__(self):
        self.kept = defaultdict(dict)  # model: {key: row}

    def load(self, model, keys, paths):
        """The rows with these keys, in that order, with all that the paths lead to.

        For rendering only: `all()` of a related manager is right there, a further filter is not.
        """
        if sum(map(len, self.kept.values())) > LIMIT:
            self.kept.clear()
        rows = rows_with(model, "pk").found(sorted(keys))
        self._follow(rows, tree_of(paths))
        return rows

    def _follow(self, rows, tree):
        found = []
        for name, below in tree.items() if rows else ():
            field = rows[0]._meta.get_field(name)
            follow = self._targets if field.many_to_one else self._related
            found.append((follow(rows, field), below))
        self._gather(found)
        for others, below in found:
            self._follow(others, below)

    def _gather(self, found):
        """What these rows of several kinds lead to, by one statement for each model."""
        wanted = defaultdict(set)
        for rows, below in found:
            for name in below if rows else ():
                field = rows[0]._meta.get_field(name)
                if field.many_to_one:
                    wanted[field.related_model] |= {getattr(row, field.attname) for row in rows}
        for model, keys in wanted.items():
            self._keep(model, keys)

    def _keep(self, model, keys):
        kept = self.kept[model]
        for batch in batches(sorted(keys - {None} - kept.keys())):
            kept |= {row.pk: row for row in rows_with(model, "pk").found(batch)}

    def _targets(self, rows, field):
        """What the foreign key of each row leads to."""
        keys = {getattr(row, field.attname) for row in rows} - {None}
        self._keep(field.related_model, keys)
        kept = self.kept[field.related_model]
        for row in rows:
            key = getattr(row, field.attname)
            # A key that leads nowhere is an error: a row loaded outside of a `writing()` block,
            # before what it refers to, would keep a card that is not true.
            keep_target(row, field, None if key is None else kept[key])
        return [kept[key] for key in keys]

    def _related(self, rows, relation):
        """What leads to each row, as its related manager then gives it without a query."""
        link = relation.field
        owners = {row.pk: row for row in rows if not has_related(row, relation)}
        found = {key: [] for key in owners}
        everything = relation.related_model._base_manager.all()
        if owners:
            for one in rows_with(relation.related_model, link.name).found(list(owners)):
                owner = getattr(one, link.attname)
                keep_target(one, link, owners[owner])
                found[owner].append(one)
        for key, owner in owners.items():
            keep_related(owner, relation, found[key], like=everything)
        return [one for row in rows for one in related_of(row, relation)]


@cache
def rows_with(model, name):
    """The rows whose field of that name is among some keys, in their usual order; by key those of
    `pk`."""

    def rows(keys):
        found = model._base_manager.filter(**{f"{name}__in": keys})
        return found.order_by("pk") if name == "pk" else found

    return Prepared(rows)


@cache
def tree_of(paths):
    """("a__b", "a__c") as {"a": {"b": {}, "c": {}}}."""
    tree = {}
    for path in paths:
        branch = tree
        for step in path.split("__"):
            branch = branch.setdefault(step, {})
    return tree
