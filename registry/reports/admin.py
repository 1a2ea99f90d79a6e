from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from registry.cards.declarations import declared, page_address
from registry.cards.models import Card
from registry.records.models import Source
from registry.staff.erasing import erase_address
from registry.values.translated import columns
from registry.workflow.erasure import may_erase
from registry.workflow.groups import CONFIDENTIAL
from registry.workflow.rights import may, sees

from .answering import AnswerForm, answerable, note_answer
from .drafts import draft_of
from .models import Report, ReportState

PIECES = ("suggested", "what", "who", "place", "dates", "source")


@admin.register(Report)
class ReportAdmin(admin.ModelAdmin):
    """The queue: what readers asked for, with the record beside it."""

    list_display = ["received", "reference", "kind", "about", "shown_state", "handled_by"]
    list_filter = ["state", "kind", "language"]
    search_fields = ["reference__iexact"]
    list_per_page = 50
    actions = ["handle"]
    fields = [
        *("reference", "received", "kind", "suggested", "what", "who", "place", "dates"),
        *("source", "text", "contact", "language"),
        *("state", "handled_by", "note"),
    ]
    # Without `kind`: staff set right what was misfiled, as a request for removal.
    readonly_fields = [
        *("reference", "received", "suggested", "what", "who", "place", "dates", "source"),
        *("text", "contact", "language", "handled_by"),
    ]

    change_form_template = "admin/reports/change_form.html"

    class Media:
        css = {"all": ["admin-registry.css"]}

    def has_add_permission(self, request):
        return False

    def get_queryset(self, request):
        return super().get_queryset(request).visible(request.user)

    def get_urls(self):
        draft = self.admin_site.admin_view(require_POST(self.make_draft))
        answer = self.admin_site.admin_view(self.answer)
        return [
            path("<int:pk>/draft/", draft, name="reports_report_draft"),
            path("<int:pk>/answer/", answer, name="reports_report_answer"),
            *super().get_urls(),
        ]

    def answer(self, request, pk):
        """The page on which an answer is written; it leaves as mail."""
        report = get_object_or_404(self.get_queryset(request), pk=pk)
        if not self.may_answer(request, report):
            raise PermissionDenied
        form = AnswerForm(report, request.POST or None)
        if form.is_sent():
            note_answer(report, request.user)
            messages.success(request, gettext("The answer was sent."))
            return redirect("admin:reports_report_change", report.pk)
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Answer"),
            "subtitle": self.titled(report),
            "opts": self.opts,
            "original": report,
            "form": form,
        }
        return render(request, "admin/reports/answer.html", context)

    def may_answer(self, request, report):
        """Whoever may not read how to reach a reader does not reach them."""
        return (
            may(request.user, CONFIDENTIAL, Report)
            and self.has_change_permission(request, report)
            and answerable(report)
        )

    def make_draft(self, request, pk):
        """A draft of what was suggested, and its form to go on with."""
        report = get_object_or_404(self.get_queryset(request).new().exclude(suggested=""), pk=pk)
        if not self.may_draft(request, report):
            raise PermissionDenied
        entry = draft_of(report, request.user)
        messages.success(request, gettext("This is now a draft. Only staff can see it."))
        options = entry._meta
        return redirect(f"admin:{options.app_label}_{options.model_name}_change", entry.pk)

    def may_draft(self, request, report):
        """Whoever reads what is suggested and writes such records, as editors do."""
        model = declared[report.suggested].model if report.suggested else None
        return bool(
            model
            and report.state == ReportState.NEW
            and self.has_view_permission(request, report)
            and may(request.user, "add", model)
            and may(request.user, "add", Source)
        )

    def waiting(self, request):
        """For the first page of the staff: [(heading, rows, what their addresses lead to)]."""
        return [(_("New reports of readers"), self.get_queryset(request).new(), "change")]

    def get_fields(self, request, obj=None):
        # A complaint may be about an editor's own organisation.
        confidential = may(request.user, CONFIDENTIAL, Report)
        hidden = () if confidential else ("contact",)
        if obj is not None and not obj.suggested:
            hidden = (*hidden, *PIECES)
        return [name for name in self.fields if name not in hidden]

    def lookup_allowed(self, lookup, value, request=None):
        """Only the filters of the list: a free look-up could ask for a contact letter by letter."""
        return lookup in {f"{name}{how}" for name in self.list_filter for how in ("", "__exact")}

    def to_field_allowed(self, request, to_field):
        # By `_to_field` a list would give the values of any column, contacts among them.
        return to_field == self.opts.pk.name

    @admin.display(description=_("record it is about"))
    def about(self, report):
        declaration = declared.get(report.about_type)
        if declaration is None:
            return "—"
        return f"{declaration.name}: {report.about_slug}"

    def titled(self, report):
        """For the pages of the staff; the log keeps its bare `str()`, which names nothing."""
        return f"{report}, {self.about(report)}" if report.about_slug else str(report)

    @admin.display(description=_("state of the report"), ordering="state")
    def shown_state(self, report):
        look = "review" if report.state == ReportState.NEW else "draft"
        return format_html(
            '<span class="state state-{}">{}</span>', look, report.get_state_display()
        )

    def render_change_form(self, request, context, *args, obj=None, **options):
        context["beside"] = beside = record_of(request.user, obj)
        if may_erase(request.user):
            context["erase"] = erase_address(beside and beside["entry"])
        if self.may_draft(request, obj):
            context["draft"] = reverse("admin:reports_report_draft", args=[obj.pk])
        if self.may_answer(request, obj):
            context["answer"] = reverse("admin:reports_report_answer", args=[obj.pk])
        context["subtitle"] = self.titled(obj)
        return super().render_change_form(request, context, *args, obj=obj, **options)

    def save_model(self, request, obj, form, change):
        if "state" in form.changed_data:
            obj.handled_by = request.user.username if obj.state == ReportState.HANDLED else ""
        super().save_model(request, obj, form, change)

    @admin.action(description=_("Mark as handled"), permissions=["change"])
    def handle(self, request, queryset):
        done = queryset.filter(state=ReportState.NEW).update(
            state=ReportState.HANDLED, handled_by=request.user.username
        )
        messages.success(request, gettext("%(count)d marked as handled.") % {"count": done})


def record_of(user, report):
    """The record that a report is about, as far as the person may see it; or None."""
    entry = report.record
    if entry is None or not sees(user, entry):
        return None
    options = entry._meta
    change = f"admin:{options.app_label}_{options.model_name}_change"
    public = Card.objects.of(entry.card_type).filter(public_id=entry.public_id).exists()
    return {
        "entry": entry,
        "type": options.verbose_name,
        "change": reverse(change, args=[entry.pk]) if may(user, "view", type(entry)) else "",
        "page": page_address(entry.card_type, entry.slug) if public else "",
        "texts": [
            (options.get_field(column).verbose_name, getattr(entry, column))
            for name in ("name", "summary")
            for column in columns(name)
            if getattr(entry, column, "")
        ],
    }
