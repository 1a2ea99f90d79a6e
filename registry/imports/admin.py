"""The pages on which a file is brought in: sent, looked at, written and undone."""

from collections import defaultdict

from django import forms
from django.apps import apps as django_apps
from django.contrib import admin, messages
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.cards.declarations import declared
from registry.cards.private_django import registered
from registry.cards.sql import listed
from registry.staff.entries import EntryAdmin
from registry.workflow.acts import Refused
from registry.workflow.rights import visible

from .batches import begin, look_at, sheets_of
from .compare import Wrong
from .export import csv_file, returned, returned_as_given, workbook
from .files import read_sheets
from .handing_over import HandingOverMixin
from .items import NEW, PROPOSED, SAME, sentences
from .models import Batch, publishes
from .naming import NamingMixin
from .own import is_own
from .own import sheets_of as own_sheets
from .shown import shown
from .standards import read_standard
from .tables import Table, may_import, tables
from .undoing import undo, undo_on
from .writing_down import apply, write_on

PAGE = 50  # records on one page
MOST_TOLD = 200  # errors on a page; the file that comes back has all
MOST_SENT = 20_000  # records in one file
LISTED = 100  # batches


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("file"),
        max_length=200,
        help_text=_(
            "A table you exported from a list here and changed; or a list of your "
            "own, as XLSX, XLS, ODS or CSV; or a file of IATI, iCalendar, "
            "360Giving or HSDS. Nothing is written until you have seen what would "
            "change."
        ),
    )


