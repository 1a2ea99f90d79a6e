"""The pages on which a safety officer withdraws an entry and a second one brings it back."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.urls import path
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.cards.changeset import writing
from registry.records.models import State
from registry.workflow.groups import RESTRICT
from registry.workflow.rights import may, sees
from registry.workflow.uniqueness import given_away, owner
from registry.workflow.withdrawal import (
    ANOTHER,
    Reason,
    bring_back,
    effects_of,
    mention_search,
    prepare,
    withdraw,
    withdrawn_by,
)

from .sections import faults


class WithdrawForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why"), choices=[("", "—"), *Reason.choices], help_text=_("Never shown in public.")
    )


# So many of those that go with a record are named to the officer; the others are counted.
NAMED = 100


def withdraw_and_tell(request, entry, reason, naming):
    """Withdraw, and tell the officer everything that happened with it."""
    effects = withdraw(entry, reason, by=request.user, naming=naming)
    for sentence, entries in effect_lines(effects, DONE):
        names = [*map(str, entries.first(NAMED)), *more(entries)]
        messages.warning(request, sentence % {"names": ", ".join(names)})


def more(entries):
    """How many are not named, in words, if any."""
    rest = len(entries) - NAMED
    if rest <= 0:
        return []
    return [gettext("%(count)d more") % {"count": rest}]


WOULD = (
    _("This would be withdrawn:"),
    _("These name it and would go back to review:"),
    _("Out of sight with them, until they are public again:"),
    _("The text of these places names it, edit it first:"),
)
DONE = (
    _("Withdrawn: %(names)s."),
    _("Back in review, because it names what was withdrawn: %(names)s."),
    _("Out of sight with them, until they are public again: %(names)s."),
    _("Its text still names what was withdrawn: edit %(names)s."),
)


ASKED = _("You asked for it: another safety officer can bring it back now.")


def effect_lines(effects, sentences):
    """(sentence, entries) for each kind of what a withdrawal does, where there are any."""
    kinds = (effects.withdrawn, effects.sent_back, effects.out_of_sight, effects.to_edit)
    return [pair for pair in zip(sentences, kinds, strict=True) if pair[1]]


def tell_of_what_was_given_away(request, taken):
    for what, row in taken:
        if sees(request.user, other := owner(row)):
            sentence = gettext("“%(entry)s” was given %(what)s: this came back without it.")
            messages.warning(request, sentence % {"entry": other, "what": what})


class WithdrawingMixin:
    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/withdraw/", view(self.withdraw_view), name=f"{name}_withdraw"),
            path("<int:pk>/bring-back/", view(self.bring_back_view), name=f"{name}_bring_back"),
            *super().get_urls(),
        ]

    def withdraw_view(self, request, pk):
        entry = self._restricted_or_404(request, pk)
        form = WithdrawForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            reason = form.cleaned_data["reason"]
            naming = mention_search(entry, reason)
            # Before the transaction: it takes long, and others can write meanwhile.
            prepare(entry, naming)
            with writing():
                entry = self.locked(self.get_queryset(request), pk).get()
                withdraw_and_tell(request, entry, reason, naming)
                self.log_change(request, entry, "withdrawn")
            return self.response_post_save_change(request, entry)
        return self._ask(
            request,
            entry,
            gettext("Withdraw"),
            form,
            effect_lines(effects_of(entry), WOULD),
        )

    def bring_back_view(self, request, pk):
        entry = self._restricted_or_404(request, pk, gone=True)
        form = forms.Form(request.POST if request.method == "POST" else None)
        if withdrawn_by(entry) == request.user.pk:
            return self._ask(request, entry, gettext("Bring back"), form, refused=ANOTHER)
        if form.is_valid():
            try:
                with writing():
                    entry = self.locked(self.get_queryset(request), pk).get()
                    # Before it comes back: what it lost is read against its last version in sight.
                    taken = list(given_away(entry))
                    done = bring_back(entry, request.user)
                    self.log_change(request, entry, "brought back" if done else "asked for it")
            except PermissionDenied as denied:
                form.add_error(None, str(denied))
            else:
                messages.success(request, gettext("It is in review now.") if done else ASKED)
                if done:
                    tell_of_what_was_given_away(request, taken)
                return self.response_post_save_change(request, entry)
        act = gettext("Bring back") if withdrawn_by(entry) else gettext("Ask to bring it back")
        return self._ask(request, entry, act, form)

    def _restricted_or_404(self, request, pk, gone=False):
        if not may(request.user, RESTRICT, self.model):
            raise PermissionDenied
        entry = self.get_queryset(request).filter(pk=pk).first()
        if entry is None or entry.state == State.ERASED or entry.is_gone != gone:
            raise Http404
        return entry

    def _ask(self, request, entry, act, form, foreseen=(), refused=None):
        context = self.admin_site.each_context(request) | {
            "faults": list(faults(form, [])),
            "title": act,
            "subtitle": str(entry),
            "original": entry,
            "opts": self.opts,
            "form": form,
            "refused": refused,
            "foreseen": [
                {
                    "sentence": sentence,
                    "count": len(entries),
                    "named": [
                        f"{capfirst(each._meta.verbose_name)}: {each}"
                        for each in entries.first(NAMED)
                    ],
                    "more": more(entries),
                }
                for sentence, entries in foreseen
            ],
        }
        return render(request, "admin/records/ask.html", context)
