"""A form is saved once, however often it is sent, and nothing that was typed into it is lost.

Each form carries an id of its own, signed for the person to whom it was shown. To a new record it
is its `public_id`, which the database holds to be unique: Back and Save again, or two clicks, add
nothing a second time. The script in the browser (keep-typed.js) keeps what is typed under that id
and forgets it when the reply to saving names it.
"""

import uuid

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.csrf import csrf_failure

from registry.middleware.typed import FORM_ID as FIELD
from registry.middleware.typed import typed_text

COOKIE = "saved_form"
_SIGNER = Signer(salt="registry.staff.form")


def form_id(request):
    """That of the form which was sent, or a new one."""
    sent = request.POST.get(FIELD, "")
    if id_in(sent, request.user):
        return sent
    return _SIGNER.sign_object([str(uuid.uuid4()), request.user.pk])


def id_in(text, user):
    """The UUID in a form's id, if it was shown to this person; else None."""
    try:
        key, whose = _SIGNER.unsign_object(text)
    except (BadSignature, ValueError, TypeError):
        return None
    return uuid.UUID(key) if whose == user.pk else None


def id_of_row(request, number):
    """That of one record among several which the form adds; "" if the form has none."""
    whole = id_in(request.POST.get(FIELD, ""), request.user)
    if whole is None:
        return ""
    return _SIGNER.sign_object([str(uuid.uuid5(whole, str(number))), request.user.pk])


def tell_saved(request, response):
    """The browser reads it on the page that follows, forgets the form, and takes it away."""
    if FIELD in request.POST:
        response.set_cookie(
            COOKIE,
            form_id(request),
            max_age=60,
            path="/admin/",
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Strict",
        )
    return response


def refused_for_csrf(request, reason=""):
    """Of the form of an entry what it held is given back; never of one with a password in it."""
    if not (request.user.is_staff and id_in(request.POST.get(FIELD, ""), request.user)):
        return csrf_failure(request, reason)
    sentence = gettext(
        "We could not tell that this form came from you: cookies may be "
        "switched off, or you logged in again in another tab. Nothing was "
        "saved. Go back, reload the page and save again. What you typed is "
        "below."
    )
    context = {"title": gettext("Not saved"), "sentence": sentence}
    context["typed"] = typed_text(request.POST)
    return render(request, "admin/records/not_saved.html", context, status=403)
