"""Accounts of staff: what an administrator may make of others and of themselves."""

import re

import pytest
from django.contrib.auth.models import Group, User
from django.utils.translation import override

from registry.workflow.groups import GROUPS, LABELS, MAY
from tests.support.staff import Staff, address

pytestmark = [pytest.mark.once, pytest.mark.django_db]


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


NO_GROUP, INACTIVE = "is in no group", "is not active"


def test_what_a_new_account_lacks_is_told_until_it_is_there(boss):
    words = "plum-anchor-violet-93"
    typed = {"username": "linen", "password1": words, "password2": words}
    form = boss.form_of(User, "add") | typed
    page = boss.client.post(address(User, "add"), form, follow=True).content.decode()
    assert NO_GROUP in page
    assert INACTIVE not in page
    linen = User.objects.get(username="linen")
    editors = Group.objects.get(name="editor")
    saved = {**boss.form_of(linen), "groups": [editors.pk]}
    page = boss.client.post(address(linen, "change"), saved, follow=True).content.decode()
    assert NO_GROUP not in page  # on the list, to which saving leads
    page = boss.reads(linen)
    assert not any(told in page for told in (NO_GROUP, INACTIVE))
    User.objects.filter(pk=linen.pk).update(is_active=False)
    assert INACTIVE in boss.reads(linen)


def test_an_account_added_before_another_is_told_of_as_well(boss):
    words = "plum-anchor-violet-93"
    typed = {"username": "linen", "password1": words, "password2": words, "_addanother": "1"}
    form = boss.form_of(User, "add") | typed
    page = boss.client.post(address(User, "add"), form, follow=True).content.decode()
    assert f"Linen: It {NO_GROUP}" in page


def test_staff_status_follows_from_a_group_whatever_the_form_says(boss):
    ann = Staff("ann", "editor").user
    form = boss.form_of(ann)
    assert "is_staff" not in form
    boss.sends(form, ann, groups=[], is_staff="on")
    ann.refresh_from_db()
    assert not ann.is_staff
    boss.sends(boss.form_of(ann), ann, groups=[Group.objects.get(name="reviewer").pk])
    ann.refresh_from_db()
    assert ann.is_staff


@pytest.mark.parametrize("language", ["en", "be", "ru"])
def test_the_page_of_an_account_says_what_each_group_may_do(boss, language):
    page = boss.client.get(
        address(boss.user, "change"), headers={"Accept-Language": language}
    ).content.decode()
    assert MAY.keys() == GROUPS.keys()
    with override(language):
        said = [str(words) for words in MAY.values()]
        titles = [str(label) for label in LABELS.values()]
    assert all(words in page for words in [*said, *titles])


def test_groups_are_named_in_the_language_of_whoever_looks(boss, monkeypatch):
    """What is stored stays: rights are given by that name."""
    assert LABELS.keys() == GROUPS.keys()
    monkeypatch.setitem(LABELS, "reviewer", "she who looks")
    for page in (
        boss.reads(boss.user),  # the boxes of an account
        boss.reads(User, "changelist"),  # the filter
        boss.reads(Group, "changelist"),
    ):
        assert "she who looks" in page
        assert not re.search(r">\s*reviewer\s*<", page)
    assert Group.objects.filter(name="reviewer").exists()


@pytest.mark.parametrize("language", ["be", "ru"])
def test_no_page_of_groups_or_accounts_says_their_stored_names(boss, language):
    for at in (
        address(Group, "changelist"),
        address(User, "changelist"),
        address(boss.user, "change"),
    ):
        page = boss.client.get(at, headers={"Accept-Language": language}).content.decode()
        assert not re.search(r">\s*(editor|reviewer|safety officer|administrator)\b", page)
        with override(language):
            assert str(LABELS["reviewer"]) in page


@pytest.mark.parametrize("page", ["add", "change", "delete"])
def test_what_a_group_may_do_is_changed_by_no_form(boss, page):
    thing = Group if page == "add" else Group.objects.get(name="editor")
    before = list(Group.permissions.through.objects.values_list("group", "permission"))
    assert boss.opens(thing, page).status_code in (302, 403)
    boss.client.post(address(thing, page), {"name": "editor", "post": "yes"})
    assert list(Group.permissions.through.objects.values_list("group", "permission")) == before


def test_of_groups_each_has_a_box_so_that_what_is_sent_is_what_is_seen(boss):
    page = boss.reads(boss.user)
    boxes = re.findall(r'<input type="checkbox" name="groups" value="(\d+)"', page)
    assert sorted(map(int, boxes)) == sorted(Group.objects.values_list("pk", flat=True))
    assert '<select name="groups"' not in page
