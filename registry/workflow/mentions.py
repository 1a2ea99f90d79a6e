"""Who says a name: the search that a withdrawal makes in all that others say in public.

It is the long part of a withdrawal, so it can be made before the transaction, and in it again of
what has changed since. What counts as saying a name is defined in `scan`.
"""

from collections import defaultdict
from functools import reduce
from operator import or_

import orjson
from django.db.models import Max, Q

from registry.cards.declarations import declared
from registry.cards.every_text import readable_words
from registry.cards.finer import paths_to_places
from registry.cards.models import Card, Counter, OwnWords, Redirect
from registry.cards.sql import listed
from registry.records.models import State, WaitingWords

from .scan import bodies, body_says_one, mentions, sought
from .spellings import spellings


def mentioning_their_places(model, keys):
    """Those of the keys whose cards may say a name of a place in which the record is, or of one
    around it: few of many, so that only these need be looked at closely."""
    where = defaultdict(set)
    for path in paths_to_places(model):
        rows = model._base_manager.filter(pk__in=keys).exclude(**{path: None})
        for key, place in rows.values_list("pk", path):
            where[key].add(place)
    if not where:
        return []
    pieces = _pieces_of_places({place for places in where.values() for place in places})
    ids = dict(model._base_manager.filter(pk__in=where).values_list("public_id", "pk"))
    cards = OwnWords.stored.filter(card__type=model.card_type, card__public_id__in=ids)
    return [
        ids[public_id]
        for public_id, said in cards.values_list("card__public_id", "words")
        if any(piece in said for place in where[ids[public_id]] for piece in pieces[place])
    ]


def _pieces_of_places(keys):
    """{key: pieces of the names of the place and of those around it}."""
    model = declared["location"].model
    places = model.objects.filter(pk__in=keys).prefetch_related(model.above)
    own, found = {}, {}
    for place in places.prefetch_related("other_names"):
        around = [place, *place.ancestors()]
        for each in around:
            if each.pk not in own:
                own[each.pk] = {piece for name in spellings(each) for piece in sought(name)}
        found[place.pk] = set().union(*(own[each.pk] for each in around))
    return found


class MentionSearch:
    """The records and the old addresses that say one of these names, given as folded words."""

    def __init__(self, names):
        self.names = names
        self.pieces = sorted({piece for name in self.names for piece in sought(name)})
        self.cards = {}  # {(type, public id): None}, in order
        self.waiting = {}
        self.addresses = {}  # {key of the redirect: public id}
        self.seen = self.redirect = -1  # the newest number and redirect that were looked at

    def look(self):
        """Look at all, or at what came after the last time; returns {model: keys} of records."""
        if self.pieces:
            # Read before the rest: what comes meanwhile is looked at twice rather than not at all.
            newest = Counter.current().number
            self._look_at_cards()
            self._look_at_what_waits()
            self._look_at_addresses()
            self.seen = newest
        found = defaultdict(set)
        for card_type, public_id in (*self.cards, *self.waiting):
            found[card_type].add(public_id)
        return {
            declared[each].model: set(
                # Not what is gone, whose card may still wait to be taken away.
                declared[each]
                .model.objects.filter(public_id__in=ids, state=State.PUBLIC)
                .values_list("pk", flat=True)
            )
            for each, ids in found.items()
        }

    def _look_at_cards(self):
        # Empty are those that no `cards --rebuild` has filled since they are kept.
        told = OwnWords.stored.filter(self._holding("words") | Q(words=""))
        if self.seen >= 0:  # what has changed may say it no longer
            newer = Card.stored.filter(number__gt=self.seen)
            changed = list(newer.values_list("type", "public_id", "pk"))
            for *key, _ in changed:
                self.cards.pop(tuple(key), None)
            # By their keys: asked for by the number as well, SQLite reads all texts.
            told = told.filter(card__in=listed(pk for *_, pk in changed))
        cards = Card.stored.filter(parent=None, pk__in=listed(told.values_list("card", flat=True)))
        for card in cards.only("type", "public_id", "body"):
            if self.in_body(orjson.loads(card.body)):
                self.cards[card.type, card.public_id] = None

    def _look_at_what_waits(self):
        self.waiting = {}
        # All of it each time: what has no card has no change number that tells what is newer.
        told = defaultdict(list)
        rows = WaitingWords.objects.filter(self._holding("words")).values_list("type", "public_id")
        for card_type, public_id in rows:
            told[card_type].append(public_id)
        for card_type, ids in told.items():
            for entry, body in bodies(declared[card_type].model.objects.filter(public_id__in=ids)):
                if self.in_body(body):
                    self.waiting[card_type, entry.public_id] = None

    def _look_at_addresses(self):
        newest = Redirect.objects.aggregate(newest=Max("pk"))["newest"] or 0
        rows = Redirect.objects.filter(pk__gt=self.redirect).values_list("pk", "slug", "public_id")
        self.addresses |= {key: owner for key, slug, owner in rows if self.in_address(slug)}
        self.redirect = newest

    def _holding(self, column):
        return reduce(or_, (Q(**{f"{column}__contains": piece}) for piece in self.pieces))

    def in_body(self, body):
        return body_says_one(body, self.names)

    def in_address(self, slug):
        words = readable_words(slug)
        return any(mentions(words, name) for name in self.names)
