"""For an editor and a reviewer the staff's pages are those of a registry without what is withdrawn.

Every page is asked twice: with withdrawn records of every kind in the roles, places, terms, sources
and wholes of others, and once more after these were taken out of the database.
"""

import re

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.urls import reverse

from organisations.models import Organisation
from programmes.models import Edition, Programme
from registry.locations.models import Location
from registry.records.models import Part
from registry.records.relations import part_models, references, references_to
from registry.workflow.scan import scan
from registry.workflow.withdrawal import withdraw
from tests.support.factories import (
    edition,
    event,
    figure,
    initiative,
    location,
    organisation,
    programme,
    source,
    term,
)
from tests.support.shares import few
from tests.support.staff import Staff, address
from tests.support.tables import ENTRIES, MARKED

pytestmark = [pytest.mark.once, pytest.mark.django_db]

TOKEN = "zubrmark"
# A reference to each kind of entry: what it offers does not depend on where it stands.
CHOICES = {
    model._meta.get_field(name).related_model: (model, name)
    for model in MARKED
    for name in references(model)
}


@pytest.fixture
def world():
    """(what is hidden, what refers to it): each kind of entry in each of the two."""
    named = {"name_en": "Zubrmark", "note_en": "Of the zubrmark"}
    country = location("belarus", name_en="Belarus", iso_3166_1="BY")
    region = location(
        "forest", "region", name_en="Forest", parent=country, iso_3166_2="BY-BR"
    )  # only what is hidden lies here
    hill = location("hill", "region", name_en="Hill", parent=country, iso_3166_2="BY-HR")
    rose = organisation("rose", name_en="Rose", seat=hill)
    contest = programme("contest", name_en="Contest", roles=[("organiser", rose)])
    ngo = organisation(TOKEN, **named, names=[f"Old {TOKEN}"])
    ngo.identifiers.create(scheme="BY-EGR", value=TOKEN)
    hidden = [
        term(TOKEN, **named),
        source(TOKEN, **named),
        location(TOKEN, "town", **named, parent=hill, geonames=770077, names=[f"Stary {TOKEN}"]),
        ngo,
        programme(TOKEN, **named, locations=[region]),
        edition(TOKEN, **named, programme=contest, number=77, locations=[region]),
        initiative(TOKEN, **named, programme=contest, locations=[region]),
        event(TOKEN, **named, programme=contest, locations=[region]),
    ]
    theme, paper, town, ngo, whole, season, *_others = hidden
    rows = {"locations": [town, hill], "themes": [theme], "sources": [paper]}
    rows["roles"] = [("funder", ngo), ("host", rose)]
    shown = [
        term("youth", name_en="Youth", parent=theme, sources=[paper]),
        location("village", "village", name_en="Village", parent=hill, sources=[paper]),
        organisation("bud", name_en="Bud", parent=ngo, seat=town, themes=[theme], state="draft"),
        programme("child", name_en="Child", parent=whole, **rows),
        programme("open", name_en="Open", state="review", **rows),
        edition("spring", name_en="Spring", programme=contest, **rows),
        initiative("garden", name_en="Garden", edition=season, state="draft", **rows),
        event("final", name_en="Final", organisation=ngo, state="draft", **rows),
        event("talk", name_en="Talk", programme=contest, state="review", **rows),
    ]
    for entry in shown:
        if hasattr(entry, "figures"):
            figure(entry, source=paper)
    for entry in hidden:
        withdraw(entry, "safety")
    return hidden, [rose, contest, *shown]


