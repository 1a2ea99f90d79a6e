"""Whatever a person can type into a record is read by the scan and by the search for a withdrawn
name, or a check refuses it; and nothing that nobody sees is ever stored.

The columns come from the models: a new one is looked at without being named here.
"""

import pytest
from django.core import serializers
from django.core.management import call_command
from django.db import Error, models, transaction
from django.forms import modelform_factory

from organisations.models import Organisation
from programmes.models import Programme
from registry.cards.changeset import writing
from registry.cards.declarations import dump
from registry.records.relations import part_models
from registry.reports.models import Report
from registry.values.fields import CodeField, CodesField, EdtfField, ShapedField, Typed
from registry.values.folding import fold_words
from registry.workflow.mentions import MentionSearch
from registry.workflow.scan import body_of, body_says, scan
from registry.workflow.spellings import spellings
from registry.workflow.withdrawal import Reason, withdraw
from tests.support import factories as make
from tests.support.tables import ENTRIES, MARKED

TOKEN = "zqtoken"
# Columns that no card shows at the precision of this test, or ever.
HIDDEN = {"address", "venue_en", "venue_be", "venue_ru"}


def text_columns(model):
    """The columns into which words could be written, whether or not a check stands before them."""
    for field in model._meta.concrete_fields:
        types = (models.CharField, models.TextField, models.JSONField)
        if isinstance(field, types) and field.editable:
            yield field


def planted(field):
    if isinstance(field, models.URLField):
        return f"https://example.org/{TOKEN}"
    if isinstance(field, models.EmailField):
        return f"{TOKEN}@mail.example"
    return {TOKEN: "1"} if isinstance(field, models.JSONField) else TOKEN


def whole(kind):
    """A record of the kind with a row of each of its parts: {model: the key of the row}."""
    places, source, term = make.belarus(), make.source(), make.term()
    more = {"parent": places["brest-region"]} if kind == "location" else {}
    if kind == "event":
        more = {"dates": "2016-03-04", "precision": "town"}
    entry = getattr(make, kind)(**more)
    club = make.organisation()
    links = {"source": source, "term": term, "location": places["mstsislaw"], "organisation": club}
    rows = {type(entry): entry.pk}
    for part in part_models(type(entry)).values():
        values = {"record": entry}
        for field in part._meta.concrete_fields:
            if field.is_relation and field.name in links:
                values[field.name] = links[field.name]
            elif field.choices and not field.blank and not field.has_default():
                values[field.name] = field.flatchoices[0][0]
        rows[part] = part.objects.create(**values).pk
    return entry, rows


@pytest.mark.once
@pytest.mark.django_db
@pytest.mark.parametrize("kind", [model._meta.model_name for model in ENTRIES])
def test_what_is_typed_into_any_column_is_read_or_refused(kind):
    entry, rows = whole(kind)
    read, refused, unread = set(), set(), set()
    name = tuple(fold_words(TOKEN))
    for model, key in rows.items():
        for field in text_columns(model):
            where = f"{model._meta.model_name}.{field.name}"
            try:
                with transaction.atomic():
                    values = {field.name: planted(field)}
                    if model._meta.model_name == "identifier" and field.name == "other_list":
                        values["scheme"] = "other"
                    with writing():
                        model.objects.filter(pk=key).update(**values)
                    body = body_of(entry)
                    named = entry.pk in naming([name]).get(type(entry), ())
                    if body_says(body, name) and named:
                        read.add(where)
                    elif TOKEN in dump(body).lower() or field.name not in HIDDEN:
                        unread.add(where)
                    raise _TakeBack
            except _TakeBack:
                pass
            except (Error, ValueError):
                assert field.name not in HIDDEN
                refused.add(where)
    assert unread == set()
    assert {f"{kind}.slug", f"{kind}.name_en", f"{kind}.note_ru"} <= read
    columns = [(model, field) for model in rows for field in text_columns(model)]
    held, dates = (
        {f"{model._meta.model_name}.{field.name}" for model, field in columns if is_one(field)}
        for is_one in (is_held, lambda field: isinstance(field, EdtfField))
    )
    assert held <= refused <= held | dates


def naming(names):
    """{model: keys} of the records that say one of the names."""
    return MentionSearch(names).look()


def is_held(field):
    """Whether the database itself refuses what is no code."""
    return isinstance(field, (CodeField, ShapedField, CodesField))


class _TakeBack(Exception):
    """Ends a try-out."""


