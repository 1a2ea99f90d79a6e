from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from registry.cards.read import read
from registry.pages.addresses import addresses, data_addresses, with_etag

from .models import Term


@require_safe
@with_etag
def glossary(request):
    """The terms that the registry uses, scheme by scheme, each with its sources."""
    cards = Term.objects.public().order_by(f"name_{get_language()}", "public_id")
    terms = [read(card, request) for card in cards]
    schemes = [
        (scheme, [t for t in terms if t["scheme"] == scheme])
        for scheme in reversed(Term.Scheme.values)
    ]
    context = {
        "schemes": [(scheme, found) for scheme, found in schemes if found],
        "data": data_addresses("term"),
        **addresses(request, request.path),
    }
    return render(request, "pages/glossary.html", context)
