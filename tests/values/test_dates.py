from datetime import date

import pytest
from django.utils import translation
from edtf import parse_edtf
from hypothesis import assume, given
from hypothesis import strategies as st

from registry.pages.templatetags.dates import period
from registry.values.dates.edtf import Date, Span, lasting, parse
from registry.values.dates.words import as_card, date_text, lasting_text, span_as_card, span_text

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("text", "earliest", "latest"),
    [
        ("2013", "2013-01-01", "2013-12-31"),
        ("2016-02", "2016-02-01", "2016-02-29"),
        ("2015-11-21", "2015-11-21", "2015-11-21"),
        ("2013-21", "2013-03-01", "2013-05-31"),
        ("2013-22", "2013-06-01", "2013-08-31"),
        ("2013-23", "2013-09-01", "2013-11-30"),
        ("2015-24", "2015-12-01", "2016-02-29"),
        ("201X", "2010-01-01", "2019-12-31"),
        ("2013~", "2013-01-01", "2013-12-31"),
        ("2016-02?", "2016-02-01", "2016-02-29"),
        ("2016-02-01%", "2016-02-01", "2016-02-01"),
        ("0001", "0001-01-01", "0001-12-31"),
        ("9999-12-31", "9999-12-31", "9999-12-31"),
        ("XXXX-03-21", None, None),
        ("XXXX-02-29", None, None),
        ("XXXX-10", None, None),
    ],
)
def test_a_single_date_is_its_own_start_and_end(text, earliest, latest):
    bounds = [day and date.fromisoformat(day) for day in (earliest, latest)]
    known = Date(text, *bounds)
    assert parse(text) == Span(text, known, known)


def test_an_interval_has_the_bounds_of_both_its_dates():
    span = parse("2016-02/2016-10")
    assert span.start == Date("2016-02", date(2016, 2, 1), date(2016, 2, 29))
    assert span.end == Date("2016-10", date(2016, 10, 1), date(2016, 10, 31))


def test_an_open_side_has_no_bounds_and_an_unknown_side_is_nothing():
    open_side = Date("..", None, None)
    assert parse("2013/..").end == open_side
    assert parse("../2015").start == open_side
    assert parse("2013/").end is None
    assert parse("/2015").start is None


@pytest.mark.parametrize(
    "text",
    [
        *["", " ", "..", "/", "../..", "../", "/..", "2013/2014/2015", "soon"],
        *["0000", "000X", "-2013", "10000", "Y12013", "9999-24", "20XX", "XXXX", "2013-XX"],
        *["2013-00", "2013-13", "2013-20", "2013-25", "2013-2", "2013-02-30", "2013-02-29"],
        *["2013-06-31", "XXXX-02-30", "XXXX-13", "XXXX-23", "XXXX-03~", "201X-03", "2013-23-01"],
        *[
            "2013-23~",
            "~2013",
            "2013~~",
            "2013 ",
            " 2013",
            "2013\n",
            "２０１３",
            "٢٠١٣",
            "2013–2015",
        ],
        *["2015/2014", "2016-10/2016-02", "2016-03-05/2016-03-04", "2016/2015-12"],
        *["XXXX-03-05/XXXX-03-04", "2013/XXXX-03", "XXXX-03/2013", "XXXX-03/..", "/XXXX-03"],
        *["[2013,2014]", "2013-02-01T10:00:00", "2013\0", "\ud800", "2013" * 11],
    ],
)
def test_what_is_not_a_date_is_refused_with_an_example_of_what_is(text):
    with pytest.raises(ValueError, match=r"(XXXX-03-21|2016-02-29|2015/2016|XXXX-03-04)"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "en", "be", "ru"),
    [
        ("2013", "2013", "2013", "2013"),
        ("2015-11-21", "21 November 2015", "21 лістапада 2015", "21 ноября 2015"),
        ("2016-02", "February 2016", "люты 2016", "февраль 2016"),
        ("2013-23", "autumn 2013", "восень 2013", "осень 2013"),
        ("2013-24", "winter 2013/14", "зіма 2013/14", "зима 2013/14"),
        ("1999-24", "winter 1999/2000", "зіма 1999/2000", "зима 1999/2000"),
        ("2013~", "about 2013", "каля 2013", "около 2013"),
        ("2016-02~", "about February 2016", "каля лютага 2016", "около февраля 2016"),
        ("2013?", "2013 (uncertain)", "2013 (пад пытаннем)", "2013 (под вопросом)"),
        (
            "201X%",
            "about 2010s (uncertain)",
            "каля 2010-х (пад пытаннем)",
            "около 2010-х (под вопросом)",
        ),
        ("201X", "2010s", "2010-я", "2010-е"),
        (
            "XXXX-03-21",
            "21 March, year not stated",
            "21 сакавіка, год не пазначаны",
            "21 марта, год не указан",
        ),
        (
            "XXXX-10",
            "October, year not stated",
            "кастрычнік, год не пазначаны",
            "октябрь, год не указан",
        ),
    ],
)
def test_a_date_is_said_in_three_languages(text, en, be, ru):
    span = parse(text)
    assert date_text(span.start) == {"en": en, "be": be, "ru": ru}
    assert span_text(span) == date_text(span.start)


