"""Names of persons in cells, as they are likely to be written: two or three words that begin with
capitals, of which one is a common given name of the country, or a name after the father.

A warning beside a column, never a decision: streets and schools are called after people as well.
"""

import re
from functools import cache
from pathlib import Path

from registry.values.folding import fold

GIVEN_NAMES = Path(__file__).with_name("given_names.txt")
MOST = 3  # words

_WORD = r"[^\W\d_a-zа-яёіў][a-zа-яёіў'’ʼ]+(?:-[^\W\d_a-zа-яёіў][a-zа-яёіў'’ʼ]+)?"
_RUN = re.compile(rf"(?<![\w-]){_WORD}(?:[  ]{_WORD})+(?![\w-])")
_DAUGHTER = re.compile(r"(?:[оеё]вна|ична|[аеі]ўна|ічна|ovna|evna|ichna|[ae]una)$")
_SON = re.compile(r"(?:[оеё]вич|ьич|[аоеё]віч|ovich|evich|avich)$")


def persons(text):
    """What stands in the text and is likely to be the name of a person."""
    runs = (run.group() for run in _RUN.finditer(text))
    return [run for run in runs if _is_person(re.split("[  ]", run))]


def _is_person(words):
    if len(words) > MOST:
        return False
    if any(fold(word) in _given_names() for word in words):
        return True
    if len(words) == MOST and _SON.search(words[-1]):  # of two, it is a family name as well
        return True
    return any(map(_DAUGHTER.search, words[1:]))


@cache
def _given_names():
    return frozenset(fold(name) for name in GIVEN_NAMES.read_text(encoding="utf-8").split())
