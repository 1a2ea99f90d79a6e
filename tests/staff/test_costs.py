"""What a page of the staff and a save cost: statements and saves, which no size may make more."""

import pytest
from django.db import connection
from django.db.models.signals import pre_save
from django.test.utils import CaptureQueriesContext

from programmes.models import Event, Programme
from registry.records.models import State
from registry.workflow.scan import WITHDRAWN, withdrawn_names
from tests.support.factories import event, organisation, programme, role, source
from tests.support.staff import Staff

pytestmark = [pytest.mark.once, pytest.mark.django_db]


@pytest.fixture
def rita():
    return Staff("rita", "reviewer")


@pytest.fixture
def contest():
    contest = programme("contest", name_en="Contest")
    role(contest, organisation("honey", name_en="Honey"))
    contest.citations.create(source=source("paper"))
    return contest


def withdrawn(name):
    gone = organisation(name, state=State.WITHDRAWN, withdrawal_reason="safety", name_en=name)
    gone.other_names.create(name=f"{name} of old")
    return gone


def sent(staff, entry, **typed):
    """(the statements, the models of the rows that were saved) of one sending of the form."""
    form, saved = staff.form_of(entry), []

    def note(sender, **_):
        saved.append(sender.__name__)

    pre_save.connect(note)
    try:
        with CaptureQueriesContext(connection) as statements:
            response = staff.sends(form, entry, **typed)
    finally:
        pre_save.disconnect(note)
    assert response.status_code == 302
    return statements.captured_queries, saved


def test_the_names_of_the_withdrawn_are_read_by_one_statement(contest, rita):
    withdrawn("Alpha Works")
    few, _ = sent(rita, contest, summary_en="A first text.")
    for name in ("Beta Works", "Gamma Works", "Delta Works"):
        withdrawn(name)
    with CaptureQueriesContext(connection) as statements:
        names = withdrawn_names()
    assert len(statements) == 1
    assert len(names) == 4
    many, _ = sent(rita, contest, summary_en="A second text.")
    assert len(many) == len(few)
    # And they are kept out all the same, each by each of its names.
    page = rita.edits(contest, summary_en="Made with Gamma Works.").content.decode()
    assert "Gamma Works" in page
    assert 'name="override"' in page
    assert 'name="override"' in rita.edits(contest, note_en="Delta Works of old").content.decode()


def test_two_that_were_withdrawn_under_one_name_are_both_kept_out(contest, rita):
    for slug, name in (("one", "Сонейка Гродна"), ("two", "Ветразь Брэст")):
        gone = withdrawn(slug)
        gone.name_en, gone.name_be = "Hope", name
        gone.save()
    assert len(withdrawn_names()[WITHDRAWN, "Hope"]) == 5  # and the other name of each
    for name in ("Сонейка Гродна", "Ветразь Брэст"):
        assert 'name="override"' in rita.edits(contest, summary_be=name).content.decode()


def test_rows_that_nobody_touched_are_neither_saved_nor_looked_up(contest, rita):
    few, saved = sent(rita, contest, **{"roles-0-role": "funder"})
    rows = [name for name in saved if name.startswith(("Programme", "HistoricalProgramme"))]
    assert rows == ["Programme", "HistoricalProgramme", "ProgrammeRole", "HistoricalProgrammeRole"]
    for number in range(6):
        contest.citations.create(source=source(f"paper-{number}"))
    many, _ = sent(rita, contest, **{"roles-0-role": "organiser"})
    assert len(many) == len(few)


def test_a_touched_row_is_checked_as_before(contest, rita):
    form = rita.form_of(contest)
    page = rita.sends(form, contest, **{"citations-0-source": "99999"}).content.decode()
    assert "Select a valid choice" in page
    rows = {"citations-TOTAL_FORMS": "2", "citations-1-source": contest.citations.get().source.pk}
    page = rita.sends(form, contest, **rows).content.decode()
    assert "This source is already named." in page


def test_a_save_costs_the_same_with_thirty_events_as_with_three(contest, rita):
    for number in range(3):
        event(f"day-{number}", programme=contest)
    few, _ = sent(rita, contest, summary_en="A first text.")
    for number in range(3, 30):
        event(f"day-{number}", programme=contest)
    many, saved = sent(rita, contest, summary_en="A second text.")
    assert Event.objects.filter(programme=contest).count() == 30
    assert len(many) == len(few) <= 60
    assert len(saved) <= 5


def test_all_checks_of_a_row_are_one_question(contest, rita):
    statements, _ = sent(rita, contest, summary_en="A text.")
    checks = [each for each in statements if '"_check"' in each["sql"]]
    assert len(checks) == 1
    broken = rita.edits(contest, name_en="", name_be="", name_ru="").content.decode()
    assert "Give it a name in at least one language." in broken


def test_what_stood_in_a_text_before_is_accepted_and_what_comes_to_it_is_not(rita):
    contest = programme("contest", summary_en="Write to petra@example.org")
    assert rita.edits(contest, website="https://example.org").status_code == 302
    page = rita.edits(contest, note_en="Or to olga@example.org").content.decode()
    assert "olga@example.org”" in page
    assert "petra@example.org”" not in page
    # The same mailbox in another text tells nobody anything new.
    assert rita.edits(contest, note_en="Again: petra@example.org").status_code == 302


def test_a_list_costs_the_same_with_three_rows_as_with_thirty(rita):
    rita.reads(Event, "changelist")  # what is kept from the first time on
    found = []
    for total in (3, 30):
        for number in range(Programme.objects.count(), total):
            event(f"day-{number}", programme=programme(f"contest-{number}"))
        with CaptureQueriesContext(connection) as statements:
            rita.reads(Event, "changelist")
        found.append(len(statements))
    assert found[1] == found[0]
