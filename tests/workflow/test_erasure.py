"""Words and records that are erased stand in no column of any table afterwards."""

import contextlib
import json
import time
import uuid
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection, models

from organisations.models import Organisation
from programmes.models import Programme
from registry.cards.models import Card, Redirect, TermSet, Tombstone
from registry.cards.refused import Refused
from registry.imports.batches import begin
from registry.imports.models import Batch
from registry.imports.rows import Row, Sheet
from registry.ops import ledger
from registry.ops.dumps import Postgresql, Sqlite
from registry.ops.scrubbing import scrub
from registry.records.models import Erasure, Proposal, Remark, SavedList
from registry.reports.models import Report
from registry.workflow.erased_words import GAP, ErasedWords
from registry.workflow.erasure import (
    erase,
    erase_again,
    erase_record,
    erase_words,
    scrub_what_was_erased,
)
from registry.workflow.everywhere import NOT_TYPED, may_say, packed, walked
from registry.workflow.groups import make_groups
from registry.workflow.scan import scan
from tests.support import factories as make
from tests.support.staff import Staff, address

pytestmark = pytest.mark.django_db

WORDS = "Iryna Zqvalova"
EVERY = ("zqvalova", "Zqvalova", "ZQVALOVA")


@pytest.fixture(autouse=True)
def own_ledger(settings, tmp_path):
    settings.LEDGER = str(tmp_path / "ledger")


@pytest.fixture
def olga():
    return Staff("olga", "safety officer")


def saying(*texts):
    """{table.column} of every table of the database, ours or not, that says one of the texts."""
    found = set()
    with connection.cursor() as cursor:
        # A session is encoded: its letters stand for others.
        for table in {*connection.introspection.table_names(cursor)} - {"django_session"}:
            cursor.execute(f'SELECT * FROM "{table}"')
            # Nor does a password that nobody has set mean anything.
            names = [each[0] for each in cursor.description]
            for row in cursor.fetchall():
                found |= {
                    f"{table}.{name}"
                    for name, value in zip(names, row, strict=True)
                    if name != "password" and any(text.encode() in _bytes(value) for text in texts)
                }
    return found


def _bytes(value):
    if isinstance(value, bytes | memoryview):
        return bytes(value)
    return (json.dumps(value) if isinstance(value, dict | list) else str(value)).encode()


def asked(words="", entry=None, by=None):
    of = {"card_type": entry.card_type, "public_id": entry.public_id} if entry else {}
    return Erasure.objects.create(words=words, asked_by=by.user if by else None, **of)


def spread(surname="Zqvalova"):
    """A registry that says the name wherever a person may write."""
    words, address = f"Iryna {surname}", surname.lower()
    ann, rita = Staff("ann", "editor"), Staff("rita", "reviewer")
    club = make.organisation("club", name_en="Club", state="draft")
    reply = rita.edits(club, summary_en=f"Led by {words}.", email=f"i.{address}@club.example")
    assert reply.status_code == 302, [*reply.context["faults"]]
    club.refresh_from_db()
    club.slug = f"iryna-{address}-club"
    club.save()
    contest = make.programme("contest", description_en=f"Ask {words.upper()}!")
    make.figure(contest, note_ru=f"({words})")
    contest.slug, contest.name_en = f"{address}-prize", "Prize"
    contest.save()
    contest.slug = f"iryna-{address}"
    contest.save()
    contest.slug = "prize"
    contest.save()
    ann.edits(contest, name_en=f"Prize of {words}", **{"about-remark": words})
    LogEntry.objects.log_actions(ann.user.pk, [contest], 2, f"Changed {words}.", single_object=True)
    LogEntry.objects.update(change_message=json.dumps([{"changed": {"object": f"Ё {words}"}}]))
    asked_for = f"q=Iryna%20{surname}"
    SavedList.objects.create(owner=ann.user, kind="x", name=words, asked=asked_for)
    Report.objects.create(kind="removal", text=f"Remove {words}", contact=words, language="en")
    session = SessionStore()
    session["said"] = [f"“{words}” was saved."]
    session.save()
    return club, contest


