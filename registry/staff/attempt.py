"""One sending of a staff form, and what keeps it from being saved, told in the form itself."""

from dataclasses import dataclass, field, replace

from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.utils.translation import gettext

from registry.records.models import Entry, Proposal
from registry.workflow.acts import ACTS

WHOLE = " whole"  # at the end of the name of an act


class Stale(Exception):
    """Others saved while this form was open: `told` says what, by field name or None."""

    def __init__(self, told):
        super().__init__()
        self.told = told


@dataclass(frozen=True)
class FormAttempt:
    """A form as it was sent.

    It is saved once or not at all. What refuses it takes back all that it wrote; then the same
    form is read once more, to be shown, as an attempt with an obstacle: such a form is never valid.
    """

    typed: QueryDict
    entry: Entry | None = None  # None: a new one
    public_before: dict = field(default_factory=dict)  # its card before, if the public sees it
    hidden: dict = field(default_factory=dict)  # {name: what it refers to and the person sees not}
    obstacle: Exception | None = None
    proposal: Proposal | None = None  # that this form amends, or that is accepted by it

    @property
    def version(self):
        """That which the form showed; -1 for a form that none of ours sends."""
        text = self.typed.get("seen_version", "")
        return int(text) if text.isdecimal() and len(text) < 10 else -1

    @property
    def act(self):
        """What the button asks for beside saving, or None."""
        return ACTS.get(self.typed.get("_act", "").removesuffix(WHOLE))

    @property
    def is_of_the_whole(self):
        """Whether it asks so for all that belongs together."""
        return self.typed.get("_act", "").endswith(WHOLE)

    @property
    def asks_for_a_reason(self):
        return bool(getattr(self.obstacle, "hits", ())) or "override" in self.typed

    def refused(self, obstacle, entry):
        """The same, to be shown with why; of what it was saved to, as it is stored."""
        return replace(self, obstacle=obstacle, entry=entry)

    def typed_for(self, version):
        """The same as if the form had shown this version."""
        typed = self.typed.copy()
        typed["seen_version"] = str(version)
        return replace(self, typed=typed)

    def on_its_way(self):
        """The same with nothing in its way."""
        return replace(self, obstacle=None)

    def told(self):
        """(field or None, sentence) for all that keeps the form from being saved."""
        if self.obstacle is None:
            return []
        if isinstance(self.obstacle, Stale):
            return self.obstacle.told
        if hits := getattr(self.obstacle, "hits", ()):
            return [(None, self.obstacle.sentence), *((None, str(hit)) for hit in hits)]
        if isinstance(self.obstacle, PermissionDenied) or hasattr(self.obstacle, "sentence"):
            return [(None, str(self.obstacle))]
        return [(None, _sentence_of_constraint(str(self.obstacle)))]


def _sentence_of_constraint(error):
    for model in apps.get_models():
        for constraint in model._meta.constraints:
            if constraint.name in error:
                return constraint.get_violation_error_message()
    # Where a value is taken twice, SQLite names the columns and no constraint.
    return gettext("This could not be saved: another row has the same value. Nothing was changed.")