@admin.register(Batch)
class BatchAdmin(NamingMixin, HandingOverMixin, admin.ModelAdmin):
    def has_module_permission(self, request):
        return may_import(request.user)

    def has_view_permission(self, request, obj=None):
        return may_import(request.user)

    def has_add_permission(self, request):
        return may_import(request.user)

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def waiting(self, request):
        """For the first page of the staff: [(heading, rows, what their addresses lead to)]."""
        own = Batch.objects.undecided().filter(owner=request.user).defer("content")
        return [(_("Files you brought in and have not decided on"), own, "change")]

    def get_urls(self):
        """These pages alone: there is no form of a batch."""
        view = self.admin_site.admin_view
        return [
            path("", view(self.list_view), name="imports_batch_changelist"),
            path("add/", view(self.add_view), name="imports_batch_add"),
            path("export/<str:label>/<str:ending>/", view(self.export_view), name="export"),
            path("<int:pk>/", view(self.batch_view), name="imports_batch_change"),
            path("<int:pk>/errors/", view(self.errors_view), name="imports_batch_errors"),
            path("<int:pk>/bundle/", view(self.bundle_view), name="imports_batch_bundle"),
        ]

    # Out

    def export_view(self, request, label, ending):
        """What a list holds, as it was filtered, for who sees that list."""
        try:
            page = registered(self.admin_site).get(django_apps.get_model(label))
        except (LookupError, ValueError):
            raise Http404 from None
        send = {"xlsx": workbook, "csv": csv_file}.get(ending)
        if not isinstance(page, EntryAdmin) or send is None:
            raise Http404
        if not page.has_view_permission(request):
            raise PermissionDenied
        try:
            shown = page.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            raise Http404 from None
        keys = list(shown.order_by("pk").values_list("pk", flat=True)[: MOST_SENT + 1])
        if len(keys) > MOST_SENT:
            told = gettext("A file can hold at most %(most)d records. Filter the list first.")
            messages.error(request, told % {"most": MOST_SENT})
            return redirect(f"admin:{label.replace('.', '_')}_changelist")
        rows = page.get_queryset(request).filter(pk__in=listed(keys)).order_by("pk")
        return send(Table(page, request), rows)

    # In

    def list_view(self, request):
        self._permit(request)
        context = self._context(request, self.opts.verbose_name_plural) | {
            "batches": Batch.objects.visible(request.user).select_related("owner")[:LISTED]
        }
        return render(request, "admin/imports/batches.html", context)

    def add_view(self, request):
        self._permit(request)
        form = FileForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            try:
                batch = self._begin(request, form.cleaned_data["file"])
                return redirect("admin:imports_batch_change", batch.pk)
            except Refused as refusal:
                form.add_error("file", str(refusal))
        context = self._context(request, gettext("Bring a file in")) | {"form": form}
        return render(request, "admin/imports/add.html", context)

    def _begin(self, request, file):
        found = tables(self.admin_site, request)
        if reading := read_standard(file):
            return self.begin_standard(request, file.name, reading)
        raw = read_sheets(file, file.name)
        if not is_own(raw):
            return self.begin_naming(request, file.name, raw)
        return begin(request, found, file.name, own_sheets(raw, found))

    def batch_view(self, request, pk):
        batch = self._batch_or_404(request, pk)
        if request.method == "POST":
            return self._decide(request, batch)
        if batch.state == Batch.State.NAMING:
            return self.show_naming(request, batch)
        if (go_on := self._work_left(request, batch)) is not None:
            try:
                go_on(batch, request, tables(self.admin_site, request))
            except Refused as refusal:
                messages.error(request, str(refusal))
            self._tell(request, batch)
        if self._work_left(request, batch) is not None:
            return self.show_working(request, batch, batch.looked_at, batch.number)
        if batch.state == Batch.State.CHECKED:
            return self._show_checked(request, batch)
        return self._show_written(request, batch)

    def show_working(self, request, batch, done, number, publishing=False):
        """A page that reloads itself until so many are done."""
        context = self._context(request, str(batch)) | {"batch": batch, "publishing": publishing}
        context |= {"done": done, "number": number}
        return render(request, "admin/imports/working.html", context)

    def _work_left(self, request, batch):
        """What is gone on with each time that the page is loaded, for whoever has begun it."""
        if batch.state == Batch.State.UNDOING and batch.is_undone_by(request.user):
            return undo_on
        return {Batch.State.CHECKING: look_at, Batch.State.WRITING: write_on}.get(batch.state)

    def errors_view(self, request, pk):
        """The file once more, with what is wrong in it written beside and into it."""
        holds = self._batch_or_404(request, pk).holds
        if not holds:
            raise Http404
        told = [Wrong(**each) for each in holds["wrong"]]
        if table := holds.get("as_given"):
            return returned_as_given(table, told)
        wrong = defaultdict(list)
        for each in told:
            wrong[each.sheet, each.line].append(each)
        return returned(sheets_of(holds), wrong)

    def _decide(self, request, batch):
        steps = {
            "apply": self._apply,
            "drop": self._drop,
            "undo": self._undo,
            "review": self._hand_over,
            **self.steps,
        }
        step = steps.get(request.POST.get("_do", ""))
        if step is None:
            raise PermissionDenied
        if not (
            batch.is_undone_by(request.user) if step == self._undo else _is_own(request, batch)
        ):
            raise PermissionDenied
        try:
            return step(request, batch) or redirect("admin:imports_batch_change", batch.pk)
        except (Refused, IntegrityError) as obstacle:
            messages.error(request, " ".join(map(str, sentences(obstacle))))
            return redirect("admin:imports_batch_change", batch.pk)

    def _apply(self, request, batch):
        apply(batch, request, tables(self.admin_site, request))
        self._tell(request, batch)

    def _drop(self, request, batch):
        if not Batch.objects.unwritten().filter(pk=batch.pk).delete()[0]:
            raise Refused(gettext("This has already been decided."))
        messages.success(request, gettext("Nothing was written, and the file is deleted."))
        return redirect("admin:imports_batch_changelist")

    def _undo(self, request, batch):
        undo(batch, request, tables(self.admin_site, request))
        self._tell(request, batch)

    def _tell(self, request, batch):
        if batch.state == Batch.State.APPLIED:
            messages.success(request, gettext("Written: %(name)s.") % {"name": batch})
        elif batch.state == Batch.State.UNDONE:
            messages.success(request, gettext("Undone: %(name)s.") % {"name": batch})

    def _show_checked(self, request, batch):
        holds, number = batch.holds, _number(request)
        found = tables(self.admin_site, request)
        pairs = list(zip(holds["items"], holds["outcomes"], strict=False))
        pairs = [pair for pair in pairs if pair[1]["state"] != SAME]
        states = [outcome["state"] for _item, outcome in pairs]
        part = pairs[number * PAGE : (number + 1) * PAGE]
        items = shown(found, part, holds["items"], "sections" in holds)
        context = self._context(request, str(batch)) | {
            "batch": batch,
            "refused": holds.get("refused"),
            "wrong": holds["wrong"][:MOST_TOLD],
            "wrong_number": len(holds["wrong"]),
            "items": items,
            "added": states.count(NEW),
            "proposed": states.count(PROPOSED),
            "changed": len(states) - states.count(NEW) - states.count(PROPOSED),
            "again": holds["again"],
            "told_again": Batch.objects.visible(request.user).filter(pk=holds["again"]).exists(),
            "may_apply": pairs and not holds["wrong"],
            **self.doubtful(request, holds),
            **_pages(number, len(pairs)),
        }
        return render(request, "admin/imports/checked.html", context)

    def _show_written(self, request, batch):
        number = _number(request)
        part = batch.wrote[number * PAGE : (number + 1) * PAGE]
        left = {(kind, public_id): told for kind, public_id, told in batch.left}
        entries = self._entries(request, [*part, *batch.left[:PAGE]])
        applied = batch.state == Batch.State.APPLIED
        context = self._context(request, str(batch)) | {
            "batch": batch,
            "written": [
                (entries.get((each[0], each[1])), each[2] is None, each[4] is not None)
                for each in part
            ],
            "left": [(entries.get(key), told) for key, told in list(left.items())[:PAGE]],
            "left_number": len(left),
            "may_undo": applied and batch.is_undone_by(request.user),
            "may_publish": batch.handed_over_at and publishes(request.user),
            "may_hand_over": applied
            and _is_own(request, batch)
            and self.may_hand_over(request, batch),
            **_pages(number, len(batch.wrote)),
        }
        return render(request, "admin/imports/written.html", context)

    def _entries(self, request, rows):
        """{(type, public id): (name, address of its form)} of what exists for this person."""
        ids, found = defaultdict(set), {}
        for kind, public_id, *_rest in rows:
            ids[kind].add(public_id)
        for kind, some in ids.items():
            model = declared[kind].model
            change = f"admin:{model._meta.app_label}_{model._meta.model_name}_change"
            for entry in visible(model.objects.filter(public_id__in=some), request.user):
                found[kind, str(entry.public_id)] = str(entry), reverse(change, args=[entry.pk])
        return found

    def _batch_or_404(self, request, pk):
        self._permit(request)
        batch = Batch.objects.visible(request.user).filter(pk=pk).first()
        if batch is None:
            raise Http404
        return batch

    def _permit(self, request):
        if not may_import(request.user):
            raise PermissionDenied

    def _context(self, request, title):
        return self.admin_site.each_context(request) | {"title": title, "opts": self.opts}


def _is_own(request, batch):
    return batch.owner_id == request.user.pk


def _number(request):
    text = request.GET.get("p", "")
    return int(text) if text.isdecimal() and len(text) < 4 else 0


def _pages(number, rows):
    return {
        "before": number - 1 if number else None,
        "next": number + 1 if (number + 1) * PAGE < rows else None,
    }
