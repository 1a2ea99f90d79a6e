"""A page as a whole, which is drawn anew only when something that it shows is another."""

from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import get_language

from registry.cards.clock import today
from registry.cards.models.change_numbers import drawn


def whole_page(request, template_name, context, is_written=None):
    """What `render` gives. With each save a page is asked for anew, and shows mostly what it has
    shown: then what it is made of is read, and nothing is drawn.

    Each name that it says stands in the context with the id of its record. `is_written`: whether
    the address holds what somebody wrote, which is drawn for them alone; else any query is.
    """
    if bool(request.GET) if is_written is None else is_written:
        return render(request, template_name, context)

    def draw():
        return render_to_string(template_name, context, request)

    address = request.build_absolute_uri()
    return HttpResponse(
        drawn(draw, template_name, address, get_language(), today().isoformat(), context)
    )
