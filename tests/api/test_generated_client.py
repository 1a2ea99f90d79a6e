"""A client that openapi-python-client writes from our description reads the running server."""

import importlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from tests.api.test_openapi import full  # noqa: F401 - a fixture

pytestmark = pytest.mark.once

PROGRAM = Path(sys.executable).with_name("openapi-python-client")


@pytest.fixture
def generated(live_server, tmp_path, client, monkeypatch):
    """The package, written from what the server says of itself."""
    document = tmp_path / "openapi.json"
    document.write_bytes(client.get("/api/v1/openapi.json").content)
    # Nobody reads it: no tidying. Of what is packed the generator has not heard.
    packed = {"application/zip": "application/octet-stream"}
    options = {"post_hooks": [], "content_type_overrides": packed}
    (tmp_path / "settings.json").write_text(json.dumps(options))
    done = subprocess.run(
        [PROGRAM, "generate", "--path", document, "--output-path", tmp_path / "made"]
        + ["--config", "settings.json", "--meta", "none", "--overwrite", "--fail-on-warning"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    monkeypatch.syspath_prepend(tmp_path)
    return importlib.import_module("made")


@pytest.mark.django_db(transaction=True)
def test_a_generated_client_reads_lists_records_counts_and_changes(
    generated,
    full,  # noqa: F811
    live_server,
):
    def operation(tag, name):
        return importlib.import_module(f"made.api.{tag}.{name}").sync

    language = importlib.import_module("made.models").ProgrammesListLang
    with generated.Client(base_url=live_server.url, raise_on_unexpected_status=True) as client:
        kind = importlib.import_module("made.models").ProgrammesListKindItem("contest")
        listed = operation("programmes", "programmes_list")(client=client, kind=[kind])
        assert listed.count == 1
        (contest,) = listed.results
        assert contest.slug == "contest"
        assert contest.roles[0].organisation.slug == "honey"
        record = operation("programmes", "programmes_retrieve")("contest", client=client)
        assert record.to_dict() == contest.to_dict()
        facets = operation("events", "events_facets")(client=client)
        assert facets.count == 2
        changes = operation("registry", "changes")(client=client, limit=5)
        assert len(changes.changes) == 5
        assert changes.more is True
        problem = operation("programmes", "programmes_list")(client=client, location=["BY-XX"])
        assert (problem.status, problem.parameter) == (400, "location")
        suggested = operation("reconciliation", "suggest_entity")(client=client, prefix="hon")
        assert suggested.result[0].name == "Honey"
        spoken = operation("programmes", "programmes_list")(client=client, lang=language("be"))
        assert spoken.results[0].name == "Contest"
        collection = importlib.import_module("made.models").FileOfListCollection("programmes")
        csv = importlib.import_module("made.models").FileOfListFormat("csv")
        file = operation("files", "file_of_list")(collection, client=client, format_=csv)
        assert file.splitlines()[1].startswith("programme,")
    assert json.loads(json.dumps(record.to_dict()))["type"] == "programme"
    assert settings.DEBUG is False
