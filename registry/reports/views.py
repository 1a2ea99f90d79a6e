"""The forms that the public can send: without account, session, cookie or script."""

from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from registry.cards.declarations import declared
from registry.cards.lookup import Found, Moved, resolve
from registry.cards.read import read
from registry.middleware.typed import sent_from_here
from registry.ops.throttling import HOUR, Window
from registry.pages.addresses import addresses, with_etag

from .forms import ReportForm, SuggestionForm
from .models import REFERENCE, ReportKind

sent = Window(HOUR)


@csrf_exempt  # a token needs a cookie; see `sent_from_here`
@require_http_methods(["GET", "HEAD", "POST"])
def report(request):
    return receive(request) if request.method == "POST" else ask(request)


@with_etag
def ask(request):
    card = public_card(request.GET.get("about", ""))
    if "about" in request.GET and card is None:
        # Hidden, withdrawn and never made look alike, and the address is not repeated.
        return HttpResponseRedirect(request.path)
    form = ReportForm(initial={"kind": request.GET.get("kind", "")})
    return show(request, form, card)


def receive(request):
    typed = typed_here(request)
    card = public_card(typed.get("about", ""))
    form = ReportForm(typed)
    if not form.is_valid():
        return show(request, form, card, status=400)
    if too_many(request):
        return wait(request, form.cleaned_data["text"])
    if card:
        form.instance.about_type = card.type
        form.instance.about_id = card.public_id
        form.instance.about_slug = card.slug
    return thank(keep(form), card)


@csrf_exempt  # as `report`
@require_http_methods(["GET", "HEAD", "POST"])
def suggest(request):
    if request.method != "POST":
        return offer(request)
    form = SuggestionForm(typed_here(request))
    if not form.is_valid():
        return show(request, form, None, "pages/suggest.html", status=400)
    if too_many(request):
        pieces = (form.cleaned_data[name] for name in form.Meta.fields[1:])
        return wait(request, "\n".join(filter(None, pieces)))
    return thank(keep(form))


@with_etag
def offer(request):
    initial = {"suggested": request.GET.get("kind", "")}
    return show(request, SuggestionForm(initial=initial), None, "pages/suggest.html")


def typed_here(request):
    """What a form of ours has sent: {name: text}."""
    if not sent_from_here(request):
        raise PermissionDenied
    # Other encodings can carry files, which are written to disk before anyone looks at them.
    if request.content_type != "application/x-www-form-urlencoded":
        raise BadRequest("A report is sent as a form without files.")
    # Nobody types NUL, databases do not keep it, and no page may hold it.
    return {name: value.replace("\0", "") for name, value in request.POST.items()}


def too_many(request):
    # Counted only once a form has no errors: one with errors uses nothing up.
    return settings.REPORT_RATE and sent.count(request) > settings.REPORT_RATE


def wait(request, typed):
    response = render(request, "429.html", {"typed": typed}, status=429)
    response.headers["Retry-After"] = str(int(sent.wait()) + 1)
    return response


def keep(form):
    form.instance.language = get_language()
    return form.save()


def thank(report, card=None):
    about = {"about": f"{card.type}/{card.slug}"} if card else {}
    query = {"kind": report.kind, "number": report.reference, **about}
    response = redirect(f"{reverse('report-thanks')}?{urlencode(query, safe='/')}")
    # 303 makes a GET of the POST; 302 leaves that to the browser (RFC 9110, 15.4).
    response.status_code = 303
    return response


@require_safe
@with_etag
def thanks(request):
    """What happens now: all that it knows of the report stands in the address."""
    number, kind = request.GET.get("number", ""), request.GET.get("kind", "")
    card = public_card(request.GET.get("about", ""))
    context = {
        "about": card and read(card, request),
        "answer_days": settings.ANSWER_DAYS,
        "kind": kind if kind in ReportKind else "",
        # No words of others: whoever makes an address is not quoted by the registry.
        "number": number if REFERENCE.fullmatch(number) else "",
        **addresses(request, request.path),
    }
    return render(request, "pages/report_thanks.html", context)


def show(request, form, card, template="pages/report.html", status=200):
    context = {
        "about": card and read(card, request),
        "form": form,
        **addresses(request, request.path),
    }
    return render(request, template, context, status=status)


def public_card(name):
    """The card of "programme/sport-region", or None for whatever is not public."""
    card_type, _, slug = name.partition("/")
    if card_type not in declared or not declared[card_type].has_page:
        return None
    found = resolve(card_type, slug)
    if isinstance(found, Moved):
        found = resolve(card_type, found.slug)
    return found.card if isinstance(found, Found) else None
