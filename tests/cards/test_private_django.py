"""What the registry uses of Django, and of what stands on it, without their promise.

A new Django that has it no longer, or has it otherwise, fails here and says where.
"""

import ast
import importlib
import json
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import EmptyResultSet
from django.db import DatabaseError, connection, connections
from django.test import RequestFactory
from django.urls import reverse
from rest_framework import serializers

from organisations.models import Organisation
from programmes.models import Programme
from programmes.models.parts import ProgrammeRole
from programmes.serializers import ProgrammeSerializer
from registry.cards import private_django
from registry.cards.models import Card
from registry.records.models import Source
from tests.support import factories as make
from tests.support.formats import API, content
from tests.support.staff import Staff

# What others have with an underscore and yet describe in their manuals.
DESCRIBED = {"_meta", "_state", "_base_manager", "_default_manager", "_replace"} | {
    "_history_user",
    "_change_reason",
}
# Where another package is asked to be otherwise, and has no setting for it.
OVERRIDDEN = {("registry/api/schema.py", "_is_list_view")}


@pytest.fixture
def contest(db):
    rose = make.organisation("rose", name_en="Rose")
    return make.programme("contest", name_en="Contest", roles=[("organiser", rose)])


@pytest.mark.django_db
def test_rows_are_deleted_by_one_statement_that_looks_at_nothing_else(django_assert_num_queries):
    # It has listeners and is named by many tables: none of that is looked at.
    leaflet = make.source("leaflet")
    with django_assert_num_queries(1) as asked:
        private_django.delete_alone(Source.objects.filter(pk=leaflet.pk))
    assert asked[0]["sql"].startswith("DELETE FROM")
    assert not Source.objects.filter(pk=leaflet.pk).exists()
    assert Card.stored.filter(type="source").exists()


@pytest.mark.django_db
def test_the_statement_of_a_queryset_is_what_a_cursor_takes(contest):
    rows = Programme.objects.filter(slug__in=["contest", "100%"]).values_list("slug")
    sql, parameters = private_django.statement_of(rows)
    assert "contest" not in sql
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        assert cursor.fetchall() == [("contest",)]
    with pytest.raises(EmptyResultSet):
        private_django.statement_of(rows.none())


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite plans what it is asked")
def test_a_planned_statement_is_known_again_and_no_other_one_is_kept(contest):
    asked = private_django.Planned("SELECT slug, 'it' FROM programmes_programme WHERE id > %s")
    every = "SELECT statement FROM pg_prepared_statements"
    for number in (0, -(2**40)):  # of any length
        with private_django.asked(connections["default"], asked, [number]) as cursor:
            assert cursor.fetchall() == [("contest", "it")]
    Programme.objects.get(slug="contest")
    with connection.cursor() as cursor:
        cursor.execute(every)
        kept = [statement for (statement,) in cursor.fetchall()]
    assert kept.count(asked.replace("%s", "$1")) == 1
    assert not any("contest" in statement for statement in kept)


@pytest.mark.django_db
def test_rows_of_a_statement_are_objects_of_their_model(contest, django_assert_num_queries):
    every = list(Card.stored.order_by("pk"))
    sql, parameters = private_django.statement_of(Card.stored.order_by("pk"))
    default = connections["default"]
    found = private_django.stored_rows(Card, default, sql, parameters)
    assert found == every
    assert not any(row._state.adding for row in found)
    for one, other in zip(found, every, strict=True):
        for field in Card._meta.concrete_fields:
            assert repr(getattr(one, field.attname)) == repr(getattr(other, field.attname))
    some = "SELECT id, slug, 7 AS total FROM cards_card WHERE slug = %s"
    with django_assert_num_queries(1):
        (card,) = private_django.stored_rows(Card, default, some, ["contest"])
        assert (card.slug, card.total) == ("contest", 7)
    with django_assert_num_queries(1):
        assert card.type == "programme"  # what was not among the columns


@pytest.mark.django_db
def test_rows_of_a_statement_have_what_is_read_beside_them(contest, django_assert_num_queries):
    rows = ProgrammeRole.objects.select_related("organisation", "source").order_by("pk")
    sql, parameters = private_django.statement_of(rows)
    for _ in range(2):
        with django_assert_num_queries(1):
            found = private_django.joined_rows(rows, connections["default"], sql, parameters)
            assert [str(row.organisation) for row in found] == ["Rose"]
            assert found[0].source is None
    for one, other in zip(found, rows, strict=True):
        for field in ProgrammeRole._meta.concrete_fields:
            assert repr(getattr(one, field.attname)) == repr(getattr(other, field.attname))
        assert vars(one.organisation).keys() == vars(other.organisation).keys()
        assert one.organisation.public_id == other.organisation.public_id


