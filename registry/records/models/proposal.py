"""What waits for another person: changes that were proposed, and what is said beside a record."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from registry.values.fields import CodeField, TypedCharField, TypedTextField


class OfRecordQuerySet(models.QuerySet):
    def of(self, entry):
        return self.filter(card_type=entry.card_type, public_id=entry.public_id)

    def forget(self, card_type, public_ids):
        """With what is erased or deleted goes all that stood beside it."""
        self.filter(card_type=card_type, public_id__in=list(public_ids)).delete()


class ProposalQuerySet(OfRecordQuerySet):
    def open(self):
        return self.exclude(state=Proposal.State.ACCEPTED)

    def waiting(self):
        return self.filter(state=Proposal.State.WAITING)

    def of_author(self, author, card_type):
        """What somebody proposes of a kind, and nobody has decided on."""
        return self.waiting().filter(author=author, card_type=card_type)

    def decide(self, proposal, state, by, **values):
        """Whether it goes to this state now: not if it was decided, or amended, since it was read.

        One statement decides it, so of many at once one succeeds.
        """
        as_read = self.filter(pk=proposal.pk, revision=proposal.revision)
        waiting = as_read.filter(state=Proposal.State.WAITING)
        decision = {"state": state, "decided_by": by, "decided_at": timezone.now()}
        return bool(waiting.update(**decision, **values))

    def amend(self, proposal, **values):
        """Whether it waits with these values now; one that was sent back can be amended too."""
        as_read = self.filter(pk=proposal.pk, revision=proposal.revision).open()
        again = {"state": Proposal.State.WAITING, "revision": F("revision") + 1}
        return bool(as_read.update(**again, **values))


def person():
    return models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")


class OfRecord(models.Model):
    """Something that the staff keep beside a record; no foreign key, for the kinds are many."""

    card_type = models.CharField(max_length=20)
    public_id = models.UUIDField()
    author = person()

    # Where the record is merged into another: "moves" to that one, or "stays" with the loser.
    when_merged = "moves"
    named_by = ("card_type", "public_id")

    class Meta:
        abstract = True
        default_permissions = ()  # who may what follows from the rights over the record


class Proposal(OfRecord):
    """The form of a public record as somebody sent it who may not change the record themselves.

    It holds what was typed, names of people perhaps; once it is accepted, that is the record's.
    """

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("proposal", "waiting")
        SENT_BACK = "sent-back", pgettext_lazy("proposal", "sent back")
        ACCEPTED = "accepted", pgettext_lazy("proposal", "accepted")

    state = CodeField(max_length=10, choices=State.choices, default=State.WAITING)
    typed = models.JSONField(default=dict, help_text="{name in the form: [values]}")
    fields = models.JSONField(default=list, help_text="the names of the fields that the form had")
    version = models.PositiveIntegerField(help_text="of the record that the form showed")
    difference = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    source = TypedCharField(
        _("where this is known from"),
        max_length=500,
        blank=True,
        help_text=_("A title or an address; for the reviewer."),
    )
    finer = models.BooleanField(
        default=False, help_text="its author may do it, but for a second person: it shows more"
    )
    revision = models.PositiveIntegerField(default=0, help_text="how often it was amended")
    sent_at = models.DateTimeField(default=timezone.now)
    decided_by = person()
    decided_at = models.DateTimeField(null=True)

    # What waits is decided on before; a form of the one is none of the other.
    when_merged = "stays"
    objects = ProposalQuerySet.as_manager()

    class Meta(OfRecord.Meta):
        ordering = ["sent_at", "pk"]
        indexes = [
            models.Index(fields=["public_id"], name="proposal_of"),
            models.Index(fields=["state", "sent_at"], name="proposal_waiting"),
        ]


class Remark(OfRecord):
    """What somebody said when they moved a record or decided on a proposal; "" if nothing."""

    class On(models.TextChoices):
        REVIEW = "review", pgettext_lazy("remark", "handed over")
        DRAFT = "draft", pgettext_lazy("remark", "sent back")
        PUBLISH = "publish", pgettext_lazy("remark", "published")
        HIDE = "hide", pgettext_lazy("remark", "taken back to review")
        PROPOSED = "proposed", pgettext_lazy("remark", "proposed a change")
        RETURNED = "returned", pgettext_lazy("remark", "sent the proposal back")
        ACCEPTED = "accepted", pgettext_lazy("remark", "accepted the proposal")

    ON_PROPOSALS = (On.PROPOSED, On.RETURNED, On.ACCEPTED)

    on = CodeField(max_length=10, choices=On.choices)
    text = TypedTextField(_("remark"), blank=True, max_length=2000)
    said_at = models.DateTimeField(default=timezone.now)
    proposal = models.ForeignKey(
        Proposal, models.SET_NULL, null=True, related_name="remarks", db_index=False
    )

    objects = OfRecordQuerySet.as_manager()

    class Meta(OfRecord.Meta):
        ordering = ["said_at", "pk"]
        indexes = [models.Index(fields=["public_id", "said_at"], name="remark_of")]

    @classmethod
    def make(cls, entry, on, by, text="", proposal=None):
        return cls.objects.create(
            card_type=entry.card_type,
            public_id=entry.public_id,
            author=by if by and by.pk else None,
            on=on,
            text=text,
            proposal=proposal,
        )
