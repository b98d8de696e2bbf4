"""CRA-3: a disk that is full is told with a number, what was read is read on, and nothing acknowledged is lost.

A small sample of drills.disk: a process may write no file (SQLite), or the database takes nothing (PostgreSQL).
"""

import contextlib
import resource
import sqlite3
import time
import uuid
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.db.utils import ConnectionHandler
from django.http import HttpResponse
from django.test import RequestFactory
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from django.urls import reverse
from django.utils import timezone

from cases.models import Note
from tests import makers, pgserver
from tests.cases import makers as case_makers
from tests.cases.test_numbering import shared  # noqa: F401 - a fixture
from tracker import checkups, environment, middleware
from tracker.backup import BackupRefused, databases
from tracker.middleware import MOST_READ_ON, PIECE, RequestContextMiddleware, read_on
from tracker.models import Checkup, Session, User

CONTEXT = "tracker.middleware.RequestContextMiddleware"


@contextlib.contextmanager
def no_room():
    """No file of this process takes a byte."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextlib.contextmanager
def full_disk():
    """The database writes nothing and goes on reading."""
    if connection.vendor == "sqlite":
        with no_room():
            yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET default_transaction_read_only = on")
        try:
            yield
        finally:
            cursor.execute("SET default_transaction_read_only = off")


def says_its_number(answer) -> bool:
    return answer.headers["X-Request-Id"] in answer.text


@pytest.mark.django_db(transaction=True)
def test_on_a_full_disk_reading_goes_on_each_refusal_says_its_number_and_nothing_is_half_there(
    shared,  # noqa: F811 - the fixture
    client_of,
):
    jun = User.objects.get(username="jun")
    case = case_makers.case(jun)
    client = client_of(jun)
    client.raise_request_exception = False
    Session.objects.update(seen_at=timezone.now() - timedelta(minutes=5))
    address = reverse("cases:note", args=[case.number])
    form = {"text": "示例", "key": str(uuid.uuid4())}

    with full_disk():
        read = client.get(reverse("cases:list"))
        looked, sent = client.get(case.get_absolute_url()), client.post(address, form)
    again = [client.post(address, form).status_code for _twice in range(2)]

    assert [read.status_code, looked.status_code, sent.status_code] == [200, 503, 500]
    assert says_its_number(looked) and says_its_number(sent)
    assert (again, Note.objects.count()) == ([302, 302], 1)


@pytest.mark.parametrize(("is_innermost", "has_number"), [(False, True), (True, False)])
@pytest.mark.django_db
def test_a_session_that_cannot_be_read_is_told_with_a_number(client_of, settings, is_innermost, has_number):
    """The control is the number that is drawn within the session."""
    if is_innermost:
        settings.MIDDLEWARE = [*(one for one in settings.MIDDLEWARE if one != CONTEXT), CONTEXT]
    client = client_of(makers.jun())
    client.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE tracker_session RENAME TO tracker_session_away")

    answer = client.get(reverse("cases:list"))

    assert answer.status_code == 500
    assert ("<code>" in answer.text) is has_number
    assert not has_number or says_its_number(answer)


@pytest.mark.django_db
def test_a_connection_to_sqlite_stays_open_between_requests_so_that_a_full_disk_is_read(tmp_path):
    """The files beside the database go with its last connection; there is no room to make them anew: the control."""
    place = tmp_path / "x.sqlite3"
    own = ConnectionHandler({"default": environment.database(f"sqlite:///{place}", Path("/"))})["default"]
    with own.cursor() as cursor:
        cursor.execute("CREATE TABLE kept (n)")
        cursor.execute("INSERT INTO kept VALUES (7)")
    own.close_if_unusable_or_obsolete()

    with no_room(), own.cursor() as cursor:
        assert cursor.execute("SELECT n FROM kept").fetchall() == [(7,)]
        with pytest.raises(OperationalError):
            cursor.execute("INSERT INTO kept VALUES (8)")
    own.close()
    with (
        no_room(),
        contextlib.closing(sqlite3.connect(place)) as bare,
        pytest.raises(sqlite3.OperationalError),
    ):
        bare.execute("SELECT n FROM kept")


def test_a_backup_for_which_there_is_no_room_is_refused_and_a_full_database_is_not_silent_of_it(
    shared,  # noqa: F811 - the fixture
    tmp_path,
    caplog,
    monkeypatch,
):
    """On SQLite there is no room for the note of it either; on PostgreSQL, which has room, that is kept. `pg_dump` is a process of
    its own, and inherits that it may write nothing. The control is the same backup with room."""
    assert User.objects.exists()  # so that a connection is open
    is_sqlite = connection.vendor == "sqlite"
    said, fault = ("not copied", OperationalError) if is_sqlite else ("pg_dump failed", CommandError)
    if not is_sqlite:
        monkeypatch.setenv("PG_BIN", str(pgserver._binaries()))

    with no_room(), pytest.raises(BackupRefused, match=said), databases.moment(tmp_path / "copy"):
        pass
    with no_room(), pytest.raises(fault):
        call_command("backup", str(tmp_path / "backups"))
    left = list((tmp_path / "backups").iterdir())
    noted = list(Checkup.objects.filter(name=checkups.BACKUP).values_list("is_well", flat=True))
    call_command("backup", str(tmp_path / "backups"))

    assert "the backup is not whole" in caplog.text
    assert (left, noted) == ([], [] if is_sqlite else [False])
    assert len(list((tmp_path / "backups").iterdir())) == 1


def test_what_was_committed_last_goes_with_the_database_that_a_restore_replaces(tmp_path):
    """It may still lie in the log beside the database, whose server is running or was killed."""
    place, fresh = tmp_path / "x.sqlite3", tmp_path / "fresh"
    fresh.write_bytes(b"")
    with contextlib.closing(sqlite3.connect(place, autocommit=True)) as running:
        running.execute("PRAGMA journal_mode=WAL")
        running.execute("CREATE TABLE kept (n)")
        running.execute("INSERT INTO kept VALUES (7)")

        databases._put_back_sqlite(fresh, place)

        with contextlib.closing(sqlite3.connect(tmp_path / "x.sqlite3.before-restore")) as before:
            assert before.execute("SELECT n FROM kept").fetchall() == [(7,)]
    assert (place.stat().st_size, place.with_name("x.sqlite3-wal").exists()) == (0, False)


@pytest.mark.django_db
def test_an_upload_for_which_there_is_no_room_is_read_to_its_end_and_told_with_a_number(
    client_of, settings, tmp_path
):
    """Who is still sending when the line is cut reads no answer."""
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "gone"
    jun = makers.jun()
    client = client_of(jun)
    client.raise_request_exception = False
    upload = BytesIO(b"x" * 3_000_000)
    upload.name = "a.txt"
    body = BytesIO(encode_multipart(BOUNDARY, {"files": upload, "title": "示例"}))
    size = len(body.getvalue())
    address = reverse("cases:documents", args=[case_makers.case(jun).number])

    sent = {"wsgi.input": body, "CONTENT_LENGTH": str(size), "CONTENT_TYPE": MULTIPART_CONTENT}
    answer = client.post(address, **sent)

    assert (answer.status_code, body.tell()) == (500, size)
    assert says_its_number(answer)


@pytest.mark.parametrize(("status", "read"), [(500, 70_000), (413, 70_000), (302, 0)])
def test_what_is_left_of_a_refused_form_is_read(status, read):
    """The control is a form that was not refused."""
    body = BytesIO(b"x" * 70_000)
    request = RequestFactory().post("/", **{"wsgi.input": body, "CONTENT_LENGTH": "70000"})

    RequestContextMiddleware(lambda _request: HttpResponse(status=status))(request)

    assert body.tell() == read


@pytest.mark.parametrize(("length", "read"), [(MOST_READ_ON, 70_000), (MOST_READ_ON + 1, 0)])
def test_a_form_that_says_to_be_longer_than_any_is_not_read_on(length, read):
    """The control is one that says to be as long as the longest."""
    body = BytesIO(b"x" * 70_000)
    request = RequestFactory().post("/", **{"wsgi.input": body, "CONTENT_LENGTH": str(length)})

    read_on(request)

    assert body.tell() == read


@pytest.mark.parametrize(("seconds", "is_whole"), [(10.0, True), (0.05, False)])
def test_a_form_that_comes_slowly_is_read_on_for_some_seconds_only(seconds, is_whole, monkeypatch):
    """The control is time enough."""

    class Slow(BytesIO):
        def read(self, size=-1):
            time.sleep(0.02)
            return super().read(size)

    monkeypatch.setattr(middleware, "LONGEST_READ_ON", seconds)
    body = Slow(b"x" * PIECE * 10)
    request = RequestFactory().post("/", **{"wsgi.input": body, "CONTENT_LENGTH": str(PIECE * 10)})

    read_on(request)

    assert (body.tell() == PIECE * 10) is is_whole


def test_who_cuts_the_line_while_sending_disturbs_nobody():
    class Cut(BytesIO):
        def read(self, size=-1):
            raise ConnectionResetError

    request = RequestFactory().post("/", **{"wsgi.input": Cut(), "CONTENT_LENGTH": "70000"})

    answer = RequestContextMiddleware(lambda _request: HttpResponse(status=500))(request)

    assert answer.status_code == 500
