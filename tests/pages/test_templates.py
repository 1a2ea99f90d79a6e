"""Templates are for people: short lines, one element on each, and includes say what they need."""

import re
from pathlib import Path

import pytest
from django.conf import settings

pytestmark = pytest.mark.once

LONGEST = 120
FOLDER = Path(settings.BASE_DIR) / "templates"
# What begins a line of its own; all else may stand within a line of text.
BLOCKS = (
    *("article", "aside", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption", "figure"),
    *("footer", "form", "h1", "h2", "h3", "h4", "header", "legend", "li", "main", "nav", "ol"),
    *("p", "section", "summary", "svg", "table", "tbody", "td", "th", "thead", "tr", "ul"),
)
BLOCK = re.compile(rf"<(?:{'|'.join(BLOCKS)})\b")
INCLUDE = re.compile(r"\{% include .*?%\}")
WHOLE = {
    "{% include section.opts.template with inline_admin_formset=section %}": (
        "Django's own, which reads what Django gives"
    ),
}
LARGE_FIELD = re.compile(r"<textarea\b[^>]*>(.*?)</textarea>", re.DOTALL)


def templates():
    files = sorted(FOLDER.rglob("*.html"))
    assert len(files) > 100
    return {file.relative_to(FOLDER).as_posix(): file.read_text(encoding="utf-8") for file in files}


def long_lines(text):
    return [line for line in text.splitlines() if len(line) > LONGEST]


def crowded_lines(text):
    return [line for line in text.splitlines() if len(BLOCK.findall(line)) > 1]


def open_includes(text):
    return [each for each in INCLUDE.findall(text) if not each.endswith(" only %}")]


def test_no_line_of_a_template_is_longer_than_a_screen():
    found = {name: long_lines(text) for name, text in templates().items()}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_each_element_has_a_line_of_its_own():
    found = {name: crowded_lines(text) for name, text in templates().items()}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_every_include_says_all_that_it_is_given():
    found = [each for text in templates().values() for each in open_includes(text)]
    assert set(found) == set(WHOLE)


def test_what_is_typed_into_a_large_field_begins_where_it_was_typed():
    """A browser drops the line break after the tag, and shows the spaces after that."""
    fields = [each for text in templates().values() for each in LARGE_FIELD.findall(text)]
    assert len(fields) >= 2
    assert [each for each in fields if each.removeprefix("\n").startswith((" ", "\n"))] == []


def test_every_template_is_shown_somewhere():
    texts = templates()
    named = "".join(texts.values())
    code = "".join(
        file.read_text(encoding="utf-8")
        for app in ("registry", "programmes", "organisations")
        for file in (Path(settings.BASE_DIR) / app).rglob("*.py")
    )
    # Rows are found by the type of the record, and Django finds pages of errors and of its admin.
    found = {name for name in texts if f'"{name}"' in named + code}
    left = {name for name in texts.keys() - found if not name.startswith(("rows/", "admin/"))}
    assert {name for name in left if not re.fullmatch(r"[45]\d\d\.html", name)} == set()


def classes_of(text):
    """The classes that a text in HTML names; what a template joins to them is left out."""
    attributes = re.findall(r"""class="([^"]*)\"""", text)
    words = re.sub(r"\{%.*?%\}|[\w-]*\{\{.*?\}\}[\w-]*", " ", " ".join(attributes)).split()
    return set(words)


def styled():
    sheet = (Path(settings.BASE_DIR) / "static" / "site.css").read_text(encoding="utf-8")
    rules = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    return set(re.findall(r"(?<!\w)\.([a-z][\w-]*)", rules))


def test_each_class_has_a_look_and_each_look_is_seen():
    ours = {
        name: text for name, text in templates().items() if not name.startswith(("admin", "api"))
    }
    apps = ("pages", "locations/templatetags")
    code = [p for app in apps for p in (Path(settings.BASE_DIR) / "registry" / app).rglob("*.py")]
    found = classes_of(" ".join([*ours.values(), *(file.read_text("utf-8") for file in code)]))
    assert len(found) > 100
    # A list with any class has no marks; this one says that it has no other.
    assert found - styled() == {"bare"}
    script = (Path(settings.BASE_DIR) / "static" / "find.js").read_text(encoding="utf-8")
    joined = {f"shade-{number}" for number in range(5)} | {"anchor-start", "anchor-end"}
    assert {name for name in styled() - found - joined if f'"{name}' not in script} == set()


def test_the_look_of_a_row_is_asked_for_in_its_own_file():
    rows = {name: text for name, text in templates().items() if name.startswith("rows/")}
    items = {
        name: tag[0] for name, text in rows.items() if (tag := re.search(r"<li\b[^>]*>", text))
    }
    assert {"rows/event.html", "rows/programme.html", "rows/organisation.html"} <= items.keys()
    assert {name: tag for name, tag in items.items() if ' class="' not in tag} == {}


def test_a_class_is_named_in_whole_words():
    short = {part for name in styled() for part in name.split("-") if len(part) < 4}
    whole = {"all", "bar", "box", "day", "dot", "eye", "key", "map", "off", "on", "row", "tag"}
    assert {part for part in short if not part.isdigit()} <= whole | {"by", "end", "two", "url"}


def test_what_is_crowded_long_or_open_is_seen():
    assert crowded_lines("<ul><li>a</li></ul>\n<li><a href='#'>b</a></li>") == [
        "<ul><li>a</li></ul>"
    ]
    assert long_lines(f"{'a' * 121}\n{'b' * 120}") == ["a" * 121]
    assert open_includes('{% include "a.html" with b=c %}{% include "d.html" only %}') == [
        '{% include "a.html" with b=c %}'
    ]
