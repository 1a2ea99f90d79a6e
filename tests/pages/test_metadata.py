"""What pages say to machines: languages, previews, data, and schema.org's description."""

import html
import json
import re
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from django.utils import translation

from registry.api.formats import formats_of
from registry.cards.changeset import writing
from registry.pages.templatetags.numbers import counted
from tests.support.factories import edition, event, location, organisation, programme, source
from tests.support.shares import few
from tests.support.world import LANGUAGES, LISTS, pages, populate, states

pytestmark = [pytest.mark.once, pytest.mark.django_db]
HOST = "http://testserver"
TERRITORIES = {"en": "en_GB", "be": "be_BY", "ru": "ru_RU"}


class Head(HTMLParser):
    """The head of a page: its metas, links, title, and JSON-LD."""

    def __init__(self, text):
        super().__init__()
        self.metas, self.links, self.title, self.data, self._in = {}, [], "", [], None
        self.language = None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        at = dict(attributes)
        if tag == "html":
            self.language = at["lang"]
        elif tag == "meta":
            self.metas.setdefault(at.get("name") or at.get("property"), []).append(
                at.get("content")
            )
        elif tag == "link":
            self.links.append(at)
        elif tag == "script" and at.get("type") == "application/ld+json":
            self._in = "data"
        elif tag == "title" and not self.title:
            self._in = "title"

    def handle_data(self, text):
        if self._in == "data":
            self.data.append(json.loads(text))
        elif self._in == "title":
            self.title += text

    def handle_endtag(self, tag):
        if tag in ("script", "title"):
            self._in = None


def head(address, client=None):
    return Head((client or Client()).get(address).content.decode())


@pytest.fixture
def world():
    return populate()


@pytest.mark.parametrize("language", few(LANGUAGES, "be"))
def test_every_page_is_titled_described_and_previewed(world, language):
    client = Client(raise_request_exception=False)
    for page in pages(language):
        answer = client.get(page.address)
        assert answer.status_code == page.status, page
        found = Head(answer.content.decode())
        assert found.language == answer["Content-Language"] == language
        title = found.title.rpartition(" – ")[0]
        assert title
        (description,) = found.metas["description"]
        assert 20 < len(description) <= 320, page
        canonical = [link["href"] for link in found.links if link["rel"] == "canonical"]
        if page.status != 200:
            assert canonical == [] or "search/" in page.address
            continue
        assert found.metas["og:title"] == [title]
        assert found.metas["og:description"] == [description]
        assert found.metas["og:url"] == canonical
        assert found.metas["og:locale"] == [TERRITORIES[language]]
        others = {TERRITORIES[other] for other in LANGUAGES if other != language}
        assert set(found.metas["og:locale:alternate"]) == others
        assert client.get(canonical[0].removeprefix(HOST)).status_code == 200


def test_a_preview_in_another_language_than_the_page_says_which(world):
    programme("talk", name_en="", name_be="Размова", summary_be="Пра ўсё.")
    html = Client().get("/ru/programmes/talk/").content.decode()
    for said in ('name="description"', 'property="og:title"', 'property="og:description"'):
        assert f'<meta {said} lang="be" content=' in html
    assert 'og:title" content' in Client().get("/be/programmes/talk/").content.decode()


def test_titles_tell_the_pages_apart(world):
    titles = {}
    for page in pages("be"):
        if page.status == 200 and "report/" not in page.address:
            titles.setdefault(head(page.address).title, []).append(page.address)
    several = [same for same in titles.values() if len(same) > 1]
    # The calendar's slices and the empty search are one page under different questions.
    assert [same for same in several if len({a.partition("?")[0] for a in same}) > 1] == []


def test_the_picture_of_a_preview_is_there_and_as_large_as_it_says(world):
    found = head("/be/programmes/")
    (address,) = found.metas["og:image"]
    assert address.startswith(f"{HOST}/static/")
    with open(finders.find(urlsplit(address).path.removeprefix("/static/")), "rb") as file:
        start = file.read(24)
    assert start[:8] == b"\x89PNG\r\n\x1a\n"
    size = [str(int.from_bytes(start[n : n + 4])) for n in (16, 20)]
    assert size == [*found.metas["og:image:width"], *found.metas["og:image:height"]]


