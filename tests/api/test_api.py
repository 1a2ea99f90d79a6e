"""The API as outsiders rely on it: collections, records, formats, changes, caching, errors."""

import csv
import io
import json
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from registry.api.tables.cells import FORMULA
from registry.cards.fields import fields_of
from registry.cards.models import Card, Counter
from registry.records.models import State
from registry.site.api import VIEWSETS
from registry.values.precision import Precision
from registry.workflow.withdrawal import Reason, withdraw
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

pytestmark = [pytest.mark.once, pytest.mark.django_db]
COLLECTIONS = [viewset.collection for viewset in VIEWSETS]
API = "/api/v1/"


@pytest.fixture
def places():
    return belarus()


@pytest.fixture
def contest(places):
    """A programme with an edition, an initiative, an event, a figure: a row in every collection."""
    honey = organisation("honey", name_en="Honey", seat=places["mstsislaw"], names=["Myod"])
    life_event(honey, date="2003")
    youth = term("youth", scheme="audience", codes={"OECD-DAC": "15150"})
    made = programme(
        "contest",
        kind="contest",
        name_be="Конкурс",
        name_ru="Конкурс (ру)",
        dates="2016-02/2016-10",
        roles=[("organiser", honey), ("funder", honey)],
        locations=[places["mstsislaw"]],
        themes=[term("governance")],
        audiences=[youth],
        sources=[source("report")],
    )
    sixth = edition("sixth", programme=made, number=6, dates="2016")
    initiative("bees", edition=sixth, result="winner")
    event("final", edition=sixth, dates="2016-10-01", start_time="10:00", kind="final")
    figure(made, "about 50", number=50, qualifier="about")
    return made


def get(client, address, **options):
    response = client.get(API + address, **options)
    assert response.status_code == 200, response.content
    return response.json()


def slugs(reply):
    return [record["slug"] for record in reply["results"]]


def text_of(response):
    return b"".join(response.streaming_content).decode("utf-8-sig")


def rows(client, address):
    return list(csv.DictReader(io.StringIO(text_of(client.get(API + address)))))


def test_the_root_names_everything(contest, client):
    root = get(client, "")
    assert list(root["collections"]) == [
        "programmes",
        "editions",
        "initiatives",
        "events",
        "organisations",
        "locations",
        "terms",
        "sources",
        "figures",
    ]
    assert root["version"] == "1"
    assert root["number"] == Counter.current().number > 0
    assert root["registry"] == str(Counter.current().registry)
    for name in ("codes", "changes", "openapi", "docs"):
        assert client.get(root[name]).status_code == 200
    for collection in root["collections"].values():
        assert client.get(collection["list"]).json()["count"] > 0
        assert "count" in client.get(collection["facets"]).json()


@pytest.mark.parametrize("viewset", VIEWSETS, ids=COLLECTIONS)
def test_a_record_has_the_same_keys_in_lists_and_by_itself(viewset, contest, client):
    record = get(client, f"{viewset.collection}/")["results"][0]
    assert list(record) == list(fields_of(viewset.card_type))
    assert get(client, f"{viewset.collection}/{record['id']}/") == record
    if record["slug"]:
        assert get(client, f"{viewset.collection}/{record['slug']}/") == record


def test_a_list_leads_on_by_cursor_and_back(places, client):
    for number in range(5):
        programme(f"p{number}", name_en=f"P{number}", locations=[places["mstsislaw"]])
    first = get(client, "programmes/?location=BY-MA&page_size=2&ordering=name")
    assert (slugs(first), first["count"], first["previous"]) == (["p0", "p1"], 5, None)
    second = client.get(first["next"]).json()
    third = client.get(second["next"]).json()
    assert (slugs(second), slugs(third), third["next"]) == (["p2", "p3"], ["p4"], None)
    assert slugs(client.get(third["previous"]).json()) == ["p2", "p3"]


