"""Forms of the sign-in: each counts and records through the actions."""

import time
from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.fields import PasswordField, SetPasswordField
from allauth.account.forms import ChangePasswordForm as LibraryChangePasswordForm
from allauth.account.forms import PasswordVerificationMixin
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from allauth.mfa.webauthn.internal import auth
from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from fido2.webauthn import AuthenticationResponse

from tracker.models import User
from tracker.signin import actions, adapters, addresses, passwords


class Codes(forms.Form):
    """What the forms of codes have in common: each code is taken once, and the tries are counted."""

    user: User
    authenticator: Authenticator

    code = forms.CharField(
        label=gettext_lazy("Code"),
        help_text=gettext_lazy("The six digits that your app shows now, or one of your recovery codes."),
        max_length=60,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "text", "autofocus": True}
        ),
    )
    use_required_attribute = False

    def clean_code(self) -> str:
        """:raises ValidationError: for a wrong code, one that was used, and when the way by code is locked."""
        code = self.cleaned_data["code"]
        taken = actions.try_code(person=self.user, code=code)
        if taken is None:
            raise get_adapter().validation_error("incorrect_code")
        self.authenticator = taken
        return code


class CodeForm(Codes, AuthenticateForm):
    """Asks for a one-time code or a recovery code after the password."""


class CodeAgainForm(Codes, ReauthenticateForm):
    """Asks a signed-in person for a code."""

    def clean_code(self) -> str:
        """:raises ValidationError: as its base."""
        code = super().clean_code()
        actions.record_proof(by=self.user, way=self.authenticator.type)
        return code


class Passkeys(forms.Form):
    """What the forms of passkeys have in common: one answer to each challenge, and a counter that only grows."""

    def clean_credential(self) -> Authenticator:
        """:raises ValidationError: for an answer to another challenge, by another key, for another site, or a copy."""
        credential = self.cleaned_data["credential"]
        try:
            authenticator = super().clean_credential()  # type: ignore[misc]
            answer = AuthenticationResponse.from_dict(credential)
        except (ValidationError, AttributeError, KeyError, TypeError, ValueError) as error:
            asked = getattr(self, "user", None)  # nobody when the passkey itself says whose it is
            person = asked if isinstance(asked, User) else None
            actions.record_refusal(person=person, way="passkey", why="wrong", name="passkey")
            raise get_adapter().validation_error("incorrect_code") from error
        finally:
            auth.clear_state()
        counter = answer.response.authenticator_data.counter
        if not actions.advance_counter(by=authenticator.user, authenticator=authenticator, counter=counter):
            raise get_adapter().validation_error("incorrect_code")
        return authenticator


class PasskeyForm(Passkeys, AuthenticateWebAuthnForm):
    """Asks for a passkey after the password."""


class PasskeyAgainForm(Passkeys, ReauthenticateWebAuthnForm):
    """Asks a signed-in person for a passkey."""

    def clean_credential(self) -> Authenticator:
        """:raises ValidationError: as its base."""
        authenticator = super().clean_credential()
        actions.record_proof(by=self.user, way="webauthn")
        return authenticator


class PasskeyAloneForm(Passkeys, LoginWebAuthnForm):
    """Signs in with a passkey that verified its owner, which is two factors in one; no lock closes this way."""

    def clean_credential(self) -> Authenticator:
        """:raises ValidationError: as its base; :raises ImmediateHttpResponse: while the address has to wait."""
        address = get_account_adapter().get_client_ip(context.request)
        adapters.refuse_hasty(context.request, address)
        try:
            return super().clean_credential()
        except ValidationError:
            addresses.count_refusal(address, now=time.time())
            raise


class ChangePasswordForm(LibraryChangePasswordForm):
    """Changes one's own password; the present one is compared under the same count as at the sign-in."""

    def clean_oldpassword(self) -> str:
        """:raises ValidationError: for a wrong one, and for a change before the least age of a password has passed."""
        given = self.cleaned_data["oldpassword"]
        if not get_account_adapter().reauthenticate(self.user, given):
            raise get_account_adapter().validation_error("incorrect_password")
        if not passwords.may_change_again(self.user, now=timezone.now()):
            raise ValidationError(_("A password is changed once a day at most."))
        return given


class NewPasswordForm(PasswordVerificationMixin, forms.Form):
    """Sets a password by a one-time link."""

    use_required_attribute = False
    password1 = SetPasswordField(label=gettext_lazy("New password"))
    password2 = PasswordField(label=gettext_lazy("New password, once more"), autocomplete="new-password")

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].user = person  # type: ignore[attr-defined]


class TotpForm(forms.Form):
    """Proves that the secret arrived in the app."""

    use_required_attribute = False
    code = forms.CharField(
        label=gettext_lazy("The six digits that the app shows"),
        max_length=20,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )


class NewPasskeyForm(forms.Form):
    """Names a new passkey; the browser's script fills in what the key answers."""

    use_required_attribute = False
    name = forms.CharField(
        label=gettext_lazy("Name of the passkey"),
        help_text=gettext_lazy("So that you know it again, for example the device on which it is kept."),
        max_length=80,
    )
    credential = forms.JSONField(widget=forms.HiddenInput)

    def clean_credential(self) -> dict[str, Any]:
        """:raises ValidationError: for an answer that does not fit the challenge, the site, or verified nobody."""
        credential = self.cleaned_data["credential"]
        try:
            auth.parse_registration_response(credential)
            auth.complete_registration(credential)
        except (ValidationError, AssertionError, AttributeError, KeyError, TypeError, ValueError) as error:
            raise ValidationError(_("The passkey was not accepted. Try again.")) from error
        finally:
            auth.clear_state()
        return credential


class ReasonForm(forms.Form):
    """Asks that a person's factors be taken off, with the reason."""

    use_required_attribute = False
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        help_text=gettext_lazy("How you made sure that it is this person who asks."),
        max_length=200,
    )


class SubjectForm(forms.Form):
    """Links a person with the single sign-on."""

    use_required_attribute = False
    subject = forms.CharField(
        label=gettext_lazy("Subject (sub)"),
        help_text=gettext_lazy("As the provider names this person to us; not a mail address."),
        max_length=191,
    )
