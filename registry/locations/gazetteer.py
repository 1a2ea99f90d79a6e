"""Builds the gazetteer's fixtures from the raw material in `fixtures/gazetteer/`.

It needs no database and gives the same bytes each time. docs/gazetteer.md tells what it decides
and why; what it decides by hand stands in `fixtures/gazetteer/editorial.json`.
"""

import json
import re
import uuid
from collections import Counter
from pathlib import Path

import pycountry
from babel import Locale

from registry.values.texts import LANGUAGES

from .gazetteer_rows import NAMESPACE, Rows, as_fixture
from .spellings import (
    alike,
    distinct,
    fold,
    in_english,
    in_russian,
    is_cyrillic,
    is_spelling,
    mended,
    names_by_language,
    romanised,
    slugify,
    without_apostrophes,
    without_prefix,
)

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
# What GeoNames calls the regions, and what ISO 3166-2 does.
ADMIN1 = {
    "01": "BY-BR",
    "02": "BY-HO",
    "03": "BY-HR",
    "04": "BY-HM",
    "05": "BY-MI",
    "06": "BY-MA",
    "07": "BY-VI",
}
# Places that the three source texts name without their district.
WITHOUT_DISTRICT = {
    "Mstsislaw",
    "Turaw",
    "Chavusy",
    "Shchuchyn",
    "Lepel",
    "Kamyanyets",
    "Hlybokaye",
    "Pastavy",
    "Alshany",
    "Khodasy",
}


