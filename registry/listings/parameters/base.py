"""The parameters of lists: how each is read from an address, and what it asks of cards.

A parameter takes the values that were given, refuses what means nothing, with a sentence, and
gives a condition on cards. Names of parameters and values are those of the public contract.
"""

import re
from enum import IntEnum
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.cards.index import NONE
from registry.values.texts import LANGUAGES, in_all_languages, spoken

from ..query_strings import stripped
from ..search.query import MAX_LETTERS, Search

MAX_VALUES = 100


class Selectivity(IntEnum):
    """How many cards a value is likely to leave, the fewest first: a list is read from there."""

    RECORD = 0  # of one organisation or one programme, or of the calls that are open: a few
    TOWN = 1  # a place below the regions: most have one record or two
    REGION = 2  # one of some six in the country where most is recorded
    TERM = 3  # themes are some dozens, and a record has two or three of them
    CODE = 4  # a handful of kinds share all records; what has no term at all is as common
    COUNTRY = 5  # nearly everything is recorded in one country
    NO_LIST = 9  # no terms, so no index in which its cards stand together


@cache
def _not_recorded():
    return in_all_languages(lambda: _("not recorded"))


class Parameter:
    """One name of an address. What is declared is never changed: a listing has copies of its own.

    `listing` is the one by which this copy was bound.
    """

    repeats = False
    longest = MAX_LETTERS
    group: str | None = None  # of the terms of cards
    name = ""  # under which it is declared
    listing: Any = None
    title: str | Promise = ""  # its label, unless it is given another
    about = ""  # what the API's description says of it, where its label does not say it all
    example = ""  # of a value, there
    look: Any = None  # JSON Schema of a value, where there is no list of all
    facet: Any = None  # how its values are counted: one of `facets`
    terms: Any = None  # or a method that gives the terms of which a card must have one
    asks_as_it_is = False  # whether its terms are asked for by just their values
    gives_keys = False  # whether its condition begins with keys of cards, which have the type
    has_few_values = False  # besides terms: words and days, of which there are few
    asks_columns = False  # whether its condition asks for more than the keys of cards
    value_type: str | None = None  # of the cards that are its values
    listed = False  # whether pages offer all its values, though nobody counts them
    excludable = False  # whether a list can be asked for without it: see `exclusions`

    def __init__(self, label="", about=""):
        self._label = label
        self.about = about or self.about

    def __set_name__(self, owner, name):
        self.name = name.removesuffix("_")  # `from` is a word of Python

    def bound(self, listing):
        """The parameter as this listing asks it."""
        other = object.__new__(type(self))  # as `copy`, of which a listing would make forty
        vars(other).update(vars(self), listing=listing)
        return other

    @property
    def label(self):
        return self._label or self.title

    def read(self, values):
        """What the values mean as they stand in an address, or None where there is none."""
        distinct = list(dict.fromkeys(given := stripped(values)))
        if len(given) > 1 and not self.repeats:
            raise ValidationError(_("This can be given only once."))
        if len(distinct) > MAX_VALUES:
            raise ValidationError(
                _("At most %(count)s values can be chosen at once.") % {"count": MAX_VALUES}
            )
        for value in distinct:
            if "\0" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
                raise ValidationError(_("This contains a character that cannot be used in text."))
            if len(value) > self.longest:
                raise ValidationError(
                    _("At most %(count)s characters can be given.") % {"count": self.longest}
                )
        return self.clean(distinct) if distinct else None

    def texts(self, value):
        """A value in words, in each language."""
        if value == NONE:
            return dict(_not_recorded())
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

    @property
    def in_sets(self):
        """Whether stored sets say what has a value, so that nothing need be looked up."""
        return False

    def want_sets(self, sets, value):
        """Tell which stored sets say what has the value (`registry.listings.sets`)."""

    def set_in(self, sets, value):
        """What has the value, as a set."""
        return sets.looked_up(self.condition(value), self.asks_columns)

    def allowed(self):
        """The values that can be given, or None where they are no list."""


class SearchParameter(Parameter):
    title = gettext_lazy("Search")
    about = (
        "Words in any script and spelling, the last as a prefix. A place named among them also"
        " brings the records in it. Legal forms of organisations are not looked for. Where nothing"
        " is as it was typed, what was probably meant is shown, and `understood` says so."
    )
    example = "Mstislavl"
    longest = 5 * MAX_LETTERS  # what is more than can be looked for is left out, and said to be

    def clean(self, values):
        if any(len(word) > MAX_LETTERS for word in values[0].split()):
            raise ValidationError(
                _("At most %(count)s characters can be given.") % {"count": MAX_LETTERS}
            )
        return self.listing.understand(Search(values[0], self.listing.types))

    def condition(self, value):
        return value.condition()

    def set_in(self, sets, value):
        return self.listing.found_by_words


class ChoiceParameter(Parameter):
    """One of a few words that do not filter: the order, the language, the format."""

    def __init__(self, choices, repeats=False, **options):
        super().__init__(**options)
        self.choices = choices  # a function of the listing
        self.repeats = repeats

    def allowed(self):
        return list(self.choices(self.listing))

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
        raise ValidationError(
            _("Enter a whole number from 1 to %(most)s.") % {"most": self.highest}
        )
