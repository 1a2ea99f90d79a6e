"""Rows that belong to a record: its names, roles, places, figures and sources."""

import uuid
from functools import cache

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from registry.values.fields import CodeField, EdtfField, LanguageField, TypedCharField
from registry.values.translated import Translated

from ..named_in_files import looked_up
from .entry import Entry, Marked, MarkedQuerySet
from .kept_versions import KeptVersions


class PartManager(models.Manager.from_queryset(MarkedQuerySet)):
    def get_by_natural_key(self, public_id):
        return looked_up(self.model, public_id, lambda key: self.get(public_id=uuid.UUID(str(key))))


def owner(model, name):
    """The foreign key `record` of a part: it belongs to an entry of the model, which has it by that
    name."""
    return models.ForeignKey(model, models.CASCADE, related_name=name)


class Part(Marked):
    """A row of an entry. The subclass adds `record`, the foreign key to its `owner`."""

    history = KeptVersions(inherit=True)
    objects = PartManager()

    class Meta(Marked.Meta):
        abstract = True
        ordering = ["pk"]  # also that in which sources are numbered: S1, S2

    def natural_key(self):
        return (str(self.public_id),)

    @property
    def locating(self):
        return self._meta.get_field("record").related_model, [self.record_id]

    @classmethod
    @cache
    def shown_with(cls):
        """{name: model} of the entries with which the row goes: those that it cannot be without,
        its source aside. What else it names is null while that is hidden."""
        return {
            field.name: field.related_model
            for field in cls._meta.concrete_fields
            if field.is_relation
            and not field.null
            and field.name not in ("record", "source")
            and issubclass(field.related_model, Entry)
        }

    @property
    def is_shown(self):
        """Whether the card of a public owner shows this row."""
        return all(getattr(self, name).is_public for name in self.shown_with())

    @classmethod
    def shown_condition(cls):
        """`is_shown`, for the database to decide."""
        condition = models.Q()
        for name, model in cls.shown_with().items():
            condition &= model.public_condition(f"{name}__")
        return condition


class Citation(Part):
    """A source in which the record is found."""

    source = models.ForeignKey(
        "records.Source", models.PROTECT, verbose_name=_("source"), related_name="+"
    )

    class Meta(Part.Meta):
        abstract = True
        verbose_name = _("source")
        verbose_name_plural = _("sources")
        constraints = [
            models.UniqueConstraint(
                fields=["record", "source"],
                name="%(class)s_once",
                violation_error_message=_("This source is already named."),
            )
        ]

    def __str__(self):
        return str(self.source)


class Subject(Part):
    """A term that the record is about, or whom it is for."""

    of_scheme = None  # the scheme of the terms that it may name

    term = models.ForeignKey(
        "records.Term", models.PROTECT, verbose_name=_("term"), related_name="+"
    )

    class Meta(Part.Meta):
        abstract = True
        constraints = [
            models.UniqueConstraint(
                fields=["record", "term"],
                name="%(class)s_once",
                violation_error_message=_("This term is already chosen."),
            )
        ]

    def __str__(self):
        return str(self.term)

    def clean(self):
        super().clean()
        if self.term_id and self.term.scheme != self.of_scheme:
            raise ValidationError({"term": _("This term is of another scheme.")})


class Theme(Subject):
    of_scheme = "theme"

    class Meta(Subject.Meta):
        abstract = True
        verbose_name = _("theme")
        verbose_name_plural = _("themes")


class Audience(Subject):
    of_scheme = "audience"

    class Meta(Subject.Meta):
        abstract = True
        verbose_name = _("audience")
        verbose_name_plural = _("audiences")


class Format(Subject):
    of_scheme = "format"

    class Meta(Subject.Meta):
        abstract = True
        verbose_name = _("format")
        verbose_name_plural = _("formats")


class Approach(Subject):
    of_scheme = "approach"

    class Meta(Subject.Meta):
        abstract = True
        verbose_name = _("approach")
        verbose_name_plural = _("approaches")


def within_scheme(rows, model):
    """What rows of the model may name: of the terms those of its scheme, no audience as a theme."""
    if rows.model.card_type != "term" or not issubclass(model, Subject):
        return rows
    return rows.filter(scheme=model.of_scheme)


class OtherName(Part):
    """A further name or spelling under which something is known."""

    class Kind(models.TextChoices):
        FORMER = "former", _("former")
        SHORT = "short", _("short")
        ALTERNATIVE = "alternative", _("alternative")
        HISTORICAL = "historical", _("historical")

    name = TypedCharField(_("name"), max_length=250)
    language = LanguageField(_("language"), max_length=20, blank=True)
    kind = CodeField(_("kind"), max_length=12, choices=Kind.choices, default=Kind.ALTERNATIVE)
    valid_from = EdtfField(_("from"))
    valid_to = EdtfField(_("to"))
    folded = models.TextField(default="", editable=False)

    folds = frozenset({"name"})

    class Meta(Part.Meta):
        abstract = True
        verbose_name = _("other name")
        verbose_name_plural = _("other names")

    def __str__(self):
        return self.name


class Figure(Part):
    """A number as a source reports it. Figures stand side by side; nothing adds them up."""

    class Measure(models.TextChoices):
        PARTICIPANTS = "participants", _("participants")
        LEADERS_TRAINED = "leaders-trained", _("leaders trained")
        PLACES_REPRESENTED = "places-represented", _("places represented")
        COMMUNITIES_REPRESENTED = "communities-represented", _("communities represented")
        REGIONS_COVERED = "regions-covered", _("regions covered")
        FINALISTS = "finalists", _("finalists")
        WINNERS = "winners", _("winners")
        INITIATIVES = "initiatives", _("initiatives")
        BUDGET = "budget", _("budget")
        GRANT = "grant", pgettext_lazy("figure", "grant")
        OTHER = "other", _("other")

    class Qualifier(models.TextChoices):
        ABOUT = "about", _("about")
        OVER = "over", _("over")
        AT_LEAST = "at-least", _("at least")
        UP_TO = "up-to", _("up to")

    measure = CodeField(_("what was counted"), max_length=30, choices=Measure.choices)
    label = Translated(
        _("label"), max_length=200, help_text=_("Who or what exactly; empty: as the measure says.")
    )
    printed = TypedCharField(
        _("as printed"), max_length=80, help_text=_("The number as the source prints it.")
    )
    number = models.DecimalField(
        pgettext_lazy("figure", "number"), max_digits=18, decimal_places=2, null=True, blank=True
    )
    qualifier = CodeField(_("qualifier"), max_length=10, blank=True, choices=Qualifier.choices)
    unit = TypedCharField(_("unit"), max_length=30, default="people")
    period = EdtfField(_("period"))
    source = models.ForeignKey(
        "records.Source", models.PROTECT, verbose_name=_("source"), related_name="+"
    )
    note = Translated(_("note"))

    class Meta(Part.Meta):
        abstract = True
        verbose_name = _("figure")
        verbose_name_plural = _("figures")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(number__isnull=True) | models.Q(number__gte=0),
                name="%(class)s_not_negative",
                violation_error_message=_("A reported number cannot be below zero."),
            )
        ]

    def __str__(self):
        return f"{self.get_measure_display()}: {self.printed}"
