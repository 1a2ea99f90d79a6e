from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.values.fields import CodeField, CodesField
from registry.values.translated import Translated, columns

from .entry import Entry, levels
from .part import Citation, owner

DEPTH = 2  # steps up from the narrowest term


class Term(Entry):
    """A word that the registry uses in one sense: a theme, an audience, a format, a concept."""

    class Scheme(models.TextChoices):
        THEME = "theme", _("theme")
        AUDIENCE = "audience", _("audience")
        FORMAT = "format", _("event format")
        APPROACH = "approach", _("approach")
        INDICATOR_SYSTEM = "indicator-system", _("indicator system")
        COOPERATION_STRATEGY = "cooperation-strategy", _("cooperation strategy")
        CONCEPT = "concept", _("concept")

    scheme = CodeField(_("scheme"), max_length=24, choices=Scheme.choices)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("broader term"),
    )
    name = Translated(_("name"), max_length=200)
    definition = Translated(_("definition"))
    codes = CodesField(
        _("external codes"), default=dict, blank=True, help_text='{"OECD-DAC": "15150"}'
    )

    # Its address also stands among those of what is above other terms.
    seen_in_references = frozenset(columns("name"))

    class Meta(Entry.Meta):
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["scheme", "slug"]
        constraints = [
            *Entry.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(parent=None) | ~models.Q(parent=models.F("pk")),
                name="term_parent",
                violation_error_message=_("A term cannot be broader than itself."),
            ),
        ]

    def clean(self):
        super().clean()
        steps = levels(self, DEPTH)
        if steps is None:
            raise ValidationError({"parent": _("A term cannot be broader than itself.")})
        if steps > DEPTH:
            raise ValidationError({"parent": _("Terms nest three levels deep at the most.")})

    def ancestors(self):
        """Broader terms, nearest first."""
        found, term = [], self.parent
        while term is not None and len(found) < DEPTH:
            found.append(term)
            # Not one step more: what `shows` does not declare cannot be read while rendering.
            term = term.parent if len(found) < DEPTH else None
        return found


class TermCitation(Citation):
    record = owner(Term, "citations")
