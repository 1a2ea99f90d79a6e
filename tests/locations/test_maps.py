"""The maps: true to what they are given, without gaps, inside their frame, and small."""

import json
import re
from collections import Counter
from itertools import combinations
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.template import Context, Template
from django.utils import translation

from registry.locations.atlas import build, drawing, labels
from registry.locations.templatetags.maps import place_on_map, told_apart
from registry.pages.templatetags.numbers import counted
from tests.support.layout import laid_out

SVG = {"svg", "a", "path", "circle", "rect", "text", "tspan", "g"}
COUNTS = {
    "BY-BR": 38,
    "BY-HM": 97,
    "BY-HO": 41,
    "BY-HR": 0,
    "BY-MA": 46,
    "BY-MI": 52,
    "BY-VI": 1,
}
LOCATIONS = [
    row["fields"]
    for row in json.loads((settings.BASE_DIR / "fixtures/locations.json").read_text("utf-8"))
    if row["model"] == "locations.location"
]
SLUGS = {place["iso_3166_2"]: place["slug"] for place in LOCATIONS if place.get("iso_3166_2")}
ZOOMED = [code for code in drawing.REGIONS if code != drawing.MINSK]
LANGUAGES = ["en", "be", "ru"]


def region_rows(language):
    return [
        {
            **card_of(place),
            "programmes": COUNTS[place["iso_3166_2"]],
            "href": f"/{language}/places/{place['slug']}/",
        }
        for place in LOCATIONS
        if place.get("iso_3166_2") in COUNTS
    ]


def card_of(place):
    """What a map reads of the card of a place."""
    return {
        "type": "location",
        "slug": place["slug"],
        "name": {code: place[f"name_{code}"] for code in LANGUAGES},
        "code": place.get("iso_3166_2"),
        "point": [place["lon"], place["lat"]],
    }


def district_rows(code, language):
    """All districts of the region, with counts of 0 to 21."""
    return [
        {
            **card_of(place),
            "programmes": number * 5 % 22,
            "href": f"/{language}/places/{place['slug']}/",
        }
        for number, place in enumerate(LOCATIONS)
        if place["kind"] == "district" and place["parent"] == [SLUGS[code]]
    ]


def render(tag, language="en", **context):
    with translation.override(language):
        return Template("{% load maps %}{% " + tag + " %}").render(Context(context))


def country_map(language="en", **context):
    tag = 'country_map regions label="Programmes by region" points=points dots="places"'
    return render(tag, language, **{"regions": region_rows(language), "points": {}, **context})


def region_map(code, language="en", **context):
    return render(
        'region_map code regions places label="Places with programmes"',
        language,
        **{
            "code": code,
            "regions": region_rows(language),
            "places": district_rows(code, language),
            **context,
        },
    )


def record_map(*locations, language="en"):
    return render("small_map locations", language, locations=list(locations))


def place(code=None, point=None, country="BY", name="Place"):
    return {
        "code": code,
        "country": country,
        "point": point,
        "name": {"en": name, "be": "", "ru": ""},
    }


COUNTRY = place("BY", name="Belarus")
REGION = place("BY-MA", point=[30.41, 53.6], name="Mogilev Region")
CITY = place("BY-HM", point=[27.57, 53.9], name="Minsk")
TOWN = place(point=[31.72, 54.02], name="Mstsislaw")
UNPLACED = place(name="Bashni")
ABROAD = place("AM", country="AM", name="Armenia")
ABROAD_CITY = place(point=[44.51, 40.18], country="AM", name="Yerevan")


def parsed(html):
    return ElementTree.fromstring(f"<div>{html}</div>")


def points_of(path):
    """The corners of a path of one polygon, as (x, y) in tenths of a unit."""
    start, steps = re.fullmatch(r"M([^l]+)l([^a-z]+)z", path).groups()
    numbers = [round(float(n) * 10) for n in re.findall(r"-?[\d.]+", f"{start} {steps}")]
    assert len(numbers) % 2 == 0
    corners, x, y = [], 0, 0
    for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
        x, y = x + dx, y + dy
        corners.append((x, y))
    return corners


