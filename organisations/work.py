"""What the programmes of an organisation say of it together: where, on what, with whom."""

from collections import Counter, defaultdict
from functools import cache

import orjson
from django.db.models import Count

from registry.cards.models import Card, CardTerm
from registry.cards.prepared import Prepared, newest
from registry.cards.term_counts import drawn_of
from registry.values.texts import spoken

COUNTED = 2_000  # programmes of which it is looked up what they have; of more, the list says it
MOST = 8  # of each, the most frequent
GROUPS = {"location": "location", "theme": "term", "organisation": "organisation"}


@cache
def _values():
    """Rows of (group, value, number) of the programmes in which an organisation takes part."""

    def rows(slug):
        own = CardTerm.objects.filter(type="programme", group="organisation", value=slug)
        terms = CardTerm.stored.filter(card__in=own.values("card"), group__in=list(GROUPS))
        counted = terms.values("group", "value").annotate(number=Count("*"))
        return counted.values_list("group", "value", "number").order_by("group", "value")

    return Prepared(rows, planned_once=False)


@cache
def _newest():
    return newest(lambda slug: Card.objects.with_term("programme", "organisation", [slug]))


def _named(kind, slugs):
    cards = Card.objects.filter(type=kind, slug__in=slugs)
    if kind == "location":  # countries and their first-level regions
        coded = CardTerm.objects.filter(type=kind, group="code")
        cards = cards.filter(pk__in=coded.values("card"))
    return cards.values_list("slug", "body")


def _referred(body):
    """Of a record what its name and a link to it are made of: wholes are long."""
    return {key: body.get(key) for key in ("type", "id", "slug", "code", "name")}


def together(body):
    """The same as `_together`, which is counted anew when one of the programmes has changed, one
    has come or gone, or a record that is named here has changed."""
    slug = body["slug"]

    def draw():
        return orjson.dumps(_together(slug)).decode()

    state = _newest()
    return orjson.loads(
        drawn_of("programme", lambda: state.rows(slug), draw, "together", {"id": body["id"]})
    )


def _together(slug):
    """{"location", "theme", "organisation": [{"body", "count"}]}, the most frequent first, of those
    of which there are any.

    A programme in two regions counts in both; one that is country-wide in none of them.
    """
    numbers = defaultdict(Counter)
    for group, value, number in _values().rows(slug):
        numbers[group][value] = number
    numbers["organisation"].pop(slug, None)
    found = {}
    for group, kind in GROUPS.items():
        counts = numbers[group]
        slugs = sorted(counts)
        if group != "location":  # regions stand among all the places inside them
            slugs = sorted(counts, key=lambda value: (-counts[value], value))[:MOST]
        bodies = {each: _referred(orjson.loads(body)) for each, body in _named(kind, slugs)}
        rows = [{"body": bodies[each], "count": counts[each]} for each in slugs if each in bodies]
        rows.sort(key=lambda row: (-row["count"], spoken(row["body"]["name"], "en")))
        if rows:
            found[group] = rows
    return found
