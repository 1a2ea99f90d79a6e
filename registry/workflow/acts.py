"""How an entry moves between draft, review and public, and who may move it.

    ACTS["publish"].perform(entry, by=reviewer)

Withdrawal and its undoing are acts of their own, in `withdrawal.py`.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.cards.changeset import writing
from registry.cards.refused import Refused
from registry.records.models import Remark, State
from registry.records.versions import keep_first

from .finer_places import made_finer_by
from .groups import PUBLISH, RESTRICT
from .histories import written_by
from .rights import may, writes
from .scan import scan

# Acts that are remarked also when nothing was said: since when it waits, and for whom.
HANDED_ON = ("review", "draft")


def _two_pairs_of_eyes(entry, by, reason):
    """At the first publication, and at every one in spite of what the scan found."""
    if entry.has_fallen:
        raise Refused(gettext("All who run this, or what it is a part of, were withdrawn."))
    own = by is not None and by.pk in written_by(entry)
    if own and not entry.history.filter(state=State.PUBLIC).exists():
        raise Refused(gettext("You wrote this yourself: another person must publish it."))
    if own and by.pk in made_finer_by(entry):
        raise Refused(gettext("You show its place more finely: another person must publish it."))
    hits = scan(entry)
    if hits and own:
        raise Refused(gettext("You wrote part of this: another person must decide on this."), hits)
    if hits and not reason:
        raise Refused(gettext("This cannot be published as it stands."), hits)


def _nothing(entry, by, reason):
    """Taking something out of sight needs no second look."""


@dataclass(frozen=True)
class Act:
    name: str
    label: str
    done: str
    before: tuple
    after: str
    rights: tuple  # one of these acts upon the model must be allowed
    check: Callable = _nothing

    @property
    def hides(self):
        """Whether what the public sees goes out of its sight: that waits for nobody (0007)."""
        return State.PUBLIC in self.before and self.after != State.PUBLIC

    def is_open_to(self, user, entry):
        return entry.state in self.before and any(
            writes(user, entry) if right == "change" else may(user, right, type(entry))
            for right in self.rights
        )

    def perform(self, entry, by, reason="", remark=""):
        """Move the entry, or raise `Refused`. `reason` overrides the scan and stays in history;
        the remark is for the staff alone."""
        with writing(by=by, second=self._second(entry, by)):
            entry.refresh_from_db()  # somebody may have moved it since the caller read it
            if entry.state not in self.before:
                raise Refused(
                    gettext("It is %(state)s now: this can no longer be done.")
                    % {"state": entry.get_state_display()}
                )
            if not self.is_open_to(by, entry):
                raise PermissionDenied
            keep_first(entry)
            self.check(entry, by, reason)
            entry.state = self.after
            entry._history_user, entry._change_reason = by, reason[:100]
            entry.save()
            if remark or self.name in HANDED_ON:
                Remark.make(entry, self.name, by, remark)

    def _second(self, entry, by):
        """A place that becomes public shows others more finely: with whoever wrote it."""
        if self.name != "publish" or not hasattr(entry, "unit_at"):
            return None
        writers = written_by(entry)
        return User.objects.filter(pk__in=writers).first() if by.pk not in writers else None


ACTS = {
    act.name: act
    for act in (
        Act(
            "review",
            _("Send to review"),
            _("sent to review"),
            (State.DRAFT,),
            State.REVIEW,
            ("change",),
        ),
        Act(
            "publish",
            _("Publish"),
            _("published"),
            (State.REVIEW,),
            State.PUBLIC,
            (PUBLISH,),
            _two_pairs_of_eyes,
        ),
        Act(
            "draft",
            _("Back to draft"),
            _("back to draft"),
            (State.REVIEW,),
            State.DRAFT,
            ("change",),
        ),
        Act(
            "hide",
            _("Take back to review"),
            _("taken back to review"),
            (State.PUBLIC,),
            State.REVIEW,
            (PUBLISH, RESTRICT),
        ),
    )
}


def open_acts(user, entry):
    return [act for act in ACTS.values() if act.is_open_to(user, entry)]
