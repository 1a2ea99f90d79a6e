"""The rows of a record inside its form."""

from functools import partial

from django.contrib import admin
from django.db import models
from django.forms.models import BaseInlineFormSet
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from registry.cards.prepared import Prepared
from registry.cards.private_django import give_rows, keep_target, registered
from registry.records.models import Entry
from registry.records.models.part import within_scheme
from registry.records.relations import references
from registry.values.fields import EdtfField
from registry.values.translated import columns
from registry.workflow.rights import fills_in, may, naming_only_seen

from .dates import DateField, DateInput
from .forms import PartForm, ReferenceSelect
from .kept import KeptByRights

formsets = KeptByRights()
# Of rows that must name a source: see `cite_own_source`.
OWN_SOURCE = {"source": _("Empty: the source of the record, where it names a single one.")}
NO_SOURCE = _(
    "Choose the source that says it. If everything is from one source, "
    "name that one under “Sources”."
)
WIDGETS = {
    models.TextField: {"widget": admin.widgets.AdminTextareaWidget(attrs={"rows": 2})},
    EdtfField: {"form_class": DateField, "widget": DateInput},
}


class ReferencesMixin:
    """Every reference is an autocomplete that offers what exists for this person."""

    # {name of a field: a sentence} for what people confuse, where the model has none of its own.
    explained = {}

    def get_autocomplete_fields(self, request):
        return references(self.model)

    def formfield_for_foreignkey(self, db_field, request, **options):
        other = registered(self.admin_site).get(db_field.related_model)
        if other is None or not issubclass(db_field.related_model, Entry):
            return super().formfield_for_foreignkey(db_field, request, **options)
        options["queryset"] = within_scheme(other.get_queryset(request), self.model)
        options["widget"] = ReferenceSelect(db_field, self.admin_site)
        field = super().formfield_for_foreignkey(db_field, request, **options)
        field.label_from_instance = other.choice_label
        return field

    def formfield_for_dbfield(self, db_field, request, **options):
        field = super().formfield_for_dbfield(db_field, request, **options)
        if hasattr(field, "widget") and hasattr(field.widget, "can_delete_related"):
            field.widget.can_delete_related = False  # nobody deletes an entry in passing
        if db_field.name in ("valid_from", "valid_to") and field is not None:
            field.help_text = ""  # the same as beside the dates of the record
        if field is not None and db_field.name in self.explained:
            field.help_text = self.explained[db_field.name]
        if self.explained is OWN_SOURCE and db_field.name == "source":
            field.error_messages["required"] = NO_SOURCE
        return field


class PartFormSet(BaseInlineFormSet):
    # Of those that are made once: the statement of the rows of a record, and what is drawn of none.
    asked: Prepared | None = None
    drawn: dict | None = None
    are_read = False

    def get_queryset(self):
        rows = super().get_queryset()
        # What is sent is compared with its record as it is stored, which is read beside the rows.
        if self.asked and self.instance.pk and not self.is_bound and not self.are_read:
            self.are_read = True
            found = self.asked.joined(self.instance.pk)
            for row in found:
                keep_target(row, self.fk, self.instance)
            give_rows(rows, found)
        return rows

    @cached_property
    def empty_form(self):
        """Made once: Django makes it anew for each part of the page that asks for it."""
        return super().empty_form


def forget_request(form):
    """How Django made the fields of the form is not asked again, and it knows for which request."""
    for holder in (form._meta, *form.Meta.__mro__):
        if "formfield_callback" in vars(holder):
            holder.formfield_callback = None


class PartInline(ReferencesMixin, admin.StackedInline):
    """Rows of a record; who may write the record may write them."""

    form = PartForm
    formset = PartFormSet
    extra = 0
    formfield_overrides = WIDGETS

    def get_queryset(self, request):
        """Without the rows that name what does not exist for this person; they stay as they are."""
        rows = naming_only_seen(super().get_queryset(request), request.user)
        return rows.select_related("record", *self._label_paths())

    def get_formset(self, request, obj=None, **options):
        """Made once for whoever has the same rights: nothing in it is of a record."""
        may_do = [
            may_do(request, obj)
            for may_do in (
                self.has_add_permission,
                self.has_change_permission,
                self.has_delete_permission,
            )
        ]
        key = (type(self), self.parent_model, *may_do, *options)
        make = partial(self._make_formset, request, obj, options)
        return formsets.once(request, key, make)

    def _make_formset(self, request, obj, options):
        made = super().get_formset(request, obj, **options)
        forget_request(made.form)
        if options:  # it is asked for the names of its fields, and holds no rows
            return made
        asked = Prepared(lambda key: self._rows_of(made, key, request))
        asked.statement(1)
        asked.make = None  # which knows whose request it was
        made.asked, made.drawn = asked, {}
        return made

    def _rows_of(self, made, key, request):
        rows = self.get_queryset(request).filter(**{made.fk.name: key})
        rows = rows.select_related(None)  # not with the record, which the form has
        if paths := [*self._label_paths()]:
            rows = rows.select_related(*paths)
        return rows if rows.ordered else rows.order_by("pk")

    def _label_paths(self):
        """The references with all that their labels need."""
        for name in references(self.model):
            other = registered(self.admin_site).get(self.model._meta.get_field(name).related_model)
            above = getattr(other, "choice_label_needs", "")
            if name != "record":
                yield f"{name}__{above}" if above else name

    def has_view_permission(self, request, obj=None):
        return True  # of whoever may see the record

    def has_add_permission(self, request, obj=None):
        may_write = obj is None or fills_in(request.user, obj)
        return may_write and may(request.user, "add", self.model)

    def has_change_permission(self, request, obj=None):
        may_write = obj is None or fills_in(request.user, obj)
        return may_write and may(request.user, "change", self.model)

    def has_delete_permission(self, request, obj=None):
        may_write = obj is None or fills_in(request.user, obj)
        return may_write and may(request.user, "delete", self.model)


class RowInline(PartInline):
    """Rows of a few fields, one line each; on a phone each is a card."""

    classes = ["short-rows"]

    def get_fieldsets(self, request, obj=None):
        # Of a line of several, Django does not know which is the key of the record: it would stand
        # there twice, under one id.
        names = [name for name in self.get_fields(request, obj) if name != "record"]
        return [(None, {"fields": [tuple(names)]})]


class NameInline(PartInline):
    fieldsets = [(None, {"fields": [("name", "language", "kind"), ("valid_from", "valid_to")]})]


class FigureInline(PartInline):
    explained = OWN_SOURCE
    fieldsets = [
        (
            None,
            {
                "fields": [
                    ("measure", "printed", "source"),
                    ("number", "qualifier", "unit", "period"),
                    tuple(columns("label")),
                    tuple(columns("note")),
                ]
            },
        )
    ]
