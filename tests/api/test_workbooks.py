"""XLSX: types, formulas, long texts, and what a workbook keeps."""

import csv
import io
import zipfile
from datetime import date, datetime, time

import openpyxl
import pytest

from registry.api.formats.workbook import as_text
from registry.api.tables.cells import FORMULA
from registry.cards.models import Card, Counter
from registry.site.api import VIEWSETS
from tests.support.factories import (
    event,
    organisation,
    programme,
)
from tests.support.formats import content

pytestmark = [pytest.mark.once, pytest.mark.django_db]


def test_the_workbook_opens_with_whence_it_is_and_what_its_columns_are(frozen, contest, client):
    programme("formula", name_en="=1+1", summary_en="bell \x07")
    file = content(client, "programmes/?format=xlsx")
    book = openpyxl.load_workbook(io.BytesIO(file), read_only=True)
    assert book.sheetnames == ["About", "programmes"]
    about = list(book["About"].iter_rows(values_only=True))
    origin = {row[0]: row[1] for row in about[:7]}
    assert origin == {
        "query": "*",
        "licence": "https://creativecommons.org/licenses/by/4.0/",
        "time": "2026-11-21T22:30:00+00:00",
        "count": 2,
        "change": Counter.current().number,
        "registry": "Programme Registry",
        "publisher": "demonstration on one computer",
    }
    dictionary = about[9:]
    names, *rows = book["programmes"].iter_rows(values_only=True)
    assert [row[0] for row in dictionary] == list(names)
    assert all(all(row) for row in dictionary)
    plain = content(client, "programmes/?format=csv").decode("utf-8-sig")
    table = list(csv.reader(io.StringIO(plain)))
    as_text = [[written(cell) for cell in row] for row in [names, *rows]]
    as_typed = [[cell.replace("\x07", "").removeprefix("'") for cell in row] for row in table]
    assert as_text == as_typed


def written(cell):
    """A cell of a workbook as a file without types has it."""
    if isinstance(cell, datetime):
        return str(cell.date()) if cell.time() == time() else f"{cell.isoformat()}Z"
    return "" if cell is None else str(cell)


def sheet_of(client, address):
    """(sheet, {name of the column: the cells under it}) of the table of a workbook."""
    book = openpyxl.load_workbook(io.BytesIO(content(client, address)))
    names, *rows = book[book.sheetnames[1]].iter_rows()
    return book[book.sheetnames[1]], {
        name.value: [row[n] for row in rows] for n, name in enumerate(names)
    }


def test_a_day_is_a_date_in_a_workbook_a_number_a_number_and_the_rest_is_text(client, places):
    event(
        "one",
        dates="2016-02",
        registration_deadline="2016-01-31",
        capacity=40,
        verified_on="2026-01-02",
    )
    event("hours", dates="2016-03-01", start_time="18:30")
    _, columns = sheet_of(client, "events/hours/?format=xlsx")
    (begins,) = columns["start_time"]
    assert begins.is_date
    assert begins.value.isoformat() == "2016-03-01T18:30:00"  # by the clock in `time_zone`
    _, columns = sheet_of(client, "events/one/?format=xlsx")
    held = {name: cell.value for name, (cell,) in columns.items()}
    assert held["start_edtf"] == held["dates_edtf"] == "2016-02"
    assert columns["start_edtf"][0].data_type == "s"
    for name, known in {
        "start_earliest": date(2016, 2, 1),
        "start_latest": date(2016, 2, 29),
        "registration_deadline_earliest": date(2016, 1, 31),
        "verified_on": date(2026, 1, 2),
    }.items():
        (cell,) = columns[name]
        assert (cell.value.date(), cell.number_format) == (known, "yyyy-mm-dd"), name
        assert cell.is_date
    (changed,) = columns["updated_at"]
    stamp = Card.objects.get(type="event", slug="one").updated_at.replace(tzinfo=None)
    assert changed.is_date
    assert abs(changed.value - stamp).total_seconds() < 0.001
    assert (held["capacity"], columns["capacity"][0].data_type) == (40, "n")
    assert columns["registration_deadline_edtf"][0].data_type == "s"
    _, columns = sheet_of(client, "locations/?format=xlsx&ordering=name")
    assert {cell.data_type for cell in columns["longitude"]} == {"n"}


