"""Which records may be the same: what tells it, and how much.

    names_like(Organisation, ["Зялёны свет"], user)  →  records with names like it, in any script
    look()                                           →  brings the list of likely pairs up to date
    reasons(one, other)                              →  [Reason] why they may be, or may not be

Each record has a few signs, numbers made of a pair of words of its names, its website, its numbers.
Whoever shares a sign is compared, and nobody else; a sign that many share tells nothing.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from hashlib import blake2b
from itertools import combinations
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils import timezone
from django.utils.translation import gettext
from orjson import loads
from rapidfuzz import fuzz

from registry.cards.declarations import of_entries
from registry.cards.loader import batches
from registry.cards.models import Card, Counter
from registry.cards.name_words import tight
from registry.listings.search.interpretations import with_places
from registry.listings.search.likeness import SMALL_WORDS, closest, heard
from registry.records.models import LikelyPair, LookedFor, Sign, State
from registry.records.models.state import GONE
from registry.records.relations import part_models
from registry.values.folding import fold
from registry.values.legal_forms import without_form
from registry.values.texts import LANGUAGES

from .rights import visible

SHARE = 250  # records looked at in one transaction
COMMON = 12  # a sign that more records share is none
LIKELY = 60  # points from which two are listed
ALIKE = 80  # of 100, from which a name is like what was typed
DRAFTS = 2000  # looked at for a name: the newest
# Websites on which each page is somebody else's.
SHARED = re.compile(
    r"(?:^|\.)(?:facebook|fb|vk|instagram|t|telegram|youtube|youtu|ok|twitter|x|linkedin|linktr|google"
    r"|wordpress|blogspot|livejournal|wixsite|tilda|github)\.(?:com|me|ru|be|ee|org|io|ws|by|cc)$"
)
QUOTED = re.compile(r"[«\"“„]([^«»\"“”„]{3,})[»\"”“]")
VOWELS = re.compile(r"(?<!^)[aeiouyAU]")


@dataclass(frozen=True)
class Reason:
    points: int
    words: str

    def __str__(self):
        return self.words


def called(texts):
    """{name: None}, folded and without legal forms: each name, and what stands in quotes in it."""
    found = {}
    for text in filter(None, texts):
        for each in (text, *QUOTED.findall(text)):
            found.setdefault(fold(without_form(each)))
    return {name: None for name in found if len(name) > 2}


def likeness(names, others):
    """How like the likeliest two of the names are, of 100."""
    return max(
        (fuzz.token_sort_ratio(_sound(a), _sound(b)) for a in names for b in others), default=0
    )


def _sound(name):
    return heard(tight(name))


def names_like(model, typed, user, but=None, most=5):
    """The records of the kind, that exist for the person, with names like one of those typed: the
    public ones by the search for names, and the newest of all others."""
    names, scores = called(typed), {}
    if not names:
        return []
    rows = visible(model.objects.all(), user)
    for text in [text for text in dict.fromkeys(typed) if text][: len(LANGUAGES)]:
        search = with_places(text[:200], (model.card_type,))
        for each in closest(search, (model.card_type,), most=most) if search.words else ():
            own = {**called(loads(each.card.body)["name"].values()), each.name: None}
            if (like := likeness(names, own)) >= ALIKE:
                scores[each.card.public_id] = like
    waiting = rows.exclude(state=State.PUBLIC).order_by("-pk")[:DRAFTS]
    own = waiting.values_list("pk", "public_id", *(f"name_{code}" for code in LANGUAGES))
    own = {key: [public_id, *texts] for key, public_id, *texts in own}
    if parts := part_models(model).get("other_names"):
        named = parts.objects.filter(record__in=list(own)).values_list("record", "name")
        for key, name in named:
            own[key].append(name)
    for public_id, *texts in own.values():
        if (like := likeness(names, called(texts))) >= ALIKE:
            scores[public_id] = like
    found = rows.filter(public_id__in=scores).exclude(pk=but and but.pk)
    return sorted(found, key=lambda each: (-scores[each.public_id], each.slug))[:most]


# Pairs


class Traits:
    """What is compared of a record: of those that are stored read by `traits_of`."""

    def __init__(
        self, texts, numbers=(), site="", mail="", places=(), year="", runners=(), code=None
    ):
        texts = list(filter(None, texts))
        self.names = called(texts)
        self.short = {fold(text) for text in texts if text.isupper()}
        self.initials = {name for name in map(_initials, self.names) if len(name) > 2}
        self.numbers = {_number(each) for each in numbers} - {""}
        self.site, self.mail = _site(site), mail.lower()
        self.places, self.year, self.runners = set(places), year, set(runners)
        self.code = code  # of a place, which no other one has

    @classmethod
    def of(cls, entry):
        texts = [getattr(entry, f"name_{code}") for code in LANGUAGES]
        texts += [each.name for each in _rows(entry, "other_names")]
        places = {each.location_id for each in _rows(entry, "placements")}
        for name, what in entry.locates.items():
            if what is None and getattr(entry, f"{name}_id"):
                places.add(getattr(entry, f"{name}_id"))
        if entry.card_type == "location":
            places.add(entry.parent_id)
        traits = cls(
            texts,
            numbers=[each.value for each in _rows(entry, "identifiers")],
            site=getattr(entry, "website", ""),
            mail=getattr(entry, "email", ""),
            places=places,
            year=str(getattr(entry, "earliest", None) or "")[:4],
            runners=[each.organisation_id for each in _rows(entry, "roles")],
            code=getattr(entry, "code", None),
        )
        traits.entry = entry
        return traits

    def signs(self):
        found = {("site", self.site), ("mail", self.mail)}
        found |= {("number", each) for each in self.numbers}
        found |= {("short", each) for each in self.short | self.initials}
        for name in self.names:
            words = [VOWELS.sub("", _sound(each)) for each in _telling(name)]
            found.add(("name", "".join(sorted(words))))
            found |= {("pair", "".join(pair)) for pair in zip(words, words[1:], strict=False)}
        return {_hashed(*each) for each in found if each[1]}


def _rows(entry, relation):
    return getattr(entry, relation).all() if relation in part_models(type(entry)) else ()


def _telling(name):
    return [word for word in name.split() if word not in SMALL_WORDS]


def _initials(name):
    return "".join(word[0] for word in _telling(name))


def _number(value):
    """The number without what is written around it; what is short is nobody's alone."""
    digits = re.sub(r"\W", "", value).casefold()
    return digits if len(digits) > 5 else ""


