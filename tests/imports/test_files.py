"""Files of spreadsheets are read as people wrote them, and hostile ones are refused at once."""

from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from time import process_time
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from registry.cards.refused import Refused
from registry.imports.files import RawSheet, read_sheets
from registry.imports.old_workbooks import shared_texts
from tests.imports.workbooks import ods, text_cell, xlsx, xlsx_with

pytestmark = pytest.mark.once

FILES = Path(__file__).with_name("files")


def read(data, name="list.xlsx"):
    return read_sheets(BytesIO(data), name)


def rows(data, name="list.xlsx"):
    (sheet,) = read(data, name)
    return sheet.rows


def test_cells_of_a_workbook_are_as_people_would_write_them():
    at = datetime(2024, 3, 4, 18, 30)  # noqa: DTZ001 cells have no zone
    data = xlsx([["Names", None], [date(2024, 3, 4), at], [120.0, 1.5]])
    assert rows(data) == [["Names", ""], ["2024-03-04", "2024-03-04 18:30"], ["120", "1.5"]]


def test_lines_are_counted_from_the_top_of_the_sheet():
    assert rows(xlsx([[], [], [None, "draft"]])) == [["", ""], ["", ""], ["", "draft"]]


def test_merged_cells_are_filled_down():
    data = xlsx([["Mill", "2015"], [None, "2016"], [None, "2017"]], merged=["A1:A2"])
    assert rows(data) == [["Mill", "2015"], ["Mill", "2016"], ["", "2017"]]


def test_an_opendocument_is_read_with_what_it_repeats_and_merges():
    sheet = (
        '<table:table table:name="Спіс"><table:table-row>'
        + text_cell("Mill", 'table:number-rows-spanned="2"')
        + text_cell("2015")
        + '<table:table-cell table:number-columns-repeated="16382"/></table:table-row>'
        + '<table:table-row><table:covered-table-cell/><table:table-cell office:value-type="date"'
        ' office:date-value="2016-05-01"><text:p>01.05.16</text:p></table:table-cell>'
        "</table:table-row>"
        '<table:table-row table:number-rows-repeated="1048574"><table:table-cell'
        ' table:number-columns-repeated="16384"/></table:table-row></table:table>'
    )
    assert read(ods(sheet), "list.ods") == [
        RawSheet("Спіс", [["Mill", "2015"], ["Mill", "2016-05-01"]])
    ]


TEXT = "Назва;Горад\nЗялёная талака;Гродна\n«Новая хваля; Лиды»;Ліда\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16", "utf-16-le"])
@pytest.mark.parametrize("separator", [";", "\t", ","])
def test_a_text_is_read_in_any_encoding_and_with_any_separator(encoding, separator):
    lines = [["Назва", "Горад"], ["Зялёная талака", "Гродна"], ["Новая хваля", "Ліда"]]
    text = "\r\n".join(separator.join(line) for line in lines)
    assert rows(text.encode(encoding), "list.csv") == lines


@pytest.mark.parametrize("ending", ["xlsx", "ods", "xls"])
def test_a_table_that_libreoffice_has_saved_is_read(ending):
    """Saved by LibreOffice 7.4, from a CSV; nobody is named in their properties."""
    data = (FILES / f"programmes.{ending}").read_bytes()
    assert rows(data, f"programmes.{ending}") == [
        ["Список программ", "", "", ""],
        ["Название", "Дата", "Участники", "Город"],
        ["Школа лидеров", "12.05.2024", "ок. 50 чел.", "Мстиславль"],
        ["«Чыстая рака»", "12-14 сакавіка 2016", "30", "г. Мсціслаў"],
        ["Fair", "2015", "1 200", ""],
        ["Camp", "2024-07-01", "15", "Minsk"],
    ]


def test_a_text_may_say_which_separator_it_has():
    assert rows(b"sep=;\r\nName;Place, year\r\nMill, old;Lida, 2015\r\n", "list.csv") == [
        ["Name", "Place, year"],
        ["Mill, old", "Lida, 2015"],
    ]


def test_a_quoted_separator_parts_nothing():
    text = 'Name;Place\n"Mill; the old one";Lida\n'
    assert rows(text.encode(), "list.csv")[1] == ["Mill; the old one", "Lida"]


FAR = xlsx_with(b'r="A2"', b'r="XFD1048576"')
FORMULA = xlsx_with(b"<v>", b"<f>1+1</f><v>", rows=[[2]])


def _deep():
    return xlsx_with(b"<sheetData>", b"<a>" * 100 + b"</a>" * 100 + b"<sheetData>")


def _entities(encoding):
    text = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    file = BytesIO(xlsx([["Mill"]]))
    with ZipFile(file, "a") as archive:
        archive.writestr("xl/other.xml", text.encode(encoding))
    return file.getvalue()


