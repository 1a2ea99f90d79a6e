"""How long something lasted, where its beginning and its end are two dates of their own."""

from django import template
from django.utils.translation import get_language

from registry.values.dates import lasting, lasting_text

register = template.Library()


@register.simple_tag
def lasted(start, end):
    """ "2010–2015", "until 2015", "from 2010", in the grammar of the language.

    Each side is a date of a card, or its EDTF text, or nothing.
    """
    sides = (side["edtf"] if isinstance(side, dict) else side or "" for side in (start, end))
    return lasting_text(lasting(*sides))[get_language()]
