"""An answer to a reader who left an address, where the settings say how mail leaves the server."""

import smtplib

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.core.validators import validate_email
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from registry.cards.clock import today
from registry.values.signature import registry_name

NOT_SENT = _("The mail server did not accept it. What you wrote is still here. Try again later.")


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label=_("Answer"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"required": _("Write the answer.")},
        help_text=_("It is sent from the registry's address. Your name is not in it."),
    )

    def __init__(self, report, *arguments, **options):
        super().__init__(*arguments, **options)
        self.report = report

    def is_sent(self):
        """Whether it went: else there is an error of the form, which keeps what was typed."""
        if not self.is_valid():
            return False
        try:
            message_to(self.report, self.cleaned_data["answer"]).send()
        except (OSError, smtplib.SMTPException):
            self.add_error("answer", NOT_SENT)
        return self.is_valid()


def answerable(report):
    """Whether mail can go there; else the address is only shown."""
    if not settings.MAIL_FROM:
        return False
    try:
        validate_email(report.contact.strip())
    except ValidationError:
        return False
    return True


def message_to(report, answer):
    """In the reader's language; what they wrote is not repeated: others may read their mailbox."""
    with override(report.language):
        words = {"number": report.reference, "registry": registry_name(report.language)}
        subject = gettext("Your message %(number)s to %(registry)s") % words
    return EmailMessage(subject, answer, settings.MAIL_FROM, [report.contact.strip()])


def note_answer(report, user):
    """In the note of the staff, which goes with the report."""
    words = {"day": today().isoformat(), "user": user.username}
    said = gettext("Answered on %(day)s by %(user)s.") % words
    report.note = "\n".join(filter(None, [report.note, said]))
    report.save(update_fields=["note"])
