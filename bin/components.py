"""Every partial of the public pages with what it says in the registry of the demo: make components

contact-sheet/components.html, and the same in Belarusian and Russian, for whoever changes how pages
look. The pages are drawn by the code, and what each partial says is cut out of them, so nobody
writes examples: a new partial is there as soon as a page includes it. The stylesheet is linked: a
change of it is seen when the file is loaded again, one of a template after another run.
"""

import argparse
import json
import os
import re
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("rows", "events", "list", "record", "widgets", "maps", "charts")
LANGUAGES = {"en": "English", "be": "Беларуская", "ru": "Русский"}

# Letters that stand in no text: around the name of a partial, and behind what it says.
NAME, END = "\ue000", "\ue001"
MARK = re.compile(f"{NAME}[^{NAME}]*{NAME}|{END}")
TOKEN = re.compile(
    rf"{NAME}([^{NAME}]*){NAME}|({END})|<(/?)([a-z][a-z0-9]*)(?:\"[^\"]*\"|'[^']*'|[^<>\"'])*>"
)
VOID = ("br", "hr", "img", "input", "link", "meta")
LOOK = re.compile(r' (?:class|lang|viewBox)="[^"]*"')
ID = re.compile(r'(\b(?:id|for|aria-labelledby|aria-describedby)="|href="#)')

# A piece is shown in the elements around it, or an item would be in no list and a fact in no box:
# up to the first of these that has a class, but not in what the rest of the page stands in.
WHOLE = ("dl", "ul", "ol", "p", "details", "figure")
AROUND = ("article", "aside", "body", "div", "header", "main", "nav", "section", "title")

SENT = {
    "content_type": "application/x-www-form-urlencoded",
    "headers": {"Sec-Fetch-Site": "same-origin"},
}
FEW, SHORT, LONG = 6, 300, 4_000  # outcomes that are all shown; letters


def partials():
    files = (file for room in ROOMS for file in sorted((ROOT / "templates" / room).glob("*.html")))
    return [file.relative_to(ROOT / "templates").as_posix() for file in files]


@contextmanager
def marked():
    """Within, what a partial says stands between marks."""
    from django.template import Template
    from django.utils.safestring import mark_safe

    from registry.cards.pieces import pieces as kept

    plain = Template._render

    def render(template, context):
        text = plain(template, context)
        if (template.name or "").partition("/")[0] not in ROOMS:
            return text
        # What was safe stays safe.
        # What the template itself has escaped, between marks of ours.
        return mark_safe(f"{NAME}{template.name}{NAME}{text}{END}")  # noqa: S308

    Template._render = render
    kept.forget()  # what was drawn without marks, and in the end what was drawn with them
    try:
        yield
    finally:
        Template._render = plain
        kept.forget()


def pieces(html):
    """(name of a partial, what it says, the same in the elements around it), as a page has them."""
    elements, begun = [], []
    for token in TOKEN.finditer(html):
        name, end, closing, tag = token.groups()
        if name:
            begun.append((name, token.end(), list(elements)))
        elif end:
            name, start, around = begun.pop()
            text = MARK.sub("", html[start : token.start()]).strip()
            yield name, text, within(around, text)
        elif closing:
            while elements and elements.pop()[0] != tag:
                pass
        elif tag not in VOID and not token[0].endswith("/>"):
            elements.append((tag, MARK.sub("", token[0])))


def within(around, text):
    while around:
        tag, start = around.pop()
        of_a_fact = around and around[-1][0] == "dl"
        if tag in AROUND and not of_a_fact and 'class="facts"' not in start:
            break
        if of_a_fact and text.startswith("<dd"):
            text = f"<dt>…</dt>{text}"
        # Its look alone: what names it or leads on from it is no part of the piece.
        look = "".join(LOOK.findall(start)) + (" open" if tag == "details" else "")
        text = f"<{tag}{look}>{text}</{tag}>"
        if tag in WHOLE and "class=" in start:
            break
    return text


