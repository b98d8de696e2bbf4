"""CON-5: deeds that take several rows take them in one order (cases.actions.filing), so that none waits for the other.

Two deeds meet on PostgreSQL: the first holds what comes first in that order, and takes the next when the second one waits.
In the control the second takes its locks in another order, and the database ends one of the two.
"""

import threading
import time
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from agreements.actions import uploads
from agreements.actions.filing import lock as lock_agreement
from cases.actions import disposal, links
from cases.actions.containers import lower_parts
from cases.actions.filing import lock, lock_all
from cases.actions.importing import LOG, plan_import
from cases.actions.letters import recording, send_letter
from cases.models import Case, CaseLink, Letter, Note
from drills.deciding import replaced
from drills.processes import in_threads
from tests import makers
from tests.cases import disposals, letters, logs
from tests.cases import makers as case_makers
from tests.cases.test_numbering import shared  # noqa: F401 - a fixture
from tracker import audit, retrying
from tracker.actions import store_document
from tracker.importing import actions as importing
from tracker.models import ImportBatch, User
from tracker.quota import lock_room_at

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]
PATIENCE = 60


@pytest.fixture
def cast(shared):  # noqa: F811 - the fixture
    """An officer and two supervisors on a database that several connections can open."""
    yield User.objects.get(username="jun"), case_makers.justice_supervisor(), disposals.second_supervisor()
    connection.ensure_connection()


