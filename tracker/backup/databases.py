"""The database as a file, and back: SQLite by its own backup, PostgreSQL by `pg_dump` and `pg_restore` of one snapshot."""

import contextlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

from django.db import connection, transaction
from django.db.backends.sqlite3._functions import register

from tracker.backup.refusals import BackupRefused

SQLITE, POSTGRESQL = FILES = "database.sqlite3", "database.dump"
type Ask = Callable[[str], list[tuple[Any, ...]]]
MINUTES = 240
"""So long a dump or its restoring may take."""


def file_name() -> str:
    return POSTGRESQL if connection.vendor == "postgresql" else SQLITE


@contextlib.contextmanager
def moment(to: Path) -> Iterator[Ask]:
    """Write the database into the file ``to``, and yield what answers questions (SQL) about the same moment of it.

    Writers go on meanwhile; nothing of what they do is in the file, nor in the answers.

    :raises BackupRefused: when the tools of PostgreSQL are missing, too old or fail, or SQLite's copy is damaged.
    """
    if connection.vendor == "postgresql":
        with _snapshot() as snapshot:
            _run(
                "pg_dump",
                "--format=custom",
                f"--file={to}",
                "--no-owner",
                f"--snapshot={snapshot}",
                _address(),
            )
            yield _answered_here
        return
    live = Path(connection.settings_dict["NAME"])
    if not live.is_file():
        raise BackupRefused("there is no database to back up")
    with contextlib.closing(sqlite3.connect(live)) as source, contextlib.closing(sqlite3.connect(to)) as copy:
        try:
            source.backup(copy)  # all pages in one step: one moment, however many write meanwhile
            register(copy)  # the constraints of our tables call functions of Django's
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a second one beside it
            fault = str(copy.execute("PRAGMA integrity_check").fetchone()[0])
        except sqlite3.Error as failed:  # no room for it, above all
            raise BackupRefused(f"the database is not copied: {failed}") from failed
        if fault != "ok":
            raise BackupRefused(f"the copy of the database is damaged: {fault}")
        yield lambda question: copy.execute(question).fetchall()


