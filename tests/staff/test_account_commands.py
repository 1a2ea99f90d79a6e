"""What is done on the server for accounts: the first one, a new password, a lost factor."""

import re
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.core.management import CommandError, call_command
from django.test import Client

from tests.staff.test_second_factor import code_of, enrols, is_in, shows_password

pytestmark = [pytest.mark.once, pytest.mark.django_db]


def says(*command, **options):
    out = StringIO()
    call_command(*command, stdout=out, **options)
    return out.getvalue()


def printed(said):
    return re.search("once: (.+)", said)[1]


@pytest.fixture
def rita(settings):
    settings.SECOND_FACTOR = True
    said = says("administrator", "rita")
    client = Client()
    shows_password(client, printed(said))
    return client, printed(said)


def test_the_first_administrator_enrols_and_makes_the_others(rita):
    client, _password = rita
    user = User.objects.get(username="rita")
    assert user.is_staff
    assert not user.is_superuser
    enrols(client)
    assert client.get("/admin/auth/user/add/").status_code == 200
    with pytest.raises(CommandError, match="already"):
        says("administrator", "Rita")


def test_without_its_group_no_administrator_is_made():
    Group.objects.all().delete()
    with pytest.raises(Group.DoesNotExist):
        says("administrator", "rita")
    assert not User.objects.exists()


def test_a_password_that_is_typed_is_asked_for_twice_and_judged(monkeypatch):
    typed = iter(["plum-anchor-violet-93", "other", "aaaaaaaaaaaa", "aaaaaaaaaaaa"])
    monkeypatch.setattr("registry.staff.new_password.getpass", lambda prompt: next(typed))
    for reason in ("not the same", "too easy to guess"):
        with pytest.raises(CommandError, match=reason):
            says("administrator", "linen", typed=True)
    assert not User.objects.exists()
    monkeypatch.setattr("registry.staff.new_password.getpass", lambda prompt: "plum-anchor-violet")
    assert "shown" not in says("administrator", "linen", typed=True)
    assert User.objects.get().check_password("plum-anchor-violet")


def test_a_new_password_ends_the_sessions_and_keeps_the_factor(rita):
    client, old = rita
    secret, _codes = enrols(client)
    new = printed(says("new_password", "rita"))
    assert not is_in(client)
    assert shows_password(client, old).status_code == 200
    assert shows_password(client, new).url == "/admin/factor/ask/"
    client.post("/admin/factor/ask/", {"code": code_of(secret)})
    assert is_in(client)


def test_a_lost_factor_is_taken_away_with_the_sessions_and_logged(rita, caplog):
    client, password = rita
    secret, codes = enrols(client)
    asked = Client()
    shows_password(asked, password)
    says("lost_factor", "rita")
    assert not is_in(client)
    assert not Authenticator.objects.exists()
    assert asked.post("/admin/factor/ask/", {"code": codes[0]}).status_code == 302
    assert not is_in(asked)
    assert "the second factor of account 'rita' was taken away" in caplog.text
    assert "taken away on the server" in str(LogEntry.objects.get())
    assert shows_password(client, password).url == "/admin/factor/"


@pytest.mark.parametrize("command", ["new_password", "lost_factor"])
def test_an_account_that_is_not_there_is_told(command):
    with pytest.raises(CommandError, match="There is no account nobody"):
        says(command, "nobody")
