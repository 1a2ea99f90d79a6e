"""One field of many records at once: chosen in a list, shown before it is done, and each record
saved as by its own form."""

from functools import partial

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from registry.cards.clock import today
from registry.records.models import State, Term
from registry.records.models.part import Subject
from registry.records.relations import part_models
from registry.values.precision import Precision
from registry.workflow.acts import Refused
from registry.workflow.differences import told
from registry.workflow.rights import may

from .chosen import Chosen, read_versions
from .filled import NOT_YOURS

MOST = 100  # records at once


class BulkForm(forms.Form):
    """What is to be set: exactly one of them. `chosen` are the records, with their versions."""

    chosen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args, page, user, **options):
        super().__init__(*args, **options)
        model, self.values = page.model, {}
        if may(user, "change", model):
            self._offer_terms(model)
            if status := getattr(model, "Status", None) and _column(model, "status"):
                choices = [("", "—"), *status.flatchoices]
                self._offer("status", forms.ChoiceField(label=status.verbose_name, choices=choices))
            if _column(model, "verified_on"):
                self._offer("verified_on", forms.BooleanField(label=_("verified today")))
        if _column(model, "precision"):
            label, choices = _("shown no finer than"), [("", "—"), *Precision.choices]
            self._offer("precision", forms.ChoiceField(label=label, choices=choices))

    def _offer(self, name, field):
        field.required = False
        self.fields[name] = field

    def _offer_terms(self, model):
        for name, part in part_models(model).items():
            if issubclass(part, Subject):
                terms = Term.objects.filter(scheme=part.of_scheme, state=State.PUBLIC)
                label = part._meta.verbose_name
                self._offer(name, forms.ModelChoiceField(terms.order_by("slug"), label=label))

    def clean(self):
        cleaned = super().clean()
        self.values = {k: v for k, v in cleaned.items() if v and k != "chosen"}
        if len(self.values) != 1:
            self.add_error(None, gettext("Fill in only one of these."))
        return cleaned

    def fill(self):
        """What it does to the form of a record."""
        ((name, value),) = self.values.items()
        if isinstance(value, Term):
            return partial(_add_term, relation=name, term=value)
        return partial(_set, name=name, value=value)


def _column(model, name):
    return next((f for f in model._meta.concrete_fields if f.name == name), None)


def _set(typed, page_forms, name, value):
    form = page_forms.form
    if name not in form.fields:
        raise Refused(str(NOT_YOURS))
    if name == "precision":  # never finer than it is: that is no work for many at once
        value = Precision.coarsest([form.initial[name], value])
    typed[name] = today().isoformat() if name == "verified_on" else value


def _add_term(typed, page_forms, relation, term):
    prefixes = {each.prefix: each for each in page_forms.formsets}
    if (rows := prefixes.get(relation)) is None:
        raise Refused(str(NOT_YOURS))
    if any(row.instance.term_id == term.pk for row in rows.initial_forms):
        return
    number = len(rows.initial_forms)
    typed[f"{relation}-{number}-term"] = str(term.pk)
    typed[f"{relation}-TOTAL_FORMS"] = str(number + 1)


class BulkMixin:
    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_bulk"
        view = self.admin_site.admin_view(self.bulk_view)
        return [path("set/", view, name=name), *super().get_urls()]

    def get_actions(self, request):
        actions = super().get_actions(request)
        if self._sets(request.user) and IS_POPUP_VAR not in request.GET:
            actions["set_field"] = self.get_action("set_field")
        return actions

    def _sets(self, user):
        """Whether there is anything that the person may set."""
        rights = may(user, "change", self.model)
        if rights not in self._settable:  # asked three times for each list
            self._settable[rights] = bool(BulkForm(page=self, user=user).fields.keys() - {"chosen"})
        return self._settable[rights]

    @cached_property
    def _settable(self):
        return {}

    @admin.action(description=_("Set one field…"))
    def set_field(self, request, queryset):
        """Asks what is to be set, of the records as they were in the list."""
        chosen = Chosen(request, queryset[: MOST + 1])
        if len(chosen.rows) > MOST:
            sentence = gettext(
                "You can set a field for at most %(count)d records at once. Choose fewer."
            )
            messages.error(request, sentence % {"count": MOST})
            return None
        if chosen.is_stale(request):
            return None
        pairs = ",".join(f"{entry.pk}:{entry.version}" for entry in chosen.rows)
        form = BulkForm(initial={"chosen": pairs}, page=self, user=request.user)
        return self._show_bulk(request, form, len(chosen.rows))

    def bulk_view(self, request):
        if not self._sets(request.user):
            raise PermissionDenied
        if request.method != "POST":
            return redirect(self._list_address())
        form = BulkForm(request.POST, page=self, user=request.user)
        chosen = list(read_versions(request.POST.get("chosen", "")).items())[:MOST]
        if not form.is_valid():
            return self._show_bulk(request, form, len(chosen))
        if stale := self._stale(request, chosen):
            return self._show_bulk(request, form, len(chosen), stale=stale)
        if "_save" in request.POST:
            return self._set_for_all(request, chosen, form.fill())
        outcomes = [self.try_filling(request, *each, form.fill()) for each in chosen]
        return self._show_bulk(request, form, len(chosen), outcomes)

    def _stale(self, request, chosen):
        """The names of what is not as it was chosen: with one of them nothing is done."""
        rows = self.get_queryset(request).in_bulk([key for key, _version in chosen])
        found = [rows.get(key) for key, version in chosen if not _is(rows.get(key), version)]
        return [str(each or _("a record that is no longer here")) for each in found]

    def _set_for_all(self, request, chosen, fill):
        outcomes = [self.save_filled(request, key, version, fill) for key, version in chosen]
        saved = sum(each.is_done and not each.proposed for each in outcomes)
        proposed = sum(each.is_done and each.proposed for each in outcomes)
        if saved:
            words = ngettext("%(count)d record saved.", "%(count)d records saved.", saved)
            messages.success(request, words % {"count": saved})
        if proposed:
            words = ngettext("%(count)d change proposed.", "%(count)d changes proposed.", proposed)
            messages.success(request, words % {"count": proposed})
        for each in outcomes:
            if each.why:
                messages.error(request, f"{each.entry or '—'}: {' '.join(each.why)}")
        return redirect(self._list_address())

    def _show_bulk(self, request, form, number, outcomes=(), stale=()):
        context = self.admin_site.each_context(request) | {
            "title": gettext("Set one field"),
            "opts": self.opts,
            "form": form,
            "number": number,
            "stale": stale,
            "action": reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_bulk"),
            "outcomes": [(each, told(each.difference, request.user)) for each in outcomes],
            "doing": sum(each.is_done for each in outcomes),
        }
        status = 409 if stale else 200
        return render(request, "admin/records/bulk.html", context, status=status)

    def _list_address(self):
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")


def _is(entry, version):
    return entry is not None and entry.version == version
