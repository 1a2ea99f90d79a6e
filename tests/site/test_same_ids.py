"""The same filter finds the same records in every format, on the page and in the facets."""

import csv
import io
import json
import random
import re
from urllib.parse import urlencode

import feedparser
import icalendar
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from organisations.models import Organisation
from programmes.iati import lacking
from programmes.models import Event, Initiative, Programme
from registry.cards.changeset import writing
from registry.cards.clock import today
from registry.cards.models import Card
from tests.support.factories import (
    belarus,
    edition,
    event,
    initiative,
    organisation,
    programme,
    term,
)
from tests.support.shares import few

pytestmark = [pytest.mark.once, pytest.mark.django_db]
API = "/api/v1/"
WHEN = ["", "2014", "2015-03", "2016-10-01", "2013/2016", "2015/..", "XXXX-03-21", "2030-05-06"]


@pytest.fixture
def registry():
    """Sixteen records of each kind, of all sorts; drawn once and for all."""
    draw = random.Random(7)  # noqa: S311
    with writing():
        places = list(belarus().values())
        themes = [term("civic"), term("sport"), term("culture")]
        themes.append(term("youth-sport", parent=themes[1]))
        women = term("women", scheme="audience")
        made = {}

        def some(values, most=2):
            return draw.sample(values, draw.randint(0, most))

        def kinds(model):
            return draw.choice([*model.Kind.values, ""])

        made["organisation"] = [
            organisation(
                f"o-{n}",
                kind=kinds(Organisation),
                seat=draw.choice([None, *places]),
                themes=some(themes),
                locations=some(places),
            )
            for n in range(16)
        ]

        def activity():
            bodies = some(made["organisation"])
            return {
                "dates": draw.choice(WHEN),
                "locations": some(places),
                "themes": some(themes),
                "audiences": some([women], 1),
                "roles": [(draw.choice(["organiser", "funder", "host"]), one) for one in bodies],
                "summary_en": draw.choice(["", "A garden", "A library"]),
            }

        made["programme"] = [
            programme(f"p-{n}", kind=kinds(Programme), **activity()) for n in range(16)
        ]
        made["edition"] = [
            edition(f"e-{n}", programme=draw.choice(made["programme"]), **activity())
            for n in range(16)
        ]
        for n in range(16):
            result = draw.choice(Initiative.Result.values)
            of = {"edition": draw.choice(made["edition"])}
            initiative(f"i-{n}", result=result, **of, **activity())
            owner = draw.choice([of, {"programme": draw.choice(made["programme"])}, {}])
            status = draw.choice(Event.Status.values)
            mode = draw.choice([*Event.Mode.values, ""])
            times = draw.choice([{}, {"start_time": "10:00", "end_time": "11:00"}])
            event(
                f"v-{n}",
                kind=kinds(Event),
                status=status,
                mode=mode,
                **owner,
                **times,
                **activity(),
            )


PLACES = ["BY", "BY-MA", "BY-BR", "mstsislaw", "mstsislaw-district", "none"]
DATED = {
    "location": PLACES,
    "location_kind": ["country", "region", "town", "none"],
    "theme": ["civic", "sport", "youth-sport", "none"],
    "audience": ["women", "none"],
    "organisation": [f"o-{n}" for n in range(16)],
    "role": ["organiser", "funder", "none"],
    "year": ["2013", "2015", "2016", "none"],
    "from": ["2014", "2015-04", "2016-10-01"],
    "to": ["2016-10", "2020"],
    "q": ["garden", "mstsis", "p", "nothing"],
    "updated_since": ["2000-01-01T00:00:00Z", "2999-01-01T00:00:00Z"],
}
FILTERS = {
    "programmes": DATED
    | {"kind": [*Programme.Kind.values, "none"], "status": ["planned", "ended", "unknown"]},
    "editions": DATED | {"status": ["ended", "unknown"], "programme": ["p-1", "p-2", "p-99"]},
    "initiatives": DATED
    | {"result": Initiative.Result.values, "edition": ["e-1"], "bbox": ["31,53,32,55"]},
    "events": DATED
    | {
        "kind": [*Event.Kind.values, "none"],
        "status": Event.Status.values,
        "mode": [*Event.Mode.values, "none"],
        "upcoming": ["true", "false"],
        "programme": ["p-1", "p-2"],
        "bbox": ["23,52,24,53", "31,53,32,55"],
    },
    "organisations": {
        "location": PLACES,
        "location_kind": ["region", "none"],
        "theme": ["civic", "sport", "none"],
        "kind": [*Organisation.Kind.values, "none"],
        "status": ["unknown", "active"],
        "bbox": ["23,52,24,53"],
        "q": ["o", "mstsislaw"],
    },
}
REPEATED = {"location", "location_kind", "theme", "audience", "kind", "status", "mode", "result"}


