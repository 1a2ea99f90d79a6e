"""How staff list, edit, publish and withdraw any entry: the one base class of all their pages."""

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import NestedObjects, flatten_fieldsets, unquote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import FieldDoesNotExist, PermissionDenied
from django.db import IntegrityError, connection, models
from django.db.models import OuterRef, Q, Subquery
from django.http import Http404
from django.shortcuts import render
from django.urls import path
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as say
from django.utils.translation import gettext_lazy as _
from orjson import loads
from simple_history.admin import SimpleHistoryAdmin

from registry.cards.folding import fold_prefix, fold_words
from registry.cards.models import Card

from ..groups import RESTRICT
from ..histories import keep_first, part_models, timeline
from ..models import State
from ..publication import ACTS, Refused, open_acts
from ..rights import may, restricts, sees, visible, writes
from ..scan import PLACE, body_of, finer_places, scan, scan_body
from ..translated import columns
from ..withdrawal import bring_back
from ..writing import writing
from .forms import EntryForm
from .inlines import ReferencesMixin, references
from .saving import take_over
from .withdrawing import WithdrawForm, withdraw_and_tell

# What decides how an entry is shown rather than what it says.
RESTRICTIONS = ("precision", "embargo_until")
SEARCHED = ("other_names__folded", "placements__location__folded")
HISTORY_ROWS = 300


class EntryList(ChangeList):
    """A list whose rows know who changed them last, without a query for each."""

    def get_queryset(self, request, **options):
        newest = self.model.history.filter(id=OuterRef("pk")).order_by("-history_id")
        rows = super().get_queryset(request, **options)
        return rows.annotate(
            changed_at=Subquery(newest.values("history_date")[:1]),
            changed_by=Subquery(newest.values("history_user__username")[:1]),
        ).prefetch_related(*self.model_admin.list_prefetch)


