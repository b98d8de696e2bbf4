"""A process of the race for the sign-in: tries passwords, or takes one-time codes, at the same time as its twins.

Run as `python -m tests.signinraces`; it reads one deed a line from its input and answers with a line of JSON each. The
database comes from DATABASE_URL. The control tries passwords with the lock taken away, and is the last deed.
"""

import json
import os
import sys
import time
from contextlib import nullcontext

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
django.setup()

from allauth.mfa.models import Authenticator  # noqa: E402
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value  # noqa: E402
from allauth.mfa.utils import encrypt  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth.hashers import MD5PasswordHasher  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import transaction  # noqa: E402

from tests import makers  # noqa: E402
from tracker.models import User  # noqa: E402
from tracker.signin.actions import tries  # noqa: E402

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
FIRST_STEP = 60_000_000
TRIES, CODES = 12, 30
compared = 0
now = time.time


class Slow(MD5PasswordHasher):
    """Takes about as long as the real one, and counts what it compares."""

    def verify(self, password, encoded):
        global compared
        compared += 1
        time.sleep(0.05)
        return super().verify(password, encoded)


settings.PASSWORD_HASHERS = [f"{__name__}.Slow"]


def prepare() -> int:
    """An empty database and two people with passwords, one of them with one-time codes."""
    call_command("migrate", verbosity=0)
    for person in (makers.mei(), makers.jun()):
        person.set_password("Quill-73 lantern marsh")
        person.save()
    data = {"secret": encrypt(SECRET), "last_step": FIRST_STEP - 10}
    Authenticator.objects.create(user=User.objects.get(username="mei"), type="totp", data=data)
    return User.objects.count()


def ready() -> bool:
    return True


def passwords(name: str = "mei") -> int:
    """A dozen wrong passwords; how many of them were compared at all."""
    before = compared
    for number in range(TRIES):
        tries.try_password(name=name, password=f"wrong {number}")
    return compared - before


def control() -> int:
    """The same without the lock: each process reads the count before the others have written theirs."""
    tries.one_at_a_time = lambda key: nullcontext()
    tries._record = transaction.atomic(tries._record)
    return passwords("jun")


def codes() -> list[int]:
    """The same codes as the twins, each of which holds at an hour of its own; which of them were taken."""
    mei = User.objects.get(username="mei")
    is_locked, tries.is_locked = tries.is_locked, lambda attempt: False  # the twins' reuse counts as wrong
    taken = []
    for number in range(CODES):
        step = FIRST_STEP + 100 * number
        tries.time.time = lambda step=step: step * 30.0
        if tries.try_code(person=mei, code=format_hotp_value(hotp_value(SECRET, step))):
            taken.append(number)
    tries.is_locked, tries.time.time = is_locked, now
    return taken


if __name__ == "__main__":
    deeds = {"prepare": prepare, "ready": ready, "passwords": passwords, "control": control, "codes": codes}
    for line in sys.stdin:
        print(json.dumps(deeds[line.strip()]()), flush=True)
