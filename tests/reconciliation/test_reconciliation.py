"""OpenRefine's way of matching names (Reconciliation Service API 0.2), as its client speaks."""

import json
from urllib.parse import quote, urljoin

import pytest
from django.test import Client

from registry.reconciliation.queries import BATCH, MAX_VALUES
from registry.records.models import State
from registry.workflow.withdrawal import Reason, withdraw
from tests.support.factories import belarus, location, organisation, programme

pytestmark = pytest.mark.django_db
SERVICE = "/api/v1/reconcile/"
FORM = "application/x-www-form-urlencoded"
ELSEWHERE = {"Origin": "http://127.0.0.1:3333"}


class Refine:
    """A client that knows the address of the service and finds all else in its manifest."""

    def __init__(self):
        self.browser = Client(headers=ELSEWHERE)
        self.manifest = self.get(SERVICE)

    def get(self, address, **query):
        return self.read(self.browser.get(address, query))

    def read(self, response):
        assert response.status_code == 200, response.content
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        return response.json()

    def match(self, *queries, get=False):
        """The candidates of each query."""
        batch = {f"q{n}": query for n, query in enumerate(queries)}
        given = {"queries": json.dumps(batch)}
        send = self.browser.get if get else self.browser.post
        content = {} if get else {"content_type": "application/x-www-form-urlencoded"}
        body = given if get else f"queries={quote(given['queries'])}"
        found = self.read(send(SERVICE, body, **content))
        assert list(found) == list(batch)
        return [each["result"] for each in found.values()]

    def suggest(self, kind, prefix, **more):
        service = self.manifest["suggest"][kind]
        address = service["service_url"] + service["service_path"]
        return self.get(address, prefix=prefix, **more)["result"]

    def propose(self, kind):
        service = self.manifest["extend"]["propose_properties"]
        return self.get(service["service_url"] + service["service_path"], type=kind)["properties"]

    def extend(self, ids, *properties):
        asked = {"ids": ids, "properties": [{"id": name} for name in properties]}
        body = f"extend={quote(json.dumps(asked))}"
        kind = "application/x-www-form-urlencoded"
        return self.read(self.browser.post(SERVICE, body, content_type=kind))

    def open(self, template, identity):
        return self.browser.get(
            self.manifest[template]["url"].replace("{{id}}", quote(identity, ""))
        )


@pytest.fixture
def places():
    return belarus()


@pytest.fixture
def honey(places):
    return organisation(
        "honey",
        name_en="Honey Society",
        name_be="Таварыства «Мёд»",
        name_ru="Общество «Мёд»",
        kind="ngo",
        seat=places["mstsislaw"],
        names=["Bee People"],
        website="https://honey.example/",
    )


@pytest.fixture
def contest(places, honey):
    return programme(
        "contest",
        name_en="Honey Contest",
        dates="2015/2016-03",
        roles=[("organiser", honey)],
        locations=[places["mstsislaw"], places["brest-region"]],
    )


def names(candidates):
    return [candidate["name"] for candidate in candidates]


def test_the_manifest_names_every_service(contest):
    refine = Refine()
    manifest = refine.manifest
    assert manifest["versions"] == ["0.2"]
    assert manifest["batchSize"] == BATCH
    assert [each["id"] for each in manifest["defaultTypes"]] == [
        "organisation",
        "programme",
        "location",
    ]
    (found,) = refine.match({"query": "Honey Contest"})
    page = refine.open("view", found[0]["id"])
    assert page.status_code == 302
    assert page.headers["Location"] == "/en/programmes/contest/"
    assert urljoin(manifest["identifierSpace"], found[0]["id"]) in manifest["view"]["url"].replace(
        "{{id}}", found[0]["id"]
    )


@pytest.mark.parametrize(
    "spelling",
    ["Мсціслаў", "Мстиславль", "Mstislavl", "Mstsislaw", "Mścisłaŭ", "mscislau", "МСЦІСЛАЎ"],
)
@pytest.mark.parametrize("get", [True, False])
def test_a_name_is_matched_in_any_script(spelling, get, places):
    (found,) = Refine().match({"query": spelling, "type": "location"}, get=get)
    best = found[0]
    assert best["id"] == str(places["mstsislaw"].public_id)
    assert best["score"] == 100
    assert best["match"] is True
    assert best["type"] == [{"id": "location", "name": "Place"}]
    assert "Мсціслаў" in best["description"]
    assert not [each for each in found[1:] if each["match"]]


