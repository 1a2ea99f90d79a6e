"""What somebody said of an earlier file, to be offered for the next: what columns are, and which
record a name means."""

from registry.values.folding import fold

from . import cells
from .matching import digest
from .models import Decision, Naming
from .sections import ITSELF, Asked
from .tables import ERRORS
from .targets import ASIDE


def saved_naming(request, kind, heads):
    """What these columns were said to be before, if all of them were: but for that of errors."""
    words = [fold(head) for head in heads]
    for naming in Naming.objects.filter(owner=request.user, kind=kind):
        known = {fold(ERRORS): ASIDE} | naming.columns
        if all(not word or word in known for word in words):
            return {n: known[word] for n, word in enumerate(words) if word}
    return None


def save_naming(request, kind, heads, said):
    """Under the name that the person gives, if any."""
    if name := cells.plain(request.POST.get("save_as", ""))[:80]:
        columns = {fold(heads[place]): key for place, key in said.items()}
        Naming.objects.update_or_create(
            owner=request.user, name=name, defaults={"kind": kind, "columns": columns}
        )


def decided_before(request, holds):
    """{key of what is asked: what was decided of the same words}"""
    keys = {digest(Asked(**asked).key): Asked(**asked).key for asked in holds["asked"]}
    rows = Decision.objects.filter(owner=request.user, digest__in=list(keys))
    return {keys[of]: taken for of, taken in rows.values_list("digest", "taken")}


def remember(request, decisions):
    """For this person; of what is the row itself the next file decides anew."""
    rows = [
        Decision(owner=request.user, digest=digest(key), taken=taken)
        for key, taken in decisions.items()
        if f":{ITSELF}:" not in key
    ]
    Decision.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["owner", "digest"],
        update_fields=["taken"],
    )
