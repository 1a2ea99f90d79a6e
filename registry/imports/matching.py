"""What a file calls an organisation, a place, a theme: which record of ours that is.

Public records are found as OpenRefine finds them (`registry.reconciliation`), drafts by the index
of staff. A name that is the same but for its legal form is sure if nothing else is called so; what
is like it is offered with the reason, and nobody is linked to it unseen.
"""

import hashlib
from typing import NamedTuple

import orjson
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from registry.cards.declarations import declared
from registry.cards.models import Card
from registry.listings.named_cards import NamedCards
from registry.listings.search.interpretations import with_places
from registry.reconciliation.matching import description, reconcile
from registry.reconciliation.queries import Query
from registry.records.models import State, Term
from registry.records.relations import part_models
from registry.records.word_index import having_words
from registry.values.folding import fold, fold_words
from registry.values.legal_forms import kinds_of_form, without_form
from registry.values.texts import spoken
from registry.values.translated import texts
from registry.workflow.contacts import STREET
from registry.workflow.rights import visible

from .cells import names
from .models import Origin

MOST = 4  # records that are offered for one name
DRAFTS = 20  # that are looked at
COUNTRY = "BY"
LIKE = 55  # of 100: a score below is not offered
_EVERYWHERE = (
    "по всей стране|вся страна|вся беларусь|вся республика|республика беларусь|по беларуси"
    "|па ўсёй краіне|уся краіна|уся беларусь|па беларусі|рэспубліка беларусь"
    "|countrywide|nationwide|whole country|all belarus|all over the country"
)
EVERYWHERE = frozenset(map(fold, _EVERYWHERE.split("|")))


class Candidate(NamedTuple):
    """A record that a name may mean: `id` is the public one; `why` and `about` are sentences."""

    id: str
    name: str
    about: str
    why: str
    score: float
    sure: bool = False
    partly: bool = False  # what was said is more than its name


def key_of(kind, text):
    """By this names are the same: folded, without their legal form if it is an organisation's."""
    return fold(without_form(text) if kind == "organisation" else text)


def digest(key):
    """What is kept of the words of a decision: no name stands in it."""
    return hashlib.sha256(key.encode()).hexdigest()


def look_up(kind, text, request, scheme="", number=""):
    """[Candidate] for a name of a type of record, the likeliest first; a sure one is the first.

    `number` is what a public list, or another registry, calls it.
    """
    if number and (found := _numbered(kind, number, request)):
        return found
    if kind == "term":
        found = _terms(text, request.user, scheme)
    elif kind == "location":
        found = _places(text, request)
    else:
        found = _called(kind, text, request)
    found.sort(key=lambda each: (not each.sure, -each.score))
    unique = {each.id: each for each in reversed(found)}
    return sorted(unique.values(), key=lambda each: (not each.sure, -each.score))[:MOST]


def _numbered(kind, number, request):
    """The record that came with this origin, or that a list knows by this number."""
    if id_ := Origin.known([number]).get(number):
        rows = visible(declared[kind].model.objects.filter(public_id=id_), request.user)
        why = _("It came from there before.")
        return [Candidate(id_, str(each), each.slug, why, 100, True) for each in rows]
    return [each for each in _called(kind, number, request) if each.score == 100]


def _called(kind, text, request):
    found = list(_public(kind, text, request)) if kind in _matched() else []
    drafts = _drafts(kind, text, request.user)
    same = [each for each in (*found, *drafts) if each.score == 100]
    if len({each.id for each in same}) == 1:
        return [each._replace(sure=each.score == 100) for each in (*found, *drafts)]
    return [*found, *drafts]


def _matched():
    return [each for each, declaration in declared.items() if declaration.matched]


def _public(kind, text, request):
    """What the reconciliation finds, with how like its names are once legal forms are aside."""
    query = Query(text[:200], (kind,), MOST, [])
    given = {each["id"]: each for each in reconcile(query, request)}
    cards = Card.objects.filter(type=kind, public_id__in=given)
    called = {str(card.public_id): card for card in cards}
    for id_, each in given.items():
        if id_ not in called:
            continue
        why, score = _likeness(kind, text, _names_in(called[id_]), each["score"])
        if score >= LIKE:
            title = spoken(orjson.loads(called[id_].body)["name"]) or each["name"]
            yield Candidate(id_, title, _about(called[id_].body), why, score)


def _about(body):
    """What tells it from its namesakes, with its kind in words."""
    body = orjson.loads(body) if isinstance(body, str | bytes) else body
    kinds = declared[body["type"]].model._meta.get_field("kind").flatchoices
    return description(body | {"kind": str(dict(kinds).get(body["kind"], ""))})


