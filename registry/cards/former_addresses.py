"""The addresses at which cards stood: where they lead now, and what is said of what is gone.

The flush asks for it, within its transaction.
"""

from django.db.models import Exists, OuterRef

from registry.ops import ledger

from .models import Card, Redirect, Successor, Tombstone


def make_room(changes):
    """What is public has no tombstone, and nobody else its address."""
    for card_type in {each.type for each in changes}:
        own = [each for each in changes if each.type == card_type]
        ids = [each.public_id for each in own if each.card is None]
        slugs = [each.slug for each in own if each.slug and each.moves]
        if ids:
            Tombstone.objects.filter(type=card_type, public_id__in=ids).delete()
        if slugs:
            Redirect.objects.filter(type=card_type, slug__in=slugs).delete()
            # Two records may swap addresses in one transaction: the second is rendered later.
            for card in Card.stored.filter(type=card_type, slug__in=slugs):
                Card.stored.filter(pk=card.pk).update(slug=card.public_id.hex)


def lead_on(changes):
    """The addresses at which the cards stood lead to where they stand now."""
    for each in changes:
        # A card whose slug was freed for another has left its address to that one.
        if each.card and each.moves and each.card.slug != each.public_id.hex:
            Redirect.objects.update_or_create(
                type=each.type, slug=each.card.slug, defaults={"public_id": each.public_id}
            )


def lead_on_hidden(card_type, public_id, slug):
    """Its address changed while it was hidden: the one that was public leads on, unless another
    stands there by now."""
    hidden = Tombstone.objects.filter(type=card_type, public_id=public_id)
    taken = Card.stored.filter(type=card_type, slug=slug)
    if hidden.filter(slug_hash=Tombstone.hash_of(slug)).exists() and not taken.exists():
        Redirect.objects.update_or_create(
            type=card_type, slug=slug, defaults={"public_id": public_id}
        )


def forget(redirects):
    """These old addresses lead nowhere from now on."""
    Redirect.objects.filter(pk__in=redirects).delete()


def redact(card_type, public_ids):
    """No address at which these stood tells of them any more."""
    if public_ids:
        Redirect.objects.filter(type=card_type, public_id__in=public_ids).delete()
        # An address that was public until the record went back to review is lost as well.
        Tombstone.objects.filter(type=card_type, public_id__in=public_ids).update(slug_hash="")


def mark_gone(card_type, gone):
    """A record back in review is a 404; once withdrawn, the page says that it was.

    The ledger learns of both, and of what is withdrawn before it was ever public: it may have been
    about to be."""
    for state, happened in ((True, ledger.GONE), (False, ledger.BACK)):
        ids = {public_id for public_id, is_gone in gone.items() if is_gone is state}
        others = Tombstone.objects.filter(type=card_type, public_id__in=ids).exclude(gone=state)
        told = set(others.values_list("public_id", flat=True))
        if told:
            others.update(gone=state)
        if state:
            told |= ids
        if told:
            ledger.note(happened, card_type, sorted(told))


def lead_into(card_type, public_id, into):
    """The record is one with that of the id `into` from now on, where its addresses lead."""
    Successor.objects.create(type=card_type, public_id=public_id, into=into)


def lead_nowhere_else(card_type, public_ids):
    """These are nobody else any more."""
    Successor.objects.filter(type=card_type, public_id__in=list(public_ids)).delete()


def told_successors(tombstones):
    """{(type, id): the id of what it is one with} of the tombstones, as far as that is, or was,
    public itself."""
    ids, types = [each.public_id for each in tombstones], {each.type for each in tombstones}
    # By the type as well, with which the index begins.
    rows = Successor.objects.filter(type__in=types, public_id__in=ids)
    own = {"type": OuterRef("type"), "public_id": OuterRef("into")}
    known = Exists(Card.stored.filter(**own)) | Exists(Tombstone.objects.filter(**own))
    told = rows.filter(known).values_list("type", "public_id", "into")
    return {(card_type, public_id): into for card_type, public_id, into in told}
