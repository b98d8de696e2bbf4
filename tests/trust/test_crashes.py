"""CRA-1, CRA-3, CON-8, FIL-7, RET-3: processes that are killed while they write, and a disk that is full.

A small sample of drills.crash and drills.disk, each with its control.
"""

import errno
import os
import signal
import uuid
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage
from django.db import connection, transaction
from django.utils import timezone

from cases.actions import disposal
from cases.models import Case
from drills import crasher
from reports.actions import mail_digest, make_digest, see_digests
from reports.actions.digests import CLAIM
from reports.models import DigestSent
from tests import makers
from tests.cases import makers as case_makers
from tests.cases.test_numbering import shared  # noqa: F401 - a fixture
from tracker.importing import actions as importing
from tracker.models import User
from tracker.storage import WholeFiles

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def room(shared, tmp_path, settings, monkeypatch):  # noqa: F811 - the fixture
    """A database that a child can open, a folder for documents, and a case."""
    settings.MEDIA_ROOT = str(tmp_path / "documents")
    monkeypatch.setenv("ROOM", str(tmp_path))
    makers.justice_supervisor()
    case_makers.case(User.objects.get(username="jun"))
    yield tmp_path
    connection.ensure_connection()


def dies(*_args, **_given):
    """What a child comes to in place of its last writes, before they are committed."""
    os.kill(os.getpid(), signal.SIGKILL)


def test_an_import_whose_process_is_killed_is_there_as_a_whole_or_not_at_all(room, monkeypatch):
    """CRA-1: at some moment, and surely when everything but its last entry is written; in ten transactions it leaves a part."""
    whole = crasher.import_once("whole", rows=60, within=60.0, guarded=True)
    moments = (0.1, 0.4, 0.7)
    killed = [
        crasher.import_once(f"k{place}", rows=60, within=moment * whole["seconds"], guarded=True)
        for place, moment in enumerate(moments)
    ]
    with monkeypatch.context() as child:
        child.setattr(importing, "_finish", dies)
        killed.append(crasher.import_once("last", rows=60, within=60.0, guarded=True))
    bare = crasher.import_once("bare", rows=60, within=60.0, guarded=False)

    assert (whole["there"], whole["acknowledged"], whole["partial"]) == (60, True, False)
    assert [(one["partial"], one["lost"]) for one in killed] == [(False, False)] * 4
    assert (killed[-1]["killed"], killed[-1]["there"]) == (True, 0)
    assert crasher.stands() == {"whole": True, "history intact": True}
    assert bare["partial"]


def test_an_upload_whose_process_is_killed_leaves_no_row_without_its_file(room):
    """FIL-7: a file without its row is named at once and removed after a day; a row committed first is the control."""
    kept = [crasher.upload_once(place) for place in range(3)]
    found = crasher.files()
    crasher.upload_once(2, guarded=False)

    assert kept == [
        {"rows kept": 0, "lost": 0},
        {"rows kept": 0, "lost": 0},
        {"rows kept": 1, "lost": 0},
    ]
    assert found == {"missing": 0, "without a row": 2, "removed too soon": 0, "left after a day": 0}
    assert crasher.files()["missing"] == 1


def test_a_disposal_whose_process_is_killed_has_destroyed_all_of_its_list_or_nothing(room, monkeypatch):
    """RET-3: at some moment, and surely when all of it is destroyed but the certificate; case by case it leaves a part."""
    whole = crasher.dispose_once(within=60.0)
    killed = [crasher.dispose_once(within=0.3 * whole["seconds"])]
    with monkeypatch.context() as child:
        child.setattr(disposal, "_certificate", dies)
        killed.append(crasher.dispose_once(within=60.0))
    bare = crasher.dispose_once(within=60.0, guarded=False)

    assert (whole["destroyed"], whole["acknowledged"], whole["partial"], whole["files"]) == (
        True,
        True,
        False,
        0,
    )
    assert [(one["partial"], one["lost"], one["files"]) for one in killed] == [(False, False, 0)] * len(
        killed
    )
    assert (killed[-1]["killed"], killed[-1]["destroyed"]) == (True, False)
    assert bare["partial"]


class Endless(ContentFile):
    """A file whose disk is full after its first piece."""

    def chunks(self, chunk_size=None):
        yield b"half of it"
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize(("storage", "left"), [(WholeFiles, 0), (FileSystemStorage, 1)])
def test_a_file_that_does_not_fit_on_the_disk_leaves_nothing(tmp_path, storage, left):
    """CRA-3; Django's own storage is the control."""
    with pytest.raises(OSError, match="No space left"):
        storage(location=tmp_path).save(uuid.uuid4().hex, Endless(b""))

    assert len(list(tmp_path.iterdir())) == left


def test_a_file_that_must_be_durable_is_kept_as_any_other(tmp_path):
    name = WholeFiles(location=tmp_path, is_durable=True).save("a/b", ContentFile(b"kept"))

    assert (tmp_path / name).read_bytes() == b"kept"


