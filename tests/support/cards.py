"""Helpers of several tests."""

import json

from registry.cards.models import Card, Counter


def card_of(record):
    return Card.objects.filter(type=record.card_type, public_id=record.public_id).first()


def body_of(record):
    return json.loads(card_of(record).body)


def number_of(record):
    return card_of(record).number


def newest():
    return Counter.current().number


def set_values(record, **values):
    record.refresh_from_db()
    for name, value in values.items():
        setattr(record, name, value)
    record.save()