def test_a_cursor_of_a_list_leads_nowhere_in_the_search(contest, client):
    for n in range(2):
        programme(f"other-{n}")
    cursor = client.get(f"{API}programmes/?page_size=1").json()["next"].partition("cursor=")[2]
    reply = client.get(f"{API}search/?q=x&cursor={cursor}")
    assert reply.status_code == 400
    assert reply.json()["parameter"] == "cursor"


def test_a_cursor_that_is_forged_or_contradicted_is_refused(contest, client):
    programme("another")
    following = get(client, "programmes/?page_size=1")["next"]
    assert client.get(following + "&page_size=1").status_code == 200
    for address in (following + "&page_size=2", following[:-3], following + "x"):
        response = client.get(address)
        assert response.status_code == 400
        assert response.headers["Content-Type"] == "application/problem+json"


def test_fields_keeps_what_is_named_and_who_it_is(contest, client):
    record = get(client, "programmes/contest/?fields=name,start")
    assert list(record) == ["type", "id", "name", "start"]


def test_lang_makes_one_string_of_each_text_and_tells_who_stepped_in(contest, client):
    record = get(client, "programmes/contest/?lang=be")
    assert record["name"] == "Конкурс"
    assert record["summary"] is None
    assert record["roles"][0]["organisation"]["name"] == "Honey"
    assert record["roles"][0]["organisation"]["fallback"] == {"name": "en"}
    assert "fallback" not in record
    assert get(client, "organisations/honey/?lang=be")["fallback"] == {"name": "en"}
    assert record["start"]["text"] == "люты 2016"


@pytest.mark.parametrize(
    ("query", "parameter", "allowed"),
    [
        ("colour=red", "colour", "location"),
        ("kind=circus", "kind", "contest"),
        ("location=BY-XX", "location", "BY-MA"),
        ("theme=youth", "theme", "governance"),
        ("format=xml", "format", "csv"),
        ("lang=de", "lang", "be"),
        ("ordering=size", "ordering", "-start"),
        ("fields=colour", "fields", "name"),
        ("page_size=101", "page_size", None),
        ("page_size=0", "page_size", None),
        ("from=2016-02-31", "from", None),
        ("year=16", "year", None),
        ("updated_since=yesterday", "updated_since", None),
        ("lang=en&lang=be", "lang", "be"),
        ("format=csv&format=json", "format", "json"),
        ("page=2", "page", "cursor"),
    ],
)
def test_a_bad_parameter_is_a_problem_that_says_what_is_allowed(
    query, parameter, allowed, contest, client
):
    response = client.get(f"{API}programmes/?{query}")
    problem = response.json()
    assert response.status_code == problem["status"] == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert problem["parameter"] == parameter
    assert problem["detail"]
    if allowed:
        assert allowed in problem["allowed"]


def test_several_bad_parameters_are_all_named(contest, client):
    problem = client.get(f"{API}programmes/?kind=circus&colour=red").json()
    assert {error["parameter"] for error in problem["errors"]} == {"kind", "colour"}


def test_a_record_and_its_facets_know_only_their_own_parameters(contest, client):
    for address in ("programmes/contest/?kind=contest", "programmes/facets/?page_size=1"):
        assert client.get(API + address).status_code == 400


def test_an_unknown_slug_of_a_record_finds_nothing(contest, client):
    assert get(client, "programmes/?organisation=nobody")["count"] == 0
    assert get(client, "programmes/?organisation=honey&role=funder")["count"] == 1
    assert get(client, "editions/?programme=contest")["count"] == 1


def test_every_error_is_a_problem(contest, client):
    replies = {
        404: client.get(f"{API}programmes/nope/"),
        405: client.post(f"{API}programmes/"),
        406: client.get(f"{API}programmes/", headers={"Accept": "image/png"}),
        409: client.get(f"{API}changes/?since=999999"),
        400: client.get(f"{API}codes/?x=1"),
    }
    for status, response in replies.items():
        assert response.status_code == response.json()["status"] == status
        assert response.headers["Content-Type"] == "application/problem+json"
    assert replies[405].headers["Allow"] == "GET, HEAD, OPTIONS"
    assert "text/csv" in replies[406].json()["allowed"]


