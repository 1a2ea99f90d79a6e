"""The page on which a proposed change is looked at, accepted, sent back or dropped.

It is accepted as its author would send the form now, on the record as it is now.
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from registry.cards.changeset import writing
from registry.records.models import Proposal, Remark
from registry.workflow.acts import Refused
from registry.workflow.differences import on_the_same, told
from registry.workflow.finer_places import SOMEBODY
from registry.workflow.groups import PUBLISH
from registry.workflow.rights import amends, decides, has_form, may
from registry.workflow.why_kept import LONGEST, WhyKept

from .about import DecisionForm
from .attempt import FormAttempt
from .filled import ANOTHER
from .lists import tell_of_readers
from .proposals import proposal_address
from .sections import faults
from .trial import as_sent_by, attempt_of, names_of, tried_out, try_save

State = Proposal.State
DECIDED = _("This has been decided or amended since you opened it. Look at it again.")
CHANGED = _("The record has changed since. Its author must look at it again.")
LOOK = _("Another person must look at this. Accept it with a reason, or send it back.")
ACCEPTED_BECAUSE = WhyKept(gettext_noop("accepted by %(by)s: %(reason)s"))
ACCEPTED = WhyKept(gettext_noop("accepted by %(by)s"))
# What was accepted is the record's; that it was is kept.
EMPTY = {"typed": {}, "fields": [], "difference": [], "source": ""}


class Newer(Refused):
    """The record was changed since the form of the proposal was opened."""


class DecidingMixin:
    def get_urls(self):
        name = f"{self.opts.app_label}_{self.opts.model_name}_proposal"
        view = self.admin_site.admin_view(self.proposal_view)
        return [path("<int:pk>/proposals/<int:number>/", view, name=name), *super().get_urls()]

    def proposal_view(self, request, pk, number):
        entry, proposal = self._proposal_or_404(request, pk, number)
        if request.method != "POST":
            return self._show_proposal(request, entry, proposal)
        decision = request.POST.get("_decide", "")
        steps = {"accept": self._accept, "send-back": self._send_back, "drop": self._drop}
        if decision not in steps:
            raise PermissionDenied
        own = proposal.author == request.user
        # Nobody decides on what they propose, superusers included; nobody else drops it.
        if own is not (decision == "drop") or not (own or decides(request.user, entry, proposal)):
            raise PermissionDenied
        form = DecisionForm(request.POST)
        form.fields["answer"].required = decision == "send-back"
        if not form.is_valid():
            return self._show_proposal(request, entry, proposal, form)
        proposal.revision = form.cleaned_data["revision"]  # that which the page showed
        try:
            steps[decision](request, entry, proposal, form.cleaned_data)
        except (Refused, IntegrityError) as obstacle:
            proposal.refresh_from_db()
            told_now = [sentence for _, sentence in FormAttempt({}, obstacle=obstacle).told()]
            return self._show_proposal(request, entry, proposal, form, told_now)
        return redirect("admin:index")

    def _accept(self, request, entry, proposal, decision):
        """The form is sent once more, as its author; all of it is done, or nothing."""
        author, by = proposal.author, request.user
        theirs = as_sent_by(author, request)
        with writing(by=author, second=by):
            if not Proposal.objects.decide(proposal, State.ACCEPTED, by, **EMPTY):
                raise Refused(str(DECIDED))
            entry = self._still_here(request, entry)
            attempt, forms = self._replay(theirs, proposal, entry)
            reason = decision["reason"]
            why = why_accepted(by, reason)
            forms.form.instance._change_reason = why
            trial = try_save(self, theirs, attempt, forms)
            if not on_the_same(proposal.difference, trial.difference):
                raise Newer(str(CHANGED))
            if trial.hits and not may(by, PUBLISH, self.model):
                raise Refused(str(ANOTHER), trial.hits)
            if trial.hits and not reason:
                raise Refused(str(LOOK), trial.hits)
            entry = type(entry)._base_manager.get(pk=entry.pk)
            self.follow_precision(request, forms.form, entry, author)
            self.log_change(theirs, entry, why)
            Remark.make(entry, Remark.On.ACCEPTED, by, decision["answer"], proposal)
        messages.success(request, gettext("%(entry)s: the change was accepted.") % {"entry": entry})
        tell_of_readers(request, entry)

    def _send_back(self, request, entry, proposal, decision):
        with transaction.atomic():
            if not Proposal.objects.decide(proposal, State.SENT_BACK, request.user):
                raise Refused(str(DECIDED))
            Remark.make(entry, Remark.On.RETURNED, request.user, decision["answer"], proposal)
        sentence = gettext("%(entry)s: sent back to %(author)s.")
        messages.success(request, sentence % {"entry": entry, "author": proposal.author or "—"})

    def _drop(self, request, entry, proposal, decision):
        as_read = Proposal.objects.filter(pk=proposal.pk, revision=proposal.revision)
        if not as_read.filter(author=request.user).open().delete()[0]:
            raise Refused(str(DECIDED))
        messages.success(request, gettext("%(entry)s: taken back.") % {"entry": entry})

    def _still_here(self, request, entry):
        """The entry as it is stored now, which nobody else changes meanwhile."""
        fresh = self.locked(self.get_queryset(request), entry.pk).first()
        if fresh is None:
            raise Newer(str(CHANGED))
        return fresh

    def _replay(self, theirs, proposal, entry, newest=False):
        """(attempt, its valid forms) as its author would send it now, or `Refused` with why not.

        With `newest` what others changed since is taken over into it.
        """
        author = theirs.user
        if author is None or not (author.is_active and author.is_staff and has_form(author, entry)):
            raise Refused(gettext("The person who proposed this can no longer change it."))
        attempt = attempt_of(proposal)
        if entry.version != attempt.version and not newest:
            raise Newer(str(CHANGED))
        # What stands in the way of a stale form is told by `Newer`.
        attempt = self._begin(theirs, attempt, entry).on_its_way()
        forms = self._forms(theirs, entry, attempt)
        if names_of(forms) != proposal.fields:
            raise Refused(
                gettext("The form now has other fields. Its author must look at it again.")
            )
        if not forms.are_valid():
            sentence = gettext("It cannot be saved as it is. Its author must look at it again.")
            # The sentences may name what exists for its author alone, who reads them in the form.
            wrong = ", ".join(dict.fromkeys(each.label for each in forms.faults() if each.label))
            raise Refused(f"{sentence} ({wrong})" if wrong else sentence)
        return attempt, forms

    def _try_again(self, request, entry, proposal):
        """(difference, hits, why it cannot be accepted or None), on the record as it is now."""
        theirs, why = as_sent_by(proposal.author, request), None
        for newest in (False, True):
            try:
                with tried_out(proposal.author, SOMEBODY):
                    fresh = self._still_here(request, entry)
                    attempt, forms = self._replay(theirs, proposal, fresh, newest)
                    trial = try_save(self, theirs, attempt, forms)
                if why is None and not on_the_same(proposal.difference, trial.difference):
                    why = Newer(str(CHANGED))
                return trial.difference, trial.hits, why
            except (Refused, IntegrityError) as obstacle:
                why = why or obstacle
                if not isinstance(obstacle, Newer):
                    break
        return proposal.difference, [], why

    def _show_proposal(self, request, entry, proposal, form=None, refused=()):
        found, hits, why = proposal.difference, [], None
        if proposal.state != State.ACCEPTED:
            found, hits, why = self._try_again(request, entry, proposal)
        may_decide = decides(request.user, entry, proposal) and proposal.author != request.user
        if hits and may_decide and not may(request.user, PUBLISH, self.model):
            why = why or Refused(str(ANOTHER))
        stands_in_the_way = [sentence for _, sentence in FormAttempt({}, obstacle=why).told()]
        waiting = proposal.state == State.WAITING
        context = self.admin_site.each_context(request) | {
            "title": gettext("Proposed change"),
            "subtitle": str(entry),
            "original": entry,
            "opts": self.opts,
            "proposal": proposal,
            "sections": told(found, request.user),
            "hits": hits,
            "refused": dict.fromkeys([*refused, *stands_in_the_way]),
            "faults": list(faults(form, [])) if form else [],
            "form": form or DecisionForm(initial={"revision": proposal.revision}),
            "remarks": proposal.remarks.select_related("author"),
            "may_accept": may_decide and waiting and why is None,
            "may_send_back": may_decide and waiting,
            "own": proposal.author == request.user and proposal.state != State.ACCEPTED,
            "amend": self._amend_address(request.user, entry, proposal),
        }
        status = 409 if refused else 200
        return render(request, "admin/records/proposal.html", context, status=status)

    def _amend_address(self, user, entry, proposal):
        if proposal.state == State.ACCEPTED or not amends(user, entry, proposal):
            return None
        return proposal_address(entry, proposal, "amend")


def why_accepted(by, reason):
    """What history keeps of it: the reason whole, and of a very long name as much as there is
    room for."""
    if not reason:
        return ACCEPTED.kept(by=by)
    room = LONGEST - len(ACCEPTED_BECAUSE.kept(by="", reason=reason))
    return ACCEPTED_BECAUSE.kept(by=str(by)[:room], reason=reason)
