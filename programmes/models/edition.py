from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.values.fields import TypedCharField

from .activity import Activity
from .programme import Programme


class Edition(Activity):
    """One season or cohort of a programme: the sixth contest, the spring course."""

    programme = models.ForeignKey(
        Programme, models.PROTECT, related_name="editions", verbose_name=_("programme")
    )
    number = models.PositiveSmallIntegerField(_("number"), null=True, blank=True)
    ordinal_as_printed = TypedCharField(
        _("number as printed"), max_length=40, blank=True, help_text="6th, VI, шостая"
    )

    belongs_to = ("programme",)
    # Without `number`: it is the order in which a programme lists its editions.
    unseen_by_others = Activity.unseen_by_others | {
        "ordinal_as_printed",
        "dates",
        "earliest",
        "latest",
    }

    class Meta(Activity.Meta):
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        # SQLite has nulls first, PostgreSQL last: cards must not depend on that.
        ordering = ["programme", models.F("number").asc(nulls_last=True), "pk"]
        constraints = [
            *Activity.Meta.constraints,
            models.UniqueConstraint(
                fields=["programme", "number"],
                name="edition_number_once",
                violation_error_message=_("The programme has an edition of this number."),
            ),
        ]
