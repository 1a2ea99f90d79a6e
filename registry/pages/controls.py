"""What a page offers beside a list: controls that filter, orders, pages."""

import orjson
from django.db.models import Count, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.cards.index import NONE
from registry.cards.models import Card, CardTerm
from registry.listings import orders
from registry.listings.facet_kinds import chosen_cards
from registry.listings.named_cards import NamedCard
from registry.listings.paging import MAX_PAGES

MOST_COUNTED = 10_000  # records of which it is said how many each further choice would leave
MAX_OPTIONS = 8  # shown at once; the others unfold
MAX_WAYS = 12  # of one group, as links
MAX_RELATIVES = 8  # organisations, or places around, that are offered in the place of others
TYPED = ("q", "from", "to")  # written by hand
# What somebody wrote, or where they are: of that nothing is kept.
THEIRS = (*TYPED, "near", "bbox", "updated_since")
TYPED_WRONG = ("month",)  # chosen by links: a field only where the address says what is none
TREES = ("location", "year")  # whose values already stand in an order of their own
# What a reader asks first stands first; a parameter that is not named here stands last.
FIRST = ("location", "theme", "audience", "result", "kind", "status", "mode")
LAST = ("year", "organisation", "role", "location_kind")
# Too many to list: named by hand, by whatever name, beside what is listed.
NAMED = {"location": gettext_lazy("District or town"), "organisation": gettext_lazy("Name")}

ORDERINGS = {
    "start": gettext_lazy("Oldest first"),
    "-start": gettext_lazy("Newest first"),
    "end": gettext_lazy("First to end"),
    "-end": gettext_lazy("Last to end"),
    "name": gettext_lazy("Name, A to Z"),
    "-name": gettext_lazy("Name, Z to A"),
    "updated_at": gettext_lazy("Oldest change first"),
    "-updated_at": gettext_lazy("Changed most recently"),
    "-programmes": gettext_lazy("Most programmes first"),
    "programmes": gettext_lazy("Fewest programmes first"),
}


def controls(listing, facets, counted=True):
    """{"typed", "dated", "choices", "counted", "hidden", "on"}: every parameter given has its
    control.

    "on": how many of those that people see are set. Not `counted`: the facets are those of the
    whole collection, whose numbers are not told.
    What was typed stays: a value that means nothing is shown as it was given, beside its error.
    """
    typed, choices, hidden = [], [], []
    for name, parameter in listing.filters.items():
        given = listing.values_of(name)
        error = " ".join(listing.errors.get(name, []))
        common = {"name": name, "label": parameter.label, "error": error}
        if name in TYPED or (error and name in TYPED_WRONG):
            typed.append(common | {"value": given[0] if given else ""})
        elif name in facets or name == "organisation":
            group = _options(listing, name, facets.get(name, []), given)
            choices.append(common | (group if counted else _uncounted(group)))
        elif parameter.listed:
            items = [
                {"value": value, "label": parameter.texts(value), "count": None}
                for value in parameter.allowed()
            ]
            choices.append(common | _options(listing, name, items, given))
        elif given and name not in ("page", "cursor", "compare"):
            if error or parameter.facet:
                choices.append(common | _options(listing, name, [], given))
            else:
                # Sent along unseen: a form sends its fields alone, and would lose these.
                hidden += [(name, value) for value in given]
    choices.sort(key=lambda group: _place_of(group["name"]))
    unshown = {"ordering", "page", "cursor", "compare", *(name for name, _value in hidden)}
    shown = [name for name in listing.filters if name not in unshown]
    on = sum(len(listing.values_of(name)) for name in shown)
    dated = any(field["name"] != "q" for field in typed)
    found = {"typed": typed, "choices": choices, "hidden": hidden}
    return found | {"dated": dated, "counted": counted, "on": on}


def ways_in(listing, choices, names):
    """The values of these groups of which none is chosen yet, each with the query that adds it: by
    a link at once, where the form takes boxes and a button.

    [{"label", "options": [{"label", "count", "query"}]}]
    """
    groups = {group["name"]: group for group in choices}
    found = []
    for name in names:
        if name not in groups or listing.values_of(name):
            continue
        options = [
            {**option, "query": listing.address.canonical(instead={name: [option["value"]]})}
            for option in (*groups[name]["options"], *groups[name]["more"])
            if option["count"] != 0 and option["value"] != NONE
        ]
        if options:
            found.append({"label": groups[name]["label"], "options": options[:MAX_WAYS]})
    return found


