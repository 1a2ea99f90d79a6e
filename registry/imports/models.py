"""A file that somebody brings in, from the first look at it to its undoing."""

import json
import zlib
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from registry.cards.declarations import declared, of_entries
from registry.records.models.state import GONE, State
from registry.values.fields import CodeField, TypedCharField
from registry.workflow.groups import PUBLISH
from registry.workflow.rights import may

KEPT = timedelta(days=7)  # of a batch on which nobody decides
WORKING = timedelta(seconds=60)  # after which who works at it is taken for dead


class BatchQuerySet(models.QuerySet):
    def forget(self):
        """What nobody decided on goes, with all that the file said; what was left half written can
        be undone."""
        late = self.filter(made_at__lt=timezone.now() - KEPT)
        late.filter(state=Batch.State.WRITING).update(state=Batch.State.APPLIED, content=None)
        late.filter(state=Batch.State.UNDOING).update(content=None)
        late.unwritten().delete()

    def handed_over(self):
        """Those of which drafts went to a reviewer together, the newest first."""
        return self.filter(handed_over_at__isnull=False).order_by("-handed_over_at")

    def settle(self):
        """Of which nothing waits any more, however it was decided on."""
        for batch in self.handed_over().defer("content"):
            if not batch.is_waiting():
                self.filter(pk=batch.pk).update(handed_over_at=None)

    def undecided(self):
        return self.exclude(state__in=Batch.DECIDED)

    def unwritten(self):
        return self.undecided().exclude(state=Batch.State.WRITING)

    def visible(self, user):
        """One's own; of others who publishes sees those that were applied."""
        own = Q(owner=user)
        if publishes(user):
            own |= Q(state__in=Batch.DECIDED)
        return self.filter(own).defer("content")

    def take(self, batch):
        """Whether the batch is ours to work at for a while: of all that try, one is told so."""
        now = timezone.now()
        free = self.filter(Q(taken_until=None) | Q(taken_until__lt=now), pk=batch.pk)
        return free.update(taken_until=now + WORKING) == 1

    def leave(self, batch):
        self.filter(pk=batch.pk).update(taken_until=None)


def publishes(user):
    """Whether the person publishes records of any kind."""
    return any(may(user, PUBLISH, declaration.model) for declaration in of_entries())


class Batch(models.Model):
    """What a file would do, and has done: one act, which can be undone as one.

    What the file says is in `content` and nowhere else, and goes when somebody decides on it. After
    that the batch holds no text of it: `wrote` names records and the numbers of their versions.
    """

    class State(models.TextChoices):
        NAMING = "naming", pgettext_lazy("batch", "asks what its columns are")
        CHECKING = "checking", pgettext_lazy("batch", "being looked at")
        CHECKED = "checked", pgettext_lazy("batch", "waits for you")
        WRITING = "writing", pgettext_lazy("batch", "being written")
        APPLIED = "applied", pgettext_lazy("batch", "written")
        UNDOING = "undoing", pgettext_lazy("batch", "being undone")
        UNDONE = "undone", pgettext_lazy("batch", "undone")

    DECIDED = (State.APPLIED, State.UNDOING, State.UNDONE)

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("by")
    )
    name = TypedCharField(_("file"), max_length=200)
    state = CodeField(max_length=10, choices=State.choices, default=State.CHECKING)
    made_at = models.DateTimeField(default=timezone.now)
    decided_at = models.DateTimeField(null=True)
    handed_over_at = models.DateTimeField(
        null=True, help_text="while what it wrote waits for a reviewer"
    )
    publishing = models.JSONField(
        null=True, help_text="what a reviewer has chosen of it: see `registry.imports.publishing`"
    )
    digest = models.CharField(max_length=64, help_text="of the cells: the same file is known by it")
    content = models.BinaryField(null=True, help_text="packed JSON: see `holds`")
    number = models.PositiveIntegerField(
        default=0, help_text="of records that the file would write"
    )
    looked_at = models.PositiveIntegerField(default=0, help_text="of these")
    taken_until = models.DateTimeField(null=True, help_text="by whoever works at it now")
    wrote = models.JSONField(
        default=list, help_text="[[type, public id, version before, after, key of a proposal]]"
    )
    left = models.JSONField(
        default=list, help_text="[[type, public id, sentences]] of what could not be undone"
    )

    objects = BatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("file brought in")
        verbose_name_plural = _("files brought in")
        default_permissions = ()  # who writes records may bring them in
        ordering = ["-made_at", "-pk"]
        indexes = [
            models.Index(fields=["owner", "made_at"], name="batch_of"),
            models.Index(fields=["digest"], name="batch_digest"),
            models.Index(
                fields=["handed_over_at"],
                condition=Q(handed_over_at__isnull=False),
                name="batch_handed_over",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def holds(self):
        """All that is known of the file while nobody has decided on it, as plain JSON."""
        return json.loads(zlib.decompress(self.content)) if self.content else {}

    @holds.setter
    def holds(self, content):
        self.content = content and zlib.compress(json.dumps(content).encode(), 3)

    def keep(self, content):
        self.holds = content
        self.save(update_fields=["content"])

    def written(self, state):
        """The records that it wrote and that are in this state, a list for each kind."""
        for kind in dict.fromkeys(each[0] for each in self.wrote):
            ids = [each[1] for each in self.wrote if each[0] == kind]
            yield declared[kind].model.objects.filter(public_id__in=ids, state=state)

    def is_waiting(self):
        """Whether any of what it wrote waits for a reviewer."""
        return any(rows.exists() for rows in self.written(State.REVIEW))

    def is_undone_by(self, user):
        """Whether the person may undo it: whose it is, or who publishes."""
        return self.owner_id == user.pk or publishes(user)


class Naming(models.Model):
    """What the columns of a table were said to be, to be said of the next one like it."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    name = TypedCharField(max_length=80)
    kind = models.CharField(max_length=20)
    columns = models.JSONField(help_text="{folded words above a column: key of what it becomes}")

    class Meta:
        default_permissions = ()
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="naming_once")]

    def __str__(self):
        return self.name


class Decision(models.Model):
    """Which record somebody took for what a file called it: no name is kept, only its digest."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    taken = models.CharField(max_length=36, help_text="a public id, or what else was decided")

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["owner", "digest"], name="decision_once")]


class Origin(models.Model):
    """Where a record came from, and how it is called there: by this it is known when it comes
    again."""

    origin = models.CharField(max_length=300, unique=True)
    type = models.CharField(max_length=20)
    public_id = models.UUIDField()

    when_merged = "moves"  # what comes again from there is about the record that is left
    named_by = ("type", "public_id")

    class Meta:
        default_permissions = ()

    def __str__(self):
        return self.origin

    @classmethod
    def known(cls, origins):
        """{origin: public id} of those that came before; None of what is withdrawn by now. What was
        deleted since is as if it had never come."""
        found = {}
        rows = cls.objects.filter(origin__in=sorted(set(origins) - {""}))
        for origin, kind, id_ in rows.values_list("origin", "type", "public_id"):
            entry = declared[kind].model._base_manager.filter(public_id=id_)
            state = entry.values_list("state", flat=True).first()
            if state is not None:
                found[origin] = None if state in GONE else str(id_)
        return found


class Peer(models.Model):
    """Another registry that is followed, and the number of its changes up to which it was read."""

    api = models.CharField(max_length=300, unique=True)
    registry = models.CharField(max_length=36, default="")
    since = models.BigIntegerField(default=0)

    class Meta:
        default_permissions = ()

    def __str__(self):
        return self.api
