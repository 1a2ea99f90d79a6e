"""How staff list, edit, publish and withdraw any entry: the one base class of all their pages."""

from functools import cache

from django.contrib import admin, messages
from django.contrib.admin.utils import flatten_fieldsets
from django.db import models
from django.forms import HiddenInput
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from simple_history.admin import SimpleHistoryAdmin

from registry.cards.changeset import current_changeset
from registry.cards.declarations import placed_by
from registry.cards.prepared import Prepared
from registry.cards.private_django import keep_related
from registry.records.models import State
from registry.records.relations import part_models, references, references_to
from registry.values.translated import columns
from registry.workflow.acts import ACTS, Refused, open_acts
from registry.workflow.bundles import hand_over, has_parts
from registry.workflow.erasure import may_erase
from registry.workflow.finer_places import decide_anew
from registry.workflow.groups import RESTRICT
from registry.workflow.mentions import mentioning_their_places
from registry.workflow.obstacles import kept_from_readers, not_shown, read_rows, sentence
from registry.workflow.rights import fills_in, has_form, may, names_only_seen, restricts, sees
from registry.workflow.scan import (
    bodies,
    body_of,
    body_says,
    is_exact,
    named_places,
    names_to_keep_out,
    new_hits,
    places_too_fine,
    public_body,
    scan,
)
from registry.workflow.spellings import spellings
from registry.workflow.withdrawal import is_merged, withdrawn_by

from .about import typed_remark
from .alone import AloneMixin
from .another import AnotherMixin, is_popup
from .belonging import belonging
from .bulk import BulkMixin
from .bundle_page import BundleMixin
from .changeform import ChangeFormMixin
from .decisions import DecidingMixin
from .erasing import erase_address
from .filled import FillingMixin
from .forms import EntryForm, makes_finer
from .inlines import WIDGETS, ReferencesMixin
from .likely_pages import alike, names_typed, tell_of_alike
from .lists import ListMixin, concerns, named, names_of, tell_of_readers
from .merge_pages import MergingMixin
from .past import PastMixin
from .preview import PreviewMixin
from .proposals import ProposingMixin
from .recover import RecoverMixin
from .revert import RevertMixin
from .withdraw_pages import WithdrawingMixin

# What decides how an entry is shown rather than what it says.
RESTRICTIONS = ("precision", "embargo_until")
STILL_DRAFTS = _(
    "More belongs to it than can be sent at once. To send the rest, open "
    "one that is still a draft and use the same button."
)