def _place_of(name):
    if name in FIRST:
        return FIRST.index(name)
    return len(FIRST) + (1 + LAST.index(name) if name in LAST else 0)


def _options(listing, name, items, given):
    options = [
        {
            "value": item["value"],
            "label": item["label"],
            "count": item["count"],
            "checked": item["value"] in given,
        }
        for item in items
    ]
    if name == "location":
        _indent(options, items)
    parameter = listing.filters[name]
    field = None
    if name in NAMED:
        unknown = [value for value in given if value != NONE and not parameter.card_of(value)]
        field = {"label": NAMED[name], "value": unknown[0] if unknown else ""}
        field["type"] = parameter.named_type
        # The field holds one; of several unknown names the others stay, as boxes.
        given = [value for value in given if value not in unknown[:1]]
        field["offers"] = [_offer(match) for match in parameter.offers]
    _check_what_is_not_offered(options, given, parameter)
    if name not in TREES:
        options.sort(key=lambda option: (option["value"] == NONE, -(option["count"] or 0)))
    for option in options:
        option["disabled"] = option["count"] == 0 and not option["checked"]
    # Sorting is stable: what can be chosen keeps its order, and so does what cannot.
    options.sort(key=lambda option: option["disabled"])
    most = 0 if name == "year" else MAX_OPTIONS
    first = [
        option
        for n, option in enumerate(options)
        if option["checked"] or (n < most and not option["disabled"])
    ]
    more = [option for option in options if option not in first]
    return {"kind": "checkbox", "options": first, "more": more, "field": field}


def _uncounted(group):
    for option in (*group["options"], *group["more"]):
        option["count"] = option["count"] and None  # what there is none of at all stays disabled
    return group


def _check_what_is_not_offered(options, given, parameter):
    known = {option["value"] for option in options}
    for value in given:
        if value not in known:
            # Another name of a value that is offered, such as the slug of a place with a code.
            words = parameter.texts(value)
            twin = next((option for option in options if option["label"] == words), None)
            if twin:
                twin["checked"] = True
                twin["value"] = value
            else:
                options.append({"value": value, "label": words, "count": None, "checked": True})


def _indent(options, items):
    """How deep each place lies in those listed above it."""
    depths = {}
    for option, item in zip(options, items, strict=True):
        above = depths.get(item.get("parent"))
        depths[item["value"]] = option["depth"] = 0 if above is None else above + 1


def _offer(match):
    """A record that may have been meant by what was typed."""
    card = NamedCard(match.card.type, match.card.slug, match.card.body)
    return {"value": card.value, "label": card.name, "count": None, "checked": False}


def orderings(listing):
    """The orders that can be chosen: [{"value", "label", "chosen"}]."""
    names = list(orders.names(listing.card_type))
    found = [{"value": name, "label": ORDERINGS[name]} for name in names]
    if listing.values_of("q"):
        found.insert(0, {"value": "", "label": _("Best match")})
    usual = "" if listing.values_of("q") else listing.default_ordering
    chosen = (listing.values_of("ordering") or [usual])[0]
    return [option | {"chosen": option["value"] == chosen} for option in found]


def relaxed_alternatives(listing):
    """What an empty list would hold otherwise, as far as that is anything: by one statement.

    [{"query", "count"}], and with each "without": the words of the filter that is taken off,
    "around": the place around the one asked for, or "instead": the organisation asked for in
    place of another, with which of the two is "part" and which the "whole". If none of these
    leads anywhere, "only": the words of the one filter that is kept.
    """
    ways = relatives(listing)
    filtering = listing.filtering
    for name in filtering:
        words = _words(listing, name)
        query = listing.address.canonical(instead={name: []})
        ways.append({"without": words, "query": query, "cards": _cards(listing, [name])})
    ways += _wider_places(listing)
    if len(filtering) > 2:  # of two, the one that is kept is the list without the other
        for name in filtering:
            others = [other for other in filtering if other != name]
            query = listing.address.canonical(instead={other: [] for other in others})
            cards = _cards(listing, others)
            ways.append({"only": _words(listing, name), "query": query, "cards": cards})
    found = with_counts(ways) if ways else []
    return [way for way in found if "only" not in way] or found


def _wider_places(listing):
    places = chosen_cards(listing.filters["location"]) if _is_placed(listing) else ()
    wider = {place["slug"]: place for card in places if (place := card.body["parent"])}
    for around in list(wider.values())[:MAX_RELATIVES]:
        yield {
            "around": around["name"],
            "query": listing.address.canonical(instead={"location": [around["slug"]]}),
            "cards": listing.selection.cards(without=["location"]).with_term(
                listing.card_type, "location", [around["slug"]]
            ),
        }


