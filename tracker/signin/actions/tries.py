"""Every try to sign in: counted, taken or refused, and recorded.

The tries are counted in the audit trail itself: one entry per try, under a lock per account, so that however many
processes serve, no more than five wrong passwords are compared in a quarter of an hour. What is locked is the way by
password (and by code) only: a passkey, and a device on which the person signed in before, stay open, so that nobody
can lock another person out.
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import decrypt
from django.contrib.auth.hashers import make_password
from django.db import connection, models, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac

from tracker import audit
from tracker.models import Entry, User
from tracker.signin import factors, notices

LOCK = 7_115
TRIES = 5
WINDOW = timedelta(minutes=15)
WRONG, LOCKED, RIGHT = "signin.wrong", "signin.locked", ("signin.password", "signin.enter", "signin.unlock")


class UnknownName:
    """Stands in the trail for a sign-in name that nobody has: its keyed digest, never the name (it may be a password)."""

    _meta = SimpleNamespace(label_lower="tracker.unknownname")

    def __init__(self, typed: str) -> None:
        self.pk = salted_hmac("tracker.signin.name", typed.casefold(), algorithm="sha256").hexdigest()[:40]

    def __str__(self) -> str:
        return "?"


@dataclass(frozen=True, slots=True)
class Try:
    """One try at the door: which step (password, code, passkey, oidc), and the mark of the known device, or ""."""

    about: User | UnknownName
    step: str
    device: str = ""

    def details(self, **more: Any) -> dict[str, Any]:
        return {"way": self.step} | ({"device": self.device} if self.device else {}) | more


@contextmanager
def one_at_a_time(key: str) -> Iterator[None]:
    """Let one transaction at a time, of all processes, pass with this key. On SQLite all writers wait for one another."""
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK, key])
        yield


def person_of(name: str) -> User | None:
    """The one person whose sign-in name this is, capitals or not."""
    found = User.objects.filter(username__iexact=name)[:2]
    return found[0] if len(found) == 1 else None


def try_password(*, name: str, password: str, devices: Mapping[int, str] | None = None) -> User | None:
    """Compare a password, unless five were wrong within a quarter of an hour; None for every refusal.

    Exactly one password is hashed whatever the answer, so that neither the answer nor the work tells whether the
    account exists, is locked or is switched off. ``devices`` marks the browser as one on which these people (by key)
    signed in before: it is counted by itself.
    """
    person = person_of(name)
    attempt = Try(
        person or UnknownName(name), "password", (devices or {}).get(person.pk, "") if person else ""
    )
    with one_at_a_time(f"{attempt.about.pk}:{attempt.device}"):
        if is_locked(attempt):
            _record(LOCKED, attempt)
        elif person is not None and person.check_password(password):
            if may_sign_in(person):
                return person
            _record("signin.refuse", attempt, why="switched_off")
            return None
        else:
            _record_wrong(attempt)
            if person is not None:
                return None
    make_password(password)
    return None


def may_sign_in(person: User) -> bool:
    """Whether the account is switched on and its last day has not passed."""
    return person.is_active and (
        person.ends_on is None or person.ends_on >= timezone.localtime(timezone.now()).date()
    )


def is_locked(attempt: Try) -> bool:
    """Whether the last five that were compared were wrong within a quarter of an hour, the last one as short ago."""
    newest = list(tries_of(attempt)[:TRIES])
    if len(newest) < TRIES or any(verb != WRONG for verb, _at in newest):
        return False
    last, first = newest[0][1], newest[-1][1]
    return timezone.now() - last < WINDOW and last - first < WINDOW


def tries_of(attempt: Try) -> models.QuerySet:
    """The verbs and moments of the tries by this step from this device, or from all unknown ones, newest first."""
    about = attempt.about
    kept = Entry.objects.filter(about_model=about._meta.label_lower, about_id=str(about.pk))
    if attempt.step == "password":
        kept = kept.filter(models.Q(verb=WRONG, details__way="password") | models.Q(verb__in=RIGHT))
    else:
        kept = kept.filter(verb=WRONG, details__way=attempt.step)
    if attempt.device:
        kept = kept.filter(models.Q(details__device=attempt.device) | models.Q(verb="signin.unlock"))
    else:
        kept = kept.exclude(details__has_key="device")
    return kept.order_by("-id").values_list("verb", "at")


def _record(verb: str, attempt: Try, *, by: User | None = None, **more: Any) -> None:
    audit.record(verb, cast(models.Model, attempt.about), by=by, details=attempt.details(**more))


def _record_wrong(attempt: Try) -> None:
    """Record a wrong one, and tell the person when it was the one that locks."""
    _record(WRONG, attempt)
    if is_locked(attempt) and isinstance(attempt.about, User):
        notices.tell(attempt.about, "locked", at=timezone.now())


def record_refusal(*, person: User | None, way: str, why: str, name: str = "") -> None:
    """Record that somebody was refused for another reason than a wrong password or code; nobody is its actor."""
    with transaction.atomic():
        _record("signin.refuse", Try(person or UnknownName(name), way), why=why)


@transaction.atomic
def record_password(*, by: User, device: str = "") -> None:
    """Record that the password was right and a second factor is asked for."""
    _record("signin.password", Try(by, "password", device), by=by)


@transaction.atomic
def record_entry(*, by: User, ways: list[str], device: str = "") -> None:
    """Record that a person signed in, and by which factors; it is mailed when the browser was not known."""
    details = {"factors": ways} | ({"device": device} if device else {})
    audit.record("signin.enter", by, by=by, details=details)
    if not device:
        notices.tell(by, "new_browser", at=timezone.now())


@transaction.atomic
def record_leaving(*, by: User) -> None:
    """Record that a person signed out."""
    audit.record("signin.leave", by, by=by)


@transaction.atomic
def record_proof(*, by: User, way: str) -> None:
    """Record that a signed-in person proved again who it is."""
    audit.record("signin.prove", by, by=by, details={"way": way})


def try_code(*, person: User, code: str) -> Authenticator | None:
    """Take a one-time code or a recovery code, each of them once; None for every refusal.

    Five wrong ones within a quarter of an hour lock the way by code.
    """
    attempt = Try(person, "code")
    with one_at_a_time(f"{person.pk}:code"):
        if is_locked(attempt):
            _record(LOCKED, attempt)
            return None
        kept = Authenticator.objects.select_for_update(no_key=True).filter(user=person)
        for authenticator in kept.exclude(type=factors.PASSKEY):
            take = _take_totp if authenticator.type == factors.TOTP else _take_recovery_code
            if take(authenticator, code):
                authenticator.user = person
                return authenticator
        _record_wrong(attempt)
        return None


def _take_totp(authenticator: Authenticator, code: str) -> bool:
    """Whether the code is right and later than every one taken before; it then counts as taken."""
    step = factors.matching_step(decrypt(authenticator.data["secret"]), code, at=time.time())
    if step is None or step <= authenticator.data.get("last_step", -1):
        return False
    authenticator.data["last_step"] = step
    authenticator.save(update_fields=["data"])
    return True


def _take_recovery_code(authenticator: Authenticator, code: str) -> bool:
    """Whether the code is one of those left; it is then struck out."""
    digest = factors.digest_of_code(code, salt=authenticator.data.get("salt", ""))
    left = authenticator.data.get("digests", [])
    if digest not in left:
        return False
    authenticator.data["digests"] = [each for each in left if each != digest]
    authenticator.save(update_fields=["data"])
    return True


@transaction.atomic
def advance_counter(*, by: User, authenticator: Authenticator, counter: int) -> bool:
    """Keep a passkey's signature counter; False when it did not grow, which means that the key was copied.

    Passkeys that are kept by a platform count nothing and always send 0 (WebAuthn Level 2, 6.1.1).
    """
    kept = Authenticator.objects.select_for_update(no_key=True).get(pk=authenticator.pk)
    last = kept.data.get("counter", kept.wrap().authenticator_data.counter)
    if (counter or last) and counter <= last:
        _record("signin.refuse", Try(by, "passkey"), why="counter")
        return False
    kept.data["counter"] = counter
    kept.save(update_fields=["data"])
    return True
