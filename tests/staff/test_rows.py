"""The rows of a list are those that Django itself would write."""

import pytest
from django.contrib import admin
from django.contrib.admin.templatetags.admin_list import results
from django.test import RequestFactory

from registry.records.models import Entry
from registry.staff.lists import EntryList
from registry.staff.templatetags.entry_rows import rows
from tests.support.staff import Staff, address
from tests.support.world import populate

pytestmark = [pytest.mark.once, pytest.mark.django_db]
GROUPS = ("editor", "reviewer", "safety officer", "administrator")


@pytest.mark.parametrize("query", ["", "?_popup=1", "?state__exact=public&o=-1", "?q=club"])
def test_a_row_is_what_django_writes(query, django_assert_num_queries):
    populate()
    boss, seen = Staff("boss", *GROUPS), 0
    for model, page in admin.site._registry.items():
        if not issubclass(model, Entry):
            continue
        request = RequestFactory().get(address(model, "changelist") + query)
        request.user = boss.user
        listed = page.get_changelist_instance(request)
        assert isinstance(listed, EntryList)
        list(listed.result_list)
        listed.formset = None
        with django_assert_num_queries(0):  # all that is shown is read with the rows
            ours = ["".join(map(str, row)) for row in rows(listed)]
        assert ours == ["".join(map(str, row)) for row in results(listed)]
        seen += len(ours)
    assert seen


def test_who_acts_on_a_row_has_its_texts():
    populate()
    boss = Staff("boss", *GROUPS)
    for model, page in admin.site._registry.items():
        if issubclass(model, Entry):
            request = RequestFactory().get(address(model, "changelist"))
            request.user = boss.user
            listed = page.get_changelist_instance(request)
            assert listed.result_list[0].get_deferred_fields()
            assert not listed.get_queryset(request)[0].get_deferred_fields()
