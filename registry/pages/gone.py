"""The page of what was public and is withdrawn: 410, and nothing of what it said."""

from django.shortcuts import render


def withdrawn_page(request, gone):
    """`gone` is a `registry.cards.lookup.Gone`: the type, the id and the day."""
    return render(request, "410.html", {"gone": gone}, status=410)
