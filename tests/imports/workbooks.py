"""Small files of spreadsheets, whole and hostile."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from openpyxl import Workbook

ODS = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3">'
    "<office:body><office:spreadsheet>%s</office:spreadsheet></office:body>"
    "</office:document-content>"
)


def xlsx(rows, merged=(), title="Sheet"):
    """The bytes of a workbook with these rows."""
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for cells in merged:
        sheet.merge_cells(cells)
    book.save(file := BytesIO())
    return file.getvalue()


def xlsx_with(old, new, rows=(("Name",), ("Mill",)), member="xl/worksheets/sheet1.xml"):
    """A workbook in one member of which a text is another."""
    whole = ZipFile(BytesIO(xlsx(rows)))
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as changed:
        for name in whole.namelist():
            text = whole.read(name)
            changed.writestr(name, text.replace(old, new) if name == member else text)
    return file.getvalue()


def ods(sheets):
    """The bytes of an OpenDocument with these sheets, each as XML."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", ODS % sheets)
        archive.writestr(
            "META-INF/manifest.xml",
            '<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    return file.getvalue()


def text_cell(text, attributes=""):
    return (
        f'<table:table-cell office:value-type="string" {attributes}>'
        f"<text:p>{text}</text:p></table:table-cell>"
    )
