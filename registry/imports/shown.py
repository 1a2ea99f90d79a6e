"""What a file changes, as the page of the dry run says it: names in place of ids, words in place of
codes, and dates as they are read."""

from collections import defaultdict

from django.utils.text import capfirst

from registry.cards.sql import listed
from registry.staff.dates import in_words
from registry.values.fields import EdtfField
from registry.workflow.differences import marked

from .compare import reference
from .tables import JOIN, OF


def shown(tables, pairs, items, is_foreign=False):
    """[{title, outcome, lines: [(sheet, number, [(label, marked words)])]}] of these pairs of an
    item and what becomes of it; `items` are all of the file, which may be named in them. Of a
    foreign file rows stand in no sheet: they are called as pages call them."""
    added = {reference(each["kind"], each["id"]): each["title"] for each in items}
    names = _names(tables, pairs)
    found = [_shown(tables, item, outcome, names, added) for item, outcome in pairs]
    for each, (item, _outcome) in zip(found, pairs, strict=True) if is_foreign else ():
        table = tables.get(item["kind"])
        each["lines"] = [
            (_called(table, line["relation"]) or sheet, number, cells)
            for line, (sheet, number, cells) in zip(item["lines"], each["lines"], strict=True)
        ]
    return found


def _called(table, relation):
    rows = table and table.rows.get(relation)
    return rows and capfirst(str(rows.model._meta.verbose_name_plural))


def _shown(tables, item, outcome, names, added):
    table, lines = tables.get(item["kind"]), []
    for line in item["lines"]:
        columns = _columns(table, line)
        cells = [
            _cell(columns.get(key), key, line, text, names, added)
            for key, text in line["new"].items()
        ]
        lines.append((line["sheet"], line["line"], cells))
    return {"title": item["title"], "outcome": outcome, "lines": lines}


def _columns(table, line):
    rows = table and (table.rows.get(line["relation"]) if line["relation"] else table)
    return rows.columns if rows else {}


def _cell(column, key, line, text, names, added):
    if column is None:
        return key, marked(line["old"][key], text)
    old = _in_words(column, line["old"][key])
    # What stood there is known by its addresses: beside them names would look like a change.
    if key in line["named"] and not old:
        called = [
            OF.join(filter(None, [role, added.get(of) or names.get((column.to, of)) or text]))
            for role, of in line["named"][key]
        ]
        return column.title, marked(old, JOIN.join(called))
    return column.title, marked(old, _in_words(column, text))


def _in_words(column, text):
    if isinstance(column.field, EdtfField):
        return in_words(text) or text
    return str(dict(column.field.flatchoices).get(text, text))


def _names(tables, pairs):
    """{(kind of record, key): name} of all that they name, by a statement for each kind."""
    keys, found = defaultdict(set), {}
    for item, _outcome in pairs:
        for line in item["lines"]:
            columns = _columns(tables.get(item["kind"]), line)
            for key, rows in line["named"].items():
                model = columns[key].to if key in columns else None
                keys[model].update(of for _role, of in rows if isinstance(of, int))
    for model, some in keys.items():
        if model and some and (table := tables.get(model.card_type)):
            rows = table.page.get_queryset(table.request).filter(pk__in=listed(some))
            found |= {(model, each.pk): str(each) for each in rows.order_by()}
    return found
