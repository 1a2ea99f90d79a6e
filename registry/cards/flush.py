"""The one place that writes cards. It runs inside the transaction of the change that it follows."""

from dataclasses import dataclass
from functools import partial
from itertools import chain
from uuid import UUID

import orjson
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from . import deferral, former_addresses, index_rows, reach
from .clock import today
from .declarations import declaration_of, declared, dump, of_entries, render, render_places
from .loader import RelatedLoader, batches
from .models import Card, CardBit, Counter, Deferred, DeferredReference, Tombstone
from .models.change_numbers import forget_texts
from .patches import lost_sources, patched, renamed, renumbered
from .sql import listed

# So many stored cards are patched at once.
PATCHED = 2000


@dataclass
class Change:
    """What a card is to be: its body and text, and the record whose card it is part of."""

    type: str
    public_id: UUID
    owner: UUID
    body: dict
    text: str
    card: Card | None  # the one that is stored
    kept: tuple | None = None  # the number and moment of one that is only written anew
    old: dict | None = None  # the body of the one that is stored

    @property
    def slug(self):
        return self.body["slug"]

    @property
    def moves(self):
        """Whether the address is another than that of the stored card, if there is one."""
        return self.card is None or self.card.slug != (self.slug or self.public_id.hex)


class Flush:
    """Renders records anew and stores what changed, under change numbers of its own.

    Locking the counter is the first act: it orders the numbers, so that a reader who has seen n
    misses nothing later, and it keeps a second writer from rendering what this one has not
    committed yet. Equal bytes keep their number.

    `guard` looks on while bodies are replaced; `counter` is that which is locked already.
    """

    def __init__(self, guard=None, counter=None):
        self.guard = guard
        self.counter = counter or Counter.lock()
        self.begun = self.counter.number
        self.now = timezone.now()
        self.shown = RelatedLoader()
        self.outdated = set()  # ids of wholes whose parts may give something else than before
        self.settling = False  # whether parts may have given something else meanwhile
        self.around = set()  # ids of wholes in which names are exchanged
        self.rendered = {}  # (model, key): the row, with those that its card shows

    def render(self, model, keys, redacted=(), force=False):
        """Bring the cards of these rows up to date; the old addresses of `redacted` are lost.

        `settle` does the same for the wholes of what changed, once all that changed is written.
        """
        for many in batches(sorted(keys), index_rows.MANY):
            public = self._hide(model, many, many, redacted)
            for batch in batches(public):
                rendered = render(model, batch, self.shown).values()
                if len(public) == 1:  # which somebody may be looking at: of many nobody asks
                    self.rendered |= {(model, instance.pk): instance for instance, _ in rendered}
                bodies = {instance.public_id: body for instance, body in rendered}
                reach.fill(model.card_type, bodies)
                self.store(
                    model.card_type,
                    bodies,
                    redacted={i.public_id for i, _ in rendered if i.pk in redacted},
                    force=force,
                )
                self.lift(model.card_type, bodies)

    def patch(self, model, keys, references, placed=()):
        """Bring cards up to date in which references may have changed, and in some the places."""
        for batch in batches(sorted(keys), PATCHED):
            # With the place comes a venue, which is a text.
            public = self._hide(model, batch, placed)
            done = self._rename(model, public, references) if not placed else set()
            public = {key: public_id for key, public_id in public.items() if public_id not in done}
            if not public:
                continue
            stored = Card.stored.of(model.card_type).filter(public_id__in=public.values())
            # In the order in which they were shown: that of their new numbers.
            stored = stored.order_by("number")
            old = {
                public_id: orjson.loads(body)
                for public_id, body in stored.values_list("public_id", "body")
            }
            where = self._places(model, [key for key in public if key in placed])
            new = {
                public_id: patched(body, references) | where.get(public_id, {})
                for public_id, body in old.items()
            }
            lost = [public_id for public_id in new if lost_sources(old[public_id], new[public_id])]
            if lost:
                cited = declaration_of(model).serializer.cited(model, lost)
                new |= {each: renumbered(new[each], cited[each]) for each in lost}
            self.store(model.card_type, new, known=old)
            self.render(model, [key for key, public_id in public.items() if public_id not in old])

    def _rename(self, model, ids, references):
        """Exchange names in those of these cards, {key: public id}, in which nothing else changes,
        in their wholes and in the wholes of these; the public ids of those that are done."""
        if not any(references.values()):
            return set()
        own = Q(type=model.card_type, public_id__in=ids.values())
        cards = Card.stored.filter(own | Q(parent__in=ids.values()))
        found, done = self._exchange(cards, references)
        while wholes := index_rows.wholes_of(list(found)) - self.around:
            self.around |= wholes
            cards = Card.objects.filter(type__in=reach.wholes_in_order())
            found, well = self._exchange(cards.filter(public_id__in=listed(wholes)), references)
            self.outdated |= set(found.values()) - well
        return done

    def _exchange(self, cards, references):
        """({key: public id}, those of the ids of which nothing is left to do) of the cards, whose
        names of these references are exchanged."""
        found, left, changes, changed = {}, set(), [], []
        rows = cards.order_by("number").values_list("pk", "public_id", "parent", "body")
        for key, public_id, parent, text in rows:
            found[key] = parent or public_id
            after, before = renamed(text, references) or (None, [])
            if before:
                changes.append((key, after, before))
                changed.append(public_id)
            elif after is None:
                left.add(found[key])
        if changes:
            _forget_at_the_end(changed)
            self._take_up([key for key, *_ in changes])
            rows = [(text, self.next_number(), self.now, key) for key, text, _ in changes]
            index_rows.update(Card, ("body", "number", "updated_at"), "id", rows)
            index_rows.rename(changes)
            self.counter.save(update_fields=["number"])
        return found, set(found.values()) - left

    def _places(self, model, keys):
        found = {}
        for batch in batches(keys):
            found |= render_places(model, batch, self.shown)
        return found

    def _hide(self, model, keys, anew, redacted=()):
        """Take away the cards of those that are not public; {key: public id} of those that are.
        The texts of all but those `anew` are as they were.

        The database decides: what falls by the thousand is not read row by row.
        """
        fates = model.fates(keys)
        model.note_fates(fates, anew)
        hidden = {public_id: gone for _, public_id, public, gone, _ in fates if not public}
        ids = {public_id for key, public_id, *_ in fates if key in redacted}
        if hidden:
            self.remove(model.card_type, hidden, ids & hidden.keys())
        return {key: public_id for key, public_id, public, *_ in fates if public}

    def store(self, card_type, bodies, redacted=(), force=False, known=None):
        """Write the cards of these records: {public id: body}; `known` are those they have."""
        former_addresses.redact(card_type, redacted)
        wanted = {}
        for public_id, body in bodies.items():
            for part in (body, *cards_cut_from(body)):
                wanted[part["type"], UUID(part["id"])] = (part, public_id)
        own = Q(type=card_type, public_id__in=bodies)
        within = [key for key in wanted if key[0] != card_type]
        types = sorted({key[0] for key in within})
        parts = Q(type__in=types, public_id__in=[key[1] for key in within])
        present = {
            (card.type, card.public_id): card
            # In the order in which they were shown: no trace of how the rows are stored.
            for card in Card.stored.filter(own | parts | Q(parent__in=bodies)).order_by("number")
        }
        if self.guard:
            self._tell(card_type, bodies, present)
        withheld = set(Deferred.objects.values_list("card", flat=True) if force else ())
        changes = []
        for key, (body, owner) in wanted.items():
            text, card = dump(body), present.get(key)
            parent = owner if owner != key[1] else None
            if card is None or (card.body, card.parent) != (text, parent):
                changes.append(Change(*key, owner, body, text, card))
            elif force:
                # One that is withheld gets a new number: whoever asked meanwhile has missed it.
                kept = None if card.pk in withheld else (card.number, card.updated_at)
                changes.append(Change(*key, owner, body, text, card, kept))
        self._take_away([card for key, card in present.items() if key not in wanted], {}, redacted)
        for each in changes:
            if each.card and not force:
                old = (known or {}).get(each.public_id)
                each.old = old or orjson.loads(each.card.body)
        self._put(changes, redacted, force)

    def _tell(self, card_type, bodies, present):
        """The guard is told what changes, before it does."""
        before = {public_id: present.get((card_type, public_id)) for public_id in bodies}
        changes = [
            (public_id, card and card.body, bodies[public_id])
            for public_id, card in before.items()
            if card is None or card.body != dump(bodies[public_id])
        ]
        if changes:
            self.guard(card_type, changes)

    def remove(self, card_type, gone, redacted=()):
        """Take cards away: {public id: whether the record is withdrawn, not only hidden}."""
        former_addresses.redact(card_type, redacted)
        own = Q(type=card_type, public_id__in=gone)
        cards = Card.stored.filter(own | Q(parent__in=gone)).order_by("number")
        cards = list(cards if self.guard else cards.defer("body"))
        if self.guard and (own := [card for card in cards if card.type == card_type]):
            self.guard(card_type, [(card.public_id, card.body, None) for card in own])
        self._take_away(cards, gone, redacted)
        former_addresses.mark_gone(card_type, gone)

    def _take_away(self, cards, gone, redacted):
        """All deletion of cards."""
        if not cards:
            return
        self._remove([card.pk for card in cards])
        # This process may not be asked for a page for long.
        _forget_at_the_end(card.public_id for card in cards)
        day = today()
        for card_type in {card.type for card in cards}:
            ids = [card.public_id for card in cards if card.type == card_type]
            Tombstone.objects.filter(type=card_type, public_id__in=ids).delete()
        index_rows.insert(
            Tombstone,
            ("type", "public_id", "number", "on", "slug_hash", "gone"),
            [
                (
                    card.type,
                    card.public_id,
                    self.next_number(),
                    day,
                    "" if card.public_id in redacted else Tombstone.hash_of(card.slug),
                    gone.get(card.parent or card.public_id, True),
                )
                for card in cards
            ],
        )
        self.counter.save(update_fields=["number"])

    def _put(self, changes, redacted=(), force=False):
        """All writing of bodies."""
        if not changes:
            return
        # What was called otherwise is compared with that.
        _forget_at_the_end(each.public_id for each in changes)
        # Before there is room: of two that swap addresses no redirect may be left over.
        former_addresses.lead_on([each for each in changes if each.public_id not in redacted])
        former_addresses.make_room(changes)
        bits = self._remove_stored(changes) if force else {}
        new, held, stored = [], [], []
        for each in changes:
            number, updated_at = each.kept or (self.next_number(), self.now)
            values = index_rows.columns_of(
                each.body, each.public_id, each.owner, each.text, each.old
            )
            values |= {"number": number, "updated_at": updated_at}
            if each.old:
                stored.append((each.card, values, each.old, each.body))
            else:
                card = Card(type=each.type, public_id=each.public_id, **values)
                new.append((card, each.body))
                held.append(each.card and bits.get(each.card.pk))
        if new:
            index_rows.create([card for card, _ in new], [body for _, body in new], held)
        if stored:
            self._take_up([card.pk for card, *_ in stored])
            self.outdated |= reach.wholes_at(
                old["slug"]
                for _, _, old, body in stored
                if body["type"] == "location" and body["point"] != old["point"]
            )
            index_rows.change(stored)
        given = [
            (card, old, body)
            for card, _, old, body in stored
            if self.settling or reach.gives_otherwise(old, body)
        ]
        self.outdated |= index_rows.give(new, given)
        self.counter.save(update_fields=["number"])

    def _remove_stored(self, changes):
        """The cards that are stored go, to be written anew: {key: bit} of them.

        Numbers stay, and so do pages: whoever has read the sets looks for the same cards by them.
        """
        keys = [each.card.pk for each in changes if each.card]
        bits = dict(CardBit.stored.filter(card__in=listed(keys)).values_list("card", "bit"))
        self._remove(keys)
        return bits

    def _take_up(self, keys):
        if self.counter.deferring:
            deferral.take_up(keys)

    def _remove(self, keys):
        self._take_up(keys)
        self.outdated |= index_rows.wholes_of(keys)
        index_rows.remove(keys)

    def defer(self, since):
        """Cards are withheld, after this key, to be written later: see `deferral`."""
        deferral.withhold_around(since)
        self.counter.deferring = True
        self.next_number()  # for whoever asks whether anything has changed
        self.counter.save(update_fields=["number", "deferring"])

    def lift(self, card_type, public_ids):
        """These are written. They are seen again under new numbers: whoever asked for changes while
        they were withheld has missed them."""
        if not self.counter.deferring:
            return
        own = Q(type=card_type, public_id__in=public_ids) | Q(parent__in=public_ids)
        cards = Card.stored.filter(own, deferred__isnull=False).order_by("number")
        cards = list(cards.values_list("pk", "number"))
        seen_before = [key for key, number in cards if number <= self.begun]
        numbered = [(self.next_number(), key) for key in seen_before]
        index_rows.update(Card, ("number",), "id", numbered)
        self.counter.save(update_fields=["number"])
        self._take_up(keys := [key for key, _ in cards])
        index_rows.delete(Deferred, "card", keys)
        self.outdated |= index_rows.wholes_of(keys)

    def next_share(self, number):
        """So many of the cards that are to be written; see `deferral`."""
        share = deferral.next_share(number)
        if not share and not Deferred.objects.exists():
            DeferredReference.objects.all().delete()
            self.counter.deferring = False
            self.counter.save(update_fields=["deferring"])
        return share

    def settle(self):
        """Write into the wholes what their parts give now, and what they give on: equal bytes and
        equal rows stop it. Those that are withheld have a turn of their own, after all their parts.
        """
        self.settling = True
        full = set()  # keys of those that name not all, once each: programmes may stand in circles
        for card_type in reach.wholes_in_order():
            others = set()  # ids of other types, or of what has no card
            while left := sorted(self.outdated - others):
                for ids in batches(left):
                    cards = Card.objects.of(card_type).filter(public_id__in=ids).order_by("number")
                    stored = [(card, orjson.loads(card.body)) for card in cards]
                    bodies = {card.public_id: body for card, body in stored}
                    others.update(set(ids) - bodies.keys())
                    self.outdated -= bodies.keys()
                    # What is not named here, and is called otherwise, may be named by their wholes.
                    beyond = {card.pk for card, body in stored if body["reach_beyond"]} - full
                    full |= beyond
                    reach.fill(card_type, bodies)
                    self.store(card_type, bodies)
                    same = [(card, b, b) for card, b in stored if card.body == dump(b)]
                    self.outdated |= index_rows.give([], same)
                    self.outdated |= index_rows.wholes_of(sorted(beyond))
        self.outdated.clear()
        self.settling = False

    def sweep(self):
        """Bury the cards whose records are no more."""
        for declaration in of_entries():
            ids = declaration.model._base_manager.values_list("public_id", flat=True)
            lost = Card.stored.of(declaration.type).exclude(public_id__in=ids)
            gone = lost.values_list("public_id", flat=True)
            self.remove(declaration.type, dict.fromkeys(gone, True))

    def next_number(self):
        self.counter.number += 1
        return self.counter.number


def cards_cut_from(body):
    """The cards that a body carries within it: each reported figure is one of its own."""
    return chain.from_iterable(each.cut(body) for each in declared.values() if each.cut)


def _forget_at_the_end(public_ids):
    transaction.on_commit(partial(forget_texts, [str(each) for each in public_ids]))