def test_a_batch_is_answered_query_by_query(contest, places):
    found = Refine().match(
        {"query": "Bee People"},
        {"query": "Honey", "limit": 1},
        {"query": "Honey", "type": ["organisation"]},
        {"query": "nothing like it"},
        {"query": "«»"},
        {"query": "The Honey Society of Mstsislaw", "type": "organisation"},
        {"query": "Hony Societi", "type": "organisation"},
    )
    assert names(found[0])[0] == "Honey Society"
    assert (found[0][0]["match"], found[0][0]["score"]) == (True, 100)
    assert len(found[1]) == 1
    assert names(found[2]) == ["Honey Society"]
    assert found[2][0]["match"] is False
    assert found[3] == found[4] == []
    for mistaken in found[5:]:
        assert names(mistaken) == ["Honey Society"]
        assert 40 <= mistaken[0]["score"] < 100


def test_namesakes_are_no_certain_match_until_something_tells_them_apart(places):
    first = organisation("first", name_en="Bees", seat=places["mstsislaw"], kind="ngo")
    second = organisation("second", name_en="Bees", seat=places["brest-region"], kind="company")
    refine = Refine()
    (found,) = refine.match({"query": "Bees"})
    assert {each["id"] for each in found} == {str(first.public_id), str(second.public_id)}
    assert [each["match"] for each in found] == [False, False]
    told = refine.match(
        {"query": "Bees", "properties": [{"pid": "seat", "v": "Мсціслаў"}]},
        {"query": "Bees", "properties": [{"pid": "seat", "v": {"id": "mahilyow-region"}}]},
        {"query": "Bees", "properties": [{"pid": "seat", "v": ["Minsk", "BY-MA"]}]},
        {"query": "Bees", "properties": [{"pid": "seat", "v": "г. Мстиславль"}]},
        {"query": "Bees", "properties": [{"pid": "kind", "v": "company"}]},
        {"query": "Bees", "properties": [{"pid": "kind", "v": "media"}]},
        {"properties": [{"pid": "name_en", "v": "Bees"}, {"pid": "kind", "v": "ngo"}]},
    )
    for found in (*told[:4], told[6]):
        assert (found[0]["id"], found[0]["match"]) == (str(first.public_id), True)
    assert (told[4][0]["id"], told[4][0]["match"]) == (str(second.public_id), True)
    assert [each["match"] for each in told[5]] == [False, False]
    # Any member of another type has no such property at all.
    assert refine.match({"query": "Bees", "type": "programme"}) == [[]]


def test_an_id_an_address_or_a_code_finds_what_it_names(contest, honey, places):
    refine = Refine()
    found = refine.match(
        {"query": str(honey.public_id)}, {"query": "contest"}, {"query": "BY-MA"}, {"query": "BY"}
    )
    assert [each[0]["name"] for each in found] == [
        "Honey Society",
        "Honey Contest",
        "Mahilyow Region",
        "Belarus",
    ]
    assert all(each[0]["match"] for each in found)
    assert refine.suggest("entity", str(honey.public_id))[0]["name"] == "Honey Society"


def test_what_is_typed_is_completed(contest, honey, places):
    refine = Refine()
    found = refine.suggest("entity", "hon")
    assert {each["name"] for each in found} == {"Honey Society", "Honey Contest"}
    assert found[0]["notable"][0]["id"] in ("organisation", "programme")
    assert names(refine.suggest("entity", "мсц", type="location"))[0] == "Mstsislaw"
    assert len(refine.suggest("entity", "hon", cursor=1)) == 1
    assert refine.suggest("entity", "") == []
    assert [each["id"] for each in refine.suggest("type", "pla")] == ["location"]
    assert [each["id"] for each in refine.suggest("type", "")] == [
        "organisation",
        "programme",
        "location",
    ]
    assert {"id": "website", "name": "Website"} in refine.suggest("property", "web")
    assert refine.suggest("property", "seat", type="programme") == []
    # What else a client of other software adds is its own business.
    assert refine.suggest("type", "pla", spell="always", callback="x", lang="en")


