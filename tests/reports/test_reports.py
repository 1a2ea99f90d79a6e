"""Readers tell the staff what is wrong or missing: safely for them, and seen by few."""

import time
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.contrib.admin.models import LogEntry
from django.core.management import call_command
from django.test import Client

from registry.cards.clock import today
from registry.records.models import State
from registry.reports.models import Report, ReportKind
from registry.reports.views import sent
from registry.workflow.withdrawal import Reason, withdraw
from tests.support.factories import event, organisation, programme
from tests.support.staff import Staff

pytestmark = [pytest.mark.once, pytest.mark.django_db]

OURS = {"Origin": "http://testserver"}
TYPED = {"kind": "mistake", "text": "The final was in Minsk.", "contact": "reader@example.org"}


def send(typed=TYPED, language="en", headers=OURS, client=None, **more):
    return (client or Client(raise_request_exception=False)).post(
        f"/{language}/report/",
        urlencode(typed),
        content_type="application/x-www-form-urlencoded",
        headers=headers,
        **more,
    )


def kept():
    return list(Report.objects.order_by("pk").values_list("kind", "text", "contact"))


@pytest.fixture
def contest():
    return programme("contest", name_en="Sport Region")


@pytest.mark.parametrize("language", ["en", "be", "ru"])
def test_a_report_is_kept_with_what_was_typed_and_the_day_alone(contest, language):
    answer = send({**TYPED, "about": "programme/contest"}, language)
    row = Report.objects.values().get()
    row.pop("id")
    number = row.pop("reference")
    thanks = f"/{language}/report/thanks/?kind=mistake&number={number}&about=programme/contest"
    assert (answer.status_code, answer["Location"]) == (303, thanks)
    html = Client().get(thanks).content.decode()
    assert number in html
    assert f'href="/{language}/programmes/contest/"' in html
    assert row == {
        "kind": "mistake",
        "about_type": "programme",
        "about_id": contest.public_id,
        "about_slug": "contest",
        "text": "The final was in Minsk.",
        "contact": "reader@example.org",
        "language": language,
        "received": today(),
        "state": "new",
        "handled_by": "",
        "note": "",
        **dict.fromkeys(("suggested", "what", "who", "place", "dates", "source"), ""),
    }


def test_thanks_repeat_nothing_that_the_registry_did_not_make(contest):
    html = Client().get("/en/report/thanks/?number=BUY-NOW&kind=praise&about=x/y").content.decode()
    main = html.partition("<main")[2].partition("</main>")[0]
    assert "BUY-NOW" not in main
    assert "praise" not in main


def test_what_happens_now_depends_on_what_was_asked():
    removal, mistake = (
        Client().get(f"/en/report/thanks/?kind={kind}").content.decode()
        for kind in ("removal", "mistake")
    )
    assert "Those responsible for safety decide" in removal
    assert "An editor looks at the sources" in mistake


def test_the_link_for_removal_has_it_chosen_already(contest):
    page = Client().get("/en/programmes/contest/").content.decode()
    link = "/en/report/?about=programme/contest&amp;kind=removal"
    assert f'href="{link}"' in page
    form = Client().get(link.replace("&amp;", "&")).content.decode()
    assert 'value="removal" checked' in form


def test_neither_the_form_nor_sending_it_sets_a_cookie(contest):
    client = Client(enforce_csrf_checks=True)
    client.get("/en/report/?about=programme/contest")
    assert send(client=client).status_code == 303
    client.get("/en/report/thanks/")
    assert not client.cookies


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {"Origin": "https://testserver"},
        {"Origin": "http://testserver.elsewhere.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "same-origin"},
    ],
)
def test_what_another_site_sends_is_refused(headers):
    assert send(headers=headers).status_code == 403
    assert kept() == []


def test_a_browser_that_names_no_origin_may_say_where_it_comes_from():
    assert send(headers={"Sec-Fetch-Site": "same-origin"}).status_code == 303
    assert len(kept()) == 1


