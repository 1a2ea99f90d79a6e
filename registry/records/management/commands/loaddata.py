from collections import defaultdict

from django.core.management import CommandError
from django.core.management.commands import loaddata
from django.db.models import Q

from registry.cards.declarations import declared
from registry.cards.models import Card, Redirect
from registry.records.answering import add_finer_by, answering
from registry.records.models import Entry, Part, Precision, Record, State
from registry.records.refusal import Refused
from registry.records.scan import bodies, body_says_one, spellings, withdrawn
from registry.records.writing import writing

LOCKED = (State.WITHDRAWN, State.ERASED)


def restricting(model):
    return ["state", "precision", "embargo_until"] if issubclass(model, Record) else ["state"]


class Command(loaddata.Command):
    help = (
        f"{loaddata.Command.help} Everything in one transaction, cards included. Records that "
        "were withdrawn or erased stay as they are, and what is there already is shown no sooner, "
        "no more finely and in no other state than before. What would show a place of them more "
        "finely is refused, unless somebody answers for it (--finer-by)."
    )

    def add_arguments(self, parser):
        super().add_arguments(parser)
        add_finer_by(parser)

    def handle(self, *fixture_labels, finer_by=None, **options):
        self.by = answering(finer_by)
        try:
            super().handle(*fixture_labels, **options)
        except Refused as refused:
            raise CommandError(refused.sentence) from None

    def loaddata(self, fixture_labels):
        with writing(by=self.by):
            # Found once: to ask for each of thousands of rows would double the time.
            self.locked = {
                declaration.model: set(
                    declaration.model.objects.filter(state__in=LOCKED).values_list("pk", flat=True)
                )
                for declaration in declared.values()
            }
            self.restrictions = {
                model: {
                    row["pk"]: row
                    for row in model.objects.values("pk", *restricting(model)).iterator()
                }
                for model in self.locked
            }
            self.saved = defaultdict(set)
            self.written = defaultdict(list)
            super().loaddata(fixture_labels)
            self.remember()
            self.send_back_what_names_the_withdrawn()

    def save_obj(self, obj):
        """Pass over what was withdrawn: no file can bring it back."""
        if self.is_locked(obj.object) or self.is_taken(obj.object):
            return False
        if isinstance(obj.object, Entry):
            self.keep_restrictions(obj.object)
        saved = super().save_obj(obj)
        if changed := getattr(obj.object, "_written", None):
            self.written[type(obj.object), changed].append(obj.object)
        if isinstance(obj.object, Record):
            self.saved[type(obj.object)].add(obj.object.pk)
        return saved

    def is_taken(self, row):
        """Whether it is a former address at which another record stands, or this one still."""
        cards = Card.objects.filter(type=getattr(row, "type", ""), slug=getattr(row, "slug", ""))
        return isinstance(row, Redirect) and cards.exists()

    def remember(self):
        """What a file wrote has a history like what people wrote, which raw saves leave out."""
        for (model, changed), rows in self.written.items():
            model.history.bulk_history_create(rows, batch_size=500, update=changed == "changed")

    def send_back_what_names_the_withdrawn(self):
        """A file may hold a text from before a withdrawal; a person decides whether it is shown."""
        names = [words for gone in withdrawn() for words in spellings(gone)]
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
        present = type(row).objects.filter(Q(pk=row.pk) | Q(public_id=row.public_id))
        return present.filter(**{f"{column}__in": locked}).exists()
