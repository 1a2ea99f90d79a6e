"""An administrator publishes what they wrote themselves: an office of two, and the other is away.

It is an act of its own, with a reason, and another person is shown it afterwards. Whatever harms if
it is wrong waits for the other all the same: what the scan finds, and a place shown more finely.
"""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from registry.cards.changeset import writing
from registry.cards.refused import Refused
from registry.records.models import PublishedAlone, Record, State
from registry.values.precision import is_finer

from .acts import Act
from .finer_places import made_finer_by
from .groups import ADMINISTRATOR, GROUPS, PUBLISH
from .histories import written_by
from .rights import may
from .scan import scan
from .why_kept import WhyKept

BY_ONE = WhyKept(gettext_noop("published by one person: %(reason)s"))


def administers(user, model):
    return all(may(user, act, model) for act in GROUPS[ADMINISTRATOR].entries)


def may_publish_alone(user, entry):
    """Whether nothing but the second person is missing: what others wrote is published as ever."""
    return (
        ALONE.is_open_to(user, entry)
        and administers(user, type(entry))
        and user.pk in written_by(entry)
        and not entry.history.filter(state=State.PUBLIC).exists()
    )


def obstacle_alone(entry, by):
    """Why it waits for another person all the same, as a `Refused`, or None."""
    if entry.has_fallen:
        return Refused(gettext("All who run this, or what it is a part of, were withdrawn."))
    if isinstance(entry, Record):
        usual = type(entry)._meta.get_field("precision").default
        if is_finer(entry.precision, usual) or by.pk in made_finer_by(entry):
            return Refused(
                gettext("You show its place more finely: another person must publish it.")
            )
    hits = scan(entry)
    if hits:
        return Refused(gettext("Another person must look at this."), hits)
    return None


def _one_pair_of_eyes(entry, by, reason):
    if not may_publish_alone(by, entry):
        raise PermissionDenied
    if obstacle := obstacle_alone(entry, by):
        raise obstacle


# In no list of acts: no button of a form and no action of a list does it by mistake.
ALONE = Act(
    "publish-alone",
    _("Publish alone"),
    _("published"),
    (State.REVIEW,),
    State.PUBLIC,
    (PUBLISH,),
    _one_pair_of_eyes,
)


def publish_alone(entry, by, reason):
    with writing(by=by) as changes:
        ALONE.perform(entry, by, BY_ONE.kept(reason=reason))
        changes.flush()  # what it refuses is told on the page
        PublishedAlone.objects.create(
            card_type=entry.card_type,
            public_id=entry.public_id,
            author=by,
            reason=reason,
            version=entry.version,
        )