def test_no_file_is_taken():
    client = Client(raise_request_exception=False)
    assert client.post("/en/report/", TYPED, headers=OURS).status_code == 400
    assert kept() == []


@pytest.mark.parametrize("language", ["en", "be", "ru"])
@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"kind": ""}, "kind"),
        ({"kind": "praise"}, "kind"),
        ({"text": " "}, "text"),
        ({"text": "ў" * 4001}, "text"),
        ({"text": "\0"}, "text"),
        ({"contact": "x" * 201}, "contact"),
        ({"subject": "Buy"}, "subject"),
    ],
)
def test_an_error_is_said_twice_and_keeps_what_was_typed(contest, language, wrong, field):
    typed = {**TYPED, "about": "programme/contest", **wrong}
    answer = send(typed, language)
    html = answer.content.decode()
    assert answer.status_code == 400
    assert kept() == []
    assert f'<a href="#f-{field}">' in html
    assert f'id="f-{field}"' in html
    assert f'id="e-{field}"' in html
    for name in ("text", "contact"):
        assert typed[name].strip("\0 ") in html
    if "kind" not in wrong:
        assert 'value="mistake" checked' in html
    assert 'name="about" value="programme/contest"' in html


def test_nul_is_left_out():
    assert send({**TYPED, "text": "a\0b"}).status_code == 303
    assert Report.objects.get().text == "ab"


def test_what_was_typed_is_never_markup():
    html = send({**TYPED, "kind": "", "text": "</textarea><script>", "contact": '"><b>'}).content
    assert b"<script>" not in html
    assert b'"><b>' not in html


def test_people_do_not_meet_the_trap():
    html = Client().get("/en/report/").content.decode()
    trap = html[html.index('<div class="field visually-hidden" aria-hidden="true">') :]
    assert 'name="subject"' in trap[: trap.index("</div>")]
    assert 'tabindex="-1"' in trap[: trap.index("</div>")]


@pytest.fixture
def limited(settings):
    sent.done.clear()
    settings.REPORT_RATE = 2
    yield
    sent.done.clear()


def test_one_client_sends_so_many_in_an_hour(limited, monkeypatch):
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    assert [send().status_code for _ in range(2)] == [303, 303]
    refused = send(language="ru")
    assert refused.status_code == 429
    assert 0 < int(refused["Retry-After"]) <= 3600
    assert TYPED["text"] in refused.content.decode()
    assert '<html lang="ru">' in refused.content.decode()
    assert send(REMOTE_ADDR="192.0.2.7").status_code == 303
    assert len(kept()) == 3
    assert not any("192.0.2.7" in client or "127.0.0.1" in client for client in sent.done)
    monkeypatch.setattr(time, "time", lambda: now + 3600)
    assert send().status_code == 303
    assert len(sent.done) == 1


def test_a_form_with_errors_uses_nothing_up(limited):
    assert [send({"kind": ""}).status_code for _ in range(4)] == [400] * 4
    assert send().status_code == 303


# What it is about


def test_the_form_names_the_public_record_it_is_about(contest):
    html = Client().get("/en/report/?about=programme/contest").content.decode()
    assert '<a href="/en/programmes/contest/">Sport Region</a>' in html
    assert 'name="about" value="programme/contest"' in html
    for name in (f"programme/{contest.public_id}", "programme/old"):
        if name.endswith("old"):
            contest.slug = "new"
            contest.save()
            name = "programme/contest"
        assert "Sport Region" in Client().get("/en/report/", {"about": name}).content.decode()


def test_hidden_withdrawn_and_unknown_records_look_alike():
    programme("hidden", state=State.DRAFT)
    back = programme("back")
    back.state = State.REVIEW
    back.save()
    withdraw(programme("gone"), Reason.SAFETY)
    answers = set()
    for name in ("hidden", "back", "gone", "never-was", ""):
        asked = Client().get("/be/report/", {"about": f"programme/{name}"})
        answers.add((asked.status_code, asked["Location"], asked.content))
        send({**TYPED, "about": f"programme/{name}"})
        wrong = send({"about": f"programme/{name}"})
        answers.add((wrong.status_code, wrong.content))
    assert {answer[0] for answer in answers} == {302, 400}
    assert len(answers) == 2
    rows = Report.objects.values_list("about_type", "about_id", "about_slug")
    assert set(rows) == {("", None, "")}


