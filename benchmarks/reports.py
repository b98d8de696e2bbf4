"""How long each statistic of cases takes, with the cases that `sample_cases` made, and by what plan.

    uv run python -m benchmarks.reports [--count 100000] [--times 1] [--runs 3] [--plans FILE] [--only S01 …]
    DATABASE_URL=postgres://… uv run python -m benchmarks.reports --database-url "$DATABASE_URL"

A PostgreSQL of its own is started and loaded unless an address is given; a database that holds no cases is loaded.
With --times 10 what was loaded is copied in PostgreSQL until there is ten times as much, which takes minutes where loading
takes an hour: cases, steps and things asked, the same days with other numbers; the index of words is not copied.
Printed are, report by report, the medians of the clock, of this process's CPU (with SQLite that is the database too) and of
the CPU that PostgreSQL spent beside it, statements and rows. The last lines are the same for the pages of the ledger, the
supervisors' home and the ranking. With --plans, the plan of each statement is written.
"""

import argparse
import os
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import django
import psutil

from benchmarks.serving import database

CODES = ("S01", "S02", "S03", "S04", "S05", "S06", "S07", "S08", "S09")


def main() -> None:
    options = _options()
    with database(options.database_url) as url:
        os.environ |= {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tracker.settings"}
        django.setup()
        _load(options.count, options.times)
        print("| Report | clock, s | CPU here, s | CPU of the database, s | statements | rows |")
        print("|" + " --- |" * 6)
        plans: list[str] = []
        for name, work in _works():
            if not options.only or name in options.only:
                plans += _tell(name, work, options.runs, wants_plans=bool(options.plans))
        if options.plans:
            Path(options.plans).write_text("\n\n".join(plans))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=100_000, help="cases to load into an empty database")
    parser.add_argument("--times", type=int, default=1, help="copy the cases of a new database so many times")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--database-url", default="")
    parser.add_argument("--plans", default="", metavar="FILE", help="write the plans of the statements there")
    parser.add_argument("--only", nargs="*", default=[], metavar="NAME", help="only these")
    return parser.parse_args()


def _load(count: int, times: int) -> None:
    from django.core.management import call_command
    from django.db import connection

    from cases.models import Case, CaseEvent

    call_command("migrate", verbosity=0)
    if not Case.objects.exists():
        call_command("sample_cases", count=count, seed=1, verbosity=0)
        _copy(times)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
    print(f"{Case.objects.count():,} cases, {CaseEvent.objects.count():,} events, {connection.vendor}\n")


def _copy(times: int) -> None:
    """Copy every case with its steps and things ``times`` - 1 times, past triggers and constraints between tables."""
    from django.db import connection

    from cases.models import AssistanceItem, Case, CaseEvent

    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("SELECT max(id) FROM cases_case")
        (width,) = cursor.fetchone()
        for turn in range(1, times):
            for model, changed in (
                (Case, {"id": f"id + {turn * width}", "number": f"number || '-{turn}'"}),
                (CaseEvent, {"case_id": f"case_id + {turn * width}"}),
                (AssistanceItem, {"case_id": f"case_id + {turn * width}"}),
            ):
                columns = [
                    str(f.column) for f in model._meta.concrete_fields if f.column != "id" or model is Case
                ]
                names = ", ".join(f'"{column}"' for column in columns)
                values = ", ".join(changed.get(column, f'"{column}"') for column in columns)
                key = "id" if model is Case else "case_id"
                table = model._meta.db_table
                cursor.execute(
                    f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE {key} <= {width}"
                )
        cursor.execute("SET session_replication_role = DEFAULT")


def _works() -> Iterator[tuple[str, Callable[[], Any]]]:
    """Every statistic over the days that it spans of itself, as an officer reads it; then the pages of the ledger."""
    from agreements.models import Partner
    from cases.models import Case
    from reports.catalogue import REPORTS, Parameters
    from reports.home import home_page
    from reports.ledgerpage import ledger_page, partner_ledger, reciprocity_of_partner
    from reports.reciprocity import Order
    from tracker.models import User
    from tracker.roles import Ministry, Role

    day = Case.objects.latest("received_on").received_on
    reader = User.objects.filter(ministry=Ministry.JUSTICE, role=Role.OFFICER).order_by("pk").first()
    assert day is not None and reader is not None
    asked = Parameters(day, with_samples=True)
    for code in CODES:
        yield code, lambda code=code: REPORTS[code].run(asked, reader=reader)
    small = Partner.objects.get(code="XA")
    yield "ledger", lambda: ledger_page(asked, Order.IMBALANCE, reader=reader)
    yield "ledger of XA", lambda: partner_ledger(small, asked, reader=reader)
    yield "panel of XA", lambda: reciprocity_of_partner(small, reader, day)
    chief = User.objects.filter(ministry=Ministry.JUSTICE, role=Role.SUPERVISOR).order_by("pk").first()
    if chief is not None:
        yield "supervisors' home", lambda: home_page(reader=chief, today=day)
    yield "P01", lambda: REPORTS["P01"].run(asked, reader=reader)


def _tell(name: str, work: Callable[[], Any], runs: int, *, wants_plans: bool) -> list[str]:
    """Print one line; answer the plans of the statements."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    clock, busy, spent = [], [], []
    made: Any = None
    for _run in range(runs):
        before = _spent_by_database()
        with CaptureQueriesContext(connection) as captured:
            start, process = time.perf_counter(), time.process_time()
            made = work()
            clock.append(time.perf_counter() - start)
            busy.append(time.process_time() - process)
        spent.append(_spent_by_database() - before)
    rows = len(getattr(made, "rows", ()))
    told = " | ".join(f"{statistics.median(times):.2f}" for times in (clock, busy, spent))
    print(f"| {name} | {told} | {len(captured)} | {rows} |", flush=True)
    if not wants_plans:
        return []
    return [
        f"# {name}\n{query['sql']}\n{_plan(query['sql'])}" for query in captured if "cases_" in query["sql"]
    ]


def _spent_by_database() -> float:
    """Seconds of CPU so far of the PostgreSQL process that serves us, and of its parallel workers that have ended."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return 0.0
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        server = psutil.Process(cursor.fetchone()[0])
    own, parent = server.cpu_times(), server.parent()
    assert parent is not None
    workers = parent.cpu_times()
    return own.user + own.system + workers.children_user + workers.children_system


def _plan(sql: str) -> str:
    from django.db import connection

    how = (
        "EXPLAIN (ANALYZE, BUFFERS, SUMMARY) " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN "
    )
    with connection.cursor() as cursor:
        cursor.execute((how + sql).replace("%", "%%"), ())
        return "\n".join(" ".join(str(part) for part in row) for row in cursor.fetchall())


if __name__ == "__main__":
    main()
