"""What a person does with the own factors and password."""

import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tracker import audit
from tracker.cutting import cut
from tracker.models import FormerPassword, User
from tracker.signin import factors, notices
from tracker.signin.actions.refusals import SignInRefused
from tracker.signin.passwords import NOT_THE_LAST


@transaction.atomic
def add_totp(*, by: User, secret: str, code: str) -> None:
    """Set up one-time codes with the code that proves the secret arrived; that code is used up by it.

    :raises SignInRefused: when the code is wrong, or codes are set up already.
    """
    step = factors.matching_step(secret, code, at=time.time())
    if step is None:
        raise SignInRefused("code", _("This code does not fit. Type the one that the app shows now."))
    if Authenticator.objects.filter(user=by, type=factors.TOTP).exists():
        raise SignInRefused("code", _("One-time codes are set up already."))
    data = {"secret": encrypt(secret), "last_step": step}
    Authenticator.objects.create(user=by, type=factors.TOTP, data=data)
    audit.record("person.add_factor", by, by=by, details={"factor": factors.TOTP})
    notices.tell(by, "factor_added", at=timezone.now())


@transaction.atomic
def add_passkey(*, by: User, name: str, credential: dict[str, Any]) -> None:
    """Keep a passkey whose registration was verified."""
    Authenticator.objects.create(
        user=by, type=factors.PASSKEY, data={"name": cut(name, 80), "credential": credential}
    )
    audit.record("person.add_factor", by, by=by, details={"factor": factors.PASSKEY})
    notices.tell(by, "factor_added", at=timezone.now())


@transaction.atomic
def remove_factor(*, by: User, authenticator: Authenticator) -> None:
    """Take one of one's own factors off; the last one stays, since nothing is shown without it.

    :raises SignInRefused: when it is the last one that this person's role may use.
    """
    User.objects.select_for_update(no_key=True).get(
        pk=by.pk
    )  # two requests at once must not remove the last two
    left = Authenticator.objects.filter(user=by).exclude(pk=authenticator.pk).exclude(type=factors.RECOVERY)
    if factors.needs_passkey(by):
        left = left.filter(type=factors.PASSKEY)
    if not left.exists():
        raise SignInRefused("", _("This is your last factor. Set up another one first."))
    authenticator.delete()
    audit.record("person.remove_factor", by, by=by, details={"factor": authenticator.type})
    notices.tell(by, "factor_removed", at=timezone.now())


@transaction.atomic
def renew_recovery_codes(*, by: User) -> list[str]:
    """Make ten new recovery codes, which are shown this once; the old ones end. Only digests are kept."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    codes = factors.new_recovery_codes()
    salt = factors.new_recovery_codes()[0]
    digests = [factors.digest_of_code(code, salt=salt) for code in codes]
    Authenticator.objects.update_or_create(
        user=by, type=factors.RECOVERY, defaults={"data": {"salt": salt, "digests": digests}}
    )
    audit.record("person.renew_codes", by, by=by, details={"codes": len(codes)})
    notices.tell(by, "codes", at=timezone.now())
    return codes


@transaction.atomic
def change_password(*, by: User, person: User, password: str) -> None:
    """Set a checked password; every other session of the person ends with the next request.

    The hashes of the passwords before are kept as far as the profile ``tw-high`` compares them, and no further.
    """
    if person.has_usable_password():
        FormerPassword.objects.create(person=person, password=person.password, kept_at=timezone.now())
    kept = FormerPassword.objects.filter(person=person).values_list("pk", flat=True)[: NOT_THE_LAST - 1]
    FormerPassword.objects.filter(person=person).exclude(pk__in=list(kept)).delete()
    person.set_password(password)
    person.must_change_password, person.password_changed_at = False, timezone.now()
    person.save(update_fields=["password", "must_change_password", "password_changed_at"])
    audit.record("person.change_password", person, by=by)
    notices.tell(person, "password", at=timezone.now())
