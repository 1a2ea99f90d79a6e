"""What was to be noted in the ledger and was not is noted from what the database knows."""

import pytest

from registry.ops import due, ledger
from registry.records.models import Erasure
from registry.workflow.erased_words import ErasedWords
from registry.workflow.erasure import erase
from registry.workflow.withdrawal import Reason, bring_back, withdraw
from tests.support import factories as make
from tests.support.staff import Staff

# Nothing is ever committed here, as if each of these were killed before they could note it.
pytestmark = pytest.mark.django_db


def test_who_is_killed_before_the_line_or_loses_the_file_has_it_within_the_hour(settings, tmp_path):
    settings.LEDGER = str(tmp_path / "ledger")
    olga, rita = Staff("olga", "safety officer"), Staff("rita", "safety officer")
    club, twice, back, erased = (make.organisation(name) for name in ("a", "b", "c", "d"))
    for entry, reason in ((club, Reason.SAFETY), (twice, Reason.MISTAKE), (back, Reason.LEGAL)):
        withdraw(entry, reason, by=olga.user)
    bring_back(back, rita.user)
    of = {"card_type": "organisation", "public_id": erased.public_id}
    erase(Erasure.objects.create(words="Zqvalova", asked_by=olga.user, **of), rita.user)
    assert not ledger.place().exists()

    assert "lines were missing" in due.TASKS["ledger"].act()
    assert ledger.taken_out(ledger.place()) == {
        ("organisation", club.public_id): False,
        ("organisation", twice.public_id): True,
    }
    assert ledger.erased(ledger.place()) == [("organisation", erased.public_id)]
    assert ErasedWords.noted().digests == ErasedWords.of("Zqvalova").digests
    noted = ledger.place().read_text()
    assert due.TASKS["ledger"].act() is None
    assert ledger.place().read_text() == noted
