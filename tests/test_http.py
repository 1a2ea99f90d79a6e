"""What holds for every address of the API, whatever it gives: methods, links, bytes, sharing."""

import gzip
import re

import brotli
import pytest
from doors import addresses
from factories import belarus, event, organisation, programme
from staff import Staff

from registry.compression import chosen
from registry.listings.links import MOST_BYTES

pytestmark = pytest.mark.django_db
API = "/api/v1/"


@pytest.fixture
def shown():
    places = belarus()
    ngo = organisation("honey", name_en="Honey", seat=places["mstsislaw"])
    programme("contest", roles=[("organiser", ngo)], locations=[places["mstsislaw"]])
    event("final", dates="2016-10-01")


def doors():
    names = {"programme": ["contest"], "organisation": ["honey"], "event": ["final"]}
    names |= {"location": ["mstsislaw"], "figure": []}
    names |= dict.fromkeys(("edition", "initiative", "term", "source"), [])
    return [address for address in addresses(names) if address.startswith(API)]


def body(response):
    return b"".join(response) if response.streaming else response.content


def links_of(response):
    """[(address, {parameter: value})] of the Link header."""
    found = re.findall(r'<([^>]*)>((?:; [\w-]+="[^"]*")*)', response.headers["Link"])
    return [(address, dict(re.findall(r'([\w-]+)="([^"]*)"', rest))) for address, rest in found]


def test_every_address_answers_head_as_it_answers_get_but_for_the_body(shown, client):
    for address in doors():
        response, head = client.get(address), client.head(address)
        assert head.status_code == response.status_code, address
        assert body(head) == b""
        for name in ("ETag", "Content-Type", "Link", "Cache-Control"):
            assert head.headers.get(name) == response.headers.get(name), (address, name)


def test_every_address_names_its_methods_and_refuses_the_others(shown, client):
    for address in doors():
        allowed = client.options(address)
        assert allowed.status_code == 204, address
        methods = allowed.headers["Allow"].split(", ")
        assert {"GET", "HEAD", "OPTIONS"} <= set(methods)
        for method in ("post", "put", "patch", "delete"):
            if method.upper() in methods:
                continue
            response = getattr(client, method)(address)
            assert response.status_code == response.json()["status"] == 405, (address, method)
            assert response.headers["Content-Type"] == "application/problem+json"
            assert response.headers["Allow"] == allowed.headers["Allow"]


def test_scripts_of_other_sites_read_what_they_need(shown, client):
    response = client.get(f"{API}programmes/?format=csv", headers={"Origin": "https://a.example"})
    exposed = response.headers["Access-Control-Expose-Headers"].split(", ")
    for name in ("ETag", "Link", "Retry-After", "Content-Disposition", "Registry-Count"):
        assert name in exposed
    preflight = client.options(
        f"{API}programmes/",
        headers={"Origin": "https://a.example", "Access-Control-Request-Method": "POST"},
    )
    assert preflight.headers["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "Authorization" in preflight.headers["Access-Control-Allow-Headers"]


def test_a_list_links_to_its_neighbours_its_page_and_its_other_formats(shown, client):
    for number in range(3):
        programme(f"p{number}", kind="contest")
    response = client.get(f"{API}programmes/?kind=contest&page_size=1")
    links = links_of(response)
    by_rel = {parameters["rel"]: address for address, parameters in links}
    assert by_rel["next"] == response.json()["next"]
    assert "prev" not in by_rel
    following = client.get(by_rel["next"])
    assert {"next", "prev"} <= {parameters["rel"] for _, parameters in links_of(following)}
    alternates = [(a, p) for a, p in links if p["rel"] == "alternate"]
    assert {p["type"] for _, p in alternates} >= {"text/csv", "text/html", "application/x-ndjson"}
    for address, parameters in [*alternates, (by_rel["describedby"], {})]:
        reply = client.get(address)
        assert reply.status_code == 200, address
        if parameters:
            assert reply.headers["Content-Type"].partition(";")[0] == parameters["type"]
        if parameters.get("type") == "text/csv":
            assert len(body(reply).splitlines()) == 4
    page = next(a for a, p in alternates if p.get("hreflang") == "be")
    assert page == "/be/programmes/?kind=contest"


def test_a_record_links_to_its_page_and_a_file_to_its_licence(shown, client):
    links = links_of(client.get(f"{API}locations/mstsislaw/"))
    pages = {p["hreflang"]: a for a, p in links if "hreflang" in p}
    assert pages == {code: f"/{code}/places/mstsislaw/" for code in ("en", "be", "ru")}
    file = links_of(client.get(f"{API}programmes/?format=csv"))
    assert {"license", "describedby", "alternate"} <= {p["rel"] for _, p in file}


def test_links_are_never_longer_than_a_proxy_lets_through(shown, client):
    words = "+".join(["бджалабджалабджала"] * 10)
    response = client.get(f"{API}programmes/?q={words}")
    assert response.status_code == 200
    assert len(response.headers["Link"]) <= MOST_BYTES
    assert links_of(response)[0][1]["rel"] == "describedby"


@pytest.mark.parametrize(
    ("accepted", "encoding", "unpacked"),
    [
        ("gzip", "gzip", gzip.decompress),
        ("gzip, deflate, br, zstd", "br", brotli.decompress),
        ("br;q=0.1, gzip;q=0.9", "gzip", gzip.decompress),
    ],
)
@pytest.mark.parametrize("query", ["", "?format=csv", "?format=ndjson"])
def test_replies_are_sent_in_fewer_bytes(accepted, encoding, unpacked, query, shown, client):
    for number in range(20):
        programme(f"p{number}")
    address = f"{API}programmes/{query}"
    plain = client.get(address)
    packed = client.get(address, headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == encoding
    for response in (plain, packed):
        assert "Accept-Encoding" in response.headers["Vary"]
    whole, sent = body(plain), body(packed)
    assert unpacked(sent) == whole
    assert len(sent) < len(whole) / 2
    if not packed.streaming:
        assert packed.headers["Content-Length"] == str(len(sent))
    assert packed.headers["ETag"] == plain.headers["ETag"]


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("", None),
        ("identity", None),
        ("br;q=0, gzip", "gzip"),
        ("gzip;q=0", None),
        ("gzip;q=x", None),
        ("gzip;q=nan", None),
        ("gzip;q=1e9, br", "br"),
        ("BR", "br"),
        ("a" * 70_000 + ",gzip", None),
    ],
)
def test_the_client_says_what_it_can_read(accepted, encoding):
    assert chosen(accepted) == encoding


def test_nothing_is_compressed_beside_a_secret(shown, client):
    accepted = {"Accept-Encoding": "gzip, br"}
    ann = Staff("ann", "editor")
    for address in ("/admin/", "/en/", f"{API}programmes/"):
        response = ann.client.get(address, headers=accepted)
        assert response.status_code == 200
        assert "Content-Encoding" not in response.headers, address
    assert "Content-Encoding" not in client.get("/admin/login/", headers=accepted).headers


def test_a_reply_that_is_unchanged_or_small_is_left_as_it_is(shown, client):
    accepted = {"Accept-Encoding": "br"}
    tag = client.get(f"{API}programmes/").headers["ETag"]
    unchanged = client.get(f"{API}programmes/", headers={**accepted, "If-None-Match": tag})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    missing = client.get(f"{API}programmes/nothing/", headers=accepted)
    assert "Content-Encoding" not in missing.headers
    assert missing.json()["status"] == 404
