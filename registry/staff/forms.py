"""Forms of entries and of their parts: what was typed is never lost and never overwrites unseen."""

import secrets
import uuid
from urllib.parse import urlencode

from anyascii import anyascii
from django import forms
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import ValidationError
from django.forms.utils import ErrorDict
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.cards.private_django import known
from registry.records.models import State
from registry.records.models.entry import RESERVED_SLUGS, validate_slug_is_free
from registry.values.precision import is_finer
from registry.values.texts import LANGUAGES
from registry.values.translated import columns
from registry.workflow import uniqueness
from registry.workflow.rights import restricts, sees

# The same for whatever may not be entered, so that it does not tell of what is hidden.
NOT_HERE = _("This cannot be entered here. Choose something else, or ask a safety officer.")


class CheckedForm(forms.ModelForm):
    """Says of what is taken no more than the person who fills it in may know."""

    def __init__(self, *args, user, **options):
        super().__init__(*args, **options)
        self.user = user
        self.to_make_way = []
        for name in self.fields.keys() & set(getattr(self._meta.model, "secret", ())):
            self.fields[name].widget.attrs["data-unkept"] = ""  # nor in the browser
        for name, field in self.fields.items():
            text, _, language = name.rpartition("_")
            if language in LANGUAGES and self.fields.keys() >= set(columns(text)):
                # What the script marks as missing, and spelling is checked by.
                field.widget.attrs |= {"data-text": text, "lang": language}
                if text == "name" and getattr(self._meta.model, "is_mergeable", False):
                    field.widget.attrs["data-alike"] = self._address_of_alike()

    def _address_of_alike(self):
        """Which records have names like what is typed."""
        own = {"not": self.instance.pk} if self.instance.pk else {}
        asked = urlencode({"kind": self._meta.model.card_type, **own})
        return f"{reverse('admin:alike')}?{asked}"

    def validate_unique(self):
        """Says by which entry a value is taken: of what a person cannot see nothing is told."""
        self.to_make_way = []
        for names, sentence, row in uniqueness.clashes(self.instance):
            if self.errors.keys() & set(names):
                continue
            if uniqueness.gives_way(row):
                self.to_make_way.append((row, names))
            else:
                field = names[0] if len(names) == 1 and names[0] in self.fields else None
                self.add_error(field, self.taken(names, sentence, uniqueness.owner(row)))

    def taken(self, names, sentence, other):
        if other == uniqueness.owner(self.instance):
            return sentence
        if not sees(self.user, other):
            return NOT_HERE
        if sentence is None:
            error = self.instance.unique_error_message(type(self.instance), names)
            sentence = " ".join(error.messages)
        return gettext("%(sentence)s It is “%(entry)s”.") % {"sentence": sentence, "entry": other}

    def make_way(self):
        """Only once all forms of the page are known to be right."""
        for row, names in self.to_make_way:
            uniqueness.make_way(row, names, self.user)

    def add_error(self, field, error):
        """Without what `validate_unique` says to those who may know it."""
        ours = {sentence for _names, _condition, sentence in uniqueness.rules(type(self.instance))}
        found = getattr(error, "error_dict", {})  # of what the model says of all its columns
        for name, told in list(found.items()):
            found[name] = [error for error in told if error.message not in ours]
            if not found[name]:
                del found[name]
        super().add_error(field, error)


