from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.cards.private_django import has_related
from registry.records.models import EntryManager, MarkedQuerySet, Record
from registry.records.models.state import GONE
from registry.records.relations import part_models
from registry.values.fields import CodeField, EdtfField

from .role import Role


class ActivityQuerySet(MarkedQuerySet):
    def run_only_by(self, organisations):
        """Those that one of the organisations runs, and nobody else who has not been withdrawn."""
        roles = part_models(self.model)["roles"].objects.filter(role__in=Role.RUNNING)
        own = roles.filter(organisation__in=organisations)
        # Looked for among these alone: all others who run something are most of the table.
        others = roles.filter(record=models.OuterRef("pk")).exclude(organisation__in=organisations)
        others = others.exclude(organisation__state__in=GONE)
        return self.filter(~models.Exists(others), pk__in=own.values("record"))


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
    # The bounds of `dates` as days: no database compares EDTF.
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

    @classmethod
    def public_condition(cls, path=""):
        condition = super().public_condition(path)
        for name in cls.belongs_to:
            whole = cls._meta.get_field(name).related_model.public_condition(f"{path}{name}__")
            condition &= models.Q(**{f"{path}{name}": None}) | whole
        return condition

    def limits(self, depth=0):
        """Those of all who run it as well, and of what it belongs to."""
        found = super().limits(depth)
        are_read = has_related(self, self._meta.get_field("roles"))
        roles = self.roles.all() if are_read else self.roles.select_related("organisation")
        running = [role.organisation for role in roles if role.runs]
        for binding in [*running, *self.wholes()]:
            found += binding.limits()
        return found

    def run_by(self):
        found = {role.organisation_id for role in self.roles.all() if role.runs}
        return found.union(*(whole.run_by() for whole in self.wholes()))

    @property
    def programme_of(self):
        """The programme to which it belongs, directly or through an edition."""
        edition = getattr(self, "edition", None)
        return edition.programme if edition else self.programme

    @property
    def has_fallen(self):
        causes = [*self.wholes(), *(role.organisation for role in self.roles.all() if role.runs)]
        return any(
            type(self).falling_with(type(cause), [cause.pk]).filter(pk=self.pk).exists()
            for cause in causes
            if cause.is_gone
        )

    @classmethod
    def falling_with(cls, model, keys):
        """Parts of the entries, and what organisations among them alone run."""
        parts = cls.hidden_with(model, keys)
        if model.card_type == "organisation":
            alone = cls.objects.run_only_by(keys)
            return cls.objects.filter(
                models.Q(pk__in=parts.values("pk")) | models.Q(pk__in=alone.values("pk"))
            )
        return parts

    @classmethod
    def hidden_with(cls, model, keys):
        """The rows of this model that name one of the entries as what they belong to."""
        for name in cls.belongs_to:
            if cls._meta.get_field(name).related_model is model:
                return cls.objects.filter(**{f"{name}__in": keys})
        return cls.objects.none()
