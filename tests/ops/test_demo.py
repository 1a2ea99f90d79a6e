"""What `make demo` promises: three logins that work, and data that are loaded once."""

import gettext
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.db.models.signals import post_migrate
from django.test import Client

from programmes.models import Event
from registry.cards.changeset import writing
from registry.cards.clock import today
from registry.management.commands.demo import (
    LOGINS,
    Command,
    make_logins,
    refuse_tables_of_another_state,
    registry_is_empty,
)
from registry.records.models import Source

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
    assert registry_is_empty()
    Source.objects.create(slug="report", name_en="A report")
    assert not registry_is_empty()


def test_the_demo_says_what_to_do_with_tables_of_another_state():
    refuse_tables_of_another_state()
    MigrationRecorder(connection).record_applied("records", "0009_of_a_later_release")
    with pytest.raises(CommandError, match="delete it"):
        refuse_tables_of_another_state()


def test_the_demo_does_not_start_on_a_production_server(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("demo")


def test_every_fixture_has_its_place_in_the_order():
    files = {file.stem for file in (settings.BASE_DIR / "fixtures").glob("*.json")}
    assert files == set(settings.FIXTURES)


class Preparing(Command):
    """The demo up to the moment at which it would serve."""

    def serve(self, port, started):
        pass


@pytest.fixture
def start(settings, tmp_path):
    """Starts a demo of one fixture, one catalogue and one static file, none of them ours."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "registry.ops.collected.Storage"},
    }
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATICFILES_DIRS, settings.FIXTURE_DIRS = [tmp_path / "static"], [tmp_path]
    settings.STATIC_ROOT = tmp_path / "collected"
    settings.FIXTURES = ["papers"]
    settings.LOCALE_PATHS = [tmp_path / "locale"]
    (tmp_path / "static").mkdir()
    (tmp_path / "locale/be/LC_MESSAGES").mkdir(parents=True)

    def start(word):
        paper = {"slug": word, "name_en": word}
        row = {"model": "records.source", "fields": paper}
        (tmp_path / "papers.json").write_text(json.dumps([row]))
        (tmp_path / "static/site.css").write_text(f"/* {word} */")
        catalogue = f'msgid ""\nmsgstr "Language: be\\n"\n\nmsgid "word"\nmsgstr "{word}"\n'
        (tmp_path / "locale/be/LC_MESSAGES/django.po").write_text(catalogue)
        call_command(Preparing(), port=0)
        with (tmp_path / "locale/be/LC_MESSAGES/django.mo").open("rb") as compiled:
            said = gettext.GNUTranslations(compiled).gettext("word")
        manifest = json.loads((tmp_path / "collected/staticfiles.json").read_text())
        sheet = tmp_path / "collected" / manifest["paths"]["site.css"]
        return said, sheet.read_text(), set(Source.objects.values_list("slug", flat=True))

    return start


def test_a_second_start_takes_what_has_changed(start):
    migrated = []
    post_migrate.connect(lambda **_: migrated.append(1), weak=False, dispatch_uid="test")
    try:
        assert start("first") == ("first", "/* first */", {"first"})
        at_first = len(migrated)
        assert start("second") == ("second", "/* second */", {"first"})  # the data are kept
        assert len(migrated) == 2 * at_first > 0
        assert Event.objects.get().earliest > today()  # said to be made up
        with writing():
            Event.objects.all().delete()
            Source.objects.all().delete()
        for model in (Event, Source):
            model.history.all().delete()
        assert start("third") == ("third", "/* third */", {"third"})
    finally:
        post_migrate.disconnect(dispatch_uid="test")


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
