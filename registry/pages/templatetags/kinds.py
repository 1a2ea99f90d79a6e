"""Kinds, codes and collections in words, and how a row of each is drawn."""

from functools import cache

from django import template
from django.core.exceptions import FieldDoesNotExist
from django.utils.text import capfirst

from registry.cards.declarations import declared, list_address
from registry.cards.statuses import Status

register = template.Library()


@cache
def _choices(card_type, path):
    """{value: lazy label} of a column of the record, or of one of its parts: "roles.role"."""
    model = declared[card_type].described_by
    *relations, column = path.split(".")
    for relation in relations:
        model = model._meta.get_field(relation).related_model
    try:
        # The labels are lazy: what is kept for the process is said in each reader's language.
        return dict(model._meta.get_field(column).flatchoices)
    except FieldDoesNotExist:  # follows from other columns: the codes stand in the model
        return dict(getattr(model, column.capitalize()).choices)


@register.simple_tag
def choice_label(value, card_type, path):
    """The name of a code: `{% choice_label card.kind "programme" "kind" %}`."""
    if not value:
        return ""
    if path == "status" and declared[card_type].has_status_of_day:
        return Status(value).label
    return _choices(card_type, path).get(value, value)


@register.filter
def type_name(card_type):
    """Programme, Event …"""
    return capfirst(declared[card_type].name)


@register.filter
def collection_name(card_type):
    """Programmes, Events …"""
    return capfirst(declared[card_type].plural)


@register.filter
def collection(card_type):
    """What the API calls all of them: programmes, events …"""
    return declared[card_type].collection


@register.filter
def row_template(card_type):
    """The partial that shows one record of this type in a list."""
    return f"rows/{card_type}.html"


@register.filter
def item(mapping, key):
    return mapping.get(key)


@register.filter
def list_url(card_type):
    """The path of the list of all records of the type."""
    return list_address(card_type)
