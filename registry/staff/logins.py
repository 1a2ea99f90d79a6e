"""Whose session goes on, how often logging in may fail, and which passwords are too weak."""

from threading import Lock

from axes.handlers.cache import AxesCacheHandler
from django.conf import settings
from django.contrib import auth
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.auth.models import AnonymousUser, Group, Permission, User
from django.core.exceptions import ValidationError
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from zxcvbn import zxcvbn

from registry.cards.prepared import Prepared
from registry.cards.private_django import know_rights

RIGHTS = "_rights"  # the key in the session


def _granted(user, member):
    """(app, codename) of what the account may do, by itself or as a member of its groups."""
    groups = User.groups.through.objects.filter(user=member).values("group")
    by_groups = Group.permissions.through.objects.filter(group__in=groups).values("permission")
    own = User.user_permissions.through.objects.filter(user=user).values("permission")
    rows = Permission.objects.filter(pk__in=own.union(by_groups)).order_by()
    return rows.values_list("content_type__app_label", "codename")


GRANTED = Prepared(_granted)


def rights_of(user):
    """All that the account may do, by one statement instead of Django's two."""
    if not hasattr(user, "_rights"):  # as Django keeps what it is made of
        if user.is_active and not user.is_superuser and user.pk:
            rows = GRANTED.rows(user.pk, user.pk)
            know_rights(user, {f"{app}.{name}" for app, name in rows})
        standing = [name for name in ("is_staff", "is_superuser") if getattr(user, name)]
        user._rights = sorted({*standing, *user.get_all_permissions()})
    return user._rights


# A subclass, because Django's checks look for the one that it replaces (admin.E408).
class RightsMiddleware(AuthenticationMiddleware):
    """A session keeps the rights with which it began: when one of them is gone, so is the session.

    Django itself ends it when the password changes; an account that was switched off and on again
    logs in anew.
    """

    def process_request(self, request):
        super().process_request(request)
        request.user = SimpleLazyObject(lambda: self._user(request))

    def _user(self, request):
        user, session = auth.get_user(request), request.session
        if user.is_authenticated and RIGHTS in session:
            kept, held = session[RIGHTS], rights_of(user)
            if set(kept) <= set(held):
                # A new right ends nothing; but once it is known, its going will.
                if kept != held:
                    session[RIGHTS] = held
                return user
        if auth.SESSION_KEY in session:
            session.flush()
        return AnonymousUser()


class LoginHandler(AxesCacheHandler):
    """Beside each pair of account and source, every source is counted over all accounts.

    Logging in with an account of one's own does not take that count back.
    """

    def user_logged_in(self, sender, request, user, **options):
        super().user_logged_in(sender, request, user, **options)
        # Read anew: what was asked of `user` is kept in it, and may be older than the login.
        request.session[RIGHTS] = rights_of(auth.get_user(request))

    def get_failures(self, request, credentials=None):
        if self._failures_of_source(request) >= settings.LOGIN_FAILURES_PER_SOURCE:
            # By this number axes closes the door. It knows of no count but that of the pair.
            return settings.AXES_FAILURE_LIMIT
        return super().get_failures(request, credentials)

    def user_login_failed(self, sender, credentials, request=None, **options):
        super().user_login_failed(sender, credentials, request, **options)
        if request is None:
            return
        failures = self._failures_of_source(request) + 1
        self.cache.set(
            self._key(request), failures, timeout=settings.AXES_COOLOFF_TIME.total_seconds()
        )
        if failures >= settings.LOGIN_FAILURES_PER_SOURCE:
            # By these axes' own middleware answers that the door is closed.
            request.axes_locked_out = True
            request.axes_credentials = credentials

    def _failures_of_source(self, request):
        return self.cache.get(self._key(request), 0)

    def _key(self, request):
        return f"source-{request.axes_ip_address}"


def described(username, source, user_agent, path, request):
    """A failed login in the log: `repr` keeps a name with line breaks to one line."""
    return f"account {str(username)[:150]!r} from source {source[:16]}"


class StrengthValidator:
    """A password that takes 10⁸ guesses or more, by zxcvbn, which knows what people choose."""

    WANTED = 3  # of 0 to 4
    LOOKED_AT = 72  # zxcvbn takes no more
    lock = Lock()  # it keeps the words of one account in a dictionary of the module

    def validate(self, password, user=None):
        names = ("username", "first_name", "last_name", "email")
        known = [getattr(user, name, "") or "" for name in names]
        with self.lock:
            score = zxcvbn(password[: self.LOOKED_AT], [*filter(None, known)])["score"]
        if score < self.WANTED:
            raise ValidationError(
                _(
                    "This password is too easy to guess. Use several words that do not "
                    "belong together."
                ),
                code="password_too_weak",
            )

    def get_help_text(self):
        return _(
            "Your password must be hard to guess: use several words that do not belong together."
        )