def with_counts(ways):
    """Those that lead to something, with the number in place of the cards."""
    parts = [
        way.pop("cards")
        # SQLite allows no order in a part of a union.
        .order_by()
        .annotate(way=Value(number))
        .values("way")
        .annotate(number=Count("pk"))
        .values_list("way", "number")
        for number, way in enumerate(ways)
    ]
    counts = dict(parts[0].union(*parts[1:], all=True))
    return [
        way | {"count": counts[number]} for number, way in enumerate(ways) if counts.get(number)
    ]


def _cards(listing, without):
    """The cards without these filters."""
    if "reach" in without:
        listing = listing.with_parts()
    if "organisation" not in without:
        return listing.selection.cards(without=without)
    # By itself a role is anybody's.
    roles = {
        name: listing.cleaned[name]
        for name in ("role", "-role")
        if name not in without and listing.cleaned.get(name)
    }
    cards = listing.selection.cards(without=[*without, *roles])
    if "role" in roles:
        cards = cards.with_term(listing.card_type, "role", roles["role"])
    if "-role" in roles:
        held = CardTerm.objects.filter(
            type=listing.card_type, group="role", value__in=roles["-role"]
        )
        cards = cards.exclude(pk__in=held.values("card"))
    return cards


def _words(listing, name):
    return [listing.filters[name].in_words(value) for value in listing.values_of(name)]


def relatives(listing):
    """The same list of organisations that belong to those asked for, or that these belong to."""
    parameter = listing.filters.get("organisation")
    if parameter is None or not listing.cleaned["organisation"]:
        return []
    asked = {card.slug: card.body for card in chosen_cards(parameter) if card}
    parts = Card.objects.with_term("organisation", "parent", sorted(asked)).order_by("sort")
    bodies = map(orjson.loads, parts.values_list("body", flat=True)[:MAX_RELATIVES])
    pairs = {body["slug"]: (body, body["parent"], body) for body in bodies}
    for body in asked.values():
        if whole := body["parent"]:
            pairs.setdefault(whole["slug"], (whole, whole, body))
    # The role goes with the organisation that has it: by itself it is anybody's.
    others = listing.selection.cards(without=["organisation", "role"])
    roles, kind = listing.cleaned["role"], listing.card_type
    return [
        {
            "id": other["id"],  # by which what is kept of it goes with its name
            "instead": other["name"],
            "whole": whole["name"],
            "part": part["name"],
            "query": listing.address.canonical(instead={"organisation": [other["slug"]]}),
            "cards": others.with_term(
                kind, "organisation_role", [f"{role}:{other['slug']}" for role in roles]
            )
            if roles
            else others.with_term(kind, "organisation", [other["slug"]]),
        }
        for slug, (other, whole, part) in list(pairs.items())[:MAX_RELATIVES]
        if slug not in asked
    ]


def _is_placed(listing):
    return "location" in listing.filters and bool(listing.cleaned["location"])


def page_numbers(page, query):
    """The numbered pages around this one, and the ways on: addresses are query strings."""
    prefix = f"{query}&" if query else ""
    last = min(-(-page.count // page.size), MAX_PAGES)
    number = page.number
    numbers = []
    if number and last > 1:
        near = {1, last, *range(number - 2, number + 3)}
        numbers = [
            {"number": n, "query": _numbered(prefix, query, n), "gap": n > 1 and n - 1 not in near}
            for n in sorted(n for n in near if 1 <= n <= last)
        ]
    following = previous = None
    if number:
        if number < last:
            following = f"{prefix}page={number + 1}"
        # Beyond the last number a cursor leads on: an offset reads all that it skips.
        elif page.next_cursor:
            following = f"cursor={page.next_cursor}"
        previous = _numbered(prefix, query, number - 1) if number > 1 else None
        first_row = (number - 1) * page.size + 1
    else:
        following = page.next_cursor and f"cursor={page.next_cursor}"
        previous = page.previous_cursor and f"cursor={page.previous_cursor}"
        first_row = None
    return {
        "numbers": numbers,
        "next": following,
        "previous": previous,
        "first": first_row,
        "last": first_row and first_row + len(page.cards) - 1,
    }


def _numbered(prefix, query, number):
    # The first page has no number: it would have a second address.
    return f"{prefix}page={number}" if number > 1 else query
