"""LOG-5: how fast the history is written and checked. `DATABASE_URL=… uv run python -m drills.history --count 1000000`

The database is filled by it: give an empty one. Seconds are of this process (CPU), beside them those on the clock.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable, Iterator

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402

from tracker import audit  # noqa: E402
from tracker.audit import Deed  # noqa: E402
from tracker.models import Setting  # noqa: E402

SINGLES, ROUNDS, BATCH = 500, 5, 50_000


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds of CPU of this process, and on the clock."""
    cpu, clock = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - cpu, time.perf_counter() - clock


def one_by_one() -> None:
    """A transaction for each entry, as people work."""
    thing = Setting(pk=1, name="x", value="y")
    for number in range(SINGLES):
        with transaction.atomic():
            audit.record("setting.change", thing, by=None, details={"number": number})


def in_batches(count: int) -> None:
    """As an import does."""
    thing = Setting(pk=1, name="x", value="y")

    def deeds(start: int, end: int) -> Iterator[Deed]:
        return (
            Deed("setting.change", thing, {"number": number, "word": "甲國"}) for number in range(start, end)
        )

    for start in range(0, count, BATCH):
        with transaction.atomic():
            audit.record_many(deeds(start, min(start + BATCH, count)), by=None)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1_000_000)
    count = parser.parse_args().count
    call_command("migrate", verbosity=0)
    singles = [timed(one_by_one) for _round in range(ROUNDS)]
    cpu, clock = (statistics.median(one[kind] for one in singles) for kind in (0, 1))
    print(
        f"{connection.vendor}: one by one {SINGLES / cpu:,.0f} a second of CPU, {SINGLES / clock:,.0f} on the clock"
    )
    cpu, clock = timed(lambda: in_batches(count))
    print(f"in batches of {BATCH:,}: {count / cpu:,.0f} a second of CPU, {count / clock:,.0f} on the clock")
    verdicts: list[audit.Verdict] = []
    cpu, clock = timed(lambda: verdicts.append(audit.verify()))
    print(
        f"checked {verdicts[0].entries:,} entries, intact: {verdicts[0].intact}; {cpu:.1f} s of CPU, {clock:.1f} on the clock"
    )


if __name__ == "__main__":
    main()
