"""“Another like this”: a new form that holds what the next of its kind will most likely share."""

from django.contrib.admin.options import IS_POPUP_VAR
from django.urls import reverse

from registry.records.relations import part_models, references
from registry.values.precision import Precision

LIKE = "like"
ROWS = ("roles", "placements", "themes", "audiences", "formats", "approaches", "citations")


class AnotherMixin:
    # Of the entry itself, and of its rows by the names of relations: never its names or dates.
    alike = ()
    rows_alike = ROWS

    def model_to_be_like(self, request):
        """The entry that the address of a new form names, if this person may see it; or None."""
        key = request.GET.get(LIKE, "")
        if request.method != "GET" or not key.isdecimal() or len(key) > 18:
            return None
        entry = self.get_object(request, key)
        return entry if entry and self.has_view_permission(request, entry) else None

    def address_of_another(self, request, entry):
        """Of a new form that is filled in like this entry; None for who may not add."""
        if not self.alike or not self.has_add_permission(request):
            return None
        add = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_add")
        return f"{add}?{LIKE}={entry.pk}"

    def get_changeform_initial_data(self, request):
        initial = super().get_changeform_initial_data(request)
        initial.pop(LIKE, None)
        if (like := self.model_to_be_like(request)) is not None:
            fields = {field.name: field for field in self.model._meta.concrete_fields}
            names = fields.keys() & {*references(self.model), *self.alike}
            initial |= {name: getattr(like, fields[name].attname) for name in names}
            if "precision" in names:  # to show more than a new one does is asked for anew
                usual = fields["precision"].default
                initial["precision"] = Precision.coarsest([usual, like.precision])
        return initial

    def rows_like(self, request, formset_class, inline):
        """[values] for the rows of a new form; those that name what is hidden are left out."""
        like = self.model_to_be_like(request)
        relation = formset_class.get_default_prefix()
        if like is None or relation not in self.rows_alike:
            return []
        model = part_models(self.model)[relation]
        names = [*(name for name in references(model) if name != "record"), "role"]
        fields = [field for field in model._meta.concrete_fields if field.name in names]
        rows = inline.get_queryset(request).filter(record=like)
        return [{field.name: getattr(row, field.attname) for field in fields} for row in rows]


def is_popup(request):
    return IS_POPUP_VAR in request.GET or IS_POPUP_VAR in request.POST