@pytest.mark.parametrize("language", few(LANGUAGES, "be"))
def test_the_same_page_is_named_in_each_language_and_the_switch_keeps_the_filters(world, language):
    client = Client()
    for page in pages(language):
        if page.status != 200:
            continue
        text = client.get(page.address).content.decode()
        named = {link["hreflang"]: link["href"] for link in Head(text).links if "hreflang" in link}
        assert set(named) == {*LANGUAGES, "x-default"}
        assert named["x-default"] == named["en"]
        assert named[language] == next(
            link["href"] for link in Head(text).links if link["rel"] == "canonical"
        )
        for other in LANGUAGES:
            there = Head(client.get(named[other].removeprefix(HOST)).content.decode())
            assert {
                link["hreflang"]: link["href"] for link in there.links if "hreflang" in link
            } == named
            if other != language:
                (switch,) = re.findall(
                    rf'<a href="([^"]+)" lang="{other}" hreflang="{other}"', text
                )
                switch = urlsplit(html.unescape(switch))
                assert switch.path == f"/{other}{page.path[3:]}"
                asked = page.address.partition("?")[2]
                assert parse_qsl(switch.query) == parse_qsl(asked)


def test_every_list_and_record_leads_to_its_data(world):
    client = Client()
    for page in pages("en"):
        card_type = {"places": "location"}.get(kind := page.path.split("/")[2], kind[:-1])
        if page.status != 200 or kind not in COLLECTIONS:
            continue
        links = [
            link for link in head(page.address).links if link.get("type") and link["rel"] != "icon"
        ]
        types = [link["type"] for link in links]
        one = page.path.count("/") == 4
        formats = [each for each in formats_of(card_type) if not one or each.whole]
        # Of a record that a calendar or IATI can tell nothing of there is no link to such a file.
        always = [each for each in formats if each.can_be_empty and not (one and each.holds)]
        assert {each.media_type for each in always} <= set(types)
        for link in links:
            answer = client.get(urljoin(HOST, link["href"]).removeprefix(HOST))
            assert answer.status_code == 200, link
            assert answer["Content-Type"].partition(";")[0] == link["type"].partition(";")[0]


COLLECTIONS = ("programmes", "editions", "initiatives", "events", "organisations", "places")


# schema.org, as far as the registry uses it: what each type is, and what a property may hold.
ABOVE = {
    "NGO": "Organization",
    "EducationalOrganization": "Organization",
    "GovernmentOrganization": "Organization",
    "Corporation": "Organization",
    "NewsMediaOrganization": "Organization",
    "Project": "Organization",
    "Organization": "Thing",
    "Event": "Thing",
    "Country": "AdministrativeArea",
    "City": "AdministrativeArea",
    "AdministrativeArea": "Place",
    "Place": "Thing",
    "PostalAddress": "Thing",
    "GeoCoordinates": "Thing",
    "VirtualLocation": "Thing",
    "CreativeWork": "Thing",
    "WebSite": "CreativeWork",
    "Dataset": "CreativeWork",
    "MediaObject": "CreativeWork",
    "DataDownload": "MediaObject",
    "Action": "Thing",
    "SearchAction": "Action",
    "Intangible": "Thing",
    "EntryPoint": "Intangible",
    "ItemList": "Intangible",
    "ListItem": "Intangible",
}
PROPERTIES = {
    "Thing": {
        "name": str,
        "alternateName": str,
        "description": str,
        "identifier": str,
        "mainEntityOfPage": "URL",
        "sameAs": "URL",
        "url": "URL",
        "subjectOf": ("CreativeWork", "Event"),
        "potentialAction": ("Action",),
    },
    "CreativeWork": {
        "inLanguage": str,
        "license": "URL",
        "isAccessibleForFree": bool,
        "publisher": ("Organization",),
    },
    "Dataset": {"distribution": ("DataDownload",)},
    "MediaObject": {"encodingFormat": str, "contentUrl": "URL"},
    # https://developers.google.com/search/docs/appearance/structured-data has "query-input".
    "SearchAction": {"query-input": str},
    "Action": {"target": ("EntryPoint",)},
    "EntryPoint": {"urlTemplate": str},
    "ItemList": {"numberOfItems": int, "itemListElement": ("ListItem",)},
    "ListItem": {"position": int},
    "Organization": {
        "foundingDate": "Date",
        "dissolutionDate": "Date",
        "location": ("Place", "PostalAddress", "VirtualLocation"),
        "parentOrganization": ("Organization",),
        "member": ("Organization",),
        "funder": ("Organization",),
        "sponsor": ("Organization",),
        "email": str,
        "knowsAbout": str,
    },
    "Event": {
        "startDate": "Date",
        "endDate": "Date",
        "eventStatus": {"EventScheduled", "EventPostponed", "EventRescheduled", "EventCancelled"},
        "eventAttendanceMode": {
            "OfflineEventAttendanceMode",
            "OnlineEventAttendanceMode",
            "MixedEventAttendanceMode",
        },
        "location": ("Place", "PostalAddress", "VirtualLocation"),
        "organizer": ("Organization",),
        "funder": ("Organization",),
        "sponsor": ("Organization",),
        "isAccessibleForFree": bool,
        "maximumAttendeeCapacity": int,
        "inLanguage": str,
        "keywords": str,
    },
    "Place": {
        "address": ("PostalAddress",),
        "geo": ("GeoCoordinates",),
        "containedInPlace": ("Place",),
    },
    "PostalAddress": {"addressCountry": str},
    "GeoCoordinates": {"longitude": float, "latitude": float},
}
REQUIRED = {"Event": {"name", "startDate"}, "GeoCoordinates": {"longitude", "latitude"}}
DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d:\d\d[+-]\d\d:\d\d)?)?)?")


