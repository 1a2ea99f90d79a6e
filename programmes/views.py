import orjson
from django.urls import reverse

from registry.cards.clock import today
from registry.cards.statuses import coming_first
from registry.pages.detail import CardDetailView, counts
from registry.pages.list import CardListView, asked_roles

from .api import RelationViewSet
from .filters import EditionFilter, InitiativeFilter, ProgrammeFilter, RelationFilter
from .models import Edition, Initiative, Programme
from .relations import count, relations

KEY_FIGURES = 2  # above all else on the page of a programme; the tables hold all


class ProgrammeList(CardListView):
    queryset = Programme.objects.public()
    filterset_class = ProgrammeFilter


class ProgrammePage(CardDetailView):
    card_type = "programme"
    template_name = "pages/programme.html"

    def related(self, body):
        slug = body["slug"]
        editions = newest_first(self.parts("edition", "programme", slug))
        events = self.parts("event", "programme", slug)
        numbers = counts("programme", slug, ("edition", "initiative", "event"))
        return {
            "counts": numbers,
            "earlier_editions": numbers["edition"] - len(editions),
            "key_figures": key_figures([body, *editions, *events]),
            "editions": editions,
            "initiatives": self.parts("initiative", "programme", slug),
            "events": coming_first(events, today()),
            "children": self.parts("programme", "parent", slug),
        }


def key_figures(cards):
    """[{"card", "figure", "source"}]: of the first few that report any the one that tells most.

    Each is that of its own record, with its own source: they are never added up.
    """
    found = []
    for card in cards:
        figures = sorted(card["figures"], key=lambda each: each["measure"] != "participants")
        if figures:
            sources = {source["key"]: source for source in card["sources"]}
            source = sources.get(figures[0]["source"])
            found.append({"card": card, "figure": figures[0], "source": source})
    return found[:KEY_FIGURES]


def newest_first(editions):
    """By date; those without one by their number, which is often all that is known."""

    def key(edition):
        start = edition["start"] and edition["start"]["earliest"]
        return start or "", edition["number"] or 0

    return sorted(editions, key=key, reverse=True)


class RelationList(CardListView):
    """Who held which role in which programme: the same for pages of programmes."""

    queryset = Programme.objects.public()
    filterset_class = RelationFilter
    template_name = refused_template = "pages/relations.html"
    ways_in = ("role", "kind", "year")

    def context(self, listing, counter):
        context, asked = super().context(listing, counter), asked_roles(listing)
        bodies = [orjson.loads(card.body) for card in context["page"].cards]
        address = reverse("api:relations")
        query = listing.address.canonical()
        files = [
            {
                "label": each.label,
                "address": f"{address}?{query}{query and '&'}format={each.format}",
            }
            for each in RelationViewSet.formats
        ]
        data = {
            "type": self.card_type,
            "whole": False,  # of the formats named, not of all that programmes have
            "formats": [each.format for each in RelationViewSet.formats],
            "json": f"{address}?{query}" if query else address,
            "csv": files[2]["address"],
        }
        more = {"relations": relations(bodies, asked), "number": count(listing, asked)}
        # “1–20 of 45” would be of programmes, under a number of roles.
        more["pages"] = context["pages"] | {"first": None}
        return context | more | {"files": files, "data": data}

    def shown(self, context):
        """Relations have no pages that a search engine could be led to."""
        return []


class EditionList(CardListView):
    queryset = Edition.objects.public()
    filterset_class = EditionFilter


class EditionPage(CardDetailView):
    card_type = "edition"
    template_name = "pages/edition.html"

    def related(self, body):
        slug = body["slug"]
        return {
            "counts": counts("edition", slug, ("initiative", "event")),
            "initiatives": self.parts("initiative", "edition", slug),
            "events": coming_first(self.parts("event", "edition", slug), today()),
        }


class InitiativeList(CardListView):
    queryset = Initiative.objects.public()
    filterset_class = InitiativeFilter


class InitiativePage(CardDetailView):
    card_type = "initiative"
    template_name = "pages/initiative.html"


class EventPage(CardDetailView):
    card_type = "event"
    template_name = "pages/event.html"