def _names_in(card):
    body = orjson.loads(card.body)
    return [
        *filter(None, body["name"].values()),
        *(each["name"] for each in body.get("other_names", ())),
    ]


def _likeness(kind, text, called, score):
    """(why it is offered, of 100): 100 is sure if nothing else has it."""
    words, bare = fold(text), key_of(kind, text)
    if words in map(fold, called):
        return _("It has this name."), 100
    if kind == "organisation":
        for name in called:
            if key_of(kind, name) == bare:
                if _are_other_forms(text, name):
                    return _("It has this name, but another legal form."), 90
                return _("It has this name, but for the legal form."), 100
    if score == 100:
        return _("It has this number or address."), 100
    return _("Its name is like this one."), min(score, 89)


def _are_other_forms(one, other):
    """Whether the legal forms of two names are of different kinds: a fund and an association."""
    forms = [set(kinds_of_form(fold_words(each))) for each in (one, other)]
    return all(forms) and forms[0].isdisjoint(forms[1])


def _drafts(kind, text, user):
    """What is not public, as far as this person sees it."""
    model = declared[kind].model
    bare = fold_words(without_form(text) if kind == "organisation" else text)[:12]
    if not bare:
        return []
    rows = visible(model.objects.exclude(state=State.PUBLIC), user)
    keys = having_words(model, [[word] for word in bare])
    found = list(rows.filter(pk__in=keys).order_by("-pk")[:DRAFTS])
    if other := part_models(model).get("other_names"):
        named = other.objects.filter(pk__in=having_words(other, [[word] for word in bare]))
        found += rows.filter(pk__in=named.values("record")).order_by("-pk")[:DRAFTS]
    return [_draft(kind, text, entry) for entry in dict.fromkeys(found)]


def _draft(kind, text, entry):
    called = [*filter(None, texts(entry, "name").values())]
    why, score = _likeness(kind, text, called, LIKE)
    about = f"{entry.get_state_display()} · {entry.slug}"
    return Candidate(str(entry.public_id), str(entry), about, why, score)


def _places(text, request):
    if fold(text) in EVERYWHERE:
        country = NamedCards({}, {COUNTRY}).place(COUNTRY)
        if country:
            return [_place(country, _("It is said so of the whole country."), True)]
    town = STREET.sub("", text).strip(" ,;")
    if town and town != text.strip(" ,;"):
        why = _("It is where this address is; street and house are not kept.")
        return [each._replace(why=why, partly=False) for each in _places(town, request)]
    around = []
    for called in dict.fromkeys([text, *names(text).values(), *text.split(",")]):
        search = with_places(called[:200], ("location",))
        places, rest = search.understood
        if not places:
            continue
        is_whole = called in (text, *names(text).values()) and not rest
        sure = is_whole and (len(places) == 1 or _is_alone(places))
        why = _("This is its name.") if sure else _("Several places have this name.")
        why = why if is_whole else _("It is part of the text, which is kept in the note as well.")
        found = [_place(place, why, sure and not n) for n, place in enumerate(places[:MOST])]
        found = [each._replace(partly=not is_whole) for each in found]
        if is_whole:
            return found
        around += found
    return [*_public("location", text, request), *around]


def _is_alone(places):
    """Whether the first of these places is larger than the others that are called so, by far: a
    town, and villages of its name."""
    first, second = (place.body for place in places[:2])
    if first["kind"] == second["kind"]:
        return False
    return (first["population"] or 0) > 10 * (second["population"] or 0)


def _place(place, why, sure):
    name = spoken(place.name) or place.slug
    score = 100 if sure else 95
    return Candidate(place.body["id"], name, _about(place.body), why, score, sure)


def _terms(text, user, scheme):
    """Terms have few words: by one of their names, or the words of one."""
    rows = visible(Term.objects.filter(scheme=scheme), user)
    words, found = set(fold_words(text)), []
    for term in rows.order_by("slug")[:1000]:
        called = [fold(each) for each in texts(term, "name").values() if each]
        if text in map(str, (term.codes or {}).values()):
            why, score = _("A code list has this number for it."), 100
        elif fold(text) in (*called, fold(term.slug)):
            why, score = _("It has this name."), 100
        elif any(words & set(each.split()) for each in called):
            shared = max(len(words & set(each.split())) / len(words) for each in called)
            why, score = _("It has words of this name."), LIKE + 30 * shared
        else:
            continue
        about = capfirst(str(term.get_state_display()))
        found.append(Candidate(str(term.public_id), str(term), about, why, score, score == 100))
    return found