class EntryForm(CheckedForm):
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    redact = forms.BooleanField(
        label=_("redaction: the old address must not lead here"),
        required=False,
        help_text=_(
            "Tick this when the old address itself says too much. It will then be "
            "“not found” (404)."
        ),
    )
    override = forms.CharField(
        label=_("publish in spite of this, because"),
        required=False,
        max_length=100,  # the longest reason that history keeps
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Your reason is kept in the history, with your name."),
    )

    def __init__(self, *args, attempt=None, **options):
        super().__init__(*args, **options)
        self.attempt = attempt  # by which it was sent, or None
        if "seen_version" in self.fields:
            self.fields["seen_version"].initial = self.instance.version
        if "override" in self.fields and self.instance.state == State.PUBLIC:
            self.fields["override"].label = _("save it and take it back to review, because")
        if "embargo_until" in self.fields:
            day, time = self.fields["embargo_until"].widget.widgets
            day.attrs["aria-label"] = gettext("embargo until: day")
            time.attrs["aria-label"] = gettext("embargo until: time")
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _(
                "Leave it empty to have it made from the name. It is part of the page's address."
            )

    def clean(self):
        cleaned = super().clean()
        if "slug" in self.fields:
            self._clean_slug(cleaned)
        self._keep_restrictions(cleaned)
        for field, sentence in self.attempt.told():
            self.add_error(field if field in self.fields else None, sentence)
        return cleaned

    def _clean_slug(self, cleaned):
        slug, entry = cleaned.get("slug"), self.instance
        if slug in RESERVED_SLUGS:
            self.add_error("slug", self._not_to_be_had(slug))
        elif "slug" not in self.errors and not slug:
            cleaned["slug"] = self._slug(cleaned)
        elif "slug" in self.changed_data and slug and slug != entry.slug:
            held = (
                type(entry)._base_manager.filter(slug=slug).exists()
            )  # then `taken` tells by whom
            if not held and uniqueness.led_elsewhere(type(entry), slug, entry.public_id):
                self.add_error("slug", self._not_to_be_had(slug))

    def _not_to_be_had(self, slug):
        """What is kept for other uses, was another's before, or is that of what is hidden."""
        sentence = gettext("“%(free)s” is free.") % {"free": self._free(slug)}
        return f"{gettext('This word has a meaning of its own in addresses.')} {sentence}"

    def taken(self, names, sentence, other):
        if names == ("slug",) and not sees(self.user, other):
            return self._not_to_be_had(other.slug)
        return super().taken(names, sentence, other)

    def _slug(self, cleaned):
        """Out of the name, in Latin letters; what is redacted is not proposed again."""
        model = type(self.instance)
        if cleaned.get("redact"):
            return f"{model.card_type}-{uuid.uuid4().hex[:8]}"
        if self.instance.pk:
            return self.initial["slug"]
        names = [cleaned.get(f"name_{language}") for language in LANGUAGES]
        # Shorter than an address may be: the kind may come before it, random letters after it.
        plain = slugify(anyascii(next(filter(None, names), "")))[:100].strip("-")
        try:
            validate_slug_is_free(plain)
            wanted = plain if len(plain) > 2 else f"{model.card_type}-{plain}".strip("-")
        except ValidationError:  # Go Far would be read as a region of the country GO
            wanted = f"{model.card_type}-{plain}".strip("-")
        return self._free(wanted)

    def _free(self, wanted):
        """The address, or one like it: what another has, or had, is not proposed."""
        model, slug = type(self.instance), wanted
        while (
            slug in RESERVED_SLUGS
            or model._base_manager.filter(slug=slug).exists()
            or uniqueness.led_elsewhere(model, slug, self.instance.public_id)
        ):
            # By chance: a next number would tell of a draft that has the one before.
            slug = f"{wanted}-{secrets.token_hex(2)}"
        return slug

    def _keep_restrictions(self, cleaned):
        """Whoever may write may make a place coarser or an embargo longer; the other direction
        needs a safety officer."""
        user, entry = self.user, self.instance
        if restricts(user, entry):
            return
        if "precision" in self.fields and makes_finer(self):
            sentence = gettext("Only a safety officer can show a place more finely.")
            self.add_error("precision", sentence)
        if "embargo_until" in self.fields and "embargo_until" not in self.errors:
            old, new = self.initial.get("embargo_until"), cleaned.get("embargo_until")
            if entry.pk and old and (new is None or new < old):
                self.add_error(
                    "embargo_until", gettext("Only a safety officer can shorten an embargo.")
                )


def makes_finer(form):
    """Whether the form lets a place be shown more finely, or places of what it binds."""
    if "precision" not in form.changed_data or not form.cleaned_data.get("precision"):
        return False
    # Of a new record the default counts: to show it more finely is a decision as well.
    default = form._meta.model._meta.get_field("precision").default
    return is_finer(form.cleaned_data["precision"], form.initial.get("precision") or default)


class PartForm(CheckedForm):
    """A row of a record; its references are labelled without a query for each of them."""

    def __init__(self, *args, **options):
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            widget = getattr(field.widget, "widget", field.widget)
            if not isinstance(widget, ReferenceSelect) or self.instance.pk is None:
                continue
            # From what the rows were read with: the attribute would ask once for each row.
            chosen = known(self.instance, name)
            widget.known = {str(chosen.pk): chosen} if chosen else {}

    def full_clean(self):
        """A row as it is stored was checked when it was stored."""
        if self.is_bound and self.instance.pk is not None and not self.has_changed():
            self._errors = ErrorDict(renderer=self.renderer)
            self.cleaned_data = {
                name: self.get_initial_for_field(field, name) for name, field in self.fields.items()
            }
            return
        super().full_clean()


class ReferenceSelect(AutocompleteSelect):
    """An autocomplete that takes the label of its value from what is loaded already."""

    known = {}

    @property
    def media(self):
        # What it says, before it is made of the page's fields.
        return super().media + forms.Media(js=["admin/js/autocomplete.js", "select2-words.js"])

    def __deepcopy__(self, memo):
        # Each form of a page copies the widget, and what one form knows is not for the next.
        copy = super().__deepcopy__(memo)
        copy.known = {}
        return copy

    def build_attrs(self, *args, **options):
        """Without a language, where the script of the field has no words in it."""
        attrs = super().build_attrs(*args, **options)
        return {key: value for key, value in attrs.items() if (key, value) != ("lang", None)}

    def create_option(self, name, value, label, *args, **options):
        """The option for nothing is read as a dash: an empty one has no name."""
        option = super().create_option(name, value, label, *args, **options)
        if not label:
            option["attrs"]["label"] = "—"
        return option

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
