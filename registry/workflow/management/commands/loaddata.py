from collections import defaultdict

from django.core.exceptions import ValidationError
from django.core.management import CommandError
from django.core.management.commands import loaddata
from django.db import IntegrityError
from django.db.models import Q

from registry.cards.changeset import writing
from registry.cards.declarations import of_entries
from registry.cards.models import Card, Redirect
from registry.cards.refused import Refused
from registry.records.models import Entry, Part, Record, State
from registry.records.models.entry import Marked
from registry.records.models.state import GONE
from registry.records.named_in_files import reading_files
from registry.values.precision import Precision

from ...command_user import add_finer_by, answering
from ...erased_words import ErasedWords
from ...everywhere import take_out_of
from ...scan import bodies, body_says_one
from ...spellings import spellings_of_withdrawn


def restricting(model):
    return ["state", "precision", "embargo_until"] if issubclass(model, Record) else ["state"]


class InvalidRow(Exception):
    """A row that no form would take. Django puts the name of the file before what it says."""


def key_of(row):
    """By what a row is found in its file: programmes.event cal-night."""
    key = getattr(row, "slug", "") or getattr(row, "public_id", row.pk)
    return f"{row._meta.label_lower} {key}"


def faults(row):
    """What a form would say against the row, in one line; "" if nothing.

    What it refers to and what is given only once, the database looks after.
    """
    relations = {field.name for field in row._meta.concrete_fields if field.is_relation}
    try:
        row.clean_fields(exclude=relations)
        row.clean()
    except ValidationError as error:
        if not hasattr(error, "error_dict"):
            return " ".join(error.messages)
        named = ((name, " ".join(said)) for name, said in error.message_dict.items())
        return "; ".join(said if name == "__all__" else f"{name}: {said}" for name, said in named)
    return ""


def broken(row, error):
    """The sentence of the constraint that the database names, or what it says itself."""
    for constraint in row._meta.constraints:
        if constraint.name in str(error):
            return constraint.get_violation_error_message()
    return str(error)


class Command(loaddata.Command):
    help = (
        f"{loaddata.Command.help} Everything in one transaction, cards included. Records that "
        "were withdrawn or erased stay as they are, words that were erased are left out, and what "
        "is there already is shown no sooner, "
        "no more finely and in no other state than before. A row that a form would refuse stops "
        "it, with its file and key. What would show a place of them more "
        "finely is refused, unless two people answer for it (--finer-by)."
    )

    def add_arguments(self, parser):
        super().add_arguments(parser)
        add_finer_by(parser)

    def handle(self, *fixture_labels, finer_by=None, **options):
        self.answering = answering(finer_by)
        try:
            super().handle(*fixture_labels, **options)
        except Refused as refused:
            raise CommandError(refused.sentence) from None
        except InvalidRow as invalid:
            raise CommandError(str(invalid)) from None

    def loaddata(self, fixture_labels):
        with writing(**self.answering), reading_files() as self.named:
            # Found once: to ask for each of thousands of rows would double the time.
            self.locked = {
                declaration.model: set(
                    declaration.model.objects.filter(state__in=GONE).values_list("pk", flat=True)
                )
                for declaration in of_entries()
            }
            self.restrictions = {
                model: {
                    row["pk"]: row
                    for row in model.objects.values("pk", *restricting(model)).iterator()
                }
                for model in self.locked
            }
            self.erased = ErasedWords.noted()
            self.saved = defaultdict(set)
            self.written = defaultdict(list)
            self.files = []
            super().loaddata(fixture_labels)
            # What refers to a row further down: only now it is known where it belongs.
            for file, obj in zip(self.files, self.objs_with_deferred_fields, strict=True):
                if said := faults(obj.object):
                    problem = f"Problem installing fixture '{file}'"
                    raise InvalidRow(f"{problem}: {key_of(obj.object)}: {said}")
            self.remember()
            self.send_back_what_names_the_withdrawn()

    def load_label(self, fixture_label):
        before = len(self.objs_with_deferred_fields)
        super().load_label(fixture_label)
        files = ", ".join(file for file, _folder, _name in self.find_fixtures(fixture_label))
        self.files += [files] * (len(self.objs_with_deferred_fields) - before)

    def save_obj(self, obj):
        """Pass over what was withdrawn: no file can bring it back."""
        if self.is_locked(obj.object) or self.is_taken(obj.object):
            return False
        if self.erased and not self.without_erased_words(obj.object):
            return False
        if isinstance(obj.object, Entry):
            self.keep_restrictions(obj.object)
        if isinstance(obj.object, Marked) and (said := faults(obj.object)):
            raise InvalidRow(f"{key_of(obj.object)}: {said}")
        try:
            saved = super().save_obj(obj)
        except IntegrityError as error:
            sentence = broken(obj.object, error)
            raise InvalidRow(f"{key_of(obj.object)}: {sentence}") from error
        if isinstance(obj.object, Marked):
            self.named.saved(obj.object)
        if changed := getattr(obj.object, "_written", None):
            self.written[type(obj.object), changed].append(obj.object)
        if isinstance(obj.object, Record):
            self.saved[type(obj.object)].add(obj.object.pk)
        return saved

    def without_erased_words(self, row):
        """The file may be older than an erasure. Whether there is anything left of the row."""
        said = take_out_of(row, self.erased)
        if "slug" in said and isinstance(row, Entry):  # it has got another one
            own = type(row).objects.filter(pk=row.pk).values_list("slug", flat=True)
            row.slug = own.first() or row.slug
        return not (said and isinstance(row, Redirect))

    def is_taken(self, row):
        """Whether it is a former address at which another record stands, or this one still."""
        cards = Card.stored.filter(type=getattr(row, "type", ""), slug=getattr(row, "slug", ""))
        return isinstance(row, Redirect) and cards.exists()

    def remember(self):
        """What a file wrote has a history like what people wrote, which raw saves leave out."""
        for (model, changed), rows in self.written.items():
            model.history.bulk_history_create(rows, batch_size=500, update=changed == "changed")

    def send_back_what_names_the_withdrawn(self):
        """A file may hold a text from before a withdrawal; a person decides whether it is shown."""
        names = spellings_of_withdrawn()
        if not names:
            return
        for model, keys in self.saved.items():
            rows = model.objects.filter(pk__in=keys, state=State.PUBLIC)
            found = [entry for entry, body in bodies(rows) if body_says_one(body, names)]
            for entry in found:
                entry.state = State.REVIEW
                entry.save()

    def keep_restrictions(self, entry):
        """Staff decide what is shown: a file may make it coarser or later, and nothing else."""
        before = self.restrictions[type(entry)].get(entry.pk)
        if before is None:
            return
        entry.state = before["state"]
        if isinstance(entry, Record):
            entry.precision = Precision.coarsest([before["precision"], entry.precision])
            embargoes = (before["embargo_until"], entry.embargo_until)
            entry.embargo_until = max(filter(None, embargoes), default=None)

    def is_locked(self, row):
        """Whether the row is, or is part of, what only a second person may bring back."""
        if isinstance(row, Entry):
            locked, column = self.locked[type(row)], "pk"
        elif isinstance(row, Part):
            locked, column = self.locked[row._meta.get_field("record").related_model], "record"
            if row.record_id in locked:
                return True
        else:
            return False
        if not locked:
            return False
        # By the key as well: by it a row would be written over, whatever its id.
        present = type(row).objects.filter(Q(pk=row.pk) | Q(public_id=row.public_id))
        return present.filter(**{f"{column}__in": locked}).exists()