class EntryAdmin(
    ChangeFormMixin,
    AnotherMixin,
    BulkMixin,
    ListMixin,
    PastMixin,
    RevertMixin,
    RecoverMixin,
    PreviewMixin,
    BundleMixin,
    AloneMixin,
    ProposingMixin,
    DecidingMixin,
    FillingMixin,
    MergingMixin,
    WithdrawingMixin,
    ReferencesMixin,
    SimpleHistoryAdmin,
):
    form = EntryForm
    view_on_site = False  # its redirect would tell any member of the staff any address
    change_form_template = "admin/records/change_form.html"
    formfield_overrides = {
        **WIDGETS,
        models.TextField: {"widget": admin.widgets.AdminTextareaWidget(attrs={"rows": 3})},
        # Django 5 takes http for what has no scheme, and warns that 6 will take https.
        models.URLField: {"assume_scheme": "https", "widget": admin.widgets.AdminURLFieldWidget},
    }

    class Media:
        js = ["admin-registry.js"]

    # Rights over one entry

    def has_view_permission(self, request, obj=None):
        return super().has_view_permission(request) and (obj is None or sees(request.user, obj))

    def has_change_permission(self, request, obj=None):
        if obj is None:
            return super().has_change_permission(request) or may(request.user, RESTRICT, self.model)
        return has_form(request.user, obj)

    def has_delete_permission(self, request, obj=None):
        """Drafts can be deleted; what was ever seen in public is withdrawn: entered anew it would
        be compared with nothing."""
        if not super().has_delete_permission(request, obj):
            return False
        if obj is None:
            return True
        is_draft = obj.state in (State.DRAFT, State.REVIEW)
        return is_draft and not obj.history.filter(state=State.PUBLIC).exists()

    def get_fieldsets(self, request, obj=None):
        """Without references that cannot be empty and are, for this person: see `get_object`."""
        hidden = set()
        for name in references(self.model) if obj else ():
            needed = not self.model._meta.get_field(name).null
            if needed and not sees(request.user, getattr(obj, name)):
                hidden.add(name)
        # Django writes a field of the form alone as "None" for those who only read.
        only_read = obj is not None and not self.has_change_permission(request, obj)
        hidden |= {"redact"} if only_read else set()
        extra = ["seen_version"] if obj and not only_read else []
        first, *others = self.fieldsets
        if obj is None and is_popup(request):  # whoever adds it in passing is asked the least
            others = []
            asked = _without(first[1]["fields"], {*ADDRESS}, obj)
            first = (first[0], {**first[1], "fields": [*asked, "slug"]})
        shown = [(first[0], {**first[1], "fields": [*extra, *first[1]["fields"]]}), *others]
        return [
            (name, {**options, "fields": list(_without(options["fields"], hidden, obj))})
            for name, options in shown
        ]

    def get_inline_instances(self, request, obj=None):
        if obj is None and is_popup(request):
            return []
        return super().get_inline_instances(request, obj)

    def formfield_for_dbfield(self, db_field, request, **options):
        if db_field.name == "slug" and is_popup(request):
            options["widget"] = HiddenInput  # it is made of the name
        return super().formfield_for_dbfield(db_field, request, **options)

    def fieldsets_for(self, request, entry, attempt):
        """With a field for the reason, once one is asked for."""
        fieldsets = self.get_fieldsets(request, entry)
        if attempt is None or not attempt.asks_for_a_reason:
            return fieldsets
        (name, first), *others = fieldsets
        return [(name, {**first, "fields": ["override", *first["fields"]]}), *others]

    def get_readonly_fields(self, request, obj=None):
        if obj is None or fills_in(request.user, obj):
            return super().get_readonly_fields(request, obj)
        ours = {"seen_version", "override", "redact", *RESTRICTIONS}
        return [name for name in flatten_fieldsets(self.fieldsets) if name not in ours]

    # Saving

    def save_model(self, request, obj, form, change):
        obj.slug_redacted = bool(form.cleaned_data.get("redact"))
        super().save_model(request, obj, form, change)

    def act_on_saved(self, request, attempt, form):
        """What a button asks for; returns the entry as it is stored then, and the act or None.

        A reason asks for it too, whichever button was pressed.
        """
        entry = self._as_stored(form, attempt)
        self.follow_precision(request, form, entry, request.user)
        act, reason = attempt.act, form.cleaned_data.get("override", "")
        if act is None and reason and ACTS["publish"].is_open_to(request.user, entry):
            act = ACTS["publish"]
        stays = entry.state == State.PUBLIC and not (act and act.hides)
        if stays and self._object_to_new_hits(request, attempt.public_before, entry, reason):
            act = act or ACTS["hide"]
        along, more = [], False
        if act is ACTS["review"]:
            whole = attempt.is_of_the_whole
            along, more = hand_over(entry, request.user, typed_remark(attempt), whole)
        elif act is not None:
            act.perform(entry, request.user, reason, typed_remark(attempt))
        current_changeset().flush()  # what it refuses is told in the form
        if along:
            messages.success(request, f"{names_of(along)}: {act.done}")
        if more:
            messages.warning(request, STILL_DRAFTS)
        return entry, act

    def _as_stored(self, form, attempt):
        """The entry with its rows: as the flush has just read it, if nothing comes before that."""
        entry = form.instance
        more = attempt.act or attempt.asks_for_a_reason or "precision" in form.changed_data
        if entry.is_public and not more:
            current_changeset().flush()
            if read := current_changeset().rendered.get((type(entry), entry.pk)):
                return read
        stored = type(entry)._base_manager.get(pk=entry.pk)
        read_rows(stored)
        return stored

    def answer_saved(self, request, attempt, entry, act):
        """Where saving leads, with what readers see of it now."""
        added = attempt.entry is None
        if act is not None or not added:
            tell_of_readers(request, entry, act)
        if added and not is_popup(request):
            tell_of_alike(request, entry)
        if act is not None:
            to_the_list = self.response_post_save_add if added else self.response_post_save_change
            return to_the_list(request, entry)
        answer = self.response_add if added else self.response_change
        return answer(request, entry)

    def _object_to_new_hits(self, request, before, entry, reason):
        """What was accepted at publication stays accepted; what comes to it needs two people.

        Returns whether a reason was given, with which it waits in review for the second one.
        """
        if reason:
            body = body_of(entry)  # which is not going to be its card
        else:
            current_changeset().flush()
            body = public_body(entry)
        names = names_to_keep_out(entry)
        new = new_hits(before, body, names, is_exact(entry))
        if new and not reason:
            sentence = gettext(
                "Another person must look at this. With a reason it is saved and goes to review."
            )
            raise Refused(sentence, new)
        for hit in named_places(body, names):
            messages.warning(request, str(hit))
        return bool(new)

    def follow_precision(self, request, form, entry, by):
        """What comes of another precision, which this person has set."""
        if "precision" in form.changed_data:
            self._tell_of_finer_texts(request, entry)
            if not makes_finer(form):
                decide_anew(entry)
            elif restricts(by, entry):
                decide_anew(entry, by, form.initial.get("precision"))

    def _tell_of_finer_texts(self, request, entry):
        """Whose place is shown more coarsely with this one, while their texts still name it."""
        named_in = []
        for model, keys in placed_by(type(entry), [entry.pk]).items():
            rows = model._base_manager.filter(pk__in=mentioning_their_places(model, keys))
            for other, body in bodies(rows.filter(state=State.PUBLIC)):
                finer = [words for place in places_too_fine(other) for words in spellings(place)]
                if any(body_says(body, words) for words in finer):
                    named_in.append(str(other))
        if named_in:
            sentence = _("These texts still name a finer place. Edit them: %(names)s.")
            messages.warning(request, sentence % {"names": ", ".join(named_in)})

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is None and not context["is_popup"] and may(request.user, "change", self.model):
            context["acts"] = [ACTS["review"]]
        if obj is None and request.method == "POST" and self.model.is_mergeable:
            context["alike"] = alike(self.model, names_typed(request.POST), request.user)
        context["has_parts"] = has_parts(self.model)
        if obj is not None:
            stored = State(obj.state)
            context |= {
                "acts": open_acts(request.user, obj),
                "state": stored,
                "may_withdraw": restricts(request.user, obj),
                "erase": erase_address(obj) if may_erase(request.user) else None,
                **self._bringing_back(request.user, obj),
                "page": obj.get_absolute_url() if obj.is_public else None,
                "belonging": self.belonging(request, obj),
                "add_another": self.address_of_another(request, obj),
            }
        if obj is not None and request.method == "GET":
            context |= {
                "warnings": self._warnings(obj, request.user),
                "unseen": self._unseen(obj, request.user, context["inline_admin_formsets"]),
            }
        return super().render_change_form(request, context, add, change, form_url, obj)

    def belonging(self, request, entry):
        """What the form lists below itself."""
        return []

    def _bringing_back(self, user, entry):
        if entry.state != State.WITHDRAWN or not may(user, RESTRICT, self.model):
            return {}
        if is_merged(entry):
            return {}
        first = withdrawn_by(entry)
        return {"may_bring_back": first != user.pk, "asks_first": first is None}

    def _warnings(self, entry, user):
        """Before it becomes public: what the scan finds, and what readers would not see."""
        if entry.state != State.REVIEW:
            return []
        hindrances = [sentence(clause) for clause in not_shown(entry, user)][1:]  # after its state
        return [*scan(entry), *hindrances, *concerns(entry, user)]

    def _unseen(self, entry, user, inlines):
        """What readers do not see of it although it is public."""
        if entry.state != State.PUBLIC:
            return []
        rows = {each.formset.prefix: each.formset.get_queryset() for each in inlines}
        return [sentence(clause) for clause in kept_from_readers(entry, user, rows)]

    def get_deleted_objects(self, objs, request):
        """Its own rows go with it, counted; of what refers to it only what may be seen is named."""
        own = [(self.model, objs)]
        for model in part_models(self.model).values():
            rows = model.objects.filter(record__in=objs).select_related(*references(model))
            own.append((model, rows))
        counts = {
            model._meta.verbose_name_plural: count
            for model, rows in own
            if (count := sum(names_only_seen(request.user, row) for row in rows))
        }
        refused = any(not self.has_delete_permission(request, entry) for entry in objs)
        naming = (rows for entry in objs for _name, rows in references_to(entry))
        owners = {getattr(row, "record", row) for rows in naming for row in rows}
        seen = sorted(str(owner) for owner in owners if sees(request.user, owner))
        if len(seen) < len(owners):
            seen.append(gettext("Other records"))
        names = [f"{capfirst(self.opts.verbose_name)}: {entry}" for entry in objs]
        return names, counts, {self.opts.verbose_name} if refused else set(), seen


