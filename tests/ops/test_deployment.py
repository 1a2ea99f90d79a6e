"""What a server needs: settings that refuse to be weak, headers, health, and discreet logs."""

import json
import os
import secrets
import shutil
import subprocess
import sys
import tomllib
from urllib.parse import quote

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import OperationalError, close_old_connections, connection
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import path

import registry
from registry import urls as registry_urls
from registry.ops import gunicorn_conf, reserve
from registry.workflow.withdrawal import withdraw
from registry.wsgi import application
from tests.support.factories import organisation

PRODUCTION = {
    "SECRET_KEY": secrets.token_urlsafe(50),
    "ALLOWED_HOSTS": "registry.example",
    "REGISTRY_PUBLISHER": "Office <registry@registry.example>",
}
KEPT = {"DATABASE_URL", "LANG", "PATH", "VIRTUAL_ENV"}


def manage(*arguments, **environment):
    """Runs manage.py in a process of its own, with nothing but this in its environment."""
    kept = {name: value for name, value in os.environ.items() if name in KEPT}
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.once
def test_what_a_server_has_loaded_is_not_looked_through_for_garbage():
    # In a process of its own: that of the tests is frozen by them.
    asked = "import gc, registry.wsgi; print(gc.get_freeze_count())"
    said = manage("shell", "-c", asked, **PRODUCTION)
    assert int(said.stdout.splitlines()[-1]) > 10_000


def test_a_key_may_begin_with_a_dollar_sign():
    key = "$" + PRODUCTION["SECRET_KEY"]
    assert manage("check", **{**PRODUCTION, "SECRET_KEY": key}).returncode == 0


@pytest.mark.once
def test_keys_of_before_come_from_the_environment():
    said = manage(
        *("shell", "-c", "from django.conf import settings; print(settings.SECRET_KEY_FALLBACKS)"),
        **{**PRODUCTION, "SECRET_KEY_FALLBACKS": "$one,two"},
    )
    assert "['$one', 'two']" in said.stdout


@pytest.mark.parametrize(
    ("environment", "reason"),
    [
        ({**PRODUCTION, "SECRET_KEY": ""}, "SECRET_KEY must be set"),
        ({**PRODUCTION, "SECRET_KEY": secrets.token_urlsafe(36)[:49]}, "SECRET_KEY must be set"),
        ({**PRODUCTION, "SECRET_KEY": "a" * 80}, "SECRET_KEY must be set"),
        ({**PRODUCTION, "SECRET_KEY": "correct horse " * 6}, "SECRET_KEY must be set"),
        (
            {**PRODUCTION, "SECRET_KEY": "django-insecure-" + secrets.token_urlsafe(50)},
            "SECRET_KEY must be set",
        ),
        ({**PRODUCTION, "ALLOWED_HOSTS": ""}, "ALLOWED_HOSTS must name"),
        ({"DEMO": "1", "ALLOWED_HOSTS": "localhost,registry.example"}, "registry.example"),
        ({"DEMO": "1", "ALLOWED_HOSTS": "*"}, "this computer alone"),
    ],
)
def test_weak_settings_do_not_start(environment, reason):
    refused = manage("check", **environment)
    assert refused.returncode != 0
    assert reason in refused.stderr
    if environment.get("SECRET_KEY"):
        assert environment["SECRET_KEY"] not in refused.stderr


def test_production_passes_the_deployment_checks():
    checked = manage("check", "--deploy", "--fail-level", "INFO", **PRODUCTION)
    assert checked.returncode == 0, checked.stderr


def read_settings(*names, **environment):
    code = "import json; from django.conf import settings as s; " + (
        f"print(json.dumps({{name: getattr(s, name) for name in {names!r}}}))"
    )
    return json.loads(manage("shell", "--no-imports", "-c", code, **environment).stdout)


GUARDS = {
    "SECURE_SSL_REDIRECT": (True, False),
    "SECURE_HSTS_SECONDS": (63_072_000, 0),
    "SECURE_HSTS_INCLUDE_SUBDOMAINS": (True, False),
    "SECURE_HSTS_PRELOAD": (True, False),
    "SESSION_COOKIE_SECURE": (True, False),
    "CSRF_COOKIE_SECURE": (True, False),
    "SESSION_COOKIE_NAME": ("__Host-sessionid", "sessionid"),
    "CSRF_COOKIE_NAME": ("__Host-csrftoken", "csrftoken"),
    "API_RATE_ANON": (600, 0),
    "REPORT_RATE": (10, 0),
    "SECOND_FACTOR": (True, False),
    "DEBUG": (False, False),
}


