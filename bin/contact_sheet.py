"""Pictures of every kind of page of a running registry: make contact-sheet

One PNG for each kind of page, with the three languages below each other, each at 360 and 1280
pixels, light and dark; and index.html to look through them. The registry that `make demo` serves
will do (PORT=8731 make contact-sheet for another port); each kind is shown by its richest record.
"""

import argparse
import base64
import json
import shutil
from pathlib import Path
from urllib.request import urlopen

from playwright.sync_api import sync_playwright

LANGUAGES = ("en", "be", "ru")
LOOKS = [(360, "light"), (360, "dark"), (1280, "light"), (1280, "dark")]
SCALE = 0.5
FIXED = {
    "home": "",
    "programmes": "programmes/",
    "programmes-filtered": "programmes/?location=BY&kind=contest",
    "programmes-empty": "programmes/?location=BY-HR&kind=advice",
    "programmes-compared": "programmes/?location=BY-MA&location=BY-VI&compare=location",
    "programmes-error": "programmes/?from=20122&location=XX",
    "editions": "editions/",
    "initiatives": "initiatives/",
    "events": "events/",
    "organisations": "organisations/",
    "places": "places/",
    "places-filtered": "places/?within=BY",
    "country": "places/belarus/",
    "city": "places/minsk/",
    "town-without-records": "places/dzisna/",
    "near": "places/?near=53.9,27.57",
    "search": "search/?q=Mogilev",
    "search-nothing": "search/?q=xyzzy",
    "search-misspelled": "search/?q=Brest+regoin",
    "glossary": "glossary/",
    "figures": "figures/",
    "figures-compared": "figures/side-by-side/?measure=participants",
    "relations": "relations/?role=funder",
    "data": "data/",
    "developers": "data/developers/",
    "columns": "data/columns/",
    "about": "about/",
    "report": "report/",
    "suggest": "report/suggest/",
    "thanks": "report/thanks/?kind=mistake&number=ACDE-3479",
    "404": "nowhere/",
}
# These stand elsewhere than other pages of the language: boxes for other sites.
BOXES = {"box-of-a-place": "/embed/{}/places/mahilyow-region/"}
# Files that a browser would save and not show.
FILES = {"offline-file": "places/mahilyow-region/offline/"}
RECORDS = {
    "programme": "programmes/?page_size=100",
    "edition": "editions/?page_size=100",
    "initiative": "initiatives/?page_size=100",
    "event": "events/?page_size=100",
    "organisation": "organisations/?page_size=100",
}


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--address", default="http://127.0.0.1:8000")
    options.add_argument("--to", type=Path, default=Path("contact-sheet"))
    options.add_argument("kinds", nargs="*", help="only these, e.g. home region")
    given = options.parse_args()
    pages = FIXED | richest(given.address) | busiest(given.address)
    pages = {kind: f"/{{}}/{path}" for kind, path in (pages | FILES).items()} | BOXES
    pages = {kind: path for kind, path in pages.items() if kind in given.kinds or not given.kinds}
    given.to.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("chromium-browser")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for kind, path in pages.items():
            sheet(browser, given.address, path, given.to / f"{kind}.png")
            print(f"{kind}: {path.format('en')}", flush=True)
        browser.close()
    links = '<p><a href="components.html">Components</a> (make components)</p>' + "".join(
        f'<h2>{kind}</h2><img src="{kind}.png" alt="">' for kind in pages
    )
    (given.to / "index.html").write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Contact sheet</title>{links}',
        encoding="utf-8",
    )


def ask(address, path):
    with urlopen(f"{address}/api/v1/{path}") as reply:  # noqa: S310 - of the registry that is named
        return json.load(reply)


def richest(address):
    """{kind: path} of the record with most to show."""
    found = {}
    for kind, path in RECORDS.items():
        records = ask(address, path)["results"]
        if records:
            record = max(records, key=lambda record: len(json.dumps(record)))
            found[kind] = f"{path.partition('?')[0]}{record['slug']}/"
    return found


def busiest(address):
    """{kind: path} of the region with most programmes, of its district and of the town there."""
    regions = ask(address, "locations/?within=BY&kind=region&page_size=100")["results"]
    slugs = {region["code"]: region["slug"] for region in regions}
    found, above = {}, "BY"
    for kind in ("region", "district", "town"):
        facets = ask(address, f"programmes/facets/?location={above}")["facets"]["location"]
        inside = [place for place in facets if place.get("parent") == above]
        if kind == "region":
            inside = [place for place in inside if place["value"] in slugs]
        if not inside:
            break
        above = max(inside, key=lambda place: place["count"])["value"]
        found[kind] = f"places/{slugs.get(above, above)}/"
    return found


def show(page, address):
    if address.endswith("/offline/"):
        with urlopen(address) as reply:  # noqa: S310 - of the registry that is named
            page.set_content(reply.read().decode())
    else:
        page.goto(address)


def sheet(browser, address, path, file):
    """One picture of the page, whose language is left open, in each language and look."""
    rows = []
    for language in LANGUAGES:
        shots = []
        for width, scheme in LOOKS:
            context = browser.new_context(
                viewport={"width": width, "height": 800}, color_scheme=scheme
            )
            page = context.new_page()
            show(page, address + path.format(language))
            picture = base64.b64encode(page.screenshot(full_page=True)).decode()
            shots.append(f'<img width="{width * SCALE:.0f}" src="data:image/png;base64,{picture}">')
            context.close()
        rows.append(f"<div>{''.join(shots)}</div>")
    page = browser.new_page(viewport={"width": 1704, "height": 600})
    page.set_content(
        "<style>body{margin:8px;background:#777}div{display:flex;gap:8px;align-items:start;"
        f"margin-bottom:16px}}</style>{''.join(rows)}"
    )
    page.screenshot(path=file, full_page=True)
    page.close()


if __name__ == "__main__":
    main()
