"""What waits for nobody in particular: records without a date, unverified for a year, and so on.

Each is a filter of the lists and a number on the first page. Nearly all are found by terms of
cards, which are counted as cards are written; a list reads no more of them than anybody turns.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.contrib import admin
from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from registry.cards.clock import today
from registry.cards.declarations import declaration_of
from registry.cards.index import FILLED, LACKS, VERIFIED
from registry.cards.models import CardTerm
from registry.cards.private_django import registered
from registry.cards.term_counts import with_terms
from registry.records.models import Entry, State
from registry.values.texts import LANGUAGES
from registry.workflow.rights import may, sees_gone
from registry.workflow.withdrawal import ASKED_BACK

MOST = 2000  # as far as a list counts
ASKED = "asked"

WORDS = {
    "date": _("without a date"),
    "place": _("without a place that is shown"),
    "source": _("without a source that is shown"),
    "theme": _("without a theme"),
    "en": _("something is not in English"),
    "be": _("something is not in Belarusian"),
    "ru": _("something is not in Russian"),
    "unverified": _("not verified for a year"),
    "archive": _("without an archived copy"),
    ASKED: pgettext_lazy("withdrawn", "waiting for a second officer"),
}


def offered(model, user):
    """Those that a record of the kind can be."""
    keys = declaration_of(model).keys
    for what in WORDS:
        if what in FILLED:
            is_one = FILLED[what] in keys
        elif what == ASKED:
            is_one = sees_gone(user, model)
        else:
            needed = {"date": "start", "unverified": "verified_on", "archive": "archived_url"}
            is_one = needed.get(what, "name") in keys
        if is_one:
            yield what


def undone(rows, what):
    """Those of the rows of a model that are so."""
    if what == "archive":
        return rows.filter(state=State.PUBLIC, archived_url="").exclude(url="")
    if what == ASKED:
        kept = rows.model.history.filter(id=OuterRef("pk")).order_by("-history_id")
        why = Subquery(kept.values("history_change_reason")[:1])
        # The state twice: where it is public no index of states leads.
        rows = rows.filter(state=State.WITHDRAWN).exclude(state=State.PUBLIC)
        return rows.annotate(asked=why).filter(asked=ASKED_BACK.kept())
    return rows.filter(public_id__in=_cards(rows.model, what).values("card__public_id")[:MOST])


def _cards(model, what):
    terms = CardTerm.objects.filter(type=model.card_type)
    if what == "unverified":
        long_ago = (today() - timedelta(days=365)).isoformat()
        return terms.filter(group=VERIFIED, value__lt=long_ago).order_by("value", "sort", "card")
    return terms.filter(group=LACKS, value=what).order_by("sort", "card")


class TodoFilter(admin.SimpleListFilter):
    title = _("still to do")
    parameter_name = "todo"

    def lookups(self, request, model_admin):
        return [(what, WORDS[what]) for what in offered(model_admin.model, request.user)]

    def queryset(self, request, queryset):
        if self.value() in dict(self.lookup_choices):
            return undone(queryset, self.value())
        return queryset


@dataclass(frozen=True)
class Number:
    kind: str
    count: int
    address: str

    @property
    def shown(self):
        return str(self.count) if self.count <= MOST else f"{MOST}+"


def numbers(site, user, there):
    """[(in words, [the number of each kind])] of what somebody of these rights can do, where there
    is any of it (`registry.staff.there`)."""
    models = [
        model
        for model in registered(site)
        if issubclass(model, Entry) and (may(user, "change", model) or sees_gone(user, model))
    ]
    writes = [model for model in models if may(user, "change", model)]
    types = [model.card_type for model in writes]
    counted = with_terms(LACKS, [*FILLED, "date", *LANGUAGES], types) if types else {}
    found = []
    for what, words in WORDS.items():
        own = []
        for model in models if what == ASKED else writes:
            if what not in offered(model, user):
                continue
            count = counted.get((model.card_type, what), 0)
            if what == "unverified":
                count = _cards(model, what)[: MOST + 1].count()
            elif what == "archive" or (model.card_type, what) in there:
                count = undone(model.objects.all(), what)[: MOST + 1].count()
            if count:
                kind = capfirst(model._meta.verbose_name_plural)
                own.append(Number(kind, count, _address(model, what)))
        if own:
            found.append((words, own))
    return found


def _address(model, what):
    if what in LANGUAGES:
        return f"{reverse('admin:translate')}?language={what}&kind={model.card_type}&texts=all"
    meta = model._meta
    return f"{reverse(f'admin:{meta.app_label}_{meta.model_name}_changelist')}?todo={what}"