def test_the_demo_lowers_these_guards_and_no_others():
    production = read_settings(*GUARDS, **PRODUCTION)
    demo = read_settings(*GUARDS, DEMO="1")
    assert {name: (production[name], demo[name]) for name in GUARDS} == GUARDS


@pytest.fixture
def production(settings):
    """The guards of production, for requests made in this process."""
    for name, (guarded, _) in GUARDS.items():
        setattr(settings, name, guarded)


POLICY = {
    "default-src 'none'",
    *(f"{kind}-src 'self'" for kind in ("script", "style", "img", "font", "connect")),
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
}


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/healthz/live", "/admin/login/", "/nowhere/"])
def test_every_reply_carries_the_security_headers(address, client, production):
    headers = client.get(address, secure=True).headers
    assert set(headers["Content-Security-Policy"].split("; ")) == POLICY
    assert headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains; preload"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert "Access-Control-Allow-Origin" not in headers


def test_plain_http_is_sent_to_https(client, production):
    answer = client.get("/en/programmes/")
    assert answer.status_code == 301
    assert answer["Location"] == "https://testserver/en/programmes/"


@pytest.mark.django_db
def test_staff_cookies_are_bound_to_the_host(client, production):
    cookie = client.get("/admin/login/", secure=True).cookies["__Host-csrftoken"]
    assert (cookie["secure"], cookie["httponly"], cookie["path"]) == (True, True, "/")
    assert not cookie["domain"]


def answers_ok(request):
    return HttpResponse("ok")


def has_no_database(request):
    raise OperationalError("couldn't get a connection after 5.00 sec")


urlpatterns = [
    path("api/ok/", answers_ok),
    path("api/busy/", has_no_database),
    path("busy/", has_no_database),
    *registry_urls.urlpatterns,
]


@pytest.mark.urls(__name__)
def test_any_site_may_read_the_api_but_not_write_to_it(client):
    read = client.get("/api/ok/").headers
    assert read["Access-Control-Allow-Origin"] == "*"
    assert read["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Access-Control-Allow-Credentials" not in read
    asked = client.options(
        "/api/ok/",
        headers={"Origin": "https://elsewhere.example", "Access-Control-Request-Method": "GET"},
    )
    assert asked.status_code == 204
    assert asked["Access-Control-Allow-Methods"] == "GET, HEAD, OPTIONS"
    assert "Access-Control-Allow-Origin" not in client.post("/api/ok/").headers


@pytest.mark.urls(__name__)
def test_a_database_out_of_reach_is_503_try_again(client):
    for address, kind in [("/busy/", "text/plain"), ("/api/busy/", "application/problem+json")]:
        answer = client.get(address)
        assert answer.status_code == 503
        assert answer["Retry-After"] == "5"
        assert answer["Content-Type"].startswith(kind)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has a pool of connections")
@pytest.mark.django_db(transaction=True)
def test_a_thread_keeps_its_connection_from_one_request_to_the_next():
    connection.connect()
    first = connection.connection
    close_old_connections()  # what Django does before and after each request
    assert connection.connection is first
    assert gunicorn_conf.__dict__.get("preload_app", False) is False  # none is there at the fork


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL syncs by itself")
def test_what_is_acknowledged_is_on_the_disk(tmp_path):
    """In a process of its own: the tests themselves do not wait for the disk."""
    asked = "; ".join(
        f"print(cursor.execute('PRAGMA {name}').fetchone()[0])"
        for name in ("synchronous", "journal_mode", "foreign_keys")
    )
    code = f"from django.db import connection; cursor = connection.cursor(); {asked}"
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", code],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path}/registry.sqlite3"},
        capture_output=True,
        text=True,
        check=True,
    )
    # 2 is FULL: each commit is synced before it returns.
    assert done.stdout.split() == ["2", "wal", "1"]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite compiles no statement")
@pytest.mark.django_db
def test_no_statement_is_compiled():
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)


