"""What a list is to be without: `-theme=sport` beside `theme=sport`, of any parameter that repeats.

An exclusion is the parameter itself, asked the other way round: what its values may be, what they
are called and which cards have them is said once, by the parameter.
"""

from copy import copy

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from registry.values.texts import in_all_languages, spoken

from .base import Parameter

MARK = "-"


class Exclusion(Parameter):
    """Stands before the class of a parameter, whose cards are left out."""

    excludable = False
    about = example = ""
    facet = terms = None  # a list is never read from what it does not hold

    @property
    def group(self):
        return (super().group or self.name).removeprefix(MARK)

    @property
    def label(self):
        return _("not: %(value)s") % {"value": super().label}

    def in_words(self, value):
        return {"words": super().texts(value), "excluded": True}

    def texts(self, value):
        words = super().texts(value)
        return in_all_languages(lambda: _("not: %(value)s") % {"value": spoken(words)})

    def condition(self, value):
        terms = super().terms
        if terms is None:
            return ~super().condition(value)
        # NOT EXISTS: for each card one look into the index that begins with it.
        return ~Exists(terms(value).filter(card=OuterRef("pk")))

    @property
    def _excluded(self):
        """The parameter itself."""
        return self.listing.filters[self.name.removeprefix(MARK)]

    @property
    def in_sets(self):
        return self._excluded.in_sets

    def want_sets(self, sets, value):
        self._excluded.want_sets(sets, value)

    def set_in(self, sets, value):
        return sets.every & ~self._excluded.set_in(sets, value)


def exclusions(parameters):
    """{name: parameter} of all that the parameters of these names let a list be without."""
    return {
        f"{MARK}{name}": excluding(parameter)
        for name, parameter in parameters.items()
        if parameter.excludable
    }


def excluding(parameter):
    other, kind = copy(parameter), type(parameter)
    other.__class__ = type(f"Not{kind.__name__}", (Exclusion, kind), {})
    other.name = f"{MARK}{parameter.name}"
    return other