def test_no_column_of_any_table_says_erased_words(olga):
    club, contest = spread()
    asked(by=None, words="Another Zqvalova")  # what waits as well
    before = saying(*EVERY)
    tables = ("organisation", "historicalorganisation", "proposal", "remark", "savedlist")
    tables = {each.rpartition("_")[2].partition(".")[0] for each in before} >= set(tables)
    assert tables, before
    assert "cards_redirect.slug" in before
    rows = erase_words(ErasedWords.of(f"{WORDS}\ni.zqvalova@club.example\nzqvalova"), olga.user)
    assert rows > 10
    assert saying(*EVERY) == set()
    assert "zqvalova" not in str([each.get_decoded() for each in Session.objects.all()]).lower()
    contest.refresh_from_db()
    club.refresh_from_db()
    assert contest.description_en == f"Ask {GAP}!"
    assert (club.summary_en, club.email) == (f"Led by {GAP}.", "")
    assert contest.state == "public"
    assert f"Ask {GAP}!" in Card.objects.get(public_id=contest.public_id).body
    call_command("cards", check=True, verbosity=0)
    # What says only half of it, or another form, stays.
    assert erase_words(ErasedWords.of(WORDS), olga.user) == 0


def test_words_are_found_as_people_write_them():
    words = ErasedWords.of("Ирина Зквалова")
    for text in (
        "ИРИНА ЗКВАЛОВА",
        "ирина-зквалова",
        "irina_zkvalova",
        "IrinaZkvalova",
        "Ирина  Зквалова",
    ):
        assert words.without(f"a {text} b") == f"a {GAP} b", text
    for text in ("Ирина и Зквалова", "Ирина Зкваловой", "Ирина"):
        assert words.without(text) == text
    assert words.without({"a": ["Ирина Зквалова", 1]}) == {"a": [GAP, 1]}


def test_every_column_into_which_a_person_writes_is_walked():
    """A new table is walked by itself; what is left out has no words of people."""
    fields = {model: set(some) for model, some in walked()}
    left = set()
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            if isinstance(field, models.CharField | models.TextField | models.JSONField):
                if field not in fields.get(model, ()) and may_say(field):
                    left.add(model._meta.app_label)
                elif not may_say(field) and not field.choices and field.name not in NOT_TYPED:
                    assert hasattr(field, "db_check") or hasattr(field, "bounds"), field
    # Cards follow from records, accounts are an administrator's, and the rest programs write.
    assert left == {"account", "auth", "cards", "contenttypes", "mfa", "sessions"}
    assert {Proposal, Report} <= fields.keys()
    binary = {
        model
        for model in apps.get_models()
        if any(isinstance(field, models.BinaryField) for field in model._meta.concrete_fields)
    }
    assert binary - {TermSet} <= packed.keys()  # those are bits of cards, and no words


def test_an_erased_record_is_an_empty_row_that_says_gone(olga, client):
    towns = make.belarus()
    club = make.organisation(
        "zq-club",
        name_en="Zqclub",
        summary_en="Zqsummary",
        names=["Zqother"],
        locations=[towns["mstsislaw"]],
        sources=[make.source()],
    )
    contest = make.programme("contest", roles=[("organiser", club)], summary_en="Of Zqclub.")
    rita = Staff("rita", "reviewer")
    rita.edits(club, website="https://zqclub.example")
    Staff("ann", "editor").edits(club, name_ru="Zqclub", **{"about-remark": "Zqremark"})
    report = {"about_type": "organisation", "about_id": club.public_id, "about_slug": club.slug}
    Report.objects.create(kind="removal", text="Zqreport", language="en", **report)
    page = club.get_absolute_url()
    assert client.get(page).status_code == 200

    erase(asked(entry=club, words="Zqclub\nZqother"), olga.user)
    assert saying("Zq", "zq") == set()
    gone = Organisation.objects.get(pk=club.pk)
    assert (gone.state, gone.public_id, gone.name_en) == ("erased", club.public_id, GAP)
    assert gone.version > club.version
    assert not gone.placements.exists()
    assert not Report.objects.exists()
    assert not Remark.objects.exists()
    assert [each.history_user for each in gone.history.all()] == [olga.user]
    # It alone ran the contest, which went with it.
    assert Programme.objects.get(pk=contest.pk).state == "withdrawn"
    # Its address is forgotten: a hash of it could be tried out.
    tombstone = Tombstone.objects.get(public_id=club.public_id)
    assert (tombstone.gone, tombstone.slug_hash) == (True, "")
    assert client.get(f"/api/v1/organisations/{club.public_id}/").status_code == 410
    assert client.get(page).status_code == 404
    call_command("cards", check=True, verbosity=0)
    assert olga.client.get(address(gone, "change")).status_code == 200