def test_alive_needs_no_database(client):
    assert client.get("/healthz/live").status_code == 200


@pytest.mark.django_db
def test_ready_says_what_is_missing(client, monkeypatch):
    assert client.get("/healthz/ready").status_code == 200
    MigrationRecorder(connection).record_unapplied("registry", "0001_login_failures")
    pending = client.get("/healthz/ready")
    assert pending.status_code == 503
    assert pending.content == b"1 migrations are pending: run manage.py migrate\n"


SQLITE = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="its server has a disk of its own"
)


@SQLITE
@pytest.mark.django_db
def test_room_for_a_withdrawal_is_kept_and_ready_says_when_the_disk_is_nearly_full(
    client, monkeypatch
):
    monkeypatch.setattr(reserve, "ROOM", 2 * reserve.MB)
    file = reserve.place()
    assert client.get("/healthz/ready").status_code == 200
    assert file.stat().st_blocks * 512 >= reserve.ROOM  # it takes the room that it keeps
    left = shutil.disk_usage(file.parent)._replace(free=reserve.ROOM - 1)
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: left)
    full = client.get("/healthz/ready")
    assert full.status_code == 503
    assert full.content == b"the disk is nearly full: less than 2 MB are free\n"
    assert file.exists()
    withdraw(organisation("tulip"), "safety")
    assert not file.exists()
    full = client.get("/healthz/ready")
    assert full.status_code == 503
    assert full.content.endswith(b", and none are kept for a withdrawal\n")
    assert not file.exists()


@SQLITE
@pytest.mark.django_db
def test_a_withdrawal_with_room_leaves_the_reserve_alone(client, monkeypatch):
    monkeypatch.setattr(reserve, "ROOM", 2 * reserve.MB)
    assert client.get("/healthz/ready").status_code == 200
    withdraw(organisation("tulip"), "safety")
    assert reserve.place().exists()


def test_ready_without_a_database_gives_no_secret_away(client, monkeypatch):
    def refuse(*args):
        raise OperationalError("connection to server at 10.0.0.7 failed for user registry")

    monkeypatch.setattr("registry.ops.health.MigrationExecutor", refuse)
    answer = client.get("/healthz/ready")
    assert answer.status_code == 503
    assert answer.content == b"the database does not answer\n"


@pytest.mark.parametrize(
    ("wish", "language"),
    [("be-BY,be;q=0.9,ru;q=0.8", "be"), ("ru", "ru"), ("de,fr;q=0.5", "en"), ("", "en")],
)
def test_the_root_leads_to_the_language_of_the_browser(client, wish, language):
    answer = client.get("/", headers={"Accept-Language": wish})
    assert (answer.status_code, answer["Location"]) == (302, f"/{language}/")
    assert answer["Vary"] == "Accept-Language"
    assert not answer.cookies


@pytest.mark.django_db
@pytest.mark.parametrize("wish", ["be", "ru"])
def test_only_the_root_and_the_admin_follow_the_browser(client, wish):
    missing = client.get("/programmes/", headers={"Accept-Language": wish})
    assert (missing.status_code, missing["Content-Language"]) == (404, "en")
    assert client.get("/be/", headers={"Accept-Language": "ru"})["Content-Language"] == "be"
    staff = client.get("/admin/login/", headers={"Accept-Language": wish})
    assert staff["Content-Language"] == wish
    assert "Accept-Language" in staff["Vary"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "cookie"),
    [
        ("/en/%00/", ""),
        ("/admin/auth/user/%00/change/", ""),
        ("/admin/login/?next=%00", ""),
        ("/admin/login/", 'sessionid="aaaaaaaa\\000"'),
    ],
)
def test_nul_is_refused_before_it_reaches_the_database(client, address, cookie):
    assert client.get(address, headers={"Cookie": cookie}).status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    [
        "/en/?q=" + "%ED%A0%80" * 10,
        "/%ED%A0%80/",
        "/?" + "a&" * 32_000,
        "/en/?q=" + "x" * 64_000,
        "/admin/login/?" + "a&" * 32_000,
    ],
    ids=["surrogates", "surrogates in the path", "32,000 parameters", "64 kB", "admin"],
)
def test_hostile_addresses_are_no_server_error(address):
    assert Client(raise_request_exception=False).get(address).status_code < 500


