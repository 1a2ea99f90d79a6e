"""A table that somebody made for themselves: its columns are named, its names matched, and its rows
become drafts that nobody has to type."""

import re
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from organisations.models import Organisation
from programmes.models import Event, Programme
from registry.imports import batches
from registry.imports.models import Batch
from registry.records.models import Source, State
from tests.imports.workbooks import xlsx
from tests.support.factories import belarus, organisation
from tests.support.staff import Staff, fields

pytestmark = [pytest.mark.once, pytest.mark.django_db]

HEADS = ["№ п/п", "Назва", "Форма", "Раён, горад", "Праграма", "Дата / период"]
HEADS += ["Кол-во уч-ков", "Кантакты / заўвагі"]
MESSY = [
    ["Спіс праграм (працоўны, не для друку!!!)", *[None] * 7],
    ["станам на 01.10.25", *[None] * 7],
    [],
    HEADS,
    [1, 'ГА "Зялёная талака"', "ГА", "г.Мсціслаў", "Чыстая рака", "12.05.2024", "ок. 50 чел.", "-"],
    [
        2,
        "ОО «Новая волна»",
        "ОО",
        "Мстиславль",
        "Школа лидеров",
        "осень 2024",
        "30+",
        "8 029 1112233",
    ],
    [
        None,
        None,
        None,
        "по всей стране",
        "— » —",
        "сентябрь 2024 – май 2025",
        "25+3 взрослых",
        "н/д",
    ],
    [3, "ОО Новая волна.", "ОО", "Крывы Кут", "летний лагерь", "21 марта", "1.200", None],
    [None, "ВСЕГО", None, None, None, None, "≈ 1 500", None],
]
MERGED = ["A1:H1", "A2:H2", "B6:B7", "C6:C7"]
COLUMNS = {
    "column-0": "-",
    "column-1": "roles:organiser",
    "column-2": "-",
    "column-3": "placements",
    "column-4": "name",
    "column-5": "dates",
    "column-6": "figures:participants",
    "column-7": "note:",
}


@pytest.fixture
def ann():
    return Staff("ann", "editor")


@pytest.fixture
def towns():
    return belarus()


@pytest.fixture
def wave():
    return organisation("wave", name_ru="Общественное объединение «Новая волна»")


class Walk:
    """Somebody brings a file in, page by page."""

    def __init__(self, person, content, name="list.xlsx"):
        self.person = person
        file = SimpleUploadedFile(name, content)
        answer = person.client.post(reverse("admin:imports_batch_add"), {"file": file}, follow=True)
        self.address = answer.redirect_chain[-1][0]
        self.page = self._waited_for(answer)

    @classmethod
    def of(cls, person, batch):
        """The walk through what is there already."""
        walk = cls.__new__(cls)
        walk.person, walk.address = person, reverse("admin:imports_batch_change", args=[batch.pk])
        walk.page = walk._waited_for(person.client.get(walk.address))
        return walk

    def _waited_for(self, answer):
        """The page once it does not reload itself any more."""
        while 'http-equiv="refresh"' in (page := answer.content.decode()):
            answer = self.person.client.get(self.address)
        return page

    def goes_on(self, step, **typed):
        """Presses the button with these answers, and follows the page until it is done."""
        sent = {**fields(self.page), **typed, "_do": step}
        answer = self.person.client.post(self.address, sent, follow=True)
        self.page = self._waited_for(answer)
        return self.page

    def chosen(self, name):
        """What is chosen beside a name, as it is shown."""
        label = re.search(rf'<label for="(id_name-\d+)"[^>]*>{re.escape(name)}<', self.page)
        select = self.page.partition(f'id="{label[1]}"')[2].partition("</select>")[0]
        found = re.search(r"<option[^>]* selected>([^<]*)<", select)
        return found[1].strip() if found else ""

    def field(self, name):
        label = re.search(rf'<label for="id_(name-\d+)"[^>]*>{re.escape(name)}<', self.page)
        return label[1]

    @property
    def batch(self):
        return Batch.objects.get(pk=self.address.rstrip("/").rpartition("/")[2])


