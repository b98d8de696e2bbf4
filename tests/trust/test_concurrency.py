"""CON-1 to CON-5, CON-7, IDE-1: a small sample of drills.concurrency, by threads with connections of their own.

Each race is run a second time with its guard taken away, and must then show what the guard prevents.
"""

import threading
import time
import uuid
from collections import Counter

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from agreements.actions import StepRefused, uploads
from cases.actions import access
from cases.actions.letters.recording import touch_all
from cases.actions.papers import file_papers
from cases.models import Case
from drills import deciding, racers
from drills.deciding import replaced
from drills.processes import in_threads
from tests import makers
from tests.cases import makers as case_makers
from tests.cases.test_numbering import shared  # noqa: F401 - a fixture
from tracker import actions, retrying
from tracker.models import DocumentVersion, User
from tracker.quota import room_of
from tracker.scanning import actions as scans

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 6


@pytest.fixture
def case(shared):  # noqa: F811 - the fixture
    """A case on a database that several connections can open, with its officer and two supervisors."""
    makers.justice_supervisor()
    yield case_makers.case(User.objects.get(username="jun"))
    connection.ensure_connection()


def test_each_version_of_a_case_is_overwritten_once_by_somebody_who_had_seen_it(case):
    """CON-1."""
    given = {"case": case.number, "threads": THREADS, "tries": 4}

    won = racers.amend(0, **given)["won"]
    stands = racers.amended(case.number)
    bare = racers.amend(0, **given, guarded=False)["won"]

    assert sorted(won) == list(range(1, stands["version"]))
    assert stands["entries"] == len(won)
    assert max(Counter(bare).values()) > 1


def test_registrations_that_fail_leave_no_gap_in_either_year(case):
    """CON-2."""
    found = racers.register(0, threads=THREADS, tries=10)
    series = racers.numbered()
    bare = racers.register(0, threads=THREADS, tries=10, guarded=False)

    assert found == {"registered": 9 * THREADS, "aborted": THREADS}
    assert series == {
        "114-受": {"count": 5 * THREADS + 1, "gapless": True, "series": 5 * THREADS + 1},
        "115-受": {"count": 4 * THREADS, "gapless": True, "series": 4 * THREADS},
    }
    assert bare["failed"] > 0


def decided(pair, *, guarded=True):
    """How often each of two things was decided, and how many entries tell it."""
    keys = deciding.prepare_pair(pair, 2)
    since = deciding.newest()
    found = deciding.decide(0, pair, keys, THREADS, guarded)
    return [found["won"].count(key) for key in keys], found["broken"], deciding.told(pair, since)


@pytest.mark.parametrize("pair", deciding.PAIRS)
def test_of_two_decisions_about_one_thing_one_is_taken_and_told_once(case, pair):
    """CON-3."""
    assert decided(pair) == ([1, 1], 0, 2)


def test_without_the_lock_one_letter_is_decided_on_twice(case):
    """CON-3, the control."""
    times, _broken, entries = decided(deciding.WITHOUT_LOCK, guarded=False)

    assert min(times) > 1
    assert entries == sum(times)


def test_a_form_that_is_sent_many_times_at_once_is_carried_out_once_and_all_get_its_answer(case):
    """CON-4."""
    client = Client()
    client.force_login(User.objects.get(username="jun"), backend=racers.BACKEND)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    key, bare = str(uuid.uuid4()), str(uuid.uuid4())
    given = {"case": case.number, "session": session, "form": "note", "threads": 8}

    answers = racers.send(0, keys=[key], **given)[0]
    racers.send(0, keys=[bare], **given, guarded=False)

    assert {status for status, _address in answers} == {302}
    assert len({address for _status, address in answers}) == 1
    assert racers.made("note", [key, bare]) == [1, 8]


def test_a_form_that_is_sent_again_a_hundred_times_has_one_effect(case):
    """IDE-1; another body under the same key has no effect either, since the first answer is given."""
    client, key = Client(), str(uuid.uuid4())
    client.force_login(User.objects.get(username="jun"), backend=racers.BACKEND)
    address, given = racers.asks(case.number, key)["note"]
    texts = [given["text"]] * 99 + ["另一內容"]

    answers = {client.post(address, {"text": text, "key": key}).url for text in texts}

    assert len(answers) == 1
    assert list(case.notes.values_list("text", flat=True)) == [given["text"]]


def crossed():
    """Two threads take the same two cases in opposite order under a form's key; what each came to."""
    keys = list(Case.objects.order_by("pk").values_list("pk", flat=True)[:2])
    meeting, by = threading.Barrier(2), User.objects.get(username="jun")

    def both(place):
        order, met = keys[::-1] if place else keys, []

        def do():
            with transaction.atomic():
                for key in order:
                    Case.objects.select_for_update().get(pk=key)
                    if not met:
                        met.append(key)
                        meeting.wait(timeout=30)
            return "/done/"

        try:
            return actions.once(uuid.uuid4(), by=by, do=do)
        except OperationalError as fault:
            return type(fault.__cause__).__name__

    return sorted(in_threads(2, both))


@pytest.mark.postgresql
def test_a_deadlock_is_tried_again_before_anybody_sees_it(case, monkeypatch):
    """CON-5; without the other try one of the two is told."""
    case_makers.case(User.objects.get(username="jun"))

    answers = crossed()
    monkeypatch.setattr(retrying, "ENDED_FOR_ANOTHER", frozenset())
    bare = crossed()

    assert answers == ["/done/", "/done/"]
    assert bare == ["/done/", "DeadlockDetected"]


