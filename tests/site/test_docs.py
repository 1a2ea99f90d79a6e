"""The documents name what there is: files, tests, and in the contract all names of the code."""

import re

import pytest
from django.conf import settings

from registry.api.file_paths import HEADERS
from registry.api.formats import FORMATS
from registry.site.api import VIEWSETS
from registry.site.codes import codes
from tests.records.test_records import files_of_the_repository

pytestmark = pytest.mark.once

ROOT = settings.BASE_DIR
CONTRACT = (ROOT / "docs" / "contract.md").read_text(encoding="utf-8")
SAFETY = (ROOT / "docs" / "safety.md").read_text(encoding="utf-8")
WRITTEN = {".py", ".md", ".html", ".js", ".css", ".toml", ".txt", ".json", ""}


def documents(text):
    """The documents that the text names, but for those of other sites."""
    return set(re.findall(r"(?<![\w/.:-])[\w./-]*\w\.md\b", text))


def decisions(text):
    """The numbers of the decisions that it names in a way that no other number is written."""
    return set(re.findall(r"decisions?[/ ](0\d{3})\b", text, re.IGNORECASE))


def proofs(text):
    """{(file, test or "")} that it names."""
    return set(re.findall(r"\b(test_\w+\.py)(?:::(test_\w+))?", text))


def texts():
    for path in files_of_the_repository():
        if path.suffix in WRITTEN and "locale" not in path.parts and path != ROOT / "CHANGELOG.md":
            yield path, path.read_text(encoding="utf-8")


def test_every_document_that_is_named_is_there():
    named = set()
    numbers = {path.name[:4] for path in (ROOT / "docs" / "decisions").iterdir()}
    for path, text in texts():
        for name in documents(text):
            places = (path.parent, ROOT, ROOT / "docs")
            assert any((place / name).is_file() for place in places), f"{path}: {name}"
            named.add(name.split("/")[-1])
        assert decisions(text) <= numbers, path
    assert {"contract.md", "safety.md", "api.md", "deploy.md", "README.md"} <= named


def test_a_document_that_is_not_there_would_be_seen():
    gone = "nowhere" + ".md"  # in two parts, or this file would name it
    assert documents(f"as {gone} says (see docs/{gone})") == {gone, f"docs/{gone}"}
    assert documents(f"https://example.org/{gone}") == set()
    assert decisions("(docs/decisions/" + "0099)") == {"0099"}


def paths(text):
    """The files of code and pages that it names by more than their name."""
    return set(re.findall(r"(?<![\w/.:{*<-])((?:[a-z_]+/)+\w+\.py)\b", text))


def test_every_file_that_is_named_is_there():
    tracked = [str(path.relative_to(ROOT)) for path in files_of_the_repository()]
    named = 0
    for path, text in texts():
        if path.parts[len(ROOT.parts)] in ("tests", "locale"):
            continue
        for name in paths(text):
            named += 1
            assert any(f"/{each}".endswith(f"/{name}") for each in tracked), f"{path}: {name}"
    assert named > 50


def test_every_test_that_is_named_is_there():
    for path, text in texts():
        for file, name in proofs(text):
            module = next((ROOT / "tests").rglob(file), None)
            assert module is not None, f"{path}: {file}"
            assert not name or f"def {name}(" in module.read_text(encoding="utf-8"), (
                f"{path}: {name}"
            )


def test_each_promise_of_safety_names_its_test():
    promises, gaps = SAFETY.split("## What is not there yet")
    for section in promises.split("\n## ")[1:]:
        title, _, rest = section.partition("\n")
        assert len(proofs(rest)) >= 3, title
    assert len(proofs(promises)) > 60
    assert not proofs(gaps)


def rows(title):
    """{what stands in backticks in the first cell: the first cell} of the table under the title."""
    section = re.search(rf"\n#+ {title}\n(.*?)(?=\n#+ )", CONTRACT, re.DOTALL)[1]
    firsts = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    return {name: first for first in firsts for name in re.findall(r"`([^`]+)`", first)}


def test_the_contract_names_every_parameter_and_which_can_be_repeated():
    parameters = {name for viewset in VIEWSETS for name in viewset.parameters()}
    written = rows("Parameters")
    assert set(written) == {name for name in parameters if not name.startswith("-")}
    repeated = {name for name, cell in written.items() if f"`{name}` R" in cell}
    assert repeated == {name[1:] for name in parameters if name.startswith("-")}


def test_the_contract_names_every_collection_format_and_header():
    assert set(rows("Formats")) - {"format"} == {each.format for each in FORMATS}
    quoted = set(re.findall(r"`([^`]+)`", CONTRACT))
    assert {viewset.collection for viewset in VIEWSETS} <= quoted
    assert {header for header in HEADERS if header.startswith("Registry-")} <= quoted


def test_the_contract_names_every_code_and_no_other():
    section = re.search(r"\n### Codes\n(.*?)\n### ", CONTRACT, re.DOTALL)[1]
    written = set(re.findall(r"`([\w-]+)`", section))
    keys = {key for lists in codes().values() for key in lists}
    values = {
        choice["value"] for lists in codes().values() for each in lists.values() for choice in each
    }
    assert written - keys == values - keys
