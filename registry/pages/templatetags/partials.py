"""Partials of what they are given alone: what they say is remembered, or kept until it changes."""

from functools import lru_cache

from django import template
from django.template.loader import get_template
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from registry.cards.clock import today
from registry.cards.models.change_numbers import drawn

register = template.Library()


@register.simple_tag
def remembered(name, **values):
    """A partial of plain values and the language alone, rendered once in a process for each of
    these: `{% remembered "widgets/status.html" status=card.status type=card.type %}`.

    It is given no request, and what depends on the day comes as a value.
    """
    return _rendered(name, get_language(), **values)


# 1 and True are one key unless their types count.
@lru_cache(maxsize=4096, typed=True)
def _rendered(name, language, **values):
    return get_template(name).render(values)


@register.simple_tag
def piece(name, /, **values):
    """A partial of cards, the language and the day, drawn anew when one of these has changed:
    `{% piece "rows/programme.html" card=card here=here %}`.

    It is given no request. Each name that it says stands in the values with the id of its record.
    """

    def draw():
        return get_template(name).render(values)

    text = drawn(draw, name, get_language(), today().isoformat(), values)
    return mark_safe(text)  # noqa: S308 - a template has drawn it


@register.simple_tag
def pieces(name, cards, **values):
    """A `piece` of each of these cards, one after the other."""
    return mark_safe("\n".join(piece(name, card=card, **values) for card in cards))  # noqa: S308
