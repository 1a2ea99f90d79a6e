"""What every thing with a card has in common, and what marks its changes."""

import uuid
from functools import cache

from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.cards.changeset import current_changeset, in_changeset
from registry.cards.declarations import of_entries, page_address
from registry.cards.former_addresses import lead_nowhere_else
from registry.cards.index import NONE, SLUG
from registry.cards.loader import MANY, batches
from registry.cards.models import Card, Redirect, Successor
from registry.cards.prepared import Prepared
from registry.cards.private_django import row_of
from registry.values.fields import CodeField, TypedSlugField
from registry.values.folding import fold
from registry.values.texts import LANGUAGES
from registry.values.translated import Translated

from ..named_in_files import as_uuid, looked_up
from .kept_versions import KeptVersions
from .last_shown import LastShown
from .left_text import LeftText
from .likeness import LikelyPair
from .merge import Merge
from .proposal import Proposal, Remark
from .published_alone import PublishedAlone
from .state import GONE, Standing, State

RESERVED_SLUGS = ("facets", NONE, "codes")
ISO_CODE = r"^[a-z]{2}(-[a-z0-9]{1,3})?$"
UUID_SHAPE = r"^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$"


def validate_slug_is_free(slug):
    """Some words mean something else in an address (docs/contract.md)."""
    if not SLUG.fullmatch(slug) or slug != slug.lower():
        raise ValidationError(_("Small Latin letters and digits, with single hyphens between."))
    shape = RegexValidator(rf"({ISO_CODE})|({UUID_SHAPE})", inverse_match=True)
    try:
        shape(slug)
    except ValidationError:
        raise ValidationError(_("An address cannot look like a country code or an id.")) from None
    if slug in RESERVED_SLUGS:
        raise ValidationError(_("This word has a meaning of its own in addresses."))


class MarkedQuerySet(models.QuerySet):
    """Writes to many rows at once mark what they touch, before and after, like `save()` does."""

    def update(self, **values):
        with in_changeset() as changes:
            # Before the write: afterwards the rows may not meet the condition any more.
            keys = list(self.order_by().values_list("pk", flat=True))
            # As plain values they are what the column makes of them.
            values = {n: v.value if type(v) is models.Value else v for n, v in values.items()}
            values = self._derived(values) | values
            changes.rows_changed(self.model, keys, fields=values)
            if issubclass(self.model, Entry):
                # A form that is open now shows what was: its version tells.
                values.setdefault("version", models.F("version") + 1)
            changed = super().update(**values)
            if self.model.folds & values.keys():
                # Only Python folds, so no expression in the statement could do it.
                renamed = list(self.model._base_manager.filter(pk__in=keys))
                self.model._base_manager.bulk_update(renamed, ["folded"], batch_size=500)
            return changed

    update.alters_data = True

    def _derived(self, values):
        """Columns that follow from others in the same statement."""
        found = {}
        for field in self.model.deciding_fields():
            if field.name in values and not values.keys() >= set(field.bounds):
                if hasattr(values[field.name], "resolve_expression"):
                    raise ValueError(f"Give update() the text of {field.name}, or save the rows.")
                found |= field.derived(values[field.name])
        return found

    def bulk_create(self, objs, *args, **options):
        if options.get("update_conflicts"):
            raise ValueError("Update rows with bulk_update(): an upsert hides which rows changed.")
        objs = list(objs)
        with in_changeset() as changes:
            for instance in objs:
                instance.derive()
            # No signal is sent for these rows, so the listeners do none of it.
            note_places(*objs)
            created = super().bulk_create(objs, *args, **options)
            keys = [instance.pk for instance in created]
            if None in keys:
                # With ignore_conflicts the database does not say which rows are new.
                ids = [instance.public_id for instance in created]
                rows = self.model._base_manager.filter(public_id__in=ids)
                keys = rows.values_list("pk", flat=True)
            changes.changed(self.model, keys, new=True)
            return created

    bulk_create.alters_data = True

    def bulk_update(self, objs, fields, *args, **options):
        objs = tuple(objs)
        for instance in objs:
            instance.derive()
        for field in self.model.deciding_fields():
            if field.name in fields:
                fields = [*fields, *(bound for bound in field.bounds if bound not in fields)]
        with in_changeset():  # the batches are written by update(), which marks them
            return super().bulk_update(objs, fields, *args, **options)

    bulk_update.alters_data = True

    def delete(self):
        with in_changeset():
            return super().delete()

    delete.alters_data = True
    delete.queryset_only = True


def note_places(*rows):
    """These are about to be written: the change set keeps where their records were until now."""
    changes = current_changeset()
    for row in rows if changes is not None else ():
        if row.locates:
            changes.note_whereabouts(*row.locating)