@pytest.mark.parametrize(
    "about", ["", "programme", "staff/admin", "figure/x", "programme/" + "x" * 999]
)
def test_nonsense_is_about_nothing(about):
    assert Client().get("/en/report/", {"about": about}).status_code == 302
    assert send({**TYPED, "about": about}).status_code == 303


def test_every_page_leads_to_the_form(contest):
    event("final", dates="2016")
    html = Client().get("/ru/").content.decode()
    assert 'href="/ru/report/"' in html
    for page, name in (
        ("programmes/contest", "programme/contest"),
        ("events/final", "event/final"),
    ):
        html = Client().get(f"/en/{page}/").content.decode()
        assert f'href="/en/report/?about={name}&amp;kind=mistake"' in html


# What staff see


@pytest.fixture
def queue():
    """One report of each kind."""
    for kind in ReportKind:
        Report.objects.create(kind=kind, text=f"Text: {kind}.", contact=f"{kind}@example.org")
    return {report.kind: report for report in Report.objects.all()}


SEEN = {
    "editor": {"record", "event"},
    "reviewer": {"record", "event", "mistake"},
    "safety officer": {"record", "event", "mistake", "removal"},
    "administrator": {"record", "event", "mistake", "removal"},
}


@pytest.mark.parametrize("group", SEEN)
def test_each_group_reads_what_it_needs(queue, group):
    member = Staff("ann", group)
    listed = member.reads(Report, "changelist")
    for kind, report in queue.items():
        address = f"/admin/reports/report/{report.pk}/change/"
        assert (address in listed) == (kind in SEEN[group])
        page = member.client.get(address)
        text = page.content.decode()
        assert (f"Text: {kind}." in text) == (kind in SEEN[group])
        assert (f"{kind}@example.org" in text) == (group != "editor" and kind in SEEN[group])
        past = member.client.get(f"/admin/reports/report/{report.pk}/history/")
        assert past.status_code == (200 if kind in SEEN[group] else 302)
        deleted = member.client.get(f"/admin/reports/report/{report.pk}/delete/")
        assert (deleted.status_code == 200) == (group == "administrator")
    assert member.client.get("/admin/reports/report/add/").status_code == 403


def test_new_reports_wait_on_the_first_page_of_those_who_may_read_them(queue):
    Report.objects.filter(kind="record").update(state="handled")
    for group, waiting in (("editor", {"event"}), ("reviewer", {"event", "mistake"})):
        page = Staff(group, group).client.get("/admin/").content.decode()
        shown = {kind for kind, report in queue.items() if f"/report/{report.pk}/change/" in page}
        assert shown == waiting


def test_staff_without_a_group_read_nothing(queue):
    assert Staff("nobody").opens(Report, "changelist").status_code == 403


def test_a_contact_cannot_be_asked_for_letter_by_letter(queue):
    editor = Staff("ann", "editor")
    for lookup in ("contact__startswith", "text__contains", "handled_by", "kind__in"):
        answer = editor.opens(Report, "changelist", **{lookup: "r"})
        assert answer.status_code == 400
    shown = editor.opens(Report, "changelist", kind__exact="removal").content.decode()
    assert "Reports: 0" in shown


def test_what_was_written_about_a_withdrawn_record_is_for_safety_officers(contest):
    club = organisation("club")
    send({**TYPED, "about": "programme/contest"})
    send({**TYPED, "about": "organisation/club"})
    about_contest, about_club = Report.objects.order_by("pk")
    withdraw(contest, Reason.SAFETY)
    reviewer, officer = Staff("rita", "reviewer"), Staff("olga", "safety officer")
    assert "contest" not in reviewer.reads(Report, "changelist")
    assert reviewer.opens(about_contest).status_code == 302
    assert str(club) in reviewer.reads(about_club)
    assert "contest" in officer.reads(Report, "changelist")
    assert "Sport Region" in officer.reads(about_contest)


