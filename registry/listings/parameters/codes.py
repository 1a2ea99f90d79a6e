"""Parameters whose values are terms of cards: codes, places, words of the vocabulary, records."""

import re

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.cards import statuses
from registry.cards.index import NONE, SLUG
from registry.cards.models import CardTerm
from registry.values.folding import fold

from .. import facets
from ..facets import CodeFacet, PlaceFacet, RoleFacet, StatusFacet, WordFacet
from ..search.completion import complete
from ..search.query import EQUAL
from .base import Parameter, in_each_language

MOST_CODES = 199  # of countries and first-level regions: all that a gazetteer like ours has
MOST_OFFERED = 8  # records that may have been meant by a name


class TermParameter(Parameter):
    """Values of one group of the terms of cards."""

    repeats = True
    shares_count = True

    def __init__(self, group=None, **options):
        super().__init__(**options)
        self._group = group

    @property
    def group(self):
        return self._group or self.name

    @property
    def excludable(self):
        return self.repeats

    def terms(self, value):
        """The values of the terms that stand for the parameter's."""
        return value

    def rows(self, value):
        """The terms of which a card must have one; they are of the listing's type already."""
        return self.held(self.group, self.terms(value))

    def held(self, group, values):
        terms = CardTerm.objects.filter(type=self.parent.card_type)
        if self.parent.own:
            return facets.of_its_own(terms, group, values)
        return terms.filter(group=group, value__in=values)

    def condition(self, value):
        return Q(pk__in=self.rows(value).values("card"))

    def commonness(self, value):
        """The lower, the fewer cards are likely to have it: a list is read from the rarest."""
        return 4


class CodeParameter(CodeFacet, TermParameter):
    """Codes that the registry itself defines; `none` where cards may lack one."""

    def __init__(self, codes, none=False, **options):
        super().__init__(**options)
        self.codes = codes
        self.none = none

    def texts(self, value):
        if value not in self.codes.values:
            return super().texts(value)
        return in_each_language(lambda: self.codes(value).label)

    def allowed(self):
        return [*self.codes.values, NONE] if self.none else list(self.codes.values)

    def clean(self, values):
        unknown = [value for value in values if value not in self.allowed()]
        if unknown:
            raise ValidationError(_("“%s” is not one of the values.") % unknown[0][:60])
        return values


class StatusParameter(StatusFacet, CodeParameter):
    """The status that follows from the dates."""

    title = gettext_lazy("Status")
    shares_count = False

    def __init__(self, **options):
        super().__init__(statuses.Status, **options)

    rows = None

    def condition(self, value):
        conditions = statuses.conditions(self.parent.today)
        asked = Q()
        for status in value:
            asked |= conditions[status]
        return asked


class Named:
    """On pages a value may be the name of a record, as somebody types it; the API has slugs.

    `typed` says for which value a name stands. What may be several is refused, with `offers`.
    """

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.typed, self.offers = {}, []

    def clean(self, values):
        if not self.parent.strict:
            self._look_up([value for value in values if value != NONE and not self.word(value)])
            values = list(dict.fromkeys(self.typed.get(value, value) for value in values))
        return super().clean(values)

    def _look_up(self, names):
        called = self.parent.vocabulary.look_up(self.named_type, map(fold, names))
        for name in names:
            words = called[fold(name)]
            if len(words) != 1:
                fitting = complete(name, [self.named_type], self.parent.language, MOST_OFFERED)
                equal = [match for match in fitting if match.tier == EQUAL]
                fitting = equal if len(equal) == 1 else fitting
                if len(fitting) != 1:
                    self.offers += fitting
                    continue
                card = fitting[0].card
                words = [self.parent.vocabulary.add(card.type, card.slug, card.body)]
            self.typed[name] = words[0].value
        if self.offers:
            raise ValidationError(_("Several may be meant. Choose one of those below."))


class WordParameter(WordFacet, TermParameter):
    """Values that are public cards themselves: places and terms of the vocabulary."""

    def texts(self, value):
        word = None if value == NONE else self.word(value)
        return word.name if word else super().texts(value)

    def clean(self, values):
        for value in values:
            if value != NONE and self.word(value) is None:
                raise ValidationError(self.unknown(value[:60]))
        return values

    def terms(self, value):
        return [NONE if one == NONE else self.word(one).slug for one in value]


