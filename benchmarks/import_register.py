"""How fast a register file of 10,000 rows is imported, and how much memory it takes, on both databases.

    uv run python -m benchmarks.import_register [--rows 10000] [--runs 3] [--db sqlite|postgresql]

Each run is a process of its own on a fresh database: it reads a CSV file, checks it, keeps the check and
applies it, with milestones, sources, search texts and one audit entry for each agreement. Then the same
file is checked again, which must skip every row. The medians are printed, in seconds on the clock and of CPU.
"""

import csv
import io
import os
from datetime import date, timedelta

import django

from benchmarks.runs import memory, report, timed

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
django.setup()

from django.core.management import call_command  # noqa: E402

from agreements.actions.importing import apply_import, check_file, keep_check, read_register  # noqa: E402
from agreements.models import Agreement, Milestone  # noqa: E402
from tests import makers  # noqa: E402

TODAY = date(2025, 3, 20)
HEADER = (
    "partner_iso2,title_zh,title_en,kind,track,negotiation_start,signed,ly_approved,exchanged,in_force,"
    "status,source,confidence"
)


def csv_file(rows: int) -> io.BytesIO:
    """Agreements of fictional partners in every state that the real ones have."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER.split(","))
    for number in range(rows):
        signed = date(1990, 1, 1) + timedelta(days=number)
        later = [signed + timedelta(days=days) for days in (200, 300, 330)]
        status = ("in_force", "signed", "ly_approved", "unknown")[number % 4]
        shown = {"in_force": later, "ly_approved": [*later[:1], "", ""]}.get(status, ["", "", ""])
        code, title = "X" + "ABCDEFGHIJ"[number % 10], f"示例刑事司法互助協定第{number:05}號"
        kinds = ("criminal_mla", "criminal_mla;extradition", "other")[number % 3]
        nature = ("treaty", "agreement", "")[number % 3]
        described = [code, f"[working title] {title}", f"Sample agreement {number:05}", kinds, nature]
        sourced = [status, f"示例來源 {number:05}", ("high", "medium", "low")[number % 3]]
        writer.writerow([*described, signed.year - 2, signed, *shown, *sourced])
    return io.BytesIO(text.getvalue().encode())


def measure(rows: int) -> dict[str, float]:
    """One run in this process, on the database of DATABASE_URL."""
    call_command("migrate", verbosity=0)
    by = makers.lin()
    for letter in "ABCDEFGHIJ":
        makers.partner(f"X{letter}")
    file = csv_file(rows)
    before = memory()
    seconds: dict[str, float] = {}
    register = timed(seconds, "read", lambda: read_register(file, "sample.csv", today=TODAY))
    checked = timed(seconds, "check", lambda: check_file(by=by, file=register, today=TODAY))
    batch = timed(seconds, "keep", lambda: keep_check(by=by, checked=checked))
    timed(seconds, "apply", lambda: apply_import(by=by, batch=batch, today=TODAY))
    total = sum(value for name, value in seconds.items() if "CPU" not in name)
    busy = sum(value for name, value in seconds.items() if "CPU" in name)
    peak = memory()
    again = timed(seconds, "check again", lambda: check_file(by=by, file=register, today=TODAY))
    assert again.counts == {"add": 0, "change": 0, "skip": rows, "refuse": 0}, again.counts
    assert Agreement.objects.count() == rows
    told = {"rows/s": rows / total, "rows/s of CPU": rows / busy, "milestones": Milestone.objects.count()}
    return seconds | told | {"peak MB": peak, "grown MB": peak - before}


if __name__ == "__main__":
    report("benchmarks.import_register", __doc__, measure)
