"""Second factors: one-time codes, recovery codes, and what a sign-in lacks. Rules only: nothing is written here."""

import base64
import hashlib
import hmac
import re
import secrets
from collections.abc import Collection

from allauth.account.internal.flows.login import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.http import HttpRequest

from tracker.models import User

STEP_SECONDS = 30
TOLERANCE = 1
"""A code is taken one step early or late, for clocks that differ."""
RECOVERY_CODES = 10
RECOVERY_BYTES, RECOVERY_GROUP = 15, 4
TOTP, PASSKEY, RECOVERY = (
    Authenticator.Type.TOTP.value,
    Authenticator.Type.WEBAUTHN.value,
    Authenticator.Type.RECOVERY_CODES.value,
)
PASSWORD, SINGLE_SIGN_ON = "password", "oidc"


def matching_step(secret: str, code: str, *, at: float) -> int | None:
    """The time step to which a one-time code belongs, if it belongs to the present one or a neighbour.

    ``at`` is a Unix time in seconds; blanks in the code do not count (RFC 6238).
    """
    typed = re.sub(r"\s", "", code)
    present = int(at) // STEP_SECONDS
    for step in range(present - TOLERANCE, present + TOLERANCE + 1):
        if hmac.compare_digest(typed.encode(), format_hotp_value(hotp_value(secret, step)).encode()):
            return step
    return None


def new_recovery_codes() -> list[str]:
    """Ten codes of 120 random bits, in groups of four letters and digits."""
    texts = (base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode() for _n in range(RECOVERY_CODES))
    return ["-".join(re.findall(f".{{{RECOVERY_GROUP}}}", text)) for text in texts]


def digest_of_code(code: str, *, salt: str) -> str:
    """What is kept of a recovery code: 120 random bits cannot be tried out, so one SHA-256 is enough."""
    plain = re.sub(r"[^A-Z0-9]", "", code.upper())
    return hashlib.sha256(f"{salt}:{plain}".encode()).hexdigest()


def registered(user: User) -> set[str]:
    """The kinds of second factors that a person has set up; recovery codes alone are none. One query."""
    types = Authenticator.objects.filter(user=user).exclude(type=RECOVERY)
    return set(types.values_list("type", flat=True))


def used(request: HttpRequest, user: User) -> list[str]:
    """By what this session was signed in to, in order: password, totp, recovery_codes, webauthn, oidc."""
    kinds = []
    for record in get_authentication_records(request, user):
        kind = record["type"] if record["method"] == "mfa" else record["method"]
        kinds += [kind] if kind not in kinds else []
        if record.get("vouched"):
            kinds += ["vouched"]
    return kinds


def needs_passkey(user: User) -> bool:
    """Whether the person's role signs in with a passkey only."""
    return user.role in settings.PASSKEY_ROLES


def lacks(user: User, kinds: Collection[str], has: Collection[str]) -> str:
    """What a session still lacks before it shows anything.

    ``kinds`` are what it was signed in with, ``has`` what the person has set up. The answer is "" for nothing,
    "set_up" or "set_up_passkey" when a factor is still to be set up, "use" or "use_passkey" when one is there and
    was not used.
    """
    is_strong = bool({TOTP, RECOVERY, PASSKEY, "vouched"} & set(kinds))
    if needs_passkey(user):
        if PASSKEY in kinds:
            return ""
        if PASSKEY in has:
            return "use_passkey"
        return "use" if has and not is_strong else "set_up_passkey"
    if is_strong:
        return ""
    return "use" if has else "set_up"
