"""The picture of the architecture shows what is there."""

import ast
import re

import pytest
from django.conf import settings

PICTURE = (settings.BASE_DIR / "docs" / "architecture.md").read_text(encoding="utf-8")
NAMED = re.compile(
    r"((?:registry|programmes|organisations|templates)/[a-z_/]*(?:\.(?:py|html))?)"
    r"(?:: (\w+(?:\.\w+)?))?"
)
FOUND = sorted(set(NAMED.findall(PICTURE)))


def names_of(path):
    """All names that a file defines, those of a class with its name before them."""
    names = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign):
            names |= assigned(node)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
            if isinstance(node, ast.ClassDef):
                own = [each for each in node.body if isinstance(each, ast.FunctionDef)]
                names |= {f"{node.name}.{each.name}" for each in own}
                facts = [each for each in node.body if isinstance(each, ast.Assign)]
                names |= {f"{node.name}.{name}" for each in facts for name in assigned(each)}
    return names


def assigned(node):
    return {target.id for target in node.targets if isinstance(target, ast.Name)}


def test_problems_are_written_in_one_place():
    # What DRF answers by itself, its handler turns into one; Django's own the middleware.
    makes = re.compile("problem[+]json|JsonResponse")
    found = {
        str(path.relative_to(settings.BASE_DIR))
        for app in ("registry", "programmes", "organisations")
        for path in (settings.BASE_DIR / app).rglob("*.py")
        if makes.search(path.read_text(encoding="utf-8"))
    }
    assert found == {"registry/middleware/problems.py"}


def test_both_ways_are_drawn_with_files():
    assert PICTURE.count("```mermaid") == 2
    assert len(FOUND) > 50


@pytest.mark.parametrize(("path", "name"), FOUND)
def test_every_file_and_name_in_the_picture_exists(path, name):
    file = settings.BASE_DIR / path
    assert file.exists()
    assert not name or name in names_of(file)
