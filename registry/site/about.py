"""The page on what the registry is."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from registry.pages.addresses import addresses, with_etag


@require_safe
@with_etag
def about(request):
    return render(request, "pages/about.html", addresses(request, request.path))
