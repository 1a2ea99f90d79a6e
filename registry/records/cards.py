"""The cards of sources and terms, and those of figures, which are cut from the cards of records."""

from django.utils.translation import ngettext_lazy
from rest_framework import serializers

from registry.cards.declarations import CardSerializer, declare

from .models import Figure, Source, Term
from .serializers import (
    DateField,
    EntrySerializer,
    ReferenceField,
    SourcesField,
    TextField,
    ValueField,
    WithinField,
)


@declare(Source, "source", "sources", page=None)
class SourceSerializer(EntrySerializer):
    publisher = ValueField()
    date = DateField()
    language = ValueField()
    url = ValueField()
    archived_url = ValueField()
    seen_on = ValueField()
    note = TextField()


@declare(
    Term,
    "term",
    "terms",
    page="glossary/#{slug}",  # one page holds them all
    counted=ngettext_lazy("%(count)s term", "%(count)s terms", "count"),
    searched=7,
)
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


def figures_of(body):
    """A card for each figure that the card of a record reports."""
    if not body.get("figures"):
        return
    record = {key: body[key] for key in ("type", "id", "slug", "name")}
    sources = {source["key"]: source for source in body["sources"]}
    for figure in body["figures"]:
        source = sources.get(figure["source"])
        yield {
            "type": "figure",
            "id": figure["id"],
            "slug": None,
            "name": figure["label"],
            "record": record,
            **{key: value for key, value in figure.items() if key not in ("id", "label")},
            "source": source and {key: source[key] for key in source if key != "key"},
            "locations": body.get("locations", []),
        }


@declare(None, "figure", "figures", part=Figure, cut=figures_of, page=None)
class FigureSerializer(CardSerializer):
    """Its fields are those of `figures_of`: nothing is rendered by it."""

    type = ValueField()
    id = serializers.UUIDField()
    slug = ValueField()
    name = TextField()
    record = ReferenceField()
    measure = ValueField()
    printed = ValueField()
    number = ValueField()
    qualifier = ValueField()
    unit = ValueField()
    period = DateField()
    source = ReferenceField()
    note = TextField()
    locations = serializers.Field()
