"""What of the registry is asked for: the records, words and pages that the shapes name."""

import re
from functools import cached_property
from urllib.parse import urlencode

import orjson
from django.db import connection
from django.db.models import Count

from organisations.models import Organisation
from programmes.models import Programme
from registry.cards.declarations import declared, page_address
from registry.cards.models import Card, CardTerm, Counter, NameWord
from registry.values.texts import spoken

from .door import ask

API = "/api/v1"
REGION = "BY-MA"
# Months, themes and words of `synthesise`. Those are common or rare in texts and names alike.
MONTH = ("2019-05", "2019-05-01", "2019-05-31")
WORDS = {
    "common, Latin": "libraries",
    "rare, Latin": "sundial",
    "common, Cyrillic": "бібліятэкамі",
    "rare, Cyrillic": "гадзіннік",
}
EVENTS, SHOWN = 30, 1000  # a programme with so many events, an organisation on so many cards


def most(card_type, group):
    """The value that most cards of the type have in the group."""
    found = CardTerm.stored.filter(type=card_type, group=group).values("value")
    found = found.annotate(number=Count("pk")).order_by("-number", "value")
    return next((row["value"] for row in found[:2] if row["value"] != "none"), None)


def middle(card_type, **conditions):
    """The address of a record in the middle of its kind."""
    cards = Card.objects.of(card_type).filter(**conditions).order_by("sort")
    return cards.values_list("slug", flat=True)[cards.count() // 2]


class World:
    def record(self, card_type):
        """The busiest programme, organisation and edition; of others one in the middle."""
        part = {"programme": "event", "organisation": "programme", "edition": "event"}
        busiest = card_type in part and most(part[card_type], card_type)
        return busiest or middle(card_type)

    def page(self, card_type):
        return page_address(card_type, self.record(card_type), "en")

    def place(self, level):
        """The slug of the busiest place of a level, of those that have it."""
        levels = CardTerm.stored.filter(type="location", group="kind", value=level)
        slugs = Card.objects.filter(pk__in=levels.values("card")).values_list("slug", flat=True)
        found = CardTerm.stored.filter(type="programme", group="location", value__in=slugs)
        found = found.values("value").annotate(number=Count("pk")).order_by("-number", "value")
        busiest = next((row["value"] for row in found[:1]), None)
        return busiest or slugs.order_by("slug").first() or middle("location")

    @cached_property
    def theme(self):
        return most("programme", "theme")

    @cached_property
    def kind(self):
        return most("programme", "kind")

    @cached_property
    def name(self):
        """A word as many names have it as half of the words have less."""
        words = NameWord.objects.filter(cards__gt=1).order_by("-cards", "word")
        return words[words.count() // 10].word if words else "club"

    @cached_property
    def deep(self):
        """The address of the page in the middle of the list of programmes."""
        address = f"{API}/programmes/"
        for _ in range(max(1, Card.objects.of("programme").count() // 40)):
            following = orjson.loads(ask(address).content)["next"]
            if following is None:
                break
            address = following.removeprefix("http://localhost")
        return address

    @cached_property
    def reconciled(self):
        """Ten queries of one batch, by names of programmes and organisations."""
        cards = Card.objects.filter(type__in=["programme", "organisation"], name_en__gt="")
        bodies = cards.order_by("sort").values_list("body", flat=True)[:10]
        names = [spoken(orjson.loads(body)["name"], "en") for body in bodies]
        queries = {f"q{n}": {"query": name, "limit": 5} for n, name in enumerate(names)}
        return len(names), f"{API}/reconcile/?" + urlencode({"queries": orjson.dumps(queries)})

    def sitemap(self, collection):
        """The address of the first file of a collection, as the index of sitemaps names it."""
        path = f"/sitemap-{collection}.xml"
        named = re.search(rf"{path}[^<]*", ask("/sitemap.xml").content.decode())
        return named[0] if named else path

    @cached_property
    def since(self):
        return max(0, Counter.current().number - 500)

    def programme_with_events(self):
        """The key of the public programme that comes nearest to so many events."""
        rows = Programme.objects.filter(state="public").annotate(number=Count("events"))
        return nearest(rows.values_list("pk", "number"), EVENTS)

    def organisation_on_cards(self):
        """The organisation in roles of nearly so many cards."""
        holders = CardTerm.stored.filter(group="organisation", type__in=declared)
        sizes = holders.values("value").annotate(cards=Count("card")).values_list("value", "cards")
        return Organisation.objects.get(slug=nearest(sizes, SHOWN))


def nearest(sizes, number):
    return min(sizes, key=lambda row: (abs(row[1] - number), row[0]))[0]


def changed():
    """As after a save: the change number in the keys of all that is kept is another one."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE cards_counter SET number = number + 1")
