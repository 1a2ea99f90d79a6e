"""How well what a search finds fits, and the best of it, tier by tier: nothing is looked at that is
in a tier below the page.

The statements are plain SQL: to have Django put them together took longer than to answer them.
"""

from bisect import bisect_left
from itertools import accumulate, groupby
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
    return [*_by_whole_names(search), *_by_words(search)]


def _by_whole_names(search):
    """Those of what is called so, or is meant by a name or a number."""
    if search.identified is not None:
        yield EQUAL, search.identified
    places, rest = search.understood
    if places and not rest:
        meant = Card.objects.of("location").filter(slug__in=[each.slug for each in places])
        yield EQUAL, meant.values("pk")
    just, others = search.begun
    yield EQUAL, called(sorted(search.names), search.types)
    yield BEGINS, named_from(just, search.types)
    if others:
        yield BEGINS + FORM, named_from(others, search.types)


def _by_words(search):
    """Those of what has the words."""
    types = search.types
    yield NAMES, holding(search.telling, types, "names")
    yield NAMES + FORM, holding(search.meaning, types, "names", forms=True)
    yield from ((ANYWHERE, keys) for keys in search.of_form)
    yield ANYWHERE, holding(search.telling, types)


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


FEW = 200  # cards that are found and all looked at at once, whichever of them come first


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


def _in_steps(search, parts=()):
    """Yields (a search, [(tier, the keys of its cards)]) that are asked for together, the best
    first, down to all that is found: what goes by whole names is little, and of all types at once;
    then each tier by itself, of each of the parts."""
    yield search, list(_alike(_by_whole_names(search)))
    parts = parts or [search]
    for tiers in zip(*map(_alike, map(_down_to_all, parts)), strict=True):
        for part, tier in zip(parts, tiers, strict=True):
            yield part, [tier]


def _down_to_all(search):
    yield from _by_words(search)
    yield ANYWHERE + FORM, search.found


def _alike(tiers):
    for tier, alike in groupby(tiers, key=itemgetter(0)):
        yield tier, union(*(keys for _tier, keys in alike))


def _in_order(tiers):
    """(the keys of all of these tiers, to put those of one tier before those of the next)."""
    *better, (last, keys) = tiers
    cases = "".join(f" WHEN id IN ({its.sql}) THEN {float(tier)}" for tier, its in better)
    values = [value for _tier, its in better for value in its.params]
    expression = f"CASE{cases} ELSE {float(last)} END" if better else f"{float(last)}"
    return union(*(its for _tier, its in better), keys), Order(expression, tuple(values))


def best_of_each(search, order, numbers):
    """{type: {key: tier}} of the best of each type, {type: how many}, in their order: of all types
    by one statement for each step, which asks for none that has as many as are wanted."""
    found: dict[str, dict] = {card_type: {} for card_type in numbers}
    asked, done = tuple(numbers), -1.0
    while asked and search.words and done < ANYWHERE + FORM:
        some = search.among(asked)
        most = max(numbers[each] for each in asked)
        for _some, tiers in _in_steps(some):
            if tiers[-1][0] <= done:
                continue
            done = tiers[-1][0]
            for key, card_type, tier in _first_of_each(some, tiers, order, most):
                found[card_type].setdefault(key, float(tier))
            full = [each for each in asked if len(found[each]) >= numbers[each]]
            if full:  # what is left is looked for among its own cards alone
                break
        asked = tuple(each for each in asked if len(found[each]) < numbers[each])
    return {each: dict(list(its.items())[: numbers[each]]) for each, its in found.items()}


def best(search, order, number, numbers=None):
    """{key: (tier, *what the order compares)} of the best, so many or all, in their order.

    `numbers`: {type: how many are found}, where the order begins with the types of the search.
    """
    found: dict[int, tuple] = {}
    if not search.words:
        return found
    for some, tiers in _steps_of(search, number, numbers or {}):
        if len(found) >= number:
            break
        keys, tier = _in_order(tiers)
        # Those of the tiers before may be among them: they are fewer than are asked for.
        for key, its, *compared in first(keys, some.types, [tier, *order], number, _also(some)):
            found.setdefault(key, (float(its), *compared))
    return dict(list(found.items())[:number])


def _steps_of(search, number, numbers):
    """The steps to the best so many. Of what is common first those types are asked for that have as
    many together, and the others are not looked at; of what is rare all is asked for at once."""
    if not numbers:
        return _in_steps(search)
    if sum(numbers.values()) <= FEW:
        return [(search, [*_alike(_in_tiers(search)), (ANYWHERE + FORM, search.found)])]
    types = [each for each in search.types if each in numbers]
    enough = bisect_left([*accumulate(map(numbers.get, types))], number) + 1
    return _in_steps(search, [*map(search.among, filter(None, (types[:enough], types[enough:])))])


def _also(search):
    """The keys among which what the tiers have must be; None where it always is."""
    return None if _finds_named(search) else search.found


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


def _first_of_each(search, tiers, order, number):
    """[(key, type, tier)] of so many of each of the types of the search, in their order."""
    keys, tier = _in_order(tiers)
    by = ", ".join(f"{each.expression}{' DESC' * each.descending}" for each in (tier, *order))
    values = [value for each in (tier, tier, *order) for value in each.values]
    asked, given = _asked(keys, search.types, _also(search))
    place = f"ROW_NUMBER() OVER (PARTITION BY type || '' ORDER BY {by}) AS place"
    with reading().cursor() as cursor:
        cursor.execute(
            f"SELECT id, type, tier FROM (SELECT id, type, {tier.expression} AS tier, {place}"  # noqa: S608 - values are parameters
            f" FROM cards_card WHERE {asked}) ranked WHERE place <= %s ORDER BY type, place",
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
