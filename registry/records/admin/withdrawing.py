"""The page on which a safety officer withdraws an entry."""

from django import forms
from django.contrib import messages
from django.utils.translation import gettext_lazy as _

from ..withdrawal import Reason, withdraw


class WithdrawForm(forms.Form):
    reason = forms.ChoiceField(
        label=_("Why"), choices=[("", "—"), *Reason.choices], help_text=_("Never shown in public.")
    )


def withdraw_and_tell(request, entry, reason):
    """Withdraw, and list to the officer everything that happened with it."""
    report = withdraw(entry, reason, by=request.user)
    for sentence, entries in (
        (_("Withdrawn: %(names)s."), report.withdrawn),
        (_("Back in review, because it names what was withdrawn: %(names)s."), report.sent_back),
        (_("Its text still names what was withdrawn: edit %(names)s."), report.to_edit),
    ):
        if entries:
            names = ", ".join(map(str, entries))
            messages.warning(request, sentence % {"names": names})