def lineage(kind):
    while kind:
        yield kind
        kind = ABOVE.get(kind)


def faults(thing, where="", top=True):
    """Every way in which the thing is not what schema.org says of its type."""
    kind = thing.get("@type")
    if kind not in ABOVE:
        return [f"{where}: no type {kind}"]
    allowed = {}
    for each in lineage(kind):
        allowed |= PROPERTIES.get(each, {})
    found = [f"{where}: no {name}" for name in REQUIRED.get(kind, set()) - set(thing)]
    if top and thing.get("@context") != "https://schema.org":
        found.append("no context")
    for name, value in thing.items():
        if name.startswith("@"):
            continue
        if name not in allowed:
            found.append(f"{where}: a {kind} has no {name}")
            continue
        for one in value if isinstance(value, list) else [value]:
            found += fault(one, allowed[name], f"{where}/{name}")
    return found


def fault(value, wanted, where):
    if isinstance(wanted, tuple):
        if not isinstance(value, dict) or not set(lineage(value.get("@type"))) & set(wanted):
            return [f"{where}: {value} is none of {wanted}"]
        return faults(value, where, top=False)
    if wanted == "URL":
        good = urlsplit(value).scheme in ("http", "https") and urlsplit(value).netloc
    elif wanted == "Date":
        good = DATE.fullmatch(value)
    elif isinstance(wanted, set):
        good = value.removeprefix("https://schema.org/") in wanted
    else:
        good = type(value) in ((wanted,) if wanted is not float else (float, int)) and value != ""
    return [] if good else [f"{where}: {value!r} is no {wanted}"]


def described(address):
    found = head(address).data
    assert len(found) <= 1
    return found[0] if found else None


@pytest.mark.parametrize("language", few(LANGUAGES, "be"))
def test_every_record_is_described_as_schema_org_has_it(world, language):
    kinds = set()
    for page in pages(language):
        thing = described(page.address)
        is_record = page.status == 200 and page.path.count("/") == 4
        is_record = is_record and not any(
            each in page.path for each in ("report", "columns", "side-by")
        )
        if not is_record or page.path.endswith("/meeting/"):
            assert (thing or {}).get("@type") in (None, "WebSite", "ItemList", "Dataset"), page
            assert faults(thing) == [] if thing else True, page
            continue
        assert faults(thing) == [], page
        assert thing["@id"] == thing["mainEntityOfPage"] == f"{HOST}{page.path}"
        kinds.add(thing["@type"])
    assert kinds == {
        *("Project", "Event", "NGO", "Organization"),
        *("Country", "AdministrativeArea", "City"),
    }


