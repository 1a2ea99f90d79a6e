from django.utils.translation import ngettext_lazy

from registry.cards.declarations import declare
from registry.locations.serializers import ABOVE, PlaceField
from registry.records.fields import (
    EntrySerializer,
    RowsField,
    SourcesField,
    TextField,
    ValueField,
)

from .models import Sale, Toy


@declare(
    Toy,
    "toy",
    "toys",
    counted=ngettext_lazy("%(count)s toy", "%(count)s toys", "count"),
    searched=8,
    followed=5,
    in_menu=5,
    at_home=5,
)
class ToySerializer(EntrySerializer):
    shows = (
        f"base__{ABOVE}",
        "sales__buyer",
        "sales__seller",
        "sales__source",
        "citations__source",
    )
    cites = ("sales",)
    places = (f"base__{ABOVE}",)

    summary = TextField("Summary")
    description = TextField("Description")
    kind = ValueField("Kind", filtered_by="kind")
    motto = ValueField("What it shouts")
    shade = ValueField("Shade of it", filtered_by="shade")
    base = PlaceField("Where it is at home")
    sales = RowsField(
        "What was paid for it",
        Sale,
        *("amount", "currency", "date", "words", "buyer", "seller", "source"),
        line=("amount", "currency", "date", "buyer"),
        filtered_by="buyer",
    )
    website = ValueField("Website")
    note = TextField("What is not stated")
    sources = SourcesField()
    verified_on = ValueField("Last verified on")