@pytest.mark.parametrize("is_durable", [True, False])
def test_a_durable_file_and_its_folders_are_forced_to_the_disk_and_so_is_that_it_was_deleted(
    tmp_path, monkeypatch, is_durable
):
    """The folder of two letters is new, so the one above it has to be forced out too; a plain one is the control."""
    forced, force = [], os.fsync

    def told(number):
        forced.append(Path(f"/proc/self/fd/{number}").readlink())
        force(number)

    monkeypatch.setattr(os, "fsync", told)
    storage = WholeFiles(location=tmp_path, is_durable=is_durable)
    name = storage.save("ab/cdef", ContentFile(b"kept"))
    saved = forced.copy()
    forced.clear()
    storage.delete(name)
    storage.delete("zz/never-there")

    assert saved == ([tmp_path / "ab/cdef", tmp_path / "ab", tmp_path] if is_durable else [])
    assert forced == ([tmp_path / "ab"] if is_durable else [])


def waiting_digest(username):
    """A digest with a sentence for a person with an address."""
    person = makers.person(username, ministry="justice", email=f"{username}@example.tw")
    digest = make_digest(by=None, person=person, day=makers.TODAY)
    told = [{"kind": "x", "zh": "示例", "en": "example", "url": "/"}]
    DigestSent.objects.filter(pk=digest.pk).update(sentences=told)
    digest.refresh_from_db()
    return digest


def killed_while_it_leaves(digest, monkeypatch, *, marked_first):
    """Let a child mail the digest, and kill it while the mail leaves; then mail it again here.

    First while its claim stands, then twice after that.
    """
    step = f"{digest.pk}.step"

    def send(message):
        crasher.stop_at(step)

    def mail_it():
        if marked_first:
            DigestSent.objects.filter(pk=digest.pk).update(mailed_at=timezone.now())
        with crasher.replaced(mail.EmailMessage, "send", send):
            mail_digest(by=None, digest=digest) if not marked_first else send(None)

    crasher.killed_after(30, mail_it, until=lambda: crasher.is_at(step))
    at_once = mail_digest(by=None, digest=digest)
    DigestSent.objects.filter(pk=digest.pk, leaving_since__isnull=False).update(
        leaving_since=timezone.now() - CLAIM
    )
    return at_once, mail_digest(by=None, digest=digest), mail_digest(by=None, digest=digest)


def test_a_digest_whose_command_is_killed_leaves_once_when_its_claim_has_lapsed(room, monkeypatch):
    """CON-8; a digest that is marked before it leaves never does: the control."""
    guarded = killed_while_it_leaves(waiting_digest("tang"), monkeypatch, marked_first=False)
    bare = killed_while_it_leaves(waiting_digest("gao"), monkeypatch, marked_first=True)

    assert (guarded, bare) == ((False, True, False), (False, False, False))
    assert [message.to for message in mail.outbox] == [["tang@example.tw"]]
    assert mail.outbox[0].extra_headers["Message-ID"].startswith("<digest-")


def test_a_mail_server_that_is_slow_holds_no_row_and_no_other_sender_takes_the_digest(shared):  # noqa: F811
    """CON-8: while a mail leaves, others write its row, and nobody sends it a second time."""
    digest = waiting_digest("tang")
    seen = []

    def slow(message):
        def meanwhile():
            try:
                see_digests(by=digest.person)
                seen.append(mail_digest(by=None, digest=digest))
            finally:
                connection.close()

        other = Thread(target=meanwhile)
        other.start()
        other.join(timeout=20)

    with crasher.replaced(mail.EmailMessage, "send", slow):
        left = mail_digest(by=None, digest=digest)

    digest.refresh_from_db()
    assert (left, seen) == (True, [False])
    assert (digest.seen_at is not None, digest.leaving_since, digest.mailed_at is not None) == (
        True,
        None,
        True,
    )


def test_a_digest_is_not_mailed_within_a_transaction(shared):  # noqa: F811
    """The control: there it would hold what the transaction holds for as long as the mail server takes."""
    digest = waiting_digest("tang")

    with pytest.raises(RuntimeError), transaction.atomic():
        mail_digest(by=None, digest=digest)

    assert mail.outbox == []


def test_what_has_no_row_for_less_than_a_day_stays(room):
    """FIL-7: it may belong to a transaction that is not through. One document is known, or nothing would be removed at all."""
    crasher._row_without_file(Case.objects.get())
    documents = room / "documents"
    documents.mkdir()
    (documents / "young").write_bytes(b"x")
    now = timezone.now()

    first = crasher.remove_unnamed(documents, older_than=timedelta(days=1), now=now)
    later = crasher.remove_unnamed(documents, older_than=timedelta(days=1), now=now + timedelta(days=2))

    assert (first, later) == ([], ["young"])
