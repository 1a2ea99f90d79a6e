from django import template

from ..formats import FORMATS, formats_of

register = template.Library()


@register.simple_tag
def downloads(card_type, address):
    """The formats of a list: [{"label", "address"}], with `why` instead where it cannot have one.

    The address is that of the list in the API.
    """
    offered = formats_of(card_type)
    address += "&" if "?" in address else "?"
    found = {}
    for each in FORMATS:
        if each in offered:
            found[each.format] = {"label": each.label, "address": f"{address}format={each.format}"}
        elif each.lacks and each.format not in found:
            found[each.format] = {"label": each.label, "why": each.lacks}
    return list(found.values())
