from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Report, ReportKind

TEXT, CONTACT = (Report._meta.get_field(name).max_length for name in ("text", "contact"))


class ReportForm(forms.ModelForm):
    """What a reader types. `subject` is a trap: people do not see it, programs fill it in."""

    kind = forms.ChoiceField(
        choices=ReportKind,
        error_messages={
            "required": _("Choose what you write about."),
            "invalid_choice": _("Choose one of these."),
        },
    )
    text = forms.CharField(
        max_length=TEXT,
        error_messages={
            "required": _("Write what should be corrected, removed or added."),
            "max_length": _("Write at most %(limit_value)d letters; these are %(show_value)d."),
        },
    )
    contact = forms.CharField(
        required=False,
        max_length=CONTACT,
        error_messages={
            "max_length": _("Write at most %(limit_value)d letters; these are %(show_value)d."),
        },
    )
    subject = forms.CharField(required=False)

    class Meta:
        model = Report
        fields = ["kind", "text", "contact"]

    def clean_subject(self):
        # An error and no silence: a request for removal that a browser filled in must not be lost.
        if self.cleaned_data["subject"]:
            raise forms.ValidationError(_("Leave this field empty."))
        return ""
