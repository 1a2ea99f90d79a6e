"""Nobody is in the admin by a password alone."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.urls import urlpatterns as of_allauth
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from registry.staff.factor_pages import urlpatterns as ours
from tests.support.doors import all_routes

pytestmark = [pytest.mark.once, pytest.mark.django_db]

PASSWORD = "plum-anchor-violet-93"
OWN = ["/admin/factor/", "/admin/factor/app/", "/admin/factor/keys/", "/admin/factor/codes/new/"]


@pytest.fixture(autouse=True)
def _asked_for(settings):
    settings.SECOND_FACTOR = True
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def rita():
    user = User.objects.create_user("rita", password=PASSWORD, is_staff=True)
    user.groups.set(Group.objects.filter(name="reviewer"))
    return user


def shows_password(client, password=PASSWORD, **asked):
    return client.post("/admin/login/", {"username": "rita", "password": password, **asked})


def code_of(secret, step=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


def enrols(client):
    """Adds an app; its secret and the recovery codes."""
    page = client.get("/admin/factor/app/").content.decode()
    secret = re.search(r'factor-secret">(\w+)<', page)[1]
    added = client.post("/admin/factor/app/", {"code": code_of(secret, -1)}, follow=True)
    codes = re.findall(r"<code>(\d{8})</code>", added.content.decode())
    assert len(codes) == 10
    return secret, codes


@pytest.fixture
def enrolled(rita):
    """(secret, recovery codes) of rita, who is logged in nowhere."""
    client = Client()
    shows_password(client)
    return enrols(client)


def is_in(client):
    return client.get("/admin/").status_code == 200


def pages_of_the_admin():
    """Every address of the admin's patterns, but for the doors to it."""
    doors = ("/admin/login/", "/admin/logout/", "/admin/language/", "/admin/factor/")
    for route in all_routes():
        if route.startswith("/admin/") and not route.startswith(doors):
            yield re.sub(r"%\(\w+\)s", "1", route)


@pytest.mark.parametrize("state", ["password alone", "asked for a code", "enrolled elsewhere"])
def test_who_has_shown_a_password_alone_sees_no_byte_of_the_admin(rita, state):
    client = Client()
    if state == "asked for a code":
        owner = Client()
        shows_password(owner)
        enrols(owner)
    shows_password(client)
    if state == "enrolled elsewhere":
        owner = Client()
        shows_password(owner)
        enrols(owner)
    addresses = list(pages_of_the_admin())
    assert {"/admin/", "/admin/auth/user/1/change/", "/admin/autocomplete/"} < set(addresses)
    for address in addresses:
        for reply in (client.get(address), client.post(address, {"action": "x"})):
            assert reply.status_code == 302, address
            assert reply["Location"].startswith("/admin/login/?next="), address
            assert not reply.content
    # Nor do the pages of the factor itself name what there is.
    for address in [*OWN, "/admin/factor/ask/", "/admin/factor/password/", "/admin/login/"]:
        page = client.get(address, follow=True).content.decode().lower()
        for word in ("programme<", "/programmes/", "nav-sidebar", "groups", "logs"):
            assert word not in page, address


def test_a_password_alone_leads_to_enrolment_and_this_to_the_admin(rita, client):
    assert shows_password(client, next="/admin/auth/").url == "/admin/factor/"
    assert not is_in(client)
    assert client.get("/admin/login/").url == "/admin/factor/"
    before = client.session.session_key
    enrols(client)
    assert client.session.session_key != before
    assert is_in(client)


def test_afterwards_a_code_is_asked_for_and_each_opens_once(enrolled, client):
    secret, recovery = enrolled
    assert shows_password(client, next="/admin/programmes/").url == "/admin/factor/ask/"
    assert not is_in(client)
    before = client.session.session_key
    wrong = client.post("/admin/factor/ask/", {"code": "000000"})
    assert "This is not right" in wrong.content.decode()
    code = code_of(secret)
    assert client.post("/admin/factor/ask/", {"code": code}).url == "/admin/programmes/"
    assert client.session.session_key != before
    assert is_in(client)
    for used in (code, recovery[0]):
        other = Client()
        shows_password(other)
        if used != code:
            other.post("/admin/factor/ask/", {"code": used})
            assert is_in(other)
            other = Client()
            shows_password(other)
        other.post("/admin/factor/ask/", {"code": used})
        assert not is_in(other)


