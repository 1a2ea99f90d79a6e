"""The page of events: what is coming, open calls and what is past, with a month as its index."""

from calendar import Calendar
from datetime import date
from functools import lru_cache

from babel.dates import format_date, get_day_names
from django.db.models import Count, Q
from django.utils.translation import get_language

from registry.cards import statuses, term_counts
from registry.cards.index import day_of
from registry.cards.models import Card
from registry.cards.prepared import prepared_once
from registry.cards.read import read_all
from registry.listings.coming import days_first, first_coming
from registry.listings.facets import cached_until_change, facets_of
from registry.listings.paging import DEFAULT_ROWS, Page, paginate
from registry.listings.parameters.dates import in_units, last_day
from registry.listings.search.full_text import union
from registry.listings.unchanged import cards_until_changed
from registry.pages.addresses import addresses, data_addresses
from registry.pages.comparison import comparisons
from registry.pages.list import CardListView
from registry.pages.nearby import lists_nearby

from .filters import EventFilter
from .models import Event

FEW = 5  # past events beside those to come
BESIDE = ("inexact", "undated", "past")  # below what has its day in the agenda, or in the month
MAX_UNDATED = 10
MAX_OF_MONTH = 100  # events of a month on its page
# What tells one tab from another, and what has no part in any.
TURNS = ("upcoming", "open", "month", "ordering", "page", "cursor")
# Between these years a calendar leads on from month to month: no robot is to follow it forever.
FIRST_YEAR, YEARS_AHEAD = 1990, 5


class EventList(CardListView):
    queryset = Event.objects.public()
    filterset_class = EventFilter
    template_name = "pages/events.html"
    folded = True

    def context(self, listing, counter):
        if listing.values_of("month"):
            found = self.month(listing)
        elif listing.values_of("q") or any(listing.values_of(name) for name in TURNS):
            # Kept without filters alone: with them there are as many as readers have questions.
            if tab_query(listing):
                counts = count(listing)
            else:
                counts = cached_until_change(counter, "events", lambda: count(listing))
            return super().context(listing, counter) | self.around(listing, counts, turn(listing))
        else:
            found = self.agenda(listing)
        counts = found.pop("counts")
        facets = facets_of(listing, counter)
        query = listing.address.canonical()
        return {
            "card_type": "event",
            "page": Page([], facets.count),
            "nearby": self.nearby(listing, counts["coming"], found),
            "chips": listing.address.chips(),
            "comparisons": comparisons(listing),
            "data": data_addresses("event", self.elsewhere(listing)),
            **self.filters(listing, counter, lambda: facets),
            "near": near(listing, facets.groups),
            **addresses(self.request, self.request.path, query),
            **self.around(listing, counts, found.pop("turn")),
            **found,
        }

    def shown(self, context):
        if "cards" in context:
            return super().shown(context)
        coming = [each["event"] for each in context["coming"]]
        return [*coming, *(each for name in BESIDE for each in context.get(name, ()))]

    def nearby(self, listing, coming, found):
        """Where around the place there is more to come; of a month, where there is more in it."""
        if found["turn"] == "month":
            return lists_nearby(listing, found["total"])
        return lists_nearby(listing, coming, statuses.dated() & Q(end__gte=listing.today))

    def elsewhere(self, listing):
        """The query by which the API gives the same: it has no months, but days."""
        month = listing.cleaned["month"]
        if not month:
            return listing.address.canonical()
        first = max(filter(None, [month, listing.cleaned["from"]]))
        last = min(filter(None, [last_day(month), listing.cleaned["to"]]))
        span = {"month": (), "from": [f"{first}"], "to": [f"{last}"]}
        return listing.address.canonical(instead=span)

    def around(self, listing, counts, chosen):
        """The tabs: the same filters, whatever the time. A month has a tab while it is shown."""
        every = tab_query(listing)
        tabs = [
            ("coming", every),
            ("open", tab_query(listing, open=["true"])),
            ("past", tab_query(listing, upcoming=["false"])),
            # The usual order, which addresses leave out: but without any turn it is the agenda.
            ("all", "&".join(filter(None, [every, "ordering=-start"]))),
        ]
        return {
            "tabs": [
                {"name": name, "count": counts[name], "query": query, "current": name == chosen}
                for name, query in tabs
            ],
            "turn": chosen,
            "counts": counts,
            "coming_query": tab_query(listing, upcoming=["true"]),
            "undated_query": tab_query(listing, year=["none"]),
            "this_month": tab_query(listing, month=[f"{listing.today:%Y-%m}"]),
            "every_query": every,
        }

    def agenda(self, listing):
        """All that is to come, what has no date, and a little of what is past."""

        def find():
            return agenda_cards(listing), count(listing)

        today, (cards, counts) = listing.today, cards_until_changed(listing, "agenda", find)
        first = today.replace(day=1)
        rows = list(zip(cards, read_all(cards, self.request, today), strict=True))
        # Undated cards start after they end, so that none of the three holds them. The month brings
        # more than the first of what is to come, and more than the last of what is past.
        to_come = days_first([event for card, event in rows if card.start <= card.end >= today])
        coming = [event for event in to_come if day_of(event["start"])][:DEFAULT_ROWS]
        inexact = [event for event in to_come if not day_of(event["start"])][:MAX_UNDATED]
        past = [event for card, event in rows if card.start <= card.end < today]
        # What was over before the month does no harm: a calendar shows the days of its weeks alone.
        monthly = [event for card, event in rows if card.start <= last_day(first)]
        return {
            "turn": "coming",
            "coming": anchored(coming),
            "inexact": inexact,
            "has_more": counts["coming"] > len(coming) + len(inexact),
            "undated": sorted(
                (event for card, event in rows if card.start > card.end), key=statuses.in_the_year
            ),
            "past": past[: -FEW - 1 : -1],  # the rows go forwards, the past is told backwards
            "calendar": calendar(listing, first, monthly, coming),
            "counts": counts,
            "total": counts["coming"],
        }

    def month(self, listing):
        """What goes on in one month: first what has a day, then what is known less exactly."""

        def find():
            page = paginate(listing, MAX_OF_MONTH)
            return page.cards, [page.count, page.number, count(listing)]

        number, first = listing.cleaned["page"] or 1, listing.cleaned["month"]
        found = cards_until_changed(listing, f"page {number} of a month", find)
        cards, (total, number, counts) = found
        events = read_all(cards, self.request, listing.today)
        exact = [event for event in events if day_of(event["start"])]
        return {
            "turn": "month",
            "coming": anchored(exact),
            "inexact": [event for event in events if not day_of(event["start"])],
            "calendar": calendar(listing, first, exact, exact),
            "counts": counts,
            "page": Page(cards, total, number, size=MAX_OF_MONTH),
            "total": total,
        }


