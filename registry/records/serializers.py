"""The cards of sources and terms, and those of figures, which are cut from the cards of records."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from registry.cards.declarations import CardSerializer, declare, reference_of
from registry.cards.fields import URL, TypeField
from registry.cards.shapes.objects import Pairs

from .fields import (
    SOURCE,
    DateField,
    EntrySerializer,
    IdField,
    ReferenceField,
    SourcesField,
    TextField,
    ValueField,
    WithinField,
)
from .models import Figure, Source, Term
from .places import WhereField


@declare(Source, "source", "sources", page=None)
class SourceSerializer(EntrySerializer):
    publisher = ValueField(_("Publisher"))
    date = DateField(_("Date"))
    language = ValueField(_("Language"))
    url = ValueField(URL.title, URL.shape)
    archived_url = ValueField(_("Archived copy"), searched=False)
    seen_on = ValueField(_("Seen on"))
    note = TextField(_("What is not stated"))


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

    scheme = ValueField(_("Vocabulary"), filtered_by="scheme")
    parent = ReferenceField(_("Part of"), filtered_by="parent")
    definition = TextField(_("Definition"))
    codes = ValueField(_("Codes"), Pairs())
    within = WithinField(source="ancestors")
    note = TextField(_("What is not stated"))
    sources = SourcesField()


def figures_of(body):
    """A card for each figure that the card of a record reports."""
    if not body.get("figures"):
        return
    record = reference_of(body)
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


@declare(
    None,
    "figure",
    "figures",
    row_model=Figure,
    cut=figures_of,
    page=None,  # a list of all, and no page of each
    counted=ngettext_lazy("%(count)s figure", "%(count)s figures", "count"),
    order="-start",
)
class FigureSerializer(CardSerializer):
    """Its fields are those of `figures_of`: nothing is rendered by it."""

    type = TypeField()
    id = IdField()
    slug = ValueField(_("Short name"))
    name = TextField(_("Name"))
    record = ReferenceField(_("Record"), filtered_by="record")
    measure = ValueField(_("What was counted"), filtered_by="measure")
    printed = ValueField(_("As printed"))
    number = ValueField(_("Number"))
    qualifier = ValueField(_("Qualifier"))
    unit = ValueField(_("Unit"), searched=False)
    period = DateField(_("Period"))
    source = ReferenceField(_("Source"), SOURCE, filtered_by="source")
    note = TextField(_("What is not stated"))
    locations = WhereField()
