"""Lists under names: their filters and words, as somebody keeps them to find them again.

Kept are only the parameters for which the list itself has filters, its words and its order. What a
kept list finds, and how much, is what the reader's own list finds: one that asks for what this
person may not filter by is not shown to them at all.
"""

from copy import copy
from dataclasses import dataclass

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ORDER_VAR, SEARCH_VAR
from django.core.exceptions import SuspiciousOperation
from django.db import IntegrityError, transaction
from django.db.models import Case, Q, When
from django.http import Http404, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.views.decorators.http import require_POST

from registry.cards.declarations import of_entries
from registry.cards.every_text import readable_words
from registry.cards.prepared import Prepared
from registry.cards.private_django import registered
from registry.records.models import SavedList
from registry.workflow.rights import sees_gone
from registry.workflow.scan import mentions
from registry.workflow.spellings import spellings_of_withdrawn

from .lists import BoundedPaginator
from .todo import MOST as COUNTED

MOST = 20  # of one's own, and as many that others share


def _of(labels):
    rows = SavedList.objects.filter(kind__in=labels).select_related("owner")
    return rows.only("kind", "name", "asked", "is_shared", "owner__username")


def _seen(labels, user):
    # One's own first: of what others share there may be more than is shown.
    is_others = Case(When(owner=user, then=0), default=1)
    rows = _of(labels).filter(Q(owner=user) | Q(is_shared=True))
    return rows.order_by(is_others, "name", "pk")[: 2 * MOST]


SEEN = Prepared(_seen)


@dataclass(frozen=True)
class Shown:
    """A kept list as this person finds it."""

    row: SavedList
    page: admin.ModelAdmin
    is_answered: bool  # by the list, which may have lost a filter since
    found: int | None  # None where nobody counted
    is_own: bool

    @property
    def address(self):
        return f"{list_address(self.page)}?{self.row.asked}"

    @property
    def kind(self):
        return capfirst(self.page.opts.verbose_name_plural)

    @property
    def number(self):
        if self.found is None:
            return ""
        return str(self.found) if self.found <= COUNTED else f"{COUNTED}+"

    @property
    def form(self):
        return NameForm(instance=self.row, auto_id=f"id_{self.row.pk}_%s")


class NameForm(forms.ModelForm):
    class Meta:
        model = SavedList
        fields = ["name", "is_shared"]


def list_address(page):
    return reverse(f"admin:{page.opts.app_label}_{page.opts.model_name}_changelist")


def pages(site, request):
    """{label of its model: the list} of those that this person sees."""
    found = registered(site).items()
    return {of._meta.label: page for of, page in found if page.has_view_permission(request)}


class Unread(BoundedPaginator):
    """For a list of which nothing is asked but its number."""

    is_read = False


class Uncounted(Unread):
    """And not that: whether there is one."""

    count = 0


def opened(page, request, asked, counted=True):
    """The list as it is when it is asked so, or None where it does not answer that."""
    page = copy(page)
    page.paginator = Unread if counted else Uncounted
    there = copy(request)
    there.method, there.GET = "GET", QueryDict(asked)
    try:
        found = page.get_changelist_instance(there)
    except (IncorrectLookupParameters, SuspiciousOperation):
        return None
    chosen = [each for each in found.filter_specs if isinstance(each, admin.SimpleListFilter)]
    offered = all(each.value() in (None, *dict(each.lookup_choices)) for each in chosen)
    return found if offered and there.GET.keys() <= parameters(found) else None


def parameters(changelist):
    """Those that the list has filters for, its words and its order."""
    own = {name for each in changelist.filter_specs for name in each.expected_parameters()}
    return own | {SEARCH_VAR, ORDER_VAR}


def kept(changelist, query):
    """Of a query what would be kept of it, in one order: "" if it asks for nothing."""
    found = QueryDict(mutable=True)
    for name in sorted(parameters(changelist) & query.keys()):
        found.setlist(name, [value for value in query.getlist(name) if value and "\0" not in value])
    return found.urlencode()


