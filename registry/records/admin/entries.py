"""How staff list, edit, publish and withdraw any entry: the one base class of all their pages."""

from django.contrib import admin, messages
from django.contrib.admin.utils import NestedObjects, flatten_fieldsets, unquote
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, models
from django.shortcuts import render
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from orjson import loads
from simple_history.admin import SimpleHistoryAdmin

from registry.cards.declarations import placed_by
from registry.cards.models import Card

from ..groups import RESTRICT
from ..histories import keep_first
from ..models import Precision, State
from ..naming import naming_their_places
from ..publication import ACTS, Refused, open_acts
from ..rights import may, restricts, sees, writes
from ..scan import (
    PLACE,
    bodies,
    body_of,
    body_says,
    finer_places,
    names_to_keep_out,
    scan,
    scan_body,
    spellings,
)
from ..translated import columns
from ..withdrawal import withdrawn_by
from ..writing import writing
from .forms import EntryForm
from .inlines import ReferencesMixin, references
from .lists import NO_SOURCE, ListMixin, named, names_no_source, tell_of_no_source
from .past import PastMixin
from .saving import take_over
from .withdrawing import WithdrawingMixin

# What decides how an entry is shown rather than what it says.
RESTRICTIONS = ("precision", "embargo_until")


class EntryAdmin(ListMixin, PastMixin, WithdrawingMixin, ReferencesMixin, SimpleHistoryAdmin):
    form = EntryForm
    save_on_top = True
    view_on_site = False  # its redirect would tell any member of the staff any address
    change_form_template = "admin/records/change_form.html"
    formfield_overrides = {
        models.TextField: {"widget": admin.widgets.AdminTextareaWidget(attrs={"rows": 3})},
        models.URLField: {"assume_scheme": "https", "widget": admin.widgets.AdminURLFieldWidget},
    }

    class Media:
        css = {"all": ["admin-registry.css"]}

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
                    entry = self.locked(self.get_queryset(request), unquote(object_id)).first()
                    if entry is None or not self.has_change_permission(request, entry):
                        return self._keep_what_was_typed(request, object_id)
                    keep_first(entry)
                    request.shown_before = getattr(entry, "shown_precision", None)
                    request.obstacle = take_over(self, request, entry)
                return super().changeform_view(request, object_id, form_url, extra_context)
        except (Refused, IntegrityError) as obstacle:
            request.obstacle = obstacle
        with writing():
            return super().changeform_view(request, object_id, form_url, extra_context)

    def _keep_what_was_typed(self, request, object_id):
        """The entry went out of reach while the form was open: show what was typed."""
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
            "title": gettext("Not saved"),
            "opts": self.opts,
            "typed": typed,
        }
        return render(request, "admin/records/not_saved.html", context, status=409)

    def save_model(self, request, obj, form, change):
        obj.slug_redacted = bool(form.cleaned_data.get("redact"))
        super().save_model(request, obj, form, change)

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        entry = type(form.instance)._base_manager.get(pk=form.instance.pk)
        if change:
            self._object_to_finer_places(request, entry)
        if entry.state == State.PUBLIC:
            self._object_to_new_hits(request, entry)
        if "precision" in form.changed_data:
            self._tell_of_finer_texts(request, entry)
        act = ACTS.get(request.POST.get("_act", ""))
        if act is not None:
            reason = form.cleaned_data.get("override", "")
            act.perform(entry, request.user, reason)
            tell_of_no_source(request, entry)
            request.done = act

    def response_change(self, request, obj):
        act = getattr(request, "done", None)
        if act is None:
            return super().response_change(request, obj)
        messages.success(request, f"{obj}: {act.done}")
        return self.response_post_save_change(request, obj)

    def response_add(self, request, obj, post_url_continue=None):
        act = getattr(request, "done", None)
        if act is None:
            return super().response_add(request, obj, post_url_continue)
        messages.success(request, f"{obj}: {act.done}")
        return self.response_post_save_add(request, obj)

    def _object_to_finer_places(self, request, entry):
        """Whoever runs it binds how finely it is shown, so taking a role away may show more."""
        before = request.shown_before
        if before is None or restricts(request.user, entry):
            return
        if not entry.history.filter(state=State.PUBLIC).exists():
            return  # nobody relies on it yet
        if Precision.coarsest([before, entry.shown_precision]) != entry.shown_precision:
            raise Refused(
                gettext("This would show the place more finely: a safety officer does that.")
            )

    def _object_to_new_hits(self, request, entry):
        """What was accepted at publication stays accepted; what comes to it needs two people."""
        card = Card.objects.filter(type=entry.card_type, public_id=entry.public_id).first()
        names = names_to_keep_out(entry)
        known = scan_body(loads(card.body), names) if card else []
        told = {(hit.kind, hit.text) for hit in known}
        hits = scan_body(body_of(entry), names)
        if new := [hit for hit in hits if (hit.kind, hit.text) not in told]:
            sentence = gettext("Take it back to review, so that another person can look at this.")
            raise Refused(sentence, new)
        for hit in hits:
            if hit.kind == PLACE:
                messages.warning(request, str(hit))

    def _tell_of_finer_texts(self, request, entry):
        """Whose place is shown more coarsely with this one, while their texts still name it."""
        named_in = []
        for model, keys in placed_by(type(entry), [entry.pk]).items():
            rows = model._base_manager.filter(pk__in=naming_their_places(model, keys))
            for other, body in bodies(rows.filter(state=State.PUBLIC)):
                finer = [words for place in finer_places(other) for words in spellings(place)]
                if any(body_says(body, words) for words in finer):
                    named_in.append(str(other))
        if named_in:
            sentence = _("The texts of these still name a finer place, edit them: %(names)s.")
            messages.warning(request, sentence % {"names": ", ".join(named_in)})

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None:
            stored = State(obj.state)
            context |= {
                "acts": open_acts(request.user, obj),
                "state": stored,
                "may_withdraw": restricts(request.user, obj),
                "may_bring_back": stored == State.WITHDRAWN
                and may(request.user, RESTRICT, self.model)
                and withdrawn_by(obj) != request.user.pk,
                "page": obj.get_absolute_url() if obj.is_public else None,
                "warnings": self._warnings(obj) if request.method == "GET" else (),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _warnings(self, entry):
        if entry.state != State.REVIEW:
            return []
        return [*scan(entry), *([NO_SOURCE] if names_no_source(entry) else [])]

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
            seen.append(gettext("Other records"))
        names = [f"{capfirst(self.opts.verbose_name)}: {entry}" for entry in objs]
        return names, counts, {self.opts.verbose_name} if refused else set(), seen


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
