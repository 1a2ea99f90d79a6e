"""How a card is given out, what stands at an address, and when a reply is still fresh."""

import uuid

import orjson
import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils.cache import get_conditional_response

from registry.cards.clock import today
from registry.cards.conditional import conditional, etag
from registry.cards.declarations import declared
from registry.cards.fields import fields_of
from registry.cards.lookup import Found, Gone, Missing, Moved, resolve
from registry.cards.models import Card, Counter
from registry.cards.read import read, read_all
from registry.cards.statuses import coming_first
from registry.records.models import State
from registry.values.texts import in_language
from tests.support import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def request_():
    return RequestFactory().get("/")


@pytest.fixture
def sport():
    place = factories.belarus()["mstsislaw"]
    oeec = factories.organisation("oeec", name_en="", name_ru="ОЭЭК")
    return factories.programme(
        "sport",
        name_en="Sport",
        name_be="Спорт",
        summary_ru="Лето",
        dates="2016-02",
        locations=[place],
        roles=[("funder", oeec)],
        figures=[{"printed": "50"}],
    )


def card_of(slug, card_type="programme"):
    return Card.objects.get(type=card_type, slug=slug)


def test_a_card_is_read_with_address_status_and_moment(sport, request_):
    body = read(card_of("sport"), request_)
    assert list(body)[:5] == ["type", "id", "slug", "url", "name"]
    assert body["url"] == "http://testserver/en/programmes/sport/"
    assert body["status"] == "ended"
    assert list(body)[-1] == "updated_at"
    assert body["updated_at"].endswith("Z")
    stored = orjson.loads(card_of("sport").body)
    assert {key: body[key] for key in stored} == stored


def test_the_days_of_a_card_are_read_without_the_rest_of_it(sport, request_):
    dates = ("2016-02-03", "2016-02/2017-03", "", "../2015", "XXXX-03-21", "2015/..", "2090")
    for number, edtf in enumerate(dates):
        tricky = '",\n"start":{},"dates":"'
        factories.event(
            f"e{number}", name_en=tricky, summary_en=tricky, dates=edtf, programme=sport
        )
    for card in read_all(Card.objects.of("event"), request_):
        times = {"start": card["start"], "end": card["end"]}
        assert "parsed" not in vars(card)
        assert times == {"start": card.parsed["start"], "end": card.parsed["end"]}
    place = read_all(Card.objects.of("location")[:1], request_)[0]
    assert place["kind"]
    with pytest.raises(KeyError):
        place["start"]


def test_events_are_put_in_order_by_their_days_alone(sport, request_):
    for edtf in ("2016-02-03", "2015-07", "2090-05-06", "2091"):
        factories.event(edtf, dates=edtf, programme=sport)
    events = read_all(Card.objects.of("event").order_by("-sort"), request_)
    found = coming_first(events, today())
    assert not any("parsed" in vars(event) for event in events)
    assert [event["slug"] for event in found] == ["2090-05-06", "2091", "2016-02-03", "2015-07"]


def test_keys_are_those_of_every_card(sport, request_):
    factories.edition("sixth", programme=sport)
    factories.initiative("first", programme=sport)
    factories.event("final", programme=sport)
    factories.term("civic")
    cards = {card.type: card for card in Card.objects.all()}
    assert set(cards) == declared.keys()
    for card in cards.values():
        assert list(read(card, request_)) == list(fields_of(card.type))


def test_what_has_no_page_is_addressed_in_the_api(sport, request_):
    factories.term("civic")
    assert read(card_of("civic", "term"), request_)["url"].endswith("/api/v1/terms/civic/")
    figure = Card.objects.get(type="figure")
    assert read(figure, request_)["url"].endswith(f"/api/v1/figures/{figure.public_id.hex}/")


def test_the_url_of_a_source_is_that_of_the_document(request_):
    factories.source("report", url="https://example.org/report")
    assert read(card_of("report", "source"), request_)["url"] == "https://example.org/report"


def test_fields_keep_type_and_id(sport, request_):
    body = read(card_of("sport"), request_, fields=["name", "url"])
    assert list(body) == ["type", "id", "url", "name"]


def test_one_language_makes_every_text_a_string_and_says_what_stepped_in(sport, request_):
    body = read(card_of("sport"), request_, language="be")
    assert body["url"].endswith("/be/programmes/sport/")
    assert body["name"] == "Спорт"
    assert body["summary"] == "Лето"
    assert body["description"] is None
    assert body["fallback"] == {"summary": "ru"}
    organisation = body["roles"][0]["organisation"]
    assert (organisation["name"], organisation["fallback"]) == ("ОЭЭК", {"name": "ru"})
    assert body["start"]["text"].startswith("люты")
    assert "fallback" not in body["start"]
    assert body["locations"][0]["name"] == "Мсціслаў"