def shown_lists(site, request, page=None):
    """Those of this person and those that others share, of all lists with what each finds, or of
    one, whose page must not cost more for each of them: [Shown]"""
    seen = pages(site, request)
    labels = [page.model._meta.label] if page else [*seen]
    user = request.user
    found = SEEN.joined(labels, user.pk)
    own = [row for row in found if row.owner_id == user.pk][:MOST]
    others = [row for row in found if row.owner_id != user.pk][:MOST]
    rows = [*own, *_sayable(others, user)]
    found = [_shown(seen, request, row, counted=page is None) for row in rows]
    return [each for each in found if each.is_own or each.is_answered]


def _shown(seen, request, row, counted):
    page = seen[row.kind]
    changelist = opened(page, request, row.asked, counted)
    found = changelist.result_count if changelist and counted else None
    return Shown(row, page, changelist is not None, found, row.owner_id == request.user.pk)


def _sayable(rows, user):
    """Those of others that tell this person nothing of what was withdrawn."""
    if not rows or any(sees_gone(user, each.model) for each in of_entries()):
        return rows
    gone = spellings_of_withdrawn()
    said = {row.pk: readable_words(f"{row.name} {_words(row)}") for row in rows}
    return [row for row in rows if not any(mentions(said[row.pk], name) for name in gone)]


def _words(row):
    return " ".join(" ".join(values) for _name, values in QueryDict(row.asked).lists())


def lists_view(site, request):
    """The names that somebody has given, to change them; a POST keeps another list."""
    if request.method == "POST":
        return _keep(site, request)
    context = site.each_context(request) | {
        "title": gettext("Saved lists"),
        "lists": [each for each in shown_lists(site, request) if each.is_own],
    }
    return render(request, "admin/records/saved_lists.html", context)


def _keep(site, request):
    page = pages(site, request).get(request.POST.get("kind", ""))
    plain = page and opened(page, request, "")
    if plain is None:
        raise Http404
    asked = kept(plain, QueryDict(request.POST.get("asked", "")[:2000]))
    row = SavedList(owner=request.user, kind=page.model._meta.label, asked=asked)
    form = NameForm(request.POST, instance=row)
    if refusal := _refusal(page, request, form):
        messages.error(request, refusal)
    else:
        own = {"owner": row.owner, "kind": row.kind, "name": row.name}
        values = {"asked": asked, "is_shared": row.is_shared}
        SavedList.objects.update_or_create(**own, defaults=values)
        messages.success(request, gettext("Saved: “%(name)s”.") % {"name": row.name})
    return redirect(f"{list_address(page)}?{asked}")


def _refusal(page, request, form):
    """Why the list is not kept, or None."""
    asked = form.instance.asked
    if not form.is_valid():
        return gettext("Give the list a name of at most 80 characters.")
    if not asked or opened(page, request, asked) is None:
        return gettext("Nothing to save: filter the list or search in it first.")
    if len(asked) > SavedList._meta.get_field("asked").max_length:
        return gettext("This search is too long to be saved.")
    others = SavedList.objects.filter(~Q(kind=form.instance.kind, name=form.instance.name))
    if others.filter(owner=request.user).count() >= MOST:
        sentence = gettext("You have %(count)d saved lists already: delete one of them first.")
        return sentence % {"count": MOST}
    return None


@require_POST
def list_view(request, pk):
    """Renames one's own, shares it or not, or deletes it."""
    row = SavedList.objects.filter(pk=pk, owner=request.user).first()
    if row is None:
        raise Http404
    name, form = row.name, NameForm(request.POST, instance=row)
    if "_delete" in request.POST:
        row.delete()
        messages.success(request, gettext("Deleted: “%(name)s”.") % {"name": name})
    elif not form.is_valid():
        messages.error(request, gettext("Give the list a name of at most 80 characters."))
    else:
        try:
            with transaction.atomic():
                form.save()
            messages.success(request, gettext("Saved: “%(name)s”.") % {"name": row.name})
        except IntegrityError:
            sentence = gettext("Another of your lists has this name: “%(name)s”.")
            messages.error(request, sentence % {"name": row.name})
    return redirect("admin:saved_lists")
