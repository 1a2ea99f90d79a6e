import re
import secrets
from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.cards.clock import today
from registry.cards.declarations import declared, of_entries
from registry.records.models.state import GONE
from registry.values.fields import CodeField, TypedCharField, TypedTextField
from registry.workflow.groups import CONFIDENTIAL, REMOVAL
from registry.workflow.rights import may, sees_gone

KEPT_FOR = timedelta(days=90)  # as the form promises to readers


# Letters and digits that are not mistaken for one another when read aloud or copied by hand.
LETTERS = "ACDEFHJKLMNPRTUVWXY3479"
REFERENCE = re.compile(f"[{LETTERS}]{{4}}-[{LETTERS}]{{4}}")


def new_reference():
    """What a reader calls a report by: 4KTX-9MRA. At random: a count would tell how many there
    were."""
    drawn = "".join(secrets.choice(LETTERS) for _ in range(8))
    return f"{drawn[:4]}-{drawn[4:]}"


class ReportKind(models.TextChoices):
    MISTAKE = "mistake", _("a mistake in a record")
    REMOVAL = "removal", _("please remove something")
    RECORD = "record", _("a record that is missing")
    EVENT = "event", _("an event that is missing")


class SuggestedKind(models.TextChoices):
    """What kind of record a reader suggests; the values are types of records."""

    PROGRAMME = "programme", _("a programme or project")
    EVENT = "event", _("an event")
    ORGANISATION = "organisation", _("an organisation")


class ReportState(models.TextChoices):
    NEW = "new", _("new")
    HANDLED = "handled", _("handled")


# What a reader proposes is for whoever writes records; it accuses nobody and exposes nobody.
SUGGESTIONS = (ReportKind.RECORD, ReportKind.EVENT)


class ReportQuerySet(models.QuerySet):
    def outdated(self):
        return self.filter(received__lt=today() - KEPT_FOR)

    def forget(self):
        deleted, _ = self.outdated().delete()
        return f"{deleted} reports deleted"

    def new(self):
        return self.filter(state=ReportState.NEW)

    def about(self, entry):
        return self.filter(about_type=entry.card_type, about_id=entry.public_id)

    def visible(self, user):
        """Those that the person may read.

        A withdrawn record does not exist for those who may not withdraw, and neither does what
        somebody wrote about it.
        """
        rows = self
        if not may(user, CONFIDENTIAL, Report):
            rows = rows.filter(kind__in=SUGGESTIONS)
        if not may(user, REMOVAL, Report):
            rows = rows.exclude(kind=ReportKind.REMOVAL)
        for declaration in of_entries():
            if not sees_gone(user, declaration.model):
                gone = declaration.model.objects.filter(state__in=GONE)
                rows = rows.exclude(
                    about_type=declaration.type, about_id__in=gone.values("public_id")
                )
        return rows


class Report(models.Model):
    """What a reader asks of the staff: to correct, to remove, or to add something.

    Nothing is known of the reader but what they typed. A report has no history, is named by its
    number and its day alone (the admin's log keeps names), and is deleted after 90 days.
    """

    reference = TypedCharField(_("number"), max_length=9, editable=False, default=new_reference)
    kind = CodeField(_("kind"), max_length=10, choices=ReportKind)
    # Not a foreign key: a report holds up no record, and outlives none in a reference.
    about_type = models.CharField(max_length=20, blank=True)
    about_id = models.UUIDField(null=True, blank=True)
    about_slug = TypedCharField(max_length=200, blank=True)
    text = TypedTextField(_("text"), max_length=4000, blank=True)
    # Of a record that is suggested piece by piece; else all empty.
    suggested = CodeField(
        _("suggested record"), max_length=12, choices=SuggestedKind, blank=True, default=""
    )
    what = TypedCharField(_("what"), max_length=200, blank=True)
    who = TypedCharField(_("who"), max_length=300, blank=True)
    place = TypedCharField(_("where"), max_length=200, blank=True)
    dates = TypedCharField(_("when"), max_length=100, blank=True)
    source = TypedCharField(_("where it can be read"), max_length=500, blank=True)
    contact = TypedCharField(_("contact"), max_length=200, blank=True)
    language = models.CharField(_("language"), max_length=2)
    received = models.DateField(_("received"), default=today)
    state = CodeField(
        _("state of the report"), max_length=10, choices=ReportState, default=ReportState.NEW
    )
    handled_by = models.CharField(_("handled by"), max_length=150, blank=True)
    note = TypedTextField(
        _("note"),
        blank=True,
        help_text=_("What was done. For the staff; deleted together with the report."),
    )

    when_merged = "moves"  # whoever answers it looks at the record that is left
    named_by = ("about_type", "about_id")
    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-state", "-received", "-pk"]  # new before handled
        permissions = [
            (f"{CONFIDENTIAL}_report", "Can read reports of mistakes, and how to reach readers"),
            (f"{REMOVAL}_report", "Can read requests for removal"),
        ]
        indexes = [models.Index(fields=["received"], name="report_received")]

    def __str__(self):
        return f"{self.get_kind_display()} ({self.received})"

    @property
    def pieces(self):
        """[(what it is called, words)] of what was suggested."""
        names = ("what", "who", "place", "dates", "source")
        return [
            (self._meta.get_field(name).verbose_name, getattr(self, name))
            for name in names
            if getattr(self, name)
        ]

    @property
    def record(self):
        """What it is about, as staff have it; None if it names nothing or that is deleted."""
        declaration = declared.get(self.about_type)
        if declaration is None or self.about_id is None:
            return None
        return declaration.model.objects.filter(public_id=self.about_id).first()
