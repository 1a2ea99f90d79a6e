"""A field that is declared wrongly is refused at the start; what is declared rightly is guarded,
scanned and patched, whatever it is called."""

from dataclasses import replace

import pytest
from django.core.checks import run_checks
from orjson import loads

from organisations.models import Organisation
from programmes.models import Programme
from programmes.serializers import ProgrammeSerializer
from registry.cards.changeset import acting
from registry.cards.declarations import declared
from registry.cards.fields import IMPLIED, fields_of
from registry.cards.models import Card
from registry.cards.patches import patched
from registry.cards.reach import KEYS
from registry.cards.refused import Refused
from registry.cards.shapes.objects import REFERENCE, Many, Object, Places, Point, Reference, Text
from registry.cards.shapes.plain import CODE, Code, Shape
from registry.records.fields import TextField, ValueField
from registry.records.models import LastShown
from registry.records.places import PLACE
from registry.workflow.finer_places import PlaceGuard
from registry.workflow.withdrawal import withdraw
from tests.support.factories import organisation, programme
from tests.support.staff import Staff
from tests.support.world import populate

pytestmark = pytest.mark.django_db
STOPS = Many(Object("Stop", {"at": PLACE, "text": Text()}), "text")


@pytest.fixture
def declares(monkeypatch):
    """A function that gives the cards of programmes one more field, instead of their places."""

    def declare(field, **also):
        own = [key for key in ProgrammeSerializer.keys if key != "locations"]
        attributes = {"keys": (*own, "toy"), "toy": field, **also}
        serializer = type("Toys", (ProgrammeSerializer,), attributes)
        kind = replace(declared["programme"], serializer=serializer)
        monkeypatch.setitem(declared, "programme", kind)
        fields_of.cache_clear()

    monkeypatch.setattr(Programme, "toy", None, raising=False)
    yield declare
    monkeypatch.undo()
    fields_of.cache_clear()


def faults():
    return {error.id for error in run_checks() if error.id.startswith("cards.")}


@pytest.mark.parametrize(
    ("field", "expected"),
    {
        "a point": (ValueField("Where", Point(), placed=True), {"cards.E001"}),
        "a number": (ValueField("Where", Shape({"type": "integer"}), placed=True), {"cards.E001"}),
        "places in rows": (ValueField("Where", STOPS, placed=True), {"cards.E001"}),
        "places in other rows": (
            ValueField("Where", Places(STOPS.each), placed=True),
            {"cards.E001"},
        ),
        "a place that is not said to be one": (ValueField("Where", PLACE), {"cards.E002"}),
        "places that are not": (ValueField("Where", Places(PLACE)), {"cards.E002"}),
        "rows with places that are not": (ValueField("Where", STOPS), {"cards.E002"}),
        "a code that nothing holds": (ValueField("Grade", CODE), {"cards.E003"}),
        "a place": (ValueField("Where", PLACE, placed=True), set()),
        "places": (ValueField("Where", Places(PLACE), placed=True), set()),
        "a text": (ValueField("Where", Text(), placed=True), set()),
        "a clock": (ValueField("Where", Point(), placed=IMPLIED), set()),
        "a code of choices": (ValueField("Grade", Code(choices=[("a", "A")])), set()),
    }.values(),
)
def test_a_field_is_of_a_shape_that_can_be_guarded_and_scanned(declares, field, expected):
    assert faults() == set()
    declares(field)
    assert faults() == expected


def test_a_column_that_leads_to_a_place_is_one_that_says_where(monkeypatch):
    monkeypatch.setattr(Organisation, "locates", {})
    assert faults() == {"cards.E004"}


def test_no_two_kinds_have_one_sign_among_the_words_of_the_search(monkeypatch):
    monkeypatch.setattr("registry.cards.checks.sign_of", lambda card_type: card_type[0])
    assert faults() == {"cards.E005"}


def test_a_code_of_choices_is_scanned_where_it_is_none_of_them():
    code = Code(choices=[("light", "light")])
    assert list(code.typed("light", "shade")) == []
    assert list(code.typed("me@mail.example", "shade")) == [("shade", code, "me@mail.example")]


def at(slug, precision, *within):
    """A place as cards show it."""
    key = f"00000000-0000-4000-8000-00000000{sum(map(ord, slug)):04}"
    named = {"type": "location", "id": key, "slug": slug, "name": {"en": slug}}
    around = {"code": None, "region": None, "country": None, "within": list(within)}
    return named | around | {"kind": "town", "precision": precision, "point": None}


REGION, TOWN = at("region", "region", "country"), at("town", "town", "region", "country")


