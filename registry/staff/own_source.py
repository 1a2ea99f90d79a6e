"""A figure or a life event whose source was not said is of the one source of its record."""


def cite_own_source(formsets):
    """Fill in what rows must name and do not, if the record names exactly one source."""
    named = {_typed(row, "source") for each in formsets if _cites(each) for row in each.forms}
    named.discard("")
    if len(named) != 1:
        return
    (source,) = named
    for formset in formsets:
        field = formset.form.base_fields.get("source")
        if field is None or not field.required or _cites(formset):
            continue
        for row in formset.forms:
            if row.is_bound and not _typed(row, "source") and row.has_changed():
                row.data = row.data.copy()
                row.data[row.add_prefix("source")] = source
                row.__dict__.pop("changed_data", None)  # Django keeps what it was asked


def _cites(formset):
    return formset.prefix == "citations"


def _typed(row, name):
    if not row.is_bound or row.add_prefix("DELETE") in row.data:
        return ""
    return row.data.get(row.add_prefix(name), "")
