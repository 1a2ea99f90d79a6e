"""A draft of what a reader suggested: what they call the source becomes its source, and all their
words stand beside it, where staff alone read them."""

from django.utils.translation import gettext as _

from registry.cards.changeset import writing
from registry.cards.declarations import declared
from registry.records.models import Remark, Source
from registry.values.dates.written import read

from .models import ReportState

LONGEST = 2000  # of a remark


def draft_of(report, user):
    """The new draft, with its source a draft; the report is handled then. All of it or nothing."""
    model = declared[report.suggested].model
    slug, name = f"suggestion-{report.reference.lower()}", f"name_{report.language}"
    own = {"slug": slug, name: report.what[: longest(model, name)]}
    if dates := dates_of(report.dates):
        own |= {"dates": dates} if hasattr(model, "dates") else {}
    with writing():
        entry = model.objects.create(**own)
        is_address = report.source.startswith(("http://", "https://"))
        source = Source.objects.create(
            slug=slug,
            url=report.source if is_address and " " not in report.source else "",
            **{name: report.source[: longest(Source, name)]},
        )
        entry.citations.create(source=source)
        Remark.make(entry, Remark.On.DRAFT, None, words_of(report))
        report.state, report.handled_by = ReportState.HANDLED, user.username
        report.save(update_fields=["state", "handled_by"])
    return entry


def longest(model, column):
    return model._meta.get_field(column).max_length


def dates_of(text):
    """EDTF of what the reader wrote, or "" where that cannot be read: it stands in their words."""
    try:
        return read(text).edtf if text else ""
    except ValueError:
        return ""


def words_of(report):
    said = [_("Suggested by a reader, %(number)s") % {"number": report.reference}]
    said += [f"{name}: {words}" for name, words in report.pieces]
    return "\n".join([*said, report.text])[:LONGEST].strip()
