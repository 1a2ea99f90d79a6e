"""What holds for all kinds of records, tested over all of them."""

import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import IntegrityError, connection, models, transaction

from organisations.models import OrganisationPlacement
from programmes.models import Programme
from registry.cards import index
from registry.cards.declarations import declared, page_address, ways_back
from registry.records.models import MarkedQuerySet, Part
from registry.values.fields import CodeField
from tests.support import factories as make
from tests.support.tables import ENTRIES, MARKED, PARTS

DECLARED = list(declared.values())


def by_name(model):
    return getattr(model, "__name__", None) or model.type


@pytest.mark.parametrize("model", ENTRIES, ids=by_name)
def test_every_kind_of_entry_has_a_card(model):
    declaration = declared[model.card_type]
    assert declaration.model is model
    if declaration.page:
        assert page_address(model.card_type, "slug", "be").startswith("/be/")


def test_everything_with_a_public_side_is_an_entry_or_a_part_of_one():
    assert set(MARKED) == {*ENTRIES, *PARTS}
    for part in PARTS:
        owner = part._meta.get_field("record").remote_field
        assert owner.model in ENTRIES
        assert owner.on_delete is models.CASCADE


def test_parts_of_one_kind_differ_in_their_owner_alone():
    kinds = defaultdict(list)
    for part in PARTS:
        kinds[part.__mro__[1]].append(part)
    kinds.pop(Part)  # parts of a kind of their own
    assert {kind.__name__: len(parts) for kind, parts in kinds.items()}["Role"] == 4
    for kind, parts in kinds.items():
        for part in parts:
            own = {field.name for field in part._meta.fields} - {
                field.name for field in kind._meta.fields
            }
            assert own == {"id", "record"}
            # Where an organisation works is more than where something happened.
            if part is not OrganisationPlacement:
                assert part._meta.verbose_name == kind.Meta.verbose_name


@pytest.mark.parametrize("model", MARKED, ids=by_name)
def test_versions_have_the_indexes_by_which_they_are_looked_for(model):
    kept = model.history.model._meta.concrete_fields
    indexed = {field.name for field in kept if field.db_index and not field.primary_key}
    assert indexed == {"id", "record" if model in PARTS else "history_user"}


@pytest.mark.parametrize("declaration", DECLARED, ids=by_name)
def test_the_keys_of_a_card_are_its_fields_and_begin_like_a_reference(declaration):
    serializer = declaration.serializer
    fields = list(serializer().fields)
    assert fields[:4] == ["type", "id", "slug", "name"]
    if serializer.keys:
        assert sorted(serializer.keys) == sorted(serializer._declared_fields)
        assert fields == list(serializer.keys)


@pytest.mark.parametrize("declaration", DECLARED, ids=by_name)
def test_lists_have_a_total_order_that_ends_in_the_public_id(declaration):
    one = "7f0c4a52-0000-4000-8000-000000000001"
    body = {"id": one, "name": {"en": "Same"}, "start": None, "end": None}
    other = {**body, "id": one[:-1] + "2"}
    keys = [index.sort_of(each, declaration.order) for each in (body, other)]
    assert keys[0] < keys[1]
    assert keys[0].endswith(one.replace("-", ""))


@pytest.mark.parametrize("model", MARKED, ids=by_name)
def test_rows_have_a_total_order(model):
    last = model._meta.ordering[-1].removeprefix("-")
    assert last == "pk" or model._meta.get_field(last).unique


@pytest.mark.parametrize("model", MARKED, ids=by_name)
def test_every_constraint_says_in_a_sentence_what_is_wrong(model):
    for constraint in model._meta.constraints:
        default = type(constraint).default_violation_error_message
        sentence = str(constraint.violation_error_message)
        assert sentence != str(default), constraint.name
        assert sentence[0].isupper(), constraint.name
        assert sentence.endswith("."), constraint.name


@pytest.mark.parametrize("model", MARKED, ids=by_name)
def test_every_column_of_codes_is_held_by_the_database(model):
    """A fixture is loaded without validation, and pages have words for known codes alone."""
    for field in model._meta.concrete_fields:
        assert not field.choices or isinstance(field, CodeField), field


@pytest.mark.django_db
@pytest.mark.parametrize("model", MARKED, ids=by_name)
def test_the_database_takes_every_code_that_is_offered(model):
    """A new code is of no use where the table still checks those of before."""
    for each in (model, model.history.model):
        checks = checks_of(each._meta.db_table)
        for field in each._meta.local_fields:
            if isinstance(field, CodeField):
                for code, _label in field.flatchoices:
                    assert f"'{code}'" in checks, (field.name, code)


def checks_of(table):
    sql = "SELECT sql FROM sqlite_master WHERE name = %s"
    if connection.vendor == "postgresql":
        sql = (
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conrelid = %s::regclass AND contype = 'c'"
        )
    with connection.cursor() as cursor:
        cursor.execute(sql, [table])
        return " ".join(row[0] for row in cursor.fetchall())


@pytest.mark.django_db
def test_the_database_refuses_an_unknown_code():
    contest = make.programme(kind="contest", roles=[("organiser", make.organisation())])
    for rows in (Programme.objects.all(), contest.roles.all()):
        field = "kind" if rows.model is Programme else "role"
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**{field: "invented"})
    assert Programme.objects.get().kind == "contest"


@pytest.mark.parametrize("model", MARKED, ids=by_name)
def test_no_write_and_no_deletion_goes_past_the_marks(model):
    assert isinstance(model._base_manager.all(), MarkedQuerySet)
    assert isinstance(model._default_manager.all(), MarkedQuerySet)
    assert not model._meta.many_to_many
    for field in model._meta.concrete_fields:
        if field.is_relation:
            # SET_NULL and its like are written without any hook.
            assert field.remote_field.on_delete in (models.PROTECT, models.CASCADE), field


@pytest.mark.parametrize("model", MARKED, ids=by_name)
def test_what_no_other_card_shows_and_what_is_folded_are_columns(model):
    columns = {field.name for field in model._meta.concrete_fields}
    assert model.unseen_by_others <= columns
    assert model.folds <= columns
    assert model.locates.keys() <= columns
    assert model.following() <= columns


def test_every_part_of_a_record_leads_back_to_its_card():
    for part in PARTS:
        owner = part._meta.get_field("record").remote_field.model
        assert owner in {way.dependant for way in ways_back()[part]}, part


@pytest.mark.django_db
def test_the_migrations_hold_every_model():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_imports_only_point_towards_the_cards():
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program], cwd=settings.BASE_DIR, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
