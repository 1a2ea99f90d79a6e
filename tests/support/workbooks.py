"""Tables of the staff as a person handles them: taken out of a list, changed, and brought in.

book = taken_out(rita, Programme)
book["programme"][contest]["name_en"] = "Contest"
page = brings_in(rita, book)
"""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook, load_workbook

from registry.imports.models import Batch
from tests.support.doors import content_of

ADD = "admin:imports_batch_add"


def export_address(model, ending="xlsx"):
    return reverse("admin:export", args=[model._meta.label_lower, ending])


def taken_out(person, model, **asked):
    """{title of the sheet: [{column: text}]}"""
    return opened(content_of(person.client.get(export_address(model), asked)))


def opened(content):
    book = load_workbook(io.BytesIO(content))
    found = {}
    for sheet in book:
        heads, *rows = ([cell or "" for cell in row] for row in sheet.values)
        found[sheet.title] = [dict(zip(heads, row, strict=True)) for row in rows]
    return found


def line_of(rows, entry):
    """The line of the record among these."""
    return next(row for row in rows if row["id"] == str(entry.public_id))


def saved(book):
    """The bytes of a workbook with these sheets."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    for title, rows in book.items():
        sheet = workbook.create_sheet(title)
        heads = list(dict.fromkeys(key for row in rows for key in row))
        sheet.append(heads)
        for row in rows:
            sheet.append([row.get(key, "") for key in heads])
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()


def sent(person, content, name="list.xlsx"):
    """What is answered to a file."""
    file = SimpleUploadedFile(name, content)
    return person.client.post(reverse(ADD), {"file": file})


def brings_in(person, book, name="list.xlsx"):
    """(the batch, its page) once the file has been looked at."""
    content = book if isinstance(book, bytes) else saved(book)
    answer = sent(person, content, name)
    assert answer.status_code == 302, answer.content.decode()
    batch = Batch.objects.latest("pk")
    page = ""
    while batch.state == Batch.State.CHECKING or not page:
        page = person.client.get(answer.url).content.decode()
        batch.refresh_from_db()
    return batch, page


def decides(person, batch, what):
    """The page after it, once it does not reload itself any more."""
    at = reverse("admin:imports_batch_change", args=[batch.pk])
    answer = person.client.post(at, {"_do": what}, follow=True)
    while b'http-equiv="refresh"' in answer.content:
        answer = person.client.get(at)
    batch = Batch.objects.filter(pk=batch.pk).first()
    return batch, answer.content.decode()