def test_values_of_properties_are_fetched(contest, honey, places):
    refine = Refine()
    proposed = {each["id"] for each in refine.propose("programme")}
    assert {"name_be", "start_edtf", "organiser", "locations", "kind"} <= proposed
    assert "seat" not in proposed
    ids = [str(contest.public_id), str(honey.public_id), "nobody"]
    wanted = ["organiser", "locations", "start_edtf", "start_earliest", "seat", "name_be"]
    found = refine.extend(ids, *wanted, "website")
    assert [each["id"] for each in found["meta"]] == [*wanted, "website"]
    row = found["rows"][ids[0]]
    assert row["organiser"] == [{"id": str(honey.public_id), "name": "Honey Society"}]
    assert names(row["locations"]) == ["Mstsislaw", "Brest Region"]
    assert row["start_edtf"] == [{"str": "2015"}]
    assert row["start_earliest"] == [{"date": "2015-01-01T00:00:00"}]
    assert row["seat"] == []
    row = found["rows"][ids[1]]
    assert names(row["seat"]) == ["Mstsislaw"]
    assert row["website"] == [{"str": "https://honey.example/"}]
    assert row["name_be"] == [{"str": "Таварыства «Мёд»"}]
    assert found["rows"]["nobody"] == {name: [] for name in [*wanted, "website"]}


def test_an_identifier_has_its_values_in_each_form_in_which_it_is_written(honey):
    plain = str(honey.public_id)
    ids = [plain, plain.upper(), honey.public_id.hex, honey.public_id.hex.upper()]
    rows = Refine().extend(ids, "name_en")["rows"]
    assert rows == {each: {"name_en": [{"str": "Honey Society"}]} for each in ids}


def test_every_property_can_be_asked_of_every_entity(contest, honey, places):
    refine = Refine()
    for record, kind in ((contest, "programme"), (honey, "organisation")):
        proposed = [each["id"] for each in refine.propose(kind)]
        row = refine.extend([str(record.public_id)], *proposed)["rows"][str(record.public_id)]
        assert list(row) == proposed
        for values in row.values():
            for value in values:
                assert list(value) in (["str"], ["int"], ["float"], ["date"], ["id", "name"])


def test_a_preview_may_be_framed_and_nothing_else(honey):
    refine = Refine()
    preview = refine.open("preview", str(honey.public_id))
    assert preview.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "frame-ancestors *" in preview.headers["Content-Security-Policy"]
    assert "unsafe" not in preview.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in preview.headers
    assert not preview.cookies
    text = preview.content.decode()
    assert "Honey Society" in text
    assert "/en/organisations/honey/" in text
    assert "<form" not in text
    for address in (SERVICE, "/api/v1/docs/", "/en/organisations/honey/", "/admin/login/"):
        response = refine.browser.get(address)
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]
        assert response.headers["X-Frame-Options"] == "DENY"


def test_what_is_hidden_is_found_by_nobody(places):
    hidden = organisation("zq", name_en="Zqhidden", state=State.DRAFT)
    gone = organisation("zr", name_en="Zrgone")
    withdraw(gone, Reason.SAFETY)
    refine = Refine()
    found = refine.match(
        {"query": "Zqhidden"},
        {"query": "Zrgone"},
        {"query": str(hidden.public_id)},
        {"query": "zq"},
    )
    assert found == [[], [], [], []]
    assert refine.suggest("entity", "zq") == []
    both = refine.extend([str(hidden.public_id), str(gone.public_id)], "name_en")["rows"]
    assert all(row == {"name_en": []} for row in both.values())
    never = refine.open("preview", "7f0c4a52-0000-4000-8000-000000000001")
    for template in ("preview", "view"):
        answer = refine.open(template, str(hidden.public_id))
        assert (answer.status_code, answer.content) == (404, never.content)
        withdrawn = refine.open(template, str(gone.public_id))
        assert withdrawn.status_code == 410
        assert set(withdrawn.json()["record"]) == {"type", "id", "on"}


