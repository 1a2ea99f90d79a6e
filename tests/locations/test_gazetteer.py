"""The gazetteer: what its fixtures hold, that they are rebuilt byte by byte, and the command."""

import io
import json
import re
import uuid
from collections import Counter

import pycountry
import pytest
from django.core.management import call_command

from registry.cards.changeset import writing
from registry.cards.proof import differences
from registry.locations.gazetteer import FIXTURES, Gazetteer, fixtures
from registry.locations.models import Location, LocationName
from registry.locations.spellings import is_spelling, names_by_language, romanised, slugify
from registry.records.models import Source

# What the three source texts write: (spelling, slug of the place, slug of the place above it).
IN_THE_TEXTS = [
    ("Minsk", "minsk", "belarus"),
    ("Belarus", "belarus", None),
    ("Armenia", "armenia", None),
    ("Moldova", "moldova", None),
    ("Mstislavl", "mstsislaw", "mstsislaw-district"),
    ("Turov", "turaw", "zhytkavichy-district"),
    ("Chavusy", "chavusy", "chavusy-district"),
    ("Shchuchin", "shchuchyn", "shchuchyn-district"),
    ("Lepel", "lyepyel", "lyepyel-district"),
    ("Kamjanets", "kamyanyets", "kamyanyets-district"),
    ("Glubokoe", "hlybokaye", "hlybokaye-district"),
    ("Postavy", "pastavy", "pastavy-district"),
    ("Olshany", "alshany", "stolin-district"),
    ("Hodosy", "khodasy", "mstsislaw-district"),
    ("Bashni", "bashni", "shumilina-district"),
    ("Shumilinskij district", "shumilina-district", "vitsyebsk-region"),
    ("Vitsebsk region", "vitsyebsk-region", "belarus"),
    ("Mstislavl region", "mstsislaw-district", "mahilyow-region"),
    ("Mogilev area", "mahilyow-region", "belarus"),
]
REGIONS = {
    "brest-region": "BY-BR",
    "homyel-region": "BY-HO",
    "hrodna-region": "BY-HR",
    "minsk": "BY-HM",
    "minsk-region": "BY-MI",
    "mahilyow-region": "BY-MA",
    "vitsyebsk-region": "BY-VI",
}


@pytest.fixture(scope="module")
def gazetteer():
    rows = json.loads((FIXTURES / "locations.json").read_text(encoding="utf-8"))
    places = {
        row["fields"]["slug"]: row["fields"] | {"names": set(), "sources": set()}
        for row in rows
        if row["model"] == "locations.location"
    }
    for row in rows:
        fields = row["fields"]
        if row["model"] == "locations.locationname":
            places[fields["record"][0]]["names"].add(fields["name"])
        elif row["model"] == "locations.locationcitation":
            places[fields["record"][0]]["sources"].add(fields["source"][0])
    return places


def above(gazetteer, place):
    """The slugs of the places in which it lies, nearest first."""
    found = []
    while place["parent"]:
        found.append(place["parent"][0])
        place = gazetteer[found[-1]]
    return found


def inside(gazetteer, slug):
    return {each: place for each, place in gazetteer.items() if slug in above(gazetteer, place)}


def spellings(place):
    return place["names"] | {place["name_en"], place["name_be"], place["name_ru"]}


def test_rebuilding_gives_the_fixtures_that_are_checked_in():
    first, second = fixtures(), fixtures()
    assert first == second
    for name, text in first.items():
        assert (FIXTURES / name).read_bytes() == text.encode(), f"rebuild {name}"


def test_belarus_has_seven_first_level_regions_and_minsk_is_one_of_them(gazetteer):
    first_level = {slug: p for slug, p in gazetteer.items() if p["parent"] == ["belarus"]}
    assert {slug: place["iso_3166_2"] for slug, place in first_level.items()} == REGIONS
    called_minsk = [slug for slug, place in gazetteer.items() if place["name_en"] == "Minsk"]
    assert called_minsk == ["minsk"]
    minsk = gazetteer["minsk"]
    assert (minsk["kind"], minsk["geonames"]) == ("city", 625144)
    assert minsk["population"] > 1_000_000


