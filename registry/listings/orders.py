"""The orders of lists. Each is total: it ends in the public id, on columns without nulls."""

from functools import cache
from typing import NamedTuple

from django.db.models import Case, IntegerField, OuterRef, Q, Subquery, When
from django.db.models.functions import Coalesce

from registry.cards.declarations import declared
from registry.cards.models import TermCount
from registry.cards.statuses import undated

from .search import ranking

BEST = "best"  # for a search: not a name that can be asked for, but what is there by itself
DATED = ("name", "-name", "start", "-start", "end", "-end", "updated_at", "-updated_at")
UNDATED = ("name", "-name", "updated_at", "-updated_at")
# Expressions are equal to themselves alone: made once, they tell statements that are kept.
TIMELESS = Case(When(undated(), then=1), default=0, output_field=IntegerField())


class Key(NamedTuple):
    """A column, or an expression under that name, and its direction."""

    name: str
    descending: bool = False
    expression: object = None
    path: str = ""  # where the column is looked up, if not on the card

    @property
    def lookup(self):
        return self.path or self.name

    def reversed(self):
        return self._replace(descending=not self.descending)


def default_order(card_type):
    # Of the search, which is of all types, none.
    return declared[card_type].order if card_type in declared else "name"


def in_default_order(card_type, cards, key="sort"):
    """The cards of one type, by the sort key that stands with them or with one of their terms."""
    return cards.order_by(f"-{key}" if default_order(card_type) == "-start" else key)


def names(card_type):
    """The orders that can be asked for; undated things have no days to be ordered by."""
    found = DATED if default_order(card_type) == "-start" else UNDATED
    number = declared[card_type].number_order if card_type in declared else None
    return (*found, f"-{number}", number) if number else found


def keys(card_type, name, language="en", search=None):
    """The columns of an order."""
    if name == BEST:
        best = [Key("tier", expression=ranking.tier(search))]
        if search.has_form:
            best.append(Key("form", expression=ranking.form(search)))
        return [*best, *keys(card_type, default_order(card_type), language)]
    column, descending = name.removeprefix("-"), name.startswith("-")
    if column == "name":
        if language == "en" and default_order(card_type) == "name":
            return [Key("sort", descending)]
        column = f"name_{language}"
    elif name == "-start":
        return [Key("sort", True)]  # those without a known beginning by their end
    elif name == "end":
        # Undated cards come last both ways; their column holds the first day of the calendar.
        return [Key("timeless", False, TIMELESS), Key("end"), Key("public_id")]
    elif column == declared[card_type].number_order:
        return [Key("named_in", descending, _named_in(card_type)), Key("sort")]
    return [Key(column, descending), Key("public_id", descending)]


@cache
def _named_in(card_type):
    """How many cards of the other type name each, from the kept counts."""
    of = declared[card_type].numbered_by
    kept = TermCount.objects.filter(
        type=of, group=card_type, value=OuterRef("slug"), among=""
    ).values("cards")
    return Coalesce(Subquery(kept), 0, output_field=IntegerField())


def after(keys, values):
    """What comes after these values in the order."""
    found, equal = Q(), Q()
    for key, value in zip(keys, values, strict=True):
        beyond = "lt" if key.descending else "gt"
        found |= equal & Q(**{f"{key.lookup}__{beyond}": value})
        equal &= Q(**{key.lookup: value})
    if len(keys) > 1 and keys[0].expression is None:
        # Said once more, plainly, so that an index on the first column is used.
        beyond = "lte" if keys[0].descending else "gte"
        found &= Q(**{f"{keys[0].lookup}__{beyond}": values[0]})
    return found


def ordered(cards, keys, after):
    """The cards in the order of the keys, as far as they meet the condition."""
    for key in keys:
        if key.expression is not None:
            cards = cards.annotate(**{key.name: key.expression})
    cards = cards.filter(after)
    return cards.order_by(*(f"{'-' if key.descending else ''}{key.lookup}" for key in keys))
