"""docs/operate.md, typed by a machine: every command in it runs, in the order it stands in."""

import os
import re
import secrets
import shutil
import subprocess
import sys
from contextlib import closing

import pytest
from django.conf import settings

from tests.ops.test_upgrade import (
    LEFT_OUT,
    Service,
    commit,
    database,
    git,
    lay_packages,
    programmes,
    until,
)
from tests.support.served import answers, ask, free_port

pytestmark = pytest.mark.slow
__all__ = ["database"]
# What changes the machine itself is noted and not done.
SHIMS = {
    "apt-get": 'echo "apt-get $*" >> "$NOTED"',
    "adduser": 'echo "adduser $*" >> "$NOTED"',
    "systemctl": 'echo "systemctl $*" >> "$NOTED"',
    "nginx": 'echo "nginx $*" >> "$NOTED"',
    "su": 'echo "su $*" >> "$NOTED"',
    "install": 'for each in "$@"; do case "$each" in /*) mkdir -p "$each";; esac; done',
}


def blocks():
    text = (settings.BASE_DIR / "docs" / "operate.md").read_text(encoding="utf-8")
    return re.findall(r"^```sh\n(.*?)^```", text, re.DOTALL | re.MULTILINE)


@pytest.fixture
def machine(tmp_path, database):
    """A folder that stands for the machine; runs a block in it, and gives its words."""
    repository = tmp_path / "repository"
    shutil.copytree(settings.BASE_DIR, repository, ignore=LEFT_OUT, symlinks=True)
    git(repository, "init", "--quiet")
    commit(repository)
    shims = tmp_path / "bin"
    shims.mkdir()
    for name, act in SHIMS.items():
        (shims / name).write_text(f"#!/bin/sh\n{act}\n")
        (shims / name).chmod(0o755)
    for folder in ("etc/systemd/system", "etc/nginx/conf.d", "etc/ssl"):
        (tmp_path / folder).mkdir(parents=True)

    def run(block):
        for path in ("/srv/", "/etc/", "/var/cache/"):
            block = re.sub(rf"(?<![\w/]){path}", f"{tmp_path}{path}", block)
        block = block.replace("REPOSITORY", str(repository)).replace(
            "registry.example", "localhost"
        )
        block = block.replace("python3 bin", f"{sys.executable} bin")
        block = block.replace("make upgrade", f"make upgrade PYTHON={sys.executable}")
        kept = {name: os.environ[name] for name in ("LANG", "HOME") if name in os.environ}
        told = {"ENVIRONMENT_FILE": tmp_path / "etc/registry.env", "REGISTRY_USER": "root"}
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block],
            cwd=tmp_path / "srv/registry" if (tmp_path / "srv/registry").exists() else tmp_path,
            env={
                **kept,
                **{name: str(value) for name, value in told.items()},
                "PATH": f"{shims}:{os.environ['PATH']}",
                "NOTED": str(tmp_path / "noted"),
                "PYTHONUTF8": "1",
            },
            capture_output=True,
            text=True,
            input="yes\n",  # whether a restore may replace everything
        )
        assert done.returncode == 0, f"{block}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    run.folder, run.database = tmp_path, database
    return run


def test_whoever_types_what_operate_says_has_a_registry_and_keeps_it(machine):
    folder, commands = machine.folder, iter(blocks())
    machine(next(commands))
    file = folder / "etc/registry.env"
    text = file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    text = re.sub("^DATABASE_URL=.*$", f"DATABASE_URL={machine.database}", text, flags=re.MULTILINE)
    text = text.replace("=/srv/", f"={folder}/srv/").replace(
        "NUM_PROXIES", "API_RATE_ANON=0\nNUM_PROXIES"
    )
    file.write_text(text)
    machine(next(commands))  # PostgreSQL's, noted
    lay_packages(folder / "srv/registry")
    said = machine(next(commands))
    assert "administrator" in said
    for name in ("registry.socket", "registry.service"):
        assert (folder / "etc/systemd/system" / name).is_file()
    machine(next(commands))
    assert "ready" in machine(next(commands))
    with closing(Service(folder / "srv/registry", file)) as service:
        until(lambda: b'"type":"programme"' in programmes(service.port))
    for block in commands:
        machine(block)
    assert len(list((folder / "srv/backups").iterdir())) >= 2  # of the upgrade, and the one typed
    noted = (folder / "noted").read_text()
    for line in (
        "su postgres -c createdb --owner registry registry",
        "systemctl enable --now registry.socket registry.service",
        "systemctl restart registry",
        "nginx -t",
    ):
        assert line in noted


def test_the_service_is_what_systemd_takes():
    """Each folder that it may write is one that is made, and it starts what an upgrade leads on."""
    service = (settings.BASE_DIR / "docs/service/registry.service").read_text()
    text = "".join(blocks())
    writable = re.search("^ReadWritePaths=(.*)$", service, re.MULTILINE)[1].split()
    made = re.search("^install -d .*$", text, re.MULTILINE)[0]
    assert all(path in made for path in writable)
    start = re.search("^ExecStart=(.*)$", service, re.MULTILINE)[1]
    assert start.startswith("/srv/registry/current/.venv/bin/python -m gunicorn ")


@pytest.mark.skipif(shutil.which("podman") is None, reason="no builder (Debian: podman)")
def test_the_container_is_built_and_answers():
    subprocess.run(["podman", "build", "-t", "registry-test", settings.BASE_DIR], check=True)
    name, port = f"registry-{os.getpid()}", free_port()
    told = {"SECRET_KEY": secrets.token_urlsafe(50), "ALLOWED_HOSTS": "localhost"}
    told = [part for name, value in told.items() for part in ("-e", f"{name}={value}")]
    at = f"127.0.0.1:{port}:8000"
    run = ["podman", "run", "--detach", "--rm", "--name", name, "--publish", at, *told]
    subprocess.run([*run, "registry-test"], check=True)
    try:
        until(lambda: answers(port) and ask(port, "/healthz/ready")[0] == 200)
    finally:
        subprocess.run(["podman", "stop", name], check=True)


def test_every_file_of_the_service_is_named():
    """What lies in docs/service is what operate.md copies."""
    files = {file.name for file in (settings.BASE_DIR / "docs" / "service").iterdir()}
    assert files == set(re.findall(r"docs/service/([\w.]+)", "".join(blocks())))
