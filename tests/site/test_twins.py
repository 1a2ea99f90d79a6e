"""Two registries, equal in public and different in all that is hidden, cannot be told apart.

for registry in TWINS: with twin(registry): ask the same, get the same bytes
"""

import time
import uuid
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone

from organisations.models import Organisation
from programmes.models import Event, Programme
from registry.cards.declarations import of_entries
from registry.cards.models import (
    Card,
    CardGiven,
    CardHead,
    CardPoint,
    CardSpan,
    CardTerm,
    Counter,
    NameSpelling,
    NameWord,
    OwnWords,
    Redirect,
    SearchName,
    SearchText,
    Tombstone,
)
from registry.records.models import Erasure, Proposal, Remark, State
from registry.records.relations import part_models, references
from registry.values.precision import Precision
from registry.workflow.erased_words import ErasedWords
from registry.workflow.erasure import erase_record, erase_words
from registry.workflow.merging import merge
from registry.workflow.withdrawal import Reason, withdraw
from tests.support import factories as make
from tests.support.doors import addresses
from tests.support.shares import few

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
TWINS = ("Honey", "Wasp")
HIDDEN = (
    {"state": State.DRAFT},
    {"state": State.REVIEW},
    {"state": State.WITHDRAWN},
    {"state": State.ERASED},
)