class Marked(models.Model):
    """A row whose change may change a card."""

    public_id = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)

    # Columns that no card but the row's own shows: changing only these leaves the others alone.
    unseen_by_others = frozenset()
    # Columns that say where a record is: {name: what is recorded by it; None: the place itself}.
    locates = {}
    # Columns whose words staff can search for; with some, the model has a column `folded`.
    folds = frozenset()

    class Meta:
        abstract = True
        # `add()` of a related manager and the like update through the base manager.
        base_manager_name = "objects"

    def save(self, *args, **options):
        # Of a partly loaded row Django writes what is loaded when it decides, which is now.
        self.derive()
        for name in self.following():
            getattr(self, name)
        if options.get("update_fields") is not None:
            options["update_fields"] = {*options["update_fields"], *self.following()}
        with in_changeset():
            super().save(*args, **options)

    def delete(self, *args, **options):
        with in_changeset():
            return super().delete(*args, **options)

    def validate_constraints(self, exclude=None):
        """Those over columns that follow from others as well, though no form has such a column."""
        self.derive()
        bounds = {bound for field in self.deciding_fields() for bound in field.bounds}
        exclude = set(exclude or ()) - bounds
        if not self._keeps_to_all(self._meta.constraints, exclude):
            super().validate_constraints(exclude=exclude)  # which says what is wrong

    def _keeps_to_all(self, constraints, exclude):
        """Whether it does, with one question to the database for all checks of one row."""
        checks = [each for each in constraints if isinstance(each, models.CheckConstraint)]
        condition = models.Q()
        for each in checks:
            if not exclude & each.condition.referenced_base_fields:
                condition &= each.condition
        together = models.CheckConstraint(condition=condition, name="together")
        others = [each for each in constraints if each not in checks]
        try:
            together.validate(type(self), self)
            for each in others:
                each.validate(type(self), self, exclude=exclude)
        except ValidationError:
            return False
        return True

    @classmethod
    def from_db(cls, db, field_names, values):
        """Nobody listens to the signals of `__init__`, and a page reads hundreds of rows."""
        return row_of(cls, db, field_names, values)

    @property
    def locating(self):
        """(model, keys) of the record whose whereabouts the row tells."""
        return type(self), [self.pk]

    @classmethod
    @cache
    def deciding_fields(cls):
        """The fields that decide others: dates with bounds."""
        return [f for f in cls._meta.concrete_fields if getattr(f, "bounds", None)]

    @classmethod
    def following(cls):
        """The columns that no one enters: they follow from others, or count the saves."""
        names = {bound for field in cls.deciding_fields() for bound in field.bounds}
        return names | ({"folded"} if cls.folds else set())

    def derive(self):
        """Fill the columns that follow from others."""
        for field in self.deciding_fields():
            for name, value in field.derived(getattr(self, field.attname)).items():
                setattr(self, name, value)
        if self.folds:
            texts = (getattr(self, name) for name in sorted(self.folds))
            self.folded = " ".join(dict.fromkeys(fold(str(text)) for text in texts if text))


class EntryManager(models.Manager.from_queryset(MarkedQuerySet)):
    def public(self):
        """The cards of this kind: the only start of anything that a visitor can reach."""
        if self.model.card_type is None:  # a list of nothing would look like one
            raise ImproperlyConfigured(f"Nothing declares the cards of {self.model.__name__} yet.")
        return Card.objects.of(self.model.card_type)

    def get_by_natural_key(self, key):
        """By public id, as a fixture names the row itself; by slug, as it names others: what is one
        with another record is that one."""
        return looked_up(self.model, key, self._called)

    def _called(self, key):
        if public_id := as_uuid(key):
            return self.get(public_id=public_id)
        try:
            found = self.get(slug=key)
        except self.model.DoesNotExist:
            # A file outlives the address that it names: staff may have changed it since (0004).
            old = Redirect.objects.filter(type=self.model.card_type, slug=key).first()
            found = self.get(public_id=old and old.public_id)
        card_type, own = self.model.card_type, found.public_id
        into = Successor.objects.last_of(card_type, own) if found.is_gone else None
        return self.get(public_id=into) if into else found


def levels(row, most):
    """The steps from the topmost of what the row is part of down to the lowest of its parts.

    They are counted as far as one more than `most`; None where it would be a part of itself.
    """
    steps, above, below = 0, row.parent, [row.pk]
    while above is not None and steps <= most:
        if above == row:
            return None
        steps, above = steps + 1, above.parent
    while row.pk and below and steps <= most:
        below = list(type(row).objects.filter(parent__in=below).values_list("pk", flat=True))
        steps += bool(below)
    return steps


@cache
def _fates(model):
    def rows(keys):
        shown = models.ExpressionWrapper(model.public_condition(), models.BooleanField())
        rows = model._base_manager.filter(pk__in=keys).order_by("pk").annotate(shown=shown)
        return rows.values_list("pk", "public_id", "shown", "state")

    return Prepared(rows)


