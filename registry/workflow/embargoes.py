"""An embargo is lifted by who looks, not by the clock: nothing in a card depends on today."""

from django.utils import timezone

from registry.cards.changeset import writing
from registry.cards.declarations import of_entries
from registry.records.models import Record


def lift():
    """Lift those that have fallen due, never early; what was lifted, in words."""
    now, lifted, hidden = timezone.now(), 0, []
    for declaration in of_entries():
        if not issubclass(declaration.model, Record):
            continue
        due = declaration.model.objects.filter(embargo_until__lte=now)
        if not due.exists():  # each minute: who only looks takes no lock
            continue
        with writing():
            for record in due:
                # One by one, as a save keeps a version in history and `update()` none.
                record.embargo_until = None
                record.save()
                lifted += 1
                if not record.is_public:
                    hidden.append(f"{record.card_type} {record.slug}")
    still = f", still not shown: {', '.join(hidden)}" if hidden else ""
    return f"{lifted} embargoes lifted{still}"
