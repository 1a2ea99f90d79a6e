"""Partials that have few outcomes and stand in each row: what they say is remembered."""

from functools import lru_cache

from django import template
from django.template.loader import get_template
from django.utils.translation import get_language

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