@pytest.mark.parametrize(
    ("text", "en", "be", "ru"),
    [
        (
            "2016-02/2016-10",
            "February to October 2016",
            "з лютага па кастрычнік 2016",
            "с февраля по октябрь 2016",
        ),
        (
            "2016-01/2017-12",
            "January 2016 to December 2017",
            "са студзеня 2016 па снежань 2017",
            "с января 2016 по декабрь 2017",
        ),
        ("2016-03-04/2016-03-05", "4–5 March 2016", "4–5 сакавіка 2016", "4–5 марта 2016"),
        (
            "XXXX-03-04/XXXX-03-05",
            "4–5 March, year not stated",
            "4–5 сакавіка, год не пазначаны",
            "4–5 марта, год не указан",
        ),
        (
            "XXXX-12/XXXX-01",
            "December to January, year not stated",
            "са снежня па студзень, год не пазначаны",
            "с декабря по январь, год не указан",
        ),
        (
            "2016-03-02/2016-04-05",
            "2 March to 5 April 2016",
            "з 2 сакавіка па 5 красавіка 2016",
            "со 2 марта по 5 апреля 2016",
        ),
        (
            "2003/2011-03-31",
            "2003 to 31 March 2011",
            "з 2003 па 31 сакавіка 2011",
            "с 2003 по 31 марта 2011",
        ),
        ("2013/2015", "2013–2015", "2013–2015", "2013–2015"),
        ("2016/2016", "2016", "2016", "2016"),
        ("2013/..", "since 2013", "з 2013", "с 2013"),
        ("2013-23/..", "since autumn 2013", "з восені 2013", "с осени 2013"),
        ("2013~/..", "since about 2013", "прыкладна з 2013", "примерно с 2013"),
        ("../2015", "until 2015", "да 2015", "до 2015"),
        ("../2015-05", "until May 2015", "да мая 2015", "до мая 2015"),
        (
            "2013/",
            "since 2013, end not stated",
            "з 2013, канец не пазначаны",
            "с 2013, окончание не указано",
        ),
        (
            "/2015",
            "until 2015, start not stated",
            "да 2015, пачатак не пазначаны",
            "до 2015, начало не указано",
        ),
        (
            "2013~/2015?",
            "about 2013 to 2015 (uncertain)",
            "прыкладна з 2013 па 2015 (пад пытаннем)",
            "примерно с 2013 по 2015 (под вопросом)",
        ),
        (
            "2013-21/2013-24",
            "spring 2013 to winter 2013/14",
            "з вясны 2013 па зіму 2013/14",
            "с весны 2013 по зиму 2013/14",
        ),
        ("201X/202X", "2010s to 2020s", "з 2010-х па 2020-я", "с 2010-х по 2020-е"),
    ],
)
def test_a_span_is_said_in_three_languages_and_says_nothing_twice(text, en, be, ru):
    assert span_text(parse(text)) == {"en": en, "be": be, "ru": ru}


