from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.values.fields import CodeField

from .activity import Activity


class Programme(Activity):
    """A contest, a training, a forum, a project: what organisations do under one name."""

    class Kind(models.TextChoices):
        CONTEST = "contest", _("contest")
        TRAINING = "training", _("training")
        FORUM = "forum", _("forum")
        PROJECT = "project", _("project")
        LOCAL_INITIATIVE = "local-initiative", _("local initiative")
        ADVICE = "advice", _("advice")
        SMALL_GRANTS = "small-grants", _("small grants")
        INSTITUTIONAL_SUPPORT = "institutional-support", _("institutional support")

    kind = CodeField(_("kind"), max_length=24, choices=Kind.choices, blank=True)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of the programme"),
    )

    is_mergeable = True
    unseen_by_others = Activity.unseen_by_others | {"kind", "dates", "earliest", "latest"}

    class Meta(Activity.Meta):
        verbose_name = _("programme")
        verbose_name_plural = _("programmes")
        ordering = ["slug"]
        constraints = [
            *Activity.Meta.constraints,
            # A longer circle, which a file could bring, shows no place (docs/decisions/0012).
            models.CheckConstraint(
                condition=models.Q(parent=None) | ~models.Q(parent=models.F("pk")),
                name="programme_parent",
                violation_error_message=_("A programme cannot be part of itself."),
            ),
        ]