class Gazetteer(Rows):
    """The places, in an order in which each stands after the one it lies in."""

    def __init__(self, folder=FIXTURES / "gazetteer"):
        def raw(name):
            return json.loads((folder / name).read_text(encoding="utf-8"))

        self.editorial = raw("editorial.json")
        self.belarus = raw("belarus_places.json")
        self.geonames = raw("belarus_settlements_geonames.json")
        self.postal = raw("belarus_postal_districts.json")["rows"]
        self.addresses = raw("former_addresses.json")["places"]
        self.places = {}  # slug: fields
        self.names = {}  # slug: {spelling: (language, kind)}
        self.cited = {}  # slug: slugs of sources

    def build(self):
        self.countries()
        self.regions()
        self.subdivisions("AM")
        self.subdivisions("MD")
        self.districts()
        self.settlements()
        return self

    def add(self, identity, slug, kind, parent, names, alternatives=(), cited=(), **more):
        if slug in self.places:
            raise ValueError(f"Two places would have the address {slug}.")
        fields = {
            "public_id": str(uuid.uuid5(NAMESPACE, identity)),
            "slug": slug,
            "state": "public",
            "kind": kind,
            "parent": [parent] if parent else None,
        }
        fields |= {f"name_{code}": names.get(code, "") for code in LANGUAGES}
        notes = [self.editorial["notes"][note] for note in more.pop("notes", [])]
        more |= {f"note_{code}": " ".join(note[code] for note in notes) for code in LANGUAGES}
        fields |= {name: value for name, value in more.items() if value not in (None, "")}
        self.places[slug] = fields
        self.cited[slug] = list(dict.fromkeys(cited))
        self.names[slug] = {}
        for spelling, language, *kind_of_name in alternatives:
            if spelling not in (fields["name_en"], fields["name_be"], fields["name_ru"]):
                self.names[slug].setdefault(spelling, (language, (*kind_of_name, "alternative")[0]))

    def countries(self):
        codes = {*self.editorial["eastern_partnership"], *self.editorial["osce"]}
        translated = {code: Locale(code).territories for code in ("be", "ru")}
        for code in sorted(codes):
            iso = pycountry.countries.get(alpha_2=code)
            chosen = self.editorial["countries"].get(code, {})
            # Moldova rather than “Moldova, Republic of”.
            names = {"en": getattr(iso, "common_name", iso.name)}
            names |= {language: words[code] for language, words in translated.items()}
            for language in LANGUAGES:
                names[language] = chosen.get(f"name_{language}", names[language])
            official = getattr(iso, "official_name", None)
            self.add(
                f"country:{code}",
                slugify(names["en"]),
                "country",
                None,
                names,
                [*([(official, "en")] if official else []), *chosen.get("alternatives", [])],
                ["iso-codes", "cldr"],
                iso_3166_1=code,
            )

    def regions(self):
        """The six regions; Minsk is a city, and one place with the settlement of that name."""
        self.region_slugs = {"BY-HM": "minsk"}
        minsk = next(place for place in self.belarus["places"] if place["name_en"] == "Minsk")
        for region in self.belarus["regions"]:
            code, own = region["iso"], region
            if code == "BY-HM":
                own = {**minsk, "centroid": minsk}
                more = {"geonames": minsk["geonameid"], "population": minsk["population"]}
                cited = ["iso-codes", "geonames", "cldr"]
            else:
                more, cited = {}, ["iso-codes", "cldr", "natural-earth"]
            names = {language: own[f"name_{language}"] for language in LANGUAGES}
            names["en"] = self.english(names["en"])
            spellings = [
                (own["name_en"], ""),
                *((region[f"name_{language}"], language) for language in ("be", "ru")),
                (region["name_be_latn"], "be-Latn"),
                *self.editorial["regions"].get(code, []),
                *((name, "") for name in [*region["alternates"], *own["alternates"]]),
            ]
            self.region_slugs[code] = slugify(names["en"])
            self.add(
                f"region:{code}",
                self.region_slugs[code],
                "city" if code == "BY-HM" else "region",
                "belarus",
                names,
                [each for each in spellings if is_spelling(each[0])],
                cited,
                iso_3166_2=code,
                lat=own["centroid"]["lat"],
                lon=own["centroid"]["lon"],
                **more,
            )

    def subdivisions(self, country):
        """First-level regions; a city among them is a city, as Minsk is."""
        parent = slugify(pycountry.countries.get(alpha_2=country).name.split(",")[0])
        for iso in sorted(
            pycountry.subdivisions.get(country_code=country), key=lambda each: each.code
        ):
            chosen = self.editorial["subdivisions"].get(iso.code, {})
            suffix = " District" if iso.type == "District" else ""
            names = {"en": chosen.get("name_en", iso.name + suffix)}
            zone = chosen.get("time_zone")
            # Of these places CLDR names only the cities after which time zones are called.
            if zone:
                names |= {code: Locale(code).time_zones[zone]["city"] for code in ("be", "ru")}
            self.add(
                f"region:{iso.code}",
                slugify(names["en"]),
                "city" if iso.type == "City" else "region",
                parent,
                names,
                [
                    # “Bender [Tighina]” is a name and its translation, and no name.
                    *([] if re.search(r"[\[,]", iso.name) else [(iso.name, "")]),
                    *chosen.get("alternatives", []),
                ],
                ["iso-codes", *(["cldr"] if zone else [])],
                iso_3166_2=iso.code,
            )

    def districts(self):
        """A district's point is its seat's: no open outlines were found."""
        self.district_slugs = {}
        for district in self.belarus["districts"]:
            name, seat = district["name_en"], district["seat"]
            chosen = self.editorial["names_of_districts"].get(name, {})
            names = {language: district[f"name_{language}"] for language in LANGUAGES}
            names |= {"en": self.english(name), **chosen.get("names", {})}
            self.district_slugs[name] = slugify(names["en"])
            self.add(
                f"district:{district['region']}:{name}",
                slugify(names["en"]),
                "district",
                self.region_slugs[district["region"]],
                names,
                [
                    (name, ""),
                    (district["name_be"], "be"),
                    (district["name_be_latn"], "be-Latn"),
                    *self.editorial["districts"].get(name, []),
                    *((f"{spelling} District", "") for spelling in self.seat_spelling(district)),
                ],
                ["belarus-districts-be", "belarus-districts-ru", "geonames"],
                lat=seat["lat"],
                lon=seat["lon"],
                notes=[name] if name in self.editorial["notes"] else [],
            )

    def english(self, name):
        """The name of a region or district by its seat as it is romanised from Belarusian."""
        seat, space, kind = name.partition(" ")
        return self.editorial["romanised"]["seats"].get(seat, seat) + space + kind

    @staticmethod
    def seat_spelling(district):
        """The seat as GeoNames spells it, where the district is named after it."""
        seat = without_apostrophes(district["seat"]["name"])
        if alike(district["name_be"].split()[0].lower(), fold(seat)):
            yield seat

    def settlements(self):
        """Those that the source texts name and those of GeoNames, by region and name."""
        self.seats = {
            district["seat"]["geonameid"]: district["name_en"]
            for district in self.belarus["districts"]
            if district["seat"]["name"] != "Minsk"  # a region of its own, in no district
        }
        named = [
            self.named(place) for place in self.belarus["places"] if place["name_en"] != "Minsk"
        ]
        known = {place["geonames"] for place in named} | {self.places["minsk"]["geonames"]}
        same = {int(one): other for one, other in self.editorial["same"]["geonameids"].items()}
        found = [row for row in self.geonames if row["geonameid"] not in known]
        # What GeoNames has twice is one place, with the spellings of both.
        also = {}
        for row in found:
            if row["geonameid"] in same:
                also.setdefault(same[row["geonameid"]], []).extend(row["alternatenames"])
        found = [
            self.from_geonames(row, also.get(row["geonameid"], []))
            for row in found
            if row["geonameid"] not in same
        ]
        places = [*named, *found]
        doubles = Counter(slugify(place["slug"]) for place in places)
        # The number last: of two with one name the order must not depend on the raw material.
        places.sort(key=lambda place: (place["parent"], place["slug"], place["geonames"] or 0))
        for place in places:
            if doubles[place["slug"]] > 1 or place["slug"] in self.places:
                place["slug"] += f"-{place['parent']}"
            self.add(**place)

    def named(self, place):
        """A place that the source texts name; the raw material has its district and its kind."""
        name, geonames = place["name_en"], place["geonameid"]
        # “village/agrotown”: where the raw material is in doubt, its first word is taken.
        kind = place["kind"].split("/")[0].replace(" ", "-")
        chosen = self.editorial["settlements"].get(str(geonames), {})
        spellings = [
            (name, ""),
            (place["name_be_latn"], "be-Latn"),
            *chosen.get("alternatives", []),
            *((spelling, *self.former(place, spelling)) for spelling in place["alternates"]),
        ]
        return {
            # Not every place of the source texts is in GeoNames.
            "identity": f"geonames:{geonames}" if geonames else f"place:{place['district']}:{name}",
            "slug": slugify(romanised(place["name_be"])),
            "kind": kind,
            "parent": self.district_slugs[place["district"]],
            "names": {
                "en": romanised(place["name_be"]),
                **{language: place[f"name_{language}"] for language in ("be", "ru")},
            },
            "alternatives": [each for each in spellings if is_spelling(each[0])],
            "cited": self.cited_for(name, geonames),
            "geonames": geonames,
            "soato": place.get("soato"),
            "lat": place["lat"],
            "lon": place["lon"],
            "population": place["population"],
            "population_year": place.get("population_year"),
            "notes": [
                *(["district"] if name in WITHOUT_DISTRICT else []),
                *([name] if name in self.editorial["notes"] else []),
            ],
        }

    def cited_for(self, name, geonames):
        """The sources of a place that the source texts name."""
        cited = ["geonames"] if geonames else []
        if name == "Alshany":
            cited = ["wikipedia-ru-olshany"]
        if any(
            row["geonameid"] == geonames and (geonames or row["place"] == name)
            for row in self.postal
        ):
            cited.append("geonames-postal-codes")
        return cited

    @staticmethod
    def former(place, spelling):
        """Language and kind of a spelling: the raw material calls one name of Khodasy former."""
        is_former = "former name" in place.get("warning", "") and fold(spelling)[:2] in ("ze", "зе")
        return "ru" if is_former and is_cyrillic(spelling) else "", (
            "historical" if is_former else "alternative"
        )

    def from_geonames(self, row, also):
        geonames = row["geonameid"]
        chosen = self.editorial["settlements"].get(str(geonames), {})
        district = self.seats.get(geonames)
        postal = next((each for each in self.postal if each["geonameid"] == geonames), None)
        stem = [district.removesuffix(" District")] if district else []
        originals = [mended(name) for name in [row["name"], *row["alternatenames"], *also]]
        stripped = [without_prefix(name) for name in originals]
        stated = next((kind for _, kind in stripped if kind), None)
        fit = (name for name, _ in stripped if is_spelling(name))
        spellings = [name for name in dict.fromkeys(fit) if name not in chosen.get("drop", [])]
        main = without_prefix(row["name"])[0]
        # As most maps have it.
        usual = [] if is_cyrillic(main) else [in_english(main, stem, "", spellings)]
        names = self.names_of(main, stem, spellings, postal, chosen)

        kind, by_rule = self.kind(geonames, district, stated)
        cited = ["geonames", *(["belarus-districts-ru"] if district else [])]
        cited += ["geonames-postal-codes"] if postal else []
        district = postal["district"] if postal else district
        region = self.region_slugs[ADMIN1[row["admin1code"]]]
        return {
            "identity": f"geonames:{geonames}",
            "slug": chosen.get("slug") or slugify(names["en"]),
            "kind": kind,
            "parent": self.district_slugs[district] if district else region,
            "names": names,
            "alternatives": [
                *chosen.get("alternatives", []),
                *((name, "") for name in usual),
                *((name, "") for name in distinct(names, spellings)),
                *((name, "") for name in originals[:1] if is_spelling(name)),
            ],
            "cited": cited,
            "geonames": geonames,
            "lat": row["latitude"],
            "lon": row["longitude"],
            "population": row["population"] or None,
            "notes": ["kind"] if by_rule else [],
        }

    @staticmethod
    def names_of(main, stem, spellings, postal, chosen):
        """{language: name} of a settlement: as chosen by hand, else as its sources agree."""
        printed = postal["name"].replace(" - ", "-") if postal else ""
        names = {"be": "", "ru": ""}
        if not is_cyrillic(main):
            names = names_by_language([main, *stem], spellings, printed)
        # Two sources: the postal codes, and GeoNames' point or its romanisation of the same name.
        agrees = in_russian(printed) in {fold(name) for name in spellings if not is_cyrillic(name)}
        if not names["ru"] and postal and (postal["match"] == "point" or agrees):
            names["ru"] = printed
        names |= {code: chosen[f"name_{code}"] for code in names if f"name_{code}" in chosen}
        names["en"] = chosen.get("name_en")
        if names["en"] is None and names["be"]:
            names["en"] = romanised(names["be"])
        elif names["en"] is None:
            names["en"] = in_english(main, stem, names["be"], spellings)
        return names

    def kind(self, geonames, district, stated):
        """The kind of a settlement, and whether a rule chose it because no source states it."""
        for kind in ("cities", "towns", "urban_settlements"):
            if geonames in self.editorial[kind]["geonameids"]:
                chosen = {"cities": "city", "towns": "town"}.get(kind, "urban-settlement")
                return chosen, stated != chosen
        if stated:
            return stated, False
        return ("town" if district else "village"), True


def fixtures(folder=FIXTURES / "gazetteer"):
    """{file name: text} of everything that the gazetteer brings."""
    gazetteer = Gazetteer(folder).build()
    return {
        "location_sources.json": as_fixture(gazetteer.source_rows()),
        "locations.json": as_fixture(gazetteer.location_rows()),
        "former_addresses.json": as_fixture(gazetteer.redirects()),
    }
