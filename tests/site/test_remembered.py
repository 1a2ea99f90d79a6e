"""What a process has worked out of a name goes with the name."""

import gc
import re
from functools import _lru_cache_wrapper

import pytest
from django.core.cache import caches

from registry.cards.models import Counter
from registry.listings.facets import cached_until_change
from registry.values.folding import fold
from registry.values.stemming import stems
from registry.workflow.scan import mentions, scan, stem_of
from registry.workflow.withdrawal import Reason, withdraw
from tests.support.factories import organisation, programme
from tests.support.kept import kept_texts

pytestmark = pytest.mark.django_db
NAME = "Zorkavitsa Kvetnitsa"
WORDS = {"Zorkavitsa", *fold(NAME).split()}


def strings_in(value, seen):
    """All texts that something keeps, of whatever it is made."""
    if isinstance(value, bytes):
        yield value.decode("utf-8", "ignore")
    elif isinstance(value, str):
        yield value
    elif id(value) not in seen and isinstance(value, dict | list | tuple | set | frozenset):
        seen.add(id(value))
        parts = [*value, *value.values()] if isinstance(value, dict) else value
        for part in parts:
            yield from strings_in(part, seen)
    elif type(value).__name__ == "_HashedSeq" or hasattr(value, "pattern"):
        yield str(getattr(value, "pattern", value))


def holders():
    """Where this process keeps the name: functions that remember, and caches."""
    found = set()
    gc.unfreeze()  # what was imported is among the objects
    for kept in gc.get_objects():
        if type(kept) is _lru_cache_wrapper:  # lazy objects would be made by a question
            texts = [t for part in gc.get_referents(kept) for t in strings_in(part, set())]
            if any(word in text for word in WORDS for text in texts):
                found.add(kept.__qualname__)
    if any(
        stem in str(key) for key in list(re._cache) for stem in map(stem_of, fold(NAME).split())
    ):
        found.add("re")
    texts = list(strings_in(dict(caches["kept"]._cache), set()))
    if any(word in text for word in WORDS for text in texts):
        found.add("kept")
    if any(word in text for word in WORDS for text in kept_texts()):
        found.add("pieces")
    return found


@pytest.fixture
def said(client):
    """An organisation whose name was looked at in all ways."""
    gone = organisation("zorka", name_en=NAME)
    contest = programme("contest", roles=[("organiser", gone)])
    for path in ("/en/organisations/", "/en/organisations/zorka/", "/en/", "/en/programmes/"):
        assert client.get(path).status_code == 200
    for path in ("search/?q=Zorkavitsa", "search/?q=Zorkavits&suggest=true"):
        assert client.get(f"/api/v1/{path}").json()["results"]
    scan(contest)
    stems(fold("Zorkavitsa"))
    cached_until_change(Counter.current(), "said", lambda: {"name": NAME})
    assert mentions(fold(NAME).split(), tuple(fold(NAME).split()))
    assert {
        "_folded",
        "stems",
        "sought",
        "_heard_as",
        "re",
        "urlsplit",
        "kept",
        "pieces",
    } <= holders()
    return gone


def test_after_a_withdrawal_no_cache_of_a_process_holds_the_name(
    said, client, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        withdraw(said, Reason.SAFETY)
    assert holders() == set()  # in the process that has done it, at once


def test_nor_does_that_of_another_process_from_its_next_page_on(said, client):
    said.state = "erased"
    said.save()
    assert holders()
    client.get("/en/")
    assert holders() == set()


def test_nor_does_a_name_that_was_changed_stay(said, client):
    said.name_en = "Another"
    said.save()
    assert holders()
    Counter.current()
    assert holders() == set()


def test_what_has_not_changed_is_remembered(said, client):
    client.get("/en/")
    assert holders()