class EntryAdmin(ReferencesMixin, SimpleHistoryAdmin):
    form = EntryForm
    search_fields = ["folded"]  # the admin asks for some; see get_search_results
    list_display = ["title", "shown_state", "changed"]
    list_filter = ["state"]
    list_prefetch = ()
    list_per_page = 50
    actions = ["send_to_review", "publish", "back_to_draft"]
    actions_on_bottom = True
    save_on_top = True
    view_on_site = False  # its redirect would tell any member of the staff any address
    change_form_template = "admin/records/change_form.html"
    object_history_template = "admin/records/history.html"
    formfield_overrides = {
        models.TextField: {"widget": admin.widgets.AdminTextareaWidget(attrs={"rows": 3})},
        models.URLField: {"assume_scheme": "https", "widget": admin.widgets.AdminURLFieldWidget},
    }
    choice_label_needs = ""  # relations that `choice_label` reads

    class Media:
        css = {"all": ["admin-registry.css"]}

    # Lists and look-ups

    def get_queryset(self, request):
        rows = visible(super().get_queryset(request), request.user)
        if self.choice_label_needs:
            rows = rows.select_related(self.choice_label_needs)
        return rows

    def get_changelist(self, request, **options):
        return EntryList

    def get_search_results(self, request, queryset, search_term):
        """In any script and spelling, like the site; drafts too, so not through the cards.

        A scan of one short column: staff lists are a few thousand rows.
        """
        words = fold_words(search_term)[:12]
        if not words:
            return (queryset.none() if search_term.strip() else queryset), False
        words[-1] = fold_prefix(words[-1]) or words[-1]
        found = Q(*[Q(folded__contains=word) for word in words])
        for column in SEARCHED:
            try:
                self.model._meta.get_field(column.split("__")[0])
            except FieldDoesNotExist:
                continue
            # All words in one name, so they must be asked of one row: not a join of the list.
            matches = [Q(**{f"{column}__contains": word}) for word in words]
            found |= Q(pk__in=self.model._base_manager.filter(*matches).values("pk"))
        return queryset.filter(found), False

    def choice_label(self, entry):
        """How the entry is named where it can be chosen."""
        state = "" if entry.is_public else f" ({entry.get_state_display()})"
        return f"{entry}{state}"

    def lookup_allowed(self, lookup, value, request=None):
        """Only the filters of the list: a free look-up can ask what the list does not show."""
        names = [name for name in self.list_filter if isinstance(name, str)]
        return lookup in {f"{name}{how}" for name in names for how in ("", "__exact", "__in")}

    def to_field_allowed(self, request, to_field):
        return to_field == self.opts.pk.name

    @admin.display(description=_("name"), ordering="name_en")
    def title(self, entry):
        return str(entry)

    @admin.display(description=_("state"), ordering="state")
    def shown_state(self, entry):
        return format_html(
            '<span class="state state-{}">{}</span>', entry.state, entry.get_state_display()
        )

    @admin.display(description=_("last change"), ordering="changed_at")
    def changed(self, entry):
        if entry.changed_at is None:
            return "—"
        return f"{entry.changed_at:%Y-%m-%d} {entry.changed_by or ''}".strip()

    def action_checkbox(self, entry):
        """Says which version was ticked, so that an act on a stale list is refused."""
        box = super().action_checkbox(entry)
        field = '{}<input type="hidden" name="seen-{}" value="{}">'
        return format_html(field, box, entry.pk, entry.version)

    def get_actions(self, request):
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)  # one by one, or withdrawn
        if not may(request.user, "publish", self.model):
            actions.pop("publish", None)
        if not may(request.user, "change", self.model):
            return {}
        return actions

    @admin.action(description=_("Send to review"))
    def send_to_review(self, request, queryset):
        self._act_on_all(request, queryset, "review")

    @admin.action(description=_("Publish"))
    def publish(self, request, queryset):
        self._act_on_all(request, queryset, "publish")

    @admin.action(description=_("Back to draft"))
    def back_to_draft(self, request, queryset):
        self._act_on_all(request, queryset, "draft")

    def _act_on_all(self, request, queryset, name):
        done = 0
        for entry in self._locked(queryset):
            if request.POST.get(f"seen-{entry.pk}") != str(entry.version):
                sentence = say("%(entry)s was changed after this list was made. Look at it again.")
                messages.warning(request, sentence % {"entry": entry})
                continue
            try:
                ACTS[name].perform(entry, request.user)
            except Refused as refusal:
                found = " ".join(map(str, [refusal.sentence, *refusal.hits]))
                messages.error(request, f"{entry}: {found}")
            except PermissionDenied:
                messages.error(request, say("%(entry)s: not yours to move.") % {"entry": entry})
            else:
                self.log_change(request, entry, str(ACTS[name].label))
                done += 1
        if done:
            sentence = say("%(act)s: %(count)d done.")
            messages.success(request, sentence % {"act": ACTS[name].label, "count": done})

    # Rights over one entry

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request) and (obj is None or sees(request.user, obj))

    def has_change_permission(self, request, obj=None):
        if obj is None:
            return super().has_change_permission(request) or may(request.user, RESTRICT, self.model)
        return writes(request.user, obj) or (
            restricts(request.user, obj) and hasattr(obj, RESTRICTIONS[0])
        )

    def has_delete_permission(self, request, obj=None):
        """Drafts can be deleted; what was seen in public is withdrawn."""
        if obj is not None and obj.state not in (State.DRAFT, State.REVIEW):
            return False
        return super().has_delete_permission(request, obj)

    def get_fieldsets(self, request, obj=None):
        """Without references to what does not exist for this person, which stay as they are."""
        hidden = set()
        for name in references(self.model):
            other = obj and getattr(obj, name)
            if other and not sees(request.user, other):
                hidden.add(name)
        extra = ["seen_version"] if obj else []
        if getattr(getattr(request, "obstacle", None), "hits", ()) or "override" in request.POST:
            extra.insert(0, "override")
        first, *others = self.fieldsets
        shown = [(first[0], {**first[1], "fields": [*extra, *first[1]["fields"]]}), *others]
        return [
            (name, {**options, "fields": list(_without(options["fields"], hidden, obj))})
            for name, options in shown
        ]

    def get_readonly_fields(self, request, obj=None):
        if obj is None or writes(request.user, obj):
            return super().get_readonly_fields(request, obj)
        ours = {"seen_version", "override", "redact", *RESTRICTIONS}
        return [name for name in flatten_fieldsets(self.fieldsets) if name not in ours]

    def get_form(self, request, obj=None, change=False, **options):
        form = super().get_form(request, obj, change=change, **options)
        form.request = request
        return form

    # Saving

    def changeform_view(self, request, object_id=None, form_url="", extra_context=None):
        """One block for the whole form; what stands in the way is told in the form, all undone."""
        extra_context = extra_context or {}
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        try:
            with writing():
                if object_id is not None:
                    entry = self._locked(self.get_queryset(request), unquote(object_id)).first()
                    if entry is None or not self.has_change_permission(request, entry):
                        return self._keep_what_was_typed(request, object_id)
                    keep_first(entry)
                    request.obstacle = take_over(self, request, entry)
                return super().changeform_view(request, object_id, form_url, extra_context)
        except (Refused, IntegrityError) as obstacle:
            request.obstacle = obstacle
        with writing():
            return super().changeform_view(request, object_id, form_url, extra_context)

    def _locked(self, queryset, key=None):
        """The rows, held until the end of the transaction, so that versions can be compared."""
        if key is not None:
            try:
                queryset = queryset.filter(pk=int(key))
            except ValueError:
                return queryset.none()
        if connection.features.has_select_for_update_of:
            return queryset.select_for_update(of=("self",))
        return queryset

    def _keep_what_was_typed(self, request, object_id):
        """The entry went out of reach of this person while the form was open: show what was typed."""
        if not super().has_change_permission(request):
            raise PermissionDenied
        machine = ("csrfmiddlewaretoken", "seen_version", "_FORMS", "-id", "-record", "__prefix__")
        typed = [
            (key, value)
            for key, values in request.POST.lists()
            for value in values
            if value and not key.startswith("_") and not any(word in key for word in machine)
        ]
        context = self.admin_site.each_context(request) | {
            "title": say("Not saved"),
            "opts": self.opts,
            "typed": typed,
        }
        return render(request, "admin/records/not_saved.html", context, status=409)

    def save_model(self, request, obj, form, change):
        obj.slug_redacted = bool(form.cleaned_data.get("redact"))
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        entry = form.instance
        if entry.state == State.PUBLIC:
            self._object_to_new_hits(request, entry)
        act = ACTS.get(request.POST.get("_act", ""))
        if act is not None:
            reason = form.cleaned_data.get("override", "")
            act.perform(entry, request.user, reason)

    def _object_to_new_hits(self, request, entry):
        """What was accepted at publication stays accepted; what comes to it needs two people."""
        card = Card.objects.filter(type=entry.card_type, public_id=entry.public_id).first()
        entry = type(entry)._base_manager.get(pk=entry.pk)
        places = finer_places(entry)
        known = scan_body(loads(card.body), places) if card else []
        told = {(hit.kind, hit.text) for hit in known}
        hits = scan_body(body_of(entry), places)
        if new := [hit for hit in hits if (hit.kind, hit.text) not in told]:
            sentence = say("Take it back to review, so that another person can look at this.")
            raise Refused(sentence, new)
        for hit in hits:
            if hit.kind == PLACE:
                messages.warning(request, str(hit))

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None:
            stored = State(obj.state)
            context |= {
                "acts": open_acts(request.user, obj),
                "state": stored,
                "may_withdraw": restricts(request.user, obj),
                "may_bring_back": stored == State.WITHDRAWN
                and may(request.user, RESTRICT, self.model),
                "page": obj.get_absolute_url() if obj.is_public else None,
                "warnings": scan(obj) if request.method == "GET" and obj.state == "review" else (),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def changelist_view(self, request, extra_context=None):
        if request.method != "POST":
            return super().changelist_view(request, extra_context)
        with writing():
            return super().changelist_view(request, extra_context)

    def delete_view(self, request, object_id, extra_context=None):
        if request.method != "POST":
            return super().delete_view(request, object_id, extra_context)
        with writing():
            return super().delete_view(request, object_id, extra_context)

    def get_deleted_objects(self, objs, request):
        """Its own rows go with it, counted; of what refers to it only what may be seen is named."""
        collector = NestedObjects(using=connection.alias, origin=objs)
        collector.collect(objs)
        counts = {
            model._meta.verbose_name_plural: len(rows)
            for model, rows in collector.model_objs.items()
        }
        refused = any(not self.has_delete_permission(request, entry) for entry in objs)
        owners = {getattr(row, "record", row) for row in collector.protected}
        seen = sorted(str(owner) for owner in owners if sees(request.user, owner))
        if len(seen) < len(owners):
            seen.append(say("Other records"))
        names = [f"{capfirst(self.opts.verbose_name)}: {entry}" for entry in objs]
        return names, counts, {self.opts.verbose_name} if refused else set(), seen

    # Withdrawing and bringing back

    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/withdraw/", view(self.withdraw_view), name=f"{name}_withdraw"),
            path("<int:pk>/bring-back/", view(self.bring_back_view), name=f"{name}_bring_back"),
            *super().get_urls(),
        ]

    def withdraw_view(self, request, pk):
        entry = self._restricted_or_404(request, pk)
        form = WithdrawForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            with writing():
                keep_first(entry)
                withdraw_and_tell(request, entry, form.cleaned_data["reason"])
                self.log_change(request, entry, "withdrawn")
            return self.response_post_save_change(request, entry)
        return self._ask(request, entry, say("Withdraw"), form)

    def bring_back_view(self, request, pk):
        entry = self._restricted_or_404(request, pk, gone=True)
        form = forms.Form(request.POST or None)
        if request.method == "POST":
            try:
                with writing():
                    bring_back(entry, request.user)
                    self.log_change(request, entry, "brought back")
            except PermissionDenied as denied:
                form.add_error(None, str(denied))
            else:
                messages.success(request, say("It is in review now."))
                return self.response_post_save_change(request, entry)
        return self._ask(request, entry, say("Bring back"), form)

    def _restricted_or_404(self, request, pk, gone=False):
        if not may(request.user, RESTRICT, self.model):
            raise PermissionDenied
        entry = self.get_queryset(request).filter(pk=pk).first()
        if entry is None or entry.state == State.ERASED or entry.is_gone != gone:
            raise Http404
        return entry

    def _ask(self, request, entry, act, form):
        context = self.admin_site.each_context(request) | {
            "title": act,
            "subtitle": str(entry),
            "original": entry,
            "opts": self.opts,
            "form": form,
        }
        return render(request, "admin/records/ask.html", context)

    # History

    def history_view(self, request, object_id, extra_context=None):
        entry = self._seen_or_404(request, object_id)
        rows = entry.history.select_related("history_user").order_by("-history_id")
        parts = []
        for model in part_models(self.model).values():
            kept = model.history.filter(record_id=entry.pk).select_related("history_user")
            told = timeline(model, kept.order_by("-history_id")[:HISTORY_ROWS], request.user)
            if told:
                parts.append((model._meta.verbose_name_plural, told))
        context = {
            "versions": timeline(self.model, rows[:HISTORY_ROWS], request.user),
            "parts": parts,
            "may_revert": writes(request.user, entry),
        }
        return super().history_view(request, object_id, context | (extra_context or {}))

    def history_form_view(self, request, object_id, version_id, extra_context=None):
        """An earlier version in the form of today: reverting is editing, with all its checks."""
        entry = self._seen_or_404(request, object_id)
        if request.method == "POST" or not version_id.isdecimal():
            raise Http404
        kept = entry.history.filter(history_id=int(version_id)).first()
        if kept is None or not writes(request.user, entry):
            raise Http404
        request.kept = kept
        date = kept.history_date
        sentence = say("These are the values of %(day)s. Nothing is changed until you save.")
        messages.info(request, sentence % {"day": f"{date:%Y-%m-%d %H:%M}"})
        return super().changeform_view(request, object_id, "../../change/")

    def get_object(self, request, object_id, from_field=None):
        entry = super().get_object(request, object_id, from_field)
        kept = getattr(request, "kept", None)
        if entry is not None and kept is not None:
            for field in self.model._meta.concrete_fields:
                if field.editable and not field.primary_key and hasattr(kept, field.attname):
                    setattr(entry, field.attname, getattr(kept, field.attname))
        return entry

    def _seen_or_404(self, request, object_id):
        try:
            entry = self.get_queryset(request).filter(pk=int(unquote(object_id))).first()
        except ValueError:
            entry = None
        if entry is None or not self.has_view_permission(request, entry):
            raise Http404
        return entry


def named(entry):
    """An entry in somebody else's row: what is withdrawn is not named there."""
    return "…" if entry is not None and entry.is_gone else str(entry or "—")


class RecordAdmin(EntryAdmin):
    """Programmes, editions, initiatives, events and organisations."""

    list_prefetch = ("placements__location",)

    @admin.display(description=_("places"))
    def places(self, record):
        return ", ".join(named(row.location) for row in record.placements.all()[:4])


TEXTS = tuple(tuple(columns(name)) for name in ("summary", "description"))
NOTE = tuple(columns("note"))
NAME = tuple(columns("name"))
SAFETY = (
    _("What may be shown"),
    {"fields": [("precision", "embargo_until", "verified_on")]},
)


def _without(fields, hidden, entry):
    """The fields of a fieldset without the hidden ones; a new entry has no address to redact."""
    for field in fields:
        if isinstance(field, (list, tuple)):
            kept = tuple(_without(field, hidden, entry))
            if kept:
                yield kept
        elif field not in hidden and (entry is not None or field != "redact"):
            yield field
