"""The four groups are made after every migration, and are what design and safety say."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission

from programmes.models import Programme
from programmes.models.parts import ProgrammeRole
from registry.records.models import Entry
from registry.workflow.groups import GROUPS, make_groups

pytestmark = pytest.mark.django_db


def codenames(group):
    return set(Group.objects.get(name=group).permissions.values_list("codename", flat=True))


def test_a_fresh_database_has_the_four_groups_with_their_permissions():
    assert set(Group.objects.values_list("name", flat=True)) == set(GROUPS)
    assert "change_programme" in codenames("editor")
    assert "delete_programmerole" in codenames("editor")
    assert not {"publish_programme", "withdraw_programme", "delete_programme"} & codenames("editor")
    assert "publish_programme" in codenames("reviewer")
    assert "withdraw_programme" not in codenames("reviewer")
    assert "withdraw_programme" in codenames("safety officer")
    assert not {"publish_programme", "change_programme"} & codenames("safety officer")
    assert {"add_user", "publish_programme", "withdraw_programme"} <= codenames("administrator")
    assert not any("user" in name for name in codenames("reviewer"))


def test_every_kind_of_entry_can_be_published_and_withdrawn_by_somebody():
    for model in apps.get_models():
        if issubclass(model, Entry):
            name = model._meta.model_name
            assert f"publish_{name}" in codenames("reviewer")
            assert f"withdraw_{name}" in codenames("safety officer")


def test_making_them_again_mends_what_was_changed_and_nothing_else(django_assert_num_queries):
    editor = Group.objects.get(name="editor")
    editor.permissions.remove(Permission.objects.get(codename="change_programme"))
    editor.permissions.add(Permission.objects.get(codename="publish_programme"))
    make_groups(apps.get_app_config("programmes"))
    assert "change_programme" in codenames("editor")
    assert "publish_programme" not in codenames("editor")
    before = list(Group.permissions.through.objects.values_list("pk", flat=True))
    make_groups(apps.get_app_config("programmes"))
    assert list(Group.permissions.through.objects.values_list("pk", flat=True)) == before


def test_no_group_reaches_rows_outside_of_the_registry():
    ours = {"records", "locations", "organisations", "programmes", "auth", "keys", "reports"}
    apps_of = Permission.objects.filter(group__isnull=False).values_list(
        "content_type__app_label", flat=True
    )
    assert set(apps_of) == ours
    assert Programme._meta.app_label == ProgrammeRole._meta.app_label == "programmes"
