from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from registry.locations.models import Placement
from registry.records.models import Citation, Figure, OtherName, Part, Record, Theme, owner
from registry.values.dates.words import stored_text
from registry.values.fields import CodeField, EdtfField, TypedCharField, TypedEmailField
from registry.values.translated import Translated, columns
from registry.workflow.uniqueness import clashes, gives_way, make_way


class Organisation(Record):
    """A body that does, hosts or pays for something: an NGO, a foundation, a state body."""

    class Kind(models.TextChoices):
        NGO = "ngo", _("NGO")
        FOUNDATION = "foundation", _("foundation")
        INITIATIVE_GROUP = "initiative-group", _("initiative group")
        EDUCATIONAL_INSTITUTION = "educational-institution", _("educational institution")
        INTERGOVERNMENTAL_ORGANISATION = (
            "intergovernmental-organisation",
            _("intergovernmental organisation"),
        )
        FIELD_OPERATION = "field-operation", _("field operation")
        STATE_BODY = "state-body", _("state body")
        LOCAL_AUTHORITY = "local-authority", _("local authority")
        COMPANY = "company", _("company")
        MEDIA = "media", _("media")

    class Status(models.TextChoices):
        """Follows from the life events; neutral words only."""

        ACTIVE = "active", _("active")
        CLOSED = "closed", _("closed")
        RELOCATED = "relocated", _("relocated")
        UNKNOWN = "unknown", _("not known")

    kind = CodeField(
        _("kind"),
        max_length=32,
        choices=Kind.choices,
        blank=True,
        help_text=_("Empty where no source says it."),
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="children",
        verbose_name=_("part of"),
    )
    seat = models.ForeignKey(
        "locations.Location",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("seat"),
    )
    address = TypedCharField(
        _("exact address"),
        max_length=250,
        blank=True,
        help_text=_("For staff only: the public never sees it."),
    )
    email = TypedEmailField(
        _("role mailbox"),
        blank=True,
        help_text=_("A mailbox of the organisation (info@…), never one of a person."),
    )
    helps_with = Translated(_("what it helps with"), max_length=300)

    unseen_by_others = (
        Record.unseen_by_others
        | frozenset(columns("helps_with"))
        | {"kind", "seat", "address", "email"}
    )

    is_mergeable = True
    folds = Record.folds | {"email"}
    locates = {"seat": None}
    secret = ("address",)

    class Meta(Record.Meta):
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        ordering = ["slug"]
        constraints = [
            *Record.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(parent=None) | ~models.Q(parent=models.F("pk")),
                name="organisation_parent",
                violation_error_message=_("An organisation cannot be part of itself."),
            ),
        ]

    @property
    def status(self):
        """The state in which its newest dated life event leaves it."""
        turns = [event for event in self.life_events.all() if event.leads_to and event.latest]
        if turns:
            # By the last possible day: closed “in 2012” is later than registered “in May 2012”.
            return max(turns, key=lambda event: (event.latest, event.pk)).leads_to
        # Without a date none is the newest: they tell only what all of them lead to.
        undated = {event.leads_to for event in self.life_events.all() if event.leads_to}
        return undated.pop() if len(undated) == 1 else self.Status.UNKNOWN

    def run_by(self):
        return {self.pk}

    def first(self, *kinds):
        """The earliest life event of one of the kinds, or None."""
        found = [event for event in self.life_events.all() if event.kind in kinds]
        # EDTF begins with the year, so that its texts stand in the order of time.
        return min(found, key=lambda event: (event.date == "", event.date), default=None)