def test_a_renamed_record_leads_to_its_new_address(contest, client):
    contest.slug = "contest-of-ideas"
    contest.save()
    response = client.get(f"{API}programmes/contest/?lang=be")
    assert response.status_code == 301
    assert response.headers["Location"] == f"{API}programmes/contest-of-ideas/?lang=be"


def test_facets_count_what_each_further_choice_would_give(contest, places, client):
    programme("school", kind="training")
    reply = get(client, "programmes/facets/?location=BY-MA")
    assert reply["count"] == 1
    kinds = {each["value"]: each["count"] for each in reply["facets"]["kind"]}
    assert kinds["contest"] == 1
    assert not kinds.get("training")
    for value, count in kinds.items():
        found = get(client, f"programmes/?location=BY-MA&kind={value}")["count"]
        assert found == count
    spoken = get(client, "programmes/facets/?lang=be")["facets"]["kind"]
    assert all(isinstance(each["label"], str) for each in spoken)


def test_a_head_and_an_options_request_are_answered(contest, client):
    for address in ("", "programmes/", "programmes/contest/", "programmes/?format=csv", "codes/"):
        response = client.head(API + address)
        assert response.status_code == 200
        assert response.headers["ETag"]
        response = client.options(API + address)
        assert response.status_code == 204
        assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
    preflight = client.options(
        f"{API}programmes/",
        headers={"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET"},
    )
    assert preflight.status_code == 204


@pytest.mark.parametrize("number", [1, 3, 100])
def test_a_page_of_any_length_takes_the_same_queries(
    number, places, client, django_assert_num_queries
):
    honey = organisation("honey", seat=places["mstsislaw"])
    for _ in range(number):
        programme(roles=[("organiser", honey)], locations=[places["mstsislaw"]], kind="contest")
    address = "programmes/?page_size=100"
    with django_assert_num_queries(2):
        # 1 the change number, for the ETag; 2 the page of cards, with how many there are
        page = get(client, address)
    # Of an empty page nothing says how many there are.
    assert (len(page["results"]), page["count"]) == (number, number)
    with django_assert_num_queries(3):
        # 1 the change number; 2 the places and records that the query names; 3 the page
        get(client, f"{address}&location=BY-MA&kind=contest&organisation=honey")
    with django_assert_num_queries(6):
        # 1 the change number; 2 places of that name; 3 whether anything is as it was typed; 4 how
        # many there are; 5 which come first, of so few all tiers at once; 6 the page
        get(client, f"{address}&q=mstsislaw")
    with django_assert_num_queries(5):
        # 1 the change number; 2 the places that the query names; 3 whether anything is another;
        # 4 the counts of all groups; 5 the names of their values
        get(client, "programmes/facets/?location=BY-MA")


def test_a_record_takes_two_queries(contest, client, django_assert_num_queries):
    for address in ("programmes/contest/", f"programmes/{contest.public_id}/?lang=be"):
        with django_assert_num_queries(2):
            # 1 the change number, for the ETag; 2 the card
            get(client, address)


@pytest.mark.parametrize("address", ["programmes/?location=BY-MA", "programmes/contest/", "codes/"])
def test_what_is_unchanged_is_not_sent_again(address, contest, client, django_assert_num_queries):
    tag = client.get(API + address).headers["ETag"]
    assert tag.startswith('W/"')
    with django_assert_num_queries(1):
        # the change number
        response = client.get(API + address, headers={"If-None-Match": tag})
    assert (response.status_code, response.content) == (304, b"")
    assert response.headers["ETag"] == tag
    assert response.headers["Cache-Control"] == "public, no-cache"


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("programmes/never/", 404),
        ("programmes/gone/", 410),
        ("programmes/?unknown=1", 400),
        ("changes/?since=99999", 409),
    ],
)
@pytest.mark.parametrize("tag", [None, "*"])
def test_no_tag_of_another_address_hides_what_is_wrong(address, status, tag, contest, client):
    withdraw(programme("gone"), Reason.REQUEST)
    tag = tag or client.get(f"{API}programmes/").headers["ETag"]
    assert client.get(API + address, headers={"If-None-Match": tag}).status_code == status