def test_the_record_stands_beside_the_report(contest):
    send({**TYPED, "about": "programme/contest"})
    page = Staff("rita", "reviewer").reads(Report.objects.get())
    assert f"/admin/programmes/programme/{contest.pk}/change/" in page
    assert "/programmes/contest/" in page
    assert "Sport Region" in page
    contest.state = State.REVIEW
    contest.save()
    page = Staff("rudy", "reviewer").reads(Report.objects.get())
    assert f"/admin/programmes/programme/{contest.pk}/change/" in page
    assert "/en/programmes/contest/" not in page


def test_staff_tell_reports_apart_by_the_record_and_the_log_does_not(contest):
    send({**TYPED, "about": "programme/contest"})
    send({**TYPED, "about": ""})
    about, bare = Report.objects.order_by("pk")
    rita = Staff("rita", "reviewer")
    waiting = rita.client.get("/admin/").content.decode()
    assert f"{about}, programme: contest</a>" in waiting
    assert f"{bare}</a>" in waiting
    assert f"{about}, programme: contest" in rita.reads(about)
    assert "contest" not in str(about)


def test_who_handled_it_is_noted_and_the_log_holds_nothing_of_a_reader(queue):
    rita = Staff("rita", "reviewer")
    rita.edits(queue["mistake"], note="Mended.", state="handled")
    chosen = {"action": "handle", "_selected_action": [queue["event"].pk, queue["removal"].pk]}
    rita.client.post("/admin/reports/report/", chosen)
    rows = dict(Report.objects.values_list("kind", "handled_by"))
    assert rows == {"mistake": "rita", "event": "rita", "record": "", "removal": ""}
    rita.edits(queue["mistake"], state="new")
    assert Report.objects.get(kind="mistake").handled_by == ""
    Staff("boss", "administrator").client.post(
        f"/admin/reports/report/{queue['event'].pk}/delete/", {"post": "yes"}
    )
    log = str(list(LogEntry.objects.values_list("object_repr", "change_message")))
    assert LogEntry.objects.count() == 3
    for trace in ("Text:", "example.org", "Mended"):
        assert trace not in log


def test_a_misfiled_request_for_removal_leaves_the_eyes_of_reviewers(queue):
    rita = Staff("rita", "reviewer")
    rita.edits(queue["mistake"], kind="removal")
    assert rita.opens(queue["mistake"]).status_code == 302


def test_nobody_edits_what_a_reader_wrote(queue):
    Staff("boss", "administrator").edits(queue["mistake"], text="Else", contact="", note="Seen")
    row = Report.objects.get(kind="mistake")
    assert (row.text, row.contact, row.note) == ("Text: mistake.", "mistake@example.org", "Seen")


def test_reports_are_deleted_after_ninety_days(queue, capsys):
    Report.objects.filter(kind="mistake").update(received=today() - timedelta(days=90))
    Report.objects.filter(kind="removal").update(received=today() - timedelta(days=91))
    Report.objects.filter(kind="event").update(
        received=today() - timedelta(days=91), state="handled"
    )
    call_command("due")
    assert set(Report.objects.values_list("kind", flat=True)) == {"mistake", "record"}
    assert "reports: 2 reports deleted\n" in capsys.readouterr().out


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_reader_without_a_script_asks_for_removal(live_server, browser, contest):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 800})
    page = context.new_page()
    page.goto(f"{live_server.url}/en/programmes/contest/")
    page.click(".cite >> text=Ask for removal")
    page.click("main button")
    assert page.inner_text(".errors h2") == "This was not sent"
    page.click("text=Write what should be corrected")
    page.keyboard.type("It was in 2016.")
    assert page.is_checked("input[value=removal]")
    page.click("main button")
    assert page.inner_text("h1") == "Thank you"
    assert context.cookies() == []
    assert Report.objects.get().about_slug == "contest"
    assert Report.objects.get().text == "It was in 2016."
    context.close()