def test_a_session_of_the_password_alone_adds_no_factor_beside_that_of_the_owner(rita):
    owner, thief = Client(), Client()
    shows_password(thief)
    secret = re.search(r'factor-secret">(\w+)<', thief.get("/admin/factor/app/").content.decode())[
        1
    ]
    shows_password(owner)
    owner.get("/admin/factor/keys/")
    enrols(owner)
    for address in OWN:
        assert thief.get(address).url.startswith("/admin/login/")
        shows_password(thief)  # which is now asked for a code
        sent = thief.post(address, {"code": code_of(secret)})
        assert sent.url.startswith("/admin/login/")
    assert Authenticator.objects.filter(user=rita).count() == 2  # the app and the codes
    assert is_in(owner)


def test_recovery_codes_are_shown_once(enrolled, client):
    secret, recovery = enrolled
    shows_password(client)
    client.post("/admin/factor/ask/", {"code": code_of(secret)})
    page = client.get("/admin/factor/codes/").content.decode()
    assert not any(code in page for code in recovery)
    made = client.post("/admin/factor/codes/new/", follow=True).content.decode()
    new = re.findall(r"<code>(\d{8})</code>", made)
    assert len(new) == 10
    assert not set(new) & set(recovery)
    assert not re.findall(r"\d{8}", client.get("/admin/factor/codes/").content.decode())


def test_no_secret_stands_in_the_database_as_it_is(enrolled, rita):
    secret, recovery = enrolled
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert "secret" in kept
    assert not any(each in kept for each in (secret, *recovery))


def test_with_another_key_of_the_registry_no_code_fits_and_nothing_breaks(
    enrolled, client, settings
):
    secret, recovery = enrolled
    settings.SECRET_KEY, old = "another" * 10, settings.SECRET_KEY
    shows_password(client)
    for code in (code_of(secret), recovery[0]):
        assert client.post("/admin/factor/ask/", {"code": code}).status_code == 200
    settings.SECRET_KEY_FALLBACKS = [old]
    assert client.post("/admin/factor/ask/", {"code": code_of(secret)}).status_code == 302


def test_codes_are_guessed_as_slowly_as_passwords_and_from_everywhere(enrolled):
    """The password does not take the count back, and another source is slowed with the account."""
    secret, _recovery = enrolled

    def tries(code, source):
        client = Client(REMOTE_ADDR=source)
        shows_password(client)
        return client.post("/admin/factor/ask/", {"code": code})

    replies = [tries("000000", "192.0.2.7").status_code for _ in range(5)]
    assert replies == [200, 200, 200, 200, 429]
    shut = Client(REMOTE_ADDR="192.0.2.7")
    assert shows_password(shut).status_code == 429
    assert "Too many attempts" in tries(code_of(secret), "192.0.2.8").content.decode()


def test_who_is_shut_out_while_being_asked_stays_out(enrolled):
    secret, _recovery = enrolled
    client = Client()
    shows_password(client)
    for _ in range(5):
        shows_password(Client(), "wrong")
    assert client.post("/admin/factor/ask/", {"code": code_of(secret)}).status_code == 429
    assert not is_in(client)


@pytest.mark.parametrize(
    "sent",
    [
        *(
            "",
            "{",
            "null",
            "[]",
            "7",
            '{"id": 1}',
            '{"id": "AA", "rawId": "AA", "response": 7}',
            "\0",
        ),
        '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30",'
        '"attestationObject":"oA","authenticatorData":"AA","signature":"AA"}}',
        '{"id":"AA","rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30",'
        '"authenticatorData":"AA","signature":"AA","userHandle":"OTk5OTk5OTk5OTk5OTk5OTk5OTk5"}}',
    ],
)
def test_what_is_no_answer_of_a_key_is_refused(enrolled, client, sent):
    shows_password(client)
    assert client.post("/admin/factor/ask/", {"credential": sent}).status_code == 200
    client.post("/admin/factor/ask/", {"code": code_of(enrolled[0])})
    client.get("/admin/factor/keys/")
    assert client.post("/admin/factor/keys/", {"credential": sent}).status_code == 200
    other, passkey = Client(), "/admin/factor/passkey/"
    for _ in range(2):  # before anything was asked for, and after that
        assert other.post(passkey, {"credential": sent}).status_code == 200
        assert not is_in(other)
        assert other.post(passkey).status_code == 200


@pytest.mark.parametrize(
    ("asked", "leads"), [("", "/admin/"), ("?next=/admin/lists/", "/admin/lists/"),
                         ("?next=https://example.org/", "")],
)  # fmt: skip
def test_the_page_to_log_in_leads_to_passkeys_and_remembers_where_to(client, asked, leads):
    page = client.get(f"/admin/login/{asked}").content.decode()
    assert f'action="/admin/factor/passkey/?next={leads}"' in page