def named(person, rows=MESSY, kind="programme", **columns):
    """The walk as far as the names."""
    walk = Walk(person, xlsx(rows, MERGED))
    walk.goes_on("sheet", kind=kind, by="the network's office")
    walk.goes_on("columns", **(columns or COLUMNS))
    return walk


def test_a_messy_table_becomes_drafts_with_a_source(ann, towns, wave):
    walk = named(ann)
    walk.goes_on("names")
    walk.goes_on("apply")
    river, school, second, camp = Programme.objects.order_by("pk")
    assert [each.state for each in (river, school, second, camp)] == [State.DRAFT] * 4
    assert (river.name_be or river.name_ru, school.name_ru) == ("Чыстая рака", "Школа лидеров")
    assert [each.dates for each in (river, school, second, camp)] == [
        "2024-05-12", "2024-23", "2024-09/2025-05", "XXXX-03-21",
    ]  # fmt: skip
    source = Source.objects.get()
    assert "list.xlsx" in source.name_en
    assert source.publisher == "the network's office"
    assert river.citations.get().source == source


def test_rows_of_one_name_are_two_records_however_slow_the_machine_is(
    ann, towns, wave, monkeypatch
):
    monkeypatch.setattr(batches, "STEP", -1.0)
    walk = named(ann)
    walk.goes_on("names")
    walk.goes_on("apply")
    slugs = Programme.objects.filter(name_ru="Школа лидеров").values_list("slug", flat=True)
    assert set(slugs) == {"shkola-liderov", "shkola-liderov-2"}


def test_places_in_any_script_and_case_are_linked(ann, towns, wave):
    walk = named(ann)
    walk.goes_on("names")
    walk.goes_on("apply")
    river, school, second, camp = Programme.objects.order_by("pk")
    assert river.placements.get().location == towns["mstsislaw"]
    assert school.placements.get().location == towns["mstsislaw"]
    assert second.placements.get().location == towns["belarus"]
    assert not camp.placements.exists()
    assert "Крывы Кут" in f"{camp.note_be} {camp.note_ru}"  # nobody knows it: it is kept as text


def test_an_organisation_is_one_whatever_its_form_and_quotes(ann, towns, wave):
    walk = named(ann)
    walk.goes_on("names")
    walk.goes_on("apply")
    _river, school, second, camp = Programme.objects.order_by("pk")
    assert {each.roles.get().organisation for each in (school, second, camp)} == {wave}
    new = Organisation.objects.exclude(pk=wave.pk).get()
    assert (new.name_be or new.name_ru, new.kind, new.state) == (
        "ГА «Зялёная талака»",
        "ngo",
        State.DRAFT,
    )


def test_numbers_are_read_as_they_are_printed(ann, towns, wave):
    walk = named(ann)
    walk.goes_on("names")
    walk.goes_on("apply")
    found = [
        (each.printed, each.number and int(each.number), each.qualifier)
        for programme in Programme.objects.order_by("pk")
        for each in programme.figures.all()
    ]
    assert found == [
        ("ок. 50 чел.", 50, "about"),
        ("30+", 30, "at-least"),
        ("25+3 взрослых", None, ""),
        ("1.200", 1200, ""),
    ]


@pytest.mark.once
def test_the_header_below_titles_and_most_columns_are_found(ann, towns):
    walk = Walk(ann, xlsx(MESSY, MERGED))
    walk.goes_on("sheet", kind="programme")
    asked = fields(walk.page)
    assert (asked["column-0"], asked["column-3"], asked["column-5"], asked["column-6"]) == (
        "-", "placements", "dates", "figures:participants",
    )  # fmt: skip


@pytest.mark.once
def test_a_column_that_is_neither_named_nor_set_aside_does_not_go_on(ann, towns):
    walk = Walk(ann, xlsx(MESSY, MERGED))
    walk.goes_on("sheet", kind="programme")
    page = walk.goes_on("columns", **(COLUMNS | {"column-7": ""}))
    assert "Say what each column is" in page
    assert fields(page)["column-4"] == "name"  # nothing typed is lost
    assert "Кантакты" in page


