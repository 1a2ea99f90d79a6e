"""What is said beside the form of a record, and with a decision on what others proposed."""

from itertools import chain

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.cards.refused import Refused
from registry.records.models import Proposal, Remark


class AboutForm(forms.Form):
    """What is said to the reviewer beside the form of the record."""

    prefix = "about"
    remark = Remark._meta.get_field("text").formfield(
        label=_("remark, for the staff alone"), widget=forms.Textarea(attrs={"rows": 2})
    )
    source = Proposal._meta.get_field("source").formfield()
    revision = forms.IntegerField(widget=forms.HiddenInput, required=False)  # of what is amended


def typed_remark(attempt):
    """The remark that was typed beside a button of the form."""
    about = AboutForm(attempt.typed)
    if not about.is_valid():
        raise Refused(" ".join(chain.from_iterable(about.errors.values())))
    return about.cleaned_data["remark"]


class DecisionForm(forms.Form):
    revision = forms.IntegerField(widget=forms.HiddenInput)
    answer = Remark._meta.get_field("text").formfield(
        label=_("answer"), widget=forms.Textarea(attrs={"rows": 3})
    )
    reason = forms.CharField(
        label=_("accept in spite of this, because"),
        required=False,
        max_length=60,  # with who accepted it, it stands in the history
        help_text=_("Your reason is kept in the history, with your name."),
    )
