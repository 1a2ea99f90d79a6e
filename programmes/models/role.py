from types import MappingProxyType

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.records.models import Part
from registry.values.fields import CodeField, EdtfField


class Role(Part):
    """What an organisation does in a programme, an edition, an initiative or an event."""

    # Cards list the roles in this order.
    class Kind(models.TextChoices):
        IMPLEMENTER = "implementer", _("implementer")
        ORGANISER = "organiser", _("organiser")
        CO_ORGANISER = "co-organiser", _("co-organiser")
        FUNDER = "funder", _("funder")
        SPEAKER = "speaker", _("speaker")
        CO_SPONSOR = "co-sponsor", _("co-sponsor")
        PARTNER = "partner", _("partner")
        HOST = "host", _("host")
        BENEFICIARY = "beneficiary", _("beneficiary")

    # Those who run the thing: their safety binds how finely its place may be shown.
    # A funder does not work where its money goes, and a speaker runs nothing.
    RUNNING = (Kind.IMPLEMENTER, Kind.ORGANISER, Kind.CO_ORGANISER, Kind.HOST)

    organisation = models.ForeignKey(
        "organisations.Organisation",
        models.PROTECT,
        related_name="+",
        verbose_name=_("organisation"),
    )
    role = CodeField(_("role"), max_length=16, choices=Kind.choices)
    valid_from = EdtfField(_("from"))
    valid_to = EdtfField(_("to"))
    source = models.ForeignKey(
        "records.Source",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("source"),
    )

    binds_if = MappingProxyType({"role__in": RUNNING})

    class Meta(Part.Meta):
        abstract = True
        verbose_name = _("role")
        verbose_name_plural = _("roles")
        constraints = [
            models.UniqueConstraint(
                # The same role can be held again at another time.
                fields=["record", "organisation", "role", "valid_from"],
                name="%(class)s_once",
                violation_error_message=_("The organisation already has this role."),
            )
        ]

    def __str__(self):
        return f"{self.organisation}: {self.get_role_display()}"

    @property
    def runs(self):
        return self.role in self.RUNNING
