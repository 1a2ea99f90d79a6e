"""The description of the API: complete, valid, true, and readable without another host."""

import json
from urllib.parse import urlencode

import pytest
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate

from registry.api.formats import formats_of
from registry.api.schema import OF_ONE, PAGING
from registry.cards.fields import fields_of
from registry.site.api import VIEWSETS
from tests.support.factories import (
    belarus,
    edition,
    event,
    figure,
    initiative,
    life_event,
    organisation,
    programme,
    source,
    term,
)
from tests.support.shares import few

pytestmark = pytest.mark.once

COLLECTIONS = [viewset.collection for viewset in VIEWSETS]


@pytest.fixture
def document(db, client):
    response = client.get("/api/v1/openapi.json")
    assert response.status_code == 200
    return response.json()


def operation(document, address):
    return document["paths"][f"/api/v1/{address}"]["get"]


def names(operation):
    """The parameters of the address; the properties of an object are one each."""
    described = {each["name"]: each["schema"] for each in operation["parameters"]}
    excluded = described.pop("exclude", {"properties": {}})
    return {*described, *excluded["properties"]}


def test_the_document_is_valid_openapi_3_1(document):
    assert document["openapi"] == "3.1.0"
    validate(document)
    assert "nullable" not in json.dumps(document)


@pytest.mark.parametrize("viewset", VIEWSETS, ids=COLLECTIONS)
def test_every_parameter_of_a_filter_is_described(viewset, document):
    listing = operation(document, f"{viewset.collection}/")
    assert names(listing) == set(viewset.parameters()) - {"meta", "past"}  # of files
    assert names(operation(document, f"{viewset.collection}/facets/")) == set(
        viewset.parameters()
    ) - set(PAGING)
    record = operation(document, f"{viewset.collection}/{{slug}}/")
    assert names(record) == {*OF_ONE, "slug"}
    for parameter in listing["parameters"]:
        assert parameter["description"], parameter["name"]


def test_the_codes_of_a_parameter_are_listed(document):
    parameters = {each["name"]: each for each in operation(document, "events/")["parameters"]}
    assert parameters["mode"]["schema"]["items"]["enum"] == [
        "in-person",
        "online",
        "hybrid",
        "none",
    ]
    assert parameters["upcoming"]["schema"]["enum"] == ["true", "false"]
    assert parameters["lang"]["schema"]["enum"] == ["en", "be", "ru"]
    assert parameters["format"]["schema"]["enum"] == ["json"]
    assert "registration_url" in parameters["fields"]["schema"]["items"]["enum"]
    files = {each["name"]: each for each in operation(document, "{collection}/")["parameters"]}
    assert {"csv", "xlsx", "ics", "atom"} <= set(files["format"]["schema"]["enum"])
    assert files["collection"]["schema"]["enum"] == COLLECTIONS
    assert "-start" in parameters["ordering"]["schema"]["enum"]
    assert parameters["page_size"]["schema"]["maximum"] == 100


def test_errors_are_described_as_problems(document):
    for address, operations in document["paths"].items():
        responses = operations["get"]["responses"]
        assert {"401", "429"} <= set(responses), address
        if [each for each in operations["get"]["parameters"] if each["in"] == "query"]:
            assert {"400", "406"} <= set(responses), address
        for status, response in responses.items():
            assert response["description"] or status == "200"
            if status >= "400":
                assert set(response["content"]) == {"application/problem+json"}


def test_everything_under_the_root_is_described(document, client):
    root = client.get("/api/v1/").json()
    for name in ("codes", "changes"):
        assert root[name].removeprefix("http://testserver") in document["paths"]
    for collection in COLLECTIONS:
        assert f"/api/v1/{collection}/" in document["paths"]


