"""Where the sign-in library asks this house: how passwords are compared, secrets kept, and sign-ins recorded."""

import base64
import hashlib
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.stages import AuthenticateStage
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tracker.models import User
from tracker.moments import moment_words
from tracker.signin import actions, addresses, devices, factors, notices
from tracker.signin.actions.tries import person_of
from tracker.signin.door import WANTED


class AccountAdapter(DefaultAccountAdapter):
    """People are created by an administrator; every try is counted, recorded, and answered in the same words."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": _(
            "This sign-in name and password do not go together. After five wrong passwords in a quarter of an hour "
            "none is looked at for a quarter of an hour; a passkey is."
        ),
        "incorrect_password": _(
            "This is not the password, or there were too many wrong ones: wait a quarter of an hour."
        ),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Whether one may be led there after signing in or out; an address that nobody can read is no way."""
        try:
            return super().is_safe_url(url)
        except ValueError:
            return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """The person whose name and password these are, or None; counted and recorded.

        :raises ImmediateHttpResponse: with status 429 while the address has to wait.
        """
        name, password = credentials.get("username", ""), credentials.get("password", "")
        marks = devices.known(request)
        address = self.get_client_ip(request)
        person = person_of(name) if marks else None
        if person is None or person.pk not in marks:  # a known device is known for its own people only
            refuse_hasty(request, address)
        person = actions.try_password(name=name, password=password, devices=marks)
        if person is None:
            addresses.count_refusal(address, now=time.time())
        return person

    def reauthenticate(self, user: User, password: str) -> bool:  # type: ignore[override]
        """Whether this is a signed-in person's password; counted and recorded as at the sign-in."""
        is_right = self.authenticate(context.request, username=user.username, password=password) == user
        if is_right:
            actions.record_proof(by=user, way="password")
        return is_right

    def pre_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse | None:  # type: ignore[override]
        """Stop people who are switched off or past their last day, however they proved who they are."""
        if actions.may_sign_in(user):
            return None
        actions.record_refusal(person=user, way=factors.used(request, user)[-1], why="switched_off")
        request.session.flush()
        return self.respond_user_inactive(request, user)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:  # type: ignore[override]
        """Record the sign-in with its factors and mark the browser as one of this person's."""
        response = super().post_login(request, user, **kwargs)
        mark = devices.remember(request, response, user)
        was_known = user.pk in devices.known(request)
        self._tell(request, user)
        ways = [way for way in factors.used(request, user) if way != "vouched"]
        actions.record_entry(by=user, ways=ways, device=mark if was_known else "")
        return response

    def _tell(self, request: HttpRequest, user: User) -> None:
        """Tell the person of refusals under this name since the last sign-in."""
        if refused := notices.refusals_since_last_entry(user):
            words = ngettext(
                "Since you last signed in, somebody was refused once under your name (%(last)s). "
                "If it was not you, tell an administrator.",
                "Since you last signed in, somebody was refused %(n)s times under your name, last %(last)s. "
                "If it was not you, tell an administrator.",
                refused.count,
            )
            told = {"n": refused.count, "last": moment_words(refused.last)}
            messages.warning(request, words % told)

    def logout(self, request: HttpRequest) -> None:
        """Sign out, and record it."""
        person = request.user if isinstance(request.user, User) else None
        super().logout(request)
        if person is not None:
            actions.record_leaving(by=person)

    def set_password(self, user: User, password: str) -> None:  # type: ignore[override]
        """What the library's own pages do with a new password."""
        actions.change_password(by=user, person=user, password=password)

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        """The first page, which leads on to what was asked for, when the change had to be; else the own account."""
        return reverse("home" if WANTED in request.session else "myself")

    def get_login_stages(self) -> list[str]:
        """After the password (or the provider) only one stage is left: the second factor."""
        return ["tracker.signin.adapters.FactorStage"]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        return True


def refuse_hasty(request: HttpRequest, address: str) -> None:
    """Answer that the address has to wait, if it has to; nothing is compared and nothing counted then.

    :raises ImmediateHttpResponse: with status 429.
    """
    if seconds := addresses.seconds_to_wait(address, now=time.time()):
        response = render(request, "429.html", {"seconds": seconds}, status=429)
        response["Retry-After"] = str(seconds)
        raise ImmediateHttpResponse(response)


class FactorStage(AuthenticateStage):
    """Asks for the second factor after the password, unless the provider of the single sign-on vouched for one."""

    def _should_handle(self, request: HttpRequest) -> bool:
        records = get_authentication_records(request, self.login.user)
        return super()._should_handle(request) and not any(record.get("vouched") for record in records)

    def handle(self) -> tuple:
        """The page that asks for the factor, and an entry that the password was right; or straight on."""
        response, cont = super().handle()
        if response is not None and isinstance(self.login.user, User):
            person = self.login.user
            if factors.PASSWORD in factors.used(self.request, person):
                mark = devices.known(self.request).get(person.pk, "")
                actions.record_password(by=person, device=mark)
        return response, cont


class FactorAdapter(DefaultMFAAdapter):
    """Encrypts the secrets of one-time codes, and names this house to authenticators."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _(
            "This was not accepted. A code is taken once; after five wrong ones wait a quarter of an hour."
        ),
    }

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()

    def get_totp_issuer(self) -> str:
        return "MLA Tracker"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return super().get_public_key_credential_rp_entity() | {"name": "MLA Tracker"}


def _box() -> MultiFernet:
    """The first secret key encrypts, the earlier ones still decrypt."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [hashlib.sha256(f"tracker.signin.totp:{key}".encode()).digest() for key in keys]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])