def queries(collection):
    """A few filters at once, some with several values; and sometimes an order and a language."""

    def values(name):
        offered = st.sampled_from(FILTERS[collection][name])
        most = 2 if name in REPEATED else 1
        chosen = st.lists(offered, min_size=1, max_size=most, unique=True)
        return chosen.map(lambda some: [(name, value) for value in some])

    some = st.lists(st.sampled_from(sorted(FILTERS[collection])), max_size=3, unique=True)
    filters = some.flatmap(lambda names: st.tuples(*map(values, names)))
    looks = st.sampled_from(["", "lang=be", "ordering=name", "ordering=-updated_at", "fields=name"])
    return st.tuples(filters, looks).map(
        lambda drawn: "&".join(filter(None, [urlencode(sum(drawn[0], [])), drawn[1]]))
    )


def content(client, address):
    response = client.get(address)
    assert response.status_code == 200, (address, getattr(response, "content", ""))
    return b"".join(response) if response.streaming else response.content


def of_pages(client, collection, query):
    ids, url = [], f"{API}{collection}/?{query}&page_size=7"
    while url:
        page = json.loads(content(client, url))
        ids += [record["id"] for record in page["results"]]
        url = page["next"]
    assert len(ids) == page["count"]
    return ids


def of_lines(data):
    return [json.loads(line)["id"] for line in data.splitlines()]


def of_table(data):
    return [row["id"] for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig")))]


def of_workbook(data):
    _, sheet = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
    names, *rows = sheet.iter_rows(values_only=True)
    return [row[names.index("id")] for row in rows]


def of_features(data):
    return [feature["id"] for feature in json.loads(data)["features"]]


WHOLE = {"ndjson": of_lines, "csv": of_table, "xlsx": of_workbook, "geojson": of_features}


def of_feed(client, collection, query):
    ids, url = [], f"{API}{collection}/?{query}&format=atom&page_size=5"
    while url:
        feed = feedparser.parse(content(client, url))
        ids += [entry.id.removeprefix("urn:uuid:") for entry in feed.entries]
        url = next((link.href for link in feed.feed.links if link.rel == "next"), None)
    return ids


def of_calendar(data):
    return [str(one["uid"]) for one in icalendar.Calendar.from_ical(data).walk("VEVENT")]


def of_activities(data):
    ids = etree.fromstring(data).xpath("//iati-identifier|//organisation-identifier")
    return [each.text.removeprefix("XX-NGO-PROGRAMME-REGISTRY-") for each in ids]


def of_the_site(client, collection, query):
    """The slugs to which the list on the site leads; sixteen stand on one page."""
    if collection == "events" and "ordering=" not in query:
        query += "&ordering=-start"  # asked for nothing, the page of events is an agenda
    page = content(client, f"/en/{collection}/?{query}").decode()
    return re.findall(rf'href="/en/{collection}/([-\w]+)/"', page)


@pytest.mark.parametrize("collection", few(FILTERS, "events"))
def test_a_filter_finds_the_same_records_everywhere(collection, registry, client):
    card_type = collection.removesuffix("s")
    cards = {str(card.public_id): card for card in Card.objects.of(card_type)}

    @settings(max_examples=40, deadline=None)
    @given(queries(collection))
    def same(query):
        ids = of_pages(client, collection, query)
        expected = sorted(ids)
        assert len(set(ids)) == len(ids)
        for form, read in WHOLE.items():
            # In the order of the list as well.
            assert read(content(client, f"{API}{collection}/?{query}&format={form}")) == ids, form
        if collection != "editions":
            assert sorted(of_feed(client, collection, query)) == expected
        events = dict(Card.objects.of("event").values_list("public_id", "body"))
        dated = {}
        for public_id, body in events.items():
            body = json.loads(body)
            if body["start"] and re.fullmatch("[0-9]{4}(-[0-9]{2}){2}", body["start"]["edtf"]):
                dated[str(public_id)] = body
        if collection == "events":
            found = of_calendar(content(client, f"{API}events/?{query}&format=ics&past=all"))
            assert found == [one for one in ids if one in dated]
        if collection == "programmes":
            found = of_calendar(content(client, f"{API}programmes/?{query}&format=ics&past=all"))
            wanted = {
                key
                for key, one in dated.items()
                if one["programme"] and one["programme"]["id"] in ids
            }
            assert sorted(found) == sorted(wanted)
        if collection in ("programmes", "organisations"):
            told = [one for one in ids if not left_out(cards[one])]
            address = f"{API}{collection}/?{query}&format=iati"
            if told:
                assert of_activities(content(client, address)) == told
            else:
                assert client.get(address).status_code == 406
        asked = [part for part in query.split("&") if not part.startswith(("ordering", "fields"))]
        facets = json.loads(content(client, f"{API}{collection}/facets/?{'&'.join(asked)}"))
        assert facets["count"] == len(ids)
        slugs = {cards[one].slug for one in ids}
        assert set(of_the_site(client, collection, query)) == slugs

    same()


def left_out(card):
    return card.type == "programme" and lacking(card, json.loads(card.body), today())