@pytest.fixture
def full(db):
    """A record of every kind, with all that a card can hold, and one with nothing."""
    places = belarus()
    theme = term("governance", definition_en="How a place is run.", codes={"OECD-DAC": "15150"})
    report = source("report", date="2016~", language="en", seen_on="2026-11-22")
    honey = organisation(
        "honey",
        seat=places["mstsislaw"],
        kind="ngo",
        locations=[places["mstsislaw"]],
        themes=[theme],
        names=["Myod"],
        sources=[report],
        website="https://honey.example/",
    )
    honey.identifiers.create(scheme="BY-EGR", value="1")
    life_event(honey, date="2003", source=report)
    places["mstsislaw"].local_contexts.create(
        governed="clan", standing="own", text_en="As the source says.", source=report
    )
    contest = programme(
        "contest",
        kind="contest",
        dates="2016-02/..",
        parent=programme("umbrella"),
        roles=[("organiser", honey)],
        locations=[places["mstsislaw"]],
        themes=[theme],
        audiences=[term("youth", scheme="audience")],
    )
    figure(contest, number=50, qualifier="about", period="2016", source=report)
    sixth = edition("sixth", programme=contest, number=6, ordinal_as_printed="6th")
    initiative("bees", edition=sixth, result="winner", award="Best")
    event(
        "final",
        edition=sixth,
        dates="2016-10-01/2016-10-02",
        start_time="10:00",
        kind="final",
        mode="hybrid",
        registration_deadline="2016-09",
        capacity=30,
        languages="be ru",
        formats=[term("human-library", scheme="format")],
    )
    event("bare", dates="XXXX-03-21")


@pytest.mark.parametrize("query", few(["", "?lang=be", "?fields=name"], ""))
@pytest.mark.parametrize("viewset", VIEWSETS, ids=COLLECTIONS)
def test_replies_are_as_described(viewset, query, full, document, client):
    listing = operation(document, f"{viewset.collection}/")
    schema = listing["responses"]["200"]["content"]["application/json"]["schema"]
    reply = client.get(f"/api/v1/{viewset.collection}/{query}").json()
    assert reply["results"]
    OAS31Validator(schema | {"components": document["components"]}).validate(reply)
    facets = {"$ref": "#/components/schemas/Facets", "components": document["components"]}
    reply = client.get(f"/api/v1/{viewset.collection}/facets/").json()
    OAS31Validator(facets).validate(reply)


@pytest.mark.parametrize("viewset", VIEWSETS, ids=COLLECTIONS)
def test_every_key_of_a_card_is_described(viewset, full, document, client):
    component = document["components"]["schemas"][viewset.card_type.capitalize()]
    for record in client.get(f"/api/v1/{viewset.collection}/").json()["results"]:
        assert set(record) == set(component["properties"]) - {"fallback"}


def test_changes_and_problems_are_as_described(full, document, client):
    for address, name in (("changes/", "Changes"), ("programmes/?kind=x&y=1", "Problem")):
        schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        OAS31Validator(schema).validate(client.get(f"/api/v1/{address}").json())


@pytest.mark.slow
@pytest.mark.browser
def test_the_docs_are_shown_under_the_strict_policy_without_another_host(live_server, page):
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{live_server.url}/api/v1/docs/")
    page.get_by_text("/api/v1/programmes/", exact=True).first.click()
    page.get_by_text("ISO 3166").first.wait_for()
    assert page.get_by_role("button", name="Authorize", exact=True).count() == 1
    assert page.locator(".authorization__btn").count() == 0  # no key is needed for any of it
    page.get_by_role("link", name="For developers").click()
    page.wait_for_url("**/en/data/developers/")
    assert said == []
    assert all(url.startswith((live_server.url, "data:")) for url in asked)


@pytest.mark.parametrize("viewset", VIEWSETS, ids=COLLECTIONS)
def test_each_record_has_an_example_that_is_as_described(viewset, document):
    name = viewset.card_type.capitalize()
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    (example,) = document["components"]["schemas"][name]["examples"]
    OAS31Validator(schema).validate(example)
    assert list(example) == list(fields_of(viewset.card_type))


def test_every_operation_describes_headers_a_wrong_key_and_what_is_unchanged(document):
    assert document["security"] == [{}, {"ApiKey": []}]
    for operations in document["paths"].values():
        for method, operation in operations.items():
            assert "security" not in operation  # of each alone, clients would ask for a key
            responses = operation["responses"]
            assert "WWW-Authenticate" in responses["401"]["headers"]
            assert "Retry-After" in responses["429"]["headers"]
            for status, response in responses.items():
                if status >= "400":
                    problem = response["content"]["application/problem+json"]["example"]
                    assert problem["status"] == int(status)
            if method == "get" and "200" in responses:
                assert "304" in responses
                assert "ETag" in responses["200"]["headers"]


