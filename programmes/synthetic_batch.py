"""Made-up records, written many at once, and the places that they are given."""

from collections import defaultdict
from dataclasses import dataclass

from organisations.models import Organisation
from registry.cards.changeset import writing
from registry.locations.models import Location
from registry.records.models import Part, Source, Term
from registry.values.texts import LANGUAGES

from .models import Edition, Event, Initiative, Programme

# Each after what it refers to, whose keys it needs.
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


@dataclass(frozen=True, slots=True)
class Place:
    """What is kept of a place: there are many, and each is named by many records."""

    pk: int
    names: tuple
    lat: float | None
    lon: float | None

    @classmethod
    def of(cls, location):
        names = tuple(getattr(location, f"name_{code}") for code in LANGUAGES)
        return cls(location.pk, names, location.lat, location.lon)


def weight_of(location):
    """How often it is chosen: most of what happens, happens in Minsk, then in the larger towns."""
    if location.iso_3166_2 == "BY-HM":
        return 6000
    by_kind = {"city": 60, "town": 8, "district": 5, "region": 40, "urban-settlement": 2}
    return by_kind.get(location.kind, 1)
