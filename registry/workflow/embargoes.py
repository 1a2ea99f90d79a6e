"""An embargo is lifted by who looks, not by the clock: nothing in a card depends on today."""

from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from registry.cards.changeset import writing
from registry.cards.declarations import of_entries
from registry.cards.refused import Refused
from registry.records.models import Record


def lift():
    """Lift those that have fallen due, never early; what was lifted, in words.

    Nobody decides here, so nothing is shown more finely than when it was last public: such an
    embargo stays until an officer ends it.
    """
    now, lifted, hidden, kept = timezone.now(), 0, [], []
    for declaration in of_entries():
        if not issubclass(declaration.model, Record):
            continue
        due = declaration.model.objects.filter(embargo_until__lte=now)
        for key in due.order_by("pk").values_list("pk", flat=True):
            try:
                with writing(by=AnonymousUser()):
                    # One by one, as a save keeps a version in history and `update()` none.
                    record = due.filter(pk=key).first()
                    if record is None:  # somebody was faster
                        continue
                    record.embargo_until = None
                    record.save()
            except Refused:
                kept.append(f"{declaration.type} {key}")
                continue
            lifted += 1
            if not record.is_public:
                hidden.append(f"{record.card_type} {record.slug}")
    still = f", still not shown: {', '.join(hidden)}" if hidden else ""
    waiting = f", left to a safety officer: {', '.join(kept)}" if kept else ""
    return f"{lifted} embargoes lifted{still}{waiting}"