def test_a_tag_ends_with_a_change_the_day_the_format_and_the_language(contest, client, monkeypatch):
    def tag(query=""):
        return client.get(f"{API}programmes/{query}").headers["ETag"]

    tags = [tag(), tag("?format=csv"), tag("?lang=be")]
    contest.summary_en = "Ideas for a town."
    contest.save()
    tags.append(tag())
    # 21:30 in London is the next day in Minsk.
    for moment in (
        datetime(2030, 1, 1, 20, 30, tzinfo=UTC),
        datetime(2030, 1, 1, 21, 30, tzinfo=UTC),
    ):
        monkeypatch.setattr(timezone, "now", lambda moment=moment: moment)
        tags.append(tag())
    assert len(set(tags)) == len(tags)


def test_what_no_visitor_sees_changes_no_tag(contest, client):
    before = client.get(f"{API}programmes/").headers["ETag"]
    programme("draft", state=State.DRAFT)
    assert client.get(f"{API}programmes/").headers["ETag"] == before


def test_replies_vary_by_accept_where_there_is_a_choice(contest, client):
    response = client.get(f"{API}programmes/", headers={"Accept": "text/csv"})
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    for address in ("programmes/", "programmes/nope/", "programmes/?x=1"):
        assert "Accept" in client.get(API + address).headers["Vary"].split(", ")
    tag = client.get(f"{API}programmes/").headers["ETag"]
    response = client.get(f"{API}programmes/", headers={"If-None-Match": tag})
    assert "Accept" in response.headers["Vary"].split(", ")


def test_a_csv_has_a_row_for_each_record_and_a_telling_name(contest, client, monkeypatch):
    moment = datetime(2026, 11, 21, 9, tzinfo=UTC)
    monkeypatch.setattr(timezone, "now", lambda: moment)
    for number in range(30):
        programme(f"another-{number}")
    response = client.get(f"{API}programmes/?location=BY-MA&location=none&format=csv")
    assert (
        response.headers["Content-Disposition"]
        == 'attachment; filename="programmes-BY-MA-none-2026-11-21.csv"'
    )
    assert response.headers["Registry-Query"] == "location=BY-MA&location=none"
    assert response.headers["Registry-Count"] == "31"
    assert response.headers["Registry-Time"] == "2026-11-21T09:00:00+00:00"
    assert "creativecommons.org/licenses/by/4.0" in response.headers["Link"]
    body = b"".join(response.streaming_content)
    assert body.startswith(b"\xef\xbb\xbf")
    assert len(list(csv.reader(io.StringIO(body.decode("utf-8-sig"))))) == 32


def test_a_csv_lays_texts_dates_references_and_roles_flat(contest, client):
    (row,) = rows(client, "programmes/?format=csv")
    assert (row["name_en"], row["name_be"]) == ("Contest", "Конкурс")
    assert [row[f"start_{part}"] for part in ("edtf", "earliest", "latest")] == [
        "2016-02",
        "2016-02-01",
        "2016-02-29",
    ]
    assert (row["location_codes"], row["location_names_en"]) == ("mstsislaw", "Mstsislaw")
    assert (row["funder_slugs"], row["funder_names_en"]) == ("honey", "Honey")
    assert (row["organiser_slugs"], row["partner_slugs"]) == ("honey", "")
    assert row["figures"] == "participants: about 50"
    (row,) = rows(client, "events/?format=csv")
    assert row["start_time"] == "2016-10-01T10:00:00+03:00"
    (row,) = rows(client, "organisations/?format=csv")
    assert (row["seat_code"], row["other_names"], row["founded_edtf"]) == (
        "mstsislaw",
        "Myod",
        "2003",
    )


