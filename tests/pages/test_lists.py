"""Pages of lists: names as values, ways out of an empty one, parts of a page, events by day."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from programmes.filters import EventFilter, ProgrammeFilter
from programmes.models import Event, Programme
from registry.cards.clock import today
from registry.listings.facets import cached_until_change
from registry.pages.controls import relaxed_alternatives
from registry.records.models import State
from registry.workflow.withdrawal import Reason, withdraw
from tests.support.factories import belarus, event, location, organisation, programme, term
from tests.support.world import populate

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.fixture
def places():
    return belarus()


def page(client, address, status=200, **headers):
    response = client.get(f"/en/{address}", headers=headers)
    assert response.status_code == status
    return response.content.decode()


def canonical(html):
    return re.search('<link rel="canonical" href="http://testserver([^"]+)"', html)[1]


def shown(html):
    return re.search('<h2 id="results" tabindex="-1">([^<]*)<', html)[1]


@pytest.fixture
def clubs(places):
    town = places["mstsislaw"]
    clubs = [
        organisation("club", name_en="Sport Club", name_be="Спартыўны клуб"),
        organisation("school", name_en="Sport School"),
    ]
    organisation("hidden", name_en="Sport Secret", state=State.DRAFT)
    for number, club in enumerate(clubs):
        programme(f"p{number}", locations=[town], roles=[("organiser", club)])
    return clubs


@pytest.mark.parametrize("typed", ["club", "Sport Club", "sport club", "Спартыўны клуб"])
def test_an_organisation_can_be_named_in_a_filter(client, clubs, typed):
    html = page(client, f"programmes/?organisation={typed}")
    assert shown(html) == "1 programme"
    assert canonical(html) == "/en/programmes/?organisation=club"
    assert re.search('name="organisation" value="club" checked', html)


@pytest.mark.parametrize("typed", ["Мстиславль", "mstsislaw", "MSTSISLAW"])
def test_a_place_can_be_named_in_a_filter(client, clubs, typed):
    html = page(client, f"programmes/?location={typed}")
    assert shown(html) == "2 programmes"
    assert canonical(html) == "/en/programmes/?location=mstsislaw"
    assert canonical(page(client, "programmes/?location=Mahilyow+Region")).endswith("=BY-MA")


def test_a_name_that_may_be_several_is_answered_with_choices(client, clubs):
    html = page(client, "programmes/?organisation=sport&kind=none", status=400)
    assert 'name="organisation" type="text" value="sport"' in html
    assert re.findall('name="organisation" value="([^"]+)"', html) == ["club", "school"]
    assert "Secret" not in html
    assert '<a href="/en/programmes/?kind=none">Show the list without it</a>' in html


def test_a_name_of_nothing_public_finds_nothing(client, clubs):
    for typed in ("hidden", "never-was", "Sport Secret"):
        assert shown(page(client, f"programmes/?organisation={typed}")).startswith("Nothing")


def test_a_part_of_a_name_that_fits_only_one_is_taken(client, clubs):
    html = page(client, "programmes/?organisation=sport+sch")
    assert canonical(html) == "/en/programmes/?organisation=school"
    assert canonical(page(client, "programmes/?location=Mstsislaw+Dist")).endswith(
        "location=mstsislaw-district"
    )
    assert canonical(page(client, "programmes/?location=Mahily")).endswith("location=BY-MA")


def test_a_page_tells_a_reader_what_is_wrong_and_the_api_a_programmer(client, clubs):
    for address in ("programmes/?location=Atlantida", "places/?within=Atlantida"):
        html = page(client, address, status=400)
        assert "There is no such place in the registry. Check the spelling or choose" in html
        assert "/api/v1/" not in html.partition('class="errors"')[2].partition("</div>")[0]
    html = page(client, "programmes/?theme=Atlantida", status=400)
    assert "“Atlantida” is not one of the values." in html
    reply = client.get("/api/v1/programmes/?location=Atlantida").json()
    assert reply["detail"].startswith("“Atlantida” is not a place in the registry. Give the code")
    assert "BY-MA" in reply["allowed"]


def test_all_that_is_wrong_is_left_out_together(client, clubs):
    for query in ("location=Atlantida&kind=nothing", "location=Atlantida&location=Utopia"):
        html = page(client, f"programmes/?{query}", status=400)
        assert '<a href="/en/programmes/">Show the list without them</a>' in html


def test_a_month_that_is_none_stands_in_a_field_to_be_mended(client, events):
    html = page(client, "events/?month=2015-13&kind=forum", status=400)
    assert '<input id="f-month" name="month" type="text" value="2015-13"' in html
    assert 'value="2015-13" checked' not in html
    assert 'name="month"' not in page(client, "events/?kind=forum")


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["1 result", "2 results", "5 results"]),
        ("be", ["1 вынік", "2 вынікі", "5 вынікаў"]),
        ("ru", ["1 результат", "2 результата", "5 результатов"]),
    ],
)
def test_what_is_counted_is_said_in_the_grammar_of_the_language(client, places, language, words):
    for kind, count in (("contest", 1), ("advice", 2), ("forum", 5)):
        for _ in range(count):
            programme(kind=kind)
    html = client.get(f"/{language}/programmes/").content.decode()
    for kind, number in zip(("contest", "advice", "forum"), words, strict=True):
        box = html.partition(f'name="kind" value="{kind}"')[2].partition("</label>")[0]
        assert f'<span class="visually-hidden">{number}</span>' in box


def test_a_chip_is_written_as_the_box_it_comes_from(client, clubs):
    html = page(client, "programmes/?kind=contest&location=BY-MA&q=small+letters")
    chips = re.findall(r"Remove filter: </span>\s*([^<]+?)\s*<b", html)
    assert sorted(chips) == ["Contest", "Mahilyow Region", "small letters"]


def test_the_other_languages_are_asked_for_without_empty_fields(client, clubs):
    query = "q=&location=BY-MA&organisation=&from=&to="
    for headers in ({}, {"HX-Request": "true"}):
        html = page(client, f"programmes/?{query}", **headers)
        for code in ("be", "ru"):
            assert f'<a href="/{code}/programmes/?location=BY-MA" lang="{code}"' in html
    assert '<a href="/be/programmes/" lang="be"' in page(client, "programmes/?q=&to=")
    # What was chosen twice, and the number of the page, stay.
    html = page(client, "programmes/?kind=forum&kind=contest&q=%D0%BC")
    assert '<a href="/be/programmes/?kind=forum&amp;kind=contest&amp;q=%D0%BC"' in html


def test_the_api_takes_no_names(client, clubs):
    reply = client.get("/api/v1/programmes/?organisation=Sport+Club")
    assert reply.json()["count"] == 0
    assert client.get("/api/v1/programmes/?location=Mstsislaw").status_code == 400


def test_two_places_of_one_name_are_choices(client, clubs, places):
    for n, parent in enumerate(("mstsislaw-district", "brest-region")):
        location(f"lipki-{n}", name_en="Lipki", parent=places[parent])
    html = page(client, "programmes/?location=Lipki", status=400)
    assert set(re.findall('name="location" value="(lipki[^"]+)"', html)) == {"lipki-0", "lipki-1"}


def ways(query):
    listing = ProgrammeFilter(query, Programme.objects.public(), strict=False)
    assert listing.is_valid(), listing.errors
    assert listing.selection.count() == 0
    with CaptureQueriesContext(connection) as queries:
        found = relaxed_alternatives(listing)
    # 1 the numbers; before that the parts of an organisation, where one was asked for
    assert len(queries) <= 1 + ("organisation" in query)
    for way in found:
        other = ProgrammeFilter(
            {name: value.split(",") for name, value in pairs(way["query"])},
            Programme.objects.public(),
        )
        assert other.selection.count() == way["count"]
    return [(way["query"], way["count"]) for way in found]


def pairs(query):
    return [part.split("=") for part in query.split("&") if part]


def test_an_empty_list_names_each_filter_with_what_there_is_without_it(places):
    sport = term("sport")
    programme(kind="contest", themes=[sport], locations=[places["mstsislaw"]])
    programme(kind="advice", locations=[places["mstsislaw-district"]])
    programme(kind="advice", locations=[places["mahilyow-region"]], themes=[sport])
    asked = {"location": "mstsislaw", "theme": "sport", "kind": "advice"}
    assert sorted(ways(asked)) == [
        ("location=mstsislaw&theme=sport", 1),
        ("theme=sport&kind=advice", 1),
    ]


def test_where_no_single_removal_helps_each_filter_is_offered_alone(client, places):
    sport = term("sport", name_en="Sport")
    club = organisation("club", name_en="Club")
    for number in range(2):
        programme(kind="advice", themes=[sport], roles=[("funder", organisation(f"f{number}"))])
    programme(kind="contest", locations=[places["brest-region"]])
    asked = {"location": "mstsislaw", "theme": "sport", "kind": "contest"}
    assert ways(asked) == [("theme=sport", 2), ("kind=contest", 1)]
    html = page(client, "programmes/?location=mstsislaw&theme=sport&kind=contest")
    assert "Nothing matches, even with one filter removed." in html
    assert '<a href="/en/programmes/?kind=contest">Only “Contest”: 1 programme</a>' in html
    assert "Without “" not in html
    assert "Wider, in" not in html
    # Alone the role is anybody's.
    asked = {"organisation": "club", "role": "funder", "kind": "contest"}
    assert ("role=funder", 2) in ways(asked)
    assert club.slug not in str(ways(asked))


def test_a_list_that_one_filter_makes_empty_leads_to_the_whole_list(client, places):
    programme(kind="advice")
    html = page(client, "programmes/?kind=contest")
    assert '<a href="/en/programmes/">Without “Contest”: 1 programme</a>' in html
    assert "Nothing is recorded here yet." in page(client, "initiatives/")


def test_an_empty_list_of_an_organisation_names_its_parts_and_what_it_is_part_of(client, places):
    union = organisation("union", name_en="Union")
    office = organisation("office", name_en="Office", parent=union)
    organisation("idle", name_en="Idle", parent=union)
    organisation("secret", name_en="Secret", parent=union, state=State.DRAFT)
    for kind in ("contest", "contest", "advice"):
        programme(kind=kind, roles=[("organiser", office)])
    assert ways({"organisation": "union"}) == [("organisation=office", 3), ("", 3)]
    asked = {"organisation": "union", "kind": "contest"}
    assert ("organisation=office&kind=contest", 2) in ways(asked)
    # With a role, it is the other organisation that has to have it.
    asked = {"organisation": "union", "role": "organiser"}
    assert ("organisation=office&role=organiser", 3) in ways(asked)
    assert not any("office" in query for query, _ in ways(asked | {"role": "funder"}))
    assert not any("union" in query for query, _ in ways({"organisation": "idle"}))
    programme(roles=[("funder", union)])
    assert ("organisation=union", 1) in ways({"organisation": "idle"})
    organisation("lazy", name_en="Lazy", parent=union)
    assert ways({"organisation": ["idle", "lazy"]}).count(("organisation=union", 1)) == 1
    html = page(client, "programmes/?organisation=Idle")
    assert '<a href="/en/programmes/?organisation=union">“Union” instead: 1 programme</a>' in html
    assert "Idle belongs to Union." in html
    assert 'href="/en/report/?kind=record"' in html


def test_a_list_without_a_filter_has_no_way_out():
    assert ways({}) == []


def test_a_part_of_a_page_holds_what_changes_and_the_short_address(client, clubs):
    whole = client.get("/en/programmes/")
    part = client.get("/en/programmes/?q=&kind=none&fbclid=1", headers={"HX-Request": "true"})
    html = part.content.decode()
    for each in ("count", "found", "filters", "chips", "sorted", "langs", "this-page"):
        assert f'id="{each}"' in html
        assert f'id="{each}"' in whole.content.decode()
    assert "<header" not in html
    assert "<title>Programmes, not recorded – Programme Registry</title>" in html
    assert part["HX-Push-Url"] == "/en/programmes/?kind=none"
    assert "HX-Request" in part["Vary"]
    assert "HX-Request" in whole["Vary"]
    assert whole["ETag"] != part["ETag"]
    restored = {"HX-Request": "true", "HX-History-Restore-Request": "true"}
    assert "<header" in page(client, "programmes/", **restored)


def test_what_is_kept_ends_with_a_change(client, clubs):
    assert shown(page(client, "organisations/")) == "2 organisations"
    with CaptureQueriesContext(connection) as queries:
        page(client, "organisations/")
    assert len(queries) == 1  # the change number; the page is kept
    with CaptureQueriesContext(connection) as queries:
        page(client, "organisations/?page_size=1")
    # 1 the change number; 2 the page of cards with their count; the facets are kept
    assert len(queries) == 2
    organisation("third", kind="media")
    html = page(client, "organisations/")
    assert shown(html) == "3 organisations"
    assert re.search('value="media"><span>Media</span> <span class="count">.{,40}>1<', html)


def test_one_computation_serves_until_the_number_or_the_day_changes(db, monkeypatch):
    from registry.cards.models import Counter

    calls = []
    counter = Counter.current()

    def ask(number=7):
        counter.number = number
        return cached_until_change(counter, "things", lambda: calls.append(1) or len(calls))

    assert [ask(), ask(), ask(8), ask(8)] == [1, 1, 2, 2]
    monkeypatch.setattr("registry.listings.facets.today", lambda: today() + timedelta(days=1))
    assert ask(8) == 3


def test_the_filters_beside_a_whole_list_are_made_once_for_a_change_and_a_language(
    client, db, monkeypatch
):
    from registry.pages import list as pages_of_lists

    made, controls = [], pages_of_lists.controls
    monkeypatch.setattr(
        pages_of_lists, "controls", lambda *given: made.append(1) or controls(*given)
    )

    def asked(path):
        made.clear()
        html = client.get(path).content.decode()
        return len(made), html.split('id="filters"')[1].split("</form>")[0]

    organisation("first", kind="media")
    count, english = asked("/en/organisations/")
    assert count == 1
    assert asked("/en/organisations/?page=1") == (0, english)
    assert asked("/be/organisations/")[0] == 1
    assert asked("/en/organisations/?kind=media")[0] == 1
    # What was chosen before is sent along with the form.
    assert 'name="ordering"' in asked("/en/organisations/?ordering=name")[1]
    assert asked("/en/organisations/") == (0, english)
    organisation("second", kind="media")
    count, changed = asked("/en/organisations/")
    assert count == 1
    assert changed != english


@pytest.fixture
def events(places):
    town = places["mstsislaw"]
    event("market", dates="2999-12-12", status="cancelled", locations=[town])
    event("weekend", dates="2999-12-05/2999-12-06", mode="online")
    event("forum", dates="2999-12-12", kind="forum", locations=[town])
    event("call", dates="2999-12", registration_deadline="2999-11-01")
    event("missed", dates="2999-11-30", registration_deadline="2016-01-01")
    event("march", dates="XXXX-03-04")
    event("unknown")
    event("final", dates="2016-10-08", locations=[town])


def linked(html):
    return set(re.findall('href="/en/events/([a-z]+)/"', html))


def test_events_stand_under_what_is_known_of_their_day(client, events):
    html = page(client, "events/")
    assert shown(html) == "5 upcoming events"
    coming, rest = html.split('id="undated"')
    undated, past = rest.split('id="past"')
    assert linked(coming) == {"market", "weekend", "forum", "call", "missed"}
    assert linked(undated) == {"march", "unknown"}
    assert linked(past) == {"final"}
    assert re.search("market/.*Cancelled", coming)
    for tab, number in (("Upcoming", 5), ("Open calls", 1), ("Past", 1)):
        assert f'{tab} <span class="count">{number}</span>' in html


@pytest.mark.parametrize("address", ["", "places/mstsislaw/", "events/"])
def test_coming_events_stand_in_the_order_of_their_beginning_everywhere(client, places, address):
    town, day = places["mstsislaw"], today()
    for slug, first, last in (("later", 9, 9), ("long", 5, 90), ("short", 7, 8), ("on", -3, 60)):
        first, last = day + timedelta(days=first), day + timedelta(days=last)
        event(slug, dates=f"{first}/{last}", locations=[town])
    html = page(client, address)
    html = html[html.index('<ol class="agenda bare">') :]
    links = re.findall('href="/en/events/([a-z]+)/"', html[: html.index("</ol>")])
    assert list(dict.fromkeys(links)) == ["on", "long", "short", "later"]


@pytest.mark.parametrize("address", ["", "places/mstsislaw/", "events/"])
def test_what_has_its_day_comes_before_what_has_a_year_or_a_decade(client, places, address):
    next_year = today().year + 1
    for slug, dates in (
        ("decade", f"{next_year // 10}X"),
        ("year", f"{next_year}"),
        ("day", f"{next_year}-12-12"),
        ("open", f"../{next_year + 1}"),
    ):
        event(slug, dates=dates, locations=[places["mstsislaw"]])
    html = page(client, address)
    links = re.findall('href="/en/events/(day|year|decade|open)/"', html[html.index("agenda") :])
    order = list(dict.fromkeys(links))
    assert order[:2] == ["day", "year"]
    assert set(order[2:]) == {"decade", "open"}


def test_tabs_keep_the_other_filters_and_show_the_same_as_the_api(client, events):
    html = page(client, "events/?location=mstsislaw")
    assert linked(html) == {"market", "forum", "final"}
    for query, wanted in (
        ("location=mstsislaw&upcoming=false", {"final"}),
        ("upcoming=true", {"market", "weekend", "forum", "call", "missed"}),
        ("open=true", {"call"}),
        ("year=none", {"march", "unknown"}),
    ):
        assert linked(page(client, f"events/?{query}")) == wanted
        reply = client.get(f"/api/v1/events/?{query}").json()
        assert {each["slug"] for each in reply["results"]} == wanted
    assert '<a href="/en/events/?location=mstsislaw&amp;upcoming=false"' in html


def test_what_is_still_to_come_stands_in_the_order_in_which_it_comes(client, events):
    html = page(client, "events/?upcoming=true")
    order = re.findall('<h3><a href="/en/events/([a-z]+)/"', html)
    assert order[:3] == ["missed", "call", "weekend"]
    assert canonical(html) == "/en/events/?upcoming=true"


def test_a_month_is_a_table_of_days_that_lead_to_the_agenda(client, events):
    html = page(client, "events/?month=2999-12")
    assert shown(html) == "4 events, December 2999"
    days = dict(re.findall('<a href="(#d[^"]+)" aria-label="([^"]+)"', html))
    assert days == {"#d2999-12-05": "6 December, 1 event", "#d2999-12-12": "12 December, 2 events"}
    assert html.count('id="d2999-12-12"') == html.count('id="d2999-12-05"') == 1
    agenda, inexact = html.split('id="inexact"')
    assert linked(inexact) == {"call"}
    # The API has no months: the same set is asked for by its days.
    data = re.search('href="(/api/v1/events/[?][^"]*)">As JSON', html)[1].replace("&amp;", "&")
    assert {each["slug"] for each in client.get(data).json()["results"]} == linked(html)


@pytest.mark.parametrize("month", ["2999-13", "2999", "x", "0000-01", "0999-12", "9999-01"])
def test_what_is_no_month_is_refused(client, month):
    html = page(client, f"events/?month={month}", status=400)
    assert "Enter a month such as 2026-12." in html
    assert client.get("/api/v1/events/?month=2999-12").status_code == 400


def test_months_lead_to_their_neighbours_as_far_as_there_can_be_events(client, places):
    assert "month=2026-12" in (html := page(client, "events/?month=2027-01"))
    assert "month=2027-02" in html
    far = page(client, "events/?month=9998-12")
    assert shown(far) == "0 events, December 9998"
    assert "month=9999-01" not in far
    assert "month=999-12" not in page(client, "events/?month=1000-01")


@pytest.mark.parametrize(
    ("query", "tab"),
    [
        ("", "Upcoming"),
        ("upcoming=true", "Upcoming"),
        ("open=true", "Open calls"),
        ("upcoming=false", "Past"),
        ("ordering=-start", "All events"),
        ("ordering=-start&year=none", "All events"),
        ("month=2999-12", "December 2999"),
        ("month=2999-12&location=mstsislaw", "December 2999"),
    ],
)
def test_one_tab_is_the_current_one_and_has_the_number_of_what_is_shown(client, events, query, tab):
    html = page(client, f"events/?{query}")
    tabs = html[html.index('<ul class="tabs') :].partition("</ul>")[0]
    current = re.findall(r'aria-current="page">([^<]+) <span class="count">(\d+)<', tabs)
    assert [name for name, _ in current] == [tab]
    assert shown(html).split()[0] == current[0][1]


def test_what_is_no_filter_of_the_panel_is_not_counted_there(client, events):
    for query in ("month=2999-12", "open=true", "upcoming=false"):
        assert '<summary id="filters-on">Filters</summary>' in page(client, f"events/?{query}")
    html = page(client, "events/?month=2999-12&location=mstsislaw&kind=forum")
    assert '<summary id="filters-on">Filters: 2 on</summary>' in html


def test_a_tab_of_nothing_is_no_link(client, places):
    event(dates="2999-12-12")
    html = page(client, "events/")
    assert '<span>Past <span class="count">0</span>' in html
    assert "upcoming=false" not in html


def test_the_same_filters_can_be_subscribed_to(client, events):
    html = page(client, "events/?location=mstsislaw&upcoming=true")
    address = "testserver/api/v1/events/?format=ics&amp;location=mstsislaw"
    assert f'href="webcal://{address}"' in html
    assert f'href="http://{address}"' in html


@pytest.mark.parametrize(
    ("address", "query"),
    [("", ""), ("places/mstsislaw/", "&location=mstsislaw"), ("places/belarus/", "&location=BY")],
)
def test_calendar_and_feed_are_offered_where_the_reader_stands(client, events, address, query):
    for language, asked in (("en", ""), ("be", "&lang=be")):
        html = client.get(f"/{language}/{address}").content.decode().replace("&amp;", "&")
        for form in ("ics", "atom"):
            feed = f"/api/v1/events/?format={form}{query}{asked}"
            assert f'href="http://testserver{feed}"' in html
            assert client.get(feed).status_code == 200


def test_the_button_for_a_calendar_leads_to_a_choice_of_ways(client, events):
    html = page(client, "events/?location=mstsislaw").replace("&amp;", "&")
    ways = html.split('<summary class="button">Add to my calendar</summary>')[1]
    ways = ways[: ways.index("</details>")]
    address = "testserver/api/v1/events/?format=ics&location=mstsislaw"
    assert re.findall('href="([^"]+)"', ways) == [
        f"webcal://{address}",
        f"http://{address}",
        f"http://{address}&past=all",
        "#results",
    ]
    assert 'href="/en/events/?location=mstsislaw#sub"' in page(client, "places/mstsislaw/")


@pytest.mark.parametrize(
    ("address", "query"), [("", ""), ("places/mstsislaw/", "&location=mstsislaw")]
)
def test_programs_find_the_calendar_and_the_feed_of_a_page_in_its_head(
    client, events, address, query
):
    head = page(client, address).partition("</head>")[0].replace("&amp;", "&")
    for media_type, form in (("text/calendar", "ics"), ("application/atom+xml", "atom")):
        feed = f"http://testserver/api/v1/events/?format={form}{query}"
        assert f'<link rel="alternate" type="{media_type}" title="Events" href="{feed}">' in head


def test_an_event_with_a_day_is_a_calendar_of_one(client, events):
    path = "/api/v1/events/final/?format=ics"
    assert f'href="{path}"' in page(client, "events/final/")
    assert client.get(path).getvalue().count(b"BEGIN:VEVENT") == 1
    assert "format=ics&amp;lang=be" in client.get("/be/events/final/").content.decode()
    for nowhere in ("march", "unknown"):
        assert "For a calendar" not in page(client, f"events/{nowhere}/")


@pytest.mark.parametrize("rows", [1, 40])
@pytest.mark.parametrize("query", ["", "?location=mstsislaw", "?month=2999-12", "?upcoming=true"])
def test_the_page_of_events_takes_so_many_statements_whatever_there_is(client, places, query, rows):
    for _ in range(rows):
        event(dates="2999-12-12", locations=[places["mstsislaw"]])
        event(dates="2016-12-12", locations=[places["mstsislaw"]])
        event()
    with CaptureQueriesContext(connection) as queries:
        page(client, f"events/{query}")
    # One of them asks whether anything is another. Two more for all events, of which most are
    # counted already; six where there is little in a place, for those around it.
    number = {"": 8, "?month=2999-12": 9, "?upcoming=true": 10}.get(query, 7)
    assert len(queries) == number + (6 if rows == 1 and query == "?location=mstsislaw" else 0)


@pytest.mark.parametrize("query", ["", "?month=2999-12", "?location=mstsislaw"])
def test_what_is_counted_and_found_of_events_is_kept_until_one_of_them_changes(
    client, places, query
):
    def asked(client):
        with CaptureQueriesContext(connection) as queries:
            found = page(client, f"events/{query}")
        return len(queries), found

    events = [event(dates="2999-12-12", locations=[places["mstsislaw"]]) for _ in range(12)]
    first, before = asked(client)
    organisation("elsewhere")
    again, same = asked(client)
    assert again < first
    assert same == before
    other = event(dates="2999-12-13", locations=[places["mstsislaw"]])
    assert f"/events/{other.slug}/" in asked(client)[1]
    withdraw(events[0], Reason.SAFETY)
    assert f"/events/{events[0].slug}/" not in asked(client)[1]


def test_a_month_is_no_parameter_of_the_api():
    assert "month" not in EventFilter(queryset=Event.objects.none()).filters


def test_of_very_many_results_the_choices_stand_without_numbers(client, monkeypatch):
    populate()
    monkeypatch.setattr("registry.pages.list.MOST_COUNTED", 0)
    whole, page = (
        client.get(f"/en/programmes/{query}").content.decode() for query in ("", "?kind=contest")
    )
    assert "too many results to say how many each choice would leave" in page
    assert "too many results" not in whole
    form, counted = (
        text.partition('<form id="filters"')[2].partition("</form>")[0] for text in (page, whole)
    )
    numbers = re.compile(r'class="count">\s*<span aria-hidden="true">([^<]+)')
    assert set(numbers.findall(form)) <= {"0"}  # what there is none of at all
    assert not set(numbers.findall(counted)) <= {"0"}
    # What is chosen is checked, and what the whole collection has can be chosen.
    assert re.search(r'value="contest"\s*checked', form)
    chosen = re.findall(r'name="theme" value="([^"]+)"', form)
    assert chosen
    assert chosen == re.findall(r'name="theme" value="([^"]+)"', counted)


def test_the_number_over_results_of_one_kind_is_that_of_the_kind(client):
    for number in range(3):
        programme(f"apiary-{number}", name_en=f"Apiary {number}")
    organisation("apiary", name_en="Apiary of all")
    assert "4 results" in client.get("/en/search/?q=apiary").content.decode()
    page = client.get("/en/search/?q=apiary&type=programme").content.decode()
    assert "3 results" in page
    assert "4 results" not in page
