from django.db import models

from registry.cards import index_rows
from registry.cards.declarations import declaration_of, of_entries
from registry.cards.index import own_words_of
from registry.cards.models import Deferred, OwnWords


class WaitingWords(models.Model):
    """What a record says that is to be public, and is not yet: under an embargo, or part of
    something hidden. It becomes so without a further decision, so whoever looks for a withdrawn
    name looks here as well as in the search texts of cards, and by the same words.
    """

    type = models.CharField(max_length=20)
    public_id = models.UUIDField()
    words = models.TextField()

    when_merged = "stays"  # the flush brings it up to date
    named_by = ("type", "public_id")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["type", "public_id"], name="waiting_once")]

    @classmethod
    def keep(cls, model, fates, anew):
        """Bring the rows of these records up to date; texts of other keys than `anew` are kept."""
        own = cls.objects.filter(type=model.card_type)
        waiting = {public_id: key for key, public_id, *_, waits in fates if waits}
        same = {public_id for public_id, key in waiting.items() if key not in anew}
        kept = set()
        if same:
            kept = set(own.filter(public_id__in=same).values_list("public_id", flat=True))
        old = [public_id for _, public_id, *_ in fates if public_id not in kept]
        own.filter(public_id__in=old).delete()
        if len(waiting) == len(kept):
            return
        words = cls._stored(model, same - kept)
        words |= cls.read(model, [waiting[each] for each in waiting.keys() - kept - words.keys()])
        made = [(model.card_type, public_id, text) for public_id, text in words.items()]
        index_rows.insert(cls, ("type", "public_id", "words"), made)

    @staticmethod
    def _stored(model, public_ids):
        """What their cards say."""
        texts = OwnWords.stored.filter(card__type=model.card_type, card__public_id__in=public_ids)
        return dict(texts.values_list("card__public_id", "words"))

    @staticmethod
    def read(model, keys):
        """{public id: words} of the records."""
        serializer = declaration_of(model).serializer()
        records = model._base_manager.filter(pk__in=keys).prefetch_related(*serializer.shows)
        return {
            record.public_id: " ".join(sorted(own_words_of(serializer.to_representation(record))))
            for record in (records.iterator(chunk_size=500) if keys else ())
        }

    @classmethod
    def sweep(cls):
        """Forget those whose records are no more."""
        for declaration in of_entries():
            ids = declaration.model._base_manager.values_list("public_id", flat=True)
            cls.objects.filter(type=declaration.type).exclude(public_id__in=ids).delete()

    @classmethod
    def differences(cls):
        """Yields a sentence for everything that is not as it should be."""
        for declaration in of_entries():
            model = declaration.model
            if not hasattr(model, "embargo_until"):
                continue  # places, terms and sources wait for nothing
            kept = dict(cls.objects.filter(type=declaration.type).values_list("public_id", "words"))
            keys = list(model._base_manager.values_list("pk", flat=True))
            due = {public_id: key for key, public_id, *_, waits in model.fates(keys) if waits}
            said = cls.read(model, list(due.values()))
            # What is withheld is written later, and its words are.
            late = Deferred.objects.filter(type=declaration.type)
            late = set(late.values_list("public_id", flat=True))
            for public_id in sorted((said.keys() | kept.keys()) - late):
                if said.get(public_id) != kept.get(public_id):
                    yield f"{declaration.type} {public_id}: waits, and its words are not so kept"
