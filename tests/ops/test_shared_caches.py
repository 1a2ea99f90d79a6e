"""What a cache of many readers makes of our replies: real nginx and Varnish, by docs/proxy."""

import os
import shutil
import ssl
import subprocess
import sys
import tempfile
import threading
import zlib
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import brotli
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from tests.support.disks import disk, fill, make_read_only
from tests.support.served import free_port, running, server

pytestmark = [pytest.mark.once, pytest.mark.slow, pytest.mark.django_db]
PROXIES = settings.BASE_DIR / "docs" / "proxy"
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
WORLD = """
from tests.support import factories as make
make.programme("contest", name_en="Contest", name_be="Конкурс", summary_en="Grounds. " * 200)
make.programme("secret", name_en="Zorka")
"""
WITHDRAW = """
from programmes.models import Programme
from registry.workflow.withdrawal import Reason, withdraw
withdraw(Programme.objects.get(slug="secret"), Reason.SAFETY)
"""
BRING_BACK = """
from programmes.models import Programme
from registry.records.models import State
secret = Programme.objects.get(slug="secret")
secret.state = State.PUBLIC
secret.save()
"""


def installed(name):
    found = shutil.which(name, path=PATH)
    return found or pytest.skip(f"no {name} on this machine (Debian has it)")


def replaced(name, folder, **values):
    """The file of the documentation with the ports and folders of this test; each must occur."""
    text = (PROXIES / name).read_text()
    for old, new in values.values():
        assert old in text
        text = text.replace(old, str(new))
    file = folder / name
    file.write_text(text)
    return file


def certificate(folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(now).not_valid_after(now + timedelta(days=1))
    plain = serialization.NoEncryption(), serialization.PrivateFormat.PKCS8
    pem = serialization.Encoding.PEM
    (folder / "registry.key").write_bytes(key.private_bytes(pem, plain[1], plain[0]))
    (folder / "registry.pem").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(pem))


def readable(name):
    """By the user to whom these programs change."""
    folder = Path(name)
    folder.chmod(0o755)
    return folder


@contextmanager
def nginx(folder, behind):
    port, program = free_port(), installed("nginx")
    certificate(folder)
    site = replaced(
        "nginx.conf",
        folder,
        listen=("listen 443", f"listen 127.0.0.1:{port}"),
        plain=("listen 80;", f"listen 127.0.0.1:{free_port()};"),
        behind=("127.0.0.1:8000", f"127.0.0.1:{behind}"),
        certificate=("/etc/ssl/registry", folder / "registry"),
        cache=("/var/cache/nginx/registry", folder / "nginx"),
        log=("/var/log/nginx/registry.log", folder / "error.log"),
    )
    places = [f"{each}_temp_path {folder}/{each};" for each in ("client_body", "proxy", "fastcgi")]
    places += [f"{each}_temp_path {folder}/{each};" for each in ("uwsgi", "scgi")]
    whole = folder / "whole.conf"
    user = f"user {subprocess.check_output(['id', '-un'], text=True).strip()};"
    whole.write_text(
        f"{user} daemon off; pid {folder}/pid; events {{}} "
        f"http {{ {' '.join(places)} include {site}; }}"
    )
    command = [program, "-e", folder / "error.log", "-c", whole]
    with running(subprocess.Popen(command), port):
        unchecked = ssl._create_unverified_context()
        yield lambda: HTTPSConnection("127.0.0.1", port, timeout=60, context=unchecked)


@contextmanager
def varnish(folder, behind):
    port, program = free_port(), installed("varnishd")
    file = replaced("varnish.vcl", folder, port=('.port = "8000"', f'.port = "{behind}"'))
    command = [program, "-F", "-f", file, "-a", f"127.0.0.1:{port}", "-n", folder / "work"]
    command += ["-p", "http_gzip_support=off", "-s", "malloc,64m"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    with running(subprocess.Popen(command, **quiet), port):
        yield lambda: HTTPConnection("127.0.0.1", port, timeout=60)


@contextmanager
def listening(port):
    """A port that leads to the server and notes [(address, status)] of what it was asked there."""
    noted = []

    class Noting(BaseHTTPRequestHandler):
        def do_GET(self):
            connection = HTTPConnection("127.0.0.1", port, timeout=60)
            connection.request("GET", self.path, headers=dict(self.headers.items()))
            reply = connection.getresponse()
            text = reply.read()
            connection.close()
            noted.append((self.path, reply.status))
            self.send_response_only(reply.status)
            for name, value in reply.getheaders():
                if name not in ("Transfer-Encoding", "Connection", "Content-Length"):
                    self.send_header(name, value)
            if reply.status != 304:
                self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *args):
            pass

    between = ThreadingHTTPServer(("127.0.0.1", 0), Noting)
    threading.Thread(target=between.serve_forever, daemon=True).start()
    yield between.server_address[1], noted
    between.shutdown()
    between.server_close()


class Behind:
    """A registry behind a cache."""

    def __init__(self, name, folder, connect, direct, noted):
        self.connect, self.direct, self.noted = connect, direct, noted
        self.cache, self.name = folder / "nginx", name
        self.environment = {**os.environ, "DEMO": "1", "SECRET_KEY": settings.SECRET_KEY}
        self.environment["DATABASE_URL"] = f"sqlite:///{folder / 'served.sqlite3'}"

    def ask(self, path, connect=None, **headers):
        """(status, headers, body), and in `noted` what the registry was asked for it."""
        self.noted.clear()
        connection = (connect or self.connect)()
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET", path, headers={"Host": "localhost", **headers})
        reply = connection.getresponse()
        text = reply.read()
        connection.close()
        return reply.status, {name.lower(): value for name, value in reply.getheaders()}, text

    def statuses(self):
        return [status for _, status in self.noted]

    def does(self, code):
        command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]
        subprocess.run(command, cwd=settings.BASE_DIR, env=self.environment, check=True)