def drawn_points(element):
    """Every point at which something is drawn, in units."""
    number = {
        name: float(element.get(name)) for name in ("cx", "cy", "x", "y") if element.get(name)
    }
    if element.tag == "circle":
        yield number["cx"], number["cy"]
    elif element.tag == "rect":
        yield number["x"], number["y"]
        yield (
            number["x"] + float(element.get("width")),
            number["y"] + float(element.get("height")),
        )
    elif element.tag == "text":
        yield number["x"], number["y"]
    elif element.tag == "path" and "a" in element.get("d"):
        x, y, radius = map(
            float, re.match(r"M([\d.]+) ([\d.]+)a([\d.]+)", element.get("d")).groups()
        )
        yield x, y - radius
        yield x + 2 * radius, y + radius
    elif element.tag == "path":
        for x, y in points_of(element.get("d")):
            yield x / 10, y / 10


def whole_words(element):
    return " ".join("".join(element.itertext()).split())


EVERY_MAP = [
    *(
        pytest.param(lambda language=language: country_map(language), id=f"country-{language}")
        for language in LANGUAGES
    ),
    *(
        pytest.param(
            lambda c=code, language=language: region_map(c, language), id=f"{code}-{language}"
        )
        for code in ZOOMED
        for language in LANGUAGES
    ),
    pytest.param(lambda: record_map(COUNTRY), id="record-country"),
    pytest.param(lambda: record_map(REGION, CITY, TOWN), id="record-places"),
]


@pytest.mark.parametrize("draw", EVERY_MAP)
def test_a_map_is_well_formed_and_free_of_style_and_script(draw):
    pictures = list(parsed(draw()).iter("svg"))
    assert pictures
    for picture in pictures:
        for element in picture.iter():
            assert element.tag in SVG
            assert not re.findall(r"\b(style|on\w+)\b", " ".join(element.attrib))
    assert pictures[0].get("role") in {"group", "img"}
    assert pictures[0].get("aria-label")


