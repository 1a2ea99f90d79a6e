"""What the database knows to be gone and the ledger does not say.

A line is written once its act is committed: who is killed between the two, or finds the disk of the
ledger full or away, leaves none. The database tells it again, and all of it when the file was lost.
"""

from collections import defaultdict

from registry.cards.changeset import writing
from registry.cards.declarations import of_entries
from registry.ops import ledger
from registry.records.models import MISTAKEN, Erasure, Record, State


def fill_gaps():
    """Each hour; what there is to tell, or None."""
    if not gaps():
        return None
    with writing():  # so that nobody brings back meanwhile what is noted as gone
        found = gaps()
        for (happened, of), told in found.items():
            ledger.write(happened, of, sorted(told))
    return f"{sum(map(len, found.values()))} lines were missing in the ledger"


def gaps():
    """{(what happened, type or mark of a key): ids or hashes}."""
    # The ledger is read last: what is withdrawn meanwhile is noted by who does it.
    withdrawn, erased, words = _entries(State.WITHDRAWN), _entries(State.ERASED), _words()
    mistaken = _entries(State.WITHDRAWN, withdrawal_reason__in=MISTAKEN)
    file = ledger.place()
    noted = ledger.taken_out(file)
    lacking = {
        ledger.GONE: withdrawn - noted.keys(),
        ledger.MISTAKE: {key for key in mistaken if not noted.get(key)},
        ledger.ERASED: erased - set(ledger.erased(file)),
        ledger.WORDS: words - ledger.erased_words(file),
    }
    found = defaultdict(set)
    for happened, keys in lacking.items():
        for of, what in keys:
            found[happened, of].add(what)
    return found


def _entries(state, **reason):
    """{(type, id)} of the entries in this state; those that have a reason are records."""
    models = [each.model for each in of_entries() if not reason or issubclass(each.model, Record)]
    return {
        (model.card_type, public_id)
        for model in models
        for public_id in model._base_manager.filter(state=state, **reason).values_list(
            "public_id", flat=True
        )
    }


def _words():
    """{(mark of a key, hash)} of all words that were erased."""
    told = Erasure.objects.exclude(digests="").values_list("digests", flat=True)
    return {tuple(line.split()) for lines in told for line in lines.splitlines()}
