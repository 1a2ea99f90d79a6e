"""What a browser sends as the answer of a key, which may be anything."""

import struct

from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm, LoginWebAuthnForm
from django.core.exceptions import ValidationError

from .factors import WRONG_CODE

# allauth and fido2 refuse what is well formed and wrong; of the rest they make one of these.
MEANINGLESS = (AttributeError, LookupError, TypeError, ValueError, struct.error)


class AskingForm(AuthenticateWebAuthnForm):
    def clean_credential(self):
        try:
            return super().clean_credential()
        except MEANINGLESS:
            raise ValidationError(WRONG_CODE) from None


class PasskeyForm(LoginWebAuthnForm):
    """Nobody is named: the passkey says whose it is, and that its owner was there. Of the keys of
    an account those open it alone that were added so."""

    def clean_credential(self):
        try:
            passkey = super().clean_credential()
        except MEANINGLESS:
            raise ValidationError(WRONG_CODE) from None
        user = passkey.user
        if not (user.is_active and user.is_staff and passkey.wrap().is_passwordless):
            raise ValidationError(WRONG_CODE)
        return passkey


class AddingForm(AddWebAuthnForm):
    def clean(self):
        try:
            return super().clean()
        except MEANINGLESS:
            raise ValidationError(WRONG_CODE) from None
