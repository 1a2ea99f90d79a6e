from django.core.management.commands import loaddata
from django.db import router

from registry.records.models import Entry, State
from registry.records.writing import writing

LOCKED = (State.WITHDRAWN, State.ERASED)


class Command(loaddata.Command):
    help = (
        f"{loaddata.Command.help} Everything in one transaction, cards included; records that "
        "were withdrawn or erased stay as they are."
    )

    def loaddata(self, fixture_labels):
        with writing():
            super().loaddata(fixture_labels)

    def save_obj(self, obj):
        """Pass over what was withdrawn: no file can bring it back."""
        if is_locked(obj.object):
            return False
        return super().save_obj(obj)


def is_locked(row):
    """Whether the row is, or belongs to, a record that only a second person may bring back."""
    if isinstance(row, Entry):
        alias = router.db_for_write(type(row))
        rows = type(row)._base_manager.using(alias).filter(public_id=row.public_id)
        return rows.filter(state__in=LOCKED).exists()
    owner = getattr(row, "record", None)
    return isinstance(owner, Entry) and owner.state in LOCKED
