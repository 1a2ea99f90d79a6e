"""A text that is fine as it is, although its words in another language are newer."""

from django.db import models

from .proposal import OfRecord, OfRecordQuerySet


class LeftText(OfRecord):
    """Said by somebody on the translation desk; it stands until the text changes again."""

    holder = models.UUIDField(help_text="the id of the record, or of its row that has the text")
    name = models.CharField(max_length=40)
    language = models.CharField(max_length=2)
    seen = models.BigIntegerField(help_text="the latest version of the text, in any language")

    objects = OfRecordQuerySet.as_manager()

    class Meta(OfRecord.Meta):
        indexes = [models.Index(fields=["public_id"], name="left_text_of")]
        constraints = [
            models.UniqueConstraint(fields=["holder", "name", "language"], name="left_text_once"),
        ]
