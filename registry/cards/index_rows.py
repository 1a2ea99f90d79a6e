"""The rows of a card in the tables, as few statements as there are kinds of rows to change."""

from collections import defaultdict

import orjson

from registry.values.stemming import MARK, sign_of, with_stems, word_of_kind
from registry.values.texts import LANGUAGES

from . import heads, index, name_words, reach, term_counts, term_sets
from .declarations import declared
from .loader import MANY
from .models import (
    Card,
    CardBit,
    CardGiven,
    CardHead,
    CardPoint,
    CardSpan,
    CardTerm,
    Deferred,
    OwnWords,
    SearchName,
    SearchText,
)
from .sql import delete, execute, insert, quoted, table, update

TERM = ("card", "type", "group", "value", "sort")
POINT = ("card", "lon", "lat", "own")
SPAN = ("card", "start", "end")
HEAD = ("identity", "slug", "name", *LANGUAGES, "geometry", "type", "sort", "card")
GIVEN = ("card", "whole", "rank", "sort", "group", "value", "start", "end")
SEARCHED = ("names", "words", "card")
OWN = ("words", "card")


def columns_of(body, public_id, owner, text, old=None):
    """What the card's row holds besides its type, id, number and moment; of one that is stored
    without what is as in the `old` body."""
    values = {
        "slug": body["slug"] or public_id.hex,
        "body": text,
        "parent": owner if owner != public_id else None,
    }
    start, end, uncertain = index.span_of(body)
    active_start, active_end, gaps = index.active_of(body)
    values |= {"active_start": active_start, "active_end": active_end, "gaps": gaps}
    if old and old["name"] == body["name"] and index.span_of(old) == (start, end, uncertain):
        return values
    keys = index.name_keys(body)
    return values | {
        "sort": index.sort_of(body, declared[body["type"]].order),
        "name_en": keys["en"],
        "name_be": keys["be"],
        "name_ru": keys["ru"],
        "start": start,
        "end": end,
        "uncertain": uncertain,
    }


def create(cards, bodies, bits):
    """New cards with all that stands beside them; bits are those that cards had before they were
    written anew, or None."""
    Card.stored.bulk_create(cards, batch_size=1000)
    bits = term_sets.place(cards, bits)
    terms, points, spans, names, texts, own_words, counted, held = [], [], [], [], [], [], [], []
    for card, body in zip(cards, bodies, strict=True):
        found = index.terms_of(body)
        counted += term_counts.rows_of_body(body, found)
        held += term_sets.rows_of(card.type, bits[card.pk], term_sets.keys_of_body(body, found))
        terms += [term(card, *each) for each in sorted(found)]
        points += [(card.pk, *point) for point in _points(card, body)]
        spans += [(card.pk, *span) for span in _spans(card, body)]
        names += [(card.pk, *row) for row in _names(card, body)]
        *text, own = searched(body)
        texts.append((*text, card.pk))
        own_words.append((own, card.pk))
    insert(CardTerm, TERM, terms)
    insert(CardPoint, POINT, points)
    insert(CardSpan, SPAN, spans)
    insert(
        CardHead,
        HEAD,
        [(*heads.row_of(body), card.pk) for card, body in zip(cards, bodies, strict=True)],
    )
    insert(SearchName, ("card", "type", "name"), names)
    insert(SearchText, SEARCHED, texts)
    insert(OwnWords, OWN, own_words)
    name_words.count(gained=[text[0] for text in texts])
    term_counts.count(gained=counted)
    term_sets.move(gained=held)


def term(card, group, value):
    return (card.pk, card.type, group, value, card.sort)


def searched(body):
    """What is looked through of a card: the words of its names, all of them, and its own."""
    names, words = index.words_of_names(body), index.words_of(body)
    return joined(body["type"], names, words, index.own_words_of(body))


