"""Who looks on while a change set is written, and may refuse it.

The cards know of no rights. The room above that does (`registry.workflow.finer_places`) says at the
start of the process who the guard is: `Guard.use(PlaceGuard)`. Without one no change is
written; `cards --rebuild` alone, which changes nothing, asks none.
"""

from django.core.exceptions import ImproperlyConfigured


class Guard:
    """Looks on while bodies of cards are replaced: called with the type of the cards and, for each
    that comes, goes or changes, its (public id, old text or None, new body or None)."""

    _in_use = None

    def __init__(self, by, before, second=None):
        self.by = by  # who answers for the change set, or None
        self.second = second  # who answers for it as well, or None
        self.before = before  # {(model, key): what was recorded of where it is until now}

    @classmethod
    def use(cls, guard):
        Guard._in_use = guard

    @classmethod
    def over(cls, by=None, before=None, second=None):
        """The guard of one change set."""
        if Guard._in_use is None:
            raise ImproperlyConfigured("Nobody looks on: registry.workflow is not installed.")
        return Guard._in_use(by, {} if before is None else before, second)

    def __call__(self, card_type, changes):
        raise NotImplementedError

    def allows(self, model):
        """Whether those who answer may show places of the kind more finely, or nobody answers."""
        raise NotImplementedError

    def decide(self):
        """Refuses the change set, with a sentence, if it may not be."""
        raise NotImplementedError
