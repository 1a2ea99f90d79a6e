"""The list of records that may be the same, and what is said while somebody types a name."""

from dataclasses import dataclass

import orjson
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.cards.declarations import declared
from registry.records.models import Entry, LikelyPair, LookedFor, State
from registry.values.texts import LANGUAGES
from registry.workflow.groups import PUBLISH
from registry.workflow.likeness import mergeable, names_like, reasons, traits_of
from registry.workflow.merging import may_merge
from registry.workflow.rights import may, visible

from .todo import MOST, Number

SHOWN = 25


@dataclass(frozen=True)
class Pair:
    row: LikelyPair
    one: Entry
    other: Entry
    reasons: list

    @property
    def kind(self):
        return capfirst(self.one._meta.verbose_name)

    @property
    def address(self):
        """Where they are seen side by side: the one that is public, or older, stays."""
        stays, goes = sorted(
            (self.one, self.other), key=lambda each: (each.state != State.PUBLIC, each.pk)
        )
        return f"{_at(stays, 'merge')}?with={goes.pk}"

    @property
    def both(self):
        return [(each, _at(each, "change")) for each in (self.one, self.other)]


def _at(entry, page):
    meta = entry._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_{page}", args=[entry.pk])


def kinds_to_merge(user):
    return {m.card_type: m for m in mergeable() if may(user, PUBLISH, m) and may(user, "change", m)}


def likely_pairs(user):
    return LikelyPair.objects.open().filter(card_type__in=kinds_to_merge(user))


def number_likely(user):
    """[(in words, [how many pairs there are])], if there are any."""
    count = likely_pairs(user)[: MOST + 1].count() if kinds_to_merge(user) else 0
    at = reverse("admin:likely_pairs")
    return [(_("may be the same"), [Number(_("pairs"), count, at)])] if count else []


def likely_list(site, request):
    """The likeliest first; each POST says of one that they are two."""
    if not kinds_to_merge(request.user):
        raise PermissionDenied
    if request.method == "POST":
        return _settle(request)
    rows = likely_pairs(request.user)
    looked = LookedFor.objects.order_by("at").first()
    context = site.each_context(request) | {
        "title": gettext("These may be the same"),
        "number": rows[: MOST + 1].count(),
        "pairs": list(_pairs(rows[:SHOWN], request.user)),
        "looked": looked and looked.at,
    }
    return render(request, "admin/records/likely.html", context)


def _pairs(rows, user):
    """Those of which both exist for this person."""
    rows, traits = list(rows), {}
    for card_type, model in kinds_to_merge(user).items():
        ids = {i for row in rows if row.card_type == card_type for i in (row.one, row.other)}
        if ids:
            traits |= traits_of(visible(model.objects.filter(public_id__in=ids), user))
    for row in rows:
        one, other = traits.get(row.one), traits.get(row.other)
        if one and other and not (one.entry.is_gone or other.entry.is_gone):
            yield Pair(row, one.entry, other.entry, reasons(one, other))


def _settle(request):
    key = request.POST.get("two", "")
    rows = likely_pairs(request.user)
    row = rows.filter(pk=int(key[:18]) if key.isdecimal() else 0).first()
    if row is None:
        raise Http404
    model = declared[row.card_type].model
    both = model.objects.filter(public_id__in=[row.one, row.other])
    if not may_merge(request.user, *both):
        raise PermissionDenied
    row.settle(request.user)
    return redirect("admin:likely_pairs")


def alike_view(request):
    """JSON: the records whose names are like what is being typed, for whoever may write of them."""
    model = {each.card_type: each for each in mergeable()}.get(request.GET.get("kind", ""))
    if model is None or not may(request.user, "view", model):
        raise PermissionDenied
    key = request.GET.get("not", "")
    but = model.objects.filter(pk=int(key[:18])).first() if key.isdecimal() else None
    typed = [request.GET.get("name", "").strip()[:250]]
    said = {"asked": gettext("Is it this one?"), "found": alike(model, typed, request.user, but)}
    return HttpResponse(orjson.dumps(said), content_type="application/json")


def alike(model, typed, user, but=None):
    """[{"name", "state", "address"}] of records with names like these."""
    return [
        {
            "name": str(each),
            "state": "" if each.state == State.PUBLIC else str(each.get_state_display()),
            "address": _at(each, "change"),
        }
        for each in names_like(model, typed, user, but)
    ]


def names_typed(data):
    return [data.get(f"name_{code}", "").strip()[:250] for code in LANGUAGES]


def tell_of_alike(request, entry):
    """After a first save, for whoever was told of none while they typed."""
    typed = [getattr(entry, f"name_{code}") for code in LANGUAGES]
    found = alike(type(entry), typed, request.user, entry) if entry.is_mergeable else []
    links = format_html_join(
        ", ", '<a href="{}">{}</a>', ((e["address"], e["name"]) for e in found)
    )
    if found:
        messages.warning(request, format_html("{} {}", gettext("Is it this one?"), links))
