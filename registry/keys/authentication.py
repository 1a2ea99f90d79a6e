"""Who asks, as far as the API wants to know: a client with a valid key, or anybody."""

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled

from registry.ops.throttling import AnonymousThrottle

from .models import ApiKey

SCHEME = "Api-Key"


class KeyAuthentication(BaseAuthentication):
    """`Authorization: Api-Key …`. Other schemes are none of ours; in an address no key is read."""

    def authenticate(self, request):
        scheme, _space, key = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        found = ApiKey.objects.usable(key.strip())
        if found:
            return None, found
        # Guesses count as requests of an unknown client.
        throttle = AnonymousThrottle()
        if not throttle.counted(request):
            raise Throttled(throttle.wait())
        raise AuthenticationFailed(_("This key is unknown, revoked or no longer valid."))

    def authenticate_header(self, request):
        return SCHEME


class KeyScheme(OpenApiAuthenticationExtension):
    target_class = KeyAuthentication
    name = "ApiKey"

    def get_security_definition(self, auto_schema):
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": f"`{SCHEME} <key>`. Reading needs no key; with one the limit is higher.",
        }