@pytest.mark.parametrize("draw", EVERY_MAP)
def test_everything_drawn_lies_inside_the_frame(draw):
    for picture in parsed(draw()).iter("svg"):
        _left, _top, width, height = map(float, picture.get("viewBox").split())
        for element in picture.iter():
            for x, y in drawn_points(element):
                assert 0 <= x <= width
                assert 0 <= y <= height


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_country_shows_each_count_once_in_a_link_to_its_place(language):
    picture = parsed(country_map(language))
    links, counts = list(picture.iter("a")), picture.findall(".//g//*[@class='count']")
    pairs = zip(links, counts, strict=True)
    shown = {link.get("href"): int(count.text) for link, count in pairs}
    assert len(links) == len(COUNTS)
    assert shown == {row["href"]: row["programmes"] for row in region_rows(language)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", [None, *ZOOMED])
def test_a_link_is_called_what_it_shows_and_how_many(code, language):
    rows = district_rows(code, language) if code else region_rows(language)
    spoken = {}
    with translation.override(language):
        for row in rows:
            spoken[row["href"]] = counted(row["programmes"], "programme")
    picture = parsed(region_map(code, language) if code else country_map(language))
    links, names = list(picture.iter("a")), picture.findall(".//g/text")
    for link, words in zip(links, names or links, strict=True):
        name = link.get("aria-label")
        assert name.startswith(whole_words(words))
        if link.get("class") != "neighbour":
            assert name.endswith(" " + spoken[link.get("href")])


def test_no_outline_is_drawn_over_the_name_of_a_region():
    drawn = [element.tag for element in next(parsed(country_map()).iter("svg")).iter()]
    last = max(n for n, tag in enumerate(drawn) if tag in ("path", "circle", "rect"))
    assert last < drawn.index("text")


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_dot_of_the_country_lies_under_a_name(language):
    points = {}
    for place in LOCATIONS:
        if place["kind"] == "district" and place.get("lat"):
            points.setdefault(place["parent"][0], []).append((place["lon"], place["lat"]))
    with translation.override(language):
        regions = [
            told_apart(place_on_map(row)) | {"points": points.get(row["slug"], ())}
            for row in region_rows(language)
        ]
    drawn = drawing.country(regions)["regions"]
    dots = [(float(dot["x"]), float(dot["y"])) for region in drawn for dot in region["dots"]]
    assert len(dots) > 60  # of 118
    for region in drawn:
        words = region["short"] if "count_y" in region else f"{region['short']} {region['count']}"
        spot = float(region["x"]), float(region["y"])
        box = labels.around_text(spot, words, labels.NAME_WIDE, "middle")
        assert not [dot for dot in dots if labels.overlap(box, labels.around_dot(dot, 3))]


def test_minsk_and_its_region_are_told_apart():
    for language in LANGUAGES:
        names = [link.get("aria-label") for link in parsed(country_map(language)).iter("a")]
        assert len(set(names)) == len(COUNTS)
        region, city = names[-2:]
        assert city.startswith(("Minsk 97", "Мінск 97", "Минск 97"))
        assert region.startswith(("Minsk Region 52", "Мінская 52", "Минская 52"))


def test_a_region_that_is_not_given_is_not_drawn():
    rows = [row for row in region_rows("en") if row["code"] != "BY-HR"]
    links = {link.get("href") for link in parsed(country_map(regions=rows)).iter("a")}
    assert links == {row["href"] for row in rows}


def test_names_are_escaped():
    name = dict.fromkeys(LANGUAGES, '<b>"&')
    rows = [{**row, "name": name} for row in region_rows("en")]
    assert parsed(country_map(regions=rows)).find(".//b") is None


@pytest.mark.parametrize("code", ZOOMED)
def test_a_region_shows_its_places_with_their_counts_and_links_to_its_neighbours(code):
    links = list(parsed(region_map(code)).iter("a"))
    dots = {a.get("href"): a.get("aria-label") for a in links if a.get("class") != "neighbour"}
    named = {row["href"]: row for row in district_rows(code, "en") if row["programmes"]}
    assert set(dots) == set(named)
    for href, name in dots.items():
        assert f" {named[href]['programmes']} " in name
    around = {a.get("href") for a in links if a.get("class") == "neighbour"}
    assert around
    assert around <= {row["href"] for row in region_rows("en") if row["code"] != code}


def test_mogilev_region_has_its_three_neighbours():
    links = parsed(region_map("BY-MA")).iter("a")
    around = {a.get("aria-label") for a in links if a.get("class") == "neighbour"}
    assert around == {"Vitsyebsk Region", "Minsk Region", "Homyel Region"}


def test_a_place_without_programmes_or_point_or_far_away_has_no_dot():
    row = spot("shown")
    rows = [
        row,
        {**row, "slug": "zero", "programmes": 0},
        {**row, "slug": "pointless", "point": None},
        {**row, "slug": "far", "point": [24, 52]},
    ]
    links = parsed(region_map("BY-MA", places=rows)).iter("a")
    shown = [a.get("href") for a in links if a.get("class") != "neighbour"]
    assert shown == ["/en/places/shown/"]


def test_the_place_of_the_page_is_shown_with_any_count_and_is_no_link():
    row = spot("here", programmes=0) | {"is_here": True, "name": {"en": "X District"}}
    picture = parsed(region_map("BY-MA", places=[row]))
    assert [whole_words(mark) for mark in picture.iter("g")] == ["X"]
    assert {link.get("class") for link in picture.iter("a")} == {"neighbour"}


def test_a_larger_dot_means_more():
    counts = (1, 2, 5, 20)
    rows = [spot(f"n{n}", programmes=n, point=[30 + n / 10, 53.7]) for n in counts]
    links = parsed(region_map("BY-MA", places=rows)).iter("a")
    sizes = {
        a.get("href"): float(a.find("circle").get("r"))
        for a in links
        if a.get("class") != "neighbour"
    }
    drawn = [sizes[f"/en/places/n{n}/"] for n in counts]
    assert drawn == sorted(set(drawn))


def spot(slug, programmes=2, point=(30.3, 53.9)):
    return {
        **place(name="X", point=list(point)),
        "type": "location",
        "slug": slug,
        "programmes": programmes,
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", ZOOMED)
def test_labels_of_places_overlap_nothing(code, language):
    with translation.override(language):
        given = [
            list(map(place_on_map, rows))
            for rows in (region_rows(language), district_rows(code, language))
        ]
    drawn = drawing.region(code, *given)
    dots = [
        labels.around_dot((float(p["x"]), float(p["y"])), float(p["r"])) for p in drawn["places"]
    ]
    boxes = [
        labels.around_text(
            (float(p["label"]["x"]), float(p["label"]["y"])),
            p["words"],
            labels.WIDE if p["label"]["is_minor"] else labels.NARROW,
            p["label"]["anchor"],
        )
        for p in drawn["places"]
        if p["label"]
    ]
    assert len(boxes) > len(dots) / 2
    slack = 0.1  # coordinates are rounded to tenths
    smaller = [(a + slack, b + slack, c - slack, d - slack) for a, b, c, d in boxes]
    assert not [pair for pair in combinations(smaller, 2) if labels.overlap(*pair)]
    assert not [(box, dot) for box in smaller for dot in dots if labels.overlap(box, dot)]


def test_a_label_for_narrow_screens_stands_for_three_programmes_or_more():
    for code in ZOOMED:
        for link in parsed(region_map(code)).iter("a"):
            text = link.find("text")
            if (
                link.get("class") != "neighbour"
                and text is not None
                and "minor" not in text.get("class")
            ):
                assert int(text.text.split()[-1]) >= 3


@pytest.mark.parametrize(
    ("counts", "shades", "key"),
    [
        ([0, 0], [0, 0], [(0, 0, 0)]),
        ([0, 7], [0, 1], [(0, 0, 0), (1, 7, 7)]),
        ([5, 5, 5], [1, 1, 1], [(1, 5, 5)]),
        (
            [39, 33, 47, 38, 41, 52, 97],
            [1, 1, 3, 1, 1, 3, 4],
            [(1, 33, 41), (3, 47, 52), (4, 97, 97)],
        ),
        ([10, 11, 12, 30], [1, 2, 2, 4], [(1, 10, 10), (2, 11, 12), (4, 30, 30)]),
        ([1, 0, 5, 2, 2, 1, 12], [1, 0, 3, 2, 2, 1, 4], None),
    ],
)
def test_shades_are_quarters_zero_is_apart_and_what_looks_equal_is_alike(counts, shades, key):
    shade, spans = drawing.shades(counts)
    assert [shade(count) for count in counts] == shades
    if key:
        assert [(span["shade"], span["low"], span["high"]) for span in spans] == key
    for span in spans:
        inside = [count for count in counts if span["low"] <= count <= span["high"]]
        assert {shade(count) for count in inside} == {span["shade"]}


def test_the_key_says_what_the_shades_mean():
    items = [whole_words(item) for item in parsed(country_map()).iter("li")]
    assert items == ["none yet", "1–41", "46–52", "97"]
    dotted = parsed(country_map(points={"gomel-region": [(30, 53)]}))
    items = [whole_words(item) for item in dotted.iter("li")]
    assert items[-1] == "places"


def test_a_record_is_shown_where_it_is():
    picture = parsed(record_map(REGION, CITY, TOWN, UNPLACED, ABROAD)).find(".//svg")
    assert picture.get("aria-label") == "Map: Mogilev Region, Minsk, Mstsislaw"
    assert [path.get("class") for path in picture.iter("path")].count("shade-3") == 2
    (dot,) = picture.iter("circle")
    x, y = drawing.whole_country()[0].place(TOWN["point"])
    assert (float(dot.get("cx")), float(dot.get("cy"))) == pytest.approx((x, y), abs=0.5)


def test_a_country_wide_record_fills_the_country():
    paths = list(parsed(record_map(COUNTRY)).iter("path"))
    assert {path.get("class") for path in paths} == {"shade-3"}
    assert len(paths) == len(drawing.REGIONS)


@pytest.mark.parametrize("locations", [[], [ABROAD], [ABROAD_CITY], [UNPLACED]])
def test_no_map_is_drawn_of_nothing(locations):
    assert record_map(*locations).strip() == ""


def test_one_place_may_be_given_as_it_is():
    assert render("small_map place", place=TOWN) == record_map(TOWN)


@pytest.mark.parametrize(
    ("html", "most"),
    [
        (lambda: country_map("be"), 5_100),
        *((lambda code=code: region_map(code, "be"), 12_000) for code in ZOOMED),
        (lambda: record_map(COUNTRY), 3_600),
    ],
)
def test_maps_are_small(html, most):
    # Lines and indents weigh next to nothing once they are compressed.
    assert len(laid_out(html()).encode()) < most


def sides(polygons):
    return Counter(
        frozenset(side)
        for polygon in polygons
        for side in zip(polygon, [*polygon[1:], polygon[0]], strict=True)
    )


def outlines_at(detail):
    if detail is None:  # as drawn: rounded
        paths = parsed(country_map()).iter("path")
        return [points_of(path.get("d")) for path in paths if "a" not in path.get("d")]
    return list(drawing.polygons(detail).values())


@pytest.mark.parametrize("detail", [None, drawing.COUNTRY_DETAIL, drawing.ZOOM_DETAIL])
def test_neighbours_share_their_border_without_a_gap(detail):
    """What is drawn once is one closed line around the country; all else is drawn twice."""
    drawn = sides(outlines_at(detail))
    assert set(drawn.values()) == {1, 2}
    edge = [side for side, times in drawn.items() if times == 1]
    ends = Counter(point for side in edge for point in side)
    assert set(ends.values()) == {2}
    around = {point: [] for point in ends}
    for a, b in edge:
        around[a].append(b)
        around[b].append(a)
    seen, waiting = set(), [next(iter(ends))]
    while waiting:
        point = waiting.pop()
        if point not in seen:
            seen.add(point)
            waiting += around[point]
    assert seen == set(ends)


@pytest.mark.parametrize("detail", [drawing.COUNTRY_DETAIL, drawing.ZOOM_DETAIL])
def test_no_two_borders_cross(detail):
    def turn(a, b, c):
        return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])

    for (a, b), (c, d) in combinations(map(tuple, sides(outlines_at(detail))), 2):
        if max(a[0], b[0]) < min(c[0], d[0]) or max(c[0], d[0]) < min(a[0], b[0]):
            continue
        if not {a, b} & {c, d}:
            assert turn(a, b, c) * turn(a, b, d) > 0 or turn(c, d, a) * turn(c, d, b) > 0


def test_every_district_lies_in_the_outline_of_its_region():
    """The projection of places and of outlines is the same, and no border is far off."""
    for code, polygon in drawing.polygons(drawing.ZOOM_DETAIL).items():
        for row in district_rows(code, "en"):
            x, y = drawing.project(*row["point"])
            crossed = [
                (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax
                for (ax, ay), (bx, by) in zip(polygon, [*polygon[1:], polygon[0]], strict=True)
            ]
            assert sum(crossed) % 2 == 1, row["name"]


def test_distances_are_true():
    """Minsk to Mogilev: 182 km on the sphere."""
    (ax, ay), (bx, by) = drawing.project(*drawing.MINSK_POINT), drawing.project(30.34044, 53.90876)
    assert ((ax - bx) ** 2 + (ay - by) ** 2) ** 0.5 == pytest.approx(181.7, rel=0.005)


def test_the_outlines_are_rebuilt_byte_by_byte():
    assert build.OUTLINES.read_text(encoding="utf-8") == build.text()