def agenda_cards(listing):
    """All that an agenda needs, in one statement: with OR between them a database would look at
    every card. It is put together once for each shape of what is asked."""
    today = listing.today

    def make(*values):
        asked = listing
        if values:
            asked = listing.selection.marked(dict(zip(lists, values, strict=True))).listing
        cards = asked.selection.cards()
        # What can be in a month is found by its terms, which say that it is an event: told so as
        # well, a database would look at all that began before.
        monthly = cards if asked.filtering else Card.objects.all()
        parts = [
            first_coming(cards, today, DEFAULT_ROWS),
            cards.filter(statuses.undated_in_order()).order_by("-sort")[:MAX_UNDATED],
            cards.filter(statuses.past(today), statuses.dated()).order_by("-sort")[:FEW],
            in_month(monthly, today.replace(day=1)).order_by("start", "public_id")[:MAX_OF_MONTH],
        ]
        rows = Card.objects.filter(pk__in=union(*(part.values("pk") for part in parts)))
        return rows.order_by("start", "public_id")

    shape = listing.selection.shape
    if shape is None:
        return list(make())
    what, lists = shape
    return prepared_once(("agenda", what, today), make, *lists.values()).found(*lists.values())


def turn(listing):
    """Which tab a list belongs to."""
    if listing.values_of("open"):
        return "open"
    return {("true",): "coming", ("false",): "past"}.get(
        tuple(listing.values_of("upcoming")), "all"
    )


def tab_query(listing, **values):
    """The query of the same filters at another time."""
    return listing.address.canonical(instead=dict.fromkeys(TURNS, ()) | values)