def test_the_rules_of_this_test_see_faults():
    place = {"@type": "Place", "name": "Minsk", "geo": {"@type": "GeoCoordinates", "latitude": 5}}
    assert faults({"@context": "https://schema.org", **place}) == ["/geo: no longitude"]
    assert faults(
        {"@context": "https://schema.org", "@type": "Event", "seat": "x", "name": ""}
    ) == [
        ": no startDate",
        ": a Event has no seat",
        "/name: '' is no <class 'str'>",
    ]
    wrong = {"@type": "Project", "funder": [place], "foundingDate": "2013-23?", "url": "x"}
    assert len(faults(wrong)) == 4


def test_a_programme_is_described_by_what_its_card_says(world):
    thing = described("/be/programmes/contest/")
    assert thing["name"] == "Спорт Регион"
    assert thing["alternateName"] == ['Sport "Region" & <more>']
    assert (thing["foundingDate"], thing["dissolutionDate"]) == ("2016-02", "2016-10")
    assert [each["name"] for each in thing["funder"]] == ["Old Office"]
    assert [each["url"] for each in thing["member"]] == [
        f"{HOST}/be/organisations/{slug}/" for slug in ("club", "partner")
    ]
    assert thing["location"][0]["address"]["addressCountry"] == "BY"
    assert thing["subjectOf"][0]["url"] == "https://source.example/final?a=1&b=2"
    assert "url" not in thing["subjectOf"][1]


def test_an_event_says_when_where_and_how():
    cancelled = {"dates": "2026-12-12", "start_time": "10:00", "status": "cancelled"}
    event("talk", **cancelled, mode="online", website="https://talk.example/", cost="paid")
    thing = described("/en/events/talk/")
    assert thing["startDate"] == "2026-12-12T10:00:00+03:00"
    assert thing["endDate"] == "2026-12-12"
    assert thing["eventStatus"] == "https://schema.org/EventCancelled"
    assert thing["location"] == [{"@type": "VirtualLocation", "url": "https://talk.example/"}]
    assert thing["isAccessibleForFree"] is False


@pytest.mark.parametrize(
    ("dates", "said"),
    [
        ("2016", "2016"),
        ("2016-02", "2016-02"),
        ("2013-23", None),
        ("2016~", None),
        ("201X", None),
        ("../2015", None),
        ("XXXX-03-21", None),
        ("", None),
    ],
)
def test_a_date_is_said_as_plainly_as_it_is_known_or_not_at_all(dates, said):
    programme("one", dates=dates)
    event("one", dates=dates)
    assert described("/en/programmes/one/").get("foundingDate") == said
    thing = described("/en/events/one/")
    assert (thing and thing["startDate"]) == said


def test_what_a_record_does_not_say_is_not_described():
    organisation("bare", name_en="Bare")
    thing = described("/en/organisations/bare/")
    assert set(thing) == {"@context", "@id", "@type", "name", "identifier", "mainEntityOfPage"}


def test_the_description_cannot_end_its_element():
    words = "</script><script>alert(1)</script><!-- & \u2028"
    programme("odd", name_en=words, sources=[source("odd", name_en=words)])
    location("odd", name_en=words)
    for address in ("/en/programmes/odd/", "/en/places/odd/"):
        text = Client().get(address).content.decode()
        data = text.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
        assert not set("<>&\u2028") & set(data)
        assert json.loads(data)["name"] == words


# Words, numbers and dates by the rules of the language.