@pytest.fixture
def attempt(client, django_user_model):
    cache.clear()
    django_user_model.objects.create_user("olga", password="correct-staple", is_staff=True)

    def attempt(username, password, address="192.0.2.7"):
        return client.post(
            "/admin/login/?next=/admin/",
            {"username": username, "password": password},
            REMOTE_ADDR=address,
            headers={"User-Agent": "telltale-browser"},
        )

    yield attempt
    cache.clear()


@pytest.mark.django_db
def test_logins_are_throttled_alike_for_known_and_unknown_names(attempt):
    for _ in range(4):
        known, unknown = attempt("olga", "wrong"), attempt("nobody", "wrong")
        assert known.status_code == unknown.status_code == 200
    known, unknown = attempt("olga", "wrong"), attempt("nobody", "wrong")
    assert known.status_code == unknown.status_code == 429
    assert known.content == unknown.content
    assert attempt("olga", "correct-staple").status_code == 429
    assert attempt("olga", "correct-staple", address="192.0.2.8").status_code == 302


@pytest.mark.django_db
def test_a_failed_login_keeps_no_address(attempt, caplog):
    attempt("olga", "wrong")
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM login_failures")
        kept = str(cursor.fetchall())
    assert "login failure" in caplog.text
    for trace in ("192.0.2.7", "telltale", "next=", "wrong"):
        assert trace not in kept + caplog.text


def test_behind_a_proxy_only_its_own_entry_is_believed(rf, settings):
    from registry.middleware.security import source

    direct = source(rf.get("/", REMOTE_ADDR="192.0.2.7"))
    settings.NUM_PROXIES = 1
    request = rf.get(
        "/", REMOTE_ADDR="127.0.0.1", headers={"X-Forwarded-For": "198.51.100.1, 192.0.2.7"}
    )
    assert source(request) == direct
    assert "192.0.2.7" not in direct


def test_the_server_logs_no_address_and_no_query(capsys):
    from gunicorn.config import Config

    from registry.ops.gunicorn_conf import DiscreetLogger, accesslog

    assert accesslog is None
    logger = DiscreetLogger(Config())
    logger.warning("Invalid request from ip=192.0.2.7: q=secret")
    logger.exception("Error handling request %s", "/en/?q=secret")
    logger.warning("Worker was sent SIGTERM!")
    printed = capsys.readouterr().err
    assert "Invalid request" in printed
    assert "Error handling request" in printed
    assert "SIGTERM" in printed
    assert "192.0.2.7" not in printed
    assert "secret" not in printed


def test_the_version_is_the_same_everywhere():
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]
    assert project["version"] == registry.__version__
    changelog = (settings.BASE_DIR / "CHANGELOG.md").read_text()
    assert f"## {registry.__version__}" in changelog


def test_the_locks_name_no_address():
    for lock in settings.BASE_DIR.glob("requirements*.txt"):
        text = lock.read_text()
        assert "://" not in text
        assert "--hash=sha256:" in text


@pytest.mark.browser
def test_the_admin_keeps_to_the_policy_in_a_browser(live_server, page, admin_user):
    complaints, hosts = [], set()
    page.on("console", lambda line: complaints.append(line.text))
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    page.goto(f"{live_server.url}/admin/")
    page.fill("#id_username", "admin")
    page.fill("#id_password", "password")
    page.click("[type=submit]")
    page.goto(f"{live_server.url}/admin/auth/user/add/")
    assert page.locator("#id_usable_password").count() == 1
    page.goto(f"{live_server.url}/admin/auth/user/")
    assert page.locator("#result_list tbody tr").count() == 1
    assert [text for text in complaints if "Content Security Policy" in text] == []
    assert hosts == {live_server.url.split("/")[2]}


@pytest.mark.parametrize("charset", ["hex", "rot13", "zlib", "undefined", "nonsense"])
def test_a_charset_that_decodes_no_text_breaks_no_request(charset):
    environ = RequestFactory()._base_environ(
        QUERY_STRING=f"q={quote('Мінск')}", CONTENT_TYPE=f"text/plain; charset={charset}"
    )
    assert application.request_class(environ).GET["q"] == "Мінск"
