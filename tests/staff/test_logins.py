"""Sessions end when a right is gone, weak passwords are refused, and guessing is slow."""

import pytest
from django.contrib.auth.models import Group, Permission, User
from django.contrib.auth.password_validation import validate_password
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client

from tests.support.staff import Staff

pytestmark = [pytest.mark.once, pytest.mark.django_db]

STRONG = "plum-anchor-violet-93"


def takes_a_group(user):
    user.groups.remove(Group.objects.get(name="reviewer"))


def takes_a_permission_of_the_group(user):
    Group.objects.get(name="reviewer").permissions.remove(
        Permission.objects.get(codename="publish_programme")
    )


def takes_a_permission_of_the_account(user):
    user.user_permissions.clear()


def takes_staff_status(user):
    User.objects.filter(pk=user.pk).update(is_staff=False)


def switches_it_off(user):
    User.objects.filter(pk=user.pk).update(is_active=False)


def changes_the_password(user):
    user.set_password("another-anchor-of-plums")
    user.save()


@pytest.fixture
def rita():
    """Logged in by the form, as people are, with a permission beside those of the groups."""
    user = Staff("rita", "reviewer", "editor").user
    user.user_permissions.add(Permission.objects.get(codename="delete_location"))
    user.set_password(STRONG)
    user.save()
    client = Client()
    client.post("/admin/login/", {"username": "rita", "password": STRONG})
    return client, user


@pytest.mark.parametrize(
    "act",
    [
        takes_a_group,
        takes_a_permission_of_the_group,
        takes_a_permission_of_the_account,
        takes_staff_status,
        switches_it_off,
        changes_the_password,
    ],
)
@pytest.mark.parametrize("seen_before", [True, False])
def test_the_next_request_after_a_right_was_taken_away_is_anonymous(rita, act, seen_before):
    client, user = rita
    if seen_before:
        assert client.get("/admin/").status_code == 200
    act(user)
    reply = client.get("/admin/programmes/programme/")
    assert reply.status_code == 302
    assert "/admin/login/" in reply["Location"]
    assert not reply.wsgi_request.user.is_authenticated
    assert "_auth_user_id" not in client.session


def test_a_session_goes_on_while_rights_are_only_given(rita):
    client, user = rita
    user.groups.add(Group.objects.get(name="safety officer"))
    for _ in range(2):
        assert client.get("/admin/").status_code == 200
    user.groups.remove(Group.objects.get(name="safety officer"))
    assert client.get("/admin/").status_code == 302


@pytest.mark.parametrize("weak", ["aaaaaaaaaaaa", "abcdefghijkl", "marharyta2026", "a" * 500])
def test_what_is_easy_to_guess_is_no_password(weak):
    user = User(username="marharyta")
    with pytest.raises(ValidationError) as refused:
        validate_password(weak, user)
    assert "password_too_weak" in [error.code for error in refused.value.error_list]


@pytest.mark.parametrize("strong", [STRONG, "шэры вожык п'е гарбату", STRONG * 20])
def test_several_words_are_a_password(strong):
    validate_password(strong, User(username="marharyta"))


def test_the_form_of_a_new_account_refuses_a_weak_password():
    boss = Staff("boss", "administrator")
    typed = dict.fromkeys(("password1", "password2"), "aaaaaaaaaaaa")
    page = boss.edits(User, "add", username="linen", **typed).content.decode()
    assert "too easy to guess" in page
    assert not User.objects.filter(username="linen").exists()


@pytest.fixture
def attempt(client):
    cache.clear()
    User.objects.create_user("olga", password=STRONG, is_staff=True)

    def attempt(username, password="wrong", address="192.0.2.7"):
        return client.post(
            "/admin/login/", {"username": username, "password": password}, REMOTE_ADDR=address
        )

    yield attempt
    cache.clear()


def test_one_source_that_tries_many_accounts_is_slowed_like_one_that_tries_one(attempt):
    for number in range(19):
        assert attempt(f"name-{number}").status_code == 200
    refused = attempt("name-19")
    for _ in range(5):
        of_one_account = attempt("nobody", address="192.0.2.9")
    assert refused.status_code == of_one_account.status_code == 429
    assert refused.content == of_one_account.content
    for name, password in (("olga", STRONG), ("nobody", "x")):
        assert attempt(name, password).status_code == 429
    assert attempt("olga", STRONG, address="192.0.2.8").status_code == 302


def test_an_account_of_ones_own_does_not_take_the_count_of_the_source_back(attempt):
    User.objects.create_user("mole", password=STRONG, is_staff=True)
    for number in range(19):
        attempt(f"name-{number}")
    assert attempt("mole", STRONG).status_code == 302
    assert attempt("name-19").status_code == 429


@pytest.mark.parametrize("name", ["olga", "вольга", "two\nlines"])
def test_the_log_names_the_account_that_was_tried_and_a_hash_of_the_address(attempt, caplog, name):
    for _ in range(5):
        attempt(name)
    said = [line.getMessage() for line in caplog.records if line.name.startswith("axes")]
    assert len(said) > 4
    for line in said:
        assert repr(name) in line
        assert "from source " in line
        assert "\n" not in line
        assert "****" not in line
        assert "192.0.2.7" not in line
        assert "wrong" not in line