class Entry(Standing, Marked):
    """Something that the registry can show: it is public exactly when it has a card."""

    card_type = None  # set by the declaration of its card

    slug = TypedSlugField(
        _("page address"),
        max_length=120,
        unique=True,
        validators=[validate_slug_is_free],
        help_text=_("Part of the page's address: small Latin letters, digits and hyphens."),
    )
    state = CodeField(
        _("state"), max_length=10, choices=State.choices, default=State.DRAFT, editable=False
    )
    note = Translated(_("note"), help_text=_("What is ambiguous or not stated. Shown to everyone."))
    version = models.PositiveIntegerField(default=0, editable=False)
    # Drafts have no card, and staff search them too: the names, folded like those of cards, with
    # the numbers, the mailbox and the website by which people know it.
    folded = models.TextField(default="", editable=False)

    history = KeptVersions(inherit=True)
    objects = EntryManager()

    class Meta(Marked.Meta):
        abstract = True
        default_permissions = ("add", "change", "delete", "view", "publish", "withdraw")
        # What waits for staff: drafts and reviews are few among what is public.
        indexes = [
            models.Index(
                fields=["state"],
                condition=~models.Q(state=State.PUBLIC),
                name="%(class)s_not_public",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(slug__in=[*RESERVED_SLUGS, ""]),
                name="%(class)s_slug",
                violation_error_message=_("This word cannot be an address."),
            ),
            models.CheckConstraint(
                condition=~models.Q(**{f"name_{code}": "" for code in LANGUAGES}),
                name="%(class)s_named",
                violation_error_message=_("Give it a name in at least one language."),
            ),
        ]

    unseen_by_others = frozenset({"version", "folded", *(f"note_{code}" for code in LANGUAGES)})
    # Columns that other cards show in a reference to it and nowhere else: these are patched.
    seen_in_references = frozenset({"slug", "state", *(f"name_{code}" for code in LANGUAGES)})
    # Columns that decide where others are, and nothing else of them.
    places_others = frozenset()
    folds = frozenset({"slug", *(f"name_{code}" for code in LANGUAGES)})

    # Whether two of them that are the same can be made one (they have further names, then: in
    # these the name of the other goes on), and the columns of which one alone would be wrong
    # without the others.
    is_mergeable = False
    together = ()

    # An old address normally leads on; a slug changed in order to redact it must not.
    slug_redacted = False

    def __str__(self):
        return getattr(self, "name", "") or self.slug

    def get_absolute_url(self):
        return page_address(self.card_type, self.slug)

    def run_by(self):
        """The keys of the organisations that answer for it; none where everybody does."""
        return set()

    @classmethod
    def following(cls):
        return super().following() | {"version"}

    def natural_key(self):
        return (str(self.public_id),)

    @classmethod
    def fates(cls, keys):
        """[(key, public id, whether it is public, is gone, waits to be public)] of the rows."""
        found = []
        for some in batches(sorted(keys), MANY):
            for key, public_id, shown, state in _fates(cls).rows(some):
                waits = state == State.PUBLIC and not shown
                found.append((key, uuid.UUID(str(public_id)), bool(shown), state in GONE, waits))
        return found

    @classmethod
    def forget(cls, public_ids):
        """Called for those that were deleted or erased."""
        LastShown.forget(cls.card_type, public_ids)
        for beside in (Remark, Proposal, PublishedAlone, LeftText, Merge, LikelyPair):
            beside.objects.forget(cls.card_type, public_ids)
        lead_nowhere_else(cls.card_type, public_ids)

    @classmethod
    def send_back(cls, public_id, why):
        """To review, for a person to look at."""
        from ..versions import move  # which stands on the models

        keys = cls._base_manager.filter(public_id=public_id).values_list("pk", flat=True)
        move(cls, list(keys), None, why, state=State.REVIEW)

    @classmethod
    def note_fates(cls, fates, anew):
        """Called before the cards follow; texts of other keys than `anew` are as stored."""
        gone = [public_id for _, public_id, _, is_gone, _ in fates if is_gone]
        if gone:
            erased = cls._base_manager.filter(public_id__in=gone, state=State.ERASED)
            cls.forget(list(erased.values_list("public_id", flat=True)))

    # Whether what it cannot be public without was withdrawn.
    has_fallen = False

    @classmethod
    def falling_with(cls, model, keys):
        """The rows of this model that cannot stay public once those of the other are withdrawn."""
        return cls.objects.none()

    @classmethod
    def hidden_with(cls, model, keys):
        """The rows of this model that are shown only while those of the other are."""
        return cls.objects.none()


def number_in_review():
    """How many entries of all kinds wait for a reviewer."""
    rows = (declaration.model.objects.filter(state=State.REVIEW) for declaration in of_entries())
    return sum(each.count() for each in rows)
