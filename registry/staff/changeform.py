"""The page with the form of an entry: shown, and received when it is sent.

Django's own view hands nothing from one of its steps to the next but the request. Here an attempt
goes through them (`FormAttempt`), and each step says what it gives.
"""

from dataclasses import dataclass, replace
from itertools import chain

from django.contrib import messages
from django.contrib.admin import helpers
from django.contrib.admin.exceptions import DisallowedModelAdminToField
from django.contrib.admin.options import IS_POPUP_VAR, TO_FIELD_VAR
from django.contrib.admin.utils import flatten_fieldsets, unquote
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.forms import BaseFormSet, ModelForm
from django.forms.formsets import all_valid
from django.shortcuts import render
from django.utils.translation import gettext

from registry.cards.changeset import current_changeset, writing
from registry.cards.private_django import not_here
from registry.records.models import State
from registry.records.versions import keep_first
from registry.workflow.acts import Refused
from registry.workflow.finer_places import WITH_ANOTHER, Finer
from registry.workflow.scan import public_body

from .attempt import FormAttempt, Stale
from .dates import doubtful, say_dates
from .forms import CheckedForm, makes_finer
from .own_source import cite_own_source
from .saved_once import FIELD, form_id, id_in, tell_saved, typed_text
from .sections import faults, in_order
from .stale_forms import rebase_form

# Django's own words, which stand in its catalogues.
TITLES = {"add": "Add %s", "change": "Change %s", "view": "View %s"}


@dataclass
class Forms:
    """The form of an entry, and the rows of it with the inlines that show them."""

    fieldsets: list
    form: ModelForm
    formsets: list[BaseFormSet]
    inlines: list

    @property
    def written(self):
        """The rows that were sent: those that are only shown are not, nor read to save the form."""
        return [each for each in self.formsets if each.is_bound]

    def are_valid(self):
        # Both are asked, so that all that is wrong is told at once.
        form_is, formsets_are = self.form.is_valid(), all_valid(self.written)
        return form_is and formsets_are

    def are_changed(self):
        return self.form.has_changed() or self._rows_change()

    def show_less(self):
        """Whether nothing is changed but that places are shown more coarsely."""
        own = self.form.has_changed() and not makes_finer(self.form)
        return own and self.form.changed_data == ["precision"] and not self._rows_change()

    def _rows_change(self):
        return any(each.has_changed() for each in self.written)

    def faults(self):
        """What is wrong, each with the field that it is of."""
        return list(faults(self.form, self.formsets))


