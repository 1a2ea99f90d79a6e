"""What holds for every address of the API, whatever it gives: methods, links, bytes, sharing."""

import gzip
import re
from urllib.parse import urlencode

import brotli
import pytest
from django.conf import settings
from django.http import HttpResponse, StreamingHttpResponse
from django.test import Client, RequestFactory

from registry.middleware.compression import chosen
from registry.middleware.http import HeadMiddleware
from registry.middleware.security import LONGEST
from registry.workflow.withdrawal import withdraw
from tests.support.doors import addresses
from tests.support.factories import belarus, event, organisation, programme
from tests.support.staff import Staff

pytestmark = [pytest.mark.once, pytest.mark.django_db]
API = "/api/v1/"


@pytest.fixture
def shown():
    places = belarus()
    ngo = organisation("honey", name_en="Honey", seat=places["mstsislaw"])
    programme("contest", roles=[("organiser", ngo)], locations=[places["mstsislaw"]])
    event("final", dates="2016-10-01")


def doors():
    return [address for address in every_door() if address.startswith(API)]


def every_door():
    names = {"programme": ["contest"], "organisation": ["honey"], "event": ["final"]}
    names |= {"location": ["mstsislaw"], "figure": []}
    names |= dict.fromkeys(("edition", "initiative", "term", "source"), [])
    return list(addresses(names))


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
        if parameters.get("type") == "text/xml":
            # IATI can tell nothing of these; a list is not looked through before it is sent.
            assert reply.status_code == 406
            continue
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
    assert len(response.headers["Link"]) <= LONGEST
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
    for address in ("/en/", f"{API}programmes/"):
        response = ann.client.get(address, headers=accepted)
        assert response.status_code == 200
        assert "Content-Encoding" not in response.headers, address


def test_pages_of_the_staff_are_compressed_and_their_length_tells_no_secret(shown):
    ann = Staff("ann", "editor")
    form = "/admin/programmes/programme/add/"
    plain = ann.client.get(form)
    assert "Content-Encoding" not in plain.headers
    packed = [ann.client.get(form, headers={"Accept-Encoding": "br, gzip"}) for _ in range(8)]
    for response in packed:
        assert response.headers["Content-Encoding"] == "gzip"
        assert response.headers["Content-Length"] == str(len(response.content))
        assert "Accept-Encoding" in response.headers["Vary"]
        assert len(response.content) < len(plain.content) / 5
    pages = [gzip.decompress(response.content).decode() for response in packed]
    for secret in (r'name="csrfmiddlewaretoken" value="(\w+)"', r'name="_form" value="([^"]+)"'):
        assert len({found for page in pages for found in re.findall(secret, page)}) >= len(pages)
    # The name of the file in the header of gzip: of random length, and read by nobody.
    assert len({response.content[10:].index(0) for response in packed}) > 1


@pytest.mark.parametrize(
    ("site", "encoding"),
    [("same-origin", "gzip"), ("none", "gzip"), ("same-site", None), ("cross-site", None)],
)
def test_what_another_site_made_a_browser_ask_of_the_staff_is_not_compressed(site, encoding):
    sent = {"Accept-Encoding": "gzip", "Sec-Fetch-Site": site}
    reply = Staff("ann", "editor").client.get("/admin/", headers=sent)
    assert reply.status_code == 200
    assert reply.headers.get("Content-Encoding") == encoding


@pytest.mark.parametrize("accepted", ["", "br", "gzip;q=0", "identity"])
def test_who_cannot_read_gzip_is_sent_the_page_of_the_staff_as_it_is(accepted):
    reply = Staff("ann", "editor").client.get("/admin/", headers={"Accept-Encoding": accepted})
    assert "Content-Encoding" not in reply.headers
    assert reply.content.startswith(b"<!DOCTYPE html>")


def test_a_reply_that_is_unchanged_or_small_is_left_as_it_is(shown, client):
    accepted = {"Accept-Encoding": "br"}
    tag = client.get(f"{API}programmes/").headers["ETag"]
    unchanged = client.get(f"{API}programmes/", headers={**accepted, "If-None-Match": tag})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    missing = client.get(f"{API}programmes/nothing/", headers=accepted)
    assert "Content-Encoding" not in missing.headers
    assert missing.json()["status"] == 404


