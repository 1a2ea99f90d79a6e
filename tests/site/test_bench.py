"""Every shape of the benchmark answers, and every page, format and collection has a shape."""

import json
import os
import re
import subprocess
import sys
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import caches
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.test import override_settings
from django.urls import resolve

from bench import clock, exports, picture, report, run, shapes, staff, twins
from bench.registries import ROOT
from bench.world import World
from registry.api.formats import formats_of
from registry.cards.declarations import declared
from tests.support.doors import routes
from tests.support.world import populate

pytestmark = [pytest.mark.once, pytest.mark.django_db]
# Addresses that are no page and no data of their own.
NOT_MEASURED = {
    "/": "leads to a language",
    "/robots.txt": "a text of ten lines",
    "/favicon.ico": "a file",
    "/healthz/live": "the empty view has its place",
    "/healthz/ready": "for whoever watches the server",
    "/en/report/thanks/": "a sentence",
    "/api/v1/docs/": "a frame for a program of others",
}
OTHER_LANGUAGES = ("/be/", "/ru/", "/embed/be/", "/embed/ru/")
# Of one entity by its id, which the shapes of its page and of its data stand for.
ALIKE = ("/api/v1/reconcile/view/", "/api/v1/reconcile/preview/")


@pytest.fixture
def world():
    populate()
    # A request ends its connection, which is in the middle of the test's transaction.
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    with override_settings(ROOT_URLCONF="bench.urls"):
        yield World()
    for signal in signals:
        signal.connect(close_old_connections)


def all_shapes(world):
    for some in (shapes.api_shapes, shapes.page_shapes, exports.export_shapes, staff.staff_shapes):
        yield from some(world)


def test_every_shape_answers_and_so_do_its_twins(world):
    connection.check_constraints()  # else what is still to be checked forbids PostgreSQL an index
    twins.indexes()
    names = []
    for shape in all_shapes(world):
        names.append(shape.name)
        if shape.cold:
            caches["kept"].clear()
        if prepare := run.prepare_of(shape):
            prepare()
        shape.call()
        for twin in shape.twins.values():
            twin()
    assert len(names) == len(set(names))
    assert len(names) > 120


def test_every_page_format_and_collection_has_a_shape(world):
    measured = [shape.address for shape in all_shapes(world) if shape.address]
    reached = {resolve(urlsplit(address).path).route for address in measured}
    wanted = {
        route: resolve(re.sub(r"%\(\w+\)s", "name", route)).route
        for route in routes()
        if not route.startswith(("/bench/", *OTHER_LANGUAGES, *ALIKE)) and route not in NOT_MEASURED
    }
    assert {route: each for route, each in wanted.items() if each not in reached} == {}
    assert len(wanted) > 40
    formats = {
        (urlsplit(address).path, *parse_qs(urlsplit(address).query).get("format", ["json"]))
        for address in measured
    }
    for kind in declared.values():
        for each in formats_of(kind.type):
            assert (f"/api/v1/{kind.collection}/", each.format) in formats


@pytest.mark.slow
def test_what_is_measured_is_told_with_what_it_misses(world, monkeypatch):
    monkeypatch.setattr(clock, "MOST", 1)
    some = [shape for shape in all_shapes(world) if shape.name in ("first page", "home, kept")]
    read, empty = clock.Clock(), shapes.asking("/bench/empty/")
    found = json.loads(json.dumps([run.result_of(shape, read, empty) for shape in some]))
    assert [each["name"] for each in found] == ["first page", "home, kept"]
    assert all(each["ms"] > 0 and each["empty"] > 0 for each in found)
    few = {"on": connection.vendor, "programmes": 10, "cards": 1, "day": "today", "clock": "read"}
    for each in found:
        each |= {"ms": 10.0, "empty": 1.0, "bar": [5, 5, "E"], "growth": 1.5}
    many = json.loads(json.dumps(found))
    many[1]["ms"] = 20.0
    told = report.Report([few | {"shapes": found}, few | {"programmes": 100, "shapes": many}])
    assert told.growth("home, kept") == 2
    missed = list(told.misses())
    assert ("first page", "10.0 E where the bar is ≤ 5 E") in missed
    assert ("home, kept", "grew 2.00 times") in missed
    text = report.page([told], "python -m bench")
    assert "| home, kept | 10.0, 10.0 | 20.0, 20.0 | **2.00** |" in text
    assert "| home, kept | ≤ 5 E | **20.0 E** | **2.00** | 1.5 |" in text
    drawing = picture.drawn([told])
    assert "prefers-color-scheme:dark" in drawing
    assert "home, kept: 20.0 E" in drawing


def test_the_clock_reads_what_other_processes_spend(tmp_path):
    own = clock.Clock([os.getpid()], own=False)
    before = own()
    sum(range(3_000_000))
    assert own()[1] > before[1]
    with pytest.raises(clock.Unreadable):
        clock.Clock([2**22 + 1])


def test_its_server_starts_with_the_settings_of_the_benchmark():
    settings = os.environ | {"DEMO": "1", "DJANGO_SETTINGS_MODULE": "bench.settings"}
    command = [sys.executable, "-m", "django", "check"]
    told = subprocess.run(command, env=settings, cwd=ROOT, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
