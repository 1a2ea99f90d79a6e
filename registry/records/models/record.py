"""Records: what civil society does, with a safety of its own for the places they show."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from registry.values.fields import CodeField, TypedURLField
from registry.values.precision import Precision
from registry.values.translated import Translated, columns

from .entry import Entry, levels
from .state import State
from .waiting_words import WaitingWords

# The parents by which a record is bound, as the `shows` of cards name the way to them.
CHAIN = 2
PARENTS = "__".join(["parent"] * CHAIN)

# Reasons of a withdrawal after which others may have what it was called: a record that was entered
# twice has the name, the address and the numbers of the one that is right.
MERGED = "merged"  # into that one, which is undone as it was done and not by bringing it back
MISTAKEN = ("mistake", MERGED)


class Record(Entry):
    """An organisation, a programme, or what belongs to one."""

    name = Translated(_("name"), max_length=250)
    summary = Translated(_("summary"), help_text=_("One or two sentences."))
    description = Translated(_("description"))
    website = TypedURLField(_("website"), blank=True, max_length=300)
    precision = CodeField(
        _("shown place"),
        max_length=10,
        choices=Precision.choices,
        default=Precision.TOWN,
        help_text=_("How finely the public may see where this is."),
    )
    embargo_until = models.DateTimeField(
        _("embargo until"),
        null=True,
        blank=True,
        help_text=_("A public record stays hidden until this moment."),
    )
    verified_on = models.DateField(_("last verified on"), null=True, blank=True)
    secret_mark = models.CharField(_("exact place"), max_length=16, blank=True, editable=False)
    # Who ordered it needs no column: history says who.
    withdrawal_reason = models.CharField(max_length=20, blank=True, editable=False)
    withdrawn_with = models.UUIDField(
        null=True, editable=False, help_text="the record whose withdrawal took this one along"
    )

    unseen_by_others = (
        Entry.unseen_by_others
        | frozenset(columns("summary", "description"))
        | {"website", "verified_on", "secret_mark", "withdrawal_reason", "withdrawn_with"}
    )
    # No card says it, but whether others refer to the record depends on it.
    seen_in_references = Entry.seen_in_references | {"embargo_until"}
    places_others = frozenset({"precision"})
    folds = Entry.folds | {"website"}
    # The columns of the exact place. History keeps a mark of them, which tells that they changed.
    secret = ()

    class Meta(Entry.Meta):
        abstract = True

    @classmethod
    def following(cls):
        return super().following() | {"secret_mark"}

    def derive(self):
        super().derive()
        values = [getattr(self, name) for name in self.secret]
        self.secret_mark = ""
        if any(value not in ("", None) for value in values):
            # Keyed: without the registry's key nobody can try out which place gives the mark.
            mark = salted_hmac("registry.records.secret", repr(values)).hexdigest()
            self.secret_mark = mark[:16]

    @property
    def is_public(self):
        """Public, and no embargo on it: `manage.py due` lifts an embargo, the clock does not."""
        return super().is_public and self.embargo_until is None

    @classmethod
    def public_condition(cls, path=""):
        return super().public_condition(path) & models.Q(**{f"{path}embargo_until": None})

    @classmethod
    def forget(cls, public_ids):
        super().forget(public_ids)
        WaitingWords.objects.filter(type=cls.card_type, public_id__in=public_ids).delete()

    @classmethod
    def note_fates(cls, fates, anew):
        super().note_fates(fates, anew)
        WaitingWords.keep(cls, fates, anew)

    @property
    def gives_way(self):
        return self.state == State.WITHDRAWN and self.withdrawal_reason in MISTAKEN

    def clean(self):
        super().clean()
        if getattr(self, "parent", None) is None:
            return
        steps = levels(self, CHAIN)
        if steps is None:
            raise ValidationError(_("This would be a part of itself."))
        if steps > CHAIN:
            raise ValidationError(_("Parts of parts are the most: nothing is a part of those."))

    def limits(self, depth=0):
        """The precisions that bind this record, those of what it is part of included; the coarsest
        holds. Where the chain is longer than cards look, or runs in a circle, nothing is shown."""
        found = [self.precision]
        if getattr(self, "parent_id", None):
            if depth == CHAIN:
                return [Precision.HIDDEN]
            found += self.parent.limits(depth + 1)
        return found

    @property
    def shown_precision(self):
        return Precision.coarsest(self.limits())
