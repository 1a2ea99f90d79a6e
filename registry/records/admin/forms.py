"""Forms of entries and of their parts: what was typed is never lost and never overwrites unseen."""

import secrets
import uuid

from anyascii import anyascii
from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.cards.index import LANGUAGES

from ..models import Precision
from ..models.entry import validate_slug_is_free
from ..rights import restricts
from .saving import explain


class CheckedForm(forms.ModelForm):
    """Constraints over columns that follow from others are checked before saving, not by it."""

    def validate_constraints(self):
        self.instance.derive()
        exclude = self._get_validation_exclusions()
        for field in self._meta.model._meta.concrete_fields:
            for bound in getattr(field, "bounds", None) or ():
                exclude.discard(bound)
        try:
            self.instance.validate_constraints(exclude=exclude)
        except ValidationError as error:
            self._update_errors(error)


class EntryForm(CheckedForm):
    """The form class that an admin makes for a request has that request as `request`."""

    request = None

    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    redact = forms.BooleanField(
        label=_("redaction: the old address must not lead here"),
        required=False,
        help_text=_("Tick this when the old address itself says too much. It will answer 404."),
    )
    override = forms.CharField(
        label=_("publish in spite of this, because"),
        required=False,
        max_length=100,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Your reason is kept in the history, with your name."),
    )

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        if "seen_version" in self.fields:
            self.fields["seen_version"].initial = self.instance.version
        if "embargo_until" in self.fields:
            day, time = self.fields["embargo_until"].widget.widgets
            day.attrs["aria-label"] = gettext("embargo until: day")
            time.attrs["aria-label"] = gettext("embargo until: time")
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _(
                "Leave it empty and it is made from the name. It is part of the page's address."
            )

    def clean(self):
        cleaned = super().clean()
        if "slug" in self.fields and "slug" not in self.errors and not cleaned.get("slug"):
            cleaned["slug"] = self._slug(cleaned)
        self._keep_restrictions(cleaned)
        for field, sentence in explain(self.request):
            self.add_error(field if field in self.fields else None, sentence)
        return cleaned

    def _slug(self, cleaned):
        """Out of the name, in Latin letters; what is redacted is not proposed again."""
        model = type(self.instance)
        if cleaned.get("redact"):
            return f"{model.card_type}-{uuid.uuid4().hex[:8]}"
        if self.instance.pk:
            return self.initial["slug"]
        names = [cleaned.get(f"name_{language}") for language in LANGUAGES]
        plain = slugify(anyascii(next(filter(None, names), "")))[:100].strip("-")
        try:
            validate_slug_is_free(plain)
            wanted = plain if len(plain) > 2 else f"{model.card_type}-{plain}".strip("-")
        except ValidationError:  # Go Far would be read as a region of the country GO
            wanted = f"{model.card_type}-{plain}".strip("-")
        slug = wanted
        while model._base_manager.filter(slug=slug).exists():
            # By chance: a next number would tell of a draft that has the one before.
            slug = f"{wanted}-{secrets.token_hex(2)}"
        return slug

    def _keep_restrictions(self, cleaned):
        """Whoever may write may make a place coarser or an embargo longer; the other direction
        needs a safety officer."""
        user, entry = self.request.user, self.instance
        if restricts(user, entry):
            return
        was = entry._meta.get_field
        if "precision" in self.fields and cleaned.get("precision"):
            old = self.initial.get("precision") or was("precision").default
            if Precision.coarsest([old, cleaned["precision"]]) != cleaned["precision"]:
                self.add_error(
                    "precision", gettext("Only a safety officer shows a place more finely.")
                )
        if "embargo_until" in self.fields and "embargo_until" not in self.errors:
            old, new = self.initial.get("embargo_until"), cleaned.get("embargo_until")
            if entry.pk and old and (new is None or new < old):
                self.add_error(
                    "embargo_until", gettext("Only a safety officer shortens an embargo.")
                )


class PartForm(CheckedForm):
    """A row of a record; its references are labelled without a query for each of them."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            widget = getattr(field.widget, "widget", field.widget)
            if not isinstance(widget, ReferenceSelect) or self.instance.pk is None:
                continue
            chosen = self.instance._state.fields_cache.get(name)
            widget.known = {str(chosen.pk): chosen} if chosen else {}


class ReferenceSelect(AutocompleteSelect):
    """An autocomplete that takes the label of its value from what is loaded already."""

    known = {}

    def __deepcopy__(self, memo):
        copy = super().__deepcopy__(memo)
        copy.known = {}
        return copy

    def optgroups(self, name, value, attr=None):
        # Longer ones are no key of a row, and too long for the database.
        value = [text for text in map(str, value) if text.isdecimal() and len(text) < 19]
        chosen = [text for text in value if text in self.known]
        if not chosen:
            if not value:
                return [(None, [self.create_option(name, "", "", False, 0)], 0)]
            return super().optgroups(name, value, attr)
        label = self.choices.field.label_from_instance(self.known[chosen[0]])
        return [(None, [self.create_option(name, chosen[0], label, True, 0)], 0)]