def test_passkeys_are_asked_for_no_faster_than_people_would_and_by_no_link(client):
    passkey = "/admin/factor/passkey/"
    assert client.get(passkey).url == reverse("admin:login")
    assert not client.session.keys()
    asked = [client.post(passkey).status_code for _ in range(11)]
    assert asked == [200] * 10 + [429]


def test_the_last_factor_stays_and_who_removes_one_ends_other_sessions(enrolled, rita, client):
    other = Client()
    for each, step in ((client, 0), (other, 1)):
        shows_password(each)
        each.post("/admin/factor/ask/", {"code": code_of(enrolled[0], step)})
        assert is_in(each)
    assert "Remove it" not in client.get("/admin/factor/").content.decode()
    said = client.post("/admin/factor/app/remove/", follow=True).content.decode()
    assert "add another one first" in said
    key = Authenticator.objects.create(
        user=rita, type=Authenticator.Type.WEBAUTHN, data={"name": "blue"}
    )
    client.post(f"/admin/factor/keys/{key.pk}/remove/")
    assert not Authenticator.objects.filter(pk=key.pk).exists()
    assert is_in(client)
    assert not is_in(other)


def test_to_change_factors_the_password_is_typed_anew_after_a_while(enrolled, client, settings):
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    shows_password(client)
    client.post("/admin/factor/ask/", {"code": code_of(enrolled[0])})
    asked = client.get("/admin/factor/keys/")
    assert asked.url.startswith("/admin/factor/password/?next=")
    assert "not right" in client.post(asked.url, {"password": "wrong"}).content.decode()
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
    let_on = client.post(asked.url, {"password": PASSWORD, "next": "/admin/factor/keys/"})
    assert let_on.url == "/admin/factor/keys/"


def test_whoever_is_asked_may_leave(rita, client):
    shows_password(client)
    assert client.get("/admin/factor/leave/").status_code == 405
    assert client.post("/admin/factor/leave/").url == "/admin/login/"
    assert client.get("/admin/factor/").url.startswith("/admin/login/")


def test_another_account_of_the_same_browser_lends_nothing(enrolled, client):
    User.objects.create_user("mole", password=PASSWORD, is_staff=True)
    shows_password(client, username="mole")
    enrols(client)
    assert is_in(client)
    assert shows_password(client).url == "/admin/factor/ask/"
    assert not is_in(client)


def allauth_patterns(patterns=None):
    for each in of_allauth if patterns is None else patterns:
        if hasattr(each, "url_patterns"):
            yield from allauth_patterns(each.url_patterns)
        else:
            yield each


def test_no_other_page_of_allauth_is_at_any_address():
    named = {each.name for each in ours}
    theirs = {each.name for each in allauth_patterns()}
    assert "account_signup" in theirs
    assert named <= theirs
    for name in theirs - named:
        for arguments in ({}, {"pk": 1}, {"key": "x"}, {"uidb36": "1", "key": "x"}):
            with pytest.raises(NoReverseMatch):
                reverse(name, kwargs=arguments)
    views = {each.callback.__wrapped__ for each in ours if hasattr(each.callback, "__wrapped__")}
    assert len(views) == len(ours) - 1
    served = {each.callback for each in every_pattern(get_resolver().url_patterns)}
    assert not served & {each.callback for each in allauth_patterns()}


def every_pattern(patterns):
    for each in patterns:
        if hasattr(each, "url_patterns"):
            yield from every_pattern(each.url_patterns)
        else:
            yield each


def test_no_list_of_the_admin_holds_factors(settings):
    settings.SECOND_FACTOR = False
    client = Client()
    client.force_login(User.objects.create_superuser("root-of-all"))
    page = client.get("/admin/").content.decode()
    assert "/admin/auth/user/" in page
    assert not re.search("/admin/(mfa|account)/", page)
    for address in ("/admin/mfa/authenticator/", "/admin/account/emailaddress/"):
        assert client.get(address).status_code == 404


def test_the_demo_asks_for_none_and_says_so(rita, client, settings):
    settings.SECOND_FACTOR = False
    assert shows_password(client).url == "/admin/"
    assert "a password is enough" in client.get("/admin/").content.decode()
    for each in ours:
        if "<" not in str(each.pattern) and each.name != "account_login":
            assert client.post(f"/admin/factor/{each.pattern}").status_code == 404
    settings.SECOND_FACTOR = True
    assert not is_in(client)
