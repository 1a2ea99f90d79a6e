"""Several events of one programme or edition on one page: a row for each, saved together."""

from copy import deepcopy

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.text import capfirst
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from registry.cards.changeset import writing
from registry.cards.private_django import registered
from registry.staff.attempt import FormAttempt
from registry.staff.changeform import Forms
from registry.staff.dates import DateField
from registry.staff.inlines import RowInline
from registry.staff.saved_once import FIELD, form_id, id_in, id_of_row, tell_saved
from registry.staff.sections import Fault, faults
from registry.staff.trial import fill
from registry.values.texts import OWN_NAMES, reader_language
from registry.workflow.acts import Refused

from .models import Event
from .models.parts import EventPlacement

ROWS, MOST = 5, 20


class EventRow(forms.Form):
    name = forms.CharField(label=capfirst(_("name")), max_length=250)
    dates = DateField(label=capfirst(_("when")), required=False)
    kind = Event._meta.get_field("kind").formfield()
    mode = Event._meta.get_field("mode").formfield()
    status = Event._meta.get_field("status").formfield()

    def __init__(self, *args, place, **options):
        super().__init__(*args, **options)
        self.fields["place"] = deepcopy(place)
        self.fields["dates"].help_text = ""

    def in_words(self):
        """What was typed."""
        labels = {name: dict(self.fields[name].choices) for name in ("kind", "mode", "status")}
        values = {"dates": self["dates"].data}
        values = {name: self.cleaned_data[name] for name in self.changed_data} | values
        return ", ".join(str(labels.get(k, {}).get(v, v)) for k, v in values.items() if v)


class PlaceRows(RowInline):
    model = EventPlacement


class LanguageForm(forms.Form):
    language = forms.ChoiceField(label=_("The names are in"), choices=list(OWN_NAMES.items()))


EventRows = forms.formset_factory(EventRow, extra=ROWS, max_num=MOST, absolute_max=MOST)


class NotSaved(Exception):
    """Ends a block in which a row could not be saved: nothing of it stays."""


class SeveralEventsMixin:
    """The page of a programme or an edition on which its events are entered."""

    names_whole = ""  # the reference by which an event names what it is a part of

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_events"
        view = self.admin_site.admin_view(self.several_events_view)
        return [path("<int:pk>/events/", view, name=name), *super().get_urls()]

    def address_of_several(self, request, whole):
        if not self._events().has_add_permission(request):
            return None
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_events"
        return reverse(name, args=[whole.pk])

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None:
            context["several"] = self.address_of_several(request, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def several_events_view(self, request, pk):
        whole = self.get_object(request, str(pk))
        if whole is None or not self.has_view_permission(request, whole):
            raise Http404
        if not self._events().has_add_permission(request):
            raise PermissionDenied
        sent = request.POST if request.method == "POST" else None
        language = LanguageForm(sent, initial={"language": reader_language()})
        rows = EventRows(sent, form_kwargs={"place": self._place_field(request)})
        if sent is None or not (language.is_valid() and rows.is_valid()):
            return self._several_page(request, whole, language, rows)
        sent = request, whole, language.cleaned_data["language"], rows
        try:
            try:
                self._add_new(*sent)
            except IntegrityError:  # the same form was sent twice, and the other one was first
                self._add_new(*sent)
        except NotSaved:
            return self._several_page(request, whole, language, rows)
        return tell_saved(request, redirect(self._address(whole)))

    def _add_new(self, request, whole, language, rows):
        """What the same form has added before, as after Back, is not added again, and told."""
        typed = [(number, row) for number, row in enumerate(rows) if row.has_changed()]
        there = self._added_before(request, [number for number, _row in typed])
        new = [(number, row) for number, row in typed if number not in there]
        self._add_all(request, whole, language, new)
        if new or not typed:
            sentence = ngettext("%d event was added.", "%d events were added.", len(new))
            messages.success(request, sentence % len(new))
        if there:
            events = "; ".join(row.in_words() for number, row in typed if number in there)
            sentence = gettext(
                "These were already added, so they were not added again: %(events)s. "
                "If you have changed something here since, change it in the event "
                "itself."
            )
            messages.warning(request, sentence % {"events": events})

    def _add_all(self, request, whole, language, typed):
        """All of these rows, or none."""
        blank = self._events()._forms(request, None)
        try:
            with writing():
                for number, row in typed:
                    data = self._typed(request, blank, row.cleaned_data, whole, language)
                    data[FIELD] = id_of_row(request, number)
                    self._add_one(request, data, row)
                if any(row.errors for _number, row in typed):
                    raise NotSaved
        except Refused as refusal:
            typed[0][1].add_error(None, refusal.sentence)
            raise NotSaved from refusal

    def _typed(self, request, blank, values, whole, language):
        """What the form of an event would send if somebody had typed only this into it."""
        typed = QueryDict(mutable=True)
        fill(typed, blank, [])
        typed[f"name_{language}"] = values["name"]
        typed[self.names_whole] = str(whole.pk)
        for name in ("dates", "kind", "mode", "status"):
            typed[name] = values[name]
        if values["place"]:
            typed["placements-TOTAL_FORMS"] = "1"
            typed["placements-0-location"] = str(values["place"].pk)
        return typed

    def _add_one(self, request, typed, row):
        """By the form of an event, with all that it checks; what it says stands at the row."""
        events, attempt = self._events(), FormAttempt(typed)
        sent = events._forms(request, None, attempt)
        if not sent.are_valid():
            for fault in sent.faults():
                row.add_error(None, str(fault))
            return
        event = events.write(request, attempt, sent)
        events.tell_of_doubtful_dates(request, Forms([], row, [], []))
        message = events.construct_change_message(request, sent.form, sent.formsets, True)
        events.log_addition(request, event, message)

    def _added_before(self, request, numbers):
        """Those of the rows whose events are there already."""
        ids = {number: id_in(id_of_row(request, number), request.user) for number in numbers}
        rows = Event._base_manager.filter(public_id__in=filter(None, ids.values()))
        there = set(rows.values_list("public_id", flat=True))
        return {number for number, key in ids.items() if key in there}

    def _events(self):
        return registered(self.admin_site)[Event]

    def _place_field(self, request):
        field = EventPlacement._meta.get_field("location")
        place = PlaceRows(Event, self.admin_site).formfield_for_dbfield(field, request)
        place.required = False
        return place

    def _several_page(self, request, whole, language, rows):
        context = self.admin_site.each_context(request) | {
            "title": gettext("Several events"),
            "subtitle": str(whole),
            "opts": self.opts,
            "original": whole,
            "language": language,
            "rows": rows,
            "faults": list(self._faults(rows)),
            "form_id": form_id(request),
            "media": self.media + rows.media,
        }
        return render(request, "admin/records/several_events.html", context)

    def _faults(self, rows):
        for number, row in enumerate(rows, 1):
            for fault in faults(row, []):
                label = gettext("Event %(number)d") % {"number": number}
                label = f"{label}, {fault.label}" if fault.label else label
                yield Fault(fault.sentence, label, fault.at or row.prefix)