def test_there_are_118_districts_each_with_three_names_and_the_point_of_its_seat(gazetteer):
    districts = {s: p for s, p in gazetteer.items() if p["kind"] == "district"}
    assert Counter(place["parent"][0] for place in districts.values()) == {
        "brest-region": 16,
        "vitsyebsk-region": 21,
        "homyel-region": 21,
        "hrodna-region": 17,
        "minsk-region": 22,
        "mahilyow-region": 21,
    }
    for place in districts.values():
        assert place["name_en"].endswith(" District")
        assert place["name_be"].endswith(" раён")
        assert place["name_ru"].endswith(" район")
        assert {"lat", "lon"} <= place.keys()
    minsk = gazetteer["minsk"]
    assert (districts["minsk-district"]["lat"], districts["minsk-district"]["lon"]) == (
        minsk["lat"],
        minsk["lon"],
    )
    assert "minsk" not in inside(gazetteer, "minsk-district")


def test_every_settlement_of_belarus_lies_in_a_region(gazetteer):
    regions = {slug for slug in REGIONS if slug != "minsk"}
    settlements = {
        slug: place
        for slug, place in inside(gazetteer, "belarus").items()
        if slug not in REGIONS and place["kind"] != "district"
    }
    # 314 of GeoNames, without Minsk and the second Krychaw, with Alshany and Bashni.
    assert len(settlements) == 314
    assert all(regions & set(above(gazetteer, place)) for place in settlements.values())
    in_district = [p for p in settlements.values() if p["parent"][0].endswith("-district")]
    assert len(in_district) == 285


def test_a_place_stands_after_the_one_it_lies_in(gazetteer):
    seen = set()
    for slug, place in gazetteer.items():
        assert not place["parent"] or place["parent"][0] in seen
        seen.add(slug)


def test_every_place_of_the_source_texts_is_found_under_the_spelling_of_the_text(gazetteer):
    for spelling, slug, parent in IN_THE_TEXTS:
        assert spelling in spellings(gazetteer[slug])
        assert gazetteer[slug]["parent"] == ([parent] if parent else None)


def test_a_district_that_the_text_does_not_name_is_said_to_come_from_the_gazetteer(gazetteer):
    noted = {
        slug
        for slug, place in gazetteer.items()
        if "the district is from the gazetteer" in place.get("note_en", "")
    }
    in_texts = {slug for _, slug, parent in IN_THE_TEXTS if (parent or "").endswith("-district")}
    assert noted == in_texts - {"bashni"}  # the text names its district
    for slug in noted:
        assert "раён узяты з даведніка" in gazetteer[slug]["note_be"]
        assert "район взят из справочника" in gazetteer[slug]["note_ru"]


def test_what_is_not_known_of_bashni_stays_empty(gazetteer):
    bashni = gazetteer["bashni"]
    assert bashni["kind"] == "village"
    assert not {"lat", "lon", "population", "geonames"} & bashni.keys()
    assert "coordinates are not known" in bashni["note_en"]
    without_point = [
        slug for slug, place in inside(gazetteer, "belarus").items() if "lat" not in place
    ]
    assert without_point == ["bashni"]


def test_alshany_is_the_one_in_stolin_district(gazetteer):
    assert (gazetteer["alshany"]["kind"], gazetteer["alshany"]["population_year"]) == (
        "agrotown",
        2019,
    )
    assert gazetteer["halshany"]["parent"] == ["ashmyany-district"]


def test_places_of_one_name_have_their_district_in_the_address(gazetteer):
    doubles = {
        slug
        for slug in gazetteer
        if re.match("(svislach|rechytsa|narach|gorodishche|haradzishcha)-", slug)
        and gazetteer[slug]["kind"] != "district"
    }
    assert doubles == {
        "haradzishcha-baranavichy-district",
        "gorodishche-minsk-region",  # its district is not known
        "haradzishcha-shklow-district",
        "narach-myadzyel-district",
        "narach-vilyeyka-district",
        "rechytsa-rechytsa-district",
        "rechytsa-stolin-district",
        "svislach-pukhavichy-district",
        "svislach-svislach-district",
    }


def test_addresses_are_unique_and_mean_nothing_else(gazetteer):
    rows = json.loads((FIXTURES / "locations.json").read_text(encoding="utf-8"))
    places = [row["fields"] for row in rows if row["model"] == "locations.location"]
    assert len({place["slug"] for place in places}) == len(places)
    codes = {country.alpha_2.lower() for country in pycountry.countries}
    codes |= {country.alpha_3.lower() for country in pycountry.countries}
    codes |= {each.code.lower() for each in pycountry.subdivisions}
    for place in places:
        assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", place["slug"])
        assert place["slug"] not in codes | {"facets", "none", "codes"}
        with pytest.raises(ValueError):
            uuid.UUID(place["slug"])


