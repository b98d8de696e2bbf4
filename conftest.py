"""Runs the suite once on SQLite and once on PostgreSQL, and holds the fixtures every test may use.

`uv run pytest` starts a child run per database with DATABASE_URL in its environment, both at once, shows the output of
one after the other, answers with the worse exit code and closes with one line `N passed, N failed`. `--db` limits it
to one, as a debugger needs it.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as property_settings

from reports import guards
from tests import pgserver
from tracker import audit, looks

# A property holds or does not, however slow the machine is: nothing here is timed.
property_settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
property_settings.load_profile("untimed")

DATABASES = ("sqlite", "postgresql")
RESULT_FILE = "TEST_RESULT_FILE"
BROWSER_ELSEWHERE = "TEST_BROWSER_ELSEWHERE"
DEPLOYMENT_VARIABLES = (
    "DEPLOYMENT",
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "PERSON_KEYS",
    "PERSON_DIGEST_KEY",
    "ALLOWED_HOSTS",
    "CSRF_TRUSTED_ORIGINS",
    "DEBUG",
    "MAIL_HOST",
    "MAIL_FROM",
)
ONE_RUN_IS_ENOUGH = (
    "help",
    "version",
    "collectonly",
    "showfixtures",
    "show_fixtures_per_test",
    "markers",
    "cacheshow",
)
NOTHING_COLLECTED = int(pytest.ExitCode.NO_TESTS_COLLECTED)
MODEL_BACKEND = "tracker.signedin.Backend"
QUICK_HASHER = "django.contrib.auth.hashers.MD5PasswordHasher"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("tracker", "Mutual legal assistance tracker")
    group.addoption("--db", choices=DATABASES, help="run on this database only (default: on both)")
    group.addoption(
        "--browser", action="store_true", help="run the browser tests too; fails without Chromium"
    )


# The parent run: one child for each database.


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Run the suite on each database in a child process, unless this is a child or only asks for a list."""
    if RESULT_FILE in os.environ or any(config.getoption(name, False) for name in ONE_RUN_IS_ENOUGH):
        return None
    if capture := config.pluginmanager.getplugin("capturemanager"):
        capture.suspend_global_capture(in_=True)
    signal.signal(signal.SIGTERM, _stop)
    chosen = config.getoption("db")
    with tempfile.TemporaryDirectory(prefix="tracker-tests-") as folder, contextlib.ExitStack() as stack:
        runs = [
            stack.enter_context(_started(config, database, Path(folder), is_shown=place == 0))
            for place, database in enumerate([chosen] if chosen else DATABASES)
        ]
        results = [_ended(run) for run in runs]
    print(closing_line(results), flush=True)
    return worse_exit(results)


def closing_line(results: list[dict[str, int]]) -> str:
    """The last line of a run: the sums over its databases. A run that broke off counts as one failure."""
    passed = sum(result["passed"] for result in results)
    failed = sum(
        result["failed"] or int(result["exit"] not in (int(pytest.ExitCode.OK), NOTHING_COLLECTED))
        for result in results
    )
    return f"{passed} passed, {failed} failed"


def worse_exit(results: list[dict[str, int]]) -> int:
    """The worst exit code of the runs; "no tests collected" only when that holds for all of them."""
    codes = [result["exit"] for result in results]
    return max([code for code in codes if code != NOTHING_COLLECTED], default=NOTHING_COLLECTED)


@contextlib.contextmanager
def _address(database: str, folder: Path) -> Iterator[str]:
    """The DATABASE_URL of a child run; a PostgreSQL server lives as long as the context."""
    given = os.environ.get("TEST_DATABASE_URL")
    if database == "sqlite":
        yield f"sqlite:///{folder}/tracker.sqlite3"
    elif given:
        yield given
    else:
        with pgserver.running() as url:
            yield url


@dataclass
class Run:
    """A child run on one database: its process, or none when the database could not be had."""

    database: str
    process: "subprocess.Popen[bytes] | None"
    result_file: Path
    output: Path | None
    reason: str = ""


@contextlib.contextmanager
def _started(config: pytest.Config, database: str, folder: Path, *, is_shown: bool) -> Iterator[Run]:
    """A run that goes on beside the others; the first has this terminal, the others write to a file meanwhile."""
    result_file, output = folder / f"{database}.json", folder / f"{database}.output"
    environment = {name: value for name, value in os.environ.items() if name not in DEPLOYMENT_VARIABLES}
    environment |= {"DOCUMENTS_DIR": f"{folder}/documents-{database}", RESULT_FILE: str(result_file)}
    if database != "sqlite" and not config.getoption("db"):
        environment[BROWSER_ELSEWHERE] = "1"
    command = [sys.executable, "-m", "pytest", *config.invocation_params.args, "--db", database]
    with contextlib.ExitStack() as stack:
        try:
            environment["DATABASE_URL"] = stack.enter_context(_address(database, folder))
        except pgserver.NoServer as reason:
            yield Run(database, None, result_file, None, str(reason))
            return
        target = None if is_shown else stack.enter_context(output.open("wb"))
        process = subprocess.Popen(
            command, cwd=config.invocation_params.dir, env=environment, stdout=target, stderr=target
        )
        try:
            yield Run(database, process, result_file, None if is_shown else output)
        finally:
            if process.poll() is None:
                process.terminate()
                _leave(process)