@pytest.mark.parametrize(
    ("language", "texts", "expected"),
    [
        ("be", {"en": "e", "be": None, "ru": "r"}, ("r", "ru")),
        ("be", {"en": "e", "be": None, "ru": None}, ("e", "en")),
        ("ru", {"en": "e", "be": "b", "ru": None}, ("b", "be")),
        ("en", {"en": None, "be": "b", "ru": "r"}, ("b", "be")),
        ("en", {"en": None, "be": None, "ru": "r"}, ("r", "ru")),
        ("en", {"en": "e", "be": "b", "ru": "r"}, ("e", None)),
        ("en", {"en": None, "be": None, "ru": None}, (None, None)),
    ],
)
def test_which_language_steps_in(language, texts, expected):
    found = in_language({"list": [{"name": texts}]}, language)["list"][0]
    assert (found["name"], found.get("fallback", {}).get("name")) == expected


def test_a_record_is_found_by_slug_and_by_id(sport):
    card = card_of("sport")
    for name in ("sport", str(sport.public_id), sport.public_id.hex):
        with CaptureQueriesContext(connection) as queries:
            assert resolve("programme", name) == Found(card)
        assert len(queries) == 1
    assert resolve("event", "sport") == Missing()


def test_an_old_address_leads_to_the_new_one(sport):
    sport.slug = "sport-region"
    sport.save()
    assert resolve("programme", "sport") == Moved("programme", "sport-region")


def test_what_was_withdrawn_is_gone_under_each_of_its_addresses(sport):
    sport.slug = "sport-region"
    sport.save()
    sport.state = State.WITHDRAWN
    sport.save()
    gone = Gone("programme", sport.public_id, today())
    for name in ("sport", "sport-region", str(sport.public_id)):
        assert resolve("programme", name) == gone


def test_review_draft_and_never_having_been_look_alike(sport):
    sport.state = State.REVIEW
    sport.save()
    draft = factories.programme("draft", state=State.DRAFT)
    never = ["draft", str(draft.public_id), "never", str(uuid.uuid4())]
    hostile = ["", "a\0b", "\ud800", "../..", "a" * 70_000, "é", "none"]
    for name in ["sport", str(sport.public_id), *never, *hostile]:
        assert resolve("programme", name) == Missing()


def test_a_reply_is_fresh_until_something_public_changes(sport, request_):
    counter = Counter.current()
    tag = etag(counter, request_, "json", "be")
    assert tag.startswith('W/"')
    assert etag(Counter.current(), request_, "json", "be") == tag
    others = etag(counter, request_, "csv", "be"), etag(counter, request_, "json", "ru")
    assert len({tag, *others}) == 3
    sport.website = "https://example.org/"
    sport.save()
    assert Counter.current().number > counter.number
    assert etag(Counter.current(), request_, "json", "be") != tag


def answered(counter):
    return HttpResponse()


NEWEST = ("{weak}", "{strong}", '"x", {weak}', 'W/"x",{strong} , "y"', "*", " * ")


@pytest.mark.parametrize("given", NEWEST)
def test_a_client_with_the_newest_reply_is_told_so(given, request_):
    tag = etag(Counter.current(), request_)
    given = given.format(weak=tag, strong=tag.removeprefix("W/"))
    again = RequestFactory().get(request_.get_full_path(), headers={"If-None-Match": given})
    response = conditional(again, answered)
    assert response.status_code == 304
    assert response.headers["ETag"] == tag


@pytest.mark.parametrize("given", ["", '"x"', "nonsense", 'W/"', 'W/"x", *', "\ud800"])
def test_a_client_with_an_older_reply_or_none_is_answered(given):
    asked = RequestFactory().get("/", headers={"If-None-Match": given})
    assert conditional(asked, answered).status_code == 200


@pytest.mark.parametrize(
    "given", [{"If-Match": '"x"'}, {"If-Unmodified-Since": "Sat, 01 Jan 2000 00:00:00 GMT"}]
)
def test_what_is_only_read_is_never_refused_for_what_a_reader_has(given):
    asked = RequestFactory().get("/", headers=given)
    tag = etag(Counter.current(), asked)
    assert conditional(asked, answered).status_code == 200
    # Why it is not Django's own (docs/decisions/0019-own-code-beside-libraries.md).
    theirs = get_conditional_response(asked, etag=tag, response=HttpResponse())
    assert theirs.status_code == 412


def test_what_is_known_is_not_made_again_and_no_error_is_taken_for_it():
    asked = RequestFactory().get("/")
    tag = etag(Counter.current(), asked)
    again = RequestFactory().get("/", headers={"If-None-Match": tag})
    assert conditional(again, lambda counter: pytest.fail("made")).status_code == 304
    anything = RequestFactory().get("/", headers={"If-None-Match": "*"})
    for status in (301, 400, 404, 410):
        made = conditional(anything, lambda counter, status=status: HttpResponse(status=status))
        assert made.status_code == status
        assert "ETag" not in made.headers
