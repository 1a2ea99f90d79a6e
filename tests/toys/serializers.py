from django.utils.translation import ngettext_lazy

from registry.cards.declarations import declare
from registry.records.serializers import (
    EntrySerializer,
    SourcesField,
    TextField,
    ValueField,
)

from .models import Toy


@declare(
    Toy,
    "toy",
    "toys",
    counted=ngettext_lazy("%(count)s toy", "%(count)s toys", "count"),
    searched=8,
    followed=5,
    at_home=5,
)
class ToySerializer(EntrySerializer):
    shows = ("citations__source",)
    cites = ()

    summary = TextField("Summary")
    description = TextField("Description")
    kind = ValueField("Kind", filtered_by="kind")
    website = ValueField("Website")
    note = TextField("What is not stated")
    sources = SourcesField()
    verified_on = ValueField("Last verified on")