def joined(card_type, names, words, own):
    """The three texts. The first two have the stems of their words as well, and say the kind of
    card, the one as a word, the other in each: so no card is looked up for that, and who looks for
    a word in one kind meets no card of another."""
    sign = sign_of(card_type)
    said = {f"{sign}{word}" for word in with_stems(words)}
    sets = (with_stems(names) | {word_of_kind(card_type)}, said, own)
    return tuple(" ".join(sorted(words)) for words in sets)


def searched_after(old, body, stored):
    """The same, where `stored` is what the table holds of the card as it was before."""
    names, words, own = stored
    changed = (
        key
        for key in body
        if body[key] != old.get(key)
        and (
            not index.references_in(old.get(key))
            or index.beside_references(body, key) != index.beside_references(old, key)
        )
    )
    if all(not body[key] and not old.get(key) for key in changed):
        return names, _words_after(body, words, index.words_of_references(old), own), own
    if index.typed_in(old) == index.typed_in(body):
        return *joined(body["type"], index.words_of_names(body), index.words_of(body), ())[:2], own
    return searched(body)


def _words_after(body, words, lost, own):
    """The text of all words, of that which the table holds and the words of names that are lost."""
    sign = sign_of(body["type"])
    plain = {word.removeprefix(sign) for word in words.split()}
    plain = {word for word in plain if not word.startswith(MARK)}
    after = index.words_after(body, plain, lost, set(own.split()))
    return joined(body["type"], (), after, ())[1]


def rename(changes):
    """The same as `change`, where names in references alone are others: but for its words, nothing
    that stands beside a card depends on them. Of each: (key, text, names that it had of them)."""
    present = SearchText.stored.filter(card__in=[key for key, *_ in changes])
    present = present.values_list("card", "words", "card__own_words__words")
    stored = {key: (words, own) for key, words, own in present}
    rows = []
    for key, text, before in changes:
        words, own = stored[key]
        lost = frozenset().union(*(index.words_of_name(*name.values()) for name in before))
        after = _words_after(orjson.loads(text), words, lost, own)
        if after != words:
            rows.append((after, key))
    update(SearchText, ("words",), "card", rows)


def change(changes):
    """Bring stored cards to what they are now: (card, its columns, the body before, the body)."""
    _change_columns(changes)
    _change_terms(changes)
    rows = [(card.pk, heads.row_of(old), heads.row_of(body)) for card, _, old, body in changes]
    update(CardHead, HEAD[:-1], "card", [(*new, key) for key, old, new in rows if new != old])
    for model, fields, of in (
        (CardPoint, POINT, _points),
        (CardSpan, SPAN, _spans),
        (SearchName, ("card", "type", "name"), _names),
    ):
        changed = [each for each in changes if of(each[0], each[2]) != of(each[0], each[3])]
        delete(model, "card", [card.pk for card, *_ in changed])
        rows = [(card.pk, *row) for card, _, _, body in changed for row in of(card, body)]
        insert(model, fields, rows)
    _change_texts(changes)


def _change_columns(changes):
    updates = defaultdict(list)
    for card, values, *_ in changes:
        differing = [name for name, value in values.items() if getattr(card, name) != value]
        resorted = "sort" in differing
        updates[tuple(differing)].append([*(values[name] for name in differing), card.pk])
        for name in differing:
            setattr(card, name, values[name])
        card.resorted = resorted
    for names, rows in updates.items():
        update(Card, names, "id", rows)


def _change_texts(changes):
    present = SearchText.stored.filter(card__in=[card.pk for card, *_ in changes])
    present = present.values_list("names", "words", "card__own_words__words", "card")
    stored = {key: texts for *texts, key in present}
    rows = [
        (*searched_after(old, body, stored[card.pk]), card.pk) for card, _, old, body in changes
    ]
    texts = [(*text, key) for *text, _, key in rows if text != stored[key][:2]]
    name_words.count(lost=[stored[key][0] for *_, key in texts], gained=[row[0] for row in texts])
    update(SearchText, SEARCHED[:-1], "card", texts)
    own = [(own, key) for *_, own, key in rows if own != stored[key][2]]
    update(OwnWords, OWN[:-1], "card", own)


