"""A kind of record is said once: one in an app of its own gets all that the others have."""

import dataclasses
import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.core.exceptions import ImproperlyConfigured

from programmes.models.parts import ProgrammePlacement
from registry.api.viewsets import viewsets
from registry.cards.declarations import declared
from registry.cards.fields import fields_of
from registry.pages.templatetags import finding
from registry.records.fields import RowsField

pytestmark = pytest.mark.once
TOYS = settings.BASE_DIR / "tests" / "toys"
GUIDE = (settings.BASE_DIR / "CONTRIBUTING.md").read_text(encoding="utf-8")
NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
# What the tests need of the toys, and no kind of record.
FOR_TESTS = {"settings.py", "test_toys.py", "__init__.py"}


@pytest.mark.slow
def test_a_kind_in_an_app_of_its_own_is_everywhere_by_what_the_app_says():
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/toys", "-q", "--ds=tests.toys.settings"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DEMO": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    assert re.search(r"\b2[0-9] passed", done.stdout), done.stdout
    assert "skipped" not in done.stdout


def files(*endings):
    return sorted(
        path.name
        for path in TOYS.rglob("*")
        if path.suffix in endings and path.name not in FOR_TESTS
    )


def test_the_guide_counts_the_files_of_the_toys():
    section = GUIDE.split("## Add a kind of record")[1].split("\n## ")[0]
    code, pages = files(".py"), files(".html")
    assert f"{NUMBERS[len(code) - 1]} files and {NUMBERS[len(pages)]} templates" in section
    for name in code:
        assert f"`{name}`" in section or name == "0001_tables.py", name


def files_that_say(word):
    return {
        path.name
        for path in TOYS.rglob("*")
        if path.suffix in (".py", ".html")
        and path.name not in FOR_TESTS
        and re.search(rf"\b{word}\b", path.read_text(encoding="utf-8"), re.IGNORECASE)
    }


@pytest.mark.parametrize(
    ("word", "section", "count"),
    [
        ("workshop", "Add a field", "seen by staff alone ({} files)"),
        ("motto", "Add a field", "To show it to the public (two more)"),
        ("sales?", "Add rows (a part)", "roles and its figures are: {} files"),
    ],
)
def test_the_guide_counts_the_files_of_a_field_and_of_rows(word, section, count):
    said = GUIDE.split(f"\n## {section}\n")[1].split("\n## ")[0]
    staff = {"models.py", "0001_tables.py", "admin.py"}
    shown = set() if word == "workshop" else {"serializers.py", "toy.html"}
    assert files_that_say(word) == staff | shown
    assert count.format(NUMBERS[len(staff | shown)]) in said
    assert len(re.findall(r"^\d\. ", said, re.MULTILINE)) == 5


def test_rows_that_would_show_a_place_past_the_guard_are_refused():
    with pytest.raises(ImproperlyConfigured):
        RowsField("Places", ProgrammePlacement, "location", line=("location",))


def test_every_field_of_every_kind_has_a_title_and_a_shape():
    for card_type in declared:
        fields = fields_of(card_type)
        assert {"type", "id", "name", "updated_at"} <= set(fields)
        assert [key for key, field in fields.items() if not (field.title and field.shape)] == []


def test_what_the_search_calls_otherwise_than_by_its_title_is_a_field_that_it_reads():
    read = {key for card_type in declared for key, _shape in fields_of(card_type).searched}
    assert finding.SEEN | finding.CALLED.keys() <= read
    assert finding.SEEN.isdisjoint(finding.CALLED)
    assert finding.found_in("event", "venue") == fields_of("event")["venue"].title


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"counted": None}, "counted"),
        ({"page": None}, "`page`"),
        ({"model": None}, "a model or what"),
        ({"searched": 1}, "`searched`"),
        ({"at_home": 2}, "`at_home`"),
        ({"in_menu": 2}, "`in_menu`"),
        ({"collection": "events"}, "is called events"),
        ({"type": "a-kind-that-has-too-long-a-name"}, "too long"),
        ({"page": "nowhere/{slug}/"}, "has no page at"),
    ],
)
def test_a_fact_that_is_missing_or_taken_is_found_at_the_start(monkeypatch, facts, said):
    changed = dataclasses.replace(declared["initiative"], **facts)
    monkeypatch.delitem(declared, "initiative")
    monkeypatch.setitem(declared, changed.type, changed)
    assert any(said in str(error) for error in run_checks())


def test_a_kind_without_a_collection_is_found_at_the_start(monkeypatch):
    monkeypatch.delitem(viewsets, "initiative")
    assert any("no viewset" in str(error) for error in run_checks())


def test_what_is_no_fact_of_a_kind_cannot_be_declared():
    with pytest.raises(TypeError):
        dataclasses.replace(declared["initiative"], serached=1)


def test_all_that_is_declared_passes():
    assert run_checks() == []