def _answered_here(question: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(question)
        return cursor.fetchall()


@contextlib.contextmanager
def _snapshot() -> Iterator[str]:
    if connection.in_atomic_block:
        raise BackupRefused("a backup is made outside of any transaction")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def is_empty() -> bool:
    """Whether nothing stands in the database that the settings name."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            return not connection.introspection.table_names(cursor)
    place = Path(connection.settings_dict["NAME"])
    return not place.exists() or place.stat().st_size == 0


NEW_SETTING = 17
"""From this version on `pg_restore` sets in its SQL what no server before knows (transaction_timeout)."""


def look_for_tools() -> None:
    """Before anything moves: whether what puts a database back is there and writes what the server understands.

    :raises BackupRefused: when the tools of PostgreSQL are missing, too old or too new.
    """
    if connection.vendor != "postgresql":
        return
    tool_path("psql")
    version, server = _version_of(tool_path("pg_restore")), _version_of_server()
    if server < NEW_SETTING <= version:
        raise BackupRefused(
            f"pg_restore is of version {version} and writes what a server of {server} refuses: set PG_BIN to tools of the"
            f" server's own major version, {server}, or restore into a server of {NEW_SETTING} or newer"
        )


def put_back(file: Path, *, replaces: bool) -> None:
    """Make the database that the settings name from ``file``; with ``replaces`` what stands there goes.

    Until it is made what stands there stays as it is. SQLite's file before stays beside the new one, with the ending
    `.before-restore`.

    :raises BackupRefused: when the tools of PostgreSQL are missing, too old or fail.
    :raises OSError: when SQLite's file cannot be moved.
    """
    connection.close()
    if connection.vendor == "postgresql":
        _put_back_postgresql(file, replaces=replaces)
    else:
        _put_back_sqlite(file, Path(connection.settings_dict["NAME"]))


EMPTIED = (
    "SET LOCAL lock_timeout = '5s'",  # a server that still runs is told of, not waited for
    "DROP SCHEMA public CASCADE",
    "CREATE SCHEMA public",
)


def _put_back_postgresql(file: Path, *, replaces: bool) -> None:
    """All of it, with the going of what stood there, in one transaction; `pg_restore` has none for that, so it writes the SQL."""
    script = file.with_name(f"{file.name}.sql")
    _run("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(file))
    connection.close()
    emptied = [f"--command={statement}" for statement in EMPTIED] if replaces else []
    how = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"]
    _run("psql", *how, *emptied, f"--file={script}", f"--dbname={_address()}")


def _put_back_sqlite(file: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh, before = place.with_name(f"{place.name}.restoring"), f"{place.name}.before-restore"
    try:
        shutil.copyfile(file, fresh)
        fresh.chmod(0o600)
        place.with_name(f"{before}-wal").unlink(missing_ok=True)  # of an older one, which goes
        with contextlib.ExitStack() as back:
            for ending in ("", "-wal"):  # what was committed last goes with its file
                old, aside = place.with_name(place.name + ending), place.with_name(before + ending)
                if old.exists():
                    old.replace(aside)
                    back.callback(aside.replace, old)
            place.with_name(f"{place.name}-shm").unlink(missing_ok=True)
            fresh.replace(place)
            back.pop_all()
    finally:
        fresh.unlink(missing_ok=True)


def _address() -> str:
    """How the tools reach the database, without what no list of processes may show."""
    given = connection.get_connection_params()
    names = {"dbname": "dbname", "user": "user", "host": "host", "port": "port"}
    known = {name: given[key] for key, name in names.items() if given.get(key)}
    known |= {key: value for key, value in given.items() if key.startswith("ssl") and key != KEY_PASSWORD}
    quoted = {name: str(value).replace("\\", "\\\\").replace("'", "\\'") for name, value in known.items()}
    return " ".join(f"{name}='{value}'" for name, value in quoted.items())


KEY_PASSWORD = "sslpassword"  # noqa: S105 - the name of a parameter


@contextlib.contextmanager
def _unshown() -> Iterator[dict[str, str]]:
    """The environment of the tools, with the password; that of the key of TLS has no variable, and goes by a file of services."""
    given, environment = connection.get_connection_params(), dict(os.environ)
    if password := given.get("password"):
        environment["PGPASSWORD"] = str(password)
    if not (password := given.get(KEY_PASSWORD)):
        yield environment
        return
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", prefix="tracker-") as file:  # for us alone
        file.write(f"[tracker]\n{KEY_PASSWORD}={password}\n")
        file.flush()
        yield environment | {"PGSERVICEFILE": file.name, "PGSERVICE": "tracker"}


def _run(tool: str, *arguments: str) -> None:
    found = tool_path(tool)
    with _unshown() as environment:
        done: Any = subprocess.run(  # noqa: S603 - a fixed tool, no shell
            [found, *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=MINUTES * 60,
            check=False,
        )
    if done.returncode:
        raise BackupRefused(f"{tool} failed: {_fault_of(done.stderr)}")


def _fault_of(said: str) -> str:
    """The line that names the fault; what follows it may quote rows."""
    lines = said.strip().splitlines() or ["without a word"]
    return next((line for line in lines if "error:" in line.lower() or "FATAL:" in line), lines[-1])


def tool_path(tool: str) -> str:
    """Where a tool of PostgreSQL lies: in the folder PG_BIN, else where programs are looked for.

    :raises BackupRefused: when it is nowhere, or is older than the server.
    """
    given = os.environ.get("PG_BIN")
    found = shutil.which(tool, path=given) if given else shutil.which(tool)
    if found is None:
        raise BackupRefused(f"{tool} is missing: install the client programs of PostgreSQL, or set PG_BIN")
    version, server = _version_of(found), _version_of_server()
    if version < server:
        raise BackupRefused(
            f"{tool} is of version {version} and the server of {server}: set PG_BIN to newer tools"
        )
    return found


def _version_of(found: str) -> int:
    said = subprocess.run([found, "--version"], capture_output=True, text=True, check=True)  # noqa: S603
    return int(said.stdout.split()[2].split(".")[0])


def _version_of_server() -> int:
    return int(cast(Any, connection).pg_version) // 10_000