@pytest.mark.parametrize("many", [False, True])
def test_a_place_is_guarded_whatever_it_is_called(declares, monkeypatch, many):
    declares(ValueField("Where", Places(PLACE) if many else PLACE, placed=True))
    monkeypatch.setattr(Programme, "toy", [REGION] if many else REGION)
    contest = programme("contest")
    body = loads(Card.objects.get(slug="contest").body)
    assert "locations" not in body
    monkeypatch.setattr(Programme, "toy", [TOWN] if many else TOWN)
    reviewer = Staff("rita", "reviewer").user
    with acting(reviewer), pytest.raises(Refused, match="more finely"):
        contest.save()
    # And by a detour through review.
    monkeypatch.setattr(Programme, "toy", [REGION] if many else REGION)
    contest.state = "review"
    contest.save()
    assert LastShown.objects.get().shown == {"toy": body["toy"]}
    monkeypatch.setattr(Programme, "toy", [TOWN] if many else TOWN)
    contest.state = "public"
    with acting(reviewer), pytest.raises(Refused, match="more finely"):
        contest.save()


def test_a_text_that_says_where_is_guarded_whatever_it_is_called(declares, monkeypatch):
    declares(TextField("Hall", placed=True))
    for language in ("en", "be", "ru"):
        monkeypatch.setattr(Programme, f"toy_{language}", "", raising=False)
    contest = programme("contest")
    withdraw(organisation("named", name_en="Zorka Circle"), "safety")
    monkeypatch.setattr(Programme, "toy_en", "Hall of the Zorka Circle")
    with pytest.raises(Refused) as refused:
        contest.save()
    assert "Zorka Circle" in str(refused.value.hits[0])
    monkeypatch.setattr(Programme, "toy_en", "Hall")
    with acting(Staff("rita", "reviewer").user), pytest.raises(Refused, match="more finely"):
        contest.save()


def test_what_was_shown_before_rows_named_their_kind_is_compared_too(declares, monkeypatch):
    """Rows of both forms: with the type of the card in them, and without."""
    declares(ValueField("Where", Places(PLACE), placed=True))
    monkeypatch.setattr(Programme, "toy", [REGION])
    contest = programme("contest")
    for shown in ({"toy": [REGION]}, {"type": "programme", "toy": [REGION]}):
        guard = PlaceGuard(Staff(f"rita-{len(shown)}", "reviewer").user, {})
        last = LastShown(card_type="programme", public_id=contest.public_id, shown=shown)
        guard._compare(Programme, contest.public_id, last.shown, {"toy": [REGION]}, {1})
        assert not guard.found
        guard._compare(Programme, contest.public_id, last.shown, {"toy": [TOWN]}, {1})
        assert list(guard.found.values()) == [["town"]]


def reference(n, slug="x"):
    key = f"00000000-0000-4000-8000-{n:012}"
    return {"type": "organisation", "id": key, "slug": slug, "name": {"en": slug}}


def test_a_row_keeps_null_for_what_is_gone_where_its_shape_says_so(declares):
    needed = Reference("Reference", REFERENCE.members, null=False)
    award = Object("Award", {"text": Shape(), "by": REFERENCE, "to": needed})
    declares(ValueField("Awards", Many(award, "text")))
    giver, winner, other = reference(1), reference(2), reference(3)
    rows = [
        {"text": "a", "by": giver, "to": winner},
        {"text": "b", "by": other, "to": giver},
        {"text": "c", "by": None, "to": other},
    ]
    body = {"type": "programme", "toy": rows, "parent": giver, "reach": [{"by": [giver]}]}
    gone = patched(body, {giver["id"]: None, other["id"]: reference(3, "renamed")})
    assert gone == body | {
        "parent": None,
        "toy": [
            {"text": "a", "by": None, "to": winner},
            {"text": "c", "by": None, "to": reference(3, "renamed")},
        ],
    }


def referred(value):
    """All that stands in a value with a type of its own."""
    if isinstance(value, dict):
        yield from [value] if "type" in value else []
    for inner in value.values() if isinstance(value, dict) else value:
        if isinstance(inner, dict | list):
            yield from referred(inner)


def test_every_reference_in_a_card_is_one_by_its_shape():
    populate()
    found = 0
    for card in Card.objects.all():
        body = loads(card.body)
        if not declared[card.type].model:
            continue
        own = {key: value for key, value in body.items() if key not in KEYS}
        ids = {each["id"] for value in own.values() for each in referred([value])}
        new = patched(own, {each: {"slug": "exchanged"} for each in ids})
        slugs = {each["slug"] for value in new.values() for each in referred([value])}
        assert slugs <= {"exchanged"}, (card.type, card.slug)
        found += len(ids)
    assert found > 30