@pytest.mark.parametrize("kind", ["organisation", "programme", "edition", "initiative", "event"])
def test_a_record_of_any_kind_can_be_erased(kind):
    entry = getattr(make, kind)("zq-one", name_en="Zqname", summary_en="Zqsummary")
    erase_record(entry)
    entry.refresh_from_db()
    assert entry.state == "erased"
    assert "Zq" not in str(entry.__dict__)


def test_a_place_that_lies_in_another_can_be_erased():
    towns = make.belarus()
    erase_record(towns["mstsislaw"])
    towns["mstsislaw"].refresh_from_db()
    assert towns["mstsislaw"].state == "erased"


@pytest.mark.django_db(transaction=True)
def test_no_byte_is_left_in_the_files_of_the_database(tmp_path):
    make_groups(apps.get_app_config("programmes"))  # the last test emptied the database
    olga = Staff("olga", "safety officer")
    # A name of this test alone: what others write meanwhile stands in the same log of PostgreSQL.
    spread("Zqvarova")
    every = ("zqvarova", "Zqvarova", "ZQVAROVA")
    erasure = asked("Iryna Zqvarova\nzqvarova\ni.zqvarova@club.example")
    assert any(text.encode() in held for text in every for held in files(tmp_path))
    erase(erasure, olga.user)
    assert scrubbed_in_the_end()
    assert Erasure.objects.get().scrubbed_at
    # Compared with the ends of the word too: indexes leave out what two neighbours begin with.
    assert [
        text for text in (*every, "qvarova") for held in files(tmp_path) if text.encode() in held
    ] == []
    assert scrub_what_was_erased() is None


def scrubbed_in_the_end():
    """Other tests write on the same server of PostgreSQL: until then it is tried again."""
    for _ in range(30):
        with contextlib.suppress(OperationalError):
            return scrub_what_was_erased()
    return None


