"""No page reads a large table whole: the plans of all statements behind every kind of page.

On SQLite a plan says what it scans; on PostgreSQL, told to avoid that, only what has no index.
"""

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from registry.cards.declarations import declared
from registry.cards.models import Card, has_term
from registry.records.models import Entry
from registry.records.word_index import MOST
from registry.staff.todo import offered
from tests.support.doors import addresses
from tests.support.staff import Staff, address
from tests.support.world import populate

pytestmark = pytest.mark.django_db
GROUPS = ("editor", "reviewer", "safety officer", "administrator")
SMALL = {
    "auth_group": "as many as there are roles",
    "auth_group_permissions": "some hundred, for staff",
    "auth_permission": "some hundred, for staff",
    "auth_user": "the staff",
    "auth_user_groups": "the staff",
    "cards_counter": "one row",
    "django_content_type": "one for each model",
    "django_migrations": "one for each migration",
    "imports_batch": "files that staff brought in",
    "keys_apikey": "the partners",
    "ops_due": "one for each thing that is done by the clock",
    "records_erasure": "acts of two officers",
    "records_savedlist": "lists that staff saved under names",
    "records_source": "documents: staff choose their language among those there are",
    "records_term": "the vocabularies, some hundred",
    "reports_report": "deleted after 90 days",
}
CHOICES = (
    "programmerole&field_name=organisation",
    "programmeplacement&field_name=location",
    "programmetheme&field_name=term",
    "event&field_name=programme",
)
NOTHING_WITHHELD = 'EXISTS(SELECT 1 AS "a" FROM "cards_deferred"'
# What no table is called in SQLite's plans: results of other steps, and the index of words.
DERIVED = re.compile(
    r"\(subquery-\d+\)|part|found|json_each|counted|cards_found|cards_looked_up|cards_ranked|cards_trigrams"
    r"|inside|likely|ranked|subquery|\w+_words|(\d+ )?CONSTANT"
)
# Of terms and their counts nearly all may be of one type: that is no search.
WHOLE = re.compile(
    r"(?:SCAN|SEARCH(?=.* (?:term_|sqlite_autoindex_cards_termcount).*\(type=\?\)$))"
    r" (\(subquery-\d+\)|\S+)"
)
# What asks for much by little: filters over relations, roles, own data and measures.
RELATIONS = ("", "role=funder", "organisation=club", "role=funder&organisation=club")
RELATIONS += ("location=BY-MA&audience=young", "year=2016", "location=BY-MA&year=none")
ORGANISATIONS = ("role=funder", "role=funder&role=partner&location=BY-MA", "role=implementer")
ORGANISATIONS += ("ordering=programmes", "ordering=-programmes&location=BY-MA&reach=own")
FIGURES = ("", "measure=participants", "measure=participants&location=BY-MA&year=2016")
OWN = ("", "location=BY-MA", "location=BY", "location=none&theme=sport", "organisation=club")
FILTERED = (
    *(f"/en/relations/?{each}" for each in RELATIONS),
    *(f"/api/v1/relations/?{each}" for each in RELATIONS),
    *(f"/api/v1/relations/?{each}&format=csv" for each in RELATIONS),
    *(f"/en/organisations/?{each}" for each in ORGANISATIONS),
    *(f"/api/v1/organisations/?{each}" for each in ORGANISATIONS),
    *(f"/api/v1/organisations/facets/?{each}" for each in ORGANISATIONS[:3]),
    *(f"/en/figures/side-by-side/?{each}" for each in FIGURES),
    *(f"/en/figures/?{each}" for each in FIGURES),
    *(f"/api/v1/programmes/facets/?reach=own&{each}" for each in OWN),
    *(f"/en/programmes/?reach=own&{each}" for each in OWN),
)


