"""A date as somebody writes it, in three languages, becomes the EDTF that it means."""

from itertools import permutations

import pytest

from registry.values.dates.edtf import parse
from registry.values.dates.words import span_text
from registry.values.dates.written import HAS_TIME, NO_SUCH_DAY, REVERSED, is_doubtful, read

pytestmark = pytest.mark.once

WRITTEN = """
2013-23     autumn 2013; autumn of 2013; Fall 2013; восень 2013; увосень 2013 года; осенью 2013 г.
2013-24     winter 2013/14; зіма 2013/2014; зимой 2013/14
2014-21     spring 2014; вясной 2014; весна 2014 года
2016        2016; 2016 г.; 2016 год; у 2016 годзе; в 2016 году; in 2016
2014-03     03.2014; 03/2014; March 2014; Mar 2014; сакавік 2014; у сакавіку 2014; в марте 2014
2018-05-19  19.05.2018; 19/05/2018; 19 May 2018; May 19th, 2018; Saturday, 19 May 2018; 19 мая 2018
2018-05-19  19.5.2018; 2018.05.19; 19 мая 2018 г.; 19.05.18; 19 траўня 2018
XXXX-03-21  21 March; 21 сакавіка; 21 марта; 21.03; 21 марта, год не указан
XXXX-02-29  29 February; 29 лютага; 29.02
XXXX-05     May; май
2015~       about 2015; ca. 2015; c. 2015; каля 2015; прыкладна 2015; около 2015; ок. 2015 г.; ~2015
2014-03~    about March 2014; каля сакавіка 2014; около марта 2014
2015?       2015 ?; 2015 (uncertain); 2015 (пад пытаннем); 2015 (под вопросом)
201X        2010s; the 2010s; 2010-я; 2010-я гады; у 2010-х; 2010-е годы; в 2010-х
2016/..     since 2016; from 2016; з 2016; с 2016 г.; ад 2016; 2016 – present; 2016 - н.в.; 2016-
2016/..     з 2016 па гэты час; с 2016 по настоящее время
2013-23/..  since autumn 2013; з восені 2013; с осени 2013
../2016     until 2016; да 2016; до 2016 года; по 2016
../2015     before 2016; раней за 2016; раньше 2016
../2016-02  before March 2016; until February 2016
2016/       2016, end not stated; з 2016, канец не пазначаны
2013/2015   2013-2015; 2013–2015 гг.; 2013 to 2015; from 2013 to 2015
2013/2015   з 2013 па 2015; с 2013 по 2015
2013/2015   between 2013 and 2015; паміж 2013 і 2015; между 2013 и 2015
2023/2024   2023/24; 2023–24; 2023-2024 гады
2014-03/2014-06  03.2014 - 06.2014; March–June 2014; сакавік–чэрвень 2014; с марта по июнь 2014
2016-03-12/2016-03-14  12-14 сакавіка 2016; 12–14 March 2016; 12-14.03.2016; 12.03-14.03.2016
2016-03-12/2016-03-14  с 12 по 14 марта 2016 г.; з 12 па 14 сакавіка 2016; 12.03.2016–14.03.2016
XXXX-03-12/XXXX-03-14  12–14 March; 12–14 сакавіка; с 12 по 14 марта
2015-12-31/2016-01-02  31 December 2015 – 2 January 2016; 31.12.2015 - 02.01.2016
2013-21/2013-23  spring to autumn 2013; весна–осень 2013; вясна – восень 2013
2016-03-12/2016-03-14  March 12–14, 2016; March 12-14 2016; 12 – 14 марта 2016
XXXX-05-01/XXXX-05-03  May 1-3; с 1 мая по 3; 1–3 мая
2016-03     март-2016; March – 2016
2016-24     зимой 2016-2017; winter 2016–2017
2010/2012   2010-12 гг.; в 2010-12 гг.; 2010–12 годы
2011/2012   2011/12
2010-12     2010-12; 2010/12; December 2010
201X/202X   2010-2020-е; 2010–2020s
2016-05-05  от 5 мая 2016; ад 05.05.2016; dated 5 May 2016; суббота, 5 мая 2016
2024-04/2024-06  II квартал 2024; 2 кв. 2024; Q2 2024; second quarter of 2024; другі квартал 2024
2016-01/2016-06  first half of 2016; першае паўгоддзе 2016; первое полугодие 2016 года
"""
CASES = [
    (text.strip(), line.split(maxsplit=1)[0])
    for line in WRITTEN.strip().splitlines()
    for text in line.split(maxsplit=1)[1].split(";")
]


