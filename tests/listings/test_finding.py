"""Search across all kinds of records, on the page and through the API: what, how well and why."""

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from registry.listings.search.across import excerpt, found_types, marked
from registry.listings.search.asked import Asked
from registry.listings.search.completion import complete
from registry.listings.search.likeness import closest
from registry.listings.search.query import Search
from registry.locations.models import Location
from registry.records.models import State
from tests.support import factories

pytestmark = pytest.mark.django_db
SEARCH = "/api/v1/search/"
AS_TYPED = {"location": None, "corrected": False, "shown_for": None, "words_left_out": False}


@pytest.fixture(scope="module", autouse=True)
def cast(django_db_setup, django_db_blocker):
    """The real places, and a few records in them."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("loaddata", "location_sources", "locations", verbosity=0)
        town, district = (
            Location.objects.get(slug=slug) for slug in ("mstsislaw", "mstsislaw-district")
        )
        club = factories.organisation("strollers", name_en="Strollers", seat=town, names=["Хадакі"])
        factories.programme(
            "stroll",
            name_en="Stroll",
            summary_en="Each spring people go along the river.",
            locations=[district],
            roles=[("organiser", club)],
        )
        factories.programme("strolling", name_en="Strolling in parks", kind="training")
        factories.programme("parks", name_en="Parks for a stroll", locations=[town])
        factories.event(
            "stroll-day", name_en="Day of the stroll", dates="2027-05-01", mode="online"
        )
        factories.programme(
            "sport", name_en="Sport", description_en=f"{'Much. ' * 60}A stroll too."
        )
        factories.programme("hidden", state=State.DRAFT, name_en="Stroll in secret")
        yield
        transaction.set_rollback(True)


def found(client, query, status=200):
    response = client.get(f"{SEARCH}?{query}")
    assert response.status_code == status, response.content
    return response.json()


def names(reply):
    return [(each["tier"], each["type"], each["slug"]) for each in reply["results"]]


def test_results_of_all_kinds_come_in_tiers_each_with_its_reason(client):
    reply = found(client, "q=stroll")
    assert names(reply) == [
        (0, "programme", "stroll"),
        (1, "organisation", "strollers"),
        (1, "programme", "strolling"),
        (2, "programme", "parks"),
        (2, "event", "stroll-day"),
        (3, "programme", "sport"),
    ]
    assert reply["count"] == 6
    assert reply["understood"] == AS_TYPED
    first, last = reply["results"][0], reply["results"][-1]
    assert list(first) == [
        *("type", "id", "slug", "url", "name", "summary", "kind", "matched", "tier")
    ]
    assert first["url"] == "http://testserver/en/programmes/stroll/"
    assert first["matched"] == {"field": "name", "text": "Stroll"}
    assert first["summary"] == {
        "en": "Each spring people go along the river.",
        "be": None,
        "ru": None,
    }
    assert last["matched"]["field"] == "description"
    assert last["matched"]["text"].startswith("… ")
    assert last["matched"]["text"].endswith("A stroll too.")


def test_another_name_and_a_place_are_reasons_too(client):
    (club,) = found(client, "q=хадакі")["results"]
    assert (club["slug"], club["matched"]["field"]) == ("strollers", "other_names")
    reasons = {each["slug"]: each["matched"] for each in found(client, "q=Mścisłaŭ")["results"]}
    assert reasons["mstsislaw"]["field"] == "name"
    assert reasons["stroll"] == {"field": "locations", "text": "Mstsislaw District"}


@pytest.mark.parametrize("language", ["be", "ru"])
def test_words_are_shown_in_the_language_in_which_the_name_is(client, language):
    herd = {"name_en": "Zubr", "name_be": "Зубр"}
    walk = {"name_en": "Walk", "name_be": "Шпацыр"}
    told = {"description_en": "To see a zubr.", "description_be": "Пабачыць: зубр."}
    factories.programme("herd", **herd, **told)
    factories.programme("walk", **walk, **told)
    said = {
        each["slug"]: (each["name"], each["matched"]["text"])
        for each in found(client, f"q=zubr&type=programme&lang={language}")["results"]
    }
    assert said == {"herd": ("Зубр", "Зубр"), "walk": ("Шпацыр", "Пабачыць: зубр.")}
    html = client.get(f"/{language}/search/?q=zubr&type=programme").content.decode()
    assert "<mark>зубр</mark>" in html
    assert "<mark>Зубр</mark>" in html
    assert "ubr</mark>" not in html


@pytest.mark.parametrize("typed", ["Мстиславль", "Mstislavl", "Mscislau"])
def test_the_place_that_was_understood_comes_first_and_is_named(client, typed):
    reply = found(client, f"q={typed}")
    assert names(reply)[0] == (0, "location", "mstsislaw")
    assert reply["understood"]["location"]["slug"] == "mstsislaw"
    assert {"stroll", "parks", "strollers"} <= {slug for _, _, slug in names(reply)}


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        *(
            (typed, "mstsislaw")
            for typed in ("г. Мстиславль", "Мстиславль город", "горад Мсціслаў")
        ),
        *(
            (typed, "mstsislaw")
            for typed in ("town of Mstislavl", "Mstislavl (city)", "г.Мсціслаў")
        ),
        ("Мсціслаў Магілёўская вобласць", "mstsislaw"),
        ("Могилевская обл., Мстиславский р-н, г. Мстиславль", "mstsislaw"),
        ("Belarus Mstislavl", "mstsislaw"),
        ("аг. Ходосы", "khodasy"),
        ("вёска Хадасы Мсціслаўскі раён", "khodasy"),
        ("Ходосы Мстиславский р-н", "khodasy"),
        ("Мсціслаўскі раён", "mstsislaw-district"),
        ("Мстиславский р-н", "mstsislaw-district"),
        ("Магілёўская вобл.", "mahilyow-region"),
        ("Mogilev Region", "mahilyow-region"),
        ("г. Глубокое", "hlybokaye"),
    ],
)
def test_words_for_the_kind_of_a_place_and_what_it_lies_in_do_not_hide_it(client, typed, slug):
    for kind in ("", "&type=location"):
        reply = found(client, f"q={typed}{kind}")
        assert reply["understood"]["location"]["slug"] == slug
        assert names(reply)[0] == (0, "location", slug)
    assert best(client, typed)[0] == f"places/{slug}/"


def test_words_for_kinds_of_places_are_words_where_no_place_is_named(client):
    factories.programme("village", name_en="Village for all")
    assert names(found(client, "q=village"))[0] == (1, "programme", "village")
    assert found(client, "q=city")["understood"]["location"] is None


def test_places_that_lie_apart_are_not_both_meant(client):
    reply = found(client, "q=Mstislavl Hlybokaye")
    assert reply["understood"]["location"]["slug"] == "mstsislaw"
    assert "hlybokaye" not in {slug for _, _, slug in names(reply)}


def test_a_place_that_was_understood_is_shown_where_nothing_else_is_found(client):
    assert names(found(client, "q=Mstislavl football")) == [(3, "location", "mstsislaw")]
    _, html = best(client, "Mstislavl football")
    assert "Nothing there matches the rest of “Mstislavl football”" in html
    assert "This names a place as well" not in html
    assert '<a href="/en/places/mstsislaw/">' in html
    assert found(client, "q=Mstislavl football&type=programme")["count"] == 0


def test_the_place_that_was_understood_is_named_and_not_all_that_was_typed(client):
    factories.programme("football", name_en="Football of Mstislavl")
    _, html = best(client, "Mstislavl football")
    said = html.partition("This names a place as well, ")[2].partition(", so what is there")[0]
    assert '<a href="/en/places/mstsislaw/">' in said
    assert "football" not in said


def test_a_search_for_the_words_alone_is_offered_where_it_gives_less(client):
    factories.programme("fair", name_en="Fair of Hlybokaye")
    assert "Search only for" not in best(client, "Hlybokaye")[1]
    assert "Search only for" in best(client, "Mstislavl")[1]


def test_a_search_can_be_for_the_words_alone(client):
    reply = found(client, "q=Мстиславль&expand=false")
    assert reply["understood"] == AS_TYPED
    assert "stroll" not in {slug for _, _, slug in names(reply)}
    assert "parks" in {slug for _, _, slug in names(reply)}


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("Mstislavel", "mstsislaw"),
        ("Hlybokoje", "hlybokaye"),
        ("Bobroisk", "babruysk"),
        # As they sound in Belarusian, where о and е are а and я with no stress on them.
        ("Хадосы", "khodasy"),
        ("Хадасы", "khodasy"),
        ("вёска Хадосы", "khodasy"),
        ("Хадосы Мстиславский р-н", "khodasy"),
        ("Довыд-Гарадок", "davyd-haradok"),
        ("Смолявічы", "smalyavichy"),
        ("Нісвіж", "nyasvizh"),
    ],
)
def test_a_place_spelled_much_like_it_is_taken_for_what_was_meant(client, typed, slug):
    reply = found(client, f"q={typed}")
    assert reply["understood"]["corrected"] is True
    assert reply["understood"]["location"]["slug"] == slug
    assert names(reply)[0] == (0, "location", slug)


def test_what_is_in_no_name_is_found_and_the_name_it_may_be_is_offered(client):
    factories.organisation("other", name_en="Other", summary_en="Friends of strallers.")
    reply = found(client, "q=strallers")
    assert (reply["count"], reply["understood"]["shown_for"]) == (1, None)
    assert reply["did_you_mean"][0]["slug"] == "strollers"
    assert list(reply["did_you_mean"][0]) == ["type", "id", "slug", "name"]
    assert found(client, "q=qqqqqq")["did_you_mean"] == []


def test_kinds_and_pages_narrow_the_same_list(client):
    whole = names(found(client, "q=stroll"))
    assert names(found(client, "q=stroll&type=event")) == [(2, "event", "stroll-day")]
    both = found(client, "q=stroll&type=event&type=organisation")
    assert names(both) == [(1, "organisation", "strollers"), (2, "event", "stroll-day")]
    collected, address = [], f"{SEARCH}?q=stroll&page_size=4"
    while address:
        reply = client.get(address).json()
        collected += names(reply)
        assert reply["count"] == 6
        address = reply["next"]
    assert collected == whole
    assert reply["previous"]


def test_a_name_is_completed_while_it_is_typed(client):
    reply = found(client, "q=stro&suggest=true&type=programme&page_size=2")
    assert names(reply) == [(1, "programme", "stroll"), (1, "programme", "strolling")]
    reply = found(client, "q=Мсц&suggest=true&lang=be")
    assert reply["results"][0]["name"] == "Мсціслаў"
    assert reply["results"][0]["url"] == "http://testserver/be/places/mstsislaw/"
    inside = [match.card.slug for match in complete("parks", found_types())]
    assert inside == ["parks", "strolling"]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("", "q"),
        ("q=", "q"),
        ("q=stroll&type=source", "type"),
        ("q=stroll&page=51", "page"),
        ("q=stroll&page_size=101", "page_size"),
        ("q=stroll&suggest=yes", "suggest"),
        ("q=stroll&kind=forum", "kind"),
        ("q=stroll&q=sport", "q"),
        ("q=" + "a" * 201, "q"),
        ("q=" + "a%20" * 600, "q"),
        ("q=%00", "q"),
        ("q=stroll&format=csv", "format"),
    ],
)
def test_what_means_nothing_is_a_problem_that_names_the_parameter(client, query, parameter):
    response = client.get(f"{SEARCH}?{query}")
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["parameter"] == parameter


def test_no_hidden_record_is_found_completed_or_offered(client):
    for query in ("q=secret", "q=stroll+in+secret", "q=secrt", "q=secre&suggest=true"):
        reply = found(client, query)
        slugs = {each["slug"] for each in [*reply["results"], *reply["did_you_mean"]]}
        assert "hidden" not in slugs


@pytest.mark.parametrize("rows", [1, 60])
def test_the_number_of_statements_does_not_grow_with_what_is_found(client, rows):
    for n in range(rows):
        factories.programme(f"row-{n}", name_en=f"Quilting {n}")
    with CaptureQueriesContext(connection) as queries:
        found(client, "q=quilting")
    # 1 the change number; 2 places of that name; 3 whether a word is so; 4 the numbers; 5 those
    # called so and those whose names begin so; 6 the cards
    assert len(queries) == 6
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/en/search/?q=quilting").status_code == 200
    assert len(queries) == 6  # of each kind that has any what is from 5 on


def test_no_more_than_a_bounded_number_of_names_is_looked_at(monkeypatch):
    for n in range(12):
        factories.programme(f"many-{n}", name_en=f"Manyfold {n:02}")
    monkeypatch.setattr("registry.listings.search.completion.MAX_NAMES", 5)
    monkeypatch.setattr("registry.listings.search.likeness.MAX_LIKENED", 5)
    slugs = [match.card.slug for match in complete("manyfold", ["programme"], most=5)]
    assert slugs == [f"many-{n}" for n in range(5)]
    found = closest(Search("mnayfold", found_types()), found_types())
    assert [likely.card.slug for likely in found] == slugs


def test_the_page_sorts_results_by_kind_with_their_numbers(client):
    html = client.get("/en/search/?q=stroll").content.decode()
    for kind, number in (("Everything", 6), ("Programmes", 4), ("Organisations", 1), ("Events", 1)):
        assert f'{kind} <span class="count">{number}</span>' in html
    assert '<a href="?q=stroll&amp;type=event">' in html
    assert "<mark>Stroll</mark>" in html
    assert "A <mark>stroll</mark> too." in html
    only = client.get("/en/search/?q=stroll&type=event").content.decode()
    assert "Day of the <mark>stroll</mark>" in only
    assert "Strolling in parks" not in only


def test_the_page_says_how_it_understood_a_name(client):
    html = client.get("/en/search/?q=Мстиславль").content.decode()
    assert '<strong><span lang="be">Мсціслаў</span></strong> (Mstsislaw)' in html
    assert ">Search only for “Мстиславль”</a>" in html
    html = client.get("/en/search/?q=Mstislavel").content.decode()
    assert "Also showing “Mstislaul”, which is spelt almost the same." in html
    factories.organisation("other", name_en="Other", summary_en="Friends of strallers.")
    html = client.get("/en/search/?q=strallers").content.decode()
    assert (
        'Did you mean: <a href="/en/organisations/strollers/">Strollers</a> (organisation)' in html
    )


def best(client, query):
    html = client.get(f"/en/search/?q={query}").content.decode()
    found = html.partition('<div class="best-match">')[2].partition("</section>")[0]
    return found and found.partition('<h3><a href="/en/')[2].partition('"')[0], html


def test_the_one_record_that_is_called_what_was_typed_stands_above_the_others(client):
    address, html = best(client, "stroll")
    assert address == "programmes/stroll/"
    assert html.count('<h3><a href="/en/programmes/stroll/"') == 1
    assert best(client, "stro")[0] == ""  # a beginning is no name
    factories.programme("stroll-2", name_en="Stroll")
    assert best(client, "stroll")[0] == ""  # which of them, nobody can tell
    factories.organisation("parks-club", name_en="Mstislavl")
    address, html = best(client, "Мстиславль")
    assert address == "places/mstsislaw/"
    assert '<figure class="map">' in html
    assert '<a href="/en/programmes/?location=mstsislaw">1 programme</a>' in html


def test_where_nothing_is_found_one_can_tell_of_it(client):
    _, html = best(client, "xyzzyxyzzy")
    assert 'href="/en/report/?kind=record"' in html
    assert "report/?kind" not in best(client, "stroll")[1]


@pytest.mark.parametrize("typed", ["zzzqqq", "zzqq", "ззззкк", "mmmttt", "park mmmttt"])
def test_what_is_no_beginning_of_a_word_completes_to_nothing(client, typed):
    assert found(client, f"q={typed}")["count"] == 0
    assert found(client, f"q={typed}&suggest=true")["results"] == []
    assert client.get(f"/api/v1/programmes/?q={typed}").json()["count"] == 0


@pytest.mark.parametrize("typed", ["%", "🙂 ***"])
def test_signs_alone_find_nothing_and_are_like_no_name(client, typed):
    assert client.get("/en/search/", {"q": typed}).status_code == 200
    for query in ({}, {"suggest": "true"}):
        assert client.get(SEARCH, {"q": typed, **query}).json()["results"] == []


@pytest.mark.parametrize("typed", ["Мсціслаўскі-р", "mstsislaw,d", "Mstsislaw/dis"])
def test_a_last_word_is_short_whatever_mark_stands_before_it(client, typed):
    found_ = client.get("/api/v1/locations/", {"q": typed}).json()["results"]
    assert "mstsislaw-district" in [place["slug"] for place in found_]


def test_words_are_marked_in_whichever_script_they_stand():
    assert marked("У Мінску, за ракой", Asked(["mscislau"])) == [("У Мінску, за ракой", False)]
    assert marked("Town of Мсціслаў!", Asked(["mscislau"])) == [
        ("Town of ", False),
        ("Мсціслаў", True),
        ("!", False),
    ]
    assert marked("", Asked(["a"])) == []


def test_an_excerpt_begins_and_ends_between_words():
    text = " ".join(f"word{n}" for n in range(200))
    shown = excerpt(text, Asked(["uord100"]))
    assert shown.startswith("… word")
    assert shown.endswith(" …")
    assert " word100 " in shown
    assert len(shown) < 180
    assert excerpt("short  text", Asked(["short"])) == "short text"
