"""Made-up records, written many at once."""

from collections import defaultdict

from organisations.models import Organisation
from programmes.models import Edition, Event, Initiative, Programme
from registry.cards.changeset import writing
from registry.locations.models import Location
from registry.records.models import Part, Source, Term

RECORDS = [Source, Term, Location, Organisation, Programme, Edition, Initiative, Event]


class Batch:
    """Rows to be written in one transaction, the records before their parts."""

    def __init__(self):
        self.rows = defaultdict(list)

    def add(self, row):
        self.rows[type(row)].append(row)
        return row

    def save(self):
        parts = [model for model in self.rows if issubclass(model, Part)]
        with writing():
            for model in [*RECORDS, *parts]:
                if self.rows[model]:
                    model.objects.bulk_create(self.rows[model], batch_size=1000)
