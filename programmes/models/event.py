from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.cards.changeset import in_changeset
from registry.cards.clock import MINSK, time_zones
from registry.cards.finer import EXACT, VENUE
from registry.locations.models import shown_places
from registry.records.models import EntryManager
from registry.values.dates.edtf import Date, parse
from registry.values.fields import (
    CodeField,
    EdtfField,
    LanguagesField,
    TypedCharField,
    TypedURLField,
)
from registry.values.precision import Precision
from registry.values.translated import Translated, columns

from .activity import Activity, ActivityQuerySet
from .edition import Edition
from .programme import Programme


def validate_time_zone(name):
    if name not in time_zones():
        raise ValidationError(_("A time zone is named like Europe/Minsk."))


# Of an event the last day follows from these.
HOURS = frozenset({"dates", "start_time", "end_time"})


class EventQuerySet(ActivityQuerySet):
    """Writes the last day of events along with what decides it, which differs from row to row."""

    def update(self, **values):
        # With `latest` among them it is a batch of `bulk_update`, which has derived it.
        if HOURS.isdisjoint(values) or "latest" in values:
            return super().update(**values)
        with in_changeset():  # nobody else writes between reading the rows and writing them
            rows = list(self)
            values = {n: v.value if type(v) is models.Value else v for n, v in values.items()}
            if any(hasattr(value, "resolve_expression") for value in values.values()):
                # What an expression gives is known to the database alone.
                raise ValueError("Give update() the dates and times of events as they are.")
            for row in rows:
                for name, value in values.items():
                    setattr(row, name, value)
            return self.bulk_update(rows, list(values))

    update.alters_data = True

    def bulk_update(self, objs, fields, *args, **options):
        if not HOURS.isdisjoint(fields):
            fields = list(dict.fromkeys([*fields, "earliest", "latest"]))
        return super().bulk_update(objs, fields, *args, **options)

    bulk_update.alters_data = True


class EventManager(EntryManager.from_queryset(EventQuerySet)):
    pass


