"""What a process remembers of texts and words of records, and that it forgets them.

What is worked out of a name is kept by the name itself, which may be that of something withdrawn or
erased since. Nothing looks for it there again, and it goes all the same.
"""

import re
import urllib.parse
from functools import lru_cache

_all = []


def remembered(maxsize, typed=False):
    """`lru_cache`, for functions of texts that stand in records."""

    def decorate(function):
        kept = lru_cache(maxsize, typed)(function)
        _all.append(kept)
        return kept

    return decorate


def forget():
    for kept in _all:
        kept.cache_clear()
    # Python itself remembers expressions made of names, and addresses.
    re.purge()
    urllib.parse.clear_cache()  # type: ignore[attr-defined]  # the stubs lack it
