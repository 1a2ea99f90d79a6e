"""Dates in forms and lists of the staff: written and shown in words, stored as EDTF."""

from copy import copy

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from registry.values.dates import written
from registry.values.dates.edtf import parse
from registry.values.dates.words import span_text, stored_text
from registry.values.fields import EdtfField
from registry.values.texts import spoken

HOW = _("As you would write it: 2016, March 2016, 12–14 March 2016, autumn 2013, since 2016.")


class DateInput(forms.TextInput):
    """Says beneath, while somebody types, how it is read; without a script it is a text field."""

    def __init__(self, attrs=None):
        super().__init__({"class": "vTextField", "autocomplete": "off", **(attrs or {})})

    def build_attrs(self, base_attrs, extra_attrs=None):
        address = {"data-reading": str(reverse_lazy("admin:date_reading"))}
        return super().build_attrs(base_attrs, extra_attrs) | address


class DateField(forms.CharField):
    widget = DateInput

    def __init__(self, **options):
        # The column is as long as EDTF is; words are longer.
        super().__init__(**options | {"max_length": written.LONGEST, "help_text": HOW})

    def prepare_value(self, value):
        """In the reader's words; what cannot be read stays as it was typed."""
        return in_words(value) or value

    def has_changed(self, initial, data):
        """Not by the words in which it was shown, whatever they would be read as."""
        return data != self.prepare_value(initial) and super().has_changed(initial, data)

    def to_python(self, value):
        value = super().to_python(value)
        if value in self.empty_values:
            return value
        try:
            return written.read(value).edtf
        except ValueError as error:
            raise ValidationError(error.args[0]) from error


def in_words(value):
    """How a date is read, EDTF or any other way of writing; "" where it cannot be."""
    try:
        return spoken(span_text(written.read(value)))
    except (ValueError, AttributeError):
        return ""


def doubtful(form):
    """[(what was typed, how it was read)] of what somebody else might read otherwise."""
    typed = (
        (form.data.get(form.add_prefix(name), ""), form.cleaned_data.get(name))
        for name in form.changed_data
        if isinstance(form.fields[name], DateField)
    )
    return [
        (text, spoken(span_text(parse(edtf))))
        for text, edtf in typed
        if edtf and written.is_doubtful(text)
    ]


def reading_view(request):
    """Plain text: an arrow and how what is being typed would be read, or what is wrong with it."""
    try:
        read = written.read(request.GET.get("written", "")[: written.LONGEST + 1])
    except ValueError as error:
        told = str(error.args[0])
    else:
        told = f"→ {spoken(span_text(read))}"
    return HttpResponse(told, content_type="text/plain; charset=utf-8")


def list_column(model, name):
    """The column of a list for a field of the model: dates in words, others by their name."""
    field = getattr(model, name, None) and model._meta.get_field(name)
    if not isinstance(field, EdtfField):
        return name

    @admin.display(description=field.verbose_name, ordering=name)
    def date(row):
        return stored_text(getattr(row, name)) or None

    return date


def say_dates(form, written=()):
    """Dates that the page of a form shows and nobody writes there are read in words."""
    form.instance = copy(form.instance)
    for field in form.instance._meta.concrete_fields:
        if isinstance(field, EdtfField) and field.name not in written:
            value = getattr(form.instance, field.attname)
            setattr(form.instance, field.attname, stored_text(value) if value else value)