class Membership(models.Model):
    """Somebody of the staff writes for an organisation. Who is a member is told to nobody else."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships", verbose_name=_("user")
    )
    organisation = models.ForeignKey(
        Organisation, models.CASCADE, related_name="+", verbose_name=_("organisation")
    )

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("member of")
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation"], name="membership_once")
        ]

    def __str__(self):
        return f"{self.user}: {self.organisation}"


class LifeEvent(Part):
    """Something that happened to an organisation itself: it was founded, renamed, closed."""

    class Kind(models.TextChoices):
        FOUNDED = "founded", _("founded")
        REGISTERED = "registered", _("registered")
        BEGAN_WORK = "began-work", _("began its work")
        RENAMED = "renamed", _("renamed")
        MERGED = "merged", _("merged")
        MANDATE_GIVEN = "mandate-given", _("mandate given")
        MANDATE_ENDED = "mandate-ended", _("mandate not extended")
        CLOSING = "closing", _("began to close")
        CLOSED = "closed", _("closed")
        RELOCATED = "relocated", _("relocated")
        REOPENED = "reopened", _("opened again")

    record = owner(Organisation, "life_events")
    kind = CodeField(_("what happened"), max_length=16, choices=Kind.choices)
    date = EdtfField(_("date"), bounds=("earliest", "latest"))
    earliest = models.DateField(null=True, editable=False)
    latest = models.DateField(null=True, editable=False)
    text = Translated(_("in words"))
    source = models.ForeignKey(
        "records.Source", models.PROTECT, verbose_name=_("source"), related_name="+"
    )

    class Meta(Part.Meta):
        verbose_name = _("life event")
        verbose_name_plural = _("life events")

    def __str__(self):
        date = stored_text(self.date) if self.date else ""
        return f"{self.get_kind_display()} {date}"

    @property
    def leads_to(self):
        """The status of the organisation after this, or None where it says nothing of it."""
        status, kind = Organisation.Status, self.Kind
        if self.kind in (kind.CLOSED, kind.MERGED):
            return status.CLOSED
        if self.kind == kind.RELOCATED:
            return status.RELOCATED
        if self.kind in (kind.FOUNDED, kind.REGISTERED, kind.BEGAN_WORK, kind.REOPENED):
            return status.ACTIVE
        # A new name or a mandate says nothing of it, and who began to close is not closed.
        return None


class OrganisationName(OtherName):
    record = owner(Organisation, "other_names")


class Identifier(Part):
    """A number under which a public list knows the organisation."""

    class Scheme(models.TextChoices):
        """Lists by their codes at org-id.guide; BY-EGR is what BY-ADR is called in Belarus."""

        BY_EGR = "BY-EGR", _("BY-EGR: Belarus, state register")
        BY_ADR = "BY-ADR", _("BY-ADR: Belarus, state register (old code)")
        LT_RC = "LT-RC", _("LT-RC: Lithuania, register of legal entities")
        PL_KRS = "PL-KRS", _("PL-KRS: Poland, court register")
        PL_NIP = "PL-NIP", _("PL-NIP: Poland, tax number")
        PL_REGON = "PL-REGON", _("PL-REGON: Poland, statistical number")
        UA_EDR = "UA-EDR", _("UA-EDR: Ukraine, state register")
        LV_RE = "LV-RE", _("LV-RE: Latvia, register of enterprises")
        RU_OGRN = "RU-OGRN", _("RU-OGRN: Russia, state register")
        DE_CR = "DE-CR", _("DE-CR: Germany, commercial register")
        GB_CHC = "GB-CHC", _("GB-CHC: England and Wales, charities")
        GB_COH = "GB-COH", _("GB-COH: United Kingdom, companies")
        US_EIN = "US-EIN", _("US-EIN: United States, tax number")
        XI_IATI = "XI-IATI", _("XI-IATI: IATI, publishers")
        XI_LEI = "XI-LEI", _("XI-LEI: Legal entity identifier")
        XI_PB = "XI-PB", _("XI-PB: PublicBodies.org")
        XI_ROR = "XI-ROR", _("XI-ROR: Research organisations")
        XI_WIKIDATA = "XI-WIKIDATA", _("XI-WIKIDATA: Wikidata")
        XM_DAC = "XM-DAC", _("XM-DAC: OECD, donors")
        XM_OCHA = "XM-OCHA", _("XM-OCHA: United Nations, OCHA")
        OTHER = "other", _("another list")

    record = owner(Organisation, "identifiers")
    scheme = CodeField(
        _("list"), max_length=12, choices=Scheme.choices, help_text=_("Its code at org-id.guide.")
    )
    other_list = TypedCharField(
        _("which other list"), max_length=30, blank=True, help_text=_("Its code or its short name.")
    )
    value = TypedCharField(_("number"), max_length=60)

    class Meta(Part.Meta):
        verbose_name = _("identifier")
        verbose_name_plural = _("identifiers")
        indexes = [models.Index(Lower("value"), name="identifier_value")]  # as staff look for it
        constraints = [
            models.UniqueConstraint(
                # Withdrawn ones count, or they could be entered anew; and the sentence is one for
                # all, so that it tells of none (docs/decisions/0013).
                fields=["scheme", "other_list", "value"],
                name="identifier_once",
                violation_error_message=_("Another organisation has this number."),
            ),
            models.CheckConstraint(
                condition=models.Q(scheme="other") ^ models.Q(other_list=""),
                name="identifier_list",
                violation_error_message=_(
                    "Choose a list, or choose “another list” and say which one."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.list}-{self.value}"

    @property
    def list(self):
        return self.other_list or self.scheme

    def save(self, *args, **options):
        # What was withdrawn by mistake, mostly a double, leaves its number to the right record.
        for names, _sentence, row in clashes(self):
            if gives_way(row):
                make_way(row, names)
        super().save(*args, **options)


class OrganisationPlacement(Placement):
    record = owner(Organisation, "placements")

    class Meta(Placement.Meta):
        verbose_name = _("place of activity")
        verbose_name_plural = _("places of activity")


class OrganisationTheme(Theme):
    record = owner(Organisation, "themes")


class OrganisationFigure(Figure):
    record = owner(Organisation, "figures")


class OrganisationCitation(Citation):
    record = owner(Organisation, "citations")