@pytest.mark.parametrize(("text", "edtf"), CASES)
def test_a_date_is_read_as_people_write_it(text, edtf):
    assert read(text).edtf == edtf
    assert read(f" {text.upper()} ").edtf == edtf


DATES = [
    *[
        "0099",
        "0099-02",
        "0216-03-05",
        "2016",
        "201X",
        "199X",
        "2016~",
        "2016?",
        "2016%",
        "201X~",
        "201X?",
    ],
    *["2016-21", "2016-22", "2016-23", "2016-24", "1999-24", "2016-03~", "2016-03?", "2016-01-02%"],
    *[f"2015-{month:02}" for month in range(1, 13)],
    *[f"2015-{month:02}-02" for month in range(1, 13)],
    *["2016-03-21", "2016-03-21~", "XXXX-03", "XXXX-03-21", "XXXX-12-02"],
]


def test_what_is_said_of_a_date_is_read_as_the_same_date():
    """Of every kind of date and span, in all three languages: a form may show words."""
    spans = [*DATES, *(f"{first}/{last}" for first, last in permutations(DATES[::2], 2))]
    spans += [shape.format(date) for date in DATES for shape in ("{}/..", "../{}", "{}/", "/{}")]
    asked = 0
    for edtf in spans:
        try:
            span = parse(edtf)
        except ValueError:  # ends before it begins, or is open without a year
            continue
        for words in span_text(span).values():
            asked += 1
            back = read(words)
            assert (back.start, back.end) == (span.start, span.end), f"{words}: {back.edtf}"
    assert asked > 900


@pytest.mark.parametrize(
    "text",
    [
        *["", " ", "—", "..", "н/д", "soon", "tomorrow", "2 days ago", "maybe 2016", "12", "99"],
        *["150 чел.", "5 000", "1,5", "30+", "20156", "2015 2016", "в", "до", "May 2014 May"],
        *["2016 год культуры", "12 people", "Мінск 2015", "2013-2014-2015", "12.2014.05"],
        *["Mar-12", "май-12", "5 мая - 2016", "лето 2015-2016", "2016 и 2018", "3 и 5 мая 2016"],
        *["весна, осень 2016", "spring, autumn 2016", "весной и осенью 2016", "March 12 and 14"],
        *["1.5 года", "from May", "второе 2016", "одно 2016", "Март’16", "may 99", "may 32"],
        *["before 0001", "перад 0001", "before 1 January 0001"],
        *["around spring 2013", "since 21 March", "from nothing to 2016", "2016" * 30],
    ],
)
def test_what_is_no_date_is_never_read_as_one(text):
    with pytest.raises(ValueError, match="cannot be read"):
        read(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("31 April 2014", NO_SUCH_DAY),
        ("31 красавіка 2014", NO_SUCH_DAY),
        ("29.02.2015", NO_SUCH_DAY),
        ("2016-02-30", NO_SUCH_DAY),
        ("13/13/2013", NO_SUCH_DAY),
        ("2016 to 2015", REVERSED),
        ("14–12 марта 2016", REVERSED),
        ("19:00", HAS_TIME),
        ("19.00", HAS_TIME),
        ("19.05.2018 19:00", HAS_TIME),
    ],
)
def test_what_is_wrong_with_a_date_is_said(text, sentence):
    with pytest.raises(ValueError, match=f"^{sentence}$"):
        read(text)


@pytest.mark.parametrize(
    "text",
    [
        *[
            "03/04/2016",
            "3-4-2016",
            "19.05.18",
            "с 01.05.16",
            "01.05.16-03.05.16",
            "10/11",
            "11.12",
        ],
        *["2020-21", "2011/12", "2005/06", "5 мая 16", "Mar 16", "winter 2013", "зімой 2016"],
    ],
)
def test_what_others_would_read_otherwise_is_doubtful(text):
    assert read(text)
    assert is_doubtful(text)


@pytest.mark.parametrize(
    "text",
    [
        *[
            "19/05/2018",
            "04/04/2016",
            "03.04.2016",
            "2020-05",
            "2020/21",
            "winter 2013/14",
            "21.03",
        ],
        *["12-14.03", "12-14.03.2016", "May 2016", "5 May", "2016/2017", "19.05.2018 - 20.05.2018"],
    ],
)
def test_what_has_one_meaning_is_not_doubtful(text):
    assert read(text)
    assert not is_doubtful(text)
