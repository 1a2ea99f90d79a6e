"""The parameters of lists: how each is read from an address, and what it asks of cards.

A parameter takes the values that were given, refuses what means nothing, with a sentence, and
gives a condition on cards. Names of parameters and values are those of the public contract.
"""

import re

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.cards.index import NONE
from registry.values.texts import LANGUAGES, in_all_languages, spoken

from ..search.query import MAX_LETTERS, Search

MAX_VALUES = 100


class Given(forms.TextInput):
    """All the values given for a parameter; a page writes its own controls."""

    def value_from_datadict(self, data, files, name):
        return data.getlist(name)


class ParameterField(forms.Field):
    widget = Given

    def __init__(self, parameter, **options):
        self.parameter = parameter
        super().__init__(**options)

    def clean(self, values):
        given = [value.strip() for value in values if value.strip()]
        if len(given) > 1 and not self.parameter.repeats:
            raise ValidationError(_("This can be given once only."))
        distinct = list(dict.fromkeys(given))
        if len(distinct) > MAX_VALUES:
            raise ValidationError(
                _("At most %(count)s values can be chosen at once.") % {"count": MAX_VALUES}
            )
        for value in distinct:
            if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
                raise ValidationError(_("This holds a character that is part of no text."))
            if len(value) > self.parameter.longest:
                raise ValidationError(
                    _("At most %(count)s characters can be given.")
                    % {"count": self.parameter.longest}
                )
        return self.parameter.clean(distinct) if distinct else None


class Parameter(django_filters.Filter):
    repeats = False
    longest = MAX_LETTERS
    group = None  # of the terms of cards
    name = ""  # that of the parameter, set by the listing
    title = ""  # its label, unless it is given another
    facet = None  # or a method that lists the values with their counts
    shares_count = False  # whether the terms of its group are counted with those of others
    rows = None  # or a method that gives the terms of which a card must have one
    word_type = None  # of the cards that are its values
    excludable = False  # whether a list can be asked for without it: see `exclusions`

    @property
    def field(self):
        if not hasattr(self, "_field"):
            self._field = ParameterField(
                self, label=self.label, help_text=self.extra.get("help_text", ""), required=False
            )
        return self._field

    @property
    def label(self):
        return self._label or self.title

    @label.setter
    def label(self, value):
        self._label = value

    def texts(self, value):
        """A value in words, in each language."""
        if value == NONE:
            return in_all_languages(lambda: _("not recorded"))
        return dict.fromkeys(LANGUAGES, value)

    def in_words(self, value):
        """{"words", "excluded"}: the value in each language, and whether a list is without it."""
        return {"words": self.texts(value), "excluded": False}

    def spoken(self, value, language):
        return spoken(self.texts(value), language)

    def clean(self, values):
        """What the given values (at least one, without repetition) mean."""
        return values[0]

    def condition(self, value):
        """What cards must meet."""
        return Q()

    def allowed(self):
        """The values that can be given, or None where they are no list."""

    def filter(self, qs, value):
        return qs if value is None else qs.filter(self.condition(value))


class SearchParameter(Parameter):
    title = gettext_lazy("Search")

    longest = 5 * MAX_LETTERS  # what is more than can be looked for is left out, and said to be

    def clean(self, values):
        if any(len(word) > MAX_LETTERS for word in values[0].split()):
            raise ValidationError(
                _("At most %(count)s characters can be given.") % {"count": MAX_LETTERS}
            )
        return self.parent.understand(Search(values[0], self.parent.types))

    def condition(self, value):
        return value.condition()


class ChoiceParameter(Parameter):
    """One of a few words that do not filter: the order, the language, the format."""

    def __init__(self, choices, repeats=False, **options):
        super().__init__(**options)
        self.choices = choices  # a function of the listing
        self.repeats = repeats

    def allowed(self):
        return list(self.choices(self.parent))

    def clean(self, values):
        for value in values:
            if value not in self.allowed():
                raise ValidationError(_("“%s” is not one of the values.") % value[:60])
        return values if self.repeats else values[0]


class FieldsParameter(ChoiceParameter):
    """Names of keys, with commas between or repeated."""

    repeats = True
    longest = 2000

    def clean(self, values):
        names = [name.strip() for value in values for name in value.split(",")]
        for name in filter(None, names):
            super().clean([name])
        return list(dict.fromkeys(filter(None, names))) or None


class NumberParameter(Parameter):
    def __init__(self, highest, **options):
        super().__init__(**options)
        self.highest = highest

    def clean(self, values):
        if re.fullmatch("[0-9]{1,9}", values[0]) and 1 <= int(values[0]) <= self.highest:
            return int(values[0])
        raise ValidationError(_("A whole number from 1 to %(most)s.") % {"most": self.highest})