def scanned(statement):
    """The tables that the plan of the statement reads whole: {name, or alias: the step}."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}")
            steps = [row[3] for row in cursor.fetchall()]
            found = [WHOLE.match(step) for step in steps]
            return {
                table_of(match[1], statement): match.string
                for match in found
                if match and not DERIVED.match(match[1])
            }
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(f"EXPLAIN {statement}")
        lines = [row[0] for row in cursor.fetchall()]
    found = [re.search(r"Seq Scan on (\w+)", line) for line in lines]
    return {match[1]: match.string for match in found if match}


def table_of(name, statement):
    """SQLite names a table as the statement does, by its alias."""
    match = re.search(rf'"(\w+)" {name}\b', statement)
    return match[1] if match else name


def is_allowed(path, statement, table, step):
    if table in SMALL:
        return True
    if "USING" in step and " LIMIT " in statement and "ORDER BY" in statement:
        return True  # an index in the order of the list, as far as the page reaches
    if "USING" in step and statement.endswith("IS NULL) LIMIT 1") and "/admin/" in path:
        return True  # how many levels the gazetteer has, once a minute
    if "location_iso_3166_2_once" in step:
        return True  # an index of the regions alone, some dozens
    if table == "cards_deferred" and NOTHING_WITHHELD in statement:
        return True  # reads one row, if there is any
    # How many rows a list of staff has is counted as far as somebody would turn pages.
    if table == "cards_deferred" and path.startswith("/admin/"):
        return "COUNT(*)" in statement  # how many wait to be written: none but after a great act
    bounded = statement.endswith(f" LIMIT {MOST + 1}) subquery")
    return "USING" in step and path.startswith("/admin/") and bounded


def whole(client, path):
    """[(path, table, statement)] of what is read whole to answer, and should not be."""
    caches["kept"].clear()
    with CaptureQueriesContext(connection) as queries:
        response = client.get(path)
        assert response.status_code == 200 or "/admin/" not in path, path
        if response.streaming:
            b"".join(response)
    statements = [each["sql"] for each in queries if each["sql"].startswith(("SELECT", "WITH"))]
    return [
        (path, table, step, statement)
        for statement in statements
        for table, step in scanned(statement).items()
        if not is_allowed(path, statement, table, step)
    ]


def test_no_public_page_or_file_reads_a_table_whole():
    populate()
    names = {card_type: [] for card_type in declared}
    for card in Card.objects.order_by("type", "sort"):
        if not names[card.type]:
            names[card.type] = [card.slug, str(card.public_id)]
    asked = [each for each in addresses(names) if not each.startswith(("/be/", "/ru/"))]
    asked += [
        *("/en/programmes/?location=BY-MA&theme=sport&year=2016", "/en/events/?month=2016-10"),
        *("/en/organisations/?location=BY-MA&q=club", "/en/places/belarus/", "/en/places/?q=mst"),
        "/api/v1/programmes/facets/?location=BY-MA",
        *("/en/initiatives/?location=mstsislaw", "/en/places/?near=54.02,31.72"),
        *("/api/v1/events/?near=54.02,31.72", "/en/places/mstsislaw/"),
        "/en/programmes/?location=BY-MA&location=BY-BR&compare=location",
    ]
    client = Client()
    found = [each for path in asked for each in whole(client, path)]
    assert found == []
    assert len(asked) > 100


def test_no_filter_or_order_of_relations_organisations_and_figures_reads_a_table_whole():
    populate()
    client = Client()
    assert all(client.get(path).status_code == 200 for path in FILTERED)
    assert [each for path in FILTERED for each in whole(client, path)] == []


def test_no_list_form_or_choice_of_staff_reads_a_table_whole():
    populate()
    boss = Staff("boss", *GROUPS)
    choices = f"{reverse('admin:autocomplete')}?app_label=programmes&model_name"
    asked = [reverse("admin:index")]
    asked += [f"{choices}={of}&term=mst" for of in CHOICES]
    for model in admin.site._registry:
        lists = address(model, "changelist")
        asked += [lists, f"{lists}?q=mst", f"{lists}?q=club+mst"]
        if issubclass(model, Entry):
            asked.append(f"{lists}?state__exact=review")
        if hasattr(model, "placements"):
            asked += [f"{lists}?region=BY-MA", f"{lists}?region=none"]
        # What a group may do is decided by the code: it has a list and no form.
        if model is not Group and (entry := model._default_manager.first()):
            asked.append(address(entry, "change"))
        if issubclass(model, Entry):
            asked += [f"{lists}?todo={what}" for what in offered(model, boss.user)]
            desk = f"{reverse('admin:translate')}?language=be&texts=all&kind={model.card_type}"
            asked += [f"{desk}&show={show}" for show in ("missing", "older")]
    found = [each for path in asked for each in whole(boss.client, path)]
    assert found == []
    assert len(asked) > 40


def test_the_check_sees_a_table_that_is_read_whole():
    assert "cards_card" in scanned('SELECT "id" FROM "cards_card" WHERE "body" = \'{}\'')
    if connection.vendor == "sqlite":  # PostgreSQL goes through the whole index instead
        terms = 'SELECT U0."card_id" FROM "cards_cardterm" U0 WHERE U0."group" = \'location\''
        assert "cards_cardterm" in scanned(terms)
        assert not is_allowed("/en/", terms, *scanned(terms).popitem())
        counts = 'SELECT "cards" FROM "cards_termcount" U0 WHERE "type" = \'event\' AND "cards" > 1'
        assert "cards_termcount" in scanned(counts)


def test_the_agenda_finds_what_is_past_and_what_has_no_day_where_their_order_begins():
    populate()
    with CaptureQueriesContext(connection) as queries:
        assert Client().get("/en/events/").status_code == 200
    (statement,) = [each["sql"] for each in queries if each["sql"].count(" UNION ") == 6]
    assert statement.count('"sort" < ') == 2
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}")
            steps = [row[3] for row in cursor.fetchall()]
        assert len([step for step in steps if "card_sort (type=? AND sort<?)" in step]) == 2, steps
        assert len([step for step in steps if "card_end (type=? AND end>?)" in step]) == 2, steps
        ahead = "card_start (type=? AND start>? AND start<?)"  # without those of no date
        assert len([step for step in steps if ahead in step]) == 2, steps


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite asks so of itself")
def test_each_card_is_asked_as_it_comes_whether_it_has_a_term():
    plan = Card.stored.of("event").filter(has_term("event", "location", "mstsislaw")).explain()
    assert "SubPlan" in plan
    assert not re.search("Join|hashed", plan)


@pytest.mark.parametrize(
    "path", ["/en/events/?month=2016-10", "/api/v1/events/?from=2016-10-01&to=2016-10-31"]
)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has statistics to choose by")
def test_events_of_a_month_are_not_looked_for_among_all_that_begin_before_it(path, monkeypatch):
    monkeypatch.setattr("registry.listings.paging.FEW", -1)  # as if there were very many
    populate()
    with CaptureQueriesContext(connection) as queries:
        assert Client().get(path).status_code == 200
    asked = [each["sql"] for each in queries if "'2016-10-31'" in each["sql"]]
    assert asked
    steps = []
    for statement in asked:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}")
            steps += [row[3] for row in cursor.fetchall()]
    by_all_days = re.compile(r"card_(active_)?(start|end) \(type=\? AND (active_)?(start|end)")
    assert [step for step in steps if by_all_days.search(step)] == []
    assert any("term_list (type=? AND group=? AND value=?)" in step for step in steps)
