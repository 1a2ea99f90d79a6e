"""What a process keeps for all who have the same rights says nothing of anybody else's."""

import gc
import weakref

import pytest
from django.contrib.admin import site
from django.contrib.auth.models import Group, Permission, User

from programmes.models import Programme
from registry.locations.models import Location
from registry.records.models import State
from registry.staff import inlines
from registry.staff.kept import KeptByRights
from registry.staff.logins import rights_of
from tests.support.factories import location, organisation, programme, role
from tests.support.staff import Staff

pytestmark = [pytest.mark.once, pytest.mark.django_db]


def test_the_kinds_beside_a_page_are_those_of_the_rights_of_this_moment():
    rita, olga = Staff("rita", "reviewer"), Staff("olga", "administrator")
    of_accounts = 'href="/admin/auth/user/"'
    for _ in range(2):
        assert of_accounts not in rita.reads(Programme, "changelist")
        assert of_accounts in olga.reads(Programme, "changelist")
    olga.user.groups.set(Group.objects.filter(name="reviewer"))
    olga.client.force_login(olga.user)
    assert of_accounts not in olga.reads(Programme, "changelist")


def test_the_kind_that_is_open_is_marked_on_its_own_pages_alone():
    rita = Staff("rita", "reviewer")
    kind = rita.reads(Programme, "changelist")
    assert 'href="/admin/programmes/programme/" aria-current="page"' in kind
    first = rita.client.get("/admin/").content.decode()
    assert "aria-current" not in first.partition('id="nav-sidebar"')[2].partition("</nav>")[0]


def test_rows_of_a_form_are_those_of_its_record_and_of_whoever_reads_it():
    one, other = programme("one"), programme("other")
    role(one, organisation("honey", name_en="Honey"))
    gone = organisation("wax", name_en="Wax", state=State.WITHDRAWN, withdrawal_reason="safety")
    role(other, gone)
    rita, sofia = Staff("rita", "reviewer"), Staff("sofia", "safety officer")
    for _ in range(2):
        assert "Honey" in rita.reads(one)
        assert "Wax" not in rita.reads(other)
        assert "Wax" in sofia.reads(other)
        assert "Honey" not in sofia.reads(other)


def test_what_readers_do_not_see_is_told_by_as_many_statements_for_many_places(
    django_assert_max_num_queries,
):
    contest, rita = programme("contest", precision="country"), Staff("rita", "reviewer")
    land = location("land", state=State.REVIEW)
    region = location("region", Location.Kind.REGION, parent=land)
    for number in range(4):
        district = location(f"district-{number}", Location.Kind.DISTRICT, parent=region)
        contest.placements.create(location=location(f"town-{number}", parent=district))
    rita.reads(contest)  # what is kept from the first time on
    with django_assert_max_num_queries(24):
        assert "Readers do not see all of it" in rita.reads(contest)


def test_no_request_lives_on_in_what_is_kept(rf, monkeypatch):
    monkeypatch.setattr(inlines, "formsets", KeptByRights())
    request = rf.get("/")
    request.user = Staff("rita", "editor").user
    for inline in site.get_model_admin(Programme).get_inline_instances(request):
        inline.get_formset(request)
    held, request = weakref.ref(request), None
    gc.collect()
    assert held() is None


def test_too_much_is_forgotten(rf, monkeypatch):
    monkeypatch.setattr("registry.staff.kept.MOST", 3)
    kept, request = KeptByRights(), rf.get("/")
    request.user = Staff("rita", "reviewer").user
    given = [kept.once(request, key, lambda key=key: [key]) for key in range(9)]
    assert given == [[key] for key in range(9)]
    assert len(kept._known) <= 3
    assert kept.once(request, 8, list) is given[8]


def test_rights_are_what_the_account_and_its_groups_have(django_assert_num_queries):
    user = Staff("rita", "reviewer").user
    user.user_permissions.add(Permission.objects.get(codename="view_user"))
    django = User.objects.get(pk=user.pk).get_all_permissions()
    user = User.objects.get(pk=user.pk)
    with django_assert_num_queries(1):
        assert rights_of(user) == sorted({"is_staff", *django})
        assert user.has_perm("auth.view_user")
        assert not user.has_perm("auth.change_user")
    User.objects.filter(pk=user.pk).update(is_active=False)
    assert rights_of(User.objects.get(pk=user.pk)) == ["is_staff"]
