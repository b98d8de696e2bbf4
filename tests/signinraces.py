"""A process of the race for the sign-in: tries passwords, or takes one-time codes, at the same time as its twins.

Run as `python -m tests.signinraces prepare|passwords|forget|control|codes N`; the database comes from DATABASE_URL. The control
tries passwords with the lock taken away.
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
compared = 0


class Slow(MD5PasswordHasher):
    """Takes about as long as the real one, and counts what it compares."""

    def verify(self, password, encoded):
        global compared
        compared += 1
        time.sleep(0.05)
        return super().verify(password, encoded)


settings.PASSWORD_HASHERS = [f"{__name__}.Slow"]


def prepare(_count: int) -> dict[str, int]:
    """An empty database and one person with a password and one-time codes."""
    call_command("migrate", verbosity=0)
    mei = makers.mei()
    mei.set_password("Quill-73 lantern marsh")
    mei.save()
    Authenticator.objects.create(
        user=mei, type="totp", data={"secret": encrypt(SECRET), "last_step": FIRST_STEP - 10}
    )
    return {"people": User.objects.count()}


def forget(_count: int) -> dict[str, int]:
    """The lock ended by an administrator, so that the next race begins anew."""
    tries.record_entry(person=User.objects.get(username="mei"), ways=["password"])
    return {}


def passwords(count: int) -> dict[str, int]:
    """So many wrong passwords; how many of them were compared at all."""
    for number in range(count):
        tries.try_password(name="mei", password=f"wrong {number}")
    return {"compared": compared}


def control(count: int) -> dict[str, int]:
    """The same without the lock: each process reads the count before the others have written theirs."""
    tries.one_at_a_time = lambda key: nullcontext()
    tries._record = transaction.atomic(tries._record)
    return passwords(count)


def codes(count: int) -> dict[str, list[int]]:
    """The same ``count`` codes as the twins, each of which holds at an hour of its own; which of them were taken."""
    mei = User.objects.get(username="mei")
    taken = []
    for number in range(count):
        step = FIRST_STEP + 100 * number
        tries.time.time = lambda step=step: step * 30.0
        tries.is_locked = lambda attempt: (
            False
        )  # the other one's reuse counts as wrong; the lock has tests of its own
        if tries.try_code(person=mei, code=format_hotp_value(hotp_value(SECRET, step))):
            taken.append(number)
    return {"taken": taken}


if __name__ == "__main__":
    deeds = {"prepare": prepare, "passwords": passwords, "control": control, "forget": forget, "codes": codes}
    print("ready", flush=True)
    sys.stdin.readline()  # until all twins are ready
    print(json.dumps(deeds[sys.argv[1]](int(sys.argv[2]))))