@pytest.mark.django_db
def test_a_withdrawn_name_is_found_in_a_unit_a_list_an_address_and_letter_by_letter():
    gone = make.organisation("gone", name_be="Вясенька")
    told = {
        "unit": make.programme(figures=[{"printed": "5", "unit": "вясенькі"}]),
        "list": make.organisation("list"),
        "spelled": make.programme(summary_be="Разам з В я с е н ь к а й"),
        "glued": make.programme(summary_be="#МыВясенька2020"),
        "markup": make.programme(summary_be="<b>В</b>ясенька і ўсе"),
        "mixed": make.programme(summary_be="Вяcенькa"),
        "page": make.source(url="https://example.org/vyasenka"),
        "archive": make.source(
            archived_url="https://example.org/%D0%92%D1%8F%D1%81%D0%B5%D0%BD%D1%8C%D0%BA%D0%B0"
        ),
        "mailbox": make.organisation("mailbox", email="viasienka@mail.example"),
    }
    told["list"].identifiers.create(scheme="other", other_list="Вясенька", value="1")
    make.programme("else", summary_be="Вясна, і сенька")
    found = naming(spellings(gone))
    named = {each for model, keys in found.items() for each in model.objects.filter(pk__in=keys)}
    assert named == {gone, *told.values()}
    withdraw(gone, Reason.SAFETY)
    for entry in told.values():
        entry.refresh_from_db()
        assert entry.state == "review"
        assert {str(hit.kind) for hit in scan(entry)} == {"what was withdrawn"}, entry


@pytest.mark.parametrize("model", [*MARKED, Report], ids=lambda model: model.__name__)
def test_every_column_of_text_drops_what_nobody_sees(model):
    for field in text_columns(model):
        if not isinstance(field, (CodeField, EdtfField, models.JSONField)):
            assert isinstance(field, Typed) or field.name in (
                "language",
                "time_zone",
                "about_type",
                "handled_by",
            ), field


HIDING = "В\u00adя\u200bс\ufeffна\u202e і\u2060 е\u0301"
SEEN = "Вясна і е́"


@pytest.mark.django_db
def test_what_nobody_sees_is_stored_by_no_way(tmp_path):
    one, other = make.programme(name_be=HIDING), make.programme()
    assert one.history.model.objects.filter(name_be=HIDING).count() == 1  # asked for as it is kept
    Programme.objects.bulk_create([Programme(slug="bulk", name_be=HIDING)])
    other.name_be = HIDING
    Programme.objects.bulk_update([other], ["name_be"])
    Programme.objects.filter(pk=other.pk).update(name_ru=HIDING)
    Programme.objects.filter(pk=other.pk).update(summary_ru=models.Value(HIDING))
    other.roles.create(organisation=make.organisation(), role="partner")
    one.figures.create(measure="other", printed=HIDING, unit=HIDING, source=make.source())
    file = tmp_path / "x.json"
    loaded = Programme(slug="loaded", name_be="X", public_id="7f0c4a52-0000-4000-8000-000000000001")
    text = serializers.serialize("json", [loaded]).replace('"X"', f'"{HIDING}"')
    file.write_text(text)
    call_command("loaddata", str(file), verbosity=0)
    form = modelform_factory(Organisation, fields=["slug", "name_be", "kind", "precision"])(
        {"slug": "form", "name_be": HIDING, "precision": "town"}
    )
    assert form.is_valid(), form.errors
    form.save()
    stored = {
        *Programme.objects.exclude(name_be="").values_list("name_be", flat=True),
        *Programme.objects.exclude(name_ru="").values_list("name_ru", flat=True),
        *Programme.objects.exclude(summary_ru="").values_list("summary_ru", flat=True),
        *Organisation.objects.exclude(name_be="").values_list("name_be", flat=True),
        *one.figures.values_list("unit", flat=True),
        *one.figures.values_list("printed", flat=True),
        *Programme.history.exclude(name_be="").values_list("name_be", flat=True),
    }
    assert stored == {SEEN}
    assert Programme.objects.exclude(name_be="").count() == 4


@pytest.mark.django_db
def test_a_search_typed_with_what_nobody_sees_finds(client):
    make.programme(name_be="Вясенька", summary_be="Пра рэкі")
    for typed in ("Вя\u00adсень\u200bка", "вясень\u2060ка рэ\ufeffкі"):
        found = client.get("/api/v1/programmes/", {"q": typed}).json()
        assert found["count"] == 1, typed
