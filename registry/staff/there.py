"""What there is at all of what waits on the first page: of most kinds and states nothing.

One statement, put together once, says it; only what there is some of is then asked for.
"""

from functools import cache

from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef

from registry.cards.declarations import of_entries
from registry.cards.prepared import Prepared
from registry.records.models import Proposal, PublishedAlone, State

from .todo import ASKED, undone

STATES = (State.DRAFT, State.REVIEW, State.WITHDRAWN)
OWN = "own"  # what this person ever changed
PROPOSALS, ALONE = ("proposal", "open"), ("published alone", "unseen")


def there(user):
    """{(card type, a state, `OWN` or `ASKED`), `PROPOSALS`, `ALONE`} of which there is any."""
    keys, asked = _asked()
    (flags,) = asked.rows([user.pk])
    return {key for key, flag in zip(keys, flags, strict=True) if flag}


@cache
def _asked():
    some = {PROPOSALS: Proposal.objects.open(), ALONE: PublishedAlone.objects.unseen()}
    for model in (each.model for each in of_entries()):
        rows = model._base_manager.exclude(state=State.PUBLIC)  # which the index of states holds
        some |= {(model.card_type, state): rows.filter(state=state) for state in STATES}
        own = model.history.model._base_manager.filter(history_user=OuterRef("pk"))
        some |= {(model.card_type, OWN): own, (model.card_type, ASKED): undone(rows, ASKED)}
    names = [f"any_{number}" for number in range(len(some))]
    flags = {name: Exists(rows) for name, rows in zip(names, some.values(), strict=True)}

    def of_one(keys):
        return User.objects.filter(pk__in=keys).annotate(**flags).values_list(*names)

    return [*some], Prepared(of_one)
