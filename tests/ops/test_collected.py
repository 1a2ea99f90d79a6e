"""What `collectstatic` promises: what pages ask for, as it is now, and no work done twice."""

import gzip
import os
import re
from types import SimpleNamespace

import brotli
import pytest
from django.contrib import admin
from django.contrib.staticfiles.finders import AppDirectoriesFinder
from django.contrib.staticfiles.storage import staticfiles_storage
from django.contrib.staticfiles.utils import matches_patterns
from django.core.management import call_command
from django.urls import reverse

from registry.ops import collected

pytestmark = pytest.mark.once

LONG = "a { color: red } " * 50  # long enough that compressing is worth it
UNCOMPRESSED = ["js", "css", "svg", "txt", "md"]  # where only names matter: 1.5 MB take seconds


@pytest.fixture
def collect(settings, tmp_path):
    """Collects as the demo and a server do, into an empty folder; gives the folder."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "registry.ops.collected.Storage"},
    }
    settings.STATIC_ROOT = tmp_path / "collected"

    def collect():
        call_command("collectstatic", interactive=False, verbosity=0)
        return settings.STATIC_ROOT

    return collect


@pytest.fixture
def small(settings, tmp_path):
    """Two files, and no others."""
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STATICFILES_DIRS = [tmp_path / "source"]
    files = SimpleNamespace(sheet=tmp_path / "source/a.css", script=tmp_path / "source/b.js")
    files.sheet.parent.mkdir()
    files.sheet.write_text(LONG)
    files.script.write_text(f"/* {LONG} */")
    return files


def served(name):
    """The bytes that a browser has under the address that pages name, however it takes them."""
    file = staticfiles_storage.path(staticfiles_storage.stored_name(name))
    with open(file, "rb") as plain, open(f"{file}.br", "rb") as br, open(f"{file}.gz", "rb") as gz:
        content = plain.read()
        assert brotli.decompress(br.read()) == gzip.decompress(gz.read()) == content
    return content.decode()


def names(folder):
    return {file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()}


def pages(client):
    yield from ("/en/", "/be/search/?q=x", "/ru/report/", "/api/v1/docs/", "/en/programmes/")
    for model in admin.site._registry:
        at = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield from (reverse(f"{at}_changelist"), reverse(f"{at}_add"))
    yield from (reverse("admin:index"), reverse("admin:password_change"))


def test_whatever_a_page_asks_for_is_collected(collect, settings, client, admin_user):
    settings.WHITENOISE_SKIP_COMPRESS_EXTENSIONS = UNCOMPRESSED
    there = {f"/static/{name}" for name in names(collect())}
    asked = set(re.findall(r'"(/static/[^"]+)"', client.get("/admin/login/").text))
    client.force_login(admin_user)
    for address in pages(client):
        for lang in ("en", "ru"):  # the admin says "No results" in the language of the person
            reply = client.get(address, headers={"Accept-Language": lang})
            assert reply.status_code in (200, 403), address
            asked |= set(re.findall(r'"(/static/[^"]+)"', reply.text))
    assert len(asked) > 30
    assert asked <= there
    assert not {name for name in there if name.endswith(".map")}
    for package, wanted in {
        "drf_spectacular_sidecar": 2,
        "django_htmx": 1,
        "rest_framework": 0,
    }.items():
        of_it = {name for name in there if f"/{package}/" in name and "LICENSE" not in name}
        assert len(of_it) == wanted
        assert of_it <= asked


def test_each_pattern_of_what_is_left_out_still_leaves_something_out():
    everything = {name for name, _ in AppDirectoriesFinder().list([])}
    for pattern in collected.LEFT_OUT:
        assert any(
            matches_patterns(name, [pattern])
            or any(matches_patterns(part, [pattern]) for part in name.split("/"))
            for name in everything
        ), pattern


def test_no_collected_file_names_a_source_map(collect, small):
    small.sheet.write_text(f"{LONG}\n/*# sourceMappingURL=a.css.map */\n")
    small.script.write_text(f"/* {LONG} */\n//# sourceMappingURL=b.js.map\n")
    collect()
    assert "color: red" in served("a.css")
    assert "sourceMappingURL" not in served("a.css") + served("b.js")


def test_what_did_not_change_is_compressed_once(collect, small):
    compressed = {file: file.stat().st_ctime_ns for file in collect().glob("*.[bg][rz]")}
    assert len(compressed) == 4
    small.script.write_text(f"/* {LONG} changed */")
    collect()
    assert {file: file.stat().st_ctime_ns for file in compressed} == compressed
    assert served("b.js").endswith("changed */")


@pytest.mark.parametrize("aged", [-1000, 0, 1000])
def test_a_changed_file_is_noticed_whatever_its_time(aged, collect, small):
    collect()
    old, before = staticfiles_storage.stored_name("a.css"), small.sheet.stat()
    small.sheet.write_text(LONG.replace("red", "sky"))  # no longer and no shorter
    os.utime(small.sheet, (before.st_atime, before.st_mtime + aged))
    folder = collect()
    assert "color: sky" in served("a.css")
    # A server that still runs, and pages that it sent, have what they name until the next time.
    assert old in names(folder)
    assert not {name for name in names(collect()) if name.startswith(old)}
    assert "color: sky" in served("a.css")


def test_what_is_left_out_from_now_on_is_served_no_longer(collect, settings, monkeypatch):
    settings.STATICFILES_FINDERS = ["registry.ops.collected.PackagesFinder"]
    settings.WHITENOISE_SKIP_COMPRESS_EXTENSIONS = UNCOMPRESSED
    collect()
    assert staticfiles_storage.stored_name("django_htmx/htmx-2.min.js")
    monkeypatch.setattr(collected, "LEFT_OUT", [*collected.LEFT_OUT, "htmx-*"])
    collect()
    with pytest.raises(ValueError, match=r"Missing.*htmx-2"):
        staticfiles_storage.stored_name("django_htmx/htmx-2.min.js")
    assert not {name for name in names(collect()) if "htmx-2" in name}


def test_what_lay_there_before_is_not_served(collect, small, settings):
    settings.STATIC_ROOT.mkdir()
    for name in ("a.css", "a.css.br", "a.css.gz", "long_gone.js"):
        (settings.STATIC_ROOT / name).write_text("of another version")
    folder = collect()
    assert "color: red" in served("a.css")
    assert all(
        re.search(r"\.[0-9a-f]{12}\.", name) for name in names(folder) - {"staticfiles.json"}
    )


@pytest.mark.parametrize("end", [".br", ".gz", ""])
def test_a_file_that_was_broken_off_is_made_again(end, collect, small):
    folder = collect()
    file = folder / (staticfiles_storage.stored_name("a.css") + end)
    file.write_bytes(file.read_bytes()[:20])
    collect()
    assert served("a.css") == LONG