def test_a_year_alone_is_text_and_a_day_before_workbooks_count_alike_too(client):
    programme("year", dates="2016")
    programme("old", dates="1899-12-31/1900-02-28")
    _, columns = sheet_of(client, "programmes/?format=xlsx&ordering=name")
    old, year = 0, 1
    assert columns["start_edtf"][year].value == "2016"
    assert columns["start_edtf"][year].data_type == "s"
    assert columns["start_earliest"][old].value == "1899-12-31"
    assert columns["end_latest"][old].value == "1900-02-28"


@pytest.mark.parametrize("collection", [viewset.collection for viewset in VIEWSETS])
def test_a_table_of_a_workbook_can_be_read_and_filtered(collection, contest, client):
    sheet, columns = sheet_of(client, f"{collection}/?format=xlsx")
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == sheet.dimensions
    letters = [cell.column_letter for cell in sheet[1]]
    widths = {letter: sheet.column_dimensions[letter].width for letter in letters}
    assert all(widths[cell.column_letter] > len(cell.value) + 3 for cell in sheet[1])
    assert all(
        len(cell.value.isoformat().removesuffix("T00:00:00")) <= widths[cell.column_letter]
        for column in columns.values()
        for cell in column
        if cell.is_date and cell.value and not cell.value.microsecond
    )


@pytest.mark.parametrize(
    "text", [*(f"{prefix}1+1|cmd" for prefix in FORMULA), "#N/A", "#VALUE!", "_x003D_1+1"]
)
def test_a_text_is_no_formula_and_no_error_in_a_workbook_and_stands_as_it_is(text, client):
    funder = organisation("funder", name_en=text)
    programme("formula", name_en=text, roles=[("funder", funder)])
    book = openpyxl.load_workbook(io.BytesIO(content(client, "programmes/?format=xlsx")))
    for sheet in book:
        for row in sheet.iter_rows():
            assert not [cell for cell in row if cell.data_type in ("f", "e")]
            assert not [cell for cell in row if str(cell.value).startswith("'")]
    _, columns = sheet_of(client, "programmes/?format=xlsx")
    for name in ("name_en", "funder_names_en"):
        (cell,) = columns[name]
        assert cell.value == text
        # Else a program would calculate it once somebody edits it.
        assert cell.number_format == "@"


def test_a_table_without_types_goes_on_to_hold_no_formula(client):
    programme(
        "formula",
        roles=[
            ("funder", organisation("a", name_en="=1+1")),
            ("funder", organisation("b", name_en="@x")),
        ],
    )
    file = content(client, "programmes/?format=csv").decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(file))
    assert row["funder_names_en"] == "'=1+1; '@x"
    _, columns = sheet_of(client, "programmes/?format=xlsx")
    assert columns["funder_names_en"][0].value == "=1+1; @x"


def test_a_text_too_long_for_a_cell_says_that_it_goes_on(client):
    programme("long", description_en="x" * 40_000)
    file = content(client, "programmes/?format=xlsx")
    (row,) = openpyxl.load_workbook(io.BytesIO(file))["programmes"].iter_rows(
        min_row=2, values_only=True
    )
    (long,) = [cell for cell in row if isinstance(cell, str) and len(cell) > 1000]
    assert len(long) == 32_767
    assert long.endswith("x…")


@pytest.mark.parametrize("text", ["😀" * 16_383 + "xx", "x" + "😀" * 16_383 + "x"])
def test_a_letter_that_a_workbook_counts_twice_is_not_cut_in_two(text):
    """Programs count units of UTF-16, and mend a file in which a cell has more than 32,767."""
    kept = as_text(text)
    assert len(kept.encode("utf-16-le")) <= 2 * 32_767
    assert kept == f"{text[: len(kept) - 1]}…"
    assert as_text("😀" * 16_383 + "x") == "😀" * 16_383 + "x"


def test_a_workbook_keeps_no_time_but_that_of_the_registry(contest, client, frozen):
    first = content(client, "programmes/?format=xlsx")
    assert {entry.date_time[0] for entry in zipfile.ZipFile(io.BytesIO(first)).infolist()} == {1980}
    assert content(client, "programmes/?format=xlsx") == first
