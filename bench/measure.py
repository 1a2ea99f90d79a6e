"""Measures the registry that DATABASE_URL names and prints a table."""

import os
import platform
import resource
import statistics
import time
from datetime import date

import django
import orjson

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
django.setup()

from django.conf import settings  # noqa: E402 - reads the settings made ready above
from django.db import connection, transaction  # noqa: E402
from django.db.models import Count, Q  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import is_valid_path  # noqa: E402

from organisations.models import Organisation  # noqa: E402
from programmes.models import Programme  # noqa: E402
from registry.cards.changeset import writing  # noqa: E402
from registry.cards.flush import Flush  # noqa: E402
from registry.cards.loader import prefetched  # noqa: E402
from registry.cards.models import (  # noqa: E402
    Card,
    CardPoint,
    CardTerm,
    SearchName,
    SearchSaid,
    SearchText,
)
from registry.cards.private_django import delete_alone  # noqa: E402
from registry.listings.search.full_text import holding  # noqa: E402
from registry.records.models import State  # noqa: E402
from registry.values.precision import Precision  # noqa: E402
from registry.workflow.withdrawal import Reason, preview_withdrawal, withdraw  # noqa: E402

# Hashed names of static files need `collectstatic`, which has no part in what is measured.
settings.STORAGES["staticfiles"]["BACKEND"] = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
)
API = "/api/v1"
FEWEST, SECONDS = 3, 1.0  # how often, and how long, each of the two is repeated
COMMON, RARE = "libraries", "sundial"  # words of many texts and of few
TABLES = (CardTerm, CardPoint, SearchName, SearchText, SearchSaid)

client = Client(SERVER_NAME="localhost")


def main():
    counts = ", ".join(
        f"{Card.objects.of(kind).count():,} {kind}s"
        for kind in ("programme", "organisation", "event", "edition", "initiative", "location")
    )
    print(f"\n{connection.vendor}, Python {platform.python_version()}, {date.today():%d %B %Y}")  # noqa: DTZ011
    print(f"{Card.objects.count():,} cards: {counts}\n")
    print("| What | ms | Bare ms | Ratio | Against |")
    print("|---|--:|--:|--:|---|")
    for case in (requests, exports, writes, emergencies):
        for row in case():
            print(row, flush=True)


def compared(what, ours, bare, against, per=1):
    """One row: the two in turns, so that a busy machine troubles both; the median of each."""
    times = {ours: [], bare: []}
    began = time.perf_counter()
    for function in times:
        function()
    while len(times[ours]) < FEWEST or time.perf_counter() - began < 2 * SECONDS:
        for function, taken in times.items():
            start = time.perf_counter()
            function()
            taken.append(time.perf_counter() - start)
    mine, theirs = (statistics.median(taken) * 1000 / per for taken in times.values())
    return f"| {what} | {mine:.2f} | {theirs:.2f} | {mine / theirs:.1f} | {against} |"


def get(path, status=200, **headers):
    """A request through all of Django, in process."""

    def request():
        response = client.get(path, headers=headers)
        assert response.status_code == status, (path, response.status_code)
        return response.content

    return request


def select(sql, *values):
    """The rows of a statement, as bare as Python reads them."""

    def read():
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall()

    return read


def requests():
    programmes = f"{API}/programmes/"
    yield from first_pages(programmes)
    yield from filtered_pages(programmes)
    yield from searches(programmes)

    card = Card.objects.of("programme").order_by("sort")[0]
    one = select("SELECT body FROM cards_card WHERE type = %s AND slug = %s", card.type, card.slug)
    yield compared("one record", get(f"{programmes}{card.slug}/"), one, "its body")
    tag = client.get(programmes).headers["ETag"]
    kept = get(programmes, status=304, **{"If-None-Match": tag})
    yield compared("304", kept, get("/healthz/live"), "nothing but Django")


def first_pages(programmes):
    newest = "SELECT body FROM cards_card WHERE type = %s ORDER BY sort DESC LIMIT 20"
    page = select(newest, "programme")
    yield compared("nothing but Django (`/healthz/live`)", get("/healthz/live"), page, "a page")
    yield compared("first page of 20", get(programmes), page, "the same 20 bodies")
    in_english = get(f"{programmes}?lang=en&fields=name,start,locations")
    yield compared("… one language, three fields", in_english, page, "the same 20 bodies")
    site = "/en/programmes/"
    if is_valid_path(site):
        yield compared("page of the site", get(site), page, "the same 20 bodies")