@pytest.mark.parametrize(
    "queries",
    [
        "",
        "{",
        "[]",
        "null",
        "1e999",
        '"a"',
        '{"q": "a"}',
        '{"q": {}}',
        '{"q": {"properties": []}}',
        '{"q": {"query": 5}}',
        '{"q": {"query": "a", "type": 5}}',
        '{"q": {"query": "a", "type": "person"}}',
        '{"q": {"query": "a", "limit": 0}}',
        '{"q": {"query": "a", "limit": "5"}}',
        '{"q": {"query": "a", "limit": true}}',
        '{"q": {"query": "a", "type_strict": "perhaps"}}',
        '{"q": {"query": "a", "properties": {}}}',
        '{"q": {"query": "a", "properties": [{"pid": "kind"}]}}',
        '{"q": {"query": "a", "properties": [{"pid": "colour", "v": "red"}]}}',
        '{"q": {"query": "a", "properties": [{"pid": ["kind"], "v": "red"}]}}',
        '{"q": {"query": "a", "properties": [{"pid": "kind", "v": null}]}}',
        '{"q": {"query": "a", "properties": [{"pid": "kind", "v": [[1]]}]}}',
        json.dumps({"q": {"properties": [{"pid": "kind", "v": ["a"] * (MAX_VALUES + 1)}]}}),
        '{"q": {"query": "\\ud800"}}',
        "[" * 5000,
    ],
)
def test_a_malformed_query_is_refused(queries, client):
    replies = [
        client.get(SERVICE, {"queries": queries}),
        client.post(SERVICE, f"queries={quote(queries)}", content_type=FORM),
    ]
    for response in replies:
        assert response.status_code == response.json()["status"] == 400
        assert response.headers["Content-Type"] == "application/problem+json"
        assert response.json()["parameter"] == "queries"


@pytest.mark.parametrize(
    "extend",
    ["", "[]", "{}", '{"ids": "a", "properties": []}', '{"ids": [1], "properties": []}']
    + ['{"ids": [], "properties": [{"id": "colour"}]}', '{"ids": [], "properties": ["kind"]}'],
)
def test_a_malformed_extension_is_refused(extend, client):
    response = client.post(SERVICE, f"extend={quote(extend)}", content_type=FORM)
    assert response.status_code == 400
    assert response.json()["parameter"] == "extend"


def test_more_than_can_be_asked_at_once_is_refused(client):
    batch = {f"q{n}": {"query": "a"} for n in range(BATCH + 1)}
    response = client.post(SERVICE, f"queries={json.dumps(batch)}", content_type=FORM)
    assert (response.status_code, response.json()["batchSize"]) == (413, BATCH)
    for name in ("queries", "extend"):
        response = client.post(SERVICE, f"{name}={'a' * 400_000}", content_type=FORM)
        assert response.status_code == 413
    many = json.dumps({"ids": [str(n) for n in range(201)], "properties": []})
    assert client.post(SERVICE, f"extend={many}", content_type=FORM).status_code == 413


def test_what_is_no_batch_is_refused(client):
    assert client.post(SERVICE, "", content_type=FORM).status_code == 400
    assert client.post(SERVICE, "queries={}&queries={}", content_type=FORM).status_code == 400
    assert client.get(f"{SERVICE}?queries={{}}&extend={{}}").status_code == 400
    assert client.post(SERVICE, "{}", content_type="application/json").status_code == 415
    for address in ("suggest/entity/?cursor=x", "suggest/entity/?cursor=-1", "properties/?limit=0"):
        assert client.get(SERVICE + address).status_code == 400
    assert client.get(f"{SERVICE}suggest/entity/?type=person").json()["parameter"] == "type"


def test_hostile_words_are_words(places, client):
    for text in (
        "\0",
        "a\0b",
        '" OR *',
        "%",
        "'); --",
        "😀",
        "а" * 9_000,
        "w " * 9_000,
        "∕" * 300,
    ):
        query = quote(json.dumps({"q": {"query": text}}))
        response = client.post(SERVICE, f"queries={query}", content_type=FORM)
        assert response.status_code == 200, text[:20]
        assert client.get(f"{SERVICE}suggest/entity/", {"prefix": text[:2000]}).status_code == 200


def test_other_sites_may_post_here_alone(client):
    asked = {**ELSEWHERE, "Access-Control-Request-Method": "POST"}
    preflight = client.options(SERVICE, headers=asked)
    assert "POST" in preflight.headers["Access-Control-Allow-Methods"]
    answer = client.post(SERVICE, "queries={}", content_type=FORM, headers=ELSEWHERE)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize("number", [1, 3, 60])
def test_a_query_costs_the_same_however_many_are_alike(number, django_assert_max_num_queries):
    for n in range(number):
        location(f"l{n}", name_en=f"Alike {n}")
    refine = Refine()
    with django_assert_max_num_queries(10):
        refine.match({"query": "Alike"})
