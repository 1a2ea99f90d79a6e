"""The page on what the registry is."""

from django.conf import settings
from django.shortcuts import render
from django.views.decorators.http import require_safe

from registry.pages.addresses import addresses, with_etag


@require_safe
@with_etag
def about(request):
    context = {"answer_days": settings.ANSWER_DAYS, **addresses(request, request.path)}
    return render(request, "pages/about.html", context)