def filtered_pages(programmes):
    filtered = select(
        "SELECT body FROM cards_cardterm t JOIN cards_card c ON c.id = t.card_id WHERE "
        """t.type = %s AND t."group" = %s AND t.value = %s AND EXISTS (SELECT 1 FROM """
        """cards_cardterm k WHERE k.card_id = c.id AND k."group" = %s AND k.value = %s) """
        "ORDER BY t.sort DESC LIMIT 20",
        *("programme", "location", "mahilyow-region", "kind", "training"),
    )
    query = "?location=BY-MA&kind=training"
    yield compared("region and kind", get(f"{programmes}{query}"), filtered, "the same rows")
    wide = get(f"{programmes}?location=BY&kind=training")
    yield compared("country and kind", wide, filtered, "a region and kind")
    several = get(f"{programmes}?location=BY-MA&location=BY-BR")
    yield compared("two regions", several, filtered, "a region and kind")
    query += "&status=ended&year=2019"
    yield compared("… and status and year", get(f"{programmes}{query}"), filtered, "without these")

    deep = f"{programmes}?page_size=100"
    for _ in range(Card.objects.of("programme").count() // 200):
        deep = orjson.loads(get(deep)())["next"].removeprefix("http://localhost")
    first = get(f"{programmes}?page_size=100")
    yield compared("page of 100 in the middle", get(deep), first, "the first 100, also by API")

    groups = select(
        'SELECT "group", value, COUNT(*) FROM cards_cardterm WHERE type = %s GROUP BY 1, 2',
        "programme",
    )
    yield compared("facets", get(f"{programmes}facets/"), groups, "one count of all terms")
    regional = get(f"{programmes}facets/?location=BY-MA")
    yield compared("facets of a region", regional, groups, "one count of all terms")


def searches(programmes):
    for word in (COMMON, RARE):
        found = Card.objects.of("programme").filter(pk__in=holding([word]))
        number = found.count()
        bodies = found.values_list("body")[:20]
        yield compared(
            f"search, {number:,} found",
            get(f"{programmes}?q={word}"),
            lambda bodies=bodies: list(bodies.all()),
            "any 20 of them, unordered",
        )
    for typed in ("q=Mstislavl", "q=Mstislavel", f"q={COMMON}", "q=asso&suggest=true"):
        yield compared(
            f"all kinds, {typed.removeprefix('q=')}",
            get(f"{API}/search/?{typed}"),
            get(f"{programmes}?q={RARE}"),
            "a rare word among programmes",
        )
    yield compared(
        "search, common word",
        get(f"{programmes}?q={COMMON}"),
        get(f"{programmes}?q={RARE}"),
        "the rare word",
    )


def exports():
    """Whole collections; milliseconds for a thousand rows.

    NDJSON sends what is stored and CSV needs it parsed: each has a bare loop over the card table
    that does the same and no more, and both are held against one that parses and writes as well.
    """
    for collection, kind, forms in (
        ("programmes", "programme", ("ndjson", "csv", "geojson", "xlsx", "ics", "iati")),
        ("events", "event", ("ndjson", "csv", "ics")),
    ):
        number = Card.objects.of(kind).count()
        for form in forms:
            bare = {"ndjson": (sent, "read and send"), "csv": (orjson.loads, "read and parse")}
            whole = (written, "read, parse, write JSON")
            for work, against in filter(None, (bare.get(form), whole)):
                before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
                row = compared(
                    f"1,000 rows of {number:,} {collection}, {form}",
                    lambda path=f"{API}/{collection}/?format={form}": drain(path),
                    lambda kind=kind, work=work: loop(kind, work),
                    against,
                    per=number / 1000,
                )
                grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
                yield row.removesuffix(" |") + f"; memory + {grown:.0f} MB |"


def drain(path):
    response = client.get(path)
    assert response.status_code == 200, response.status_code
    for _ in response.streaming_content:
        pass


def loop(kind, work):
    """A bare loop over the same rows."""
    rows = Card.objects.of(kind).order_by("-sort").values_list("body", flat=True)
    for body in rows.iterator(chunk_size=500):
        work(body)


def sent(body):
    return body.encode()


def written(body):
    return orjson.dumps(orjson.loads(body))


def writes():
    """All of it is rolled back."""
    keys = list(
        Programme.objects.filter(state="public").order_by("pk")[:200].values_list(flat=True)
    )
    ids = Programme.objects.filter(pk__in=keys).values("public_id")
    own = Q(public_id__in=ids) | Q(parent__in=ids)
    cards = list(Card.objects.filter(own).values_list("pk", flat=True))
    yield compared(
        f"a card written anew ({len(cards)} at once)",
        undone(lambda: Flush().render(Programme, keys, force=True)),
        undone(lambda: written_again(cards)),
        "its rows deleted and inserted",
        per=len(cards),
    )
    chosen = shown_by_a_thousand()
    shown = Card.objects.filter(body__contains=str(chosen.public_id))
    number = shown.count()

    def rename():
        organisation = Organisation.objects.get(pk=chosen.pk)
        organisation.name_en += " renamed"
        with writing():
            organisation.save()

    def replace():
        for card, body in shown.values_list("pk", "body"):
            body = body.replace(str(chosen.public_id), str(chosen.public_id).upper())
            Card.objects.filter(pk=card).update(body=body)

    yield compared(
        f"rename of an organisation that {number:,} cards show, each",
        undone(rename),
        undone(replace),
        "an UPDATE of each body",
        per=number,
    )


def shown_by_a_thousand():
    """The organisation in roles of nearly so many cards."""
    holders = CardTerm.objects.filter(group="organisation").values("value")
    sizes = holders.annotate(cards=Count("card")).values_list("value", "cards")
    slug, _ = min(sizes, key=lambda row: (abs(row[1] - 1000), row[0]))
    return Organisation.objects.get(slug=slug)


def with_a_name_of_its_own(organisation):
    """Made-up names consist of so few words that thousands of texts say each of them."""
    for language in ("en", "be", "ru"):
        setattr(organisation, f"name_{language}", "Zyxwort")
    prefetched(organisation)["other_names"] = organisation.other_names.none()
    return organisation


def emergencies():
    """Taking the same organisation out of sight; all of it is rolled back."""
    chosen = with_a_name_of_its_own(shown_by_a_thousand())
    report = preview_withdrawal(chosen)
    said = select("SELECT card_id FROM cards_searchsaid WHERE words LIKE %s", "%nothing%")
    yield compared(
        "the page before a withdrawal",
        lambda: preview_withdrawal(chosen),
        said,
        "one scan for a word",
    )
    changed = Card.objects.filter(body__contains=str(chosen.public_id)).count()
    gone = {entry.public_id for entry in report.withdrawn}
    own = Q(public_id__in=gone) | Q(parent__in=gone)
    cards = list(Card.objects.filter(own).values_list("pk", flat=True))

    def take_away():
        withdraw(with_a_name_of_its_own(Organisation.objects.get(pk=chosen.pk)), Reason.SAFETY)

    def save(**values):
        organisation = Organisation.objects.get(pk=chosen.pk)
        for name, value in values.items():
            setattr(organisation, name, value)
        organisation.save()

    for what, act in (
        (f"withdrawal with {len(cards):,} cards", take_away),
        ("taking back to review", lambda: save(state=State.REVIEW)),
        ("coarsening its place", lambda: save(precision=Precision.REGION)),
    ):
        yield compared(
            f"{what}, of an organisation that {changed:,} cards show, each",
            undone(act),
            undone(lambda: written_again(cards)),
            f"{len(cards):,} cards deleted and inserted",
            per=changed,
        )


def undone(write):
    def tried():
        with transaction.atomic():
            write()
            transaction.set_rollback(True)

    return tried


def written_again(cards):
    """The rows of the cards with what is in them already: what the database itself costs."""
    kept = {model: list(model.objects.filter(card__in=cards)) for model in TABLES}
    kept[Card] = list(Card.objects.filter(pk__in=cards))
    for model in TABLES:
        delete_alone(model.objects.filter(card__in=cards))
    delete_alone(Card.objects.filter(pk__in=cards))
    for model in (Card, *TABLES):
        model.objects.bulk_create(kept[model], batch_size=1000)


main()