def test_ids_are_unique_and_codes_are_given_once(gazetteer):
    rows = json.loads((FIXTURES / "locations.json").read_text(encoding="utf-8"))
    ids = [row["fields"]["public_id"] for row in rows]
    assert len(set(ids)) == len(ids)
    for code in ("iso_3166_1", "iso_3166_2", "geonames"):
        given = [place[code] for place in gazetteer.values() if code in place]
        assert len(set(given)) == len(given)


def test_the_countries_are_the_osce_states_with_three_names(gazetteer):
    countries = [place for place in gazetteer.values() if place["kind"] == "country"]
    assert len(countries) == 57
    eastern_partnership = {"AM", "AZ", "BY", "GE", "MD", "UA"}
    assert eastern_partnership <= {place["iso_3166_1"] for place in countries}
    for place in countries:
        assert all((place["name_en"], place["name_be"], place["name_ru"]))
        assert "," not in place["name_en"]
    assert {"Белоруссия", "Byelorussia"} <= gazetteer["belarus"]["names"]


def test_armenia_and_moldova_have_their_first_level_regions(gazetteer):
    for country, code in (("armenia", "AM"), ("moldova", "MD")):
        given = {p["iso_3166_2"] for p in gazetteer.values() if p["parent"] == [country]}
        assert given == {each.code for each in pycountry.subdivisions.get(country_code=code)}


@pytest.mark.parametrize(
    ("slug", "expected"),
    [
        ("mahilyow-region", "Mogilev Region/Mahilyow Region/Mogilyov Region/Mahilioŭ Region"),
        ("mahilyow", "Mahilyow/Mahilioŭ/Mogilev/Mogilyov/Магілёў/Могилёв/Могилев"),
        ("hrodna-region", "Grodno Region/Hrodna Region/Гродзенская вобласць"),
        ("hrodna", "Hrodna/Grodno/Гродна/Гродно"),
        ("homyel", "Homyel/Gomel/Homel/Гомель"),
        ("mstsislaw", "Mstsislaw/Mstislavl/Mscislau/Mścisłaŭ/Мсціслаў/Мстиславль"),
    ],
)
def test_belarusian_and_russian_spellings_stand_side_by_side(gazetteer, slug, expected):
    assert set(expected.split("/")) <= spellings(gazetteer[slug])


def test_romanised_chinese_codes_and_other_scripts_are_no_names(gazetteer):
    assert not is_spelling("mu si qi si la fu")
    assert not is_spelling("MSQ")
    assert not is_spelling("მინსკი")
    assert is_spelling("Mścisłaŭ")
    for slug, place in inside(gazetteer, "belarus").items():
        assert all(is_spelling(name) for name in place["names"]), slug


def test_a_name_has_a_language_only_where_that_is_certain():
    both = names_by_language(["Hrodna"], ["Grodno", "Гродна", "Гродно"])
    assert both == {"be": "Гродна", "ru": "Гродно"}
    # Belarusian and Russian spell it alike, and nothing says which of them this is.
    assert names_by_language(["Surazh"], ["Сураж"]) == {"be": "", "ru": ""}
    # Two Belarusian spellings that fit equally well.
    zhirovichi = ["Zhyrovichy", "Zhyrovitsy", "Жыровічы", "Жыровіцы"]
    assert names_by_language(["Zhirovichi"], zhirovichi)["be"] == ""
    # Ukrainian has an і too.
    assert names_by_language(["Stowbtsy"], ["Столбці", "Стоўбцы"])["be"] == "Стоўбцы"


def test_names_in_the_two_languages_are_spelt_with_their_own_letters(gazetteer):
    for slug, place in inside(gazetteer, "belarus").items():
        assert not re.search("[ищъ]", place["name_be"].lower()), slug
        assert not re.search("[іў]", place["name_ru"].lower()), slug


def test_undated_populations_have_no_year(gazetteer):
    dated = {slug for slug, place in gazetteer.items() if "population_year" in place}
    assert dated == {"alshany"}
    assert all(place["population"] for place in gazetteer.values() if "population" in place)


