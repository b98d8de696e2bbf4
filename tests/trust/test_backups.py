"""BAK-2, BAK-3, BAK-4, BAK-5, BAK-6: one command backs up, one restores, and nothing that is damaged is taken for whole."""

import base64
import contextlib
import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import StringIO
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from tests import makers, pgserver
from tests.cases import makers as cases
from tests.sources import ROOT
from tracker import audit, backup
from tracker.actions import store_document
from tracker.backup import BackupRefused, databases, folders, sealing
from tracker.backup.files import lying, verify
from tracker.databaseroles import Roles
from tracker.models import Document, DocumentVersion, Entry

KEY = bytes(range(7, 39))
OTHER = bytes(range(8, 40))
TEXT_KEY = base64.b64encode(KEY).decode()
on_postgresql = pytest.mark.postgresql


# A backup by hand, without a database: what is damaged is found.


def small_backup(folder: Path, key: bytes | None) -> Path:
    """A backup of three small files, one of them larger than a piece."""
    sources = folder / "sources"
    sources.mkdir(parents=True)
    made = folders.Backup(
        folder / "tracker-1", timezone.now().isoformat(), "sqlite", {}, {"history": [0, 0, ""]}
    )
    made.folder.mkdir()
    for place, content in {
        "database.sqlite3": b"d" * 300, "documents/ab/one": b"one", "documents/cd/two": b"2" * (sealing.PIECE + 5),
    }.items():  # fmt: skip
        source = sources / place.replace("/", "-")
        source.write_bytes(content)
        made.files[place] = folders._store(source, made.folder, place, key)
    folders._write_manifest(made, key)
    return made.folder


@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "sealed"])
def test_a_backup_reads_back_as_it_was_written(tmp_path, key):
    found = backup.read_back(small_backup(tmp_path / "備份", key), key=key)

    assert [(place, size) for place, (size, _digest) in found.files.items()] == [
        ("database.sqlite3", 300), ("documents/ab/one", 3), ("documents/cd/two", sealing.PIECE + 5),
    ]  # fmt: skip
    assert b"".join(folders.contents(found, "documents/ab/one", key)) == b"one"


@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "sealed"])
def test_one_flipped_bit_anywhere_is_found(tmp_path, key):
    """BAK-5: in every file at its beginning, its middle and its end; of the small files every byte."""
    folder = small_backup(tmp_path, key)
    flips = 0
    for path in sorted(one for one in folder.rglob("*") if one.is_file()):
        content = path.read_bytes()
        places = (
            range(len(content)) if len(content) < 100 else (0, 9, 50, len(content) // 2, len(content) - 1)
        )
        for place in places:
            path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
            with pytest.raises(BackupRefused):
                backup.read_back(folder, key=key)
            flips += 1
        path.write_bytes(content)

    backup.read_back(folder, key=key)  # the control: as it was it is whole
    assert flips > 20


@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "sealed"])
def test_a_file_that_is_missing_cut_or_added_is_found(tmp_path, key):
    ending = ".sealed" if key else ""
    for number, damage in enumerate((
        lambda folder: (folder / f"documents/ab/one{ending}").unlink(),
        lambda folder: os.truncate(folder / f"documents/cd/two{ending}", sealing.PIECE + 56 if key else sealing.PIECE),
        lambda folder: (folder / "documents/ab/three").write_bytes(b"x"),
        lambda folder: (folder / f"documents/ab/one{ending}").rename(folder / f"documents/cd/two{ending}"),
    )):  # fmt: skip
        folder = small_backup(tmp_path / str(number), key)
        damage(folder)
        with pytest.raises(BackupRefused):
            backup.read_back(folder, key=key)


def test_a_sealed_backup_opens_with_its_own_key_alone_and_shows_nothing_without_it(tmp_path):
    folder = small_backup(tmp_path, KEY)

    for key in (None, OTHER):
        with pytest.raises(BackupRefused):
            backup.read_back(folder, key=key)

    assert [
        path.name for path in folder.rglob("*") if path.is_file() and b"222222" in path.read_bytes()
    ] == []
    assert {path.suffix for path in folder.rglob("*") if path.is_file()} == {".sealed"}


def test_a_folder_that_is_no_backup_is_refused(tmp_path):
    with pytest.raises(BackupRefused, match="holds no backup"):
        backup.read_back(tmp_path, key=None)