def test_several_references_are_joined(places, client):
    programme(locations=[places["mstsislaw"], places["brest-region"]])
    (row,) = rows(client, "programmes/?format=csv")
    assert row["location_codes"] == "mstsislaw; BY-BR"
    assert row["location_names_en"] == "Mstsislaw; Brest Region"
    assert row["location_regions"] == "BY-MA; BY-BR"


def test_a_table_names_the_region_of_each_place_once(places, client):
    within = [places["mstsislaw"], places["mahilyow-region"]]
    programme("one-region", locations=within)
    programme("country-wide", locations=[places["belarus"]])
    programme("hidden", locations=within, precision=Precision.HIDDEN)
    programme("unplaced")
    regions = {
        row["slug"]: row["location_regions"] for row in rows(client, "programmes/?format=csv")
    }
    assert regions == {"one-region": "BY-MA", "country-wide": "", "hidden": "", "unplaced": ""}


@pytest.mark.parametrize("viewset", VIEWSETS, ids=COLLECTIONS)
def test_the_columns_are_the_same_whatever_the_rows_hold(viewset, contest, client):
    """A full row, rows with nothing in them, and no row at all."""
    full = text_of(client.get(f"{API}{viewset.collection}/?format=csv"))
    term("empty-term")
    empty = programme("empty")
    edition("empty-edition", programme=empty)
    initiative("empty-initiative")
    event("empty-event")
    organisation("empty-organisation")
    mixed = list(
        csv.reader(io.StringIO(text_of(client.get(f"{API}{viewset.collection}/?format=csv"))))
    )
    none = text_of(client.get(f"{API}{viewset.collection}/?format=csv&q=qwxyv"))
    assert none.splitlines() == full.splitlines()[:1]
    assert ",".join(mixed[0]) == none.strip()
    assert len({len(row) for row in mixed}) == 1
    assert len(set(mixed[0])) == len(mixed[0])


def test_a_csv_in_one_language_and_of_some_fields_has_their_columns_only(contest, client):
    reply = text_of(client.get(f"{API}programmes/?format=csv&lang=be&fields=name,locations"))
    assert reply.splitlines()[0] == (
        "type,id,name,location_codes,location_names_be,location_regions"
    )
    assert ",Конкурс,mstsislaw," in reply.splitlines()[1]


@pytest.mark.parametrize("prefix", FORMULA)
def test_no_cell_is_a_formula(prefix, places, client):
    honey = organisation("honey", name_en=f"{prefix}1+1|cmd")
    programme(name_en=f"{prefix}HYPERLINK()", roles=[("funder", honey), ("partner", honey)])
    for address in ("programmes/?format=csv", "organisations/?format=csv&lang=en"):
        for row in rows(client, address):
            assert not [cell for cell in row.values() if cell.startswith(FORMULA)]
    (row,) = rows(client, "programmes/?format=csv")
    assert row["name_en"] == f"'{prefix}HYPERLINK()"
    assert row["funder_names_en"] == f"'{prefix}1+1|cmd"


def test_lines_of_json_hold_the_whole_set(contest, client):
    for number in range(25):
        programme(f"another-{number}")
    response = client.get(f"{API}programmes/?format=ndjson")
    lines = [json.loads(line) for line in text_of(response).splitlines()]
    assert len(lines) == 26
    assert next(line for line in lines if line["slug"] == "contest") == get(
        client, "programmes/contest/"
    )


def test_one_record_can_be_a_table_too(contest, client):
    (row,) = rows(client, "programmes/contest/?format=csv")
    assert row["slug"] == "contest"


