from registry.cards.read import read_all
from registry.cards.term_counts import values_of, with_terms
from registry.listings.counting import by_year
from registry.pages.detail import CardDetailView, counts, first_having
from registry.pages.list import CardListView

from .filters import OrganisationFilter
from .models import Organisation
from .work import COUNTED, together

WORK = ("programme", "edition", "initiative", "event")
MAX_WORK = 6  # of one kind; the lists hold all


class OrganisationList(CardListView):
    queryset = Organisation.objects.public()
    filterset_class = OrganisationFilter


class OrganisationPage(CardDetailView):
    card_type = "organisation"
    template_name = "pages/organisation.html"

    def around(self, body, counter):
        context = super().around(body, counter)
        if context["counts"]["programme"] <= COUNTED:
            context["together"] = together(body)
        return context

    def related(self, body):
        slug = body["slug"]
        years, undated = by_year("programme", "organisation", slug)
        numbers = counts("organisation", slug, WORK)
        return {
            "value": slug,
            "years": years,
            "undated": undated,
            "roles": roles_in_programmes(slug),
            "work": [(kind, self.work(kind, slug)) for kind in WORK],
            "counts": numbers,
            "has_work": any(numbers.values()),
            "children": self.parts("organisation", "parent", slug),
        }

    def work(self, card_type, slug):
        """The newest records of one kind, each with the roles that the organisation `held`."""
        cards = first_having(card_type, "organisation", MAX_WORK).found(slug)
        return [card | roles_of(slug, card) for card in read_all(cards, self.request)]


def roles_of(slug, card):
    """The roles that the organisation held in a record, and those in parts of it alone."""
    held = [role["role"] for role in card["roles"] if role["organisation"]["slug"] == slug]
    of_parts = [
        each
        for each in card.get("reach_roles", ())
        if each["organisation"]["slug"] == slug and each["role"] not in held
    ]
    return {"held": held, "held_in_parts": of_parts}


def roles_in_programmes(slug):
    """{role: in how many programmes the organisation has it}."""
    pairs = {f"{role}:{slug}": role for role in values_of("role", "programme")}
    found = with_terms("organisation_role", pairs, ["programme"])
    ordered = sorted(found.items(), key=lambda item: (-item[1], item[0]))
    return {pairs[pair]: number for (_, pair), number in ordered}