class ChangeFormMixin:
    needed = ()  # the rows that are asked for before all that folds, by the names of relations

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        to_field = request.POST.get(TO_FIELD_VAR, request.GET.get(TO_FIELD_VAR))
        if to_field and not self.to_field_allowed(request, to_field):
            raise DisallowedModelAdminToField(f"The field {to_field} cannot be referenced.")
        if object_id is None and not self.has_add_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            if added := self._added_already(request, object_id):
                return tell_saved(request, added)
            answer = self._receive(request, object_id)
            return tell_saved(request, answer) if answer.status_code == 302 else answer
        if object_id is None:
            return self.show_form(request, None)
        entry = self.get_object(request, unquote(object_id))
        if not self.has_view_or_change_permission(request, entry):
            raise PermissionDenied
        if entry is None:
            return not_here(self, request, object_id)
        return self.show_form(request, entry)

    def _added_already(self, request, object_id=None):
        """What to say of a form that has added its record before; None if it has added none."""
        new = object_id is None and id_in(request.POST.get(FIELD, ""), request.user)
        entry = new and self.get_queryset(request).filter(public_id=new).first()
        if not entry:
            return None
        sentence = gettext(
            "This form was saved before, and nothing was added a second time. If you have changed"
            " something in it since, here is what it held: change it in the record."
        )
        return self._not_saved(request, sentence, self._address(entry))

    def show_form(self, request, entry, form_url=""):
        """The form of an entry that nobody has sent yet; a new one if it is None."""
        return self._page(request, entry, self._forms(request, entry), form_url)

    def _receive(self, request, object_id):
        """One block for the whole form; what stands in the way is told in the form, all undone."""
        attempt = FormAttempt(request.POST)
        if object_id is not None and self.waits(request, attempt, object_id):
            return self.propose(request, object_id)
        try:
            with writing():
                if object_id is not None:
                    entry = self.locked(self.get_queryset(request), unquote(object_id)).first()
                    if entry is None or not self.saves(request, attempt, entry):
                        return self._keep_what_was_typed(request, object_id)
                    attempt = self._begin(request, attempt, entry)
                forms = self._forms(request, attempt.entry, attempt)
                if not forms.are_valid():
                    return self._page(request, attempt.entry, forms)
                if forms.show_less() and attempt.act is None:
                    with current_changeset().showing_less():
                        return self._save(request, attempt, forms)
                ask_for_another(attempt.entry, forms.form)
                return self._save(request, attempt, forms)
        except (Refused, IntegrityError) as obstacle:
            if getattr(obstacle, "alone", False) and object_id is not None and attempt.act is None:
                return self.propose(request, object_id, finer=True)
            # The block is taken back as a whole: forms that were saved in it hold what is no more.
            return self._added_already(request, object_id) or self._show_refused(
                request, attempt, obstacle, object_id
            )

    def _begin(self, request, attempt, entry):
        """The attempt upon this entry as it is stored, which nobody else changes meanwhile."""
        keep_first(entry)
        attempt = replace(
            attempt,
            entry=entry,
            public_before=public_body(entry) if entry.state == State.PUBLIC else {},
            hidden=self.take_out_hidden(request.user, entry),
        )
        if attempt.version == entry.version:
            return attempt
        typed, told = rebase_form(self, request, attempt)
        return replace(attempt, typed=typed, obstacle=Stale(told))

    def _show_refused(self, request, attempt, obstacle, object_id, form_url=""):
        entry = None
        if object_id is not None:
            entry = self.get_object(request, unquote(object_id))
            if entry is None or not self.has_change_permission(request, entry):
                return self._keep_what_was_typed(request, object_id)
        refused = attempt.refused(obstacle, entry)
        forms = self._forms(request, entry, refused)
        forms.are_valid()  # which they are not: so that they say why
        return self._page(request, entry, forms, form_url)

    def _keep_what_was_typed(self, request, object_id):
        """The entry went out of reach while the form was open: show what was typed."""
        if not super().has_change_permission(request):
            raise PermissionDenied
        sentence = gettext(
            "While this form was open, the record was published, withdrawn or removed, and you can"
            " no longer change it. Nothing was saved. Here is what your form held, for you to keep."
        )
        return self._not_saved(request, sentence)

    def _not_saved(self, request, sentence, record=None):
        """What was typed, and where to go on with it."""
        context = self.admin_site.each_context(request) | {
            "title": gettext("Not saved"),
            "opts": self.opts,
            "sentence": sentence,
            "record": record,
            "typed": typed_text(request.POST),
        }
        return render(request, "admin/records/not_saved.html", context, status=409)

    def _save(self, request, attempt, forms):
        """All of a valid form, then what the button asks for; returns the answer."""
        stored, done = self.save_all(request, attempt, forms)
        return self.answer_saved(request, attempt, stored, done)

    def save_all(self, request, attempt, forms):
        """The same without an answer: the entry as it is stored then, and the act or None."""
        entry = self.write(request, attempt, forms)
        self.tell_of_doubtful_dates(request, forms)
        stored, done = self.act_on_saved(request, attempt, forms.form)
        change = attempt.entry is not None
        message = self.construct_change_message(request, forms.form, forms.written, not change)
        log = self.log_change if change else self.log_addition
        log(request, entry, message)
        return stored, done

    def write(self, request, attempt, forms):
        """All of a valid form, to the database: the entry as it was written."""
        form, formsets, change = forms.form, forms.written, attempt.entry is not None
        entry = self.save_form(request, form, change)
        if not change and (new := id_in(attempt.typed.get(FIELD, ""), request.user)):
            entry.public_id = new
        form.make_way()
        # What this person may not see looked empty in the form. It is not to be lost by that.
        for name, other in attempt.hidden.items():
            if getattr(entry, name) is None:
                setattr(entry, name, other)
        self.save_model(request, entry, form, change)
        self.save_related(request, form, formsets, change)
        return entry

    def save_formset(self, request, form, formset, change):
        """History names whose form it is: of a proposal that is not who accepts it."""
        for row in formset.forms:
            row.instance._history_user = request.user
        super().save_formset(request, form, formset, change)

    def tell_of_doubtful_dates(self, request, forms):
        rows = chain.from_iterable(forms.written)
        for typed, read in chain.from_iterable(map(doubtful, [forms.form, *rows])):
            sentence = gettext("“%(typed)s” was read as “%(read)s”. If that is wrong, correct it.")
            messages.warning(request, sentence % {"typed": typed, "read": read})

    def _forms(self, request, entry, attempt=None, like=None):
        """The `Forms` of an entry, or of a new one; `like` are others of the same classes."""
        change = entry is not None
        fieldsets = like.fieldsets if like else self.fieldsets_for(request, entry, attempt)
        if like:
            form_class = type(like.form)
            classes = zip(map(type, like.formsets), like.inlines, strict=True)
        else:
            fields = flatten_fieldsets(fieldsets)
            form_class = self.get_form(request, entry, change=change, fields=fields)
            classes = self.get_formsets_with_inlines(request, entry)
        options = {"user": request.user, "attempt": attempt}
        if attempt is not None:
            form = form_class(attempt.typed, instance=entry, **options)
        elif change:
            form = form_class(instance=entry, **options)
        else:
            initial = self.get_changeform_initial_data(request)
            form = form_class(initial=initial, **options)
        sets = [
            (self._formset(request, form.instance, formset_class, inline, change, attempt), inline)
            for formset_class, inline in classes
        ]
        formsets = [each for each, _ in sets]
        cite_own_source(formsets)
        return Forms(fieldsets, form, formsets, [each for _, each in sets])

    def _formset(self, request, entry, formset_class, inline, change, attempt):
        options = {"user": request.user} if issubclass(formset_class.form, CheckedForm) else {}
        sent = attempt is not None and _is_written(inline, request, entry if change else None)
        formset = formset_class(
            attempt.typed if sent else None,
            instance=entry,
            queryset=inline.get_queryset(request),
            form_kwargs=options,
        )
        if not change and (like := self.rows_like(request, formset_class, inline)):
            formset.extra, formset.initial_extra = len(like), like
        if not sent or inline.has_change_permission(request, entry if change else None):
            return formset
        # Rows that are only read are not sent, so there is nothing in them to check.
        for form in formset.initial_forms:
            deleted = f"{form.prefix}-DELETE" in attempt.typed
            if not (deleted and inline.has_delete_permission(request, entry)):
                form._errors, form.cleaned_data = {}, form.initial
        return formset

    def _page(self, request, entry, forms, form_url=""):
        """The same context as that of Django's own view, which its templates read."""
        add = entry is None
        may_change = not add and self.has_change_permission(request, entry)
        admin_form = helpers.AdminForm(
            forms.form,
            forms.fieldsets,
            {},
            self.get_readonly_fields(request, entry)
            if add or may_change
            else flatten_fieldsets(forms.fieldsets),
            model_admin=self,
        )
        inlines = self.get_inline_formsets(request, forms.formsets, forms.inlines, entry)
        say_dates(forms.form, forms.form.fields)
        for each in inlines:
            for row in each.formset.initial_forms if not each.has_change_permission else ():
                say_dates(row)
        title = gettext(TITLES["add" if add else "change" if may_change else "view"])
        context = {
            **self.admin_site.each_context(request),
            "form_id": form_id(request),
            "title": title % self.opts.verbose_name,
            "subtitle": str(entry) if entry else None,
            "adminform": admin_form,
            "object_id": entry and str(entry.pk),
            "original": entry,
            "is_popup": IS_POPUP_VAR in request.POST or IS_POPUP_VAR in request.GET,
            "to_field": request.POST.get(TO_FIELD_VAR, request.GET.get(TO_FIELD_VAR)),
            "media": sum((each.media for each in inlines), self.media + admin_form.media),
            "inline_admin_formsets": inlines,
            "sections": in_order(admin_form, inlines, self.needed),
            "faults": forms.faults(),
            "preserved_filters": self.get_preserved_filters(request),
        }
        return self.render_change_form(
            request, context, add=add, change=not add, obj=entry, form_url=form_url
        )


def ask_for_another(entry, form):
    """What is public may be shown more finely by two people alone, also while it shows no place:
    it would show the next one that is entered."""
    if entry is not None and entry.state == State.PUBLIC and makes_finer(form):
        raise Finer(str(WITH_ANOTHER) % {"records": entry}, alone=True)


def _is_written(inline, request, entry):
    """Whether a person may write any rows of it."""
    allowed = (
        inline.has_add_permission,
        inline.has_change_permission,
        inline.has_delete_permission,
    )
    return any(may_do(request, entry) for may_do in allowed)
