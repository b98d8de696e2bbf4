"""A process of the approval races: prepares reports that wait, or approves each of them at the moment its twin does.

Run as `python -m tests.reports.approvals prepare|guarded|bare|count [WHO FOLDER]`; the database comes from DATABASE_URL.
"""

import json
import os
import sys
import time
from datetime import date
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from agreements.actions import StepRefused  # noqa: E402
from reports.actions import frozen, load_indicators  # noqa: E402
from reports.catalogue import Parameters  # noqa: E402
from reports.guards import remove_guards  # noqa: E402
from reports.models import Decision, FrozenReport  # noqa: E402
from tests import makers  # noqa: E402
from tests.reports.conftest import NAMES  # noqa: E402
from tracker import audit  # noqa: E402
from tracker.models import Document, User  # noqa: E402

REPORTS = 3
"""So many reports of each race."""
PATIENCE = 60
"""Seconds for which one twin waits for the other."""


def prepare() -> dict[str, int]:
    """Two supervisors, and reports that an officer laid before them."""
    call_command("migrate", verbosity=0)
    for code, (zh, en) in NAMES.items():
        makers.partner(code, name_zh=zh, name_en=en, is_sample=False)
    load_indicators(by=None)
    mei, _lin, _chen = makers.mei(), makers.lin(), makers.justice_supervisor()
    given = {"code": "T4", "parameters": Parameters(date(2024, 12, 31)), "today": date(2025, 3, 20)}
    for _report in range(REPORTS * 2):
        frozen.submit_report(by=mei, report=frozen.draft_report(by=mei, **given))
    return {"reports": REPORTS}


def lay_bare() -> None:
    """The control: no trigger, no constraint, and no lock with which the state is asked again."""
    remove_guards(connection)
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX IF EXISTS a_report_is_approved_once")
    frozen._lock = lambda report, version, *, by: report


def meet(who: str, folder: Path, pk: int) -> None:
    """Return once the twin has come to the same report too."""
    (folder / f"{who}-{pk}").touch()
    until = time.monotonic() + PATIENCE
    while len(list(folder.glob(f"*-{pk}"))) < 2:
        assert time.monotonic() < until
        time.sleep(0.001)


def approve(who: str, folder: Path) -> dict[str, int]:
    """Approve the next reports that wait, each at the moment in which the twin does."""
    by = User.objects.get(username=who)
    waiting = list(FrozenReport.objects.waiting().order_by("pk")[:REPORTS])
    meet(who, folder, 0)
    approved = refused = 0
    for report in waiting:
        meet(who, folder, report.pk)
        try:
            frozen.approve_report(by=by, report=report)
            approved += 1
        except StepRefused:
            refused += 1
    return {"approved": approved, "refused": refused}


def count() -> dict[str, int | bool]:
    """What stands in the database afterwards."""
    return {
        "approved": FrozenReport.objects.approved().count(),
        "approvals": Decision.objects.filter(kind="approve").count(),
        "papers": Document.objects.count(),
        "intact": audit.verify().intact,
    }


if __name__ == "__main__":
    deed, *given = sys.argv[1:]
    if deed == "bare":
        lay_bare()
    if deed in ("guarded", "bare"):
        found = approve(given[0], Path(given[1]))
    else:
        found = {"prepare": prepare, "count": count}[deed]()
    print(json.dumps(found))
