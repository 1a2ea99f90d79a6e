"""What stands at the address of one record; the same for its page and for the API."""

import re
from dataclasses import dataclass
from datetime import date
from functools import cache
from uuid import UUID

from django.db.models import Q

from registry.middleware.busy import Withheld

from .index import SLUG
from .models import Card, Redirect, Successor, Tombstone
from .prepared import Prepared

IDENTITY = re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Found:
    card: Card


@dataclass(frozen=True)
class Moved:
    """It has another address now."""

    type: str
    slug: str


@dataclass(frozen=True)
class Gone:
    """It was public, and this is all that is still said of it."""

    type: str
    id: UUID
    day: date


@dataclass(frozen=True)
class Missing:
    """It is hidden, or in review, or never was: nobody can tell."""


def resolve(card_type, name):
    """The record of this slug or public id; one query if it is there."""
    found = _resolve(card_type, name)
    if not isinstance(found, Found) and is_withheld(card_type, name):
        raise Withheld(name)
    return found


def is_withheld(card_type, name):
    if IDENTITY.fullmatch(name):
        of = Q(public_id=UUID(name))
    elif not SLUG.fullmatch(name):
        return False
    else:
        former = Redirect.objects.filter(type=card_type, slug=name).values("public_id")
        of = Q(slug=name) | Q(public_id__in=former)
    return Card.stored.of(card_type).filter(of, deferred__isnull=False).exists()


def _resolve(card_type, name):
    is_identity, is_slug = IDENTITY.fullmatch(name), SLUG.fullmatch(name)
    if is_slug and not is_identity and (found := called(card_type).found(name)):
        return Found(found[0])
    cards, tombstones = Card.objects.of(card_type), Tombstone.objects.filter(type=card_type)
    if is_identity:
        public_id = UUID(name)
        if found := identified(card_type).found(public_id):
            return Found(found[0])
        return _gone(tombstones.filter(public_id=public_id))
    if not is_slug:
        return Missing()
    redirect = Redirect.objects.filter(type=card_type, slug=name).first()
    if redirect is None:
        return _gone(tombstones.filter(slug_hash=Tombstone.hash_of(name)))
    card = cards.filter(public_id=redirect.public_id).first()
    if card:
        return Moved(card_type, card.slug)
    return _gone(tombstones.filter(public_id=redirect.public_id))


@cache
def called(card_type):
    return Prepared(lambda slug: Card.objects.of(card_type).filter(slug=slug))


@cache
def identified(card_type):
    return Prepared(lambda identity: Card.objects.of(card_type).filter(public_id=identity))


def _gone(tombstones):
    tombstone = tombstones.filter(gone=True).order_by("-number").first()
    if tombstone is None:
        return Missing()
    into = Successor.objects.last_of(tombstone.type, tombstone.public_id)
    return _one_with(tombstone, into) if into else _told(tombstone)


def _told(tombstone):
    return Gone(tombstone.type, tombstone.public_id, tombstone.on)


def _one_with(tombstone, into):
    """It is one with another record, and there is what the other is: moved, hidden or gone."""
    if card := Card.objects.of(tombstone.type).filter(public_id=into).first():
        return Moved(card.type, card.slug)
    if Card.stored.of(tombstone.type).filter(public_id=into).exists():
        raise Withheld(str(into))
    other = Tombstone.objects.filter(type=tombstone.type, public_id=into, gone=True)
    return _told(tombstone) if other.exists() else Missing()
