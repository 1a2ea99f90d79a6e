"""How a change of a public record is proposed, and amended: the form is tried and kept."""

from django.contrib import messages
from django.contrib.admin.options import IS_POPUP_VAR
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.cards.changeset import writing
from registry.cards.prepared import Prepared
from registry.records.models import Proposal, Remark
from registry.records.versions import keep_first
from registry.workflow.acts import Refused, open_acts
from registry.workflow.differences import without_secrets
from registry.workflow.finer_places import SOMEBODY, decide_anew
from registry.workflow.groups import PUBLISH
from registry.workflow.rights import amends, has_form, may, proposes, reads_proposals

from .about import AboutForm
from .attempt import FormAttempt
from .changeform import ask_for_another
from .saved_once import tell_saved
from .trial import attempt_of, fill, tried_out, try_save

State = Proposal.State
PROPOSED = _("Proposed. Readers see the record as it was until it is accepted.")
PROPOSED_FINER = _(
    "This shows a place more finely, so it waits for another person. Readers see the record as it"
    " was until it is accepted."
)


class ProposingMixin:
    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_amend"
        view = self.admin_site.admin_view(self.amend_view)
        return [
            path("<int:pk>/proposals/<int:number>/form/", view, name=name),
            *super().get_urls(),
        ]

    def waits(self, request, attempt, object_id):
        """Whether what was typed is a proposal, as far as the record is not moved meanwhile."""
        if may(request.user, PUBLISH, self.model):
            return False
        entry = self.get_object(request, unquote(object_id))
        return entry is not None and self._is_proposed(request.user, attempt, entry)

    def saves(self, request, attempt, entry):
        """Whether the person may save the form to the entry itself."""
        proposed = self._is_proposed(request.user, attempt, entry)
        return self.has_change_permission(request, entry) and not proposed

    def _is_proposed(self, user, attempt, entry):
        act = attempt.act
        hides = act is not None and act.hides and act.is_open_to(user, entry)
        return proposes(user, entry) and not hides

    def propose(self, request, object_id, proposal=None, finer=False):
        """Nothing is changed but what is shown less. What else the form would change waits.

        With `finer` for a second person alone, because it shows a place more finely.
        """
        attempt, about = FormAttempt(request.POST, proposal=proposal), AboutForm(request.POST)
        try:
            answer, trial = self._try_what_was_typed(request, attempt, about, object_id)
            if trial and trial.stricter and self._restrict(request, object_id, trial):
                attempt = attempt.typed_for(trial.version + 1)
                answer, trial = self._try_what_was_typed(request, attempt, about, object_id)
        except (Refused, IntegrityError) as obstacle:
            return self._show_refused(request, attempt, obstacle, object_id)
        if trial is None:
            return answer
        entry = self.get_object(request, unquote(object_id))
        if entry is None:
            return self._keep_what_was_typed(request, object_id)
        if proposal is not None:
            proposal.revision = about.cleaned_data["revision"]
        if trial.difference:
            about = about.cleaned_data | {"finer": finer}
            self.keep_proposal(request.user, entry, trial, about, proposal)
            messages.success(request, PROPOSED_FINER if finer else PROPOSED)
        else:
            nothing = gettext("You changed nothing else, so nothing was proposed.")
            beside = (about.cleaned_data[name] for name in ("remark", "source"))
            messages.info(request, " · ".join(filter(None, (nothing, *beside))))
        if IS_POPUP_VAR in request.POST:
            return self.response_change(request, entry)
        return self.response_post_save_change(request, entry)

    def _takes_two(self, request, pk, proposal):
        """Whether what was typed shows a place more finely, and lacks a second person alone."""
        attempt, about = FormAttempt(request.POST, proposal=proposal), AboutForm(request.POST)
        try:
            self._try_what_was_typed(request, attempt, about, str(pk), None)
        except (Refused, IntegrityError) as obstacle:  # told when it is tried with somebody
            return getattr(obstacle, "alone", False)
        return False

    def _try_what_was_typed(self, request, attempt, about, object_id, second=SOMEBODY):
        """(what to answer, None) if it cannot be saved as it is, else (None, what it would do)."""
        with tried_out(request.user, second):
            entry = self.locked(self.get_queryset(request), unquote(object_id)).first()
            if entry is None or not has_form(request.user, entry):
                return self._keep_what_was_typed(request, object_id), None
            attempt = self._begin(request, attempt, entry)
            forms = self._forms(request, attempt.entry, attempt)
            if not all([forms.are_valid(), about.is_valid()]):
                return self._page(request, attempt.entry, forms), None
            if second is None:
                ask_for_another(attempt.entry, forms.form)
            else:
                self.tell_of_doubtful_dates(request, forms)
            return None, try_save(self, request, attempt, forms)

    def _restrict(self, request, object_id, trial):
        """What shows less waits for nobody: whether it was saved, to what the form showed."""
        with writing() as changes, changes.showing_less():
            entry = self.locked(self.get_queryset(request), unquote(object_id)).first()
            if entry is None or entry.version != trial.version:
                return False
            keep_first(entry)
            for name, value in trial.stricter.items():
                setattr(entry, name, value)
            entry._history_user = request.user
            entry.save()
            self.log_change(request, entry, "shown less")
            if "precision" in trial.stricter:
                self._tell_of_finer_texts(request, entry)
                decide_anew(entry)
        messages.success(request, gettext("What readers will no longer see is already hidden."))
        return True

    def keep_proposal(self, user, entry, trial, about, amended):
        """The proposal of what was tried: a new one, or one of the same person's."""
        values = {
            "author": user,
            "typed": trial.typed,
            "fields": trial.fields,
            "version": trial.version,
            "difference": without_secrets(trial.difference),
            "source": about["source"],
            "finer": about["finer"],
        }
        waiting = Proposal.objects.of(entry).filter(author=user, state=State.WAITING)
        same = next((each for each in waiting if each.typed == trial.typed), None)
        if amended is None and same is not None:  # the same form was sent before
            values["source"] = about["source"] or same.source
            said = about["remark"] and not same.remarks.filter(text=about["remark"]).exists()
            if not said and values["source"] == same.source:
                return same
            amended = same
        with transaction.atomic():
            # If others decided on it meanwhile, what was typed is a proposal of its own.
            if amended is None or not Proposal.objects.amend(amended, **values):
                amended = Proposal.objects.create(
                    card_type=entry.card_type, public_id=entry.public_id, **values
                )
            Remark.make(entry, Remark.On.PROPOSED, user, about["remark"], amended)
        return amended

    def _proposal_or_404(self, request, pk, number):
        entry = self._seen_or_404(request, str(pk))
        proposal = Proposal.objects.of(entry).filter(pk=number).select_related("author").first()
        if proposal is None:
            raise Http404
        if proposal.author != request.user and not reads_proposals(request.user, entry):
            raise Http404
        return entry, proposal

    def amend_view(self, request, pk, number):
        """The form of a proposal, filled in, on the record as it is now."""
        entry, proposal = self._proposal_or_404(request, pk, number)
        if not amends(request.user, entry, proposal):
            raise PermissionDenied
        if proposal.state == State.ACCEPTED:
            return redirect(proposal_address(entry, proposal))
        if request.method == "POST":
            # The page has no such button: it is the record that is moved.
            if "_act" in request.POST:
                raise PermissionDenied
            finer = not proposes(request.user, entry) and self._takes_two(request, pk, proposal)
            answer = self.propose(request, str(pk), proposal, finer)
            return tell_saved(request, answer) if answer.status_code == 302 else answer
        entry = self.get_object(request, str(pk))
        with tried_out(request.user, SOMEBODY):
            attempt = attempt_of(proposal)
            fill(attempt.typed, self._forms(request, entry), proposal.fields)
            attempt = self._begin(request, attempt, entry)
            forms = self._forms(request, entry, attempt)
            forms.are_valid()  # or says why not
            return self._page(request, entry, forms)

    def render_change_form(self, request, context, add=False, change=False, form_url="", obj=None):
        if obj is not None:
            attempt = context["adminform"].form.attempt
            amended = attempt and attempt.proposal
            proposing = bool(amended) or proposes(request.user, obj)
            context |= {
                "proposing": proposing,
                "proposals": self._open_proposals(request.user, obj),
                "remarks": (remarks := self._remarks(request.user, obj)),
                "moved_with": _moved_with(obj, remarks),
                **(
                    {"acts": []} if amended else {}
                ),  # they are of the record, not of what is proposed
            }
            if proposing or open_acts(request.user, obj):
                sent = request.POST if request.method == "POST" else None
                shown = {"source": amended.source, "revision": amended.revision} if amended else {}
                context["about"] = AboutForm(sent, initial=shown)
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _open_proposals(self, user, entry):
        found = OPEN.joined(entry.card_type, entry.public_id)
        seen = reads_proposals(user, entry)
        return [
            (proposal_address(entry, each), each)
            for each in found
            if seen or each.author_id == user.pk
        ]

    def _remarks(self, user, entry):
        """What was said of a proposal is for those who may read the proposal."""
        if reads_proposals(user, entry):
            return REMARKS.joined(entry.card_type, entry.public_id)
        return OWN_REMARKS.joined(entry.card_type, entry.public_id, user.pk)


def _remarks_of(kind, key):
    return Remark.objects.filter(card_type=kind, public_id=key).select_related("author")


def _own_remarks_of(kind, key, user):
    own = Q(author=user) | Q(proposal__author=user)
    return _remarks_of(kind, key).filter(own | ~Q(on__in=Remark.ON_PROPOSALS))


REMARKS, OWN_REMARKS = Prepared(_remarks_of), Prepared(_own_remarks_of)
OPEN = Prepared(
    lambda kind, key: (
        Proposal.objects.filter(card_type=kind, public_id=key).open().select_related("author")
    )
)


def _moved_with(entry, remarks):
    """What was said as the record came into the state in which it is, or None."""
    moved = [remark for remark in remarks if remark.on not in Remark.ON_PROPOSALS]
    return moved[-1] if moved and moved[-1].on == entry.state else None


def proposal_address(entry, proposal, page="proposal"):
    name = f"admin:{entry._meta.app_label}_{entry._meta.model_name}_{page}"
    return reverse(name, args=[entry.pk, proposal.pk])