@pytest.mark.django_db(transaction=True)
def test_files_are_scrubbed_once_nobody_sees_what_was_erased(monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite waits by itself")
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    make.organisation("club", name_en="Club", state="draft")
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN; SELECT pg_current_xact_id()")
            with pytest.raises(OperationalError, match="tried again"):
                scrub()
            cursor.execute("ROLLBACK")
    finally:
        other.close()


def files(folder):
    """What stands in each file of the database, in its log, and in a dump of it."""
    dump = folder / "dump"
    if connection.vendor == "sqlite":
        file = Path(connection.settings_dict["NAME"])
        dump.unlink(missing_ok=True)
        Sqlite.dump(dump)
        return [each.read_bytes() for each in (*file.parent.glob(f"{file.name}*"), dump)]
    Postgresql.run("pg_dump", "-f", dump)
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute(
            "SELECT pg_read_binary_file(pg_relation_filepath(oid)) FROM pg_class"
            " WHERE pg_relation_filepath(oid) IS NOT NULL AND NOT relisshared"
        )
        held = [bytes(row[0]) for row in cursor.fetchall()]
        # Of the log what is written from now on; older files of it are the server's to delete, and
        # behind the end of the newest one stands what it was before it was used again.
        cursor.execute(
            "SELECT pg_read_binary_file('pg_wal/' || file_name, 0, file_offset)"
            " FROM pg_walfile_name_offset(pg_current_wal_lsn())"
        )
        return [*held, bytes(cursor.fetchone()[0]), dump.read_bytes()]


def test_nobody_erases_alone_and_nothing_twice(olga):
    make.organisation("club", summary_en=WORDS)
    rita, boss = Staff("rita", "reviewer"), Staff("boss", "administrator")
    erasure = asked(WORDS, by=olga)
    for person in (olga, rita):
        with pytest.raises(PermissionDenied):
            erase(erasure, person.user)
    assert WORDS in Organisation.objects.get().summary_en
    erase(erasure, boss.user)
    done = Erasure.objects.get()
    assert (done.words, done.done_by, done.rows > 0) == ("", boss.user, True)
    with pytest.raises(Refused):
        erase(erasure, boss.user)


@pytest.mark.django_db(transaction=True)
def test_the_ledger_erases_again_and_holds_no_word(settings):
    make_groups(apps.get_app_config("programmes"))  # the last test emptied the database
    olga = Staff("olga", "safety officer")
    club = make.organisation("club", summary_en=f"Led by {WORDS}.")
    other = make.organisation("other")
    erase(asked(WORDS, entry=other), olga.user)
    assert "zqvalova" not in ledger.place().read_text().lower()
    # A registry as it was before, by a backup.
    Organisation.objects.filter(pk=club.pk).update(summary_en=f"Led by {WORDS}.")
    Organisation.objects.filter(pk=other.pk).update(state="public", name_en="Other")
    assert erase_again(ledger.place()) == 2
    assert saying("Zqvalova") == set()
    assert Organisation.objects.get(pk=other.pk).name_en == GAP
    # With another key nothing would be found, which is told; with the old one beside it, it is.
    old, settings.SECRET_KEY = settings.SECRET_KEY, "another" * 10
    assert ErasedWords.noted().unknown > 0
    with pytest.raises(CommandError, match="SECRET_KEY_FALLBACKS"):
        call_command("restore", "registry.backup", yes=True)
    settings.SECRET_KEY_FALLBACKS = [old]
    assert ErasedWords.noted().unknown == 0
    assert next(ErasedWords.noted().spans(WORDS))


def test_no_file_brings_back_what_was_erased(tmp_path):
    public_id = str(uuid.UUID(int=7))
    fields = {"name_en": f"Club of {WORDS}", "slug": "zqvalova-club", "state": "public"}
    fields |= {"kind": "ngo", "public_id": public_id, "website": "https://zqvalova.example"}
    file = tmp_path / "club.json"
    file.write_text(json.dumps([{"model": "organisations.organisation", "fields": fields}]))
    words = ErasedWords.of(f"{WORDS}\nzqvalova")
    words.note()
    ledger.write(ledger.WORDS, *_noted(words))
    for _time in range(2):
        call_command("loaddata", file, verbosity=0)
        club = Organisation.objects.get()
        assert (club.name_en, club.website) == (f"Club of {GAP}", "")
        assert saying(*EVERY) == set()
    assert club.history.count() == 1  # the second time changed nothing


def _noted(words):
    ((mark, _digest), *_rest) = words.digests
    return mark, [digest for _mark, digest in words.digests]


def test_a_file_that_waits_is_erased_too_and_a_new_one_is_read_without(rf, olga):
    sheet = Sheet("Sheet", "organisation", {}, [Row(2, {"name_en": f"Club of {WORDS}"})])
    batch = Batch(name="list.xlsx", digest="")
    batch.holds = {"sheets": [{"rows": [[2, [f"Club of {WORDS}"]]]}]}
    batch.save()
    erase_words(ErasedWords.of(WORDS))
    batch.refresh_from_db()
    assert batch.holds == {"sheets": [{"rows": [[2, [f"Club of {GAP}"]]]}]}
    ledger.write(ledger.WORDS, *_noted(ErasedWords.of(WORDS)))
    request = rf.get("/")
    request.user = olga.user
    made = begin(request, {}, "list.xlsx", [sheet])
    assert made.holds["sheets"][0]["rows"] == [[2, {"name_en": f"Club of {GAP}"}]]


def test_what_was_erased_is_found_before_it_is_published_again():
    club = make.organisation("club", summary_en=f"Led by {WORDS}.", state="review")
    assert scan(club) == []
    ledger.write(ledger.WORDS, *_noted(ErasedWords.of(WORDS)))
    assert [hit.text for hit in scan(club)] == [WORDS]


def test_an_old_address_that_says_the_words_leads_nowhere(client):
    contest = make.programme("zqvalova-prize", name_en="Prize")
    contest.slug = "prize"
    contest.save()
    assert client.get("/en/programmes/zqvalova-prize/").status_code == 301
    erase_words(ErasedWords.of("zqvalova"))
    assert not Redirect.objects.exists()
    assert client.get("/en/programmes/zqvalova-prize/").status_code == 404
