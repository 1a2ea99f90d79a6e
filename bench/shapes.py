"""What is asked of the registry, with the bar that each is to reach: python -m bench

A shape is a name, what asks for it, and what it is held against. To add one, write it where its
like are; tests/site/test_bench.py says which page, format or collection has none.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from registry.api.formats import formats_of
from registry.cards.declarations import declared

from .door import ask, asking
from .world import API, MONTH, REGION, WORDS

FIRST = "first page"


@dataclass(frozen=True)
class Bar:
    """The most that a shape may take, on SQLite and on PostgreSQL.

    `unit`: "E" (times the empty view of the same minutes), "ms", "s", "first pages" (times the
    first page of the API) or "of the loop" (the least rows a second, as a part of the raw loop's).
    """

    sqlite: float
    postgresql: float | None = None
    unit: str = "E"

    def on(self, engine):
        other = self.sqlite if self.postgresql is None else self.postgresql
        return self.sqlite if engine == "sqlite" else other


@dataclass
class Shape:
    """`growth`: how many times as much it may take with the largest registry as with the least.

    `twins` do the same by {"naive": …, "tuned": …, "loop": …}; `facts` adds {what: a number} to
    what was measured. `cold` asks as after a change of something else; `new` as in a process that
    has drawn nothing yet.
    """

    name: str
    group: str
    call: Callable
    bar: Bar | None = None
    growth: float | None = None
    twins: dict = field(default_factory=dict)
    facts: Callable | None = None
    cold: bool = False
    new: bool = False
    prepare: Callable | None = None  # called before each time, and not counted
    per: float = 1
    address: str = ""
    most: int = 25  # times that it is repeated at the most


def api(name, path, bar=None, growth=None, twin=None, per=1, **options):
    """A shape of the API, with the same of both twins."""
    address = path if path.startswith("/") else f"{API}/{path}"
    twins = {
        each: asking(f"/bench/{each}/{twin}", **options)
        for each in (("naive", "tuned") if twin else ())
    }
    call = asking(address, **options)
    return Shape(name, "API", call, bar, growth, twins, per=per, address=address)


def api_shapes(world):
    yield from pages_of_lists(world)
    yield from filtered(world)
    yield from words(world)
    yield from whole_files(world)
    yield from others(world)


def pages_of_lists(world):
    slug, page = world.record("programme"), Bar(8, 12)
    yield api(FIRST, "programmes/", page, 1.3, "programmes/")
    deep = api("page in the middle, by cursor", world.deep, page, 1.3)
    deep.twins = {each: asking(middle_of(each)) for each in ("naive", "tuned")}
    yield deep
    yield api("first page, fields and lang", "programmes/?fields=name,start,locations&lang=en")
    for kind in declared.values():
        if kind.type != "programme":
            yield api(f"first page of {kind.collection}", f"{kind.collection}/", page, 1.3)
    yield api("one record", f"programmes/{slug}/", Bar(6, 8), 1.1, f"programmes/{slug}/")
    for kind in declared.values():
        if kind.type != "programme":
            address = f"{kind.collection}/{world.record(kind.type)}/"
            yield api(f"one of {kind.collection}", address, Bar(6, 8), 1.1)
    tag = ask(f"{API}/programmes/").headers["ETag"]
    yield Shape(
        "304",
        "API",
        asking(f"{API}/programmes/", 304, if_none_match=tag),
        Bar(2.5),
        1.1,
        address=f"{API}/programmes/",
    )


def middle_of(twin):
    """The page in the middle of a twin's list: by number, or by the key of a row there."""
    from base64 import b64encode

    from programmes.models import Programme

    rows = Programme.objects.filter(state="public").order_by("pk")
    number = rows.count()
    if twin == "naive":
        return f"/bench/naive/programmes/?page={max(1, number // 40)}"
    key = rows.values_list("pk", flat=True)[number // 2]
    return f"/bench/tuned/programmes/?cursor={b64encode(f'p={key}'.encode()).decode()}"


def filtered(world):
    bar = Bar(15, 20)
    query = f"location={REGION}&theme={world.theme}&status=ended"
    twin = f"programmes/?location=mahilyow-region&theme={world.theme}&ended=true"
    yield api("region and kind", f"programmes/?location={REGION}&kind={world.kind}")
    yield api("region, theme and status", f"programmes/?{query}", bar, 1.5, twin)
    _month, first, last = MONTH
    span, twin = f"events/?from={first}&to={last}", f"events/?first={first}&last={last}"
    yield api("events of a month", span, bar, 1.5, twin)
    facets = "programmes/facets/"
    yield api("facets, whole", facets, Bar(6), 1.1, facets)
    regional = f"{facets}?location={REGION}"
    twin = f"{facets}?location=mahilyow-region"
    yield api("facets under a filter", regional, Bar(60), 2, twin)
    for kind in declared.values():
        if kind.type != "programme":
            yield api(f"facets of {kind.collection}", f"{kind.collection}/facets/", Bar(6), 1.1)


def words(world):
    for name, word in WORDS.items():
        bar = Bar(4, unit="first pages")
        asked = f"programmes/?q={word}"
        yield api(f"a word: {name}", asked, bar, 2, asked)
    for name, word in WORDS.items():
        yield api(f"all kinds: {name}", f"search/?q={word}", Bar(60), 2)
    yield api("suggest", f"search/?q={world.name[:4]}&suggest=true", Bar(20), 1.5)
    number, address = world.reconciled
    yield api("reconcile, each query", address, Bar(25), 1.5, per=number)
    entity = f"reconcile/suggest/entity/?prefix={world.name[:4]}"
    yield api("reconcile: suggest an entity", entity)
    yield api("reconcile: types", "reconcile/suggest/type/?prefix=p")
    yield api("reconcile: properties", "reconcile/suggest/property/?prefix=n")
    yield api("reconcile: properties of a type", "reconcile/properties/?type=programme")


def whole_files(world):
    yield api("GeoJSON, whole", "programmes/?format=geojson")
    named = "programmes/?format=geojson&fields=name&lang=en"
    bar = Bar(40, unit="ms")
    yield api("GeoJSON, names in one language", named, bar, twin="programmes/points/")
    # The others are measured as rows a second, by the exports.
    for kind in declared.values():
        for each in formats_of(kind.type):
            if not each.whole and each.format != "json":
                address = f"{kind.collection}/?format={each.format}"
                yield api(f"{each.format} of {kind.collection}", address)


def others(world):
    yield api("changes, newest 100", f"changes/?since={world.since}")
    yield api("changes, first 1,000", "changes/?since=0&limit=1000")
    yield api("root", "")
    yield api("codes", "codes/")
    yield api("data package", "datapackage.json")
    yield api("all tables in one file", "everything.zip")
    yield api("relations", "relations/", Bar(15, 20), 1.5)
    yield api("relations of funders", "relations/?role=funder", Bar(15, 20), 1.5)
    yield api("what can be suggested", "suggestions/")
    yield api("OpenAPI", "openapi.json")
    yield api("reconcile: manifest", "reconcile/")
    yield api("sitemap, index", "/sitemap.xml")
    yield api("sitemap of pages", "/sitemap-pages.xml")
    for kind in declared.values():
        if kind.has_page:
            yield api(f"sitemap of {kind.collection}, a file", world.sitemap(kind.collection))


def page_shapes(world):
    for name, address, bar, status in pages(world):
        call = asking(address, status)
        yield Shape(f"{name}, new", "Page", call, None, 1.5, new=True, address=address)
        yield Shape(f"{name}, cold", "Page", call, bar, 1.5, cold=True, address=address)
        yield Shape(f"{name}, kept", "Page", call, bar, 1.5, address=address)


def pages(world):
    """(name, address, bar, status) of every kind of page."""
    page, (month, *_) = Bar(40), MONTH
    yield "home", "/en/", page, 200
    for kind in declared.values():
        if kind.has_page and kind.type != "location":
            yield f"list of {kind.collection}", f"/en/{kind.collection}/", Bar(30), 200
    yield "list under a filter", f"/en/programmes/?location={REGION}", Bar(30), 200
    yield "list, a word", f"/en/programmes/?q={WORDS['common, Latin']}", Bar(30), 200
    yield "events of a month", f"/en/events/?month={month}", Bar(30), 200
    for kind in declared.values():
        if kind.has_page and kind.type != "location":
            yield kind.type, world.page(kind.type), page, 200
            yield f"picture of one {kind.type}", f"{world.page(kind.type)}share.png", page, 200
    yield "tree of places", "/en/places/", page, 200
    for name, slug in (
        ("country", "belarus"),
        ("region", "mahilyow-region"),
        ("district", world.place("district")),
        ("town", world.place("city")),
    ):
        yield name, f"/en/places/{slug}/", page, 200
    yield "search", f"/en/search/?q={WORDS['common, Latin']}", page, 200
    region = "mahilyow-region"
    yield "picture of a place", f"/en/places/{region}/share.png", page, 200
    yield "a place as one file", f"/en/places/{region}/offline/", page, 200
    yield "a box of a place", f"/embed/en/places/{region}/", page, 200
    club = world.record("organisation")
    yield "a box of an organisation", f"/embed/en/organisations/{club}/", page, 200
    yield "relations", "/en/relations/", Bar(30), 200
    measured = "/en/figures/side-by-side/?measure=participants"
    yield "figures side by side", measured, page, 200
    told = ("data", "data/columns", "data/developers", "about", "report", "report/suggest")
    for name in ("glossary", "figures", *told):
        yield name.rpartition("/")[2], f"/en/{name}/", page, 200