@pytest.mark.once
def test_nobody_is_linked_to_what_is_only_like_it_unseen(ann, towns):
    organisation("land", name_ru="Ассоциация сельских клубов")
    walk = named(
        ann, [*MESSY[:4], [1, "Ассоциация сельских клобов", "", "", "Fair", "2024", "", ""]]
    )
    assert walk.chosen("Ассоциация сельских клобов") == ""
    assert "Its name is like this one." in walk.page
    assert "Decide on each name" in walk.goes_on("names")


@pytest.mark.once
def test_a_fund_is_not_taken_for_an_association_of_the_same_name(ann, towns):
    organisation("heritage", name_be="Грамадскае аб'яднанне «Спадчына»")
    walk = named(ann, [*MESSY[:4], [1, 'Фонд "Спадчына"', "", "", "Fair", "2024", "", ""]])
    assert walk.chosen("Фонд &quot;Спадчына&quot;") == ""
    assert "another legal form" in walk.page


def test_what_was_decided_holds_for_the_next_file(ann, towns):
    land = organisation("land", name_ru="Ассоциация сельских клубов")
    rows = [*MESSY[:4], [1, "Ассоциация сельских клобов", "", "", "Fair", "2024", "", ""]]
    walk = named(ann, rows)
    walk.goes_on("names", **{walk.field("Ассоциация сельских клобов"): str(land.public_id)})
    again = named(
        ann, [*rows[:4], [1, "Ассоциация сельских клобов", "", "", "Other", "2025", "", ""]]
    )
    assert again.chosen("Ассоциация сельских клобов").startswith("Land ")
    other = named(Staff("bob", "editor"), rows)
    assert other.chosen("Ассоциация сельских клобов") == ""


def test_what_was_added_once_is_found_the_next_time_and_not_added_again(ann, towns):
    rows = [*MESSY[:4], [1, "ГА Талака", "", "", "Fair", "2024", "", ""]]
    walk = named(ann, rows)
    walk.goes_on("names")
    walk.goes_on("apply")
    again = named(ann, [*rows[:4], [1, "Талака", "", "", "Other fair", "2025", "", ""]])
    assert again.chosen("Талака").startswith("ГА Талака")


@pytest.mark.once
def test_what_columns_are_is_kept_under_a_name_and_used_again(ann, towns):
    walk = Walk(ann, xlsx(MESSY, MERGED))
    walk.goes_on("sheet", kind="programme")
    walk.goes_on("columns", **COLUMNS, save_as="ours")
    again = Walk(ann, xlsx(MESSY, MERGED))
    again.goes_on("sheet", kind="programme")
    assert {key: fields(again.page)[key] for key in COLUMNS} == COLUMNS


@pytest.mark.once
def test_what_is_set_aside_is_stored_nowhere(ann, towns, wave):
    walk = named(ann, **(COLUMNS | {"column-7": "-"}))
    walk.goes_on("names")
    assert "1112233" not in str(walk.batch.holds)


def test_a_column_in_which_people_can_be_reached_goes_with_one_click(ann, towns, wave):
    walk = named(ann)
    page = walk.goes_on("names")
    assert "Columns in which people are named or can be reached" in page
    assert "8 029 1112233" in page
    walk.goes_on("leave-out", column="note:")
    assert "1112233" not in str(walk.batch.holds)
    assert "1112233" not in walk.page
    walk.goes_on("apply")
    assert not Programme.objects.filter(note_ru__contains="1112233").exists()


@pytest.mark.once
def test_the_cells_alone_go_in_which_people_can_be_reached(ann, towns, wave):
    rows = [*MESSY, [4, "Мельница", "", "", "Fair", "2024", "", "паглядзець сайт"]]
    walk = named(ann, rows)
    walk.goes_on("names")
    walk.goes_on("leave-cells", column="note:")
    assert "1112233" not in str(walk.batch.holds)
    assert "паглядзець сайт" in walk.page


