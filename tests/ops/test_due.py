"""What is due is done once, whoever asks, and whoever watches is told of what is late."""

import threading
import time
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from registry.ops import due, gunicorn_conf
from registry.ops.models import Due
from registry.records.models import State
from registry.workflow.embargoes import lift
from tests.support.factories import programme

pytestmark = pytest.mark.django_db


@pytest.fixture
def acts(monkeypatch):
    """Two tasks alone, and what was done."""
    done = []
    monkeypatch.setattr(due, "TASKS", {})
    due.each(due.MINUTE, "bells", lambda: done.append("bells"))
    due.each(due.DAY, "clocks", lambda: done.append("clocks"))
    return done


def begun(ago, name="clocks", done=None):
    now = timezone.now()
    Due.objects.update_or_create(
        name=name, defaults={"begun": now - ago, "done": done and now - done}
    )


def test_each_is_done_when_its_time_has_come_and_not_before(acts):
    assert [name for name, _ in due.run()] == ["bells", "clocks"]
    assert list(due.run()) == []
    # Who types the command does not wait for the minute, and gets no second backup.
    assert [name for name, _ in due.run(at_once=True)] == ["bells"]
    begun(timedelta(hours=25), done=timedelta(hours=25))
    assert [name for name, _ in due.run()] == ["clocks"]
    assert acts == ["bells", "clocks", "bells", "clocks"]


def test_who_was_killed_has_not_done_it_and_another_one_waits_no_longer_than_the_lease(acts):
    begun(timedelta(minutes=14))
    assert [name for name, _ in due.run()] == ["bells"]
    begun(timedelta(minutes=16))
    assert [name for name, _ in due.run()] == ["clocks"]


def test_a_moment_that_a_wrong_clock_wrote_stops_nothing(acts):
    begun(-timedelta(days=400), done=-timedelta(days=400))
    assert [name for name, _ in due.run()] == ["bells", "clocks"]


def test_what_fails_keeps_nothing_else_from_being_done_and_is_tried_again(acts, caplog):
    def broken():
        raise OperationalError("no disk")

    due.TASKS = {"broken": due.Task("broken", due.DAY, broken), **due.TASKS}
    assert dict(due.run()) == {
        "broken": "failed, see the log",
        "bells": None,
        "clocks": None,
    }
    assert "broken is due and failed" in caplog.text
    assert Due.objects.get(name="broken").done is None
    begun(timedelta(minutes=16), "broken")
    assert [name for name, _ in due.run()] == ["broken"]


def test_what_fails_of_each_minute_waits_for_the_next_and_not_for_the_lease(acts):
    def broken():
        raise OperationalError("somebody reads since long")

    due.each(due.MINUTE, "broken", broken)
    for _time in range(2):
        assert "broken" in dict(due.run())


def test_who_watches_is_told_what_is_late_and_readers_are_served(acts, client, monkeypatch):
    monkeypatch.setattr(due, "STARTED", timezone.now())  # this process may be old
    for _ in due.run():
        pass
    assert client.get("/healthz/ready").content == b"ready\n"
    begun(timedelta(days=2), done=timedelta(days=2))
    late = client.get("/healthz/ready")
    assert (late.status_code, late.content) == (200, b"ready\nnot done for long: clocks\n")
    # Where nobody ever looked, the time counts from the start of the process.
    Due.objects.all().delete()
    assert client.get("/healthz/ready").content == b"ready\n"
    monkeypatch.setattr(due, "STARTED", timezone.now() - timedelta(hours=1))
    assert client.get("/healthz/ready").content == b"ready\nnot done for long: bells\n"


@pytest.mark.django_db(transaction=True)
def test_of_eight_who_try_at_once_one_does_it(acts):
    def look():
        try:
            list(due.run())
        finally:
            connection.close()

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(acts) == ["bells", "clocks"]


@pytest.mark.django_db(transaction=True)
def test_a_process_of_the_server_lifts_embargoes_by_itself_unless_there_is_a_timer(
    settings, monkeypatch
):
    past = timezone.now() - timedelta(minutes=1)
    talk = programme("talk", state=State.PUBLIC, embargo_until=past)
    started = []
    monkeypatch.setattr(due, "keep_looking", lambda look=due.keep_looking: started.append(look(0)))
    settings.DUE_BY_TIMER = True
    gunicorn_conf.post_worker_init(None)
    assert started == []
    settings.DUE_BY_TIMER = False
    gunicorn_conf.post_worker_init(None)
    until = time.monotonic() + 30
    while talk.embargo_until and time.monotonic() < until:
        time.sleep(0.05)
        talk.refresh_from_db()
    (ended,) = started
    ended.set()
    assert talk.embargo_until is None
    for thread in threading.enumerate():
        if thread.name == "due":
            thread.join(30)


def test_to_look_whether_an_embargo_has_fallen_due_takes_no_lock():
    later = timezone.now() + timedelta(hours=1)
    programme("contest", embargo_until=later)
    with CaptureQueriesContext(connection) as asked:
        assert lift() == "0 embargoes lifted"
    assert all(each["sql"].startswith("SELECT") for each in asked.captured_queries)


@pytest.mark.django_db(transaction=True)
def test_the_day_s_backup_is_written_where_a_folder_is_set_and_old_ones_go(
    tmp_path, settings, capsys
):
    call_command("due")
    assert "backup: done" in capsys.readouterr().out
    settings.BACKUPS, settings.BACKUPS_KEPT = str(tmp_path), 1
    for _ in range(2):
        Due.objects.filter(name="backup").update(begun=None, done=None)
        call_command("due")
        assert str(tmp_path) in capsys.readouterr().out
        time.sleep(1)  # files are named after the second
    assert len(list(tmp_path.iterdir())) == 1
