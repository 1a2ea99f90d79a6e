from registry.cards.models import Card
from registry.listings.reading import read
from registry.listings.views import CardDetailView, CardListView, counts, in_order

from .filters import OrganisationFilter
from .models import Organisation

WORK = ("programme", "edition", "initiative", "event")
MOST_WORK = 60  # of the records that are shown by role; the lists hold all


class OrganisationList(CardListView):
    queryset = Organisation.objects.public()
    filterset_class = OrganisationFilter


class OrganisationPage(CardDetailView):
    card_type = "organisation"
    template_name = "organisation.html"

    def related(self, body):
        slug = body["slug"]
        cards = Card.objects.filter(type__in=WORK).with_term("organisation", [slug])
        # Programmes first: what an organisation does is told by them.
        cards = sorted(in_order("programme", cards)[:MOST_WORK], key=lambda c: WORK.index(c.type))
        return {
            "work": by_role([read(card, self.request) for card in cards], slug),
            "counts": counts("organisation", slug, WORK),
            "children": self.parts("organisation", "parent", slug),
        }


def by_role(cards, slug):
    """[{"role", "cards"}]: what the organisation did, and in what; "" where it has no role.

    An event may stand under an organisation without naming what that did.
    """
    held = {}
    for card in cards:
        roles = [role["role"] for role in card["roles"] if role["organisation"]["slug"] == slug]
        for role in dict.fromkeys(roles) or [""]:
            held.setdefault(role, []).append(card)
    return [{"role": role, "cards": found} for role, found in held.items()]
