"""The one place that writes cards. It runs inside the transaction of the change that it follows."""

from collections import defaultdict
from uuid import UUID

import orjson
from django.db import connection
from django.db.models import DateField, Q, UUIDField
from django.utils import timezone

from . import index, reach
from .clock import today
from .declarations import declared, dump, render
from .models import (
    Card,
    CardPart,
    CardPoint,
    CardSpan,
    CardTerm,
    Counter,
    Redirect,
    SearchName,
    SearchText,
    Tombstone,
)
from .shown import Shown, batches

GIVEN = ("card", "whole", "rank", "sort", "group", "value", "start", "end")


class Flush:
    """Renders records anew and stores what changed, under change numbers of its own.

    Locking the counter is the first act: it orders the numbers, so that a reader who has seen n
    misses nothing later, and it keeps a second writer from rendering what this one has not
    committed yet. Equal bytes keep their number.

    `watch` looks on while bodies are replaced: it is called with the type and, for each card that
    comes, goes or changes, its (public id, old text or None, new body or None).
    """

    def __init__(self, watch=None):
        self.watch = watch
        self.counter = Counter.lock()
        self.now = timezone.now()
        self.shown = Shown()
        self.outdated = set()  # ids of wholes whose parts may give something else than before

    def render(self, model, keys, redacted=(), force=False):
        """Bring the cards of these rows up to date; the old addresses of `redacted` are lost.

        `settle` does the same for the wholes of what changed, once all that changed is written.
        """
        for batch in batches(sorted(keys)):
            rendered = render(model, batch, self.shown).values()
            bodies = {i.public_id: body for i, body in rendered if body is not None}
            reach.fill(model.card_type, bodies)
            self.store(
                model.card_type,
                {instance.public_id: body for instance, body in rendered},
                gone={i.public_id: i.is_gone for i, body in rendered if body is None},
                redacted={i.public_id for i, _ in rendered if i.pk in redacted},
                force=force,
            )

    def store(self, card_type, bodies, gone=None, redacted=(), force=False):
        """Write cards: {public id: body, or None to take it away}."""
        wanted = {}
        for public_id, body in bodies.items():
            if body is not None:
                for part in (body, *parts_of(body)):
                    wanted[part["type"], UUID(part["id"])] = (part, public_id)
        gone = gone or {}
        own = Q(type=card_type, public_id__in=bodies)
        parts = Q(type="figure", public_id__in=[key[1] for key in wanted if key[0] == "figure"])
        present = {
            (card.type, card.public_id): card
            # In the order in which they were shown: no trace of how the rows are stored.
            for card in Card.objects.filter(own | parts | Q(parent__in=bodies)).order_by("number")
        }
        texts = {key: dump(body) for key, (body, _) in wanted.items()}
        if self.watch:
            before = {public_id: present.get((card_type, public_id)) for public_id in bodies}
            self.watch(
                card_type,
                [
                    (public_id, card and card.body, bodies[public_id])
                    for public_id, card in before.items()
                    if (card and card.body) != texts.get((card_type, public_id))
                ],
            )
        changed = [
            key for key in wanted if force or key not in present or present[key].body != texts[key]
        ]
        removed = [key for key in present if key not in wanted]
        if redacted:
            Redirect.objects.filter(type=card_type, public_id__in=redacted).delete()
            # An address that was public until the record went back to review is lost as well.
            Tombstone.objects.filter(type=card_type, public_id__in=redacted).update(slug_hash="")
        if not changed and not removed:
            self._mark_gone(card_type, gone)
            return
        kept = {}
        for key in changed:
            card = present.get(key)
            if card and card.body == texts[key]:
                kept[key] = (card.number, card.updated_at)
            # A card whose slug was freed for another has left its address to that one.
            moved = card and card.slug not in (wanted[key][0]["slug"], card.public_id.hex)
            if moved and key[1] not in redacted:
                self._move(card)
        self._delete([present[key] for key in [*changed, *removed] if key in present])
        self._free_slugs(card_type, [wanted[key][0]["slug"] for key in changed])
        for key in removed:
            card = present[key]
            slug = "" if key[1] in redacted else card.slug
            self._bury(card, slug, gone.get(card.parent or card.public_id, True))
        self._mark_gone(card_type, gone)
        self._write([(key, *wanted[key], texts[key], kept.get(key)) for key in changed])
        self.counter.save(update_fields=["number"])

    def settle(self):
        """Write into the wholes what their parts give now. Equal bytes stop it from going on."""
        for card_type in reach.wholes_in_order():
            while batch := self._outdated(card_type):
                bodies = {card.public_id: orjson.loads(card.body) for card in batch}
                reach.fill(card_type, bodies)
                self.store(card_type, bodies)
        self.outdated.clear()

    def _outdated(self, card_type):
        """Some of the cards of the type that are to be brought up to date, and no longer are so."""
        for ids in batches(sorted(self.outdated)):
            cards = list(Card.objects.of(card_type).filter(public_id__in=ids).order_by("number"))
            if cards:
                self.outdated -= {card.public_id for card in cards}
                return cards
        return []

    def sweep(self):
        """Bury the cards whose records are no more."""
        for declaration in declared.values():
            ids = declaration.model._base_manager.values_list("public_id", flat=True)
            lost = Card.objects.of(declaration.type).exclude(public_id__in=ids)
            orphans = list(lost.values_list("public_id", flat=True))
            self.store(declaration.type, dict.fromkeys(orphans), gone=dict.fromkeys(orphans, True))

    def next_number(self):
        self.counter.number += 1
        return self.counter.number

    def _write(self, rows):
        cards = []
        for (card_type, public_id), body, owner, text, kept in rows:
            number, updated_at = kept or (self.next_number(), self.now)
            start, end, uncertain = index.span_of(body)
            active_start, active_end, gaps = index.active_of(body)
            keys = index.name_keys(body)
            card = Card(
                type=card_type,
                public_id=public_id,
                slug=body["slug"] or public_id.hex,
                number=number,
                body=text,
                updated_at=updated_at,
                parent=owner if owner != public_id else None,
                sort=index.sort_of(body, order_of(card_type)),
                name_en=keys["en"],
                name_be=keys["be"],
                name_ru=keys["ru"],
                start=start,
                end=end,
                uncertain=uncertain,
                active_start=active_start,
                active_end=active_end,
                gaps=gaps,
            )
            cards.append(card)
        shown = defaultdict(list)
        for (card_type, public_id), body, *_ in rows:
            shown[card_type].append((public_id, body["slug"]))
        for card_type, found in shown.items():
            public_ids, slugs = zip(*found, strict=True)
            Tombstone.objects.filter(type=card_type, public_id__in=public_ids).delete()
            Redirect.objects.filter(type=card_type, slug__in=filter(None, slugs)).delete()
        Card.objects.bulk_create(cards, batch_size=1000)
        self._derive([(card, body) for card, (_, body, *_) in zip(cards, rows, strict=True)])

    def _derive(self, rows):
        """The rows beside new cards."""
        terms, points, spans, names, texts = [], [], [], [], []
        for card, body in rows:
            terms += [
                (card.pk, card.type, group, value, card.sort)
                for group, value in sorted(index.terms_of(body))
            ]
            points += [(card.pk, *point, True) for point in sorted(index.points_of(body))]
            points += [(card.pk, *point, False) for point in sorted(index.reached_points(body))]
            spans += [(card.pk, *span) for span in index.spans_of(body) if card.gaps]
            folded = index.names_of(body)
            names += [(card.pk, card.type, name[:250]) for name in folded]
            words = {word for name in folded for word in name.split()}
            held = (words, index.words_of(body), index.besides_of(body))
            texts.append((card.pk, *(" ".join(sorted(words)) for words in held)))
        _insert(CardTerm, ("card", "type", "group", "value", "sort"), terms)
        _insert(CardPoint, ("card", "lon", "lat", "own"), points)
        _insert(CardSpan, ("card", "start", "end"), spans)
        _insert(SearchName, ("card", "type", "name"), names)
        _insert(SearchText, ("card", "names", "words", "besides"), texts)
        gives = list(reach.given(rows))
        _insert(CardPart, GIVEN, gives)
        self.outdated |= {whole for _, whole, *_ in gives}

    def _delete(self, cards):
        """The cards and all rows beside them; their wholes lose what they gave."""
        keys = [card.pk for card in cards]
        gave = CardPart.objects.filter(card__in=keys)
        self.outdated.update(gave.values_list("whole", flat=True).distinct())
        for model in (CardTerm, CardPoint, CardSpan, CardPart, SearchName, SearchText):
            model.objects.filter(card__in=keys)._raw_delete("default")
        Card.objects.filter(pk__in=keys)._raw_delete("default")

    def _free_slugs(self, card_type, slugs):
        """Two records may swap addresses in one transaction: the second is rendered later."""
        for card in Card.objects.filter(type=card_type, slug__in=filter(None, slugs)):
            Card.objects.filter(pk=card.pk).update(slug=card.public_id.hex)

    def moved(self, card_type, public_id, slug):
        """Its address changed while it was hidden: the one that was public leads on."""
        hidden = Tombstone.objects.filter(type=card_type, public_id=public_id)
        if hidden.filter(slug_hash=Tombstone.hash_of(slug)).exists():
            Redirect.objects.update_or_create(
                type=card_type, slug=slug, defaults={"public_id": public_id}
            )

    def forget(self, redirects):
        """These old addresses lead nowhere from now on."""
        Redirect.objects.filter(pk__in=redirects).delete()

    def _move(self, card):
        Redirect.objects.update_or_create(
            type=card.type, slug=card.slug, defaults={"public_id": card.public_id}
        )

    def _bury(self, card, slug, gone):
        Tombstone.objects.update_or_create(
            type=card.type,
            public_id=card.public_id,
            defaults={
                "number": self.next_number(),
                "on": today(),
                "slug_hash": Tombstone.hash_of(slug) if slug else "",
                "gone": gone,
            },
        )

    def _mark_gone(self, card_type, gone):
        """A record back in review is a 404; once withdrawn, the page says that it was."""
        for state in (True, False):
            ids = [public_id for public_id, is_gone in gone.items() if is_gone is state]
            Tombstone.objects.filter(type=card_type, public_id__in=ids).exclude(gone=state).update(
                gone=state
            )


