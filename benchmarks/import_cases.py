"""How fast a case log of 10,000 rows is imported, and how much memory it takes, on both databases.

    uv run python -m benchmarks.import_cases [--rows 10000] [--runs 3] [--db sqlite|postgresql]

Each run is a process of its own on a fresh database: it reads a CSV file, understands its rows, then plans and writes
them as one batch, with events, items, numbers, bases, search texts and one audit entry for each case. Then the same
file is checked again, which must skip every row. "After parsing" is the planning and the writing. The medians are
printed, in seconds on the clock and of CPU; on PostgreSQL also the CPU of the server's process for the import. With
INSERT_GUARDS=off in the environment it is measured without the triggers that a row added to a case must pass.
"""

import os
from datetime import date
from pathlib import Path

import django

from benchmarks.runs import memory, report, timed

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from cases import disposalguards  # noqa: E402
from cases.actions.importing import check_log, import_at_once, read_log  # noqa: E402
from cases.models import Case, CaseEvent  # noqa: E402
from tests import makers  # noqa: E402
from tests.cases.logs import long_log  # noqa: E402
from tests.cases.makers import in_force  # noqa: E402

TODAY = date(2025, 3, 20)


def measure(rows: int) -> dict[str, float]:
    """One run in this process, on the database of DATABASE_URL."""
    call_command("migrate", verbosity=0)
    by = makers.justice_supervisor()
    for place, letter in enumerate("ABCDEFGHIJ"):
        in_force(makers.partner(f"X{letter}"), date(2021 + place % 4, 3, 1))
    if os.environ.get("INSERT_GUARDS") == "off":
        drop_guards()
    file = long_log(rows)
    before, served = memory(), server_seconds()
    seconds: dict[str, float] = {}
    log = timed(seconds, "parse", lambda: read_log(file, "sample.csv", today=TODAY))
    parsed = memory()
    checked, batch = timed(seconds, "import", lambda: import_at_once(by=by, file=log, stated={}, today=TODAY))
    seconds["import (CPU of server)"] = server_seconds() - served
    peak = memory()
    again = timed(seconds, "check again", lambda: check_log(by=by, file=log, stated={}))
    assert batch is not None and checked.counts["add"] == rows, checked.counts
    assert again.counts == {"add": 0, "change": 0, "skip": rows, "refuse": 0}, again.counts
    assert Case.objects.count() == rows
    told = {
        "rows/s after parsing": rows / seconds["import"],
        "rows/s of CPU": rows / seconds["import (CPU)"],
        "rows/s with parsing": rows / (seconds["import"] + seconds["parse"]),
        "events": CaseEvent.objects.count(),
    }
    return seconds | told | {"peak MB": peak, "grown MB": peak - before, "of it parsing": parsed - before}


def drop_guards() -> None:
    """Take away the triggers of cases.disposalguards for new rows."""
    with connection.cursor() as cursor:
        for name, guard in disposalguards.triggers(connection.vendor).items():
            if guard.event == "INSERT":
                on = f" ON {guard.table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER {name}{on}")


def server_seconds() -> float:
    """The CPU of the process of PostgreSQL that serves this connection, in seconds; 0 on SQLite, which has none."""
    if connection.vendor != "postgresql":
        return 0.0
    times = (
        Path(f"/proc/{connection.connection.info.backend_pid}/stat").read_text().rpartition(")")[2].split()
    )
    return (int(times[11]) + int(times[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    report("benchmarks.import_cases", __doc__, measure)