def test_a_former_name_is_historical_only_where_the_source_says_so():
    historical = {
        (slug, name)
        for slug, names in Gazetteer().build().names.items()
        for name, (_, kind) in names.items()
        if kind != "alternative"
    }
    assert historical == {
        ("khodasy", "Зелёная Дубрава"),
        ("khodasy", "Zelenaya Dubrava"),
        ("khodasy", "Zeljonaja Dubrava"),
        ("khodasy", "Zelënaya Dubrava"),
    }


def test_a_kind_that_a_rule_chose_is_marked_and_a_stated_one_is_not(gazetteer):
    marked = {s for s, p in gazetteer.items() if "chosen by a general rule" in p.get("note_en", "")}
    assert {"homyel", "mahilyow", "kalodzishchy"} <= marked
    # GeoNames calls the first "Horad" and the second "Agragaradok"; of the rest it is known.
    assert not marked & {"krychaw", "kreva", "mstsislaw", "khodasy", "minsk", "brest-region"}
    assert gazetteer["kreva"]["kind"] == "agrotown"


def test_every_place_names_its_sources(gazetteer):
    sources = json.loads((FIXTURES / "location_sources.json").read_text(encoding="utf-8"))
    slugs = {row["fields"]["slug"] for row in sources}
    assert set().union(*(place["sources"] for place in gazetteer.values())) == slugs
    assert all(place["sources"] for place in gazetteer.values())


@pytest.fixture
def bring(db):
    def bring(**options):
        said = io.StringIO()
        call_command("gazetteer", stdout=said, **options)
        return said.getvalue().strip()

    return bring


@pytest.fixture
def small(tmp_path):
    """The gazetteer's fixtures, cut down to Belarus, Mstsislaw and what lies between."""
    kept = {"belarus", "mahilyow-region", "mstsislaw-district", "mstsislaw"}
    rows = json.loads((FIXTURES / "locations.json").read_text(encoding="utf-8"))
    rows = [r for r in rows if {r["fields"].get("slug"), *r["fields"].get("record", [])} & kept]
    (tmp_path / "locations.json").write_text(json.dumps(rows), encoding="utf-8")
    sources = (FIXTURES / "location_sources.json").read_text(encoding="utf-8")
    (tmp_path / "location_sources.json").write_text(sources, encoding="utf-8")
    return tmp_path


def test_the_command_brings_places_once(bring, small):
    assert "4 places added" in bring(folder=small)
    assert Location.objects.get(slug="mstsislaw").parent.slug == "mstsislaw-district"
    assert LocationName.objects.filter(record__slug="mstsislaw", name="Mstislavl").exists()
    assert bring(folder=small) == "Nothing new."


def test_the_command_fills_what_is_empty_and_overwrites_nothing(bring, small):
    bring(folder=small)
    place = Location.objects.get(slug="mstsislaw")
    with writing():
        place.name_en, place.name_ru, place.population = "Our spelling", "", None
        place.note_en = ""
        place.save()
    place.other_names.get(name="Mszislau").delete()
    assert bring(folder=small) == "1 places filled."
    place.refresh_from_db()
    assert (place.name_en, place.name_ru, place.population) == ("Our spelling", "Мстиславль", 9959)
    assert place.note_en == ""  # staff found the note no longer true
    assert not place.other_names.filter(name="Mszislau").exists()


def test_the_command_knows_a_place_that_staff_entered_before(bring, small):
    with writing():
        country = Location.objects.create(
            slug="our-belarus", kind="country", name_en="Belarus", iso_3166_1="BY"
        )
    said = bring(folder=small)
    assert "3 places added" in said
    assert Location.objects.get(iso_3166_1="BY") == country
    assert Location.objects.get(slug="mahilyow-region").parent == country
    country.refresh_from_db()
    assert (country.slug, country.state, country.name_be) == ("our-belarus", "draft", "Беларусь")


def test_the_command_wakes_no_withdrawn_place(bring, small):
    bring(folder=small)
    with writing():
        Location.objects.filter(slug="mstsislaw").update(state="withdrawn")
        Source.objects.filter(slug="cldr").update(state="withdrawn")
    bring(folder=small)
    assert Location.objects.get(slug="mstsislaw").state == "withdrawn"
    assert Source.objects.get(slug="cldr").state == "withdrawn"