class PlaceParameter(PlaceFacet, Named, WordParameter):
    """A place and all that is in it, by its slug or ISO 3166 code."""

    title = gettext_lazy("Place")
    word_type = named_type = "location"
    code = re.compile(r"[A-Z]{2}(?:-[A-Z0-9]{1,3})?")

    def wanted(self, values):
        """What to look up: (type, slugs, codes)."""
        slugs = {value for value in values if SLUG.fullmatch(value)} - {NONE}
        return "location", slugs, {value for value in slugs if self.code.fullmatch(value)}

    def word(self, value):
        return self.parent.vocabulary.place(value)

    def commonness(self, value):
        """Most of what is recorded is in one country; a region is a few of the hundred."""
        above = [len(self.word(one).body["within"]) for one in value if one != NONE]
        return {0: 5, 1: 2}.get(min(above, default=0), 1)

    def allowed(self):
        codes = CardTerm.objects.filter(type="location", group="code").order_by("sort")
        return [*codes.values_list("value", flat=True)[:MOST_CODES], NONE]

    def unknown(self, value):
        if not self.parent.strict:
            return _(
                "There is no such place in the registry. Check the spelling or choose a place from"
                " the list below."
            )
        return _(
            "“%s” is no place of the registry. Give the code of a country or region, as in BY-MA, "
            "or the last part of a place's address; all are listed under /api/v1/locations/."
        ) % (value,)


class WithinParameter(PlaceParameter):
    """The places that lie in one."""

    title = gettext_lazy("Inside")
    facet = None

    def allowed(self):
        return super().allowed()[:-1]

    def clean(self, values):
        if NONE in values:
            raise ValidationError(self.unknown(NONE))
        return super().clean(values)


class VocabularyParameter(WordParameter):
    """Terms of one scheme of the vocabulary; a term stands for its children as well."""

    word_type = "term"

    def __init__(self, scheme, **options):
        super().__init__(**options)
        self.scheme = scheme

    def wanted(self, values):
        return "term", {value for value in values if SLUG.fullmatch(value)} - {NONE}, set()

    def word(self, value):
        return self.parent.vocabulary.term(value, self.scheme)

    def commonness(self, value):
        return 4 if NONE in value else 3

    def allowed(self):
        slugs = CardTerm.objects.filter(type="term", group="scheme", value=self.scheme)
        return [*slugs.order_by("sort").values_list("card__slug", flat=True)[:49], NONE]

    def unknown(self, value):
        if not self.parent.strict:
            return _("“%s” is not one of the values.") % value
        return _("“%(value)s” is not known here; all are listed under /api/v1/codes/.") % {
            "value": value
        }


class ReachParameter(Parameter):
    """Whether what only its parts say of a record counts: without, it does."""

    def texts(self, value):
        return in_each_language(lambda: gettext_lazy("only their own data"))

    def allowed(self):
        return ["own"]

    def clean(self, values):
        if values != ["own"]:
            raise ValidationError(_("Give own to leave out what only the parts of a record say."))
        return values[0]


class ReferenceParameter(TermParameter):
    """A record by its slug. What is hidden and what never was look alike: they find nothing."""

    def __init__(self, card_type, repeats=False, **options):
        super().__init__(**options)
        self.card_type = card_type
        self.repeats = repeats

    def wanted(self, values):
        """Only its name is looked up, to be shown."""
        return self.card_type, {value for value in values if SLUG.fullmatch(value)}, set()

    def clean(self, values):
        return values

    def commonness(self, value):
        return 0

    def word(self, value):
        return self.parent.vocabulary.slugs.get((self.card_type, value))

    def texts(self, value):
        word = self.word(value)
        return word.name if word else super().texts(value)

    def terms(self, value):
        # No "none" and no "role:slug" among them: only what can be the slug of a record.
        return [one for one in value if SLUG.fullmatch(one) and one != NONE]


class OrganisationParameter(Named, ReferenceParameter):
    title = gettext_lazy("Organisation")
    named_type = "organisation"

    def __init__(self, **options):
        super().__init__("organisation", repeats=True, **options)


class RoleParameter(RoleFacet, CodeParameter):
    """Somebody has the role; with `organisation`, that organisation has it."""

    title = gettext_lazy("Role")

    @property
    def shares_count(self):
        return not self.holders

    @property
    def holders(self):
        return self.parent.form.cleaned_data.get("organisation")

    def rows(self, value):
        if not self.holders:
            return super().rows(value)
        pairs = [f"{role}:{slug}" for role in value for slug in self.holders]
        return self.held("organisation_role", pairs)

    def commonness(self, value):
        return 0 if self.holders else super().commonness(value)


class OpenParameter(TermParameter):
    """Whether one can still register: a last day for it is known and has not passed."""

    repeats = shares_count = False
    group = "registration_deadline"

    def allowed(self):
        return ["true"]

    def clean(self, values):
        if values != ["true"]:
            raise ValidationError(_("Give true for what can still be registered for."))
        return values

    def texts(self, value):
        return in_each_language(lambda: _("registration is open"))

    def rows(self, value):
        return CardTerm.objects.filter(
            type=self.parent.card_type,
            group=self.group,
            value__gte=self.parent.today.isoformat(),
        )

    def commonness(self, value):
        return 0