def test_whoever_has_a_reply_is_told_so_however_the_tag_is_written(shown, client):
    """Weak comparison, in a list, and `*` (RFC 9110 13.1.2), on pages and in the API and files."""
    asked = [each for each in every_door() if not each.startswith(("/be/", "/ru/"))]
    asked = [each for each in asked if "search/?" not in each and "/reconcile/?" not in each]
    found = {address: client.get(address) for address in asked}
    tagged = {address: reply for address, reply in found.items() if "ETag" in reply.headers}
    for kind in ("/en/", "/sitemap", f"{API}programmes/?format=csv", f"{API}openapi", f"{API}reco"):
        assert any(address.startswith(kind) for address in tagged), kind
    for address, usual in tagged.items():
        tag = usual.headers["ETag"]
        strong = tag.removeprefix("W/")
        for given in (tag, strong, f'"x", W/"y",{strong}', "*"):
            ask = client.head if given == strong else client.get
            reply = ask(address, headers={"If-None-Match": given})
            assert (reply.status_code, body(reply)) == (304, b""), (address, given)
            for name in ("ETag", "Cache-Control"):
                assert reply.headers[name] == usual.headers[name], (address, name)
        other = client.get(address, headers={"If-None-Match": f'{strong[:-1]}x", W/"x", *'})
        assert other.status_code == 200, address
    for address in found.keys() - tagged.keys():
        again = client.get(address, headers={"If-None-Match": "*"})
        assert again.status_code == found[address].status_code, address


def test_a_static_file_is_not_sent_again_either(tmp_path, settings):
    (tmp_path / "site.css").write_text("a {}")
    settings.STATIC_ROOT = tmp_path
    client = Client()
    tag = client.head("/static/site.css").headers["ETag"]
    for given, status in (
        *((each, 304) for each in (tag, f"W/{tag}", f'"x", {tag}', "*")),
        *((each, 200) for each in ('"x"', "", '"x", *')),
    ):
        reply = client.head("/static/site.css", headers={"If-None-Match": given})
        assert reply.status_code == status, given


def test_what_is_sent_without_the_last_slash_is_sent_again_as_it_is(shown, client):
    slashless = {address.partition("?")[0].rstrip("/") for address in doors()}
    slashless = {each for each in slashless if not each.endswith((".json", ".json/", ".zip"))}
    assert {"/api/v1", f"{API}reconcile", f"{API}programmes/contest"} <= slashless
    for address in slashless:
        for method in ("get", "head", "options", "post", "put", "patch", "delete"):
            ask = getattr(client, method)
            reply = ask(f"{address}?lang=be", headers={"Origin": "https://elsewhere.example"})
            assert reply.status_code == 308, (method, address)
            assert reply.headers["Location"] == f"{address}/?lang=be"
    shared = client.post(f"{API}reconcile", headers={"Origin": "https://elsewhere.example"})
    assert shared.headers["Access-Control-Allow-Origin"] == "*"
    batch = {"queries": '{"q0": {"query": "Honey"}}'}
    arrived = client.post(f"{API}reconcile", batch, follow=True)
    assert [status for _address, status in arrived.redirect_chain] == [308]
    assert arrived.status_code == 415  # the test's own client sends a form of another kind
    form = "application/x-www-form-urlencoded"
    arrived = client.post(f"{API}reconcile", urlencode(batch), content_type=form, follow=True)
    assert arrived.json()["q0"]["result"][0]["name"] == "Honey"


def test_a_browser_that_asks_for_an_icon_is_given_the_mark(client):
    reply = client.get("/favicon.ico")
    assert (reply.status_code, reply.headers["Content-Type"]) == (200, "image/svg+xml")
    assert reply.content == (settings.BASE_DIR / "static" / "mark.svg").read_bytes()
    assert "max-age" in reply.headers["Cache-Control"]


