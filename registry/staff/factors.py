"""The second factor, by django-allauth: which of its rules are ours, and who has shown one."""

import base64
from secrets import token_bytes

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib import auth
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from registry.middleware.security import source

# Recovery codes stand in for one of these, and are no factor by themselves.
ASKED_FOR = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
WRONG_CODE = _("This is not right. Codes are valid for a short time and once: try the next one.")
TOO_OFTEN = _("Too many attempts. Wait a few minutes.")


def factors_of(user):
    return Authenticator.objects.filter(user=user, type__in=ASKED_FOR)


def is_sure(request):
    """Whether this session has shown a second factor, or needs none."""
    records = get_authentication_records(request, request.user)
    return not settings.SECOND_FACTOR or any(each["method"] == "mfa" for each in records)


def is_enrolling(request):
    """Whether this person has shown a password, and has no second factor yet."""
    user = request.user
    return (
        user.is_active and user.is_staff and not is_sure(request) and not factors_of(user).exists()
    )


def sign_in(request, user, address):
    """After the password: in if nothing more is to be asked for, else to where it is."""
    if not factors_of(user).exists():
        address = reverse("mfa_index")
    auth.logout(request)  # what another account has shown in this browser counts for nothing
    # For the next five minutes who signs in may change factors without typing the password again.
    record_authentication(request, user, "password", reauthenticated=True)
    return perform_login(request, user, redirect_url=address)


def has_enrolled(request, kind):
    """The session in which a factor was added has shown it, and begins anew."""
    record_authentication(request, request.user, "mfa", type=kind)
    request.session.cycle_key()


def end_sessions(user, but=None):
    for session in Session.objects.filter(expire_date__gte=now()).exclude(session_key=but):
        if session.get_decoded().get(auth.SESSION_KEY) == str(user.pk):
            session.delete()


class AccountRules(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": TOO_OFTEN,
        "rate_limited": TOO_OFTEN,
        "incorrect_code": WRONG_CODE,
        "incorrect_password": _("The password is not right."),
    }

    def is_open_for_signup(self, request):
        return False

    def get_login_stages(self):
        return ["allauth.mfa.stages.AuthenticateStage"]

    def get_client_ip(self, request):
        return source(request)

    def add_message(self, *args, **kwargs):
        """The pages themselves say what has happened."""

    def send_mail(self, *args, **kwargs):
        """There is no mail server, and no account has an address."""


class FactorRules(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {"incorrect_code": WRONG_CODE}

    def get_totp_issuer(self):
        return str(_("Programme registry"))

    def build_totp_svg(self, url):
        # Into the page itself: as a `data:` address the policy would not let it be shown.
        return super().build_totp_svg(url).split("?>", 1)[-1]

    def encrypt(self, text):
        return _locks().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text):
        try:
            return _locks().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            # The registry has another SECRET_KEY: no code fits, and the factor is lost.
            return base64.b32encode(token_bytes(20)).decode()


def _locks():
    """A copy of the database alone gives nobody the codes."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    made = [salted_hmac("registry.staff.factors", "", key, algorithm="sha256") for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(each.digest())) for each in made])