def seen(replies):
    """{name of a partial: {what it says: (the same in the elements around it, where)}}."""
    found = {name: {} for name in partials()}
    for address, html in replies:
        for name, text, whole in pieces(html):
            if text:
                found[name].setdefault(text, (whole, address))
    return found


def chosen(outcomes):
    """Of few outcomes all, of many the richest that is not endless."""
    if len(outcomes) <= FEW and all(len(text) <= SHORT for text in outcomes):
        return list(outcomes.values())
    fitting = [text for text in outcomes if len(text) <= LONG]
    return [outcomes[max(fitting, key=len) if fitting else min(outcomes, key=len)]]


def sheet(found, language, address):
    """The whole file. No id stands in it twice, and links lead to the running demo."""
    files = "".join(
        f'<li><a href="{file_name(code)}" lang="{code}">{words}</a></li>'
        for code, words in LANGUAGES.items()
    )
    rooms = "".join(f'<li><a href="#{room}">{room}</a></li>' for room in ROOMS)
    text = f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Components – Programme Registry</title>
<link rel="stylesheet" href="{(ROOT / "static" / "site.css").as_uri()}">
</head>
<body>
<main class="page-width">
<div class="page-head stack">
<h1>Components</h1>
<p>Every partial of templates/ with public records: its file, a page that has it, its look.</p>
<ul class="inline bare">{files}</ul>
<ul class="inline bare">{rooms}</ul>
</div>
"""
    for number, (name, outcomes) in enumerate(found.items()):
        room = name.partition("/")[0]
        if f'id="{room}"' not in text:
            text += f'<section class="section"><h2 id="{room}">{room}</h2></section>\n'
        text += f'<h3 class="spaced"><code>{name}</code></h3>\n'
        for index, (whole, where) in enumerate(chosen(outcomes)):
            piece = ID.sub(rf"\1part{number}-{index}-", whole).replace('="/', f'="{address}/')
            text += f'<p class="quiet small"><a href="{address}{where}">{where}</a></p>\n'
            text += f'<div class="stack" lang="{language}">{piece}</div>\n'
        if not outcomes:
            text += '<p class="quiet">No page of this registry shows it.</p>\n'
    return f"{text}</main>\n</body>\n</html>\n"


def file_name(language):
    return "components.html" if language == "en" else f"components-{language}.html"


def replies(client, language):
    """(address, HTML) of every kind of page, and of each record."""
    from bin.contact_sheet import FIXED, RECORDS

    paths = list(FIXED.values())
    for listed in (*RECORDS.values(), "locations/?within=BY&page_size=100"):
        collection = listed.partition("?")[0].replace("locations", "places")
        records = json.loads(client.get(f"/api/v1/{listed}").content)["results"]
        paths += [f"{collection}{record['slug']}/" for record in records]
    for path in paths:
        address = f"/{language}/{path}"
        yield address, client.get(address).content.decode()
    # A form that was sent with nothing in it comes back with its errors, and nothing is kept.
    report = f"/{language}/report/"
    yield report, client.post(report, "text=", **SENT).content.decode()


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--address", default="http://127.0.0.1:8000")
    options.add_argument("--to", type=Path, default=ROOT / "contact-sheet")
    given = options.parse_args()
    os.environ |= {"DEMO": "1", "DJANGO_SETTINGS_MODULE": "registry.settings"}
    import django

    django.setup()
    from django.test import Client

    given.to.mkdir(exist_ok=True)
    client = Client(SERVER_NAME="127.0.0.1")
    for language in LANGUAGES:
        with marked():
            found = seen(replies(client, language))
        text = sheet(found, language, given.address)
        (given.to / file_name(language)).write_text(text, encoding="utf-8")
        missing = [name for name, outcomes in found.items() if not outcomes]
        print(f"{file_name(language)}: {len(found)} partials, not shown: {missing}", flush=True)


if __name__ == "__main__":
    main()
