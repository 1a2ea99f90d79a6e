"""The cards of sources and terms."""

from registry.cards.declarations import declare

from .models import Source, Term
from .serializers import (
    DateField,
    EntrySerializer,
    ReferenceField,
    SourcesField,
    TextField,
    ValueField,
    WithinField,
)


@declare(Source, "source", "sources")
class SourceSerializer(EntrySerializer):
    publisher = ValueField()
    date = DateField()
    language = ValueField()
    url = ValueField()
    archived_url = ValueField()
    seen_on = ValueField()
    note = TextField()


@declare(Term, "term", "terms")
class TermSerializer(EntrySerializer):
    shows = ("parent__parent", "citations__source")
    cites = ()

    scheme = ValueField()
    parent = ReferenceField()
    definition = TextField()
    codes = ValueField()
    within = WithinField(source="ancestors")
    note = TextField()
    sources = SourcesField()
