"""The sets of cards that a listing and the choices beside it are counted by.

A set is a number, of which each bit is a card (`registry.cards.term_sets`). All that are stored are
read by one statement; by one more each what no set says: words, organisations, a box on the map.
"""

from collections import defaultdict
from functools import cache, cached_property

import orjson
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BinaryField, CharField, Value
from django.db.models.functions import Cast

from registry.cards.declarations import declared
from registry.cards.index import NEVER
from registry.cards.models import Card, CardBit, CardTerm, Deferred, TermSet
from registry.cards.prepared import Prepared
from registry.cards.private_django import statement_of
from registry.cards.replicas import reading
from registry.cards.statuses import Status
from registry.cards.term_counts import UNDATED, years_between
from registry.cards.term_sets import (
    BEGINS,
    DAY_BITS,
    ENDS,
    EVERY,
    GAINED,
    OPEN,
    OWN,
    UNCERTAIN,
    set_of,
    unpacked,
)

WITHHELD = "-withheld"  # what no group is called: the bits of those that nobody may read


class Sets:
    """Sets of the cards of one type. What is stored is wanted before the first of them is asked.

    `own_only`: what only its parts say of a card does not count.
    """

    def __init__(self, card_type, own_only=False):
        self.card_type, self.own_only = card_type, own_only
        self._groups, self._among, self._inside = set(), defaultdict(set), None
        self._unpacked = {}

    def want(self, group, values=None):
        """The sets of these values of the group, or of all that it has."""
        for each in self._groups_of(group):
            if values is None:
                self._groups.add(each)
            else:
                self._among[each].update(values)

    def want_places(self, inside):
        """Those of countries, their regions, and what lies directly in these places."""
        self._inside = ["", *sorted(inside)]

    def want_days(self):
        self._groups.update(("start", "end", UNDATED[0]))

    def want_years(self):
        self._groups.update(map(self._of_time, (BEGINS, ENDS, OPEN)))

    def _groups_of(self, group):
        """With those that tell what only parts say."""
        return (group, f"{GAINED}{group}", f"{OWN}{group}") if self.own_only else (group,)

    def _of_time(self, group):
        """Of the time of a card with that of its parts, or of its own."""
        return f"{OWN}{group}" if self.own_only and declared[self.card_type].parts else group

    @cached_property
    def _stored(self):
        """({group: {value: its set, packed}}, the cards that are withheld)."""
        self._among[EVERY[0]].add(EVERY[1])
        values = sorted(set().union(*self._among.values()))
        lists = [sorted(self._groups) or [""], sorted(self._among), values]
        if self._inside is not None:
            lists += [[*self._groups_of("location")], self._inside]
        found = defaultdict(dict)
        for group, value, cards in _read(self.card_type, len(lists)).rows(*lists):
            found[group][value] = cards
        return found, set_of(map(int, found.pop(WITHHELD, ())))

    def _set(self, group, value):
        key = group, value
        if key not in self._unpacked:
            data = self._stored[0][group].get(value)
            self._unpacked[key] = 0 if data is None else unpacked(data)
        return self._unpacked[key]

    @cached_property
    def every(self):
        """All cards that may be read."""
        return self._set(*EVERY) & ~self._stored[1]

    def of(self, group, value):
        """The cards that have the term."""
        found = self._set(group, value)
        if self.own_only:
            found &= ~self._set(f"{GAINED}{group}", value)
            found |= self._set(f"{OWN}{group}", value)
        return found

    def of_any(self, group, values):
        found = 0
        for value in values:
            found |= self.of(group, value)
        return found

    @staticmethod
    def of_keys(keys):
        """The cards with these keys, which are SQL, that may be read. What a word finds are
        thousands: each is looked up by its key, and all come as one text."""
        together = "string_agg(bit::text, ',')"
        if connection.vendor == "sqlite":
            together = "group_concat(bit)"
        # No value of a reader stands in it: these are parameters.
        statement = f"""WITH found(card) AS ({keys.sql})
            SELECT {together} FROM found JOIN cards_cardbit ON card_id = card
            WHERE card NOT IN (SELECT card_id FROM cards_deferred)"""  # noqa: S608
        with reading().cursor() as cursor:
            cursor.execute(statement, keys.params)
            (bits,) = cursor.fetchone()
        return set_of(orjson.loads(f"[{bits or ''}]"))

    def looked_up(self, condition, of_columns=False):
        """The cards that meet it and may be read; `of_columns`: it asks for more than keys."""
        rows = CardBit.objects.filter(type=self.card_type)
        if of_columns:
            cards = Card.stored.of(self.card_type).filter(condition)
            rows = CardBit.objects.filter(pk__in=cards.values("pk"))
        else:
            rows = rows.filter(condition)
        try:
            statement, parameters = statement_of(rows.values("bit"))
        except EmptyResultSet:
            return 0
        with reading().cursor() as cursor:
            cursor.execute(statement, parameters)
            return set_of(bit for (bit,) in cursor.fetchall())

    def found(self, listing, without=()):
        """All that the listing asks for, as if the parameters named had not been given."""
        found = self.every
        for name in listing.filtering:
            if name not in without:
                found &= self._met(listing.filters[name], listing.cleaned[name])
        return found

    def _met(self, parameter, value):
        if parameter.name not in self._unpacked:
            self._unpacked[parameter.name] = parameter.set_in(self, value)
        return self._unpacked[parameter.name]

    def numbers(self, group, among):
        """{value: how many of the cards among these have it}, of those that any has."""
        values = set().union(*(self._stored[0][each] for each in self._groups_of(group)))
        found = {value: (self.of(group, value) & among).bit_count() for value in values}
        return {value: number for value, number in found.items() if number}

    @cached_property
    def dated(self):
        return self.every & ~self._set(*UNDATED)

    def compared(self, side, day):
        """(the cards whose first or last day is before this one, those of which it is after)."""
        before, after, same, number = 0, 0, self.dated, day.toordinal()
        for bit in reversed(range(DAY_BITS)):
            ones = same & self._set(side, f"{bit:02}")
            if number >> bit & 1:
                before |= same ^ ones
                same = ones
            else:
                after |= ones
                same ^= ones
        return before, after

    def going_on(self, first, last):
        """By their own days: in these, or some of them."""
        return self.dated & ~self.compared("start", last)[1] & ~self.compared("end", first)[0]

    def by_status(self, today):
        """{status: cards}, as `registry.cards.statuses.conditions` says."""
        (begun_before, planned), (ended, open_after) = (
            self.compared(side, today) for side in ("start", "end")
        )
        on, uncertain = self.dated & ~planned & ~ended, self._set(*UNCERTAIN)
        return {
            Status.PLANNED.value: planned & open_after,
            Status.RUNNING.value: on & ~uncertain,
            Status.ENDED.value: begun_before & ended,
            Status.UNKNOWN.value: (on | (self.every & self._set(*UNDATED))) & uncertain,
        }

    @property
    def of_no_year(self):
        return self._set(self._of_time(OPEN), years_between(*NEVER))

    def in_year(self, year):
        """The cards that were active in the year."""
        found = 0
        # Between two spans of a card are years: of the beginnings and ends up to a year it has an
        # odd number where it is active, and an even one in a gap.
        for group, last in ((BEGINS, year), (ENDS, year - 1)):
            group = self._of_time(group)  # noqa: PLW2901
            for value in self._stored[0][group]:
                if int(value) <= last:
                    found ^= self._set(group, value)
        group = self._of_time(OPEN)
        for value in self._stored[0][group]:
            first, last = map(int, value.split("-"))
            if first <= year <= last:
                found |= self._set(group, value)
        return found

    def spans(self, among):
        """{"2015-2016": a number} that gives each year the number of those active in it.

        Which end belongs to which beginning is another matter: the oldest is given to the oldest.
        """
        found = self.numbers(self._of_time(OPEN), among)
        begins, ends = (
            sorted(self.numbers(self._of_time(group), among).items()) for group in (BEGINS, ENDS)
        )
        ends.reverse()
        for first, number in begins:
            while number and ends:  # a wrong set makes a wrong number, and keeps nobody from a page
                last, left = ends.pop()
                taken = min(number, left)
                found[f"{first}-{last}"] = found.get(f"{first}-{last}", 0) + taken
                number -= taken  # noqa: PLW2901
                if left > taken:
                    ends.append((last, left - taken))
        return found


@cache
def _read(card_type, lists):
    """The statement for so many lists: (group, value, set).

    With what is withheld: asked for a moment later it may be gone, and still be in the sets.
    """
    sets = TermSet.stored.filter(type=card_type).values_list("group", "value", "cards")
    withheld = Deferred.objects.filter(type=card_type, card__place__bit__gte=0).values_list(
        Value(WITHHELD), Cast("card__place__bit", CharField()), Value(None, BinaryField())
    )

    def rows(groups, among, values, places=(), inside=()):
        parts = [sets.filter(group__in=groups), sets.filter(group__in=among, value__in=values)]
        if lists > 3:
            # Found by their terms: with the type beside it, SQLite would read all places instead.
            codes = CardTerm.stored.filter(type="location", group="code")
            top = Card.stored.filter(pk__in=codes.values("card"))
            within = Card.stored.with_term("location", "parent", inside)
            parts += [
                sets.filter(group__in=places, value__in=which.values("slug"))
                for which in (top, within)
            ]
        return parts[0].union(*parts[1:], withheld, all=True)

    return Prepared(rows)
