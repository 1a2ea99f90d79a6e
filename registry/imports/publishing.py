"""What a reviewer has chosen of a file becomes public in shares of some seconds, so that others
write between two of them: each record after what it needs, and none that was changed since.

    with writing(by=reviewer):
        choose(batch, entries, reviewer)
    while batch.publishing:
        publish_on(batch, reviewer, publish)    # publish(entries, until): those that it published

What is refused on the way stays with all that comes after it, and waits as it did.
"""

from time import monotonic

from django.utils.translation import gettext as _

from registry.cards.changeset import writing
from registry.staff.bundle_page import CHANGED
from registry.workflow.acts import Refused
from registry.workflow.bundles import MOST, in_review, refusals

from .models import Batch
from .writing_down import SHARE


def choose(batch, entries, by):
    """These are to be published, in this order; `Refused` tells all that stands in the way now."""
    if told := refusals(entries, by):
        raise Refused(_("Nothing was published."), told)
    _keep(batch, {"by": by.pk, "number": len(entries), "left": _named(entries)})


def is_published_by(batch, user):
    """Whether the person has chosen what of it is being published."""
    return bool(batch.publishing) and batch.publishing["by"] == user.pk


def publish_on(batch, by, publish):
    """The next share: what was published. `Refused` ends it, and says what is left and why."""
    if not Batch.objects.take(batch):
        return []  # somebody is at it
    try:
        return publish_share(batch, by, publish, monotonic() + SHARE)
    except Refused as refusal:
        told = _("Not published, and waiting as before: %(count)d.")
        told %= {"count": len(batch.publishing["left"])}
        _keep(batch, None)
        raise Refused(told, refusal.hits or [refusal.sentence]) from refusal
    finally:
        Batch.objects.leave(batch)


def publish_share(batch, by, publish, until):
    """As much of what the person has chosen as can be until a moment of the monotonic clock."""
    with writing(by=by):
        batch.refresh_from_db(fields=["publishing"])
        if not is_published_by(batch, by):
            return []
        chosen = batch.publishing
        first = chosen["left"][:MOST]
        waiting = in_review([(kind, public_id) for kind, public_id, _version in first], by)
        if _named(waiting) != first:
            raise Refused(str(CHANGED))
        done = publish(waiting, until)
        left = chosen["left"][len(done) :]
        _keep(batch, chosen | {"left": left} if left else None)
    return done


def _named(entries):
    return [[each.card_type, str(each.public_id), each.version] for each in entries]


def _keep(batch, publishing):
    batch.publishing = publishing
    batch.save(update_fields=["publishing"])