@pytest.mark.django_db
def test_a_row_that_is_read_is_what_init_would_make_of_it(contest, django_assert_num_queries):
    (found,) = Programme.objects.defer("slug")
    made = Programme(**{name: value for name, value in vars(found).items() if name != "_state"})
    for field in Programme._meta.concrete_fields:
        if field.name != "slug":
            assert repr(getattr(found, field.attname)) == repr(getattr(made, field.attname))
    assert (found._state.adding, found._state.db) == (False, "default")
    with django_assert_num_queries(1):
        assert found.slug == "contest"


@pytest.mark.django_db
def test_a_queryset_that_was_given_its_rows_asks_for_none(contest, django_assert_num_queries):
    rows = ProgrammeRole.objects.filter(pk=0)
    found = list(ProgrammeRole.objects.all())
    with django_assert_num_queries(0):
        private_django.give_rows(rows, found)
        assert (len(rows), rows[0], list(rows)) == (1, found[0], found)


@pytest.mark.django_db
def test_a_target_is_known_once_it_is_loaded_or_kept(contest, django_assert_num_queries):
    role = ProgrammeRole.objects.get()
    rose = Organisation.objects.get()
    with django_assert_num_queries(0):
        assert private_django.known(role, "organisation") is None
        private_django.keep_target(role, ProgrammeRole._meta.get_field("organisation"), rose)
        assert private_django.known(role, "organisation") is rose
        assert role.organisation is rose
        private_django.keep_target(role, ProgrammeRole._meta.get_field("source"), None)
        assert role.source is None
    with django_assert_num_queries(1):
        loaded = ProgrammeRole.objects.select_related("organisation").get()
        assert private_django.known(loaded, "organisation") == rose
    assert private_django.known(ProgrammeRole(organisation=rose), "organisation") is rose


@pytest.mark.django_db
def test_a_related_manager_gives_the_rows_that_are_kept(contest, django_assert_num_queries):
    programme = Programme.objects.get()
    relation = Programme._meta.get_field("roles")
    role = ProgrammeRole.objects.get()
    assert not private_django.has_related(programme, relation)
    private_django.keep_related(programme, relation, [role], like=ProgrammeRole.objects.all())
    assert private_django.has_related(programme, relation)
    with django_assert_num_queries(0):
        assert programme.roles.all()[0] is role
        assert list(programme.roles.all()) == [role]
        assert len(programme.roles.all()) == programme.roles.count() == 1
        assert programme.roles.exists()
        assert list(private_django.related_of(programme, relation)) == [role]
    # Of none as well: it is not asked whether there are any.
    private_django.keep_related(programme, relation, [], like=ProgrammeRole.objects.all())
    with django_assert_num_queries(0):
        assert not programme.roles.all()
    # What Django itself has read ahead stands in the same place.
    read = Programme.objects.prefetch_related("roles").get()
    assert private_django.has_related(read, relation)
    assert list(private_django.related_of(read, relation)) == [role]
    # And what is written through the manager is not hidden by what was kept.
    programme.roles.set([])
    assert not private_django.has_related(programme, relation)


def test_a_staff_site_tells_what_is_registered_in_order():
    site = admin.AdminSite()
    site.register([Programme, Organisation])
    pages = private_django.registered(site)
    assert list(pages) == [Programme, Organisation]
    assert pages[Programme] is site.get_model_admin(Programme)


def test_what_is_told_goes_where_it_is_to_be_told():
    class Kept(list):
        def add(self, level, message, extra_tags=""):
            self.append((level, message))

    request, kept = RequestFactory().get("/"), Kept()
    private_django.tell_to(request, kept)
    messages.warning(request, "Look at this.")
    assert kept == [(messages.WARNING, "Look at this.")]
    assert messages.get_messages(request) is kept


@pytest.mark.django_db
def test_a_key_that_no_row_has_leads_to_the_index_and_is_told():
    reply = Staff("adam", "administrator").client.get(
        reverse("admin:programmes_programme_change", args=[999_999]), follow=True
    )
    assert reply.redirect_chain == [(reverse("admin:index"), 302)]
    assert "999999" in reply.text