def test_the_other_replies_are_as_described(full, document, client):
    plain = ("", "codes/", "datapackage.json", "search/?q=honey", "reconcile/properties/")
    of_one_language = ("codes/?lang=be", "search/?q=honey&lang=be", "events/facets/?lang=ru")
    for address in (*plain, *of_one_language):
        schema = operation(document, address.partition("?")[0])["responses"]["200"]["content"][
            "application/json"
        ]["schema"]
        reply = client.get(f"/api/v1/{address}").json()
        OAS31Validator(schema | {"components": document["components"]}).validate(reply)


def test_the_document_says_where_it_is_served_whom_to_ask_and_what_each_operation_is(document):
    assert document["servers"] == [{"url": "http://testserver"}]
    assert document["info"]["contact"]["url"] == "http://testserver/en/report/"
    operations = [each for path in document["paths"].values() for each in path.values()]
    summaries = [each["summary"] for each in operations]
    assert len(set(summaries)) == len(summaries) > 40
    assert all(0 < len(summary) <= 60 for summary in summaries)
    described = {tag["name"] for tag in document["tags"] if tag["description"]}
    assert {tag for each in operations for tag in each["tags"]} == described


def test_a_list_is_described_as_json_alone_and_files_apart(document, full, client):
    for address, methods in document["paths"].items():
        for each in methods.values():
            kinds = set(each["responses"].get("200", {}).get("content", {}))
            if "files" not in each["tags"] and not address.endswith("preview/{id}/"):
                assert kinds <= {"application/json"}, address
    files = operation(document, "{collection}/")
    content = files["responses"]["200"]["content"]
    for viewset in VIEWSETS:
        for name in [each.format for each in formats_of(viewset.card_type)]:
            reply = client.get(f"/api/v1/{viewset.collection}/?format={name}")
            if (name, reply.status_code) == ("iati", 406):
                continue  # none of these records states what an activity needs
            assert reply.status_code == 200, (viewset.collection, name)
            assert reply.headers["Content-Type"].partition(";")[0] in content
            sent = {header for header in reply.headers if header.startswith(("Registry", "ETag"))}
            assert sent <= set(files["responses"]["200"]["headers"])


def examples(schema):
    """The examples of one value: those of the whole, or of what its list is of."""
    found = list(schema.get("examples", ()))
    return found + [[each] for each in schema.get("items", {}).get("examples", ())]


def asked(document):
    """(operation, its address, {name: value} of parameters or a form) of every example."""
    for address, methods in document["paths"].items():
        for method, each in methods.items():
            for parameter in each.get("parameters", ()):
                given = [parameter["example"]] if "example" in parameter else []
                for value in given + examples(parameter["schema"]):
                    if isinstance(value, list) and not parameter.get("explode", True):
                        value = ",".join(value)
                    whole = parameter["schema"]["type"] == "object"
                    query = value if whole else {parameter["name"]: value}
                    yield method, address, parameter["in"], query
            for body in each.get("requestBody", {}).get("content", {}).values():
                for form in body["schema"]["oneOf"]:
                    for value in form["examples"]:
                        yield method, address, "form", value


def test_the_api_takes_every_example_of_its_description(document, full, client):
    names = {"programmes": "contest", "editions": "sixth", "initiatives": "bees"}
    names |= {"events": "final", "organisations": "honey", "locations": "mstsislaw"}
    names |= {"terms": "governance", "sources": "report", "{collection}": "contest"}
    names["figures"] = client.get("/api/v1/figures/").json()["results"][0]["id"]
    seen, form = set(), "application/x-www-form-urlencoded"
    for method, address, place, given in asked(document):
        collection = address.split("/")[3]
        parts = {"slug": names.get(collection), "collection": "programmes"}
        if place == "path":
            parts |= given
        url = address.format(**parts)
        query = {} if place == "path" else given
        if method == "post":
            reply = client.post(url, urlencode(query), content_type=form)
        else:
            reply = client.get(url, query)
        assert reply.status_code == 200, (method, url, query)
        seen |= {(collection, name) for name in given}
        if place == "form":
            assert reply.json()
        elif "fields" in given and "format" not in given and collection in COLLECTIONS:
            records = reply.json().get("results", [reply.json()])
            assert all(set(record) >= {"type", "id"} and len(record) <= 5 for record in records)
    assert {(each, "fields") for each in COLLECTIONS} <= seen
    assert {("reconcile", "queries"), ("reconcile", "extend"), ("{collection}", "format")} <= seen
    assert {("programmes", "bbox"), ("events", "from"), ("search", "q")} <= seen
