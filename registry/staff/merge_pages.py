"""The pages on which two records that are the same become one, and on which that is undone."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.cards.changeset import writing
from registry.records.models import Merge, OtherName, State
from registry.values.texts import LANGUAGES
from registry.workflow.acts import Refused
from registry.workflow.finer_places import Finer
from registry.workflow.likeness import names_like
from registry.workflow.merging import choices, may_merge, merge, moves, obstacles
from registry.workflow.unmerging import both_of, may_undo, undo

from .bundle_page import CHANGED

FOUND = 20  # records among which the other one is looked for


class MergeForm(forms.Form):
    """Which values stay, and that both records are still what the page showed of them."""

    seen = forms.CharField(widget=forms.HiddenInput)
    names_as = forms.ChoiceField(
        label=_("Names that do not stay become"),
        choices=[
            (OtherName.Kind.ALTERNATIVE, _("other names of today")),
            (OtherName.Kind.FORMER, _("former names")),
        ],
        initial=OtherName.Kind.ALTERNATIVE,
        widget=forms.RadioSelect,
    )

    def __init__(self, survivor, loser, user, data=None):
        super().__init__(data, initial={"seen": f"{survivor.version}-{loser.version}"})
        self.choices = choices(survivor, loser, user)
        for each in self.choices:
            if each.is_open:
                self.fields[each.key] = forms.ChoiceField(
                    label=each.label,
                    choices=[("own", each.own), ("other", each.other)],
                    initial="own",
                    widget=forms.RadioSelect,
                )
        self.order_fields([each.key for each in self.choices])

    @property
    def taken(self):
        return {name for name, value in self.cleaned_data.items() if value == "other"}

    @property
    def given(self):
        """What the survivor has nothing of, and gets."""
        return [each for each in self.choices if not each.is_open]


class MergingMixin:
    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/merge/", view(self.merge_view), name=f"{name}_merge"),
            path("<int:pk>/merges/<int:key>/", view(self.undo_view), name=f"{name}_merged"),
            *super().get_urls(),
        ]

    def merge_view(self, request, pk):
        survivor = self._seen_or_404(request, str(pk))
        if not may_merge(request.user, survivor):
            raise PermissionDenied
        key = request.POST.get("with", request.GET.get("with", ""))
        if not key:
            return self._choose(request, survivor)
        loser = self._seen_or_404(request, key)
        if not may_merge(request.user, loser) or loser == survivor:
            raise PermissionDenied
        form, refused = MergeForm(survivor, loser, request.user, request.POST or None), []
        if request.method == "POST" and form.is_valid():
            try:
                return self._merge(request, survivor, loser, form)
            except Refused as refusal:
                refused = [refusal.sentence, *map(str, refusal.hits)]
        context = self._page_of(survivor, gettext("Make one record of two")) | {
            "loser": loser,
            "loser_at": self._page_at(loser),
            "swapped": f"{self._page_at(loser, 'merge')}?with={survivor.pk}",
            "form": form,
            "moves": moves(loser),
            "refused": refused or obstacles(survivor, loser, request.user),
            "is_shown": loser.state == State.PUBLIC,
        }
        context |= self.admin_site.each_context(request)
        status = 409 if refused else 200
        return render(request, "admin/records/merge.html", context, status=status)

    def _choose(self, request, survivor):
        """With which one: those with names like it, and a search."""
        typed = request.GET.get("q", "").strip()
        rows = self.get_queryset(request).exclude(pk=survivor.pk)
        if typed:
            found, _more = self.get_search_results(request, rows, typed)
            found = list(found[:FOUND])
        else:
            found = names_like(self.model, _names(survivor), request.user, survivor)
        context = self._page_of(survivor, gettext("Make one record of two")) | {
            "typed": typed,
            "found": [(each, self.choice_label(each)) for each in found],
        }
        context |= self.admin_site.each_context(request)
        return render(request, "admin/records/merge_with.html", context)

    def _merge(self, request, survivor, loser, form):
        with writing(by=request.user):
            rows = self.get_queryset(request)
            keys = sorted([survivor.pk, loser.pk])
            locked = {row.pk: row for row in self.locked(rows.filter(pk__in=keys).order_by("pk"))}
            if [*sorted(locked)] != keys:
                raise Refused(str(CHANGED))
            survivor, loser = locked[survivor.pk], locked[loser.pk]
            if form.cleaned_data["seen"] != f"{survivor.version}-{loser.version}":
                raise Refused(str(CHANGED))
            merge(survivor, loser, request.user, form.taken, form.cleaned_data["names_as"])
            self.log_change(request, survivor, "merged with another")
        messages.success(request, gettext("The two are one record now."))
        return redirect(self._page_at(survivor))

    def undo_view(self, request, pk, key):
        """Seen from the survivor, or from the loser by whoever sees what is withdrawn."""
        entry = self._seen_or_404(request, str(pk))
        if not may_undo(request.user, entry):
            raise PermissionDenied
        rows = Merge.objects.standing().filter(pk=key) & (
            Merge.objects.into(entry) | Merge.objects.of(entry)
        )
        done = rows.select_related("author", "asked_by").first()
        survivor, loser = both_of(done) if done else (None, None)
        if survivor is None or loser is None or not may_undo(request.user, entry):
            raise Http404
        refused = []
        if request.method == "POST":
            try:
                return self._undo(request, done, survivor, loser)
            except Finer as refusal:
                refused = [refusal.sentence, ASKED]
            except Refused as refusal:
                refused = [refusal.sentence, *map(str, refusal.hits)]
        context = self._page_of(entry, gettext("Undo the merge")) | {
            "merge": done,
            "loser": loser,
            "survivor": survivor,
            "refused": refused,
        }
        context |= self.admin_site.each_context(request)
        status = 409 if refused else 200
        return render(request, "admin/records/unmerge.html", context, status=status)

    def _undo(self, request, done, survivor, loser):
        lost = undo(done, request.user)
        self.log_change(request, survivor, "merge undone")
        messages.success(request, gettext("These are two records again."))
        for sentence in lost:
            told = gettext("Not put back: %(what)s") % {"what": sentence}
            messages.warning(request, told)
        return redirect(self._page_at(loser))

    def _page_of(self, entry, title):
        return {"title": title, "subtitle": str(entry), "original": entry, "opts": self.opts}

    def _page_at(self, entry, page="change"):
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}"
        return reverse(name, args=[entry.pk])

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None and self.model.is_mergeable and request.method == "GET":
            context |= self._merges(request.user, obj)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _merges(self, user, entry):
        """What became one with it, for whoever can undo that."""
        if not may_undo(user, entry):
            return {}
        merges = Merge.objects.standing()
        rows = (merges.of(entry) if entry.is_gone else merges.into(entry)).select_related("author")
        found = []
        for row in rows:
            survivor, loser = both_of(row)
            other = survivor if entry.is_gone else loser
            at = reverse(
                f"admin:{self.opts.app_label}_{self.opts.model_name}_merged",
                args=[entry.pk, row.pk],
            )
            found.append((at, row, other))
        return {"merges": found, "may_merge": may_merge(user, entry)}


def _names(entry):
    return [getattr(entry, f"name_{code}") for code in LANGUAGES]


ASKED = _("You asked for it: a second person can undo it now. One of you is a safety officer.")