# What is typed in "from" and in "to"; either may hold the whole of it.
LASTING = [
    ("", "2015", "until 2015", "да 2015", "до 2015"),
    ("..", "2015", "until 2015", "да 2015", "до 2015"),
    ("", "../2015", "until 2015", "да 2015", "до 2015"),
    ("../2015", "", "until 2015", "да 2015", "до 2015"),
    ("/2015", "", "until 2015", "да 2015", "до 2015"),
    ("2010", "", "from 2010", "з 2010", "с 2010"),
    ("2010/", "", "from 2010", "з 2010", "с 2010"),
    ("", "2010/", "from 2010", "з 2010", "с 2010"),
    ("2010", "..", "since 2010", "з 2010", "с 2010"),
    ("2010/..", "", "since 2010", "з 2010", "с 2010"),
    ("", "2010/..", "since 2010", "з 2010", "с 2010"),
    ("2010", "2015", "2010–2015", "2010–2015", "2010–2015"),
    ("2010/2015", "", "2010–2015", "2010–2015", "2010–2015"),
    ("", "2010/2015", "2010–2015", "2010–2015", "2010–2015"),
    ("2010/..", "2015", "2010–2015", "2010–2015", "2010–2015"),
    ("2010", "../2015", "2010–2015", "2010–2015", "2010–2015"),
    ("2015", "2015", "2015", "2015", "2015"),
    ("..", "..", "", "", ""),
    ("", "..", "", "", ""),
    ("", "", "", "", ""),
    (
        "",
        "XXXX-03-21",
        "until 21 March, year not stated",
        "да 21 сакавіка, год не пазначаны",
        "до 21 марта, год не указан",
    ),
    (
        "XXXX-12-02",
        "",
        "from 2 December, year not stated",
        "з 2 снежня, год не пазначаны",
        "со 2 декабря, год не указан",
    ),
    (
        "XXXX-03-21",
        "2015",
        "21 March, year not stated to 2015",
        "з 21 сакавіка, год не пазначаны па 2015",
        "с 21 марта, год не указан по 2015",
    ),
    ("", "2015~", "until about 2015", "прыкладна да 2015", "примерно до 2015"),
    ("2010~", "", "from about 2010", "прыкладна з 2010", "примерно с 2010"),
    (
        "",
        "2015?",
        "until 2015 (uncertain)",
        "да 2015 (пад пытаннем)",
        "до 2015 (под вопросом)",
    ),
    (
        "2010%",
        "",
        "from about 2010 (uncertain)",
        "прыкладна з 2010 (пад пытаннем)",
        "примерно с 2010 (под вопросом)",
    ),
    ("", "2013-23", "until autumn 2013", "да восені 2013", "до осени 2013"),
    ("2013-24", "", "from winter 2013/14", "з зімы 2013/14", "с зимы 2013/14"),
    ("2013-01", "", "from January 2013", "са студзеня 2013", "с января 2013"),
    ("", "2013-05", "until May 2013", "да мая 2013", "до мая 2013"),
    ("201X", "", "from 2010s", "з 2010-х", "с 2010-х"),
    ("", "201X", "until 2010s", "да 2010-х", "до 2010-х"),
    (
        "2013-23",
        "2015-05-02",
        "autumn 2013 to 2 May 2015",
        "з восені 2013 па 2 мая 2015",
        "с осени 2013 по 2 мая 2015",
    ),
]


@pytest.mark.parametrize(("first", "last", "en", "be", "ru"), LASTING)
def test_a_beginning_and_an_end_say_how_long_it_lasted(first, last, en, be, ru):
    assert lasting_text(lasting(first, last)) == {"en": en, "be": be, "ru": ru}