def test_the_fields_of_a_serializer_are_those_of_its_instances():
    class Wider(ProgrammeSerializer):
        more = serializers.CharField()

    kept = private_django.declared_fields(Wider)
    assert {"more", "name"} <= kept.keys()
    assert list(kept) == list(serializers.Serializer.get_fields(Wider()))


@pytest.mark.parametrize("charset", ["hex", "utf-16", "no-such"])
def test_the_charset_of_a_request_is_utf8_whatever_it_says(charset):
    environ = RequestFactory().get("/", {"q": "Мсціслаў"}).environ
    environ["CONTENT_TYPE"] = f"text/plain; charset={charset}"
    request = private_django.Utf8Request(environ)
    assert request.GET["q"] == "Мсціслаў"
    assert request.content_type == "text/plain"
    assert request.content_params == {"charset": charset}


@pytest.mark.django_db
def test_a_list_is_described_as_it_is_said_to_be(client):
    """drf-spectacular would make of every list an array of what one page is."""
    document = json.loads(content(client, "openapi.json"))
    reply = document["paths"][f"{API}programmes/"]["get"]["responses"]["200"]
    assert reply["content"]["application/json"]["schema"].get("type") != "array"


def test_what_is_private_to_others_stands_in_one_file():
    private, root = _names_of_others(), Path(settings.BASE_DIR)
    assert {"_raw_delete", "_result_cache", "_prefetch_done", "_registry"} <= private
    used = {
        (str(path.relative_to(root)), name)
        for room in ("organisations", "programmes", "registry", "bench")
        for path in (root / room).rglob("*.py")
        for name in _names_in(path) & (private - DESCRIBED)
    }
    here = {name for path, name in used if path == "registry/cards/private_django.py"}
    assert {"_raw_delete", "_result_cache", "_registry", "_set_content_type_params"} <= here
    assert {pair for pair in used if pair[0] != "registry/cards/private_django.py"} == OVERRIDDEN


def _names_in(path):
    """The attributes that a file asks for, its methods, and its texts: a key may be a name."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    names = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    methods = [each for node in nodes if isinstance(node, ast.ClassDef) for each in node.body]
    names |= {each.name for each in methods if isinstance(each, ast.FunctionDef)}
    return names | {node.value for node in nodes if isinstance(node, ast.Constant)}


def _names_of_others():
    """The names with one underscore in the classes on which ours stand, and in their instances."""
    classes = [
        ("django.contrib.admin", "AdminSite ModelAdmin StackedInline"),
        ("django.contrib.admin.views.main", "ChangeList"),
        ("django.core.handlers.wsgi", "WSGIRequest WSGIHandler"),
        ("django.db.models", "Model Manager QuerySet Field ForeignKey ManyToOneRel Q"),
        ("django.db.models.deletion", "Collector"),
        ("django.db.models.sql", "Query"),
        ("django.forms", "ModelForm Form Field Widget"),
        ("django.forms.models", "BaseModelFormSet BaseInlineFormSet"),
        ("django.http", "HttpRequest HttpResponse StreamingHttpResponse QueryDict"),
        ("drf_spectacular.openapi", "AutoSchema"),
        ("rest_framework.request", "Request"),
        ("rest_framework.serializers", "Serializer Field ListSerializer"),
        ("rest_framework.views", "APIView"),
        ("rest_framework.viewsets", "GenericViewSet"),
        ("simple_history.admin", "SimpleHistoryAdmin"),
        ("simple_history.models", "HistoricalRecords"),
    ]
    each = [
        getattr(importlib.import_module(at), name)
        for at, names in classes
        for name in names.split()
    ]
    made = [Programme.objects.all(), Programme.objects.all().query, Programme()]
    made.append(admin.AdminSite())
    names = {name for one in each for name in dir(one)} | {n for one in made for n in vars(one)}
    names |= {"_prefetched_objects_cache", "_messages"}
    return {name for name in names if name.startswith("_") and not name.startswith("__")}


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite plans each time")
@pytest.mark.django_db(transaction=True)
def test_a_connection_whose_statements_are_lost_is_given_up_and_not_asked_again():
    statement = private_django.Planned("SELECT count(*) FROM cards_card WHERE number > %s")

    def asks():
        with private_django.asked(connection, statement, [1]) as cursor:
            return cursor.fetchall()

    assert asks() == [(0,)]
    connection.connection.pgconn.exec_(b"DEALLOCATE ALL")  # as a pooler between does
    with pytest.raises(DatabaseError):
        asks()
    connection.close()  # as at the end of a request
    assert asks() == [(0,)]