def pages_of(person, shown):
    """{(page, query): what a browser gets}: of every list, form, history and choice."""
    found = {}

    def ask(*key, at, query=()):
        reply = person.client.get(at, dict(query))
        text = re.sub(r'((csrfmiddlewaretoken|_form)" value=")[^"]+', r"\1", reply.content.decode())
        found[key] = (reply.status_code, text)

    ask("index", at=reverse("admin:index"))
    for model in ENTRIES:
        at = address(model, "changelist")
        ask(model, "add", at=address(model, "add"))
        for query in ({}, {"q": TOKEN}, {"region": "BY-BR"}, {"state": "withdrawn"}, {"p": "2"}):
            ask(model, "list", str(query), at=at, query=query.items())
        for what in ("asked", "source", "unverified"):
            ask(model, "list", what, at=at, query=[("todo", what)])
        for show in ("missing", "older"):
            desk = {"kind": model.card_type, "language": "be", "texts": "all", "show": show}
            ask(model, "desk", show, at=reverse("admin:translate"), query=desk.items())
    for entry in shown:
        for page in ("change", "history", "delete"):
            ask(entry, page, at=address(entry, page))
    for other, (model, name) in CHOICES.items():
        for typed in ("", TOKEN):
            query = {"app_label": model._meta.app_label, "field_name": name, "term": typed}
            query |= {"model_name": model._meta.model_name}
            ask(other, "choices", typed, at=reverse("admin:autocomplete"), query=query.items())
    return found


def take_out(hidden):
    """As if it had never been: with the rows that name it and all that was kept of both."""
    for entry in hidden[::-1]:
        parts = part_models(type(entry)).values()
        own = [("record", model.objects.filter(record=entry)) for model in parts]
        for name, rows in [*own, *references_to(entry)]:
            model, keys = rows.model, list(rows.values_list("pk", flat=True))
            if issubclass(model, Part):
                rows.delete()
                model.history.filter(id__in=keys).delete()
            elif keys:
                # Not `update()` of ours, which counts a version.
                QuerySet(model).filter(pk__in=keys).update(**{name: None})
                model.history.filter(id__in=keys).update(**{name: None})
        type(entry).objects.filter(pk=entry.pk).delete()
        type(entry).history.filter(id=entry.pk).delete()


@pytest.mark.slow
@pytest.mark.parametrize("who", few(["editor", "reviewer"], "editor"))
def test_no_page_tells_that_something_was_withdrawn(world, who):
    hidden, shown = world
    person = Staff("somebody", who)
    before = pages_of(person, shown)
    with_token = {key for key, (_status, text) in before.items() if TOKEN in text.lower()}
    assert {key[2] for key in with_token} <= {str({"q": TOKEN})}  # what was typed
    officer = pages_of(Staff("olga", "safety officer"), shown)
    seen = {key[0] for key, (_status, text) in officer.items() if TOKEN in text.lower()}
    assert seen >= {*ENTRIES, *shown[2:]} - {shown[3]}  # there is something to find
    take_out(hidden)
    after = pages_of(person, shown)
    for key, (status, text) in before.items():
        assert (status, *text.split("\n")) == (after[key][0], *after[key][1].split("\n")), key


@pytest.mark.parametrize("who", few(["editor", "reviewer"], "editor"))
def test_no_form_says_what_has_the_value_that_was_typed(world, who):
    """Nothing can be entered twice, so it is refused: like a word that is kept for other uses."""
    hidden, _shown = world
    person = Staff("somebody", who)
    for entry in hidden:
        twin = type(entry)(slug="a-draft", name_en="A draft", state="draft")
        for name in references(type(entry)):
            if not type(entry)._meta.get_field(name).null:
                setattr(twin, name, getattr(entry, name))
        if hasattr(entry, "kind"):
            twin.kind = entry.kind
        if hasattr(entry, "scheme"):
            twin.scheme = entry.scheme
        if isinstance(entry, Location):
            twin.parent = entry.parent
        twin.save()
        said = [
            errors(person.edits(twin, slug=slug)).replace(slug, "") for slug in (TOKEN, "facets")
        ]
        assert re.sub(r"“-\w{4}”", "", said[0]) == re.sub(r"“-\w{4}”", "", said[1])
        assert "is free" in said[0]
    numbers = {Location: {"geonames": "770077"}, Edition: {"number": "77"}, Organisation: NUMBER}
    for model, typed in numbers.items():
        said = errors(person.edits(model.objects.get(slug="a-draft"), **typed))
        told = [re.sub("<[^>]*>", "", each) for each in re.findall("<li>(.*?)</li>", said)]
        assert [each.rpartition(": ")[2] for each in told] == [NEUTRAL], model


