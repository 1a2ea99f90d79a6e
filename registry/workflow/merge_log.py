"""What a merge does to rows, noted so that it can be put back: keys, and the versions kept."""

from registry.records.versions import keep_versions

from .same_rows import said

EMPTY = ("", None)


def newest(model, key):
    """The last version that is kept of a row, or None."""
    return model.history.filter(id=key).order_by("-history_id").first()


class Log:
    """`kept`, as it is stored: all by the label of a model.

    rows: {foreign key: keys} that named the loser; changed: {key: columns, version before, after};
    deleted, made: {key: version}; dropped: rows that have no history; beside: keys.
    """

    def __init__(self, by, why):
        self.by, self.why = by, why[:100]  # the longest reason that history keeps
        kinds = ("rows", "changed", "deleted", "made", "dropped", "beside")
        self.kept = {kind: {} for kind in kinds}

    def _of(self, kind, model):
        return self.kept[kind].setdefault(model._meta.label, {})

    def moved(self, model, name, keys):
        if keys:
            self._of("rows", model)[name] = keys

    def moved_beside(self, model, keys):
        if keys:
            self.kept["beside"][model._meta.label] = keys

    def change(self, row, values):
        """Give the row these values, by columns, if it has others."""
        new = {name: value for name, value in values.items() if getattr(row, name) != value}
        if not new:
            return
        before = self._as_it_is(row)
        for name, value in new.items():
            setattr(row, name, value)
        self._save(row)
        after = newest(type(row), row.pk).history_id
        noted = {"columns": sorted(new), "before": before, "after": after}
        self._of("changed", type(row))[str(row.pk)] = noted

    def make(self, row):
        self._save(row)
        self._of("made", type(row))[str(row.pk)] = newest(type(row), row.pk).history_id

    def collapse(self, model, key, other):
        """Of two rows that say the same one is left, with what only the other one says besides."""
        row, other = (model._base_manager.get(pk=each) for each in (key, other))
        if not hasattr(model, "history"):
            values = model._base_manager.filter(pk=key).values().get()
            self.kept["dropped"].setdefault(model._meta.label, []).append(values)
            row.delete()
            return
        more = {name: getattr(row, name) for name in said(model)}
        empty = {name for name in more if getattr(other, name) in EMPTY}
        self.change(other, {name: v for name, v in more.items() if name in empty and v})
        self._as_it_is(row)
        row._history_user, row._change_reason = self.by, self.why
        row.delete()
        self._of("deleted", model)[str(key)] = newest(model, key).history_id

    def _as_it_is(self, row):
        """The version that holds what the row is now; one is kept if none does."""
        model, kept = type(row), newest(type(row), row.pk)
        columns = [field.attname for field in model.history.model.tracked_fields]
        if kept is None or any(getattr(kept, n) != getattr(row, n) for n in columns):
            keep_versions(model, [row.pk], self.by, self.why)
            kept = newest(model, row.pk)
        return kept.history_id

    def _save(self, row):
        row._history_user, row._change_reason = self.by, self.why
        row.save()
