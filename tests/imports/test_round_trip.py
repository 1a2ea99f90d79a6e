"""Our own tables: out of a list, changed in a spreadsheet, looked at, written and undone."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from organisations.models import Membership, Organisation
from programmes.models import Event, Programme
from registry.imports import batches
from registry.imports.models import KEPT, Batch
from registry.records.models import Proposal, State
from tests.support.doors import content_of
from tests.support.factories import (
    belarus,
    event,
    figure,
    life_event,
    organisation,
    programme,
    source,
    term,
)
from tests.support.staff import Staff
from tests.support.workbooks import (
    brings_in,
    decides,
    export_address,
    line_of,
    opened,
    saved,
    sent,
    taken_out,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann():
    return Staff("ann", "editor")


@pytest.fixture
def rita():
    return Staff("rita", "reviewer")


@pytest.fixture
def contest():
    towns = belarus()
    zubr = organisation("zubr", name_en="Zubr")
    organisation("money", name_en="Money")
    term("youth", name_en="Youth")
    report = source("report")
    made = programme(
        "contest",
        name_en="Contest",
        name_ru="Конкурс",
        dates="2016-02/2016-10",
        roles=[("organiser", zubr)],
        locations=[towns["mstsislaw"]],
        themes=[term("law", name_en="Law")],
        sources=[report],
    )
    figure(made, "about 50", number=50, qualifier="about", source=report)
    return made


def changed(person, entry, **cells):
    """(book, the line of the record in it, changed)."""
    book = taken_out(person, type(entry))
    line = line_of(book[entry.card_type], entry)
    line |= cells
    return book


def test_a_table_holds_what_the_form_does_with_the_keys_of_its_rows_first(rita, contest):
    book = taken_out(rita, Programme)
    (line,) = book["programme"]
    assert list(line)[:2] == ["id", "version"]
    shown = ("name_en", "name_ru", "name_be", "dates", "roles", "placements", "themes")
    assert [line[key] for key in shown] == [
        *("Contest", "Конкурс", "", "2016-02/2016-10"),
        *("organiser: zubr", "mstsislaw", "law"),
    ]
    (row,) = book["programme.figures"]
    assert (row["id"], row["printed"], row["number"]) == (line["id"], "about 50", "50")


def test_a_table_holds_what_its_list_was_filtered_for(rita):
    programme("one")
    programme("two", state=State.DRAFT)
    assert len(taken_out(rita, Programme)["programme"]) == 2
    (line,) = taken_out(rita, Programme, state__exact="draft")["programme"]
    assert line["slug"] == "two"


def test_only_keys_are_locked_and_codes_are_offered(rita, contest):
    book = load_workbook(io.BytesIO(content_of(rita.client.get(export_address(Programme)))))
    sheet = book["programme"]
    assert sheet.protection.sheet
    locked = [cell.protection.locked for cell in sheet[2]]
    assert locked == [True, True, *[False] * (len(locked) - 2)]
    assert not sheet.column_dimensions["A"].protection.locked  # of a line that is added
    heads = [cell.value for cell in sheet[1]]
    offered = {
        str(each.sqref).rstrip("0123456789").split(":")[0]: each
        for each in sheet.data_validations.dataValidation
    }
    letter = sheet.cell(1, heads.index("precision") + 1).column_letter
    assert f"{letter}2" in offered
    assert {cell.number_format for cell in sheet[2]} == {"@"}


def test_who_is_a_member_is_offered_their_own_organisations(ann):
    zubr = organisation("zubr")
    event("talk", organisation=organisation("other"))
    Membership.objects.create(user=ann.user, organisation=zubr)
    book = load_workbook(io.BytesIO(content_of(ann.client.get(export_address(Event)))))
    sheet, lists = book["event"], book["lists"]
    heads = [cell.value for cell in sheet[1]]
    letter = sheet.cell(1, heads.index("organisation") + 1).column_letter
    choices = sheet.data_validations.dataValidation
    (choice,) = (each for each in choices if str(each.sqref).startswith(f"{letter}2"))
    column = choice.formula1.split("$")[1]
    assert [cell.value for cell in lists[column] if cell.value] == ["zubr"]
    assert lists.sheet_state == "hidden"


def test_what_a_program_would_calculate_is_text_on_its_way_out(rita):
    programme("sum", name_en="=1+1")
    (line,) = taken_out(rita, Programme)["programme"]
    assert line["name_en"] == "=1+1"
    text = rita.client.get(export_address(Programme, "csv")).content.decode()
    assert ",'=1+1," in text


def test_an_untouched_table_changes_nothing_and_asks_the_same_of_three_records_as_of_one(
    rita, contest
):
    def statements():
        book = taken_out(rita, Programme)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            batch, page = brings_in(rita, book)
        assert "Nothing would change" in page
        assert batch.number == 0
        return len(queries)

    one = statements()
    for name in ("two", "three"):
        figure(programme(name, sources=[source()]))
    assert statements() == one


def test_an_untouched_csv_changes_nothing(rita, contest):
    programme("sum", name_en="=1+1", summary_en="- one\n- two")
    content = rita.client.get(export_address(Programme, "csv")).content
    batch, page = brings_in(rita, content, "programme.csv")
    assert "Nothing would change" in page


def test_a_dry_run_shows_each_cell_as_it_was_and_will_be_and_writes_nothing(rita, contest):
    book = changed(rita, contest, name_en="Great contest", summary_en="Words", name_ru="")
    _batch, page = brings_in(rita, book)
    assert "<del>Contest</del><ins>Great contest</ins>" in page
    assert "<del>Конкурс</del>" in page
    assert "<ins>Words</ins>" in page
    contest.refresh_from_db()
    assert contest.name_en == "Contest"
    assert not contest.history.filter(history_user=rita.user).exists()


def test_what_the_dry_run_shows_is_written_as_one_act(rita, contest):
    book = changed(
        rita,
        contest,
        name_en="Great contest",
        name_ru="",
        dates="2017",
        roles="organiser: zubr | funder: money",
        themes="youth",
    )
    line_of(book["programme.figures"], contest)["printed"] = "nearly 50"
    batch, _page = brings_in(rita, book)
    batch, page = decides(rita, batch, "apply")
    assert batch.state == Batch.State.APPLIED
    assert "Written" in page
    contest.refresh_from_db()
    assert (contest.name_en, contest.name_ru, contest.dates) == ("Great contest", "", "2017")
    roles = {(row.role, row.organisation.slug) for row in contest.roles.all()}
    assert roles == {("organiser", "zubr"), ("funder", "money")}
    assert [row.term.slug for row in contest.themes.all()] == ["youth"]
    assert [row.printed for row in contest.figures.all()] == ["nearly 50"]
    (kept,) = contest.history.filter(history_user=rita.user)
    assert f"{batch.pk}: list.xlsx" in kept.history_change_reason
    assert batch.content is None


def test_the_same_file_twice_changes_nothing_and_leaves_no_history(rita, contest):
    book = changed(rita, contest, dates="12–14 March 2016")
    book["programme"].append({"id": "", "name_en": "Another"})
    batch, _page = brings_in(rita, book)
    decides(rita, batch, "apply")
    kept = Programme.history.count()
    again, page = brings_in(rita, book)
    assert "was written before" in page
    assert Programme.history.count() == kept
    assert Programme.objects.count() == 2


def test_new_lines_are_drafts_and_may_name_each_other(rita, contest):
    book = taken_out(rita, Programme)
    book["programme"] += [
        {"id": "new 2", "name_en": "Spring school", "parent": "new 1"},
        {"id": "new 1", "name_en": "All schools", "themes": "youth"},
    ]
    book["programme.figures"] += [
        {"id": "new 2", "measure": "participants", "printed": "12", "source": "report"},
    ]
    batch, page = brings_in(rita, book)
    assert "spring-school" in page
    assert Programme.objects.count() == 1
    decides(rita, batch, "apply")
    spring = Programme.objects.get(slug="spring-school")
    assert spring.state == State.DRAFT
    assert spring.parent.slug == "all-schools"
    assert [row.printed for row in spring.figures.all()] == ["12"]
    assert spring.figures.get().unit == "people"


def test_every_error_of_a_file_is_told_at_once_with_where_it_stands(rita, contest):
    programme("two", name_en="Two")
    book = taken_out(rita, Programme)
    rows = book["programme"]
    line_of(rows, contest).update(
        kind="no-such-kind", parent="nothing", roles="boss: zubr", dates="soon"
    )
    two = next(row for row in rows if row["slug"] == "two")
    two.update(version="7", name_en="Changed")
    rows += [dict(rows[0]), {"id": "0b0e8d3a-0000-4000-8000-000000000000", "name_en": "Who"}]
    batch, page = brings_in(rita, book)
    wrong = {(each["line"], each["column"]) for each in batch.holds["wrong"]}
    at = rows.index(line_of(rows, contest)) + 2
    stale = rows.index(two) + 2
    assert wrong == {
        *((at, key) for key in ("kind", "parent", "roles", "dates")),
        (stale, "version"),
        (4, "id"),
        (5, "id"),
    }
    assert "organiser" in page  # what is allowed
    batch, page = decides(rita, batch, "apply")
    assert batch.state == Batch.State.CHECKED
    assert Programme.objects.get(slug="two").name_en == "Two"


def test_the_file_comes_back_with_its_errors_and_is_taken_once_it_is_mended(rita, contest):
    book = changed(rita, contest, parent="nothing", name_en="Mended")
    batch, _page = brings_in(rita, book)
    at = reverse("admin:imports_batch_errors", args=[batch.pk])
    back = opened(content_of(rita.client.get(at)))
    line = line_of(back["programme"], contest)
    assert "No record that you can see has this address" in line["errors"]
    assert line["name_en"] == "Mended"
    line["parent"] = ""
    batch, _page = brings_in(rita, back)
    batch, _page = decides(rita, batch, "apply")
    contest.refresh_from_db()
    assert contest.name_en == "Mended"


def test_a_missing_column_or_row_changes_nothing(rita, contest):
    other = programme("two", name_en="Two")
    line = line_of(taken_out(rita, Programme)["programme"], other)
    kept = {key: line[key] for key in ("id", "version")}
    batch, _page = brings_in(rita, {"programme": [{**kept, "name_en": "Second"}]})
    decides(rita, batch, "apply")
    other.refresh_from_db()
    assert other.name_en == "Second"
    assert Programme.objects.count() == 2
    assert contest.figures.count() == 1


def test_an_editor_s_change_of_what_is_public_is_proposed_and_a_draft_is_written(ann, contest):
    draft = programme("draft", state=State.DRAFT)
    book = changed(ann, contest, name_en="Proposed")
    line_of(book["programme"], draft)["name_en"] = "Drafted"
    batch, page = brings_in(ann, book)
    assert "as a proposal" in page
    decides(ann, batch, "apply")
    contest.refresh_from_db()
    draft.refresh_from_db()
    assert (contest.name_en, draft.name_en) == ("Contest", "Drafted")
    proposal = Proposal.objects.get()
    assert proposal.typed["name_en"] == ["Proposed"]


def test_what_the_scan_finds_in_a_public_record_keeps_the_file_from_being_written(rita, contest):
    book = changed(rita, contest, summary_en="Write to someone@example.com")
    batch, page = brings_in(rita, book)
    assert "Another person must look at this" in page
    assert "someone@example.com" in page
    batch, _page = decides(rita, batch, "apply")
    assert batch.state == Batch.State.CHECKED


def test_what_was_changed_after_the_dry_run_is_not_overwritten(rita, contest):
    draft = programme("draft", state=State.DRAFT)
    book = changed(rita, contest, name_en="Mine")
    line_of(book["programme"], draft)["name_en"] = "Also mine"
    batch, _page = brings_in(rita, book)
    Staff("bo", "reviewer").edits(contest, name_en="Theirs")
    batch, page = decides(rita, batch, "apply")
    assert batch.state == Batch.State.CHECKED
    assert "Nothing was written" in page
    contest.refresh_from_db()
    draft.refresh_from_db()
    assert (contest.name_en, draft.name_en) == ("Theirs", "Draft")


def test_an_exact_place_is_no_column_of_a_table(rita):
    event("talk", lat=53.9, lon=27.5, address="Main street 1")
    content = content_of(rita.client.get(export_address(Event)))
    assert "Main street" not in str(opened(content))


def test_undoing_restores_each_field_and_row_that_the_file_wrote(rita, contest):
    form = rita.form_of(contest)
    book = changed(rita, contest, name_en="Great", dates="2017", roles="funder: money", themes="")
    line_of(book["programme.figures"], contest)["printed"] = "nearly 50"
    book["programme.figures"].append(
        {
            "id": str(contest.public_id),
            "version": "",
            "row": "",
            "measure": "winners",
            "printed": "3",
            "source": "report",
        }
    )
    book["programme"].append({"name_en": "Another"})
    batch, _page = brings_in(rita, book)
    batch, page = decides(rita, batch, "apply")
    assert batch.state == Batch.State.APPLIED, page
    batch, page = decides(rita, batch, "undo")
    assert batch.state == Batch.State.UNDONE
    assert batch.left == []
    assert Programme.objects.count() == 1
    contest.refresh_from_db()
    assert (contest.name_en, contest.dates) == ("Contest", "2016-02/2016-10")
    assert [(r.role, r.organisation.slug) for r in contest.roles.all()] == [("organiser", "zubr")]
    assert [row.term.slug for row in contest.themes.all()] == ["law"]
    assert [row.printed for row in contest.figures.all()] == ["about 50"]
    assert rita.form_of(contest)["name_ru"] == form["name_ru"]


def test_undoing_leaves_and_lists_what_was_edited_since_or_became_public(rita, ann, contest):
    book = changed(rita, contest, name_en="Great", summary_en="Words")
    book["programme"] += [{"name_en": "Published"}, {"name_en": "Touched"}]
    batch, _page = brings_in(rita, book)
    batch, _page = decides(rita, batch, "apply")
    rita.edits(contest, summary_en="Other words")
    published = Programme.objects.get(slug="published")
    rita.acts("review", published)
    Staff("bo", "reviewer").acts("publish", published)
    rita.edits(Programme.objects.get(slug="touched"), name_be="Кранута")
    batch, page = decides(rita, batch, "undo")
    contest.refresh_from_db()
    assert (contest.name_en, contest.summary_en) == ("Contest", "Other words")
    assert {each.slug for each in Programme.objects.all()} == {"contest", "published", "touched"}
    assert len(batch.left) == 3
    assert "It has since become public" in page


def test_undoing_takes_back_what_was_proposed(ann, contest):
    batch, _page = brings_in(ann, changed(ann, contest, name_en="Proposed"))
    batch, _page = decides(ann, batch, "apply")
    batch, _page = decides(ann, batch, "undo")
    assert not Proposal.objects.exists()
    assert batch.left == []


def test_undoing_never_shows_a_place_more_finely(rita, contest):
    batch, _page = brings_in(rita, changed(rita, contest, precision="region"))
    batch, _page = decides(rita, batch, "apply")
    contest.refresh_from_db()
    assert contest.precision == "region"
    batch, page = decides(rita, batch, "undo")
    contest.refresh_from_db()
    assert contest.precision == "region"
    assert "Not shown more" in page


def test_a_batch_is_its_owner_s_until_it_is_written(rita, ann, contest):
    batch, _page = brings_in(ann, changed(ann, contest, name_en="Secretword"))
    at = reverse("admin:imports_batch_change", args=[batch.pk])
    assert rita.client.get(at).status_code == 404
    assert (
        "list.xlsx"
        not in rita.client.get(reverse("admin:imports_batch_changelist")).content.decode()
    )
    decides(ann, batch, "apply")
    assert rita.client.get(at).status_code == 200


def test_what_nobody_decides_on_is_deleted_after_a_week(rita, contest):
    batch, _page = brings_in(rita, changed(rita, contest, name_en="Great"))
    Batch.objects.forget()
    assert Batch.objects.exists()
    Batch.objects.update(made_at=timezone.now() - KEPT)
    Batch.objects.forget()
    assert not Batch.objects.exists()


def test_a_file_that_is_none_of_ours_is_told_what_it_lacks(rita):
    answer = sent(rita, b"id,version,name_en\n,,A\n", "people.csv")
    assert answer.status_code == 200
    assert "was not exported from here" in answer.content.decode()


def test_life_events_of_an_organisation_are_rows_of_a_sheet_of_their_own(rita):
    zubr = organisation("zubr", name_en="Zubr")
    life_event(zubr, "founded", "1999", source=source("register"))
    book = taken_out(rita, Organisation)
    line_of(book["organisation.life_events"], zubr)["date"] = "1998"
    batch, _page = brings_in(rita, book)
    decides(rita, batch, "apply")
    assert zubr.life_events.get().date == "1998"


def test_the_drafts_of_a_file_go_to_review_together_and_are_undone_all_the_same(rita, contest):
    book = taken_out(rita, Programme)
    book["programme"] += [{"name_en": "One"}, {"name_en": "Two"}]
    batch, _page = brings_in(rita, book)
    batch, page = decides(rita, batch, "apply")
    decides(rita, batch, "review")
    states = Programme.objects.exclude(pk=contest.pk).values_list("state", flat=True)
    assert list(states) == [State.REVIEW, State.REVIEW]
    batch, _page = decides(rita, batch, "undo")
    assert batch.left == []
    assert Programme.objects.get() == contest


def test_what_is_added_is_named_by_its_kind_and_what_the_file_calls_it(rita, contest):
    book = taken_out(rita, Organisation) | taken_out(rita, Programme)
    book["organisation"].append({"id": "new 1", "name_en": "New body"})
    book["programme"].append({"id": "new 1", "name_en": "New work", "roles": "funder: new 1"})
    batch, _page = brings_in(rita, book)
    decides(rita, batch, "apply")
    made = Programme.objects.get(slug="new-work")
    assert [row.organisation.slug for row in made.roles.all()] == ["new-body"]


def test_a_place_is_shown_more_finely_by_no_file(rita, contest):
    for person in (rita, Staff("boss", "administrator")):
        batch, _page = brings_in(person, changed(person, contest, precision="exact"))
        assert batch.holds["wrong"]
        batch, _page = decides(person, batch, "apply")
        assert batch.state == Batch.State.CHECKED


def test_long_work_is_done_in_steps_by_a_page_that_reloads_itself(rita, contest, monkeypatch):
    monkeypatch.setattr(batches, "STEP", -1)
    for number in range(3):
        programme(f"p-{number}", state=State.DRAFT)
    book = taken_out(rita, Programme)
    for line in book["programme"]:
        line["name_be"] = "Назва"
    answer = sent(rita, saved(book))
    page = rita.client.get(answer.url).content.decode()
    assert '<meta http-equiv="refresh" content="1">' in page
    assert "1 / 4" in page
    pages = [rita.client.get(answer.url).content.decode() for _ in range(3)]
    assert ["refresh" in each for each in pages] == [True, True, False]
    assert pages[-1].count("<ins>Назва</ins>") == 4


def test_of_two_who_would_work_at_a_batch_at_once_one_does(rita, contest):
    batch, _page = brings_in(rita, changed(rita, contest, name_en="Great"))
    assert Batch.objects.take(batch)
    assert not Batch.objects.take(batch)
    Batch.objects.leave(batch)
    assert Batch.objects.take(batch)