def _insert(model, fields, rows):
    """Some thirty rows stand beside a card: as instances they would take half of the flush."""
    quote = connection.ops.quote_name
    columns = [model._meta.get_field(name) for name in fields]
    places = ", ".join(["%s"] * len(fields))
    typed = [n for n, c in enumerate(columns) if isinstance(c, (DateField, UUIDField))]
    if typed:
        rows = [list(row) for row in rows]
        for row in rows:
            for n in typed:
                row[n] = columns[n].get_db_prep_save(row[n], connection)
    columns = ", ".join(quote(column.column) for column in columns)
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(
                f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places})",  # noqa: S608
                rows,
            )


def parts_of(body):
    """The cards that a body carries within it: each reported figure is one of its own."""
    if not body.get("figures"):
        return
    record = {key: body[key] for key in ("type", "id", "slug", "name")}
    sources = {source["key"]: source for source in body["sources"]}
    for figure in body["figures"]:
        source = sources.get(figure["source"])
        yield {
            "type": "figure",
            "id": figure["id"],
            "slug": None,
            "name": figure["label"],
            "record": record,
            **{key: value for key, value in figure.items() if key not in ("id", "label")},
            "source": source and {key: source[key] for key in source if key != "key"},
            "locations": body.get("locations", []),
        }


def order_of(card_type):
    return "name" if card_type == "figure" else declared[card_type].order
