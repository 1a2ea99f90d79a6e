from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.records.fields import CodeField, EdtfField
from registry.records.models import EntryManager, MarkedQuerySet, Record, State

from .role import Role


class ActivityQuerySet(MarkedQuerySet):
    def run_only_by(self, organisation):
        """Those that the organisation runs, and nobody else who has not been withdrawn."""
        roles = self.model.roles.rel.related_model.objects.filter(role__in=Role.RUNNING)
        others = roles.exclude(organisation=organisation).exclude(
            organisation__state__in=(State.WITHDRAWN, State.ERASED)
        )
        own = roles.filter(organisation=organisation)
        return self.filter(pk__in=own.values("record")).exclude(pk__in=others.values("record"))


class ActivityManager(EntryManager.from_queryset(ActivityQuerySet)):
    pass


class Activity(Record):
    """What organisations do together, at some time: all but the organisation itself."""

    class Mode(models.TextChoices):
        IN_PERSON = "in-person", _("in person")
        ONLINE = "online", _("online")
        HYBRID = "hybrid", _("in person and online")

    mode = CodeField(_("mode"), max_length=10, choices=Mode.choices, blank=True)
    dates = EdtfField(_("when"), bounds=("earliest", "latest"))
    earliest = models.DateField(null=True, editable=False)
    latest = models.DateField(null=True, editable=False)

    objects = ActivityManager()
    unseen_by_others = Record.unseen_by_others | {"mode"}

    class Meta(Record.Meta):
        abstract = True
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(earliest__isnull=True)
                | models.Q(latest__isnull=True)
                | models.Q(earliest__lte=models.F("latest")),
                name="%(class)s_order",
                violation_error_message=_("It cannot end before it starts."),
            ),
        ]

    # The records this one is a part of, by the names of their foreign keys.
    belongs_to = ()

    def wholes(self):
        """The records that this one is a part of."""
        return [whole for name in self.belongs_to if (whole := getattr(self, name)) is not None]

    @property
    def is_public(self):
        """A part is shown only while what it belongs to is."""
        return super().is_public and all(whole.is_public for whole in self.wholes())

    def limits(self, depth=0):
        """Those of all who run it as well, and of what it belongs to."""
        found = super().limits(depth)
        running = [role.organisation for role in self.roles.all() if role.runs]
        for binding in [*running, *self.wholes()]:
            found += binding.limits()
        return found

    @property
    def programme_of(self):
        """The programme to which it belongs, directly or through an edition."""
        edition = getattr(self, "edition", None)
        return edition.programme if edition else self.programme

    @property
    def has_fallen(self):
        causes = [*self.wholes(), *(role.organisation for role in self.roles.all() if role.runs)]
        return any(
            type(self).falling_with(cause).filter(pk=self.pk).exists()
            for cause in causes
            if cause.is_gone
        )

    @classmethod
    def falling_with(cls, entry):
        """Parts of the entry, and for an organisation what it alone runs."""
        parts = cls.parts_of(entry)
        if entry.card_type == "organisation":
            return parts | cls.objects.run_only_by(entry)
        return parts

    @classmethod
    def parts_of(cls, entry):
        """The rows of this model that name the entry as what they belong to."""
        for name in cls.belongs_to:
            if isinstance(entry, cls._meta.get_field(name).related_model):
                return cls.objects.filter(**{name: entry})
        return cls.objects.none()
