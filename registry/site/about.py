"""The page on what the registry is."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from registry.pages.addresses import addresses, fresh


@require_safe
@fresh
def about(request):
    return render(request, "about.html", addresses(request, request.path))