def _site(address):
    """The host, with the page where the host is not one's own."""
    parts = urlsplit(address)
    host = parts.netloc.casefold().removeprefix("www.")
    page = parts.path.casefold().rstrip("/")
    return host if not SHARED.search(host) else page and f"{host}{page}"


def _hashed(kind, text):
    digest = blake2b(f"{kind}:{text}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


def traits_of(rows):
    """{public id: Traits} of the rows, by one statement for each kind of what is compared."""
    relations = ("other_names", "identifiers", "placements", "roles")
    read = [name for name in relations if name in part_models(rows.model)]
    return {entry.public_id: Traits.of(entry) for entry in rows.prefetch_related(*read)}


def reasons(one, other):
    """[Reason] of what two `Traits` tell, for or against."""
    return [each for each in _reasons(one, other) if each.points]


def _reasons(one, other):
    if one.numbers & other.numbers:
        yield Reason(100, gettext("the same number in a list"))
    if one.site and one.site == other.site:
        yield Reason(60, gettext("the same website"))
    if one.mail and one.mail == other.mail:
        yield Reason(60, gettext("the same mailbox"))
    like = likeness(one.names, other.names)
    if like >= 96:
        yield Reason(60, gettext("the same name"))
    elif like >= 82:
        yield Reason(45, gettext("names that are alike"))
    if one.short & other.initials or other.short & one.initials:
        yield Reason(45, gettext("a short name made of the first letters of the other"))
    if one.code and other.code:
        yield Reason(-100, gettext("elsewhere"))
    elif one.places and other.places:
        same = bool(one.places & other.places)
        yield Reason(
            20 if same else -25, gettext("the same place") if same else gettext("elsewhere")
        )
    if one.year and other.year:
        same = one.year == other.year
        words = gettext("the same year") if same else gettext("another year")
        yield Reason(15 if same else -30, words)
    if one.runners & other.runners:
        yield Reason(15, gettext("the same organisation in it"))


def score(one, other):
    return sum(each.points for each in reasons(one, other))


def likely_among(traits):
    """[(one, other)] of the keys of {key: Traits}, in their order, that may be of the same."""
    sharing = defaultdict(list)
    for key, each in traits.items():
        for sign in each.signs():
            sharing[sign].append(key)
    pairs = {
        pair
        for some in sharing.values()
        if len(some) <= COMMON
        for pair in combinations(some, 2)
        if score(*(traits[each] for each in pair)) >= LIKELY
    }
    order = {key: number for number, key in enumerate(traits)}
    return sorted(pairs, key=lambda pair: [order[each] for each in pair])


def look():
    """Find the pairs among what has changed since the last time, and all they may be like; in
    words how many were looked at."""
    looked = sum(map(_look_at, mergeable()))
    return f"{looked} records compared" if looked else None


def mergeable():
    return [each.model for each in of_entries() if each.model.is_mergeable]


def _look_at(model):
    """Keys and marks are read first: what comes meanwhile is looked at again."""
    number = Counter.current().number
    version = model.history.aggregate(newest=Max("history_id"))["newest"] or 0
    mark = LookedFor.objects.filter(card_type=model.card_type).first()
    rows = model._base_manager.order_by("pk")
    if mark:
        kept = model.history.filter(history_id__gt=mark.version).values("id")
        cards = Card.stored.of(model.card_type).filter(number__gt=mark.number)
        rows = rows.filter(Q(pk__in=kept) | Q(public_id__in=cards.values("public_id")))
    keys = list(rows.values_list("pk", flat=True))
    for some in batches(keys, SHARE):
        with transaction.atomic():
            compare(model, some)
    # Who finds nothing new takes no lock from those who write.
    if keys or (mark and (mark.version, mark.number) != (version, number)):
        now = {"version": version, "number": number, "at": timezone.now()}
        LookedFor.objects.update_or_create(card_type=model.card_type, defaults=now)
    return len(keys)


def compare(model, keys):
    """Bring the signs and the pairs of these records up to date."""
    card_type = model.card_type
    own = model._base_manager.filter(pk__in=keys)
    ids = list(own.values_list("public_id", flat=True))
    traits = traits_of(own.exclude(state__in=GONE))
    Sign.objects.filter(card_type=card_type, public_id__in=ids).delete()
    Sign.objects.bulk_create(
        Sign(card_type=card_type, public_id=public_id, sign=sign)
        for public_id, each in traits.items()
        for sign in sorted(each.signs())
    )
    pairs = _sharing(card_type, ids)
    others = {public_id for pair in pairs for public_id in pair} - traits.keys()
    traits |= traits_of(model._base_manager.filter(public_id__in=others).exclude(state__in=GONE))
    found = {
        pair: points
        for pair in pairs
        if traits.keys() >= {*pair}
        and (points := score(*(traits[each] for each in pair))) >= LIKELY
    }
    _keep(card_type, ids, found)


def _sharing(card_type, ids):
    """{(id, id)} of all that share a sign with one of these, which not many share."""
    signs = Sign.objects.filter(card_type=card_type)
    own = signs.filter(public_id__in=ids).values("sign")
    usual = signs.filter(sign__in=own).values("sign").annotate(number=Count("pk"))
    told = usual.filter(number__range=(2, COMMON)).values("sign")
    sharing = defaultdict(list)
    for sign, public_id in signs.filter(sign__in=told).values_list("sign", "public_id"):
        sharing[sign].append(public_id)
    new = {*ids}
    return {
        tuple(sorted((one, other)))
        for some in sharing.values()
        for one in some
        if one in new
        for other in some
        if other != one
    }


def _keep(card_type, ids, found):
    """The open pairs of these are those that were found; what was settled stays so."""
    either = Q(one__in=ids) | Q(other__in=ids)
    kept = {
        (row.one, row.other): row for row in LikelyPair.objects.filter(either, card_type=card_type)
    }
    gone = [row.pk for pair, row in kept.items() if pair not in found and row.settled_at is None]
    LikelyPair.objects.filter(pk__in=gone).delete()
    for pair, row in kept.items():
        if pair in found and row.score != found[pair]:
            LikelyPair.objects.filter(pk=row.pk).update(score=found[pair])
    LikelyPair.objects.bulk_create(
        LikelyPair(card_type=card_type, one=one, other=other, score=min(points, 999))
        for (one, other), points in sorted(found.items())
        if (one, other) not in kept
    )
