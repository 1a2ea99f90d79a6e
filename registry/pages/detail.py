"""A page of one record."""

from functools import cache

from django.http import Http404
from django.utils.translation import get_language
from django.views import View

from registry.api.formats import Export, telling
from registry.cards.conditional import conditional, permanent_redirect
from registry.cards.declarations import declared, list_address, page_address
from registry.cards.lookup import Found, Gone, Moved, resolve
from registry.cards.models import Card
from registry.cards.prepared import Prepared
from registry.cards.read import read, read_all
from registry.cards.term_counts import with_terms
from registry.listings.orders import in_default_order

from .addresses import addresses, data_addresses
from .gone import withdrawn_page
from .whole import whole_page

MAX_PARTS = 30  # of one kind on the page of what they belong to


class CardDetailView(View):
    http_method_names = ("get", "head")
    card_type = None
    template_name = None

    def get(self, request, slug):
        # Whoever has the tag was given this page: nothing is read to say that it is the same.
        return conditional(
            request, lambda counter: self.answer(slug, counter), "html", get_language()
        )

    def answer(self, slug, counter):
        match resolve(self.card_type, slug):
            case Found(card) if card.slug == slug:
                return self.show(card, counter)
            case Found(card):  # asked for by its id
                return permanent_redirect(self.address(self.card_type, card.slug))
            case Moved(card_type, new):
                return permanent_redirect(self.address(card_type, new))
            case Gone() as gone:
                return withdrawn_page(self.request, gone)
        raise Http404

    def address(self, card_type, slug):
        """Where the same stands of a record."""
        return page_address(card_type, slug)

    def show(self, card, counter):
        body = read(card, self.request)
        context = {
            "card": body,
            "cited": set(),  # the sources that the page has marked so far
            **addresses(self.request, self.request.path),
            **self.around(body, counter),
        }
        # A page that is only previewed is nowhere else yet.
        if not hasattr(self.request, "preview"):
            data = data_addresses(self.card_type, slug=card.slug)
            context["data"] = data | {"formats": self.formats(card)}
        return whole_page(self.request, self.template_name, context)

    def formats(self, card):
        """{name: format} of those that can say something of it."""
        export = Export(self.request, self.card_type, [card], 1)
        return {each.format: each for each in telling(export)}

    def around(self, body, counter):
        """What the page says beside the record: where it belongs, and what belongs to it. What does
        not follow from the record alone can be kept under the counter."""
        return {"crumbs": self.crumbs(body), **self.related(body)}

    def crumbs(self, body):
        """What stands between the home page and this one: (name, address)."""
        name = declared[self.card_type].plural
        return [{"name": name, "address": list_address(self.card_type)}]

    def related(self, body):
        """What else the page shows, by a number of queries that does not depend on the record."""
        return {}

    def parts(self, card_type, group, slug, most=MAX_PARTS):
        """The cards of one type that have this record in a group, in their usual order."""
        return read_all(first_having(card_type, group, most).found(slug), self.request)


def having(card_type, group, value):
    """The cards of one type that have the value, in their usual order.

    They are one range of the index of terms: of many, the first few are read alone.
    """
    # Of one term, so in one call: a further one would join the terms once more.
    cards = Card.objects.filter(
        type=card_type, terms__type=card_type, terms__group=group, terms__value=value
    )
    return in_default_order(card_type, cards, "terms__sort")


@cache
def first_having(card_type, group, most):
    """The same, asked for by the value: the first few."""
    return Prepared(lambda value: having(card_type, group, value)[:most])


def counts(group, slug, types):
    """{type: how many cards of it have this record in the group}."""
    found = with_terms(group, [slug], types)
    return {card_type: found.get((card_type, slug), 0) for card_type in types}