@pytest.mark.postgresql
def test_a_letter_takes_its_cases_in_one_order_however_they_are_named(case):
    """CON-5: two letters over the same two cases cannot wait for each other."""
    other = case_makers.case(User.objects.get(username="jun"))

    with CaptureQueriesContext(connection) as captured:
        touch_all([other, case])

    updates = [query["sql"] for query in captured if query["sql"].startswith("UPDATE")]
    assert [f'"id" = {key}' in sql for key, sql in zip((case.pk, other.pk), updates, strict=True)] == [
        True
    ] * 2


def test_whoever_reads_and_then_writes_waits_for_the_other_writers(case):
    """CON-7; the control begins its transactions as SQLite does by itself, and is told that the database is locked."""
    given = {"case": case.number, "tries": 10}

    def locked(guarded):
        each = in_threads(THREADS, lambda place: racers.read_then_write(place, **given, guarded=guarded))
        return sum(one["locked"] for one in each), sum(one["done"] for one in each)

    guarded, bare = locked(True), locked(False)
    racers.read_then_write(0, case=case.number, tries=0)

    assert guarded == (0, 10 * THREADS)
    assert (bare[0] > 0) == (connection.vendor == "sqlite")


def uploaded_at_once(by, *, guarded=True):
    """How many of four files of 400 kB were kept that one person sends at the same moment, with room for two."""
    before = DocumentVersion.objects.count()

    def send(place):
        file = SimpleUploadedFile(f"示例{place}.txt", f"{guarded}{place}".encode() + b"a" * 400_000)
        assert room_of(by) > 0
        return len(uploads.hold_uploads(by=by, key=uuid.uuid4(), uploads=[file], secrecy=0))

    with replaced(uploads, "room_of", lambda by: 1, when=not guarded):
        refused = sum(in_threads(4, send))
    return DocumentVersion.objects.count() - before, refused


def test_files_of_the_same_moment_do_not_pass_what_a_person_may_upload(case, settings):
    """FIL-3; the control counts only while the form is checked."""
    settings.UPLOAD_MB_PER_DAY = 1
    jun = User.objects.get(username="jun")

    kept = uploaded_at_once(jun)
    settings.UPLOAD_MB_PER_DAY = 2
    bare = uploaded_at_once(jun, guarded=False)

    assert kept == (2, 2)
    assert bare == (4, 0)


def filed_at_once(by, case, *, guarded=True):
    """How many of four files of 400 kB a case takes that holds a megabyte, when four forms file them at the same moment."""
    keys = [uuid.uuid4() for _form in range(4)]
    for place, key in enumerate(keys):
        file = SimpleUploadedFile(f"示例{place}.txt", f"{guarded}{place}".encode() + b"a" * 400_000)
        uploads.hold_uploads(by=by, key=key, uploads=[file], secrecy=0)

    def take(place):
        try:
            return len(file_papers(by=by, key=keys[place], case=case))
        except StepRefused:
            return 0

    with replaced(uploads, "room_at", lambda model, key: 10**9, when=not guarded):
        return sum(in_threads(4, take))


def test_files_of_the_same_moment_do_not_pass_what_a_case_may_hold(case, settings):
    """FIL-3; without the count under the lock everything is taken."""
    settings.UPLOAD_MB_PER_RECORD = 1
    jun = User.objects.get(username="jun")
    other = case_makers.case(jun)

    assert filed_at_once(jun, case) == 2
    assert filed_at_once(jun, other, guarded=False) == 4


def numbers_tried(qiu, *, guarded=True):
    """How many of six numbers were looked up that one person types at the same moment, having typed four wrong ones."""
    tried = []

    def opened(by, number, reason, hours):
        tried.append(number)
        time.sleep(0.05)

    def guess(place):
        return access.open_in_emergency(by=qiu, number=f"114-封受-{place}", reason="示例", hours=1)

    counted = replaced(access, "_misses", lambda by: 4, when=not guarded)
    with replaced(access, "_opened", opened), counted:
        in_threads(6, guess)
    return len(tried)


def test_numbers_typed_at_the_same_moment_do_not_pass_the_bound_of_wrong_ones(case):
    """AZ-10; without the count one after the other all six are looked up."""
    qiu = case_makers.sealed_officer()
    for place in range(4):
        access.open_in_emergency(by=qiu, number=f"示例{place}", reason="示例", hours=1)

    assert numbers_tried(qiu) == 1
    assert numbers_tried(qiu, guarded=False) == 6


def scans_taken(*, guarded=True):
    """Which of three files six workers hold that begin to ask at the same moment, four times each."""
    DocumentVersion.objects.update(scan_due_at=None, scan_tries=None)
    bare = replaced(scans, "_held", lambda version: scans.Held(version, 1), when=not guarded)
    with bare:
        held = in_threads(6, lambda _place: [scans.take_scan() for _time in range(4)])
    return sorted(one.version.pk for each in held for one in each if one is not None)


def test_workers_of_the_same_moment_hold_a_file_each_and_none_twice(case):
    """FIL-6; without the lease they all hold the first one."""
    jun = User.objects.get(username="jun")
    for place in range(3):
        file = SimpleUploadedFile("示例.txt", f"示例{place}".encode())
        actions.store_document(by=jun, about=case, upload=file, title="示例", secrecy=0)
    files = list(DocumentVersion.objects.order_by("pk").values_list("pk", flat=True))

    assert scans_taken() == files
    assert max(Counter(scans_taken(guarded=False)).values()) > 1
