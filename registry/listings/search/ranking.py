"""How well what a search finds fits, and the best of it, tier by tier: nothing is looked at that is
in a tier below the page.

The statements are plain SQL: to have Django put them together took longer than to answer them.
"""

from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from django.db.models import Case, FloatField, IntegerField, Value, When

from registry.cards.models import Card
from registry.cards.replicas import reading

from .full_text import READ, called, holding, marks, named_from, union
from .place_words import is_common
from .query import ANYWHERE, BEGINS, EQUAL, FORM, MAX_WORDS, NAMES


def _in_tiers(search):
    """[(tier, keys)] of the cards that are not merely found, the best first: with those that are
    withheld, with cards of other types, and some that are not found."""
    known = [] if search.identified is None else [(EQUAL, search.identified)]
    places, rest = search.understood
    if places and not rest:
        meant = Card.objects.of("location").filter(slug__in=[each.slug for each in places])
        known.append((EQUAL, meant.values("pk")))
    just, others = search.begun
    types = search.types
    return [
        *known,
        (EQUAL, called(sorted(search.names), types)),
        (BEGINS, named_from(just, types)),
        *([(BEGINS + FORM, named_from(others, types))] if others else []),
        (NAMES, holding(search.telling, types, "names")),
        (NAMES + FORM, holding(search.meaning, types, "names", forms=True)),
        *((ANYWHERE, keys) for keys in search.of_form),
        (ANYWHERE, holding(search.telling, types)),
    ]


def _finds_named(search):
    """Whether all that is called so is found: what has the words in a name has them."""
    if search.is_letter or search.named or any(map(is_common, search.meaning)):
        return False
    return search.beside is None or _finds_named(search.beside)


def _formed(search):
    """The keys of those with the legal form that was typed."""
    return holding(search.typed[: 2 * MAX_WORDS], search.types, "names")


def tier(search):
    """How well a found card fits, as an expression."""
    if not search.words:
        return Value(float(ANYWHERE))
    return Case(
        *(When(pk__in=keys, then=tier) for tier, keys in _in_tiers(search)),
        default=ANYWHERE + FORM,
        output_field=FloatField(),
    )


def form(search):
    """To put those with the legal form that was typed before others, as an expression."""
    return Case(When(pk__in=_formed(search), then=0), default=1, output_field=IntegerField())


class Order(NamedTuple):
    """An expression over cards in SQL, with its values, by which those of a tier are in order."""

    expression: str
    values: tuple = ()
    descending: bool = False


def in_form(search):
    """The same as `form`, as SQL."""
    keys = _formed(search)
    return Order(f"CASE WHEN id IN ({keys.sql}) THEN 0 ELSE 1 END", tuple(keys.params))


def in_places(expression, values):
    """To put what has these values in their places, and all else behind."""
    places = " ".join(f"WHEN %s THEN {n}" for n in range(len(values)))
    return Order(f"CASE {expression} {places} ELSE {len(values)} END", tuple(values))


def _all_tiers(search):
    """Yields (tier, the keys of its cards), the best first, down to all that is found."""
    tiers = [*_in_tiers(search), (ANYWHERE + FORM, search.found)]
    for tier, alike in groupby(tiers, key=itemgetter(0)):
        yield tier, union(*(keys for _tier, keys in alike))


def best_of_each(search, order, numbers):
    """{type: {key: tier}} of the best of each type, {type: how many}, in their order: of all types
    by one statement for each tier, which asks for none that has as many as are wanted."""
    found: dict[str, dict] = {card_type: {} for card_type in numbers}
    asked, done = tuple(numbers), -1.0
    while asked and search.words and done < ANYWHERE + FORM:
        some = search.among(asked)
        also = None if _finds_named(some) else some.found
        most = max(numbers[each] for each in asked)
        for tier, keys in _all_tiers(some):
            if tier <= done:
                continue
            done = tier
            for key, card_type in _first_of_each(keys, asked, order, most, also):
                found[card_type].setdefault(key, float(tier))
            full = [each for each in asked if len(found[each]) >= numbers[each]]
            if full:  # what is left is looked for among its own cards alone
                break
        asked = tuple(each for each in asked if len(found[each]) < numbers[each])
    return {each: dict(list(its.items())[: numbers[each]]) for each, its in found.items()}


def best(search, order, number):
    """{key: (tier, *what the order compares)} of the best, so many or all, in their order."""
    found: dict[int, tuple] = {}
    if not search.words:
        return found
    for tier, keys in _all_tiers(search):
        if len(found) >= number:
            break
        # Those of the tiers before may be among them: they are fewer than are asked for.
        also = None if _finds_named(search) else search.found
        for key, *compared in first(keys, search.types, order, number, also):
            found.setdefault(key, (float(tier), *compared))
    return dict(list(found.items())[:number])


def first(keys, types, order, number, also=None):
    """[(key, *what the order compares)] of so many of the cards of these types with these keys that
    somebody may read; of those which are among the others `also`."""
    columns = [f"{each.expression} AS compared{n}" for n, each in enumerate(order)]
    by = [f"compared{n}{' DESC' * each.descending}" for n, each in enumerate(order)]
    values = [value for each in order for value in each.values]
    asked, given = _asked(keys, types, also)
    with reading().cursor() as cursor:
        cursor.execute(
            f"SELECT id, {', '.join(columns)} FROM cards_card WHERE {asked}"  # noqa: S608 - values are parameters
            f" ORDER BY {', '.join(by)} LIMIT %s",
            [*values, *given, number],
        )
        return cursor.fetchall()


def _first_of_each(keys, types, order, number, also=None):
    """[(key, type)] of so many of each of these types, in their order."""
    by = ", ".join(f"{each.expression}{' DESC' * each.descending}" for each in order)
    values = [value for each in order for value in each.values]
    asked, given = _asked(keys, types, also)
    place = f"ROW_NUMBER() OVER (PARTITION BY type || '' ORDER BY {by}) AS place"
    with reading().cursor() as cursor:
        cursor.execute(
            f"SELECT id, type FROM (SELECT id, type, {place} FROM cards_card WHERE {asked}) ranked"  # noqa: S608 - values are parameters
            " WHERE place <= %s ORDER BY type, place",
            [*values, *given, number],
        )
        return cursor.fetchall()


def _asked(keys, types, also):
    """(the condition of `first`, its values)."""
    # As an expression the type offers no index: see `CardQuerySet.among`.
    asked = f"id IN ({keys.sql}) AND id {READ} AND type || '' IN ({marks(types)})"
    values = [*keys.params, *types]
    if also is not None:
        asked += f" AND id IN ({also.sql})"
        values += also.params
    return asked, values