def _points(card, body):
    own, gained = index.points_of(body), index.reached_points(body)
    return [(*p, True) for p in sorted(own)] + [(*p, False) for p in sorted(gained)]


def _spans(card, body):
    spans = index.spans_of(body)
    return spans if len(spans) > 1 else []


def give(new, stored):
    """What new cards, (card, body), and stored ones, (card, the body before, the body), give to
    their wholes, written anew where it is another; the ids of the wholes that it may change."""
    if not any(declared[card.type].wholes for card, *_ in [*new, *stored]):
        return set()
    before, after = defaultdict(set), defaultdict(set)
    given = CardGiven.objects.filter(card__in=[card.pk for card, *_ in stored])
    for row in given.values_list(*GIVEN) if stored else ():
        before[row[0]].add(row)
    for row in reach.rows_for_wholes([*new, *((card, body) for card, _, body in stored)]):
        after[row[0]].add(row)
    anew = [card.pk for card, *_ in [*new, *stored] if before[card.pk] != after[card.pk]]
    delete(CardGiven, "card", [key for key in anew if before[key]])
    insert(CardGiven, GIVEN, [row for key in anew for row in sorted(after[key], key=str)])
    shown = {card.pk for card, old, body in stored if reach.shows_otherwise(old, body)}
    changed = [before[key] | after[key] for key in {*anew, *shown}]
    return {whole for rows in changed for _, whole, *_ in rows}


def wholes_of(keys):
    """The ids of those to which the cards with these keys give something."""
    found = set()
    for start in range(0, len(keys), MANY):
        gave = CardGiven.objects.filter(card__in=keys[start : start + MANY])
        # Asked for distinct ones of many keys, SQLite reads the whole index of wholes instead.
        found.update(gave.values_list("whole", flat=True).iterator())
    return found


def _names(card, body):
    return [(card.type, name) for name in index.found_by(body)]


def _change_terms(changes):
    lost, found, fewer, more, moved = [], [], [], [], []
    for card, _, before, body in changes:
        old, new = index.terms_of(before), index.terms_of(body)
        fewer += term_counts.rows_of_body(before, old)
        more += term_counts.rows_of_body(body, new)
        moved.append((card, term_sets.keys_of_body(before, old), term_sets.keys_of_body(body, new)))
        gone, come = (old, new) if card.resorted else (old - new, new - old)
        lost += [(card.pk, *each) for each in gone]
        found += [term(card, *each) for each in sorted(come)]
    if lost:
        execute(
            f"DELETE FROM {table(CardTerm)} WHERE card_id = %s AND {quoted('group')} = %s"  # noqa: S608
            " AND value = %s",
            lost,
        )
    insert(CardTerm, TERM, found)
    term_counts.count(lost=fewer, gained=more)
    term_sets.change(moved)


def remove(keys):
    """The cards with these keys, and all that stands beside them."""
    counted, held = [], []
    for start in range(0, len(keys), MANY):
        texts = SearchText.stored.filter(card__in=keys[start : start + MANY])
        name_words.count(lost=texts.values_list("names", flat=True))
        for each in term_counts.stored(keys[start : start + MANY]):
            said = each.type, each.terms
            counted += term_counts.rows_of(*said, each.span[:2], each.active)
            held += term_sets.rows_of(
                each.type, each.bit, term_sets.keys_of(*said, each.span, each.active)
            )
    for model in (
        CardBit,
        CardTerm,
        CardPoint,
        CardSpan,
        CardHead,
        CardGiven,
        SearchName,
        SearchText,
        OwnWords,
        Deferred,
    ):
        delete(model, "card", keys)
    delete(Card, "pk", keys)
    term_counts.count(lost=counted)
    term_sets.move(lost=held)
