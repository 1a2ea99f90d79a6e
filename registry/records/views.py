from django.shortcuts import render
from django.views.decorators.http import require_safe

from registry.listings.reading import read
from registry.listings.views import addresses, data_addresses, fresh, in_order

from .models import Term


@require_safe
@fresh
def glossary(request):
    """The terms that the registry uses, scheme by scheme, each with its sources."""
    terms = [read(card, request) for card in in_order("term", Term.objects.public())]
    schemes = [
        (scheme, [t for t in terms if t["scheme"] == scheme])
        for scheme in reversed(Term.Scheme.values)
    ]
    context = {
        "schemes": [(scheme, found) for scheme, found in schemes if found],
        "data": data_addresses("term"),
        **addresses(request, request.path),
    }
    return render(request, "glossary.html", context)