def test_a_beginning_and_an_end_are_said_alike_from_columns_and_from_cards():
    for first, last, *words in LASTING:
        span = lasting(first, last)
        sides = as_card(span.start, "start"), as_card(span.end, "end")
        for language, said in zip(("en", "be", "ru"), words, strict=True):
            with translation.override(language):
                assert period(*sides) == period(first, last) == said


def test_a_span_where_one_date_is_asked_for_keeps_both_its_sides():
    assert span_as_card(parse("../2015")) == {
        "edtf": "../2015",
        "earliest": None,
        "latest": "2015-12-31",
        "text": {"en": "until 2015", "be": "да 2015", "ru": "до 2015"},
    }
    whole = span_as_card(parse("2013/2015"))
    assert (whole["earliest"], whole["latest"]) == ("2013-01-01", "2015-12-31")
    assert span_as_card(parse("2015")) == as_card(parse("2015").start)
    assert span_as_card(parse("XXXX-03-21")) == as_card(parse("XXXX-03-21").start)


def test_an_open_side_is_ongoing_as_an_end_and_earlier_as_a_start():
    open_side = parse("2013/..").end
    assert date_text(open_side) == {"en": "ongoing", "be": "працягваецца", "ru": "продолжается"}
    assert date_text(open_side, "start") == {"en": "earlier", "be": "раней", "ru": "раньше"}


def test_a_card_shows_days_as_text_and_unknown_ones_as_null():
    assert as_card(parse("2016-02").start) == {
        "edtf": "2016-02",
        "earliest": "2016-02-01",
        "latest": "2016-02-29",
        "text": {"en": "February 2016", "be": "люты 2016", "ru": "февраль 2016"},
    }
    assert as_card(parse("../2015").start, "start") == {
        "edtf": "..",
        "earliest": None,
        "latest": None,
        "text": {"en": "earlier", "be": "раней", "ru": "раньше"},
    }
    assert as_card(parse("/2015").start) is None


years = st.integers(1, 9998).map("{:04}".format)
marks = st.sampled_from(["", "~", "?", "%"])
days = st.dates(date(1, 1, 1), date(9999, 12, 31)).map(date.isoformat)
dated = (
    st.builds("{}{}".format, years | days | days.map(lambda day: day[:7]), marks)
    | st.builds("{}-{}".format, years, st.sampled_from(["21", "22", "23", "24"]))
    | st.builds("{}X{}".format, st.integers(1, 999).map("{:03}".format), marks)
)
without_year = st.builds("XXXX{}".format, days.map(lambda day: day[4:]))
sides = dated | st.sampled_from(["", ".."])
spans = st.builds("{}/{}".format, sides, sides) | st.builds(
    "{}/{}".format, without_year, without_year
)


def understood(text):
    try:
        return parse(text)
    except ValueError:
        return None


@given(dated | without_year)
def test_every_date_of_the_kinds_allowed_is_understood(text):
    parse_edtf(text)
    span = parse(text)
    assert span.edtf == span.start.edtf == span.end.edtf == text
    assert span.start.earliest is None or span.start.earliest <= span.start.latest


@given(dated, dated)
def test_two_dates_are_a_span_in_one_order_at_least(first, second):
    spans = [span for span in map(understood, (f"{first}/{second}", f"{second}/{first}")) if span]
    assert spans
    for span in spans:
        assert span.start.earliest <= span.end.latest


@given(spans)
def test_the_sides_of_a_span_are_the_text_again(text):
    span = understood(text)
    assume(span)
    assert "/".join(side.edtf if side else "" for side in (span.start, span.end)) == text
    if "X" not in text:  # what of an interval is unspecified the package knows in part only
        parse_edtf(text)


@given(
    spans | dated | without_year | st.text(st.characters()) | st.text("0123X-~?%./", max_size=14)
)
def test_no_text_gives_any_error_but_a_value_error_and_what_is_read_can_be_said(text):
    span = understood(text)
    if span:
        assert all(span_text(span).values())
        for side in (span.start, span.end):
            assert side is None or all(as_card(side)["text"].values())
