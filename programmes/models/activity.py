from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.records.fields import EdtfField
from registry.records.models import EntryManager, MarkedQuerySet, Record

from .role import Role


class ActivityQuerySet(MarkedQuerySet):
    def run_by(self, organisation):
        """Those in which the organisation is an implementer, organiser, co-organiser or host."""
        return self.filter(
            roles__organisation=organisation, roles__role__in=Role.RUNNING
        ).distinct()


class ActivityManager(EntryManager.from_queryset(ActivityQuerySet)):
    pass


class Activity(Record):
    """What organisations do together, at some time: all but the organisation itself."""

    dates = EdtfField(_("when"), bounds=("earliest", "latest"))
    earliest = models.DateField(null=True, editable=False)
    latest = models.DateField(null=True, editable=False)

    objects = ActivityManager()

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

    def limits(self):
        """Its own precision, that of all who run it, and those of what it belongs to."""
        found = [self.precision]
        found += [role.organisation.precision for role in self.roles.all() if role.runs]
        for whole in self.wholes():
            found += whole.limits()
        return found

    @property
    def programme_of(self):
        """The programme to which it belongs, directly or through an edition."""
        edition = getattr(self, "edition", None)
        return edition.programme if edition else self.programme
