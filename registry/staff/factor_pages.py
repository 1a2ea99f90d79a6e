"""The pages of the second factor: some of allauth's, in the clothes of the staff's site.

What is not named here of allauth's pages is at no address.
"""

from functools import wraps

from allauth.account.models import Login
from allauth.account.views import ReauthenticateView
from allauth.mfa.base.views import AuthenticateView, IndexView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import GenerateRecoveryCodesView, ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from allauth.mfa.webauthn.internal.auth import begin_authentication
from allauth.mfa.webauthn.internal.flows import perform_passwordless_login
from allauth.mfa.webauthn.views import AddWebAuthnView, LoginWebAuthnView, RemoveWebAuthnView
from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib import admin, auth, messages
from django.contrib.auth.signals import user_login_failed
from django.contrib.auth.views import LoginView, RedirectURLMixin, redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse, reverse_lazy
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.generic import RedirectView

from .factor_forms import PasskeyForm
from .factors import end_sessions, factors_of, has_enrolled, is_enrolling, is_sure, sign_in


class SignIn(LoginView):
    def form_valid(self, form):
        if not settings.SECOND_FACTOR:
            return super().form_valid(form)
        return sign_in(self.request, form.get_user(), self.get_success_url())


def asked(view):
    @never_cache
    @wraps(view)
    def there(request, *args, **kwargs):
        if not settings.SECOND_FACTOR:
            raise Http404
        return view(request, *args, **kwargs)

    return there


def own(view):
    """For who has shown a factor, or has none yet.

    A session that began with the password alone ends once a factor is there: whoever knows the
    password and no more adds none of their own beside it.
    """

    @asked
    @wraps(view)
    def owned(request, *args, **kwargs):
        if admin.site.has_permission(request) or is_enrolling(request):
            return view(request, *args, **kwargs)
        auth.logout(request)
        return redirect_to_login(request.get_full_path(), reverse("admin:login"))

    return owned


class Page:
    """What every page of the staff says, and of the registry's kinds not even the names."""

    title = gettext_lazy("Second factor")

    def get_context_data(self, **kwargs):
        context = admin.site.each_context(self.request) | super().get_context_data(**kwargs)
        bare = {"available_apps": [], "is_nav_sidebar_enabled": False}
        return context | bare | {"title": self.title, "enrolling": not is_sure(self.request)}


class Asking(Page, AuthenticateView):
    """Wrong codes count like wrong passwords: for account and source, and for the source alone."""

    template_name = "admin/factor/ask.html"

    def post(self, request, *args, **kwargs):
        credentials = {"username": self.stage.login.user.get_username()}
        if AxesProxyHandler.is_allowed(request, credentials):
            return super().post(request, *args, **kwargs)
        # By these axes' own middleware answers that the door is closed.
        request.axes_locked_out, request.axes_credentials = True, credentials
        return HttpResponse(status=429)

    def form_invalid(self, form):
        username = self.stage.login.user.get_username()
        user_login_failed.send(__name__, credentials={"username": username}, request=self.request)
        return super().form_invalid(form)


class Passkey(Page, RedirectURLMixin, LoginWebAuthnView):
    """In without a password: what has the key asks its owner for a PIN, a finger or a face.

    It begins by a POST: what is asked stands in a session, and no GET begins one.
    """

    title = gettext_lazy("Log in with a passkey")
    template_name = "admin/factor/passkey.html"
    next_page = "admin:index"

    def get(self, request, *args, **kwargs):
        return redirect("admin:login")

    def post(self, request, *args, **kwargs):
        if "credential" in request.POST:
            return super().post(request, *args, **kwargs)
        return self.render_to_response(self.get_context_data(form=PasskeyForm()))

    def get_context_data(self, **kwargs):
        asked = {"js_data": {"request_options": begin_authentication()}}
        return super().get_context_data(**kwargs) | asked

    def form_invalid(self, form):
        return self.render_to_response(self.get_context_data(form=form))

    def form_valid(self, form):
        key, address = form.cleaned_data["credential"], self.get_success_url()
        auth.logout(self.request)  # as after a password
        login = Login(user=key.user, redirect_url=address)
        return perform_passwordless_login(self.request, key, login)


class Factors(Page, IndexView):
    template_name = "admin/factor/index.html"

    def get_context_data(self, **kwargs):
        count = factors_of(self.request.user).count()
        return super().get_context_data(**kwargs) | {"is_last": count < 2}


class AddingApp(Page, ActivateTOTPView):
    title = gettext_lazy("Add an app that makes codes")
    template_name = "admin/factor/app.html"

    def form_valid(self, form):
        response = super().form_valid(form)
        has_enrolled(self.request, Authenticator.Type.TOTP)
        return response


class AddingKey(Page, AddWebAuthnView):
    title = gettext_lazy("Add a security key")
    template_name = "admin/factor/key.html"

    def form_valid(self, form):
        response = super().form_valid(form)
        has_enrolled(self.request, Authenticator.Type.WEBAUTHN)
        return response


class Removing(Page):
    """The last one stays: without any the account would be open to the password alone."""

    title = gettext_lazy("Remove a second factor")
    template_name = "admin/factor/remove.html"
    success_url = reverse_lazy("mfa_index")

    def form_valid(self, form):
        if factors_of(self.request.user).count() < 2:
            messages.error(self.request, gettext("This is your last one: add another one first."))
            return redirect("mfa_index")
        response = super().form_valid(form)
        # Who has found a lost key is not to go on with it.
        end_sessions(self.request.user, but=self.request.session.session_key)
        return response


class RemovingApp(Removing, DeactivateTOTPView):
    pass


class RemovingKey(Removing, RemoveWebAuthnView):
    pass


class Codes(Page, ViewRecoveryCodesView):
    title = gettext_lazy("Recovery codes")
    template_name = "admin/factor/codes.html"


class NewCodes(Page, GenerateRecoveryCodesView):
    title = gettext_lazy("New recovery codes")
    template_name = "admin/factor/new_codes.html"


class PasswordAgain(Page, ReauthenticateView):
    title = gettext_lazy("Your password, please")
    template_name = "admin/factor/password.html"


@asked
@require_POST
def leave(request):
    """Out, also for who is still being asked: the door of the admin is closed to them."""
    auth.logout(request)
    return redirect("admin:login")


# Under the names by which allauth itself looks for them.
urlpatterns = [
    path("", own(Factors.as_view()), name="mfa_index"),
    path("ask/", asked(Asking.as_view()), name="mfa_authenticate"),
    path("passkey/", asked(Passkey.as_view()), name="mfa_login_webauthn"),
    path("app/", own(AddingApp.as_view()), name="mfa_activate_totp"),
    path("app/remove/", own(RemovingApp.as_view()), name="mfa_deactivate_totp"),
    path("keys/", own(AddingKey.as_view()), name="mfa_add_webauthn"),
    path("keys/<int:pk>/remove/", own(RemovingKey.as_view()), name="mfa_remove_webauthn"),
    path("codes/", own(Codes.as_view()), name="mfa_view_recovery_codes"),
    path("codes/new/", own(NewCodes.as_view()), name="mfa_generate_recovery_codes"),
    path("password/", own(PasswordAgain.as_view()), name="account_reauthenticate"),
    path("leave/", leave, name="account_logout"),
    path(
        "login/",
        RedirectView.as_view(pattern_name="admin:login", query_string=True),
        name="account_login",
    ),
]