def is_waiting(process):
    """Whether the connection of this process of the server waits for a lock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM pg_locks WHERE pid = %s AND NOT granted)", [process])
        return cursor.fetchone()[0]


def meet(first, then, second):
    """What both deeds come to when ``then`` follows ``first`` in one transaction as soon as ``second`` waits, or is over."""
    held, over, processes = threading.Event(), threading.Event(), []

    def lead():
        try:
            with transaction.atomic():
                first()
                held.set()
                until = time.monotonic() + PATIENCE
                while not over.is_set() and not (processes and is_waiting(processes[0])):
                    assert time.monotonic() < until
                    time.sleep(0.01)
                then()
        finally:
            held.set()

    def follow():
        held.wait(PATIENCE)
        connection.ensure_connection()
        processes.append(connection.connection.info.backend_pid)
        try:
            second()
        finally:
            over.set()

    def told(place):
        try:
            (follow if place else lead)()
        except OperationalError as fault:
            return type(fault.__cause__).__name__
        return "done"

    return sorted(in_threads(2, told))


def before(late, early):
    """A lock that was taken too early: ``late`` goes before what stands first in the order."""

    def taken(*given, **named):
        late()
        return early(*given, **named)

    return taken


DONE, ENDED = ["done", "done"], ["DeadlockDetected", "done"]


def test_a_letter_is_sent_while_one_of_its_cases_is_lowered(cast):
    """A lowered mark holds the case and wants its letters."""
    jun, chen, _tsai = cast

    def both(guarded):
        case = case_makers.case(jun)
        letter = letters.signed(jun, chen, case)
        held = []
        early = before(lambda: Letter.objects.select_for_update().get(pk=letter.pk), recording.hold_cases)
        with replaced(recording, "hold_cases", early, when=not guarded):
            return meet(
                lambda: held.append(lock(case, None)),
                lambda: lower_parts(held[0], to=held[0].secrecy),
                lambda: send_letter(by=jun, letter=letter, sending=letters.sending(), today=makers.TODAY),
            )

    assert (both(True), both(False)) == (DONE, ENDED)


def test_a_file_becomes_a_version_while_a_step_of_its_agreement_takes_files(cast):
    """A step holds the agreement and the history, and wants the room for its files."""
    lin = makers.lin()
    agreement = makers.agreement(lin)

    def step_begins():
        locked = lock_agreement(agreement, None)
        audit.record("agreement.edit", locked, by=lin)

    def both(guarded):
        upload = SimpleUploadedFile("示例.txt", f"{guarded}".encode())
        document = store_document(by=lin, about=agreement, upload=upload, title="示例", secrecy=0)
        key = uuid.uuid4()
        file = SimpleUploadedFile("示例.txt", f"第二版{guarded}".encode())
        uploads.hold_uploads(by=lin, key=key, uploads=[file], secrecy=0)
        with replaced(uploads, "lock", lambda agreement, version: None, when=not guarded):
            return meet(
                step_begins,
                lambda: lock_room_at("agreements.agreement", str(agreement.pk)),
                lambda: uploads.file_as_versions(by=lin, key=key, agreement=agreement, document=document),
            )

    assert (both(True), both(False)) == (DONE, ENDED)


def test_a_list_is_carried_out_while_a_file_that_tells_of_its_case_is_imported(cast):
    """An import holds its batch and wants the cases of its rows."""
    jun, chen, tsai = cast

    def both(guarded):
        case = disposals.closed(jun, chen)
        plan = disposals.approved(chen, tsai, case)
        batch = plan_import(by=jun, file=logs.log_file(logs.row(number=case.number)), stated={})
        early = before(lambda: lock_all([case]), disposal.forget_imported)
        with replaced(disposal, "forget_imported", early, when=not guarded):
            return meet(
                lambda: ImportBatch.objects.select_for_update().get(pk=batch.pk),
                lambda: Case.objects.select_for_update().get(pk=case.pk),
                lambda: disposal.carry_out_disposal(by=tsai, plan=plan, today=makers.TODAY),
            )

    assert (both(True), both(False)) == (DONE, ENDED)


def test_a_link_is_dropped_while_its_cases_are_held(cast):
    """The destruction of a case holds it and wants its links."""
    jun, _chen, _tsai = cast
    ends = [case_makers.case(jun), case_makers.case(jun)]

    def both(guarded):
        link = links.link_cases(by=jun, case=ends[0], other=ends[1], kind="related")

        def take():
            return CaseLink.objects.select_for_update().filter(pk=link.pk).first()

        with replaced(links, "lock_all", before(take, links.lock_all), when=not guarded):
            return meet(
                lambda: lock_all(ends),
                take,
                lambda: links.drop_link(by=jun, link=link, reason="示例"),
            )

    assert (both(True), both(False)) == (DONE, ENDED)


def test_an_import_that_is_ended_for_another_deed_is_carried_out_once_more(cast):
    """It takes its cases in the order of the file, and so may meet whoever takes the same cases in the order of their keys."""
    _jun, chen, _tsai = cast
    logs.imported(chen, logs.row())
    case = Case.objects.get()
    batch = plan_import(by=chen, file=logs.log_file(logs.row(office="示例處")), stated={})

    def crossed(deed, *, guarded):
        with replaced(retrying, "ENDED_FOR_ANOTHER", frozenset(), when=not guarded):
            return meet(
                lambda: lock(case, None),
                lambda: ImportBatch.objects.select_for_update().get(pk=batch.pk),
                lambda: deed(by=chen, kind=LOG, batch=batch, today=makers.TODAY),
            )

    for deed in (importing.apply_batch, importing.undo_batch):
        assert (crossed(deed, guarded=False), crossed(deed, guarded=True)) == (ENDED, DONE)
    batch.refresh_from_db()
    assert batch.state == ImportBatch.State.UNDONE


def test_who_holds_a_case_keeps_nobody_from_pointing_at_it(cast):
    """Keys of other tables are checked at the commit, when the history is held already, so they must not wait."""
    jun, _chen, _tsai = cast
    case = case_makers.case(jun)
    seen = []

    for hold in (lambda: lock(case, None), lambda: Case.objects.select_for_update().get(pk=case.pk)):
        text = f"示例{len(seen)}"
        met = meet(
            hold,
            lambda text=text: seen.append(Note.objects.filter(text=text).exists()),
            lambda text=text: Note.objects.create(
                case=case, text=text, written_at=timezone.now(), written_by=jun
            ),
        )
        assert met == DONE
    assert seen == [True, False]
