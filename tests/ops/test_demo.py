"""What `make demo` promises: three logins that work, and data that are loaded once."""

import os
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client

from registry.management.commands.demo import LOGINS, make_logins, registry_is_empty

pytestmark = pytest.mark.django_db


def enter(username, password):
    client = Client()
    client.post("/admin/login/?next=/admin/", {"username": username, "password": password})
    return client.get("/admin/").status_code == 200


def test_the_three_logins_enter_the_admin_in_their_roles(django_user_model):
    passwords = make_logins()
    assert set(passwords) == {"editor", "reviewer", "administrator"}
    for name, password in passwords.items():
        assert enter(name, password)
        groups = django_user_model.objects.get(username=name).groups.values_list("name", flat=True)
        assert set(groups) == set(LOGINS[name])
    assert not django_user_model.objects.filter(is_superuser=True).exists()


def test_a_second_start_makes_new_passwords_for_the_same_logins(django_user_model):
    first, second = make_logins(), make_logins()
    assert django_user_model.objects.count() == 3
    assert not enter("editor", first["editor"])
    assert enter("editor", second["editor"])


def test_a_registry_with_one_source_is_not_filled_again():
    from registry.records.models import Source

    assert registry_is_empty()
    Source.objects.create(slug="report", name_en="A report")
    assert not registry_is_empty()


def test_the_demo_does_not_start_on_a_production_server(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("demo")


def test_every_fixture_has_its_place_in_the_order():
    files = {file.stem for file in (settings.BASE_DIR / "fixtures").glob("*.json")}
    assert files == set(settings.FIXTURES)


@pytest.mark.slow
def test_the_demo_serves_keeps_its_data_and_ends_its_server(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    database = f"sqlite:///{tmp_path / 'demo.sqlite3'}"
    for start in ("first", "second"):
        log = tmp_path / f"{start}.log"
        with log.open("w") as output:
            demo = subprocess.Popen(
                [sys.executable, "manage.py", "demo", "--port", str(port)],
                cwd=settings.BASE_DIR,
                env={**os.environ, "DATABASE_URL": database},
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        while "open http" not in log.read_text():
            assert demo.poll() is None, log.read_text()
            time.sleep(0.2)
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/admin/login/") as reply:
            assert "csrftoken=" in reply.headers["Set-Cookie"]
        demo.terminate()
        demo.wait(timeout=30)
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0
        kept = "records: kept as they are" in log.read_text()
        assert kept == (start == "second")
