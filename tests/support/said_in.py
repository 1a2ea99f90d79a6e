"""A registry in which every text says in which language it is, and pages read as a reader does.

babel(); Reader(html).pieces: [(text, the language that its element declares)]
"""

import re
from html.parser import HTMLParser

from registry.cards.clock import today
from tests.support.factories import (
    edition,
    event,
    figure,
    initiative,
    life_event,
    organisation,
    programme,
    source,
    term,
)
from tests.support.factories import location as place

LANGUAGES = ("en", "be", "ru")
# No word of any language, and one for each: "kkbe" stands in what is Belarusian.
MARK = re.compile("kk(en|be|ru)", re.IGNORECASE)
VOID = {"br", "img", "input", "link", "meta", "path", "use", "rect", "circle", "hr"}
UNSEEN = {"script", "style", "head", "template"}
# What is read aloud or shown of an element, besides what stands in it.
READ = ("aria-label", "aria-description", "title", "alt", "placeholder", "label")


def texts(slug, languages, *fields):
    """{"name_be": "kkbe club name", …} in these languages; in the others there is none."""
    return {
        f"{field}_{code}": f"kk{code} {slug} {field}" if code in languages else ""
        for field in fields
        for code in LANGUAGES
    }


def babel():
    """Records of every kind, each in one language alone, beside those of the others."""
    year = today().year + 1
    country = place("belarus", iso_3166_1="BY", **texts("belarus", LANGUAGES, "name"))
    region = place(
        "mahilyow-region",
        "region",
        iso_3166_2="BY-MA",
        parent=country,
        lat=53.9,
        lon=30.3,
        **texts("region", LANGUAGES, "name"),
    )
    for number, language in enumerate(LANGUAGES):
        speak(f"{number}-{language}", (language,), region, year, number)


def speak(own, only, region, year, number):
    """The records that have one language only; `own` ends their names."""

    def said(slug, *fields):
        return {"slug": f"{slug}-{own}", **texts(f"{slug}-{own}", only, *fields)}

    paper = source(**said("paper", "name"), language=only[0], url="https://paper.example/")
    town = place(
        **said("town", "name"),
        parent=region,
        lat=53.5 + number / 5,
        lon=30 + number / 5,
    )
    town.local_contexts.create(
        governed="clan", standing="own", source=paper, **texts(f"context-{own}", only, "text")
    )
    theme = term(**said("theme", "name", "definition"), sources=[paper])
    young = term(**said("young", "name"), scheme="audience")
    formats = [term(**said("format", "name"), scheme="format")]
    club = organisation(
        **said("club", "name", "summary", "description", "helps_with", "note"),
        kind="ngo",
        seat=town,
        themes=[theme],
        sources=[paper],
    )
    club.other_names.create(name=f"kk{only[0]} alias-{own}", language=only[0], kind="alternative")
    life_event(club, date="2003", source=paper, **texts(f"life-{own}", only, "text"))
    told = {"sources": [paper], "themes": [theme]}
    contest = programme(
        **said("contest", "name", "summary", "description", "note"),
        kind="contest",
        dates="2016",
        locations=[town],
        audiences=[young],
        roles=[("organiser", club), ("partner", club)],
        **told,
    )
    figure(
        contest,
        printed="50",
        number=50,
        source=paper,
        **texts(f"figure-{own}", only, "label", "note"),
    )
    programme(**said("part", "name"), parent=contest)
    season = edition(
        **said("season", "name", "summary", "note"),
        programme=contest,
        number=1,
        dates="2016-05",
        locations=[town],
        **told,
    )
    initiative(
        **said("idea", "name", "summary"),
        edition=season,
        result="winner",
        award=f"kk{only[0]} award-{own}",
        locations=[town],
        sources=[paper],
    )
    for slug, dates in (("final", "2016-10-08"), ("forum", f"{year}-12-12"), ("undated", "")):
        event(
            **said(slug, "name", "summary", "venue"),
            kind="forum",
            mode="in-person",
            dates=dates,
            edition=season,
            locations=[town],
            formats=formats,
            roles=[("host", club)],
            **told,
        )


class Reader(HTMLParser):
    """What stands on a page: [(text, the language declared by its element or one around it)]."""

    def __init__(self, html):
        super().__init__()
        self.open, self.pieces, self.title = [], [], ""
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        language = given.get("lang") or (self.open[-1][1] if self.open else None)
        texts = [given.get(name) for name in READ]
        what = given.get("name") or given.get("property")
        if what in ("description", "og:description"):
            # The title can mark no part of it, here neither.
            texts.append(given["content"].removeprefix(self.title.rpartition(" – ")[0]))
        self.pieces += [(" ".join(each.split()), language) for each in texts if each]
        if tag not in VOID:
            self.open.append((tag, language))

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        self.handle_endtag(tag)

    def handle_endtag(self, tag):
        while self.open and tag in [each for each, _language in self.open]:
            if self.open.pop()[0] == tag:
                break

    def handle_data(self, text):
        if self.open and self.open[-1][0] == "title":
            self.title += text
        if self.open and not UNSEEN & {tag for tag, _language in self.open} and text.strip():
            self.pieces.append((" ".join(text.split()), self.open[-1][1]))
