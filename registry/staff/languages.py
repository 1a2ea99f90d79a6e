"""The switch of languages on every page of the staff."""

from datetime import timedelta

from django.conf import settings
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from registry.middleware.language import STAFF_COOKIE
from registry.values.texts import OWN_NAMES


@require_POST
def choose_language(request):
    """The same page again, in the language that was chosen."""
    here, home = request.POST.get("next", ""), reverse("admin:index")
    ours = url_has_allowed_host_and_scheme(here, {request.get_host()}, request.is_secure())
    response = redirect(here if ours and here.startswith(home) else home)
    if (code := request.POST.get("language")) in OWN_NAMES:
        response.set_cookie(
            STAFF_COOKIE,
            code,
            max_age=timedelta(days=365),
            path=home,  # no page of the public knows it
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
    return response
