"""The page on which an administrator publishes their own record, and the list that others see."""

from dataclasses import dataclass

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.cards.changeset import writing
from registry.records.models import Entry, PublishedAlone
from registry.workflow.acts import ACTS, Refused
from registry.workflow.alone import BY_ONE, may_publish_alone, obstacle_alone, publish_alone
from registry.workflow.rights import accepts

from .bundle_page import CHANGED, all_that_it_says, all_that_they_say
from .lists import tell_of_readers
from .sections import faults
from .start_page import entries_of, kinds_to_publish, published_alone

SHOWN = 10  # with all that they say; the others come as these are seen


class AloneForm(forms.Form):
    seen_version = forms.IntegerField(widget=forms.HiddenInput)
    reason = PublishedAlone._meta.get_field("reason").formfield(
        label=_("why nobody else can look at it first"),
        help_text=_("Your reason is kept in the history, with your name."),
    )


class AloneMixin:
    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_publish_alone"
        view = self.admin_site.admin_view(self.publish_alone_view)
        return [path("<int:pk>/publish-alone/", view, name=name), *super().get_urls()]

    def publish_alone_view(self, request, pk):
        entry = self._seen_or_404(request, str(pk))
        if not may_publish_alone(request.user, entry):
            raise PermissionDenied
        form, obstacle = AloneForm(initial={"seen_version": entry.version}), None
        if request.method == "POST":
            form = AloneForm(request.POST)
            if form.is_valid():
                try:
                    self._publish_alone(request, pk, **form.cleaned_data)
                    return redirect("admin:index")
                except Refused as refusal:
                    obstacle = refusal
        return self._show_alone(request, entry, form, obstacle)

    def _publish_alone(self, request, pk, seen_version, reason):
        with writing(by=request.user):
            entry = self.locked(self.get_queryset(request), pk).get()
            if entry.version != seen_version:
                raise Refused(str(CHANGED))
            publish_alone(entry, request.user, reason)
            self.log_change(request, entry, BY_ONE.kept(reason=reason))
        tell_of_readers(request, entry, ACTS["publish"])

    def _show_alone(self, request, entry, form, obstacle):
        stands = obstacle or obstacle_alone(entry, request.user)
        context = self.admin_site.each_context(request) | {
            "title": gettext("Publish alone"),
            "subtitle": str(entry),
            "original": entry,
            "opts": self.opts,
            "form": form,
            "faults": list(faults(form, [])),
            "refused": [stands.sentence, *stands.hits] if stands else [],
            "sections": all_that_it_says(entry, request.user),
        }
        status = 409 if obstacle else 200
        return render(request, "admin/records/alone.html", context, status=status)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None and request.method == "GET":
            context["may_publish_alone"] = may_publish_alone(request.user, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)


@dataclass(frozen=True)
class Published:
    row: PublishedAlone
    entry: Entry
    own: bool
    sections: list

    @property
    def at(self):
        return self._page("change")

    @property
    def history(self):
        return self._page("history")

    def _page(self, name):
        meta = self.entry._meta
        return reverse(f"admin:{meta.app_label}_{meta.model_name}_{name}", args=[self.entry.pk])


def alone_list(site, request):
    """What was published by one person and is not seen yet, the oldest first; each POST settles
    one of them."""
    if not kinds_to_publish(request.user):
        raise PermissionDenied
    if request.method == "POST":
        return _see(request)
    rows = published_alone(request.user).unseen().select_related("author")
    seen = published_alone(request.user).exclude(seen_at=None).select_related("author", "seen_by")
    context = site.each_context(request) | {
        "title": gettext("Published by one person"),
        "number": rows.count(),
        "items": _items(rows[:SHOWN], request.user, in_full=True),
        "seen": _items(seen.order_by("-seen_at")[:SHOWN], request.user),
    }
    return render(request, "admin/records/published_alone.html", context)


def _items(rows, user, in_full=False):
    entries = entries_of(rows, user)
    says = all_that_they_say([*entries.values()], user) if in_full else {}
    found = ((row, entries[row.card_type, row.public_id]) for row in rows)
    return [Published(row, entry, row.author == user, says.get(entry, [])) for row, entry in found]


def _see(request):
    key = request.POST.get("seen", "")
    row = published_alone(request.user).filter(pk=int(key) if key.isdecimal() else 0).first()
    if row is None:
        raise Http404
    (entry,) = entries_of([row], request.user).values()
    if row.author == request.user or not accepts(request.user, entry):
        raise PermissionDenied
    PublishedAlone.objects.settle(row.pk, request.user)
    return redirect("admin:published_alone")
