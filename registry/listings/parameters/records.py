"""Parameters whose values are records: terms of a vocabulary, organisations, wholes."""

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.cards.index import NONE, SLUG
from registry.cards.models import CardTerm
from registry.values.folding import fold

from ..facet_kinds import CardFacet
from ..search.completion import complete
from ..search.query import EQUAL
from .base import Selectivity
from .codes import TermParameter

MAX_OFFERED = 8  # records that may have been meant by a name


class ByName(TermParameter):
    """On pages a value may be the name of a record, as somebody types it; the API has slugs.

    `typed` says for which value a name stands. What may be several is refused, with `offers`.
    """

    named_type: str
    card_of: Callable
    typed: dict
    offers: list

    def bound(self, listing):
        other = super().bound(listing)
        other.typed, other.offers = {}, []
        return other

    def clean(self, values):
        if not self.listing.strict:
            self._look_up([value for value in values if value != NONE and not self.card_of(value)])
            values = list(dict.fromkeys(self.typed.get(value, value) for value in values))
        return super().clean(values)

    def _look_up(self, names):
        called = self.listing.named_cards.look_up(self.named_type, map(fold, names))
        for name in names:
            named = called[fold(name)]
            if len(named) != 1:
                fitting = complete(name, [self.named_type], self.listing.language, MAX_OFFERED)
                equal = [match for match in fitting if match.tier == EQUAL]
                fitting = equal if len(equal) == 1 else fitting
                if len(fitting) != 1:
                    self.offers += fitting
                    continue
                card = fitting[0].card
                named = [self.listing.named_cards.add(card.type, card.slug, card.body)]
            self.typed[name] = named[0].value
        if self.offers:
            raise ValidationError(_("This could mean more than one. Choose one below."))


class CardParameter(TermParameter):
    """Values that are public cards themselves: places, and terms of a vocabulary."""

    wanted: Callable  # what to look up: (type, slugs, codes)
    card_of: Callable  # that a value stands for, or None
    unknown: Callable  # the sentence

    facet = CardFacet()

    def texts(self, value):
        card = None if value == NONE else self.card_of(value)
        return card.name if card else super().texts(value)

    def clean(self, values):
        for value in values:
            if value != NONE and self.card_of(value) is None:
                raise ValidationError(self.unknown(value[:60]))
        return values

    def term_values(self, value):
        return [NONE if one == NONE else self.card_of(one).slug for one in value]


class VocabularyParameter(CardParameter):
    """Terms of one scheme, which is a vocabulary; a term stands for its children as well."""

    value_type = "term"

    def __init__(self, scheme, **options):
        super().__init__(**options)
        self.scheme = scheme
        self.about = self.about or (
            f"A term of the scheme `{scheme}` in codes/, or a narrower one; `none` = not recorded."
        )

    def wanted(self, values):
        return "term", {value for value in values if SLUG.fullmatch(value)} - {NONE}, set()

    def card_of(self, value):
        return self.listing.named_cards.term(value, self.scheme)

    def selectivity(self, value):
        return Selectivity.CODE if NONE in value else Selectivity.TERM

    def allowed(self):
        slugs = CardTerm.objects.filter(type="term", group="scheme", value=self.scheme)
        return [*slugs.order_by("sort").values_list("card__slug", flat=True)[:49], NONE]

    def unknown(self, value):
        if not self.listing.strict:
            return _("“%s” is not one of the values.") % value
        return _("“%(value)s” is not known here; all are listed under /api/v1/codes/.") % {
            "value": value
        }


class ReferenceParameter(TermParameter):
    """A record by its slug. What is hidden and what never was look alike: they find nothing."""

    def __init__(self, card_type, repeats=False, **options):
        super().__init__(**options)
        self.card_type = card_type
        self.repeats = repeats
        self.about = self.about or f"By the slug of the {card_type}."

    def wanted(self, values):
        """Only its name is looked up, to be shown."""
        return self.card_type, {value for value in values if SLUG.fullmatch(value)}, set()

    def clean(self, values):
        return values

    def selectivity(self, value):
        return Selectivity.RECORD

    def card_of(self, value):
        return self.listing.named_cards.slugs.get((self.card_type, value))

    def texts(self, value):
        card = self.card_of(value)
        return card.name if card else super().texts(value)

    def term_values(self, value):
        # No "none" and no "role:slug" among them: only what can be the slug of a record.
        return [one for one in value if SLUG.fullmatch(one) and one != NONE]


class OrganisationParameter(ByName, ReferenceParameter):
    title = gettext_lazy("Organisation")
    about = "The slug of an organisation in any role, or in the one that `role` names."
    named_type = "organisation"

    def __init__(self, **options):
        super().__init__("organisation", repeats=True, **options)
