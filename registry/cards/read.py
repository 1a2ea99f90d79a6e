"""A card as it is given out: its body, and what depends on the address, the day and the reader."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date
from functools import cache, cached_property

import orjson
from django.urls import reverse

from registry.values.texts import in_language

from . import statuses
from .clock import today
from .declarations import declared, page_address
from .fields import fields_of
from .heads import ALWAYS_GIVEN
from .models import Card
from .private_django import Planned, statement_of, stored_rows
from .replicas import reading

# What is read of a card to give it out.
READ = ("slug", "number", "body", "updated_at", "start", "end", "uncertain")


class Reader:
    """Gives out cards of one type; what is the same for all of them is worked out once.

    A card is whatever has the attributes that `columns` names.
    """

    def __init__(self, card_type, request, language=None, fields=None, day=None):
        self.type, self.language, self.fields = card_type, language, fields
        self.base = request.build_absolute_uri(card_address(card_type, "", language)[:-1])
        self.addressed = "url" not in declared[card_type].keys
        self.computed = declared[card_type].has_status_of_day
        self.day = day or today()

    @cached_property
    def told(self):
        """What else than the card its reading depends on."""
        return [self.base, self.language, self.fields, self.day]

    @cached_property
    def keys(self):
        """What is asked for, in the order of the card."""
        asked = {*(self.fields or ()), *ALWAYS_GIVEN}
        return [key for key in fields_of(self.type) if not self.fields or key in asked]

    @cached_property
    def _end(self):
        """What stands in a stored text behind all that is asked for, or None."""
        stored = declared[self.type].keys
        last = max(place for place, key in enumerate(stored) if key in self.keys)
        return f',"{stored[last + 1]}":' if last + 1 < len(stored) else None

    @property
    def columns(self):
        """What is read of each card: less of it where less is asked for."""
        if not self.fields:
            return READ
        columns = ["body"]
        if self.addressed and "url" in self.keys:
            columns.append("slug")
        if self.computed and "status" in self.keys:
            columns += ["start", "end", "uncertain"]
        return [*columns, *(["updated_at"] if "updated_at" in self.keys else [])]

    def url(self, card):
        return f"{self.base}{card.slug}/"

    def identity(self, card):
        return identity_of(self.type, card)

    def text(self, card):
        """The stored text with `url`, computed `status` and `updated_at` put in, not parsed.

        A quotation mark within a string is escaped in JSON, so `,"start":` is a key wherever it
        stands; and nothing before the card's own has such a key.
        """
        body, last = card.body, f',"updated_at":"{rfc3339(card.updated_at)}"}}'
        if not self.addressed:
            return f"{body[:-1]}{last}"
        name = body.index(',"name":')
        head = f'{body[:name]},"url":"{self.url(card)}"'
        if not self.computed:
            return f"{head}{body[name:-1]}{last}"
        start = body.index(',"start":', name)
        status = statuses.status_of(card, self.day)
        return f'{head}{body[name:start]},"status":"{status}"{body[start:-1]}{last}'

    def json(self, card):
        """What is sent of the card, as JSON: the stored text, or what is left of it."""
        if self.language or self.fields:
            return orjson.dumps(self.record(card))
        return self.text(card).encode()

    def whole(self, card):
        """The card as a dictionary in all languages, the keys in any order; with `fields` those
        and maybe others."""
        record = self._parsed(card.body)
        if "updated_at" in self.keys:
            record["updated_at"] = rfc3339(card.updated_at)
        if self.addressed and "url" in self.keys:
            record["url"] = self.url(card)
        if self.computed and "status" in self.keys:
            record["status"] = statuses.status_of(card, self.day)
        return record

    def _parsed(self, body):
        """No more of the text is parsed than holds what is asked for.

        Where a key of that name stands within another before, the text is cut within that one: an
        object is left open, and never taken for the card.
        """
        end = body.find(self._end) if self._end else -1
        if end > 0:
            with suppress(orjson.JSONDecodeError):
                return orjson.loads(f"{body[:end]}}}")
        return orjson.loads(body)

    def record(self, card):
        """The card as a dictionary; with a language each text is a string, or null."""
        if self.fields:
            found = self.whole(card)
            record = {key: found[key] for key in self.keys if key in found}
        else:
            record = orjson.loads(self.text(card))
        return in_language(record, self.language) if self.language else record


def identity_of(card_type, card):
    """The public id: the second key of every stored text."""
    if isinstance(card, Unread):
        return card.identity
    first = len(card_type) + len('{"type":"","id":"')
    return card.body[first : first + 36]


def times_of(card_type, card):
    """{"start", "end"}, and no more of the text is parsed; None if it is not written so."""
    if isinstance(card, Unread):
        return card.times
    if (behind := _behind_times(card_type)) is None:
        return None
    start = card.body.index(',"start":', card.body.index(',"name":'))
    return orjson.loads(f"{{{card.body[start + 1 : card.body.index(behind, start)]}}}")


@cache
def _behind_times(card_type):
    """What stands in a stored text behind `start` and `end`, or None without these."""
    stored = list(declared[card_type].keys)
    if "start" not in stored:
        return None
    place = stored.index("start")
    one_by_one = stored[place + 1 : place + 2] == ["end"] and len(stored) > place + 2
    return f',"{stored[place + 2]}":' if one_by_one else None


class Record(Mapping):
    """A card as a dictionary that is parsed when something of it is asked for but its type and its
    days, by which many are put in order: where all that shows it was drawn before, nothing is."""

    def __init__(self, reader, card):
        self.reader, self.card = reader, card

    @cached_property
    def parsed(self):
        return self.reader.record(self.card)

    def told(self):
        """What tells it from all others, in what is kept of it (`registry.cards.pieces`): in one
        registry a card is another with each number, and read otherwise by another reader."""
        reader, card = self.reader, self.card
        return {"id": reader.identity(card), "number": card.number, "by": reader.told}

    @cached_property
    def _times(self):
        return times_of(self.reader.type, self.card)

    def __getitem__(self, key):
        if key == "type":
            return self.reader.type
        if key in ("start", "end") and "parsed" not in vars(self) and self._times:
            return self._times[key]
        return self.parsed[key]

    def __iter__(self):
        return iter(self.parsed)

    def __len__(self):
        return len(self.parsed)

    def __or__(self, other):
        return self.parsed | other


class Vanished(Exception):
    """A card went, or came, while a list was shown that is kept."""


class Unread:
    """A card of a list that is kept, of which it is known what tells it from all others, and where
    it stands among them. `others`: of the same list, which are all read when anything else is
    asked of one; where each has been drawn before, nothing is."""

    def __init__(self, card_type, kept, others):
        self.type, self.others = card_type, others
        self.pk, self.identity, self.number = kept["key"], kept["id"], kept["number"]
        self.start, self.end = (date.fromisoformat(kept[side]) for side in ("start", "end"))
        self.times = kept["times"]
        others.append(self)

    def __getattr__(self, name):
        if "card" not in vars(self):
            cards = by_keys([each.pk for each in self.others])
            for each in self.others:
                each.card = cards.get(each.pk)
        if self.card is None:
            raise Vanished
        return getattr(self.card, name)


def kept_of(card):
    """What `Unread` is made of, as JSON has it."""
    return {
        "id": identity_of(card.type, card),
        "key": card.pk,
        "number": card.number,
        "start": card.start,
        "end": card.end,
        "times": times_of(card.type, card),
    }


def by_keys(keys):
    """{key: card} of those of these keys that somebody may read, by one query."""
    if not keys:
        return {}
    keys = list(keys)
    keys += keys[-1:] * ((1 << (len(keys) - 1).bit_length()) - len(keys))  # as `Prepared` does
    found = stored_rows(Card, reading(), _looked_up(len(keys)), keys)
    return {card.pk: card for card in found}


@cache
def _looked_up(number):
    """The statement for so many keys."""
    keys = range(1, number + 1)
    cards = Card.objects.filter(pk__in=keys)
    statement, _keys = statement_of(cards.only("type", "public_id", "sort", *READ))
    return Planned(statement)


def rfc3339(time):
    """RFC 3339 in UTC."""
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


def read(card, request, language=None, fields=None, day=None):
    """One card as a dictionary."""
    return Reader(card.type, request, language, fields, day).record(card)


def read_all(cards, request, day=None):
    """Cards of any types, each as a `Record`."""
    readers = {}
    for card in cards:
        if card.type not in readers:
            readers[card.type] = Reader(card.type, request, day=day)
    return [Record(readers[card.type], card) for card in cards]


def card_address(card_type, slug, language=None):
    """The path of the card's page, or of its place in the API where it has no page."""
    if declared[card_type].has_page:
        return page_address(card_type, slug, language or "en")
    return f"{data_address(card_type)}{slug}/"


@cache
def data_address(card_type):
    """The path of the collection in the API."""
    return reverse(f"api:{declared[card_type].collection}-list")


def printed_in(sources):
    """The language of words that stand as the sources have them, where all of these have one."""
    languages = {source["language"] for source in sources}
    return languages.pop() if len(languages) == 1 else None
