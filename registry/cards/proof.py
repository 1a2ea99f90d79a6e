"""Whether the public tables are exactly what the records say: what `cards --check` runs."""

from collections import defaultdict
from uuid import UUID

import orjson

from . import heads, index, index_rows, name_words, reach, term_counts, term_sets
from .declarations import declared, dump, of_entries, render
from .deferral import STUCK
from .fields import fields_of
from .flush import cards_cut_from
from .loader import batches
from .models import Card, Deferred, Redirect, Successor, Tombstone


def differences():
    """Yields a sentence for everything that is not as it should be; what is deferred is not yet."""
    deferred = set(Deferred.objects.values_list("type", "public_id"))
    for stuck in Deferred.objects.filter(rank=STUCK):
        yield f"{stuck.type} {stuck.public_id}: cannot be written, and is withheld"
    expected = set()
    around = {}
    for declaration in of_entries():
        around |= declaration.surroundings() if declaration.surroundings else {}
    for declaration in of_entries():
        keys = declaration.model._base_manager.order_by("pk").values_list("pk", flat=True)
        for batch in batches(list(keys)):
            wanted = {}
            rendered = render(declaration.model, batch).values()
            # From what the cards of its parts give: that these are true is proven for each of them.
            reach.fill(
                declaration.type,
                {instance.public_id: body for instance, body in rendered if body is not None},
            )
            for instance, body in rendered:
                if body is not None:
                    for part in (body, *cards_cut_from(body)):
                        parent = None if part is body else instance.public_id
                        wanted[part["type"], UUID(part["id"])] = (dump(part), parent)
            expected |= wanted.keys()
            yield from _compare({key: wanted[key] for key in wanted if key not in deferred}, around)
    for card_type, public_id in Card.objects.values_list("type", "public_id").iterator():
        if (card_type, public_id) not in expected:
            yield f"{card_type} {public_id}: has a card and should not"
    for tomb in Tombstone.objects.iterator():
        if (tomb.type, tomb.public_id) in expected:
            yield f"{tomb.type} {tomb.public_id}: is public and has a tombstone"
    for merged in Successor.objects.iterator():
        if (merged.type, merged.public_id) in expected:
            yield f"{merged.type} {merged.public_id}: is public and is one with another"
    for redirect in Redirect.objects.iterator():
        if Card.stored.filter(type=redirect.type, slug=redirect.slug).exists():
            yield f"{redirect.type} {redirect.slug}: is an address and leads elsewhere"
    for kept in (name_words, term_counts, term_sets):
        yield from kept.differences()


def _row(part):
    return (part.whole, part.rank, part.sort, part.group, part.value, part.start, part.end)


def _compare(wanted, around):
    cards = Card.stored.filter(public_id__in=[public_id for _, public_id in wanted])
    cards = cards.select_related("search_text", "own_words", "head").prefetch_related(
        "terms", "points", "spans", "gives", "search_names"
    )
    present = {(card.type, card.public_id): card for card in cards}
    gives = _gives(present.values())
    for key, (text, parent) in wanted.items():
        name = f"{key[0]} {key[1]}"
        card = present.get(key)
        if card is None:
            yield f"{name}: has no card"
        elif card.body != text:
            yield f"{name}: the card is not what the record says"
        elif card.parent != parent:
            yield f"{name}: the card is part of another record"
        else:
            yield from (f"{name}: {what}" for what in _derived(card, gives[card.pk]))
            yield from (f"{name}: {what}" for what in _misplaced(orjson.loads(card.body), around))


def _misplaced(body, around):
    """Places that are not found in all that they lie in, so that a list of a country lacks them."""
    own = [body] if body["type"] == "location" else []
    shown = fields_of(body["type"]).places(body)
    for place in [*own, *shown, *(each["location"] for each in body.get("reach", ()))]:
        if place["within"] != around[place["id"]]:
            yield f"{place['slug']} is not found in all that it lies in"


def _gives(cards):
    """{key of a card: what it should give to its wholes}."""
    found = defaultdict(list)
    for card, *row in reach.rows_for_wholes([(card, orjson.loads(card.body)) for card in cards]):
        found[card].append(tuple(row))
    return found


def _derived(card, gives):
    """What follows from the body, compared with what the tables hold."""
    body = orjson.loads(card.body)
    keys = index.name_keys(body)
    if card.slug != (body["slug"] or card.public_id.hex):
        yield "the slug differs"
    if (card.name_en, card.name_be, card.name_ru) != (keys["en"], keys["be"], keys["ru"]):
        yield "the sort keys of the name differ"
    if (card.start, card.end, card.uncertain) != index.span_of(body):
        yield "the dates differ"
    if (card.active_start, card.active_end, card.gaps) != index.active_of(body):
        yield "the time with that of its parts differs"
    spans = index.spans_of(body) if card.gaps else []
    if sorted((span.start, span.end) for span in card.spans.all()) != sorted(spans):
        yield "the spans of its time differ"
    if sorted(map(_row, card.gives.all()), key=str) != sorted(gives, key=str):
        yield "what it gives to its wholes differs"
    if card.sort != index.sort_of(body, declared[card.type].order):
        yield "the default order differs"
    terms = [(term.group, term.value) for term in card.terms.all()]
    if sorted(terms) != sorted(index.terms_of(body)) or any(
        (term.type, term.sort) != (card.type, card.sort) for term in card.terms.all()
    ):
        yield "the terms differ"
    points = {((point.lon, point.lat), point.own) for point in card.points.all()}
    own = {(point, True) for point in index.points_of(body)}
    if points != own | {(point, False) for point in index.reached_points(body)}:
        yield "the points differ"
    head = getattr(card, "head", None)
    if [getattr(head, name, None) for name in index_rows.HEAD[:-1]] != [*heads.row_of(body)]:
        yield "what maps say of it differs"
    yield from _searched(card, body)


def _searched(card, body):
    if sorted(n.name for n in card.search_names.all()) != sorted(index.found_by(body)):
        yield "the names in the search differ"
    names, words, own = index_rows.searched(body)
    if (card.search_text.names, card.search_text.words) != (names, words):
        yield "the words in the search differ"
    if card.own_words.words != own:
        yield "the words that it says itself differ"