def test_a_backup_that_is_not_sealed_is_refused_by_who_has_a_key(tmp_path):
    """Who writes where backups lie, without the key, could put it in place of a sealed one. Without a key it is read: the control."""
    folder = small_backup(tmp_path, None)

    with pytest.raises(BackupRefused, match="give --unsealed"):
        backup.read_back(folder, key=KEY)

    assert len(backup.read_back(folder, key=None).files) == 3


def test_a_sealed_backup_is_read_under_its_key_alone_whatever_is_put_beside_it(tmp_path):
    folder = small_backup(tmp_path, KEY)
    found = backup.read_back(folder, key=KEY)
    (folder / "manifest.json.sealed").unlink()
    (folder / "documents/ab/one").write_bytes(b"one")
    (folder / "documents/ab/one.sealed").unlink()

    with pytest.raises(BackupRefused, match="is missing"):
        list(folders.contents(found, "documents/ab/one", KEY))


def forged(folder: Path, places: list[str]) -> Path:
    """A backup that fits its manifest, and whose files are to be written at these places."""
    content = b"forged"
    made = folders.Backup(folder, timezone.now().isoformat(), connection.vendor, {}, {})
    for place in places:
        made.files[place] = [len(content), hashlib.sha256(content).hexdigest()]
        with contextlib.suppress(OSError, ValueError):
            (folder / place).parent.mkdir(parents=True, exist_ok=True)
            (folder / place).write_bytes(content)
    folder.mkdir(exist_ok=True)
    folders._write_manifest(made, None)
    return folder


@pytest.mark.parametrize(
    "place",
    [
        "documents/../outside", "documents/../../outside", "documents/a/../../../outside", "documents//{tmp}/outside",
        "documents/./a", "documents/a//b", "documents/a/", "documents/", "documents", "/{tmp}/outside", "../outside", "outside",
        "", ".", "documents/.restoring/new/a", "documents/.before-restore/a", "documents/jobs/a", "documents/a\0b",
        "DATABASE.sqlite3", "database.dump ", "documents.x/a",
    ],
)  # fmt: skip
def test_a_backup_that_names_a_place_outside_is_refused(tmp_path, place):
    """INJ-4. Its manifest is in order, since whoever wrote it wrote the proof too."""
    place = place.replace("{tmp}", str(tmp_path))
    folder = forged(tmp_path / "a" / "b", [databases.file_name(), place])

    with pytest.raises(BackupRefused, match=r"no place of a document|holds one database|cannot be read"):
        backup.read_back(folder, key=None)


@pytest.mark.parametrize(
    ("places", "is_one"),
    [
        (["database.sqlite3"], True), (["database.dump", "documents/ab/one"], True), (["documents/ab/one"], False), ([], False),
        (["database.sqlite3", "database.dump"], False),
    ],
)  # fmt: skip
def test_a_backup_holds_exactly_one_database(tmp_path, places, is_one):
    folder = forged(tmp_path / "b", places)

    with contextlib.nullcontext() if is_one else pytest.raises(BackupRefused, match="holds one database"):
        backup.read_back(folder, key=None)


@pytest.mark.parametrize("text", ["[]", '"x"', "{}", '{"format": 1, "files": []}'])
def test_a_manifest_of_another_shape_is_refused(tmp_path, text):
    (tmp_path / folders.MANIFEST).write_text(text)
    (tmp_path / folders.PROOF).write_text(hashlib.sha256(text.encode()).hexdigest())

    with pytest.raises(BackupRefused, match="cannot be read"):
        backup.read_back(tmp_path, key=None)


@pytest.mark.parametrize(
    "size", [0, 1, sealing.PIECE - 1, sealing.PIECE, sealing.PIECE + 1, 2 * sealing.PIECE]
)
def test_a_file_of_any_size_is_sealed_and_opened(tmp_path, size):
    content = os.urandom(1) * size
    place = tmp_path / "x"
    with place.open("wb") as to:
        sealing.seal(
            [content[start : start + sealing.PIECE] for start in range(0, size, sealing.PIECE)], to, KEY, "x"
        )

    with place.open("rb") as file:
        assert b"".join(sealing.unseal(file, KEY, "x")) == content
    with place.open("rb") as file, pytest.raises(sealing.Unsealable):
        list(sealing.unseal(file, KEY, "y"))


