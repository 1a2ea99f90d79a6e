"""A kind of record is said once: one in an app of its own gets all that the others have."""

import dataclasses
import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from django.core.checks import run_checks

from registry.api.viewsets import viewsets
from registry.cards.declarations import declared

pytestmark = pytest.mark.once
TOYS = settings.BASE_DIR / "tests" / "toys"
GUIDE = (settings.BASE_DIR / "CONTRIBUTING.md").read_text(encoding="utf-8")
# What the tests need of the toys, and no kind of record.
FOR_TESTS = {"settings.py", "test_toys.py", "__init__.py"}


def test_a_kind_in_an_app_of_its_own_is_everywhere_by_what_the_app_says():
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "tests/toys", "-q", "--ds=tests.toys.settings"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DEMO": "1"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    assert re.search(r"\b1[0-9] passed", done.stdout), done.stdout
    assert "skipped" not in done.stdout


def files(*endings):
    return sorted(
        path.name
        for path in TOYS.rglob("*")
        if path.suffix in endings and path.name not in FOR_TESTS
    )


def test_the_guide_counts_the_files_of_the_toys():
    numbers = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    section = GUIDE.split("## Add a kind of record")[1].split("\n## ")[0]
    code, pages = files(".py"), files(".html")
    assert f"{numbers[len(code) - 1]} files and {numbers[len(pages)]} templates" in section
    for name in code:
        assert f"`{name}`" in section or name == "0001_tables.py", name


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"counted": None}, "counted"),
        ({"page": None}, "`page`"),
        ({"model": None}, "a model or what"),
        ({"searched": 1}, "`searched`"),
        ({"at_home": 2}, "`at_home`"),
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
