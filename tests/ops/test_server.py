"""What the real server makes of headers that anyone can send: asked over a socket on loopback."""

import pytest

from tests.support.served import ask, server
from tests.support.shares import few

pytestmark = [pytest.mark.once, pytest.mark.django_db]

# A proxy passes on what it does not know: these come from outside though it is trusted.
FROM_OUTSIDE = {
    "SCRIPT_NAME": "/en",
    "Script-Name": "/en",
    "X-Script-Name": "/en",
    "PATH_INFO": "/admin/login/",
    "Path-Info": "/admin/login/",
    "REMOTE_USER": "admin",
    "Remote-User": "admin",
    "X-Remote-User": "admin",
    "REMOTE_ADDR": "192.0.2.7",
    "SCRIPT_URL": "/admin/login/",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Server": "evil.example",
    "X-Forwarded-Port": "8443",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-Protocol": "ssl",
    "X-Forwarded-Ssl": "on",
    "X_FORWARDED_PROTO": "https",
    "X-Url-Scheme": "https",
    "Front-End-Https": "on",
    "Forwarded": "for=192.0.2.7;proto=https;host=evil.example",
    "X-Original-Url": "/admin/login/",
    "X-Rewrite-Url": "/admin/login/",
    "X-HTTP-Method-Override": "DELETE",
    "X-Method-Override": "DELETE",
    "Wsgi-Url-Scheme": "https",
}


@pytest.fixture(scope="module")
def behind_a_proxy(django_db_setup, tmp_path_factory):
    with server(tmp_path_factory.mktemp("served")) as running:
        yield running


@pytest.mark.parametrize(
    "path", few(["/en/about/", "/admin/login/", "/nowhere/", "/en/report/"], "/admin/login/")
)
def test_headers_that_no_proxy_sets_change_nothing(path, behind_a_proxy):
    port, _ = behind_a_proxy
    plain = ask(port, path)
    cookies = plain[1].pop("Set-Cookie", None)  # with a new token each time
    for name, value in FROM_OUTSIDE.items():
        reply = ask(port, path, **{name: value})
        assert (reply[1].pop("Set-Cookie", None) is None) == (cookies is None)
        if cookies is None:
            assert reply == plain, name
        else:
            assert (reply[0], len(reply[2])) == (plain[0], len(plain[2])), name


def test_no_header_turns_reading_into_writing_or_moves_the_site(behind_a_proxy):
    port, _ = behind_a_proxy
    for name in ("X-HTTP-Method-Override", "X-Method-Override"):
        assert ask(port, "/api/v1/programmes/", "POST", **{name: "GET"})[0] == 405
    status, headers, _ = ask(port, "/en/admin/login/", SCRIPT_NAME="/en")
    assert status == 404
    assert "Content-Security-Policy" in headers
    assert ask(port, "/evil", SCRIPT_NAME="/other")[0] == 404
    assert ask(port, "/en/about/", Host="evil.example")[0] == 400


@pytest.mark.slow
def test_the_proxy_is_believed_about_https_and_nobody_else(behind_a_proxy, tmp_path):
    port, _ = behind_a_proxy
    assert b"https://localhost/en/about/" in ask(port, "/en/about/", **HTTPS)[2]
    assert b"http://localhost/en/about/" in ask(port, "/en/about/")[2]
    with server(tmp_path, FORWARDED_ALLOW_IPS="192.0.2.1") as (other, _):
        assert ask(other, "/en/about/", **HTTPS) == ask(other, "/en/about/")
        for name, value in FROM_OUTSIDE.items():
            assert ask(other, "/en/about/", **{name: value}) == ask(other, "/en/about/"), name


HTTPS = {"X-Forwarded-Proto": "https"}
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Origin": "http://localhost"}


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/en/report/", "application/x-www-form-urlencoded"),
        ("/admin/login/", "application/x-www-form-urlencoded"),
        ("/api/v1/reconcile/", "application/x-www-form-urlencoded"),
        ("/api/v1/reconcile/", "application/json"),
        ("/api/v1/programmes/", "application/json"),
        ("/en/programmes/", "application/x-www-form-urlencoded"),
    ],
)
@pytest.mark.parametrize("body", ["a=" + 3_000_000 * "x", "&".join(f"a{n}=" for n in range(6_000))])
def test_what_is_too_much_is_refused_without_a_word_in_the_log(path, kind, body, behind_a_proxy):
    port, log = behind_a_proxy
    status, headers, _ = ask(port, path, "POST", body, **{**FORM, "Content-Type": kind})
    assert status in (400, 403, 405, 413, 415)
    assert headers["Cache-Control"] == "no-store"
    log.flush()
    with open(log.name) as written:
        assert written.read() == ""