def test_the_codes_have_names_in_three_languages(contest, client):
    reply = get(client, "codes/")
    kinds = reply["codes"]["programme"]["kind"]
    assert [code["value"] for code in kinds] == [
        *("contest", "training", "forum", "project", "local-initiative", "advice"),
        *("small-grants", "institutional-support"),
    ]
    assert [code["value"] for code in reply["codes"]["programme"]["status"]] == [
        *("planned", "running", "ended", "unknown"),
    ]
    lists = [codes for keys in reply["codes"].values() for codes in keys.values()]
    for code in [code for codes in [*lists, *reply["terms"].values()] for code in codes]:
        assert list(code["name"]) == ["en", "be", "ru"]
        assert code["name"]["en"]
    assert {each["value"] for each in reply["terms"]["audience"]} == {"youth"}
    assert get(client, "codes/?lang=en")["codes"]["role"]["role"][0]["name"] == "implementer"


def test_every_code_that_can_be_sent_is_listed(contest, client):
    """Each list of a filter's allowed codes stands under codes/."""
    reply = get(client, "codes/")["codes"]
    for collection, viewset in zip(COLLECTIONS, VIEWSETS, strict=True):
        for key in ("kind", "status", "mode", "result"):
            if key in viewset.parameters():
                problem = client.get(f"{API}{collection}/?{key}=nothing-such").json()
                listed = [code["value"] for code in reply[viewset.card_type][key]]
                assert [code for code in problem["allowed"] if code != "none"] == listed


def changes(client, since=0, **options):
    query = "&".join(f"{name}={value}" for name, value in options.items())
    return get(client, f"changes/?since={since}&{query}")


def test_changes_hold_each_record_once_at_its_newest_number(contest, client):
    for words in ("One", "Two", "Three"):
        contest.summary_en = words
        contest.save()
    reply = changes(client, limit=1000)
    numbers = [change["n"] for change in reply["changes"]]
    assert numbers == sorted(set(numbers))
    assert len({(change["type"], change["id"]) for change in reply["changes"]}) == len(numbers)
    assert {change["action"] for change in reply["changes"]} == {"upsert"}
    assert len(numbers) == Card.objects.count()
    assert not reply["more"]
    assert reply["next_since"] == Counter.current().number
    (newest,) = [change for change in reply["changes"] if change["id"] == str(contest.public_id)]
    assert newest["record"] == get(client, "programmes/contest/")


def test_changes_can_be_read_in_pieces(contest, client):
    whole = changes(client, limit=1000)["changes"]
    pieces, reply = [], {"next_since": 0, "more": True}
    while reply["more"]:
        reply = changes(client, reply["next_since"], limit=3)
        assert len(reply["changes"]) <= 3
        pieces += reply["changes"]
    assert pieces == whole
    assert changes(client, reply["next_since"])["changes"] == []


def test_a_withdrawal_is_told_by_type_id_and_day_alone(contest, client, monkeypatch):
    before = Counter.current().number
    # 22:30 in London on the 21st is the 22nd in Minsk.
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 21, 22, 30, tzinfo=UTC))
    withdraw(contest, Reason.REQUEST)
    after = {change["id"]: change for change in changes(client, before)["changes"]}
    change = after[str(contest.public_id)]
    assert change["action"] == "withdraw"
    assert set(change) == {"n", "type", "id", "action", "on"}
    assert (change["type"], change["on"]) == ("programme", "2026-11-22")


@pytest.mark.parametrize("query", ["since=999999", "since=0&registry=another"])
def test_a_reader_of_another_registry_begins_again(query, contest, client):
    response = client.get(f"{API}changes/?{query}")
    assert response.status_code == 409
    assert response.json()["registry"] == str(Counter.current().registry)


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=1001", "since=-1", "since=x", "limit=1&limit=2"]
)
def test_changes_refuse_what_means_nothing(query, contest, client):
    assert client.get(f"{API}changes/?{query}").status_code == 400


def test_the_registry_may_be_named_with_the_number(contest, client):
    registry = changes(client)["registry"]
    assert changes(client, registry=registry)["changes"]


def test_an_empty_registry_answers(client):
    assert get(client, "changes/") == {
        "registry": str(Counter.current().registry),
        "changes": [],
        "next_since": 0,
        "more": False,
    }
    for collection in COLLECTIONS:
        assert get(client, f"{collection}/")["results"] == []