# The real thing, on the database of this run.


def address(place: Path, name: str) -> str:
    """DATABASE_URL of a SQLite file in ``place``, or of a database beside the test's own."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{place / name}.sqlite3"
    given = connection.settings_dict
    return f"postgres://{given['USER']}@:{given['PORT']}/{name}?host={quote(given['HOST'], safe='')}"


def run(*arguments: str, url: str, documents: Path, **environment: str) -> tuple[int, str]:
    """One of our commands in a process of its own; its exit code and what it said."""
    given = {"DATABASE_URL": url, "DOCUMENTS_DIR": str(documents), "PYTHONUTF8": "1"}
    if connection.vendor == "postgresql":
        given |= {"PG_BIN": str(pgserver._binaries())}
    given |= environment
    answer = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=os.environ | given, capture_output=True, text=True, timeout=300, stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return answer.returncode, answer.stdout + answer.stderr


@pytest.fixture
def house(transactional_db, tmp_path) -> Iterator[tuple[str, Path]]:
    """A database with history and three documents, for other processes to reach: its address and its documents."""
    mei, documents = makers.mei(), tmp_path / "文件"
    file = Document.objects.create(
        about_model="agreements.partner", about_id="1", title="示例", created_at=timezone.now()
    )
    for number, content in enumerate((b"one", b"two", b"three"), start=1):
        token = uuid.uuid4().hex
        (documents / token[:2]).mkdir(parents=True, exist_ok=True)
        (documents / token[:2] / token).write_bytes(content)
        DocumentVersion.objects.create(
            document=file, number=number, file=f"{token[:2]}/{token}", name="示例.txt", content_type="text/plain",
            size=len(content), sha256=hashlib.sha256(content).hexdigest(), uploaded_by=mei, uploaded_at=timezone.now(),
        )  # fmt: skip
    for letter in "ABC":
        with transaction.atomic():
            audit.record("reference.add", makers.partner(f"X{letter}"), by=mei, details={"thing": "甲國"})
    if connection.vendor == "sqlite":
        place = tmp_path / "資料 庫.sqlite3"
        with contextlib.closing(sqlite3.connect(place)) as target:
            connection.connection.backup(target)
        yield f"sqlite:///{place}", documents
        return
    yield address(tmp_path, str(connection.settings_dict["NAME"])), documents
    with connection.cursor() as cursor:
        cursor.execute("DROP DATABASE IF EXISTS restored")


def test_a_restore_drill(house, tmp_path):
    """BAK-2, BAK-4, BAK-6: sealed, under Chinese names, into an empty place, checked, and refused where it is not empty.

    The folder of documents may be a volume of its own: it stays the same one.
    """
    url, documents = house
    backups, place = tmp_path / "備份 夾", tmp_path / "新 的"
    restored, there = new_place(place)
    (there / "lost+found").mkdir(parents=True)
    volume = there.stat().st_ino

    made = run("backup", str(backups), "--format", "json", url=url, documents=documents, BACKUP_KEY=TEXT_KEY)
    assert made[0] == 0, made[1]
    (folder,) = backups.iterdir()
    put_back = run(
        "restore", str(folder), "--format", "json", url=restored, documents=there, BACKUP_KEY=TEXT_KEY
    )
    assert put_back[0] == 0, put_back[1]

    told = json.loads(made[1]), json.loads(put_back[1])
    assert told[0]["heads"]["history"] == [3, audit.HISTORY.head().last, audit.HISTORY.head().digest]
    assert {name: told[1][name] for name in ("migrations", "history", "documents", "documents_checked")} == {
        "migrations": "ok", "history": "ok", "documents": "ok", "documents_checked": 3,
    }  # fmt: skip
    assert contents_below(there) == contents_below(documents)
    assert (there.stat().st_ino, names_in(place)) == (volume, names_of_place(restored))

    again = run("restore", str(folder), url=restored, documents=there, BACKUP_KEY=TEXT_KEY)
    assert (again[0], "not empty" in again[1]) == (1, True)

    # The control: documents of another time than the database are named, each by what is wrong with it.
    first, second, _third = sorted(path for path in there.rglob("*") if path.is_file())
    first.unlink()
    second.write_bytes(b"something else")
    (there / "lost+found" / "#1").write_bytes(b"x")
    (there / "unnamed").write_bytes(b"x")
    code, said = run("verify_files", "--format", "json", url=restored, documents=there)
    assert (code, json.loads(said)) == (1, {
        "checked": 3, "missing": [first.relative_to(there).as_posix()], "unnamed": ["unnamed"],
        "changed": [second.relative_to(there).as_posix()], "removed": [],
    })  # fmt: skip

    replaced = run(
        "restore", str(folder), "--replace", "--confirm", restored_name(restored),
        url=restored, documents=there, BACKUP_KEY=TEXT_KEY,
    )  # fmt: skip
    assert replaced[0] == 0, replaced[1]
    assert {place: (there / place).read_bytes() for place in lying(there)} == contents_below(documents)
    assert (there / ".before-restore" / "unnamed").exists()
    assert (there / "lost+found" / "#1").exists()
    assert (there.stat().st_ino, (there / ".restoring").exists()) == (volume, False)


def new_place(place: Path) -> tuple[str, Path]:
    """The address of a new database, which is empty, and of its documents."""
    place.mkdir()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("CREATE DATABASE restored TEMPLATE template0")
    return address(place, "restored"), place / "文件"


def names_in(place: Path) -> set[str]:
    return {path.name for path in place.iterdir() if not path.name.endswith(("-wal", "-shm"))}


def names_of_place(url: str) -> set[str]:
    return {"文件", *(["restored.sqlite3"] if url.startswith("sqlite") else [])}


def restored_name(url: str) -> str:
    return "restored.sqlite3" if url.startswith("sqlite") else "restored"


def contents_below(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_nothing_is_replaced_without_the_name_of_the_database(house, tmp_path):
    url, documents = house

    code, said = run("restore", str(tmp_path), "--replace", "--confirm", "yes", url=url, documents=documents)

    assert (code, "nothing was changed" in said) == (1, True)


def test_a_backup_that_is_not_sealed_is_restored_by_who_says_so(house, tmp_path):
    url, documents = house
    restored, there = new_place(tmp_path / "b")
    made = run("backup", str(tmp_path / "backups"), url=url, documents=documents)
    assert made[0] == 0, made[1]
    (folder,) = (tmp_path / "backups").iterdir()
    keyed = {"url": restored, "documents": there, "BACKUP_KEY": TEXT_KEY}

    refused = run("restore", str(folder), **keyed)
    checked = [
        run("backup", "--check", str(folder), *more, **keyed | {"url": url}) for more in ([], ["--unsealed"])
    ]
    taken = run("restore", str(folder), "--unsealed", **keyed)

    assert (refused[0], "--unsealed" in refused[1]) == (1, True)
    assert [code for code, _said in checked] == [1, 0]
    assert taken[0] == 0, taken[1]


def refusing(place: Path, url: str) -> Callable[[], object]:
    """Let the database at this address take no backup; what is returned lets it again."""
    if connection.vendor == "sqlite":
        wall = Path(url.removeprefix("sqlite:///") + ".restoring")
        (wall / "x").mkdir(parents=True)
        return lambda: shutil.rmtree(wall)
    execute_in("restored", "CREATE SCHEMA elsewhere")  # as the backup will
    return lambda: execute_in("restored", "DROP SCHEMA elsewhere")


def execute_in(name: str, statement: str) -> list[tuple]:
    """In another database of this server."""
    given = connection.get_connection_params() | {"cursor_factory": psycopg.Cursor, "dbname": name}
    with psycopg.connect(**given, autocommit=True) as own:
        found = own.execute(statement)
        return found.fetchall() if found.description else []


def test_a_restore_that_fails_leaves_database_and_documents_as_they_were(house, tmp_path):
    """First into an empty place, which is as empty as before, then in place of others. When nothing is in its way, it succeeds."""
    url, documents = house
    restored, there = new_place(tmp_path / "b")
    place = {"url": restored, "documents": there}
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("CREATE SCHEMA elsewhere")
    try:
        made = run("backup", str(tmp_path / "backups"), url=url, documents=documents)
    finally:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("DROP SCHEMA elsewhere")
    assert made[0] == 0, made[1]
    (folder,) = (tmp_path / "backups").iterdir()
    again = refusing(tmp_path, restored)

    empty = run("restore", str(folder), **place)
    left = contents_below(there)
    again()
    first = run("restore", str(folder), **place)
    assert first[0] == 0, first[1]
    (there / "of mine").write_bytes(b"x")
    if connection.vendor == "postgresql":
        execute_in("restored", "GRANT SELECT ON tracker_entry TO pg_monitor")
        stand = execute_in("restored", STANDS)
    before = contents_below(there)
    again = (lambda: execute_in("restored", "DROP SCHEMA elsewhere")) if connection.vendor == "postgresql" else refusing(tmp_path, restored)  # fmt: skip

    failed = run("restore", str(folder), "--replace", "--confirm", restored_name(restored), **place)

    assert (empty[0], left) == (1, {}), empty[1]
    assert (failed[0], contents_below(there)) == (1, before), failed[1]
    assert run("verify_history", **place)[0] == 0
    if connection.vendor == "postgresql":
        assert "elsewhere" in failed[1]
        assert execute_in("restored", STANDS) == stand
    again()
    last = run("restore", str(folder), "--replace", "--confirm", restored_name(restored), **place)
    assert last[0] == 0, last[1]
    assert (there / ".before-restore" / "of mine").exists()


STANDS = (
    "SELECT oid, relname, relacl::text FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY oid"
)
"""The very tables, with what was granted on them."""


@on_postgresql
@pytest.mark.parametrize("missing", ["pg_restore", "psql"])
def test_nothing_goes_before_the_tools_are_there(house, tmp_path, missing):
    url, documents = house
    made = run("backup", str(tmp_path / "backups"), url=url, documents=documents)
    assert made[0] == 0, made[1]
    (folder,) = (tmp_path / "backups").iterdir()
    tools, binaries = tmp_path / "tools", pgserver._binaries()
    tools.mkdir()
    for name in {"pg_restore", "psql"} - {missing}:
        (tools / name).symlink_to(binaries / name)
    before, name = contents_below(documents), str(connection.settings_dict["NAME"])

    code, said = run(
        "restore",
        str(folder),
        "--replace",
        "--confirm",
        name,
        url=url,
        documents=documents,
        PG_BIN=str(tools),
    )

    assert (code, f"{missing} is missing" in said) == (1, True), said
    assert (Entry.objects.count(), contents_below(documents)) == (3, before)


def tools_of(version: str, folder: Path) -> str:
    """A folder with tools that say to be of a version, and do nothing else."""
    folder.mkdir()
    for name in ("pg_restore", "psql"):
        (folder / name).write_text(
            f'#!/bin/sh\n[ "$1" = --version ] && echo "{name} (PostgreSQL) {version}"\n'
        )
        (folder / name).chmod(0o755)
    return str(folder)


@on_postgresql
def test_no_restore_begins_with_tools_that_write_what_the_server_refuses(
    house, tmp_path, monkeypatch, settings
):
    """From 17 on `pg_restore` sets transaction_timeout, which servers before do not know."""
    url, documents = house
    settings.MEDIA_ROOT = str(documents)
    with reached(url):
        made = backup.write(tmp_path / "b", key=None, at=timezone.now())
    monkeypatch.setenv("PG_BIN", tools_of("17.2", tmp_path / "tools"))
    monkeypatch.setattr(connection, "pg_version", 160_004)
    monkeypatch.setattr(Path, "rename", lambda *_paths: pytest.fail("a document moves"))
    monkeypatch.setattr(databases, "put_back", lambda *_file, **_how: pytest.fail("the database is touched"))

    with pytest.raises(BackupRefused, match="set PG_BIN to tools of the server's own major version, 16"):
        backup.restore(made.folder, key=None, replaces=True)


@on_postgresql
@pytest.mark.parametrize(
    ("tools", "server", "why"),
    [
        ("16.9 (Debian 16.9-1)", 150_012, ""),
        ("16.9", 160_004, ""),
        ("18.6", 170_002, ""),
        ("17.0", 160_004, "own major version, 16"),
        ("18.6", 150_012, "own major version, 15"),
        ("15.18", 160_004, "set PG_BIN to newer tools"),
    ],
)
def test_which_tools_put_a_database_back(db, tmp_path, monkeypatch, tools, server, why):
    monkeypatch.setenv("PG_BIN", tools_of(tools, tmp_path / "tools"))
    monkeypatch.setattr(connection, "pg_version", server)

    with pytest.raises(BackupRefused, match=why) if why else contextlib.nullcontext():
        databases.look_for_tools()


def test_when_the_documents_cannot_change_places_the_database_stays(house, tmp_path, monkeypatch, settings):
    """The third of all that is moved is not: it may lie on another disk."""
    url, documents = house
    settings.MEDIA_ROOT = str(documents)
    with reached(url):
        made = backup.write(tmp_path / "b", key=None, at=timezone.now())
    (documents / "of mine").write_bytes(b"x")
    before, moved, rename = contents_below(documents), [], Path.rename

    def stops(path: Path, to: Path) -> Path:
        moved.append(path)
        if len(moved) == 3:
            raise OSError(18, "Invalid cross-device link")
        return rename(path, to)

    monkeypatch.setattr(Path, "rename", stops)
    monkeypatch.setattr(databases, "put_back", lambda *_file, **_how: pytest.fail("the database is touched"))
    with reached(url), pytest.raises(OSError, match="cross-device"):
        backup.restore(made.folder, key=None, replaces=True)

    assert contents_below(documents) == before
    assert len(moved) == 5  # two were moved, and back


def test_a_restore_after_one_that_was_killed_takes_no_document_away(house, tmp_path, settings):
    url, documents = house
    settings.MEDIA_ROOT = str(documents)
    with reached(url):
        made = backup.write(tmp_path / "b", key=None, at=timezone.now())
    (documents / ".restoring" / "old").mkdir(parents=True)
    (documents / ".restoring" / "old" / "one").write_bytes(b"x")
    before = contents_below(documents)

    with reached(url), pytest.raises(BackupRefused, match="was cut short"):
        backup.restore(made.folder, key=None, replaces=True)

    assert contents_below(documents) == before
    assert verify(documents).is_well  # what lies there is no document


def test_a_file_of_sqlite_that_cannot_be_replaced_stays_with_what_was_committed_last(tmp_path, monkeypatch):
    place, fresh, replace = tmp_path / "x.sqlite3", tmp_path / "fresh", Path.replace
    fresh.write_bytes(b"")

    def stops(path: Path, to: Path) -> Path:
        if path.name == "x.sqlite3.restoring":
            raise OSError(16, "Device or resource busy")
        return replace(path, to)

    monkeypatch.setattr(Path, "replace", stops)
    with contextlib.closing(sqlite3.connect(place, autocommit=True)) as running:
        running.execute("PRAGMA journal_mode=WAL")
        running.execute("CREATE TABLE kept (n)")
        running.execute("INSERT INTO kept VALUES (7)")

        with pytest.raises(OSError, match="busy"):
            databases._put_back_sqlite(fresh, place)

        left = {path.name for path in tmp_path.iterdir()}
    with contextlib.closing(sqlite3.connect(place)) as own:
        assert own.execute("SELECT n FROM kept").fetchall() == [(7,)]
    assert left == {"fresh", "x.sqlite3", "x.sqlite3-wal"}


@on_postgresql
def test_no_list_of_processes_shows_a_password(db, tmp_path, monkeypatch):
    """What the tools are given is written down; the real one behind it takes it, and a word that it does not know is refused."""
    tools, real = tmp_path / "tools", pgserver._binaries() / "pg_dump"
    tools.mkdir()
    (tools / "pg_dump").write_text(
        f'#!/bin/sh\necho "$@" >> {tmp_path}/shown\ncat "$PGSERVICEFILE" >> {tmp_path}/hidden 2> /dev/null\nexec {real} "$@"\n'
    )
    (tools / "pg_dump").chmod(0o755)
    monkeypatch.setenv("PG_BIN", str(tools))
    own = connection.copy()
    own.settings_dict = connection.settings_dict | {
        "PASSWORD": "secret-of-mine",
        "OPTIONS": {"sslpassword": "secret of the key", "sslmode": "prefer"},
    }
    monkeypatch.setattr(databases, "connection", own)

    databases._run("pg_dump", "--schema-only", "--file=/dev/null", databases._address())

    assert "secret" not in (tmp_path / "shown").read_text()
    assert "sslmode='prefer'" in (tmp_path / "shown").read_text()
    assert (tmp_path / "hidden").read_text() == "[tracker]\nsslpassword=secret of the key\n"
    own.close()


@contextlib.contextmanager
def reached(url: str) -> Iterator[None]:
    """Let this process back up the database that the address names."""
    with pytest.MonkeyPatch.context() as patch:
        if connection.vendor == "sqlite":
            patch.setitem(connection.settings_dict, "NAME", url.removeprefix("sqlite:///"))
        else:
            patch.setenv("PG_BIN", str(pgserver._binaries()))
        yield


def test_documents_that_were_lost_or_damaged_before_the_backup_are_named_in_it(
    house, tmp_path, monkeypatch, settings
):
    """BAK-4. What can be saved is saved, and the backup says that it is not whole."""
    url, documents = house
    settings.MEDIA_ROOT = str(documents)
    first, second, _third = sorted(path for path in documents.rglob("*") if path.is_file())
    first.unlink()
    second.write_bytes(b"something else")

    with reached(url):
        made = backup.write(tmp_path / "b", key=None, at=timezone.now())

    assert (made.missing, made.changed) == (
        [first.relative_to(documents).as_posix()], [second.relative_to(documents).as_posix()]
    )  # fmt: skip
    assert not made.is_whole
    assert not verify(documents).is_well


def test_no_file_is_removed_when_no_document_is_known(house, tmp_path, settings):
    """A database that was just migrated, beside the documents of another. With one row the others go: the control."""
    _url, documents = house
    settings.MEDIA_ROOT = str(documents)
    age(documents)
    before, version = contents_below(documents), DocumentVersion.objects.order_by("file")[0]
    DocumentVersion.objects.all().delete()

    with pytest.raises(CommandError, match="3 files are there: do DATABASE_URL and DOCUMENTS_DIR belong"):
        call_command("verify_files", "--remove")
    left = contents_below(documents)
    version.save(force_insert=True)
    call_command("verify_files", "--remove", stdout=StringIO())

    assert left == before
    assert list(contents_below(documents)) == [version.file.name]


def age(folder: Path) -> None:
    """Let every file in it be of two days ago."""
    then = (timezone.now() - timedelta(days=2)).timestamp()
    for path in folder.rglob("*"):
        os.utime(path, (then, then))


@on_postgresql
@pytest.mark.parametrize(("account", "is_refused"), [(Roles().app, True), ("tracker_worker", False)])
def test_no_file_is_removed_for_an_account_that_rows_are_hidden_from(
    db, tmp_path, settings, account, is_refused
):
    """Row-level security hides the documents of cases from the application; the worker sees them: the control."""
    settings.MEDIA_ROOT, qiu = str(tmp_path), cases.sealed_officer()
    upload = SimpleUploadedFile("附件.txt", "示例".encode(), "text/plain")
    store_document(by=qiu, about=cases.case(qiu, officer=qiu), upload=upload, title="示例", secrecy=2)
    (tmp_path / "unnamed").write_bytes(b"x")
    age(tmp_path)
    kept = DocumentVersion.objects.get().file.name
    connection.check_constraints()
    call_command("database_roles", "--apply", stdout=StringIO())
    call_command("row_security", "on", "--apply", stdout=StringIO())

    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {account}")
        for more in ([], ["--remove"]):
            with (
                pytest.raises(CommandError, match="hides documents")
                if is_refused
                else contextlib.suppress(SystemExit)
            ):
                call_command("verify_files", *more, stdout=StringIO())
        cursor.execute("RESET ROLE")

    assert set(contents_below(tmp_path)) == {kept, *(["unnamed"] if is_refused else [])}


def test_a_document_that_was_lawfully_removed_after_the_moment_is_no_loss(
    house, tmp_path, monkeypatch, settings
):
    url, documents = house
    settings.MEDIA_ROOT = str(documents)
    version = DocumentVersion.objects.order_by("file")[0]
    (documents / version.file.name).unlink()
    DocumentVersion.objects.filter(pk=version.pk).delete()

    with reached(url):
        made = backup.write(tmp_path / "b", key=None, at=timezone.now())

    # On SQLite the moment is that of the file, in which the row still is: its row went after that moment.
    assert (made.missing, len(made.files)) == ([], 3)


def test_a_backup_that_cannot_be_written_leaves_nothing_behind(house, tmp_path, monkeypatch, settings):
    url, documents = house
    settings.MEDIA_ROOT = str(documents)
    place = tmp_path / "b"

    def no_space(*arguments: object, **more: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(folders, "_write_manifest", no_space)
    with reached(url), pytest.raises(BackupRefused, match="No space left"):
        backup.write(place, key=None, at=timezone.now())

    assert list(place.iterdir()) == []


def test_without_the_tools_of_postgresql_it_says_what_is_missing(monkeypatch, tmp_path):
    monkeypatch.setenv("PG_BIN", str(tmp_path))

    with pytest.raises(BackupRefused, match="pg_dump is missing: install the client programs"):
        databases.tool_path("pg_dump")


# BAK-3: while others write.


def writers(url: str, stop: threading.Event, count: int = 4) -> list[threading.Thread]:
    """Threads that each add a row and count it, in one transaction, until they are stopped."""

    def on_sqlite() -> None:
        with contextlib.closing(
            sqlite3.connect(url.removeprefix("sqlite:///"), timeout=30, isolation_level=None)
        ) as own:
            while not stop.is_set():
                own.execute("BEGIN IMMEDIATE")
                own.execute("INSERT INTO written DEFAULT VALUES")
                own.execute("UPDATE counted SET number = number + 1")
                own.execute("COMMIT")

    def on_postgresql() -> None:
        with psycopg.connect(
            **connection.get_connection_params() | {"cursor_factory": psycopg.Cursor}
        ) as own:
            while not stop.is_set():
                own.execute("INSERT INTO written DEFAULT VALUES")
                own.execute("UPDATE counted SET number = number + 1")
                own.commit()

    work = on_sqlite if connection.vendor == "sqlite" else on_postgresql
    return [threading.Thread(target=work) for _number in range(count)]


def backups_while_others_write(url: str, folder: Path, rounds: int) -> list[tuple[int, int]]:
    """For each backup the rows that it holds, and how many it says there are."""
    execute_there(url, "CREATE TABLE written (id integer PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY)")
    execute_there(url, "CREATE TABLE counted (number integer)")
    execute_there(url, "INSERT INTO counted VALUES (0)")
    stop = threading.Event()
    threads = writers(url, stop)
    for thread in threads:
        thread.start()
    found = []
    try:
        for number in range(rounds):
            with databases.moment(folder / str(number)) as ask:
                told = ask("SELECT count(*), (SELECT number FROM counted) FROM written")[0]
            assert held_in(folder / str(number)) == told
            found.append(tuple(told))
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    return found


def execute_there(url: str, statement: str) -> None:
    if connection.vendor == "sqlite":
        statement = statement.replace(" GENERATED BY DEFAULT AS IDENTITY", "")
        with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as own:
            own.execute("PRAGMA journal_mode=WAL")
            own.execute(statement)
        return
    with connection.cursor() as cursor:
        cursor.execute(statement)


def held_in(dump: Path) -> tuple[int, int]:
    """The rows and the count in the file itself."""
    if connection.vendor == "sqlite":
        with contextlib.closing(sqlite3.connect(dump)) as own:
            return own.execute("SELECT count(*), (SELECT number FROM counted) FROM written").fetchone()
    said = subprocess.run(
        [databases.tool_path("pg_restore"), "--data-only", "--table=written", "--table=counted", "--file=-", str(dump)],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    rows = {
        name: said.split(f"COPY public.{name} ")[1].split("\\.")[0].splitlines()[1:]
        for name in ("written", "counted")
    }
    return len(rows["written"]), int(rows["counted"][0])


@pytest.fixture
def swept(house) -> Iterator[Callable]:
    yield house
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE IF EXISTS written, counted")


def test_backups_made_while_others_write_each_hold_one_moment(swept, tmp_path):
    url, _documents = swept

    with reached(url):
        found = backups_while_others_write(url, tmp_path, rounds=5)

    assert [rows == counted for rows, counted in found] == [True] * 5
    assert found[-1][0] > found[0][0], "the control: others did write meanwhile"
    assert Entry.objects.count() == 3


def test_each_line_for_the_clock_in_the_manual_loads_the_environment():
    """Without it a command would take a file of SQLite of its own, in which all is well."""
    manual = (ROOT / "docs" / "deployment.md").read_text("utf-8")
    lines = [line for line in manual.splitlines() if re.match(r"[\d*/]+ [\d*/]+ \* \* \*", line)]

    assert len(lines) == 4
    assert [line for line in lines if "set -a; . /etc/mla-tracker/environment; cd /opt" not in line] == []
