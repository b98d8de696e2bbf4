"""The run on two databases: what it counts, how it ends, and that it never passes without PostgreSQL."""

import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.db import DatabaseError, transaction

from conftest import RESULT_FILE, Counter, closing_line, worse_exit
from tests import pgserver
from tests.sources import ROOT
from tracker.audit import record
from tracker.models import Entry, User


def result(code: int, passed: int = 0, failed: int = 0) -> dict[str, int]:
    return {"exit": code, "passed": passed, "failed": failed}


def report(nodeid: str, when: str, outcome: str) -> pytest.TestReport:
    return pytest.TestReport(nodeid, ("", 0, ""), {}, outcome, None, when)


def run(*arguments: str, **environment: str) -> tuple[int, str]:
    """A run of its own; its exit code and its last line."""
    kept = {
        name: value for name, value in os.environ.items() if name not in {RESULT_FILE, "TEST_DATABASE_URL"}
    }
    answer = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments],
        cwd=ROOT,
        env=kept | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
    )
    return answer.returncode, answer.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    ("results", "line", "code"),
    [
        ([result(0, 3), result(0, 4)], "7 passed, 0 failed", 0),
        ([result(0, 3), result(1, 2, 1)], "5 passed, 1 failed", 1),
        ([result(1, 2, 1), result(0, 3)], "5 passed, 1 failed", 1),
        ([result(5), result(5)], "0 passed, 0 failed", 5),
        ([result(0, 3), result(5)], "3 passed, 0 failed", 0),
        ([result(0, 3), result(139)], "3 passed, 1 failed", 139),  # a run that crashed is a failure
        ([result(2, 3)], "3 passed, 1 failed", 2),
    ],
)
def test_the_closing_line_adds_up_and_the_worse_exit_code_wins(results, line, code):
    assert (closing_line(results), worse_exit(results)) == (line, code)


def test_a_test_counts_once_and_fails_with_any_of_its_phases():
    counter = Counter()
    for nodeid, when, outcome in [
        ("good", "setup", "passed"),
        ("good", "call", "passed"),
        ("good", "teardown", "passed"),
        ("bad setup", "setup", "failed"),
        ("bad setup", "teardown", "passed"),
        ("bad call", "call", "failed"),
        ("bad end", "call", "passed"),
        ("bad end", "teardown", "failed"),
        ("skipped", "setup", "skipped"),
    ]:
        counter.pytest_runtest_logreport(report(nodeid, when, outcome))

    assert (counter.passed - counter.failed, counter.failed) == (
        {"good"},
        {"bad setup", "bad call", "bad end"},
    )


def test_no_postgresql_is_a_failure():
    assert run("--db", "postgresql", PG_BIN="/nowhere") == (1, "0 passed, 1 failed")


def test_a_run_that_cannot_start_is_a_failure():
    assert run("--db", "sqlite", "tests/no_such_file.py") == (4, "0 passed, 1 failed")


def test_a_server_starts_and_leaves_nothing_behind():
    with pgserver.running() as url:
        folder = Path(dict(parse_qsl(urlsplit(url).query))["host"])
        sockets = [path.name for path in folder.glob(".s.PGSQL.*[0-9]")]

    assert sockets == [".s.PGSQL.5432"]
    assert not folder.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", ["first", "second"])
def test_history_stays_append_only_in_tests_with_real_transactions_and_is_emptied_after_them(turn):
    before = Entry.objects.count()
    with transaction.atomic():
        entry = record("tested", User(pk=1, username=turn), by=None)

    with pytest.raises(DatabaseError, match="append-only"):
        Entry.objects.filter(pk=entry.pk).delete()
    assert (before, Entry.objects.count()) == (0, 1)
