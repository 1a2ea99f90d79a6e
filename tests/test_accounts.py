"""Accounts of staff: what an administrator may make of others and of themselves."""

import pytest
from django.contrib.auth.models import Group, User
from staff import Staff, address

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return Staff("boss", "administrator")


def test_an_administrator_gives_and_takes_rights_through_groups_alone(boss):
    ann = Staff("ann", "editor").user
    reviewers = Group.objects.get(name="reviewer")
    form = boss.form_of(ann)
    assert "is_superuser" not in form
    assert "user_permissions" not in form
    boss.sends(form, ann, groups=[reviewers.pk], is_superuser="on", user_permissions=["1"])
    ann.refresh_from_db()
    assert set(ann.groups.all()) == {reviewers}
    assert not ann.is_superuser
    assert not ann.user_permissions.exists()


def test_an_administrator_makes_an_account_without_saying_who_it_is(boss):
    words = "plum-anchor-violet-93"
    made = boss.edits(User, "add", username="linen", password1=words, password2=words)
    assert made.status_code == 302
    assert not User.objects.get(username="linen").is_superuser
    page = boss.reads(User.objects.get(username="linen"))
    assert "first_name" not in page
    assert "email" not in page


@pytest.mark.parametrize("page", ["change", "history", "delete"])
def test_a_superuser_is_out_of_an_administrators_reach(boss, page):
    root = User.objects.create_superuser("root-of-all")
    assert boss.opens(root, page).status_code in (302, 404)
    assert "root-of-all" not in boss.reads(User, "changelist")
    password = address(root, "change").replace("/change/", "/password/")
    assert boss.client.get(password).status_code == 404


def test_an_editor_sees_no_accounts():
    assert Staff("ann", "editor").opens(User, "changelist").status_code == 403