@cache
def placed_of(model):
    """The places of records, with what a list shows of them."""
    placed = model._meta.get_field("placements").related_model.objects.select_related("location")
    shown = ["record", *(f"location__{name}" for name in ("state", "slug", *columns("name")))]
    return Prepared(lambda keys: placed.filter(record__in=keys).only(*shown))


class RecordAdmin(EntryAdmin):
    """Programmes, editions, initiatives, events and organisations."""

    alike = ("kind", "mode", "precision")
    belongs_through = ()  # (reference, its reference) by which parts of its parts name it

    def belonging(self, request, entry):
        return belonging(self.admin_site, request.user, entry, self.belongs_through)

    def read_beside(self, entries):
        relation = self.model._meta.get_field("placements")
        placed = placed_of(self.model)
        of_each = {}
        for row in placed.joined([entry.pk for entry in entries]):
            of_each.setdefault(row.record_id, []).append(row)
        for entry in entries:
            keep_related(entry, relation, of_each.get(entry.pk, []), placed.like)

    @admin.display(description=_("places"))
    def places(self, record):
        return named(*(row.location for row in record.placements.all()[:4]))


TEXTS = tuple(tuple(columns(name)) for name in ("summary", "description"))
NOTE = tuple(columns("note"))
NAME = tuple(columns("name"))
ADDRESS = ("slug", "redact")
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