def _zip(members):
    with ZipFile(file := BytesIO(), "w", ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return file.getvalue()


def _says_less():  # than it unpacks to
    data = _zip([("xl/workbook.xml", "<a>" + " " * 900_000 + "</a>")])
    size = (900_007).to_bytes(4, "little")
    assert data.count(size) == 2
    return data.replace(size, (500).to_bytes(4, "little"))


def _repeated():
    cell = text_cell("Mill", 'table:number-columns-repeated="200"')
    row = f'<table:table-row table:number-rows-repeated="19000">{cell}</table:table-row>'
    return ods(f'<table:table table:name="A">{row}</table:table>')


def _shared(cells=1000, letters=30_000, number="0"):
    """A text of some kilobytes that a thousand cells are: 30 MB in each of its copies."""
    cell = f't="s"><v>{number}</v></c></row>'
    rows = "".join(f'<row r="{n}"><c r="A{n}" {cell}' for n in range(1, cells))
    words = " ".join(f"{n:x}" for n in range(letters // 5))
    whole = ZipFile(BytesIO(xlsx([["Mill"]])))
    members = [(name, whole.read(name)) for name in whole.namelist() if "sheet1" not in name]
    members += [
        ("xl/worksheets/sheet1.xml", f"<worksheet><sheetData>{rows}</sheetData></worksheet>")
    ]
    members += [("xl/sharedStrings.xml", f"<sst><si><t>{words}</t></si></sst>")]
    return _zip(members)


def _repeated_words():
    cell = text_cell("Mill " * 6000, 'table:number-columns-repeated="200"')
    row = f'<table:table-row table:number-rows-repeated="10">{cell}</table:table-row>'
    return ods(f'<table:table table:name="A">{row}</table:table>')


def _merged():
    return xlsx([["Mill " * 6000, "a"], *[[None, "b"]] * 1000], merged=["A1:A1001"])


HOSTILE = {
    "shared": (_shared, "million characters"),
    "shared in pieces": (lambda: _shared(2, 10, "1<a/>" * 100_000), "damaged"),
    "repeated words": (_repeated_words, "million characters"),
    "far": (lambda: FAR, "XFD1048576"),
    "formula": (lambda: FORMULA, "A1 holds a formula"),
    "deep": (_deep, "nested"),
    "entities": (lambda: _entities("UTF-8"), "entities"),
    "entities in UTF-16": (lambda: _entities("UTF-16"), "entities"),
    "large": (lambda: b"a;b\n" * 3_000_000, "too large"),
    "unpacks": (lambda: _zip([("xl/workbook.xml", b" " * 20_000_000)]), "too large"),
    "says less": (_says_less, "damaged"),
    "members": (lambda: _zip([(f"xl/{n}.xml", b"<a/>") for n in range(600)]), "damaged"),
    "repeated": (_repeated, "A1"),
    "calculated": (lambda: b"Name;Sum\nMill;=SUM(A1:A9)\n", "B2 holds a formula"),
    "command": (lambda: b"Name;Sum\nMill;=cmd|' /C calc'!A0\n", "B2 holds a formula"),
    "wide": (lambda: b";" * 5000, "GJI1"),
    "no table": (lambda: b"%PDF-1.7 ...", "not a table"),
    "not a workbook": (lambda: _zip([("word/document.xml", b"<a/>")]), "not a table"),
    "broken": (lambda: xlsx([["Mill"]])[:-30], "damaged"),
    "old and broken": (lambda: bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "damaged"),
    "empty": (lambda: b"\n\n", "empty"),
    "quotes": (lambda: b'a;b\n"' + b"x" * 200_000, "damaged"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_at_once_with_a_sentence(name):
    make, words = HOSTILE[name]
    data, took = make(), []
    for _ in range(3):
        start = process_time()
        with pytest.raises(Refused, match=words):
            read(data)
        took.append(process_time() - start)
    assert min(took) < 0.05


@pytest.mark.once
def test_cells_that_are_one_are_not_filled_with_more_than_can_be_held():
    with pytest.raises(Refused, match="million characters"):
        read(_merged())


def test_texts_that_cells_of_an_old_workbook_share_are_measured_across_their_pieces():
    head = bytes(4) + (3).to_bytes(4, "little")
    first = head + b"\4\0\0Mill" + b"\6\0\1" + "Мс".encode("utf-16-le")
    rest = b"\1" + "цісл".encode("utf-16-le")
    rich = b"\2\0\x08\1\0ab" + bytes(4)
    assert list(shared_texts([first, rest, rich])) == [4, 6, 2]


def test_what_only_looks_like_a_formula_is_read():
    text = "Name;Phone\n=Mill=;+375 17 000\n-;@mill\n— » —;= ?\n"
    assert rows(text.encode(), "list.csv")[1] == ["=Mill=", "+375 17 000"]


def test_a_chart_beside_a_table_is_no_formula():
    file = BytesIO(xlsx([["Mill"]]))
    with ZipFile(file, "a") as archive:
        archive.writestr("xl/charts/chart1.xml", '<c xmlns="c"><f>Sheet!A1</f></c>')
    assert rows(file.getvalue()) == [["Mill"]]
