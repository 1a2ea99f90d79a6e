from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.values.fields import EdtfField, LanguageField, TypedCharField, TypedURLField
from registry.values.translated import Translated

from .entry import Entry


class Source(Entry):
    """A document from which the registry knows something. What is unknown of it stays empty."""

    name = Translated(_("title"), max_length=300)
    publisher = TypedCharField(_("publisher"), max_length=200, blank=True)
    date = EdtfField(_("date"))
    language = LanguageField(_("language"), max_length=20, blank=True)
    url = TypedURLField(_("address"), max_length=500, blank=True)
    archived_url = TypedURLField(_("archived copy"), max_length=500, blank=True)
    seen_on = models.DateField(_("seen on"), null=True, blank=True)

    folds = Entry.folds | {"url"}

    class Meta(Entry.Meta):
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        ordering = ["slug"]

    def get_absolute_url(self):
        """None: a source is read where it was published, and listed on the pages that cite it."""
        return