@pytest.fixture(autouse=True)
def _frozen(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    # By which Django signs cursors and dates headers.
    monkeypatch.setattr(time, "time", NOW.timestamp)


@contextmanager
def twin(word):
    """A registry whose hidden things are all about the word; gone at the end."""
    cache.clear()
    with transaction.atomic():
        Counter.objects.create(pk=1, registry=uuid.UUID(int=7))
        populate(word, len(word))
        yield
        transaction.set_rollback(True)


def populate(word, size):
    made = []

    def hidden(kind, **values):
        """Some of them in each hidden state, more in one twin than in the other."""
        rows = []
        for n in range(size):
            state = HIDDEN[n % len(HIDDEN)]
            slug = f"{word}-{kind.__name__}-{len(made)}".lower()
            made.append(slug)
            rows.append(kind(slug, name_en=f"{word} {kind.__name__}", **state, **values))
        return rows

    places = make.belarus()
    if word == "Honey":  # the order in which hidden and public things came is hidden too
        hidden(make.source)
    source = make.source("report", name_en="Report")
    broad = make.term("governance", name_en="Governance")
    theme = make.term("local-governance", parent=broad)
    villages = hidden(make.location, parent=places["mstsislaw-district"], lat=54.0, lon=size / 3)
    themes = hidden(make.term, parent=theme)
    sources = [*hidden(make.source), source]
    ngo = make.organisation(
        "ngo",
        name_en="Public NGO",
        seat=places["mstsislaw"],
        sources=sources,
        address=f"{size} {word} Street",
        locations=villages,
    )
    bodies = hidden(make.organisation, seat=places["mstsislaw"], summary_en=word)
    parts = {
        "locations": [*villages, places["mstsislaw"]],
        "themes": [*themes, theme],
        "sources": sources,
        "roles": [*(("funder", body) for body in bodies), ("organiser", ngo)],
    }
    contest = make.programme("contest", name_en="Contest", dates="2015/2016", **parts)
    make.figure(contest, source=source, public_id=uuid.UUID(int=1))
    hidden(make.programme, **parts, figures=[{"source": source, "label_en": word}])
    hidden(make.edition, programme=contest, dates=f"20{size}")
    sixth = make.edition("sixth", programme=contest, dates="2016", number=6)
    exact = {"address": f"{size} {word}", "venue_en": word, "lat": 54 + size / 100, "lon": 31.7}
    make.event("final", edition=sixth, dates="2027-03-21", **parts, **exact)
    hidden(make.event, edition=sixth, dates="2027-03-22", **parts)
    hidden(make.initiative, edition=sixth, award=word)
    make.initiative("garden", edition=sixth, name_en="Garden", **parts)

    # The place as shown is the same, the place itself is not.
    town = places["mstsislaw"] if word == "Honey" else places["mstsislaw-district"]
    make.event("in-a-region", locations=[town], precision=Precision.REGION, **exact)
    # The same moment by the clock of another country.
    clock = ("Europe/Minsk", "12:00", "13:30")
    clock = clock if word == "Honey" else ("Europe/Warsaw", "11:00", "12:30")
    hours = dict(zip(("time_zone", "start_time", "end_time"), clock, strict=True))
    hours["dates"] = "2027-05-01"
    make.event("nowhere", locations=[town], precision=Precision.HIDDEN, **exact, **hours)
    make.event("unplaced", locations=villages, **hours)
    # Parts whose whole hides where it is.
    quiet = make.organisation("quiet", seat=town, precision=Precision.HIDDEN)
    branch = make.organisation("branch", parent=quiet, seat=town, locations=[town])
    whole = make.programme("whole", precision=Precision.REGION, locations=[town])
    part = make.programme("part", parent=whole, locations=[town])
    make.edition("of-part", programme=part, locations=[town])
    make.event("of-branch", roles=[("organiser", branch)], locations=[town])
    make.organisation("somewhere", seat=town, precision=Precision.COUNTRY)

    # Not yet, and no more.
    embargo = NOW + timedelta(days=size)
    make.programme(f"{word}-embargoed".lower(), name_en=word, embargo_until=embargo, **parts)
    make.programme("awaited", name_en=f"{word} awaited", embargo_until=embargo)
    gone = make.organisation("gone", name_en="Gone", address=word)
    make.programme("by-gone", roles=[("organiser", gone), ("partner", ngo)])
    withdraw(gone, Reason.SAFETY if word == "Honey" else Reason.MISTAKE)
    Organisation.objects.filter(slug="gone").update(name_en=word, helps_with_en=word)
    for _ in range(size):  # what waits, and what is said of it
        beside = {"card_type": contest.card_type, "public_id": contest.public_id}
        Proposal.objects.create(**beside, version=0, typed={"name_en": [word]}, source=word)
        Remark.make(contest, Remark.On.REVIEW, None, word)
    back = make.programme("back-in-review", name_en="Once public")
    back.state = State.REVIEW
    back.save()
    Programme.objects.filter(slug="back-in-review").update(summary_en=word, dates=f"20{size}")
    moved = make.programme("old-address", name_en="Moved")
    moved.slug = "new-address"
    moved.save()

    # What was entered twice and never public is one now, with itself and with what is public.
    for n in range(size):
        pair = (make.organisation(f"{word}-{n}-{m}".lower(), state=State.DRAFT) for m in "ab")
        merge(*pair)
    # Its name becomes another name of the public one, its summary does not.
    double = {"name_en": "Entered again", "summary_en": word, "state": State.DRAFT}
    double = make.programme(f"{word}-double".lower(), **double)
    merge(make.programme("entered-twice", name_en="Entered twice", summary_en="Once"), double)

    # What was erased: of what nobody knew, of what was public, and words of a public text.
    if word == "Honey":
        erase_record(make.programme("honey-erased", state=State.DRAFT))
    for _ in range(size):
        Erasure.objects.create(card_type="programme", public_id=uuid.uuid4(), words=word)
    erase_record(make.organisation("erased", name_en=f"{word} was here", seat=places["mstsislaw"]))
    make.event("quoting", name_en="Quoting", summary_en=f"As {word}leaf said.")
    erase_words(ErasedWords.of(f"{word}leaf"))
    Erasure.objects.create(words=f"{word}leaf", done_at=NOW - timedelta(days=size), rows=size)

    for kind in make.OTHERS:
        public = kind(f"public-{kind.__name__}", name_en="Contest of another kind")
        hidden(kind, summary_en=word)
        for part in part_models(type(public)).values():
            related = {name: part._meta.get_field(name).related_model for name in references(part)}
            named = [name for name, of in related.items() if of is Organisation]
            for name in named:
                shown = dict.fromkeys(named, ngo) | {"source": source}
                make.row(part, public, **shown)
                # With a hidden one that it need not name, a row is shown without it.
                for body in bodies if name in part.shown_with() else bodies[:1]:
                    make.row(part, public, **shown | {name: body})

    # Staff, and how often they saved.
    User.objects.create_user(word, is_staff=True)
    for _ in range(size):
        Event.objects.get(slug="final").save()


def tables():
    """The public tables without their keys, by which no reader is told anything."""
    found = {"counter": list(Counter.objects.values())}
    cards = {card.pk: (card.type, card.public_id) for card in Card.objects.all()}
    beside = (CardHead, CardTerm, CardPoint, CardSpan, CardGiven, SearchName, SearchText, OwnWords)
    found["words"] = sorted(NameWord.objects.values_list("word", "cards"))
    found["spellings"] = sorted(NameSpelling.objects.values_list("key", "word__word"))
    for model in (Card, *beside, Tombstone, Redirect):
        rows = []
        for row in model.objects.values():
            row.pop("id", None)
            if "card_id" in row:
                row["card"] = cards[row.pop("card_id")]
            rows.append(sorted((name, str(value)) for name, value in row.items()))
        found[model.__name__] = sorted(rows)
    return found


def names(least):
    """{type: slugs and ids of the twin, hidden ones and one that never was included}."""
    found = {"figure": {str(uuid.UUID(int=1))}}
    for declaration in of_entries():
        rows, by_state = declaration.model.objects.order_by("slug"), {}
        cards = Card.objects.filter(type=declaration.type)
        public = set(cards.values_list("public_id", flat=True))
        for slug, public_id, state in rows.values_list("slug", "public_id", "state"):
            shown = state, public_id in public
            by_state.setdefault(shown, []).append((slug, str(public_id)))
        kept = [row for some in by_state.values() for row in some[:least]]
        found[declaration.type] = {name for row in kept for name in row}
        found[declaration.type] |= {"never-was", str(uuid.UUID(int=9))}
    return found


QUERIES = (
    *("q=Honey", "q=wasp", "q=contest", "q=Mstsislaw", "q=hon", "q=funder"),
    *(
        "location=BY-MA",
        "location=mstsislaw",
        "location=none",
        "organisation=honey-organisation-22",
    ),
    *("organisation=ngo", "programme=awaited", "theme=none", "theme=governance"),
    *("theme=honey-term-12", "year=2015", "year=none", "year=205", "bbox=31,53,32,55"),
    "near=54.02,31.72",
    *("ordering=-name", "status=ended", "upcoming=true", "page_size=1", "fields=id"),
    *("location=honey-location-7", "lang=be", "location_kind=country", "role=funder"),
)


def test_all_that_is_hidden_differs_between_the_twins():
    seen = []
    for word in TWINS:
        with twin(word):
            counts = (Programme.objects.count(), Event.objects.count(), User.objects.count())
            address = Organisation.objects.get(slug="ngo").address
            seen.append((counts[:2], address, Event.objects.get(slug="final").version))
            assert set(Programme.objects.public().values_list("slug", flat=True)) == {
                "contest",
                "entered-twice",
                "new-address",
                "part",
                "whole",
            }
    assert all(one != other for one, other in zip(*seen, strict=True))


def test_the_public_tables_of_the_twins_are_equal():
    found = []
    for word in TWINS:
        with twin(word):
            found.append(tables())
    for name, rows in found[0].items():
        assert rows == found[1][name], name
    assert all(rows for name, rows in found[0].items())


def every_address(least):
    """Of all names, or of `least` of each twin's that are public and of each state that is not."""
    found = {}
    for word in TWINS:
        with twin(word):
            for card_type, some in names(least).items():
                found.setdefault(card_type, set()).update(some)
    found = {card_type: sorted(some) for card_type, some in found.items()}
    asked = list(dict.fromkeys(addresses(found)))
    asked += [f"{address}?{query}" for address in asked if is_list(address) for query in QUERIES]
    return asked


def is_list(address):
    parts = address.strip("/").split("/")
    return "?" not in address and (
        (parts[0] == "en" and len(parts) == 2)
        or (parts[0] == "api" and (len(parts) == 3 or parts[-1] == "facets"))
    )


def reply(client, address):
    response = client.get(address)
    content = b"".join(response) if response.streaming else response.content
    headers = {name: value for name, value in response.headers.items() if name != "Date"}
    return response.status_code, headers, content


@pytest.mark.once
@pytest.mark.parametrize(
    ("least", "nth"), few([(1, 4), (1, 1), (None, 1)], (1, 4)), ids=["some", "least", "all"]
)
def test_no_door_tells_the_twins_apart(client, least, nth):
    asked, first = every_address(least)[::nth], {}
    assert len(asked) > 500 / nth
    with twin(TWINS[0]):
        for address in asked:
            first[address] = reply(client, address)
    moved = {301} if nth == 1 else set()  # there are few of them
    assert {answer[0] for answer in first.values()} >= {200, 400, 404, 410} | moved
    with twin(TWINS[1]):
        different = [address for address in asked if reply(client, address) != first[address]]
    assert different == []


def test_a_public_difference_is_told_by_the_doors(client):
    """Else the test above could not fail."""
    asked = ("/en/programmes/", "/api/v1/programmes/", "/en/programmes/contest/")
    with twin(TWINS[0]):
        first = [reply(client, address) for address in asked]
    with twin(TWINS[0]):
        Programme.objects.filter(slug="contest").update(name_en="Other contest")
        assert all(
            reply(client, address) != answer for address, answer in zip(asked, first, strict=True)
        )
