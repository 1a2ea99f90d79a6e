"""What is the same for all who have the same rights, made once in a process for each language.

The rights are read anew for each request: whoever loses one is shown what others without it are
shown. Nothing is kept that says anything of a record or of a person.
"""

from django.urls import get_script_prefix
from django.utils.translation import get_language

from .logins import rights_of

MOST = 500


class KeptByRights:
    def __init__(self):
        self._known = {}

    def once(self, request, key, make):
        """What `make()` gave for this key, these rights and this language. It is shared: nobody
        changes it."""
        whole = (key, get_script_prefix(), get_language(), *rights_of(request.user))
        if (found := self._known.get(whole)) is not None:  # at once: another thread may clear it
            return found
        found = make()
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[whole] = found
        return found
