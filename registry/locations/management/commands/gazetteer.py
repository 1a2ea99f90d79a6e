import json
from collections import Counter
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from registry.cards.changeset import writing
from registry.cards.models import Redirect
from registry.cards.refused import Refused
from registry.records.models import Source
from registry.workflow.command_user import add_finer_by, answering

from ...models import Location, LocationCitation, LocationName

# Columns that name a place whoever entered it, finest first.
CODES = ("geonames", "iso_3166_2", "iso_3166_1", "slug")
# Half of a pair from one origin and half from another would be wrong.
PAIRS = (("lat", "lon"), ("population", "population_year"))


class Command(BaseCommand):
    help = (
        "Brings newer places of the gazetteer: adds what is missing, fills what is empty, and "
        "overwrites nothing. What would show a place of a record more finely is refused, unless "
        "two people answer for it (--finer-by). With --build, rebuilds the fixtures from "
        "fixtures/gazetteer/ instead."
    )

    def add_arguments(self, parser):
        parser.add_argument("--build", action="store_true", help="rebuild the fixtures")
        parser.add_argument(
            "--folder", type=Path, default=settings.BASE_DIR / "fixtures", help="of the fixtures"
        )
        add_finer_by(parser)

    def handle(self, *, build, folder, verbosity, finer_by=None, **options):
        if build:
            self.build(folder)
            return
        self.verbosity = verbosity
        self.done = Counter()
        try:
            with writing(**answering(finer_by)):
                self.bring(folder)
        except Refused as refused:
            raise CommandError(refused.sentence) from None
        said = [f"{number} {what}" for what, number in sorted(self.done.items())]
        self.stdout.write(", ".join(said) + "." if said else "Nothing new.")

    def build(self, folder):
        # Imported here: only rebuilding reads the country names of pycountry and Babel.
        from ...gazetteer import fixtures

        for name, text in fixtures(folder / "gazetteer").items():
            (folder / name).write_text(text, encoding="utf-8")
            self.stdout.write(str(folder / name))

    def bring(self, folder):
        rows = []
        for name in ("location_sources", "locations", "former_addresses"):
            file = folder / f"{name}.json"
            rows += json.loads(file.read_text(encoding="utf-8")) if file.exists() else []
        models = (Source, Location, LocationName, LocationCitation, Redirect)
        wanted = {model: [] for model in models}
        for row in rows:
            wanted[next(m for m in wanted if m._meta.label_lower == row["model"])].append(
                row["fields"]
            )
        sources = self.entries(Source, wanted[Source], ["slug"])
        places = self.entries(Location, wanted[Location], CODES)
        self.parts(LocationName, wanted[LocationName], places, {}, "name")
        self.parts(LocationCitation, wanted[LocationCitation], places, sources, "source")
        self.redirects(wanted[Redirect])

    def entries(self, model, rows, codes):
        """{slug in the fixture: the row in the database, or None where staff deleted it}."""
        present = list(model.objects.all())
        deleted = deleted_ids(model)
        by_id = {str(entry.public_id): entry for entry in present}
        by_code = {(code, getattr(entry, code)): entry for entry in present for code in codes}
        found = {}
        for fields in rows:
            slug, above = fields["slug"], fields.get("parent")
            # A place stands after the one it lies in, which is therefore found already.
            if above:
                fields = {**fields, "parent": found[above[0]]}
            same = (by_code.get((code, fields[code])) for code in codes if fields.get(code))
            entry = by_id.get(fields["public_id"]) or next(filter(None, same), None)
            if entry is not None:
                self.fill(entry, fields)
            # What lies in a place that staff deleted has nothing to lie in.
            elif fields["public_id"] not in deleted and not (above and fields["parent"] is None):
                entry = self.add(model, fields)
            found[slug] = entry
        return found

    def fill(self, entry, fields):
        """Notes stay as they are: one that staff cleared no longer holds."""
        empty = {
            name
            for name, value in fields.items()
            if value not in (None, "")
            and getattr(entry, name) in (None, "")
            and not name.startswith("note_")
        }
        for pair in PAIRS:
            if any(getattr(entry, name, None) is not None for name in pair):
                empty -= set(pair)
        if empty:
            for name in empty:
                setattr(entry, name, entry._meta.get_field(name).to_python(fields[name]))
            entry.save()
            self.say(entry._meta.verbose_name_plural, "filled", f"{entry.slug}: {sorted(empty)}")

    def parts(self, model, rows, places, sources, key):
        present = {
            str(public_id) for public_id in model.objects.values_list("public_id", flat=True)
        }
        present |= deleted_ids(model)
        # Staff may have entered the same name or source, under another id.
        there = set(model.objects.values_list("record_id", key))
        for fields in rows:
            fields = {**fields, "record": places[fields["record"][0]]}
            if "source" in fields:
                fields["source"] = sources[fields["source"][0]]
            if fields["record"] is None or fields.get("source", True) is None:
                continue
            value = fields["name"] if key == "name" else fields["source"].pk
            if fields["public_id"] not in present and (fields["record"].pk, value) not in there:
                self.add(model, fields)

    def redirects(self, rows):
        """Former addresses of places that are here, if nothing stands there and nothing led on."""
        places = dict(Location.objects.values_list("slug", "public_id"))
        here = {str(public_id) for public_id in places.values()}
        led = set(Redirect.objects.filter(type="location").values_list("slug", flat=True))
        for fields in rows:
            if fields["public_id"] in here and fields["slug"] not in {*places, *led}:
                Redirect.objects.create(**fields)

    def add(self, model, fields):
        row = model(
            **{
                name: value
                if name in ("parent", "record", "source")
                else model._meta.get_field(name).to_python(value)
                for name, value in fields.items()
            }
        )
        row.save()
        self.say(model._meta.verbose_name_plural, "added", str(row))
        return row

    def say(self, what, how, which):
        self.done[f"{what} {how}"] += 1
        if self.verbosity > 1:
            self.stdout.write(f"{what} {how}: {which}")


def deleted_ids(model):
    """Public ids of the rows that staff deleted: they do not come back."""
    gone = model.history.filter(history_type="-").values_list("public_id", flat=True)
    return {str(public_id) for public_id in gone}
