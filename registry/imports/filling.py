"""The lines of a file in the form of a record, as if somebody typed them there."""

from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import CheckboxInput, MultiWidget
from django.utils.translation import gettext as _

from registry.staff.stale_forms import put

YES = ("yes", "true", "1", "on")


class Fill:
    """Fills what a browser would send (`typed`) with the lines of an item.

    `keys` are those of what the file adds, by their `ref`s. Afterwards `told(forms)` says of each
    fault of the forms to which line and column it belongs.
    """

    def __init__(self, table, item, keys, slug=""):
        self.table, self.item, self.keys, self.slug = table, item, keys, slug
        self.at = {}  # prefix of a form: the line that fills it
        self.refused = []  # [(line, column)] that the form of this person has not

    def __call__(self, typed, forms):
        formsets = {formset.prefix: formset for formset in forms.formsets}
        if self.slug:
            typed["slug"] = self.slug
        for line in self.item.lines:
            if line.relation:
                self._fill_row(typed, line, formsets.get(line.relation))
            else:
                self.at[""] = line
                for key, text in line.new.items():
                    self._fill_own(typed, line, key, text, forms.form, formsets)

    def _fill_own(self, typed, line, key, text, form, formsets):
        column = self.table.columns[key]
        if column.part:
            if key not in formsets:
                self.refused.append((line, key))
                return
            self._fill_rows(typed, formsets[key], column, self._named(line, key))
        elif key not in form.fields:
            self.refused.append((line, key))
        else:
            type_into(typed, key, form.fields[key], self._text(line, key, text))

    def _fill_row(self, typed, line, formset):
        """A row that is there, or one more of them."""
        if formset is None:
            self.refused.append((line, ""))
            return
        if line.row is None:
            form, prefix = formset.empty_form, one_more(typed, formset)
            _as_new(typed, form, prefix)
        else:
            rows = {row.instance.pk: row for row in formset.initial_forms}
            form = rows.get(line.row)
            prefix = form and form.prefix
        if form is None:
            self.refused.append((line, ""))
            return
        self.at[prefix] = line
        for key, text in line.new.items():
            if key in form.fields:
                field = form.fields[key]
                type_into(typed, f"{prefix}-{key}", field, self._text(line, key, text))
            else:
                self.refused.append((line, key))

    def _fill_rows(self, typed, formset, column, wanted):
        """The rows of one cell: those that it names stay as they are, others go, new ones come."""
        wanted, role, name = list(wanted), column.role and column.role.name, column.field.name
        for row in formset.initial_forms:
            named = (
                getattr(row.instance, role) if role else "",
                getattr(row.instance, f"{name}_id"),
            )
            if named in wanted:
                wanted.remove(named)
            else:
                typed[f"{row.prefix}-DELETE"] = "on"
        for kind, key in wanted:
            prefix = one_more(typed, formset)
            _as_new(typed, formset.empty_form, prefix)
            typed[f"{prefix}-{name}"] = str(key)
            if role:
                typed[f"{prefix}-{role}"] = kind

    def _named(self, line, key):
        return [(role, self.keys.get(name, name)) for role, name in line.named[key]]

    def _text(self, line, key, text):
        if key not in line.named:
            return text
        return "".join(str(name) for _role, name in self._named(line, key))

    def told(self, forms):
        """[(line, column, sentence)] of all that keeps the forms from being saved."""
        first = self.item.lines[0]
        for line, key in self.refused:
            yield line, key, _("You cannot change this here.")
        for name, sentences in forms.form.errors.items():
            line = self.at.get("", first)
            yield from ((line, _column(name), sentence) for sentence in sentences)
        for formset in forms.formsets:
            line = self.at.get("", first)
            yield from ((line, formset.prefix, each) for each in formset.non_form_errors())
            for form in formset.forms:
                for name, sentences in form.errors.items():
                    at = self.at.get(form.prefix)
                    where = (at, _column(name)) if at else (line, formset.prefix)
                    yield from ((*where, sentence) for sentence in sentences)


def type_into(typed, key, field, text):
    """A text into a field as a browser would send it."""
    widget = field.widget
    if isinstance(widget, MultiWidget):
        pieces = [*text.split(None, len(widget.widgets_names) - 1), *[""] * len(widget.widgets)]
        for suffix, piece in zip(widget.widgets_names, pieces, strict=False):
            typed[key + suffix] = piece
    elif isinstance(widget, CheckboxInput):
        typed.pop(key, None)
        if text.lower() in YES:
            typed[key] = "on"
    else:
        typed[key] = text


def _column(name):
    return "" if name == NON_FIELD_ERRORS else name


def one_more(typed, formset):
    """The prefix of the next row of these, which is counted."""
    head = f"{formset.prefix}-TOTAL_FORMS"
    number = int(typed.get(head, len(formset.initial_forms)))
    typed[head] = str(number + 1)
    return f"{formset.prefix}-{number}"


def _as_new(typed, form, prefix):
    """What an empty row holds by itself."""
    for name, field in form.fields.items():
        if name not in ("DELETE", "id", "record"):
            put(typed, f"{prefix}-{name}", field, form.get_initial_for_field(field, name))