NUMBER = {"identifiers-TOTAL_FORMS": "1", "identifiers-0-scheme": "BY-EGR"}
NUMBER |= {"identifiers-0-value": TOKEN}
NEUTRAL = "This cannot be entered here. Choose something else, or ask a safety officer."


def errors(response):
    assert response.status_code == 200
    return re.search(r'(?s)class="errornote faults".*?</ul>', response.content.decode())[0]


def test_an_address_made_from_a_name_tells_of_nothing(world):
    """Nobody can tell a hidden record from an address that was another's: both get a suffix."""
    editor = Staff("somebody", "editor")
    moved = programme("sadok", name_en="Sadok")
    moved.slug = "orchard"
    moved.save()
    for name in ("Zubrmark", "Sadok"):
        editor.edits(Programme, "add", name_en=name)
        made = Programme.objects.order_by("-pk").first()
        assert re.fullmatch(rf"{name.lower()}-[0-9a-f]{{4}}", made.slug)


def test_a_hit_says_what_stands_in_the_text_and_no_other_name():
    former = organisation("tulip", name_en="Black Tulip", names=["Garden Circle", "Чырвоны Мак"])
    withdraw(former, "safety")
    contest = programme(
        "friends-of-the-garden-circle",
        name_en="With the (Garden Circles), again",
        name_be="Сябры «Чырвонага Мака».",
        state="review",
    )
    assert {hit.text for hit in scan(contest)} == {
        "Garden Circles",
        "Чырвонага Мака",
        "friends-of-the-garden-circle",
    }
    page = Staff("rita", "reviewer").acts("publish", contest).content.decode()
    assert "what was withdrawn: “Garden Circles”" in page
    assert "Tulip" not in page


@pytest.mark.parametrize("who", ["administrator"])
def test_choices_are_no_error_of_the_server_whatever_is_asked(who, world):
    person, at = Staff("somebody", who), reverse("admin:autocomplete")
    asked = [
        {"app_label": model._meta.app_label, "model_name": model._meta.model_name, "field_name": f}
        for model in apps.get_models(include_auto_created=True)
        for f in [*(one.name for one in model._meta.get_fields() if one.is_relation), "id", "x"]
    ]
    asked += [{}, {"app_label": "x", "model_name": "y", "field_name": "z"}]
    asked += [{"app_label": "auth", "model_name": "user"}]
    statuses = {}
    for query in asked:
        reply = person.client.get(at, {**query, "term": "o"})
        statuses.setdefault(reply.status_code, []).append(query)
    assert set(statuses) == {200, 403}
    ours = {(model._meta.model_name, name) for model in MARKED for name in references(model)}
    ours.add(("membership", "organisation"))  # on the page of an account
    assert {(query["model_name"], query["field_name"]) for query in statuses[200]} == ours


def test_a_history_does_not_say_why_it_was_taken_back(world):
    ngo = organisation("tulip", name_en="Black Tulip")
    contest = programme("naming", name_en="Naming", summary_en="By the Black Tulip")
    withdraw(ngo, "safety")
    contest.refresh_from_db()
    assert contest.state == "review"
    assert str(ngo.public_id) not in Staff("anna", "editor").reads(contest, "history")
    assert str(ngo.public_id) in Staff("olga", "safety officer").reads(contest, "history")


def test_a_number_in_an_address_leads_nowhere(world):
    for entry in world[0]:
        kind = ContentType.objects.get_for_model(type(entry))
        reply = Staff(f"s-{kind.pk}", "editor").client.get(f"/admin/r/{kind.pk}/{entry.pk}/")
        assert reply.status_code == 404