def test_the_build_writes_the_same_files(bring, tmp_path):
    raw = tmp_path / "gazetteer"
    raw.mkdir()
    for file in (FIXTURES / "gazetteer").iterdir():
        (raw / file.name).write_bytes(file.read_bytes())
    bring(build=True, folder=tmp_path)
    for name in ("locations.json", "location_sources.json", "former_addresses.json"):
        assert (tmp_path / name).read_bytes() == (FIXTURES / name).read_bytes()


def of_belarus(gazetteer):
    return {slug: each for slug, each in gazetteer.items() if "belarus" in above(gazetteer, each)}


def test_english_names_of_belarus_are_one_romanisation_of_the_belarusian_ones(gazetteer):
    settled = {
        slug: place
        for slug, place in of_belarus(gazetteer).items()
        if place["kind"] not in ("region", "district") and place["name_be"]
    }
    assert len(settled) > 280
    names = {
        slug: (place["name_en"], romanised(place["name_be"])) for slug, place in settled.items()
    }
    assert {slug: pair for slug, pair in names.items() if pair[0] != pair[1]} == {}
    assert (
        romanised("Віцебск Міёры Слаўгарад Мар’іна Горка")
        == "Vitsyebsk Miyory Slawharad Marina Horka"
    )


def test_a_region_and_a_district_are_called_as_their_seat_is(gazetteer):
    seats = {place["name_en"] for place in of_belarus(gazetteer).values()}
    # The seat of the one is Vyalikaya Byerastavitsa; the others are called as a settlement is.
    for slug, place in of_belarus(gazetteer).items():
        if place["kind"] in ("region", "district") and slug != "byerastavitsa-district":
            assert place["name_en"].removesuffix(" District").removesuffix(" Region") in seats, slug


@pytest.mark.parametrize(
    ("slug", "names"),
    [
        ("smalyany", ("Смаляны", "Смоляны")),
        ("miyory", ("Міёры", "Миоры")),
        ("nyeharelaye", ("Негарэлае", "Негорелое")),
        ("novaya-huta", ("Новая Гута", "Новая Гута")),
        ("skidzyel", ("Скідзель", "Скидель")),
        ("mikashevichy", ("Мікашэвічы", "Микашевичи")),
        ("shchomyslitsa", ("Шчомысліца", "Щомыслица")),
    ],
)
def test_names_that_two_sources_confirm(gazetteer, slug, names):
    assert (gazetteer[slug]["name_be"], gazetteer[slug]["name_ru"]) == names


def test_what_a_place_was_called_in_english_is_found_as_well(gazetteer):
    rows = json.loads((FIXTURES / "former_addresses.json").read_text(encoding="utf-8"))
    by_id = {place["public_id"]: place for place in gazetteer.values()}
    former = {row["fields"]["slug"]: by_id[row["fields"]["public_id"]] for row in rows}
    assert len(former) > 100
    assert not former.keys() & gazetteer.keys()
    assert former["mogilev-region"]["slug"] == "mahilyow-region"
    lost = {
        slug
        for slug, place in former.items()
        if slug not in {slugify(name) for name in spellings(place)} and "-district" not in slug
    }
    assert lost == set()


@pytest.mark.parametrize("name", ["Гродзеншчына", "Гродненщина", "Палессе", "Гомельщина"])
def test_popular_names_of_regions_are_names_of_theirs(gazetteer, name):
    assert [slug for slug, place in gazetteer.items() if name in spellings(place)]


@pytest.mark.slow
def test_former_addresses_lead_on_and_load_twice(db, client):
    for _ in range(2):
        call_command("loaddata", "location_sources", "locations", "former_addresses", verbosity=0)
    reply = client.get("/en/places/lepel/")
    assert (reply.status_code, reply["Location"]) == (301, "/en/places/lyepyel/")
    assert client.get("/api/v1/locations/mogilev-region/")["Location"].endswith("/mahilyow-region/")
    assert list(differences()) == []


@pytest.mark.once
def test_a_former_address_at_which_another_place_stands_stays_that_place_s(db, client, bring):
    with writing():
        Location.objects.create(slug="lepel", kind="country", name_en="Lepel", state="public")
    call_command("loaddata", "location_sources", "locations", "former_addresses", verbosity=0)
    assert client.get("/en/places/lepel/").status_code == 200
    assert list(differences()) == []
    assert bring() == "Nothing new."
