from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Report, ReportKind, SuggestedKind

TEXT, CONTACT = (Report._meta.get_field(name).max_length for name in ("text", "contact"))
TOO_LONG = {
    "max_length": _("Enter at most %(limit_value)d characters. You have entered %(show_value)d."),
}


class Trapped(forms.ModelForm):
    """`subject` is a trap: people do not see it, programs fill it in."""

    subject = forms.CharField(required=False)

    def clean_subject(self):
        # An error and no silence: a request for removal that a browser filled in must not be lost.
        if self.cleaned_data["subject"]:
            raise forms.ValidationError(_("Leave this field empty."))
        return ""


class ReportForm(Trapped):
    """What a reader types."""

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
            **TOO_LONG,
        },
    )
    contact = forms.CharField(required=False, max_length=CONTACT, error_messages=TOO_LONG)

    class Meta:
        model = Report
        fields = ["kind", "text", "contact"]


class SuggestionForm(Trapped):
    """A record that is missing, piece by piece: of a reader, or of a partner's tool."""

    suggested = forms.ChoiceField(
        choices=SuggestedKind,
        error_messages={
            "required": _("Choose what kind of record it is."),
            "invalid_choice": _("Choose one of these."),
        },
    )
    what = forms.CharField(max_length=200)
    who = forms.CharField(required=False, max_length=300)
    place = forms.CharField(required=False, max_length=200)
    dates = forms.CharField(required=False, max_length=100)
    source = forms.CharField(max_length=500)
    text = forms.CharField(required=False, max_length=TEXT)
    contact = forms.CharField(required=False, max_length=CONTACT)

    class Meta:
        model = Report
        fields = ["suggested", "what", "who", "place", "dates", "source", "text", "contact"]

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.fields["what"].error_messages["required"] = _("Write what it is called.")
        self.fields["source"].error_messages["required"] = _(
            "Write where it can be read: an address, or the title of a paper."
        )
        for field in self.fields.values():
            field.error_messages |= TOO_LONG

    def save(self, commit=True):
        is_event = self.cleaned_data["suggested"] == SuggestedKind.EVENT
        self.instance.kind = ReportKind.EVENT if is_event else ReportKind.RECORD
        return super().save(commit)