DAYS = {
    "en": ("21 March 2016", "February 2016", "spring 2013"),
    "be": ("21 сакавіка 2016", "люты 2016", "вясна 2013"),
    "ru": ("21 марта 2016", "февраль 2016", "весна 2013"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_dates_are_said_in_the_language(language):
    for slug, dates in (("day", "2016-03-21"), ("month", "2016-02"), ("season", "2013-21")):
        programme(slug, dates=dates)
    for slug, words in zip(("day", "month", "season"), DAYS[language], strict=True):
        text = Client().get(f"/{language}/programmes/{slug}/").content.decode()
        assert words in text, words


COUNTED = {
    "en": ("1 edition", "2 editions", "5 editions", "21 editions"),
    "be": ("1 сезон", "2 сезоны", "5 сезонаў", "21 сезон"),
    "ru": ("1 сезон", "2 сезона", "5 сезонов", "21 сезон"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_numbers_take_the_plural_of_the_language(language):
    contest = programme("contest")
    with writing():
        for year, number in ((2001, 1), (2002, 2), (2005, 5), (2021, 21)):
            for _ in range(number):
                edition(programme=contest, dates=str(year))
    for year, words in zip((2001, 2002, 2005, 2021), COUNTED[language], strict=True):
        text = Client().get(f"/{language}/editions/?year={year}").content.decode()
        assert f' tabindex="-1">{words}</h2>' in text


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "352,896"), ("be", "352\u00a0896"), ("ru", "352\u00a0896")],
)
def test_numbers_are_grouped_as_the_language_does(language, words):
    location("town", population=352896, population_year=2019)
    text = Client().get(f"/{language}/places/town/").content.decode()
    assert f">{words} <span" in text
    assert ">2019<" in text  # a year is no quantity
    with translation.override(language):
        assert counted(352896, "location").startswith(f"{words} ")


ALPHABETS = {
    "en": ["Apple", "Éclair", "Elm", "Zebra"],
    # І stands after З and before Й, Ё after Е, Ў after У.
    "be": ["Беларусь", "Ехаць", "Ёлка", "Жыта", "Зубр", "Ігра", "Йод", "Урад", "Ўзор", "Фарба"],
    # In Russian dictionaries Ё is a kind of Е.
    "ru": ["Берёза", "Ёлка", "Ель", "Жито", "Зубр", "Ива", "Игра", "Йод"],
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_are_sorted_by_the_alphabet_of_the_language(language):
    names = ALPHABETS[language]
    for number, name in enumerate(reversed(names)):
        organisation(f"n{number}", **{"name_en": "", f"name_{language}": name})
    text = Client().get(f"/{language}/organisations/?ordering=name").content.decode()
    assert re.findall(r"<h3><a [^>]+>([^<]+)</a>", text) == names


@pytest.mark.parametrize("language", LANGUAGES)
def test_home_says_what_the_site_is_and_how_it_is_searched(world, language):
    (site,) = head(f"/{language}/").data
    assert (site["@type"], site["inLanguage"]) == ("WebSite", language)
    assert site["url"] == f"{HOST}/{language}/"
    search = site["potentialAction"]
    assert search["@type"] == "SearchAction"
    address = search["target"]["urlTemplate"].replace("{search_term_string}", "Sport")
    found = Client().get(address.removeprefix(HOST)).content.decode()
    assert f"/{language}/programmes/contest/" in found


@pytest.mark.parametrize("language", few(LANGUAGES, "be"))
def test_every_list_names_what_it_shows_in_its_order(world, language):
    listed = set()
    for page in (*pages(language), *states(language)):
        path = page.path.removeprefix(f"/{language}/").rstrip("/")
        if path not in LISTS or page.status != 200:
            continue
        text = Client().get(page.address).content.decode()
        found = Head(text).data
        shown = re.findall(rf'<h3><a href="(/{language}/{path}/[^"]+)"', text)
        if path == "places" and not shown:
            shown = [html.unescape(each) for each in re.findall(r'<h2><a href="([^"]+)"', text)][:1]
        if not shown and "zzzz" in page.address:
            assert found == []
            continue
        if not shown:
            continue
        (things,) = found
        items = things["itemListElement"]
        assert [item["url"].removeprefix(HOST) for item in items][: len(shown)] == shown, page
        assert things["numberOfItems"] >= len(items)
        assert all(item["name"] for item in items)
        first = items[0]["position"]
        assert [item["position"] for item in items] == list(range(first, first + len(items)))
        assert first == (21 if "page=2" in page.address else 1)
        listed.add(path)
    assert listed == set(LISTS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_data_are_described_as_a_data_set_whose_files_are_there(world, language):
    (data,) = head(f"/{language}/data/").data
    assert data["@type"] == "Dataset"
    assert 50 <= len(data["description"]) <= 5000  # as search engines for data sets ask
    assert data["license"].startswith("https://creativecommons.org/")
    files = data["distribution"]
    assert {file["encodingFormat"] for file in files} == {"text/csv", "application/x-ndjson"}
    for file in files if language == "en" else files[:1]:
        reply = Client().get(file["contentUrl"].removeprefix(HOST))
        assert reply.status_code == 200
        assert reply.headers["Content-Type"].startswith(file["encodingFormat"])
        b"".join(reply)