@pytest.mark.once
def test_of_an_address_the_town_is_linked_and_nothing_else_is_kept(ann, towns):
    rows = [*MESSY[:4], [1, "Мельница", "", "г. Мстиславль, ул. Советская, 5", "Fair", "", "", ""]]
    walk = named(ann, rows)
    assert "street and house are not kept" in walk.page
    page = walk.goes_on("names")
    assert "people are named or can be reached" not in page
    walk.goes_on("apply")
    made = Programme.objects.get()
    assert [row.location for row in made.placements.all()] == [towns["mstsislaw"]]
    assert "Советская" not in f"{made.note_be}{made.note_ru}"


@pytest.mark.once
def test_a_village_that_nobody_knows_stays_in_the_note_where_its_town_is_linked(ann, towns):
    walk = named(ann, [*MESSY[:4], [1, "Мельница", "", "д. Кут, Мстиславль", "Fair", "", "", ""]])
    assert walk.chosen("д. Кут, Мстиславль") == ""
    walk.goes_on("names", **{walk.field("д. Кут, Мстиславль"): str(towns["mstsislaw"].public_id)})
    walk.goes_on("apply")
    made = Programme.objects.get()
    assert made.placements.get().location == towns["mstsislaw"]
    assert "д. Кут, Мстиславль" in f"{made.note_be}{made.note_ru}"


@pytest.mark.once
def test_what_is_online_takes_place_nowhere_and_asks_nothing(ann, towns):
    rows = [["Назва", "Дзе"], ["Лекцыя", "онлайн"], ["Гутарка", "Мсціслаў; Zoom"]]
    walk = Walk(ann, xlsx(rows))
    walk.goes_on("sheet", kind="event", header="0:0")
    walk.goes_on("columns", **{"column-0": "name", "column-1": "placements"})
    assert "онлайн" not in walk.page
    walk.goes_on("names")
    walk.goes_on("apply")
    lecture, talk = Event.objects.order_by("pk")
    assert (lecture.mode, lecture.placements.count(), lecture.note_be) == ("online", 0, "")
    assert (talk.mode, talk.placements.get().location) == ("hybrid", towns["mstsislaw"])


@pytest.mark.once
def test_a_head_may_say_of_which_language_its_cells_are(ann, towns):
    heads = ["name_en", "Название (рус.)", "Назва па-беларуску", "Описание на русском", "errors"]
    walk = Walk(ann, xlsx([heads, ["Mill", "Мельница", "Млын", "Мелет", "none"]]))
    walk.goes_on("sheet", kind="programme", header="0:0")
    said = [value for key, value in fields(walk.page).items() if key.startswith("column-")]
    assert said == ["name_en", "name_ru", "name_be", "description_ru", "-"]


@pytest.mark.once
def test_the_file_of_errors_is_made_whatever_the_sheet_was_called(ann, towns):
    walk = Walk(ann, b"Name;Website\nMill;nowhere at all\n", "list [2]: x.csv")
    walk.goes_on("sheet", kind="programme", header="0:0")
    walk.goes_on("columns", **{"column-0": "name", "column-1": "website"})
    assert "1 error." in walk.goes_on("names")
    answer = ann.client.get(f"{walk.address}errors/")
    book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    (sheet,) = [each for each in book if each.title.startswith("list")]
    assert "Mill" in [cell.value for cell in sheet[2]]


def test_a_table_of_ones_own_comes_back_with_its_errors_and_is_brought_again(ann, towns):
    text = "Сводка\nКто;Где в сети;Телефон\n=x Мельница;nowhere at all;1112233\nКлуб;мимо;\n"
    text += "Школа;https://school.example;\n"
    walk = Walk(ann, text.encode(), "сводка.csv")
    walk.goes_on("sheet", kind="programme", header="0:1")
    columns = {"column-0": "name", "column-1": "website", "column-2": "-"}
    walk.goes_on("columns", **columns, save_as="ours")
    assert "2 errors." in walk.goes_on("names")
    answer = ann.client.get(f"{walk.address}errors/")
    (sheet,) = book = load_workbook(BytesIO(b"".join(answer.streaming_content)))
    *rows, last = [[cell.value for cell in row] for row in sheet]
    assert [row[:2] for row in rows] == [
        ["Кто", "Где в сети"],
        ["=x Мельница", "nowhere at all"],
        ["Клуб", "мимо"],
    ]
    assert last[:2] == ["Школа", "https://school.example"]
    assert (rows[0][2], last[2]) == ("errors", None)
    assert all(row[2].startswith("Где в сети: ") for row in rows[1:])
    assert sheet["B2"].comment
    assert {cell.data_type for cell in sheet["A"]} == {"s"}  # no formula
    sheet["B2"] = sheet["B3"] = "https://mill.example"
    book.save(corrected := BytesIO())
    again = Walk(ann, corrected.getvalue(), "errors.xlsx")
    again.goes_on("sheet", kind="programme")
    assert fields(again.page)["column-2"] == "-"
    again.goes_on("columns")
    assert "Write all of it" in again.goes_on("names")


