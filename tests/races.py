"""A process of the race tests: prepares files, or takes the same step on each of them at the same time as its twin.

Run as `python -m tests.races prepare|take|count N`; the database comes from DATABASE_URL.
"""

import json
import os
import sys
from datetime import date

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
django.setup()

from django.core.management import call_command  # noqa: E402

from agreements.actions import StepRefused, StepRequest, take_step  # noqa: E402
from agreements.models import Agreement, Milestone  # noqa: E402
from tests import makers  # noqa: E402
from tracker import audit  # noqa: E402
from tracker.models import User  # noqa: E402
from tracker.partialdate import PartialDate  # noqa: E402


def prepare(count: int) -> dict[str, int]:
    """An empty database, one officer, and ``count`` files at stage 10."""
    call_command("migrate", verbosity=0)
    mei = makers.mei()
    for number in range(count):
        makers.agreement(mei, title_zh=f"示例 {number}")
    return {"files": count}


def take(count: int) -> dict[str, int]:
    """Take `open_talks` on every file with the version that all files have at first."""
    mei = User.objects.get(username="mei")
    request = StepRequest(step="open_talks", happened=PartialDate.of(date(2024, 1, 10)))
    taken = refused = 0
    for file in Agreement.objects.order_by("number")[:count]:
        try:
            take_step(by=mei, agreement=file, request=request, today=makers.TODAY, version=1)
            taken += 1
        except StepRefused:
            refused += 1
    return {"taken": taken, "refused": refused}


def count(expected: int) -> dict[str, int | bool]:
    """What stands in the register afterwards."""
    per_file = Milestone.objects.values_list("agreement", flat=True)
    return {
        "milestones": len(per_file),
        "files": len(set(per_file)),
        "intact": audit.verify().intact,
        "expected": expected,
    }


if __name__ == "__main__":
    deed, number = {"prepare": prepare, "take": take, "count": count}[sys.argv[1]], int(sys.argv[2])
    print(json.dumps(deed(number)))