@pytest.fixture(scope="module", params=[nginx, varnish], ids=["nginx", "varnish"])
def behind(request, django_db_setup):
    with (
        tempfile.TemporaryDirectory(prefix="behind-") as name,
        server(folder := readable(name)) as (port, _),
        listening(port) as (between, noted),
        request.param(folder, between) as connect,
    ):
        found = Behind(
            request.param.__name__,
            folder,
            connect,
            lambda: HTTPConnection("127.0.0.1", port),
            noted,
        )
        found.does(WORLD)
        yield found


def test_a_kept_reply_is_asked_for_by_its_tag_and_is_the_same(behind):
    for path in ("/en/programmes/contest/", "/api/v1/programmes/", "/en/programmes/"):
        first = behind.ask(path)
        assert (first[0], behind.statuses()) == (200, [200])
        again = behind.ask(path)
        assert (again[0], again[2], behind.statuses()) == (200, first[2], [304])
        # And who has it already is told so, without it.
        told = behind.ask(path, If_None_Match=again[1]["etag"])
        assert (told[0], told[2], behind.statuses()) == (304, b"", [304])


def test_languages_formats_and_encodings_are_never_mixed(behind):
    asked = [
        ("/en/programmes/contest/", {}),
        ("/be/programmes/contest/", {}),
        ("/en/programmes/contest/", {"Accept_Encoding": "gzip"}),
        ("/en/programmes/contest/", {"Accept_Encoding": "br"}),
        ("/api/v1/programmes/contest/", {}),
        ("/api/v1/programmes/contest/", {"Accept_Encoding": "br"}),
        ("/api/v1/programmes/?format=ndjson", {}),
        ("/api/v1/programmes/?format=csv", {}),
        ("/api/v1/programmes/?format=csv&lang=be", {"Accept_Encoding": "gzip"}),
        ("/", {"Accept_Language": "be"}),
        ("/", {"Accept_Language": "ru"}),
    ]
    for _ in range(2):
        for path, headers in [*asked, *asked[::-1]]:
            reply = behind.ask(path, **headers)
            own = behind.ask(path, connect=behind.direct, **headers)
            told = ("content-type", "content-encoding", "content-language", "location")
            assert reply[0] == own[0] < 400
            assert [reply[1].get(each) for each in told] == [own[1].get(each) for each in told]
            # The scheme stands in absolute addresses; behind nginx it is https.
            encoding = reply[1].get("content-encoding")
            read = {"br": brotli.decompress, "gzip": gunzipped, None: bytes}[encoding]
            plain = read(reply[2]).replace(b"https://localhost", b"http://localhost")
            assert plain == read(own[2]), (path, headers)


def gunzipped(data):
    return zlib.decompress(data, wbits=31)


def test_what_was_withdrawn_is_gone_at_the_next_request_and_back_at_the_next(behind):
    paths = ("/en/programmes/secret/", "/api/v1/programmes/secret/", "/en/programmes/")
    for path in (*paths, *paths):
        assert b"Zorka" in behind.ask(path)[2]
    behind.does(WITHDRAW)
    gone = [behind.ask(path) for path in paths]
    assert [reply[0] for reply in gone] == [410, 410, 200]
    assert [reply[1]["cache-control"] for reply in gone[:2]] == ["no-store", "no-store"]
    assert not any(b"Zorka" in reply[2] for reply in gone)
    behind.does(BRING_BACK)
    for path in paths:
        assert b"Zorka" in behind.ask(path)[2]


def test_nothing_is_kept_of_staff_and_of_who_has_a_cookie(behind):
    for _ in range(2):
        page = behind.ask("/admin/login/")
        assert (page[0], behind.statuses()) == (200, [200])
        assert "set-cookie" in page[1]
        kept = behind.ask("/en/programmes/contest/", Cookie="sessionid=x")
        assert (kept[0], behind.statuses()) == (200, [200])
    assert behind.ask("/admin/login/")[1]["set-cookie"] != page[1]["set-cookie"]


def test_forty_at_once_get_the_same(behind):
    first = behind.ask("/en/programmes/contest/")
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(behind.ask("/en/programmes/contest/")))
        for _ in range(40)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [(reply[0], reply[2]) for reply in found] == [(200, first[2])] * 40


@pytest.mark.parametrize("how", ["gone", "full", "read-only"])
def test_a_cache_of_nginx_that_is_away_keeps_nobody_from_reading(how, behind):
    if behind.name != "nginx":
        pytest.skip("Varnish keeps replies in memory")
    with ExitStack() as stack:
        if how == "gone":
            shutil.rmtree(behind.cache)
        else:
            stack.enter_context(disk(behind.cache, 1))
            {"full": fill, "read-only": make_read_only}[how](behind.cache)
        for path in ("/en/programmes/contest/", "/api/v1/programmes/", "/ru/organisations/"):
            for _ in range(2):
                own = behind.ask(path, connect=behind.direct)
                status, _headers, text = behind.ask(path)
                # The scheme stands in absolute addresses; behind nginx it is https.
                plain = text.replace(b"https://localhost", b"http://localhost")
                assert (status, plain) == (200, own[2])
    behind.cache.mkdir(exist_ok=True)