def count(listing):
    """{tab: number of events} under the other filters."""
    today, cards = listing.today, listing.selection.cards(without=TURNS)
    terms = listing.filters["open"].terms("true")
    is_open = Q(pk__in=terms.values("card"))
    if not tab_query(listing) and (whole := term_counts.of_whole("event")):
        every, without_dates = whole
        coming = cards.filter(statuses.dated(), end__gte=today).count()
        return {
            "all": every,
            "coming": coming,
            "open": terms.count(),  # an event has one last day to register
            "past": every - without_dates - coming,
            "undated": without_dates,
        }
    return cards.aggregate(
        all=Count("pk"),
        coming=Count("pk", filter=statuses.dated() & Q(end__gte=today)),
        open=Count("pk", filter=is_open),
        past=Count("pk", filter=statuses.dated() & Q(end__lt=today)),
        undated=Count("pk", filter=statuses.undated()),
    )


def in_month(cards, first):
    last = last_day(first)
    days = statuses.dated() & Q(start__lte=last, end__gte=first)
    return cards.filter(days & in_units("event", first, last))


def anchored(events):
    """[{"event", "anchor"}]: the first event of each day can be led to."""
    found, seen = [], set()
    for event in events:
        day = day_of(event["start"])
        found.append({"event": event, "anchor": day and day not in seen and f"d{day}"})
        seen.add(day)
    return found


def calendar(listing, first, events, shown):
    """A month as a table of weeks, with the number of events on each day and where they stand."""
    days = {}
    for event in events:
        start, end = day_of(event["start"]), day_of(event["end"])
        # What goes on for longer would mark every day of the month.
        if start and end and (end - start).days <= 31:
            for ordinal in range(start.toordinal(), end.toordinal() + 1):
                days.setdefault(date.fromordinal(ordinal), []).append(start)
    anchors = {day_of(event["start"]) for event in shown}
    language = get_language()
    weeks = [
        [
            {
                "date": day,
                "inside": day.month == first.month,
                "today": day == listing.today,
                "label": spoken_day(day, language),
                "count": len(days.get(day, ())),
                "dots": dots(len(days.get(day, ()))),
                "address": _address(listing, days[day][0], anchors) if day in days else None,
            }
            for day in week
        ]
        for week in Calendar().monthdatescalendar(first.year, first.month)
    ]
    # Babel counts from Monday, with which the weeks of `Calendar` begin as well.
    names = get_day_names("wide", "stand-alone", language)
    short = get_day_names("short", "stand-alone", language)
    return {
        "title": month_title(first),
        "days": [(short[n], names[n]) for n in range(7)],
        "weeks": weeks,
        "previous": _beside(listing, first.year, first.month - 1),
        "next": _beside(listing, first.year, first.month + 1),
    }


@lru_cache(maxsize=2000)
def spoken_day(day, language):
    """5 May."""
    return format_date(day, "d MMMM", locale=language)


def dots(number):
    return "•" * number if number < 4 else str(number)


def _address(listing, day, anchors):
    """To the agenda of this page, or to that of the month."""
    if day in anchors:
        return f"#d{day}"
    return f"?{tab_query(listing, month=[f'{day:%Y-%m}'])}#d{day}"


def _beside(listing, year, month):
    year, month = (year - 1, 12) if month == 0 else (year + 1, 1) if month == 13 else (year, month)
    if not FIRST_YEAR <= year <= listing.today.year + YEARS_AHEAD:
        return None
    query = tab_query(listing, month=[f"{year:04}-{month:02}"])
    return {"title": month_title(date(year, month, 1)), "query": query}


def month_title(first):
    """December 2026."""
    # LLLL is the month by itself; MMMM would be its genitive in Belarusian and Russian.
    return format_date(first, "LLLL y", locale=get_language())


def near(listing, facets):
    """The short form above the agenda: a place, a topic, in person or online."""
    places = listing.filters["location"]
    given = listing.values_of("location")
    # A form sends its own fields alone: the other filters go along hidden, but not the place in the
    # list, which will be another one.
    shown = ("location", "theme", "mode", "page", "cursor")
    return {
        "place": places.spoken(given[0], listing.language) if given else "",
        "themes": [item for item in facets.get("theme", ()) if item["count"]],
        "modes": [item for item in facets.get("mode", ()) if item["count"]],
        "theme": (listing.values_of("theme") or [""])[0],
        "mode": (listing.values_of("mode") or [""])[0],
        "hidden": [
            (name, value)
            for name in listing.filters
            if name not in shown
            for value in listing.values_of(name)
        ],
    }
