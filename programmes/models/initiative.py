from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.values.fields import CodeField, TypedCharField

from .activity import Activity
from .edition import Edition
from .programme import Programme


class Initiative(Activity):
    """A project put forward or carried out within a programme or one of its editions."""

    class Result(models.TextChoices):
        APPLIED = "applied", _("applied")
        FINALIST = "finalist", _("finalist")
        WINNER = "winner", _("winner")
        CATEGORY_WINNER = "category-winner", _("winner of a category")
        CARRIED_OUT = "carried-out", _("carried out")

    programme = models.ForeignKey(
        Programme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="initiatives",
        verbose_name=_("programme"),
        help_text=_("Only where the edition is not known."),
    )
    edition = models.ForeignKey(
        Edition,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="initiatives",
        verbose_name=_("edition"),
    )
    result = CodeField(_("result"), max_length=16, choices=Result.choices, blank=True)
    award = TypedCharField(
        _("award or category"), max_length=250, blank=True, help_text=_("As the source names it.")
    )

    belongs_to = ("programme", "edition")
    # The address is also the order in which an edition lists them.
    seen_in_references = Activity.seen_in_references - {"slug"}
    unseen_by_others = Activity.unseen_by_others | {
        "result",
        "award",
        "dates",
        "earliest",
        "latest",
    }

    class Meta(Activity.Meta):
        verbose_name = _("initiative")
        verbose_name_plural = _("initiatives")
        ordering = ["slug"]
        constraints = [
            *Activity.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(programme=None) | models.Q(edition=None),
                name="initiative_whole",
                violation_error_message=_("Name the edition or the programme, not both."),
            ),
        ]