class Event(Activity):
    """A meeting of people at a time: a final, a session, a screening; or a deadline."""

    class Kind(models.TextChoices):
        FORUM = "forum", _("forum")
        FINAL = "final", _("final")
        SESSION = "session", _("session")
        CONFERENCE = "conference", _("conference")
        MASTER_CLASS = "master-class", _("master class")
        SCREENING = "screening", _("screening")
        COMPETITION = "competition", _("competition")
        MEETING = "meeting", _("meeting")
        VOTE = "vote", _("vote")
        DEADLINE = "deadline", _("deadline")

    # None for “held”: what is over and was not cancelled was held.
    class Status(models.TextChoices):
        SCHEDULED = "scheduled", _("as announced")
        POSTPONED = "postponed", _("postponed")
        MOVED = "moved", _("moved")
        CANCELLED = "cancelled", _("cancelled")

    class Cost(models.TextChoices):
        FREE = "free", _("free")
        PAID = "paid", _("paid")
        UNKNOWN = "unknown", _("not known")

    kind = CodeField(_("kind"), max_length=16, choices=Kind.choices, blank=True)
    status = CodeField(_("status"), max_length=10, choices=Status.choices, default=Status.SCHEDULED)
    programme = models.ForeignKey(
        Programme,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("programme"),
        help_text=_("Only where the edition is not known."),
    )
    edition = models.ForeignKey(
        Edition,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("edition"),
    )
    organisation = models.ForeignKey(
        "organisations.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="events",
        verbose_name=_("organisation"),
        help_text=_("For an event of no programme."),
    )
    start_time = models.TimeField(_("begins at"), null=True, blank=True)
    end_time = models.TimeField(
        _("ends at"),
        null=True,
        blank=True,
        help_text=_("Earlier than the beginning: on the next day, as from 22:00 to 02:00."),
    )
    time_zone = models.CharField(
        _("time zone"), max_length=40, default="Europe/Minsk", validators=[validate_time_zone]
    )
    venue = Translated(
        _("venue"),
        max_length=200,
        help_text=_("Shown only where the exact place may be shown."),
    )
    address = TypedCharField(_("exact address"), max_length=250, blank=True)
    lat = models.FloatField(_("exact latitude"), null=True, blank=True)
    lon = models.FloatField(_("exact longitude"), null=True, blank=True)
    registration_url = TypedURLField(_("registration"), max_length=300, blank=True)
    registration_deadline = EdtfField(_("registration until"))
    cost = CodeField(_("cost"), max_length=8, choices=Cost.choices, default=Cost.UNKNOWN)
    capacity = models.PositiveIntegerField(_("places to take part"), null=True, blank=True)
    languages = LanguagesField(_("languages"), max_length=60, blank=True)

    objects = EventManager()
    locates = {"lat": EXACT, "lon": EXACT} | dict.fromkeys(columns("venue"), VENUE)
    secret = ("address", "lat", "lon")
    belongs_to = ("programme", "edition", "organisation")

    class Meta(Activity.Meta):
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["slug"]
        constraints = [
            *Activity.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(programme=None, edition=None)
                | models.Q(programme=None, organisation=None)
                | models.Q(edition=None, organisation=None),
                name="event_whole",
                violation_error_message=_(
                    "An event belongs to one edition, one programme or one organisation."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(start_time__isnull=True)
                | models.Q(end_time__isnull=True)
                | models.Q(earliest__isnull=True)
                | models.Q(latest__isnull=True)
                # `latest` is already the day after, where it runs past midnight.
                | models.Q(earliest__lt=models.F("latest"))
                | models.Q(start_time__lt=models.F("end_time")),
                name="event_hours",
                violation_error_message=_(
                    "An event ends after it begins. If it ends at night, its hours say so: from"
                    " 22:00 to 02:00 it ends on the next day."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(lat__isnull=True, lon__isnull=True)
                | models.Q(lat__range=(-90, 90), lon__range=(-180, 180)),
                name="event_point",
                violation_error_message=_(
                    "A point has a latitude from -90 to 90 and a longitude from -180 to 180."
                ),
            ),
        ]

    def derive(self):
        super().derive()
        if self.runs_past_midnight:
            self.latest += timedelta(days=1)

    @property
    def runs_past_midnight(self):
        """Whether by its hours it ends on the day after the one that it is recorded for."""
        # A row that was made and not read can have its times as texts, as in a fixture.
        begins, ends = (
            self._meta.get_field(name).to_python(getattr(self, name))
            for name in ("start_time", "end_time")
        )
        # An end at its beginning is no night: `event_hours` refuses it.
        if begins is None or ends is None or ends >= begins:
            return False
        first, last = self._meta.get_field("dates").derived(self.dates).values()
        # Of several days the last is recorded, and its hour may well be the earlier one.
        return first is not None and first == last

    @property
    def is_exact(self):
        """Whether the venue and the point may be shown."""
        return self.shown_precision == Precision.EXACT

    @property
    def exact_point(self):
        """[longitude, latitude] where it may be shown, or None."""
        known = self.lat is not None and self.lon is not None
        return [self.lon, self.lat] if known and self.is_exact else None

    @property
    def shown_zone(self):
        """The zone in which its times are said: its own where a place finer than a country is
        shown, else that of the registry. A zone tells the country, and at times a part of it."""
        places = shown_places(self.placements.all(), self.shown_precision)
        told = any(place.level != Precision.COUNTRY for place in places)
        return self.time_zone if told else MINSK.key

    def shown_side(self, side):
        """(date, moment or None) of its start or end, or None where nothing is known of it."""
        known = getattr(parse(self.dates), side) if self.dates else None
        if known is None:
            return None
        if side == "start":
            return known, self.shown_moment(known.day, self.start_time)
        if self.runs_past_midnight and known.day:
            following = Date.of(known.day + timedelta(days=1))
            moment = self.shown_moment(following.day, self.end_time)
            # Without both, that it ends on the next day would tell of a zone that is not shown.
            if moment and self.shown_moment(known.day, self.start_time):
                return following, moment
            return known, None
        return known, self.shown_moment(known.day, self.end_time)

    def shown_moment(self, day, time):
        """The moment in the shown zone in RFC 3339, or None without a day or a time.

        None as well where it falls on another day there than the event does: the difference would
        tell the zone.
        """
        if day is None or time is None:
            return None
        moment = datetime.combine(day, time, ZoneInfo(self.time_zone))
        moment = moment.astimezone(ZoneInfo(self.shown_zone))
        return moment.isoformat() if moment.date() == day else None
