"""What the commands for scripts share: days as arguments, JSON on standard output, people by sign-in name."""

import argparse
import json
from datetime import date, datetime
from typing import Any, TextIO

from django.core.management.base import CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from tracker import rocdate
from tracker.fields import refusal
from tracker.models import User
from tracker.partialdate import PartialDate
from tracker.workdays import TAIPEI


def taipei_today() -> date:
    """The day on the office's calendar."""
    return timezone.localdate(timezone=TAIPEI)


def day(text: str) -> date:
    """An exact day typed in any form, for ``argparse``.

    :raises argparse.ArgumentTypeError: when it is not a day.
    """
    exact = partial_day(text).exact
    if exact is None:
        raise argparse.ArgumentTypeError(f"“{text}” is not an exact day: write 2024-12-31 or 113/12/31")
    return exact


def partial_day(text: str) -> PartialDate:
    """A day, month or year typed in any form, for ``argparse``.

    :raises argparse.ArgumentTypeError: when it cannot be read.
    """
    try:
        return rocdate.parse(text)
    except rocdate.RocDateError as error:
        raise argparse.ArgumentTypeError("; ".join(refusal(error).messages)) from error


def person(username: str) -> User:
    """The active person with this sign-in name.

    :raises CommandError: when there is none.
    """
    found = User.objects.filter(username=username, is_active=True).first()
    if found is None:
        raise CommandError(f"there is no active person with the sign-in name “{username}”")
    return found


def write_json(data: Any, to: TextIO | Any) -> None:
    """Write ``data`` as JSON that a person can read too."""
    to.write(json.dumps(data, ensure_ascii=False, indent=2, cls=DjangoJSONEncoder))


def iso(moment: date | datetime | None) -> str | None:
    return moment.isoformat() if moment else None