@pytest.mark.once
@pytest.mark.parametrize("step", ["leave-out", "leave-cells"])
def test_what_is_left_out_is_not_in_the_file_of_errors_either(ann, towns, step):
    walk = Walk(ann, b"Name;Website;Note\nMill;nowhere at all;8 029 1112233\n")
    walk.goes_on("sheet", kind="programme", header="0:0")
    columns = {"column-0": "name", "column-1": "website", "column-2": "note:"}
    walk.goes_on("columns", **columns)
    walk.goes_on("names")
    walk.goes_on(step, column="note:")
    assert "nowhere at all" in str(walk.batch.holds["as_given"])
    assert "1112233" not in str(walk.batch.holds)


@pytest.mark.once
def test_the_dry_run_says_names_and_words_and_tells_the_same_doubt_once(ann, towns, wave):
    walk = named(ann)
    page = " ".join(walk.goes_on("names").split())
    assert str(towns["mstsislaw"].public_id) not in page
    assert f"organiser: {wave}" in page
    assert "<ins>organiser: ГА «Зялёная талака»</ins>" in page
    assert "<ins>autumn 2024</ins>" in page
    assert "programme.figures" not in page
    assert "Figures 5" in page
    assert "” was read as “" not in page
    rows = [
        *MESSY[:4],
        *([n, "Мельница", "", "", f"Fair {n}", "29 февраля 2026", "", ""] for n in "12"),
    ]
    again = " ".join(named(ann, rows).goes_on("names").split())
    assert "<b>Sheet 5, 6</b> “29 февраля 2026”" in again


@pytest.mark.once
@pytest.mark.parametrize(
    ("head", "kind"),
    [
        ("Назва мерапрыемства", "event"),
        ("Название организации", "organisation"),
        ("Праект", "programme"),
        ("Назва", ""),
    ],
)
def test_what_the_rows_are_is_told_by_the_head_of_their_names(ann, towns, head, kind):
    walk = Walk(ann, xlsx([["№", head, "Дата"], [1, "Fair", "2024"]]))
    assert fields(walk.page)["kind"] == kind


@pytest.mark.once
def test_a_column_that_names_persons_is_told_and_goes_as_well(ann, towns):
    rows = [["Название", "Кто ведёт"], ["Летний лагерь", "Иванова Анна"], ["Школа", "Мельница"]]
    walk = Walk(ann, xlsx(rows))
    walk.goes_on("sheet", kind="programme", header="0:0")
    walk.goes_on("columns", **{"column-0": "name", "column-1": "note:"})
    page = walk.goes_on("names")
    assert "Columns in which people are named or can be reached" in page
    assert "Иванова Анна</span>" in page
    assert "Иванова" not in walk.goes_on("leave-out", column="note:")
    assert "Иванова" not in str(walk.batch.holds)


@pytest.mark.once
def test_an_organisation_that_stands_in_the_file_twice_is_one(ann, towns):
    rows = [
        ["Название", "Сайт", "Город"],
        ["ОО «Новая волна»", "", "Мстиславль"],
        ["Новая волна, ОО", "https://wave.example", ""],
    ]
    columns = {"column-0": "name", "column-1": "website", "column-2": "seat"}
    walk = Walk(ann, xlsx(rows))
    walk.goes_on("sheet", kind="organisation", header="0:0")
    walk.goes_on("columns", **columns)
    assert "read as one organisation" in walk.goes_on("names")
    walk.goes_on("apply")
    made = Organisation.objects.get()
    assert (made.website, made.seat) == ("https://wave.example", towns["mstsislaw"])