def test_no_error_is_kept_so_that_what_comes_back_is_seen(client, admin_client):
    gone, hidden = organisation("tulip"), organisation("draft", state="draft")
    withdraw(gone, "safety", by=Staff("somebody", "safety officer").user)
    asked = {
        410: [f"/en/organisations/{gone.slug}/", f"{API}organisations/{gone.slug}/"],
        404: [
            *(f"/be/organisations/{hidden.slug}/", f"{API}organisations/{hidden.slug}/"),
            *("/nowhere/", "/en/events/?page=40", f"{API}nowhere/", "/static/nowhere.css"),
            *("/admin/nowhere/", "/admin/r/1/1/"),
        ],
        400: ["/en/programmes/?location=XX", f"{API}programmes/?format=xls", "/en/%00/"],
    }
    for status, places in asked.items():
        for address in places:
            response = admin_client.get(address)
            assert response.status_code == status, address
            assert "no-store" in response.headers["Cache-Control"], address
    assert client.put("/en/about/").status_code == 405
    assert "no-store" in client.put("/en/about/").headers["Cache-Control"]
    assert "no-store" in Client(headers={"host": "evil.example"}).get("/").headers["Cache-Control"]
    assert client.get("/en/about/").headers["Cache-Control"] == "public, no-cache"


# What a client may send that can change a reply. A key does not: it is refused or counted.
VARIANTS = {
    "HX-Request": "true",
    "HX-History-Restore-Request": "true",
    "HX-Boosted": "true",
    "HX-Target": "list",
    "HX-Current-URL": "http://testserver/en/",
    "Accept": "text/csv",
    "Accept-Language": "be",
    "Accept-Encoding": "gzip",
    "Cookie": "sessionid=n0body0f0urs; csrftoken=nothing; django_language=be",
    "User-Agent": "Mozilla/5.0 (Mobile)",
    "Origin": "https://elsewhere.example",
    "Referer": "https://elsewhere.example/",
    "Sec-Fetch-Site": "cross-site",
    "X-Requested-With": "XMLHttpRequest",
    "Range": "bytes=0-10",
}


def test_vary_names_every_header_that_changes_a_reply(shown):
    """Each alone, and on pages beside the one of htmx, which some of them take back."""
    names = {"programme": ["contest"], "organisation": ["honey"], "event": ["final"]}
    names |= {"location": ["mstsislaw"]}
    names |= dict.fromkeys(("figure", "edition", "initiative", "term", "source"), [])
    # Each kind of address once: files that are made anew each second and other languages less.
    routes = [
        each
        for each in addresses(names)
        if not each.startswith(("/be/", "/ru/")) and "?" not in each
    ]
    routes += ["/en/search/?q=honey", "/api/v1/search/?q=honey", "/en/programmes/?location=XX"]
    changed = set()
    for address in [*routes, "/admin/login/", "/nowhere/"]:
        for with_htmx in ({}, {"HX-Request": "true"}) if address.startswith("/en/") else ({},):
            reply = Client().get(address, headers=with_htmx)
            usual = said_of(reply, address)
            for name, value in VARIANTS.items():
                other = Client().get(address, headers={**with_htmx, name: value})
                if said_of(other, address) != usual:
                    changed.add(name)
                    vary = [each.headers.get("Vary", "").lower() for each in (reply, other)]
                    assert name.lower() in ", ".join(vary), (address, with_htmx, name)
    assert {"HX-Request", "HX-History-Restore-Request", "Accept", "Accept-Language"} <= changed


def said_of(response, address):
    """Status, kind, place and content, without what is new in each reply."""
    content = body(response)
    encoding = response.headers.get("Content-Encoding")
    if encoding == "gzip":
        content = gzip.decompress(content)
    if address.startswith("/admin/"):
        content = re.sub(rb'name="csrfmiddlewaretoken" value="\w+"', b"", content)
    headers = [
        response.headers.get(name) for name in ("Content-Type", "Location", "Content-Language")
    ]
    return response.status_code, headers, encoding, content


def test_a_reply_to_head_has_its_headers_and_nothing_behind_them():
    closed, request = [], RequestFactory().head("/")

    def pieces():
        try:
            yield b"piece"
        finally:
            closed.append(True)

    whole = HeadMiddleware(lambda request: HttpResponse("twelve bytes"))(request)
    assert (whole.content, whole["Content-Length"]) == (b"", "12")
    stream = pieces()
    next(stream)
    streamed = HeadMiddleware(lambda request: StreamingHttpResponse(stream))(request)
    assert b"".join(streamed) == b""
    streamed.close()
    assert closed
    asked = HeadMiddleware(lambda request: HttpResponse("twelve bytes"))(RequestFactory().get("/"))
    assert asked.content == b"twelve bytes"
    assert settings.MIDDLEWARE.index("registry.middleware.http.HeadMiddleware") == 1
