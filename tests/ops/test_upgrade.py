"""An upgrade is one command, readers are served meanwhile, and a wrong start says what to do."""

import fcntl
import os
import secrets
import shutil
import socket
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from tests.support.served import ask, free_port

LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", "__pycache__", "*.mo", "registry.sqlite3*", "staticfiles", ".*_cache"
)
START = (
    "exec 3<&{}; LISTEN_PID=$$ LISTEN_FDS=1 exec .venv/bin/python -m gunicorn "
    "--config python:registry.ops.gunicorn_conf --log-level warning registry.wsgi"
)
READ = ("/en/", "/be/programmes/", "/api/v1/programmes/?page_size=5", "/ru/organisations/")


@pytest.mark.once
def test_new_code_does_not_start_on_old_tables_and_says_what_to_do(tmp_path):
    environment = {**os.environ, "DEMO": "1", "DATABASE_URL": f"sqlite:///{tmp_path / 'empty'}"}
    serve = [sys.executable, "-m", "gunicorn", "--config", "python:registry.ops.gunicorn_conf"]
    done = subprocess.run(
        [*serve, "--bind", f"127.0.0.1:{free_port()}", "registry.wsgi"],
        cwd=settings.BASE_DIR,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 3
    assert "migrations are pending: run manage.py migrate" in done.stderr


@pytest.mark.once
def test_of_two_upgrades_at_once_one_is_refused(tmp_path):
    shutil.copytree(settings.BASE_DIR / "bin", tmp_path / "bin")
    held = os.open(tmp_path, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    refused = run(tmp_path, "bin/upgrade.py")
    os.close(held)
    assert refused.returncode == 1
    assert "Another upgrade is at work" in refused.stderr


@pytest.fixture
def database(tmp_path):
    """The address of an empty database of its own, of the kind that is tested."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'data.sqlite3'}"
        return
    own = connection.settings_dict
    name = f"upgrade_{secrets.token_hex(4)}"
    server = {"host": own["HOST"] or own["OPTIONS"].get("host"), "port": own["PORT"] or None}
    server |= {"user": own["USER"], "password": own["PASSWORD"] or None, "dbname": "postgres"}
    with psycopg.connect(**server, autocommit=True) as session:
        session.execute(f"CREATE DATABASE {name}")
        try:
            host = f"?host={server['host']}" if server["host"].startswith("/") else ""
            at = "" if host else f"{server['host']}:{server['port'] or 5432}"
            yield f"postgres://{own['USER']}:{own['PASSWORD']}@{at}/{name}{host}"
        finally:
            session.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def checkout(tmp_path, database):
    """A clone as in production, with the first version; its commands read `environment`."""
    root = tmp_path / "registry"
    shutil.copytree(settings.BASE_DIR, root, ignore=LEFT_OUT, symlinks=True)
    git(root, "init", "--quiet")
    commit(root)
    lay_packages(root)
    (tmp_path / "environment").write_text(
        f"SECRET_KEY={secrets.token_urlsafe(50)}\nALLOWED_HOSTS=localhost\nAPI_RATE_ANON=0\n"
        f'DATABASE_URL="{database}"\nBACKUPS={tmp_path / "backups"}\nWEB_CONCURRENCY=2\n'
        f"LEDGER={tmp_path / 'ledger'}\n# a remark\n"
        'REGISTRY_PUBLISHER="Programme office <registry@example.org>"\n'
    )
    return root


def lay_packages(root):
    """The environment of the lock, as if pip had just installed it: a test asks no registry."""
    lock = (root / "requirements.txt").read_bytes()
    environment = root / "environments" / sha256(lock).hexdigest()[:12]
    (environment / "bin").mkdir(parents=True)
    (environment / "bin" / "python").symlink_to(Path(sys.executable).resolve())
    (environment / "lib").symlink_to(Path(sys.prefix) / "lib")
    shutil.copy(Path(sys.prefix) / "pyvenv.cfg", environment)
    (environment / "installed-requirements.txt").write_bytes(lock)


def git(root, *arguments):
    person = ["-c", "user.name=nobody", "-c", "user.email=nobody@example.org"]
    subprocess.run(["git", "-C", root, *person, *arguments], check=True)


def commit(root):
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--message", "A version")


def run(root, *command):
    """What a command of the checkout says, as root or as who runs the tests."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ}
    known = {"ENVIRONMENT_FILE": str(root.parent / "environment"), "REGISTRY_USER": "root"}
    return subprocess.run(
        [sys.executable, *command],
        cwd=root,
        env={**kept, **known, "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        timeout=600,
    )


def upgrade(root, *arguments):
    done = run(root, "bin/upgrade.py", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


class Service:
    """What systemd does with registry.socket and registry.service: it holds the socket."""

    def __init__(self, root, file):
        self.root, self.file = root, file
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=200)
        self.port = self.socket.getsockname()[1]
        self.start()

    def start(self):
        lines = self.file.read_text().splitlines()
        told = dict(line.split("=", 1) for line in lines if line[:1] not in ("", "#"))
        told = {name: value.strip('"') for name, value in told.items()}
        self.process = subprocess.Popen(
            ["bash", "-c", START.format(self.socket.fileno())],
            cwd=self.root / "current",
            env={"PATH": os.environ["PATH"], **told},
            pass_fds=[self.socket.fileno()],
        )

    def restart(self):
        self.stop()
        self.start()

    def stop(self):
        self.process.terminate()
        self.process.wait()

    def close(self):
        self.stop()
        self.socket.close()


@contextmanager
def readers(port):
    """Two who go on reading; the [(path, status)] that they saw."""
    seen, ended = [], threading.Event()

    def read():
        while not ended.is_set():
            for path in READ:
                try:
                    status = ask(port, path, **{"X-Forwarded-Proto": "https"})[0]
                except OSError as error:
                    status = repr(error)
                seen.append((path, status))

    threads = [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        yield seen
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def write_second_version(root):
    """A column, a key of the card and its migration, as a later version would bring them."""
    model = root / "programmes/models/programme.py"
    text = model.read_text().replace(
        "    parent = models.ForeignKey(",
        '    motto = CodeField("motto", max_length=24, blank=True, default="anew",'
        ' choices=[("anew", "anew")])\n    parent = models.ForeignKey(',
        1,
    )
    model.write_text(text)
    cards = root / "programmes/serializers.py"
    head, tail = cards.read_text().split("class ProgrammeSerializer(ActivitySerializer):", 1)
    tail = tail.replace('"kind", "mode"', '"kind", "motto", "mode"', 1)
    tail = tail.replace("    kind = Value", '    motto = ValueField("Motto")\n    kind = Value', 1)
    cards.write_text(f"{head}class ProgrammeSerializer(ActivitySerializer):{tail}")
    subprocess.run(
        [sys.executable, "manage.py", "makemigrations", "programmes", "-v0", "-n", "motto"],
        cwd=root,
        env={**os.environ, "DEMO": "1"},
        check=True,
    )
    commit(root)


@pytest.mark.slow
def test_readers_are_served_while_two_processes_are_upgraded_and_cards_follow(checkout, tmp_path):
    said = upgrade(checkout)
    assert "systemctl start registry" in said
    assert not (tmp_path / "backups").exists()  # there was nothing yet
    loaded = run(checkout, "bin/manage.py", "loaddata", "-v0", *settings.FIXTURES)
    assert loaded.returncode == 0, loaded.stderr
    with closing(Service(checkout, tmp_path / "environment")) as service:
        first = (checkout / "current").resolve()
        page = str(ask(service.port, "/en/", **{"X-Forwarded-Proto": "https"})[2])
        static = page.partition("/static/")[2].partition('"')[0]
        write_second_version(checkout)
        refused = run(checkout, "bin/upgrade.py", "no-such-tag")
        assert refused.returncode == 1
        assert "There is no version no-such-tag" in refused.stderr
        with readers(service.port) as seen:
            flag, kept = tmp_path / "restart", backups(tmp_path)
            upgrade(checkout, "", f"touch {flag}")
            assert flag.exists()
            assert backups(tmp_path) > kept
            service.restart()
            until(lambda: b'"motto":"anew"' in programmes(service.port))
            told = run(checkout, "bin/manage.py", "cards", "--check")
            assert told.returncode == 0, told.stdout
        assert {status for _, status in seen} == {200}, seen
        assert len(seen) > 50
        assert (checkout / "current").resolve() != first
        # Who has a page of before still gets its files.
        at = f"/static/{static}"
        assert ask(service.port, at, **{"X-Forwarded-Proto": "https"})[0] == 200
    # Code of before does not touch what newer code has made.
    back = run(checkout, "bin/upgrade.py", "HEAD~1")
    assert back.returncode == 1
    assert "restore the backup made before the upgrade" in back.stdout + back.stderr
    assert (checkout / "current").resolve() != first


def backups(folder):
    return {file.name for file in (folder / "backups").glob("registry-*")}


def programmes(port):
    return ask(port, READ[2], **{"X-Forwarded-Proto": "https"})[2]


def until(holds, seconds=90):
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.5)