def test_an_organisation_that_is_here_already_is_not_added_again(ann, towns, wave):
    rows = [["Название", "Город"], ["ОО «Новая волна»", "Мстиславль"], ["Мельница", "Мстиславль"]]
    walk = Walk(ann, xlsx(rows))
    walk.goes_on("sheet", kind="organisation", header="0:0")
    walk.goes_on("columns", **{"column-0": "name", "column-1": "placements"})
    walk.goes_on("names")
    walk.goes_on("apply")
    assert set(Organisation.objects.values_list("name_ru", flat=True)) == {wave.name_ru, "Мельница"}


def test_all_drafts_of_a_file_are_handed_over_at_once(ann, towns, wave):
    walk = named(ann)
    walk.goes_on("names")
    assert "Hand all drafts over" in walk.goes_on("apply")
    walk.goes_on("review")
    drafts = [
        model.objects.filter(state=State.DRAFT) for model in (Programme, Organisation, Source)
    ]
    assert not any(rows.exists() for rows in drafts)
    assert Programme.objects.filter(state=State.REVIEW).count() == 4


def test_what_cannot_be_read_stays_as_text_and_is_told(ann, towns):
    rows = [*MESSY[:4], [1, "Мельница", "", "", "Fair", "29 февраля 2026", "", ""]]
    walk = named(ann, rows)
    assert "It stays as text in the note." in walk.goes_on("names")
    walk.goes_on("apply")
    made = Programme.objects.get()
    assert not made.dates
    assert "29 февраля 2026" in f"{made.note_be}{made.note_ru}"


@pytest.mark.once
def test_who_gave_a_file_is_told_without_a_name_or_number(ann, towns):
    walk = Walk(ann, xlsx(MESSY, MERGED))
    page = walk.goes_on("sheet", kind="programme", by="call +375 29 111 22 33")
    assert "Name an organisation or a role" in page
    assert walk.batch.holds["step"] == "sheet"


TWINS = [
    ["Название организации", "Сайт", "Город"],
    ["ОО «Зелёный свет»", "", "Мстиславль"],
    ["Мельница", "", "Мстиславль"],
    ["Зелёный мир", "https://zs.example", "Мстиславль"],
    ["Зелёный свет РБ", "https://www.zs.example/", "Мстиславль"],
]


def told_twins(ann):
    walk = Walk(ann, xlsx(TWINS))
    walk.goes_on("sheet", kind="organisation", header="0:0")
    columns = {"column-0": "name", "column-1": "website", "column-2": "seat"}
    walk.goes_on("columns", **columns)
    return walk


def test_rows_of_a_file_that_may_be_the_same_are_offered_and_become_one(ann, towns):
    walk = told_twins(ann)
    assert walk.chosen("Зелёный мир") == walk.chosen("Мельница") == "It is new"
    assert walk.chosen("Зелёный свет РБ") == ""
    page = " ".join(walk.page.split())
    assert "Зелёный мир (line 4 of this file)" in page
    assert "the same website; the same place" in page
    assert "ОО «Зелёный свет» (line 2 of this file)" in page
    assert "Decide on each name" in walk.goes_on("names")
    page = walk.goes_on("names", **{walk.field("Зелёный свет РБ"): "row-2"})
    assert "“2, 5” — Each of these groups of rows was read as one" in " ".join(page.split())
    walk.goes_on("apply")
    made = {each.name_be or each.name_ru: each for each in Organisation.objects.all()}
    assert {*made} == {"ОО «Зелёный свет»", "Мельница", "Зелёный мир"}
    first = made["ОО «Зелёный свет»"]
    assert first.website == "https://www.zs.example/"
    assert [each.name for each in first.other_names.all()] == ["Зелёный свет РБ"]


@pytest.mark.once
def test_rows_that_are_alike_may_be_two_organisations(ann, towns):
    walk = told_twins(ann)
    walk.goes_on("names", **{walk.field("Зелёный свет РБ"): "new"})
    walk.goes_on("apply")
    assert Organisation.objects.count() == 4