def _ended(run: Run) -> dict[str, int]:
    """Show the run to its end; its exit code, and its counts, which come back in a file."""
    print(f"== {run.database} ==", flush=True)
    if run.process is None:
        print(f"No PostgreSQL to test with: {run.reason}", flush=True)
        return {"exit": int(pytest.ExitCode.TESTS_FAILED), "passed": 0, "failed": 1}
    try:
        if run.output:
            _show(run.output, run.process)
        code = run.process.wait()
    except KeyboardInterrupt:  # the child heard the same Ctrl-C; let it finish its report
        code = _leave(run.process) or int(pytest.ExitCode.INTERRUPTED)
    counts = (
        json.loads(run.result_file.read_text()) if run.result_file.exists() else {"passed": 0, "failed": 0}
    )
    return {"exit": code if code >= 0 else 128 - code, **counts}


def _show(output: Path, process: "subprocess.Popen[bytes]") -> None:
    """Print what the process wrote so far, and what it goes on writing."""
    with output.open("rb") as written:
        while True:
            is_over = process.poll() is not None
            while more := written.read(65_536):
                sys.stdout.buffer.write(more)
                sys.stdout.buffer.flush()
            if is_over:
                return
            time.sleep(0.2)


def _leave(process: "subprocess.Popen[bytes]") -> int:
    try:
        return process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()


def _stop(number: int, frame: FrameType | None) -> None:
    sys.exit(128 + number)


# A child run: counts its tests and leaves the browser tests out.


class Counter:
    """Counts each test once: failed if any of its phases failed, else passed if its call passed."""

    def __init__(self) -> None:
        self.passed: set[str] = set()
        self.failed: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            self.failed.add(report.nodeid)
        elif report.passed and report.when == "call":
            self.passed.add(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.failed.add(report.nodeid)

    def pytest_sessionfinish(self) -> None:
        counts = {"passed": len(self.passed - self.failed), "failed": len(self.failed)}
        Path(os.environ[RESULT_FILE]).write_text(json.dumps(counts))


left_out = pytest.StashKey[int]()
other_database = pytest.StashKey[int]()


def pytest_configure(config: pytest.Config) -> None:
    settings.PASSWORD_HASHERS = [QUICK_HASHER, *settings.PASSWORD_HASHERS]
    settings.WHITENOISE_AUTOREFRESH = True  # else every test client first reads all static files
    if RESULT_FILE in os.environ:
        config.pluginmanager.register(Counter(), "tracker-counter")
    if config.getoption("browser") and connection.vendor == "sqlite":
        # In a file the server's threads have a connection each, as they have in life; in memory they share one.
        connection.settings_dict["TEST"]["NAME"] = f"{settings.DATABASES['default']['NAME']}.browser"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if connection.vendor == "sqlite":
        config.stash[other_database] = _leave_out(config, items, "postgresql")
    if not config.getoption("browser") or BROWSER_ELSEWHERE in os.environ:
        config.stash[left_out] = _leave_out(config, items, "browser")


def _leave_out(config: pytest.Config, items: list[pytest.Item], marker: str) -> int:
    """Take the tests with this marker out of the run; how many they are."""
    marked = [item for item in items if item.get_closest_marker(marker)]
    if marked:
        items[:] = [item for item in items if not item.get_closest_marker(marker)]
        config.hook.pytest_deselected(items=marked)
    return len(marked)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    if count := config.stash.get(left_out, 0):
        why = "they ran on SQLite" if config.getoption("browser") else "run them with --browser"
        terminalreporter.write_line(f"browser tests left out: {count} ({why})")
    if count := config.stash.get(other_database, 0):
        terminalreporter.write_line(f"tests of what only PostgreSQL has left out: {count} (they run there)")


# Fixtures.


@pytest.fixture(autouse=True)
def clean_slate() -> None:
    """Every test starts with an empty cache (sign-in limits count there) and in the project's own language."""
    cache.clear()
    translation.deactivate()


@pytest.fixture(autouse=True)
def no_step_up(settings: Any) -> None:
    """Nothing asks for a fresh sign-in, which people signed in by force do not have; its own tests switch it on."""
    settings.STEP_UP = False


@pytest.fixture(autouse=True)
def guarded_history(request: pytest.FixtureRequest) -> Iterator[None]:
    """Keep the history append-only in tests with real transactions too, yet let the flush after them empty it.

    They begin with what the migrations wrote, too.
    """
    if not _has_real_transactions(request):
        yield
        return
    request.getfixturevalue(
        "transactional_db"
    )  # set up first, so that its flush comes after the removal below
    audit.install_guards(connection)
    looks.install_guards(connection)
    guards.install_guards(connection)
    if not apps.get_model("reports", "WeightsVersion").objects.exists():
        # The flush of the test before took the one row that a migration writes.
        import_module("reports.migrations.0002_supervision").begin_with_version_1(apps, None)
    yield
    audit.remove_guards(connection)
    looks.remove_guards(connection)
    guards.remove_guards(connection)


def _has_real_transactions(request: pytest.FixtureRequest) -> bool:
    marker = request.node.get_closest_marker("django_db")
    asked = bool(marker and (marker.kwargs.get("transaction") or (marker.args and marker.args[0])))
    return asked or bool({"transactional_db", "live_server"} & set(request.fixturenames))


@pytest.fixture
def client_of() -> Callable[[Any], Client]:
    """A Django client signed in as the given user."""

    def signed_in(user: Any) -> Client:
        client = Client()
        client.force_login(user, backend=MODEL_BACKEND)
        return client

    return signed_in
