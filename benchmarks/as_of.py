"""Times the as-of list and figures at 10,000 agreements with 100,000 milestones.

Run on an empty database of its own:
    DATABASE_URL=sqlite:////tmp/bench.sqlite3 uv run python -m benchmarks.as_of
    DATABASE_URL=postgres://… uv run python -m benchmarks.as_of
"""

import os
import statistics
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, reset_queries  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from agreements.figures import figures_of  # noqa: E402
from agreements.lifecycle import PHASE_OF  # noqa: E402
from agreements.models import Agreement, AgreementSubject, Milestone, Partner  # noqa: E402
from tracker.models import User  # noqa: E402
from tracker.partialdate import PartialDate  # noqa: E402

AGREEMENTS, ROUNDS = 10_000, 7
WALK = [("open_talks", "20"), ("initial", "25"), ("approve_text", ""), ("sign", "35"), ("submit", "40"),
        ("send_to_legislature", "45"), ("approve", "50"), ("issue_instrument", "55"), ("exchange", "60"),
        ("enter_into_force", "70")]  # fmt: skip
DAY = date(2020, 6, 30)


def load() -> None:
    """10,000 walked files, ten milestones each, begun over twenty years."""
    now = datetime.now(UTC)
    user = User.objects.create(username="bench", name="bench", ministry="foreign_affairs")
    partners = Partner.objects.bulk_create(
        Partner(code=f"{a}{b}", name_zh=f"{a}{b}", name_en=f"{a}{b}")
        for a in "ABCDEFGH"
        for b in "ABCDEFGHIJKLMNOPQRST"
    )
    files = Agreement.objects.bulk_create(
        [
            Agreement(number=f"A-{n // 1000:03d}-{n % 1000:03d}", partner=partners[n % len(partners)], title_zh=f"示例 {n}",
                      track="T1", nature="treaty", recorded_at=now, recorded_by=user)
            for n in range(AGREEMENTS)
        ],
        batch_size=1000,
    )  # fmt: skip
    AgreementSubject.objects.bulk_create(
        [AgreementSubject(agreement=file, subject="criminal_mla") for file in files], batch_size=1000
    )
    facts = []
    for n, file in enumerate(files):
        begun = date(2005, 1, 1) + timedelta(days=n % 6000)
        for place, (step, stage) in enumerate(WALK):
            day = PartialDate.of(begun + timedelta(days=90 * place))
            facts.append(
                Milestone(agreement=file, step=step, stage=stage, phase=PHASE_OF[stage] if stage else "", order=place + 1,
                          happened=day, counted=day, recorded_at=now, recorded_by=user)
            )  # fmt: skip
    Milestone.objects.bulk_create(facts, batch_size=1000)


def timed(name: str, work: Callable[[], object]) -> None:
    """Median of seven runs, and the statements of one."""
    work()
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    with CaptureQueriesContext(connection) as captured:
        work()
    print(
        f"{connection.vendor:11} {name:44} median {statistics.median(times) * 1000:8.1f} ms  {len(captured)} statements"
    )


if __name__ == "__main__":
    call_command("migrate", verbosity=0)
    if not Agreement.objects.exists():
        load()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"{Agreement.objects.count()} agreements, {Milestone.objects.count()} milestones, as of {DAY}")
    rows = Agreement.objects.all()
    timed(
        "the whole list, values only",
        lambda: list(rows.as_of(DAY).values_list("number", "stage_then", "phase_then")),
    )
    timed(
        "the whole list as known on a day",
        lambda: list(rows.as_of(DAY, date.today()).values_list("number", "stage_then")),
    )
    timed(
        "one page of 50 rows with partner and subjects",
        lambda: list(rows.as_of(DAY).with_rows().order_by("number")[:50]),
    )
    timed(
        "one lane: in force, 50 rows",
        lambda: list(rows.as_of(DAY).filter(phase_then="in_force").order_by("number")[:50]),
    )
    timed("the figures of the board", lambda: figures_of(rows, DAY))
    floor = Milestone.objects.filter(counted_to__lte=DAY).values_list("agreement_id", "stage")
    timed("floor: read every reached milestone", lambda: list(floor.all()))
    reset_queries()
    print(rows.as_of(DAY).values_list("number", "stage_then", "phase_then").explain())
