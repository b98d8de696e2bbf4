"""AZ-16: PostgreSQL itself hides what a reader may not see, even where a query forgets to ask.

On SQLite there is no such line; what is asserted there is that the command says so.
"""

import gc
import io
import threading
import zipfile
from contextlib import contextmanager
from io import StringIO
from itertools import islice

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.core.signals import request_finished
from django.db import DatabaseError, close_old_connections, connection, transaction
from django.http import StreamingHttpResponse
from django.test import RequestFactory

from agreements.models import Agreement, Contact, Placeholder
from agreements.models.asof import AgreementQuerySet
from cases.actions import save_draft
from cases.actions.access import let_in
from cases.actions.assignment import assign
from cases.actions.notes import write_note
from cases.actions.people import add_person
from cases.models import Case, CaseQuerySet, Letter, Note, Promise
from tests import makers
from tests.cases import letters
from tests.cases import makers as cases
from tests.cases.test_secrecy_access import GONE, LASTING, changed, stands_in, worlds
from tracker.actions import store_document
from tracker.databaseroles import Roles
from tracker.models import Document
from tracker.roles import Secrecy
from tracker.rowpolicies import OF_A_CASE, OF_AN_AGREEMENT, POLICIES
from tracker.rowsecurity import ReaderMiddleware, reading_as
from tracker.statements import Prepared

pytestmark = pytest.mark.django_db
APP, WORKER = Roles().app, "tracker_worker"
TOKEN = "暗號示例甲乙丙"
on_postgresql = pytest.mark.postgresql


@pytest.fixture
def switched_on(db, settings):
    """Accounts and policies, for the time of a test."""
    connection.check_constraints()
    call_command("database_roles", "--apply", stdout=StringIO())
    call_command("row_security", "on", "--apply", stdout=StringIO())
    settings.ROW_SECURITY = True


@contextmanager
def role(name):
    """What is asked meanwhile is asked as this account."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {name}")
        yield
        cursor.execute("RESET ROLE")


def seen(person, rows):
    """The keys of the rows that the application's account gets for this reader, asked without any condition."""
    with role(APP), reading_as(person):
        return set(rows.order_by().values_list("pk", flat=True))


@contextmanager
def everything_visible(monkeypatch):
    """The fault that is stood against: nothing asks any more who reads. Statements that are kept are put together anew."""
    prepared = [one for one in gc.get_objects() if type(one) is Prepared]
    with monkeypatch.context() as patched:
        for rows in (CaseQuerySet, AgreementQuerySet):
            patched.setattr(rows, "visible_to", lambda self, _user: self.all())
        for one in prepared:
            patched.setattr(one, "_kept", threading.local())
        yield


def hidden_things():
    """A sealed and a restricted case with what hangs on them, and a restricted agreement: each carries the token."""
    qiu = cases.sealed_officer()
    made = []
    for level in (Secrecy.SEALED, Secrecy.RESTRICTED):
        case = cases.case(
            qiu, officer=qiu, secrecy=level, subject=f"{TOKEN}{level}", partner_reference=f"{TOKEN}{level}", code_name=f"{TOKEN}{level}"
        )  # fmt: skip
        write_note(by=qiu, case=case, text=TOKEN)
        add_person(by=qiu, case=case, part="witness", name="王示例")
        letters.received(qiu, case)
        file = SimpleUploadedFile("附件.txt", "示例".encode(), "text/plain")
        store_document(by=qiu, about=case, upload=file, title=TOKEN, secrecy=level)
        made.append(case)
    return made, makers.agreement(makers.lin(), title_zh=TOKEN, secrecy=Secrecy.RESTRICTED, code_name=TOKEN)


TABS = ("", "persons/", "letters/", "documents/", "work/", "history/")
LISTS = ("/cases/", "/cases/?secrecy=2", "/cases/?q=甲乙丙", "/search/?q=甲乙丙", "/agreements/")
SHEETS = ("/cases/export/?format=csv", "/cases/export/?format=xlsx", "/agreements/export/?format=csv")


def telling(client, hidden, agreement):
    """The addresses whose answers tell of something hidden: pages, lists, searches, sheets (one of them by COPY)."""
    pages = [f"/cases/{case.number}/{tab}" for case in hidden for tab in TABS]
    return {
        address
        for address in (*pages, f"/agreements/{agreement.number}/", *LISTS, *SHEETS)
        if TOKEN in text_of(client.get(address))
    }


def text_of(response):
    body = b"".join(response.streaming_content) if response.streaming else response.content
    if body[:2] == b"PK":
        packed = zipfile.ZipFile(io.BytesIO(body))
        body = b"".join(packed.read(name) for name in packed.namelist())
    return body.decode(errors="replace")


def switch_on():
    connection.check_constraints()
    call_command("row_security", "on", "--apply", stdout=StringIO())


@on_postgresql
def test_nothing_hidden_is_told_even_when_no_query_asks_who_reads(db, settings, client_of, monkeypatch):
    """AZ-16: lists, pages, searches and sheets; the same walk without the policies is the control."""
    hidden, agreement = hidden_things()
    reader = makers.person("low", ministry="justice", clearance=Secrecy.INTERNAL)
    cases.case(reader, subject="看得見的示例")
    connection.check_constraints()
    call_command("database_roles", "--apply", stdout=StringIO())
    with everything_visible(monkeypatch), role(APP):
        control = telling(client_of(reader), hidden, agreement)
    switch_on()
    settings.ROW_SECURITY = True
    with everything_visible(monkeypatch), role(APP):
        client = client_of(reader)
        told = telling(client, hidden, agreement)
        own = text_of(client.get("/cases/export/?format=csv"))

    assert told == set()
    assert "看得見的示例" in own  # it shows what may be seen
    assert control >= {*LISTS, *SHEETS, f"/agreements/{agreement.number}/"}
    assert len([address for address in control if address.startswith("/cases/11")]) >= 6


@on_postgresql
def test_raw_statements_show_a_reader_only_what_visible_to_shows(switched_on):
    """Every guarded table, asked without a condition by people of every role, desk and level."""
    hidden, _agreement = hidden_things()
    makers.agreement(makers.mei(), partner=makers.partner("XB"))
    differences, pairs = [], 0
    for reader, listed, mine, _told, _for_others in islice(worlds(), 100):
        keys = set(mine.visible_to(reader).values_list("pk", flat=True))
        pairs += len(listed)
        if seen(reader, mine) != keys:
            differences.append(reader.username)
    lowered = makers.person("lowered", ministry="justice", clearance=Secrecy.SEALED)
    for level in (Secrecy.INTERNAL, Secrecy.SEALED):
        save_draft(by=lowered, intake=cases.intake(secrecy=level))
    lowered.clearance = Secrecy.RESTRICTED
    lowered.save(update_fields=["clearance"])
    own = Case.objects.drafts().filter(secrecy=Secrecy.INTERNAL)
    people = [makers.auditor(), makers.administrator(), makers.stranger(), hidden[0].officer, lowered]
    for model in (Case, Letter, Promise, Agreement, Contact, Placeholder):
        for reader in people:
            keys = set(model.objects.visible_to(reader).values_list("pk", flat=True))
            if seen(reader, model.objects) != keys:
                differences.append((model.__name__, reader.username))

    assert differences == []
    assert pairs == 4_000
    assert seen(hidden[0].officer, Note.objects) == set(Note.objects.values_list("pk", flat=True))
    assert seen(people[2], Note.objects) == set() == seen(people[2], Document.objects)
    assert seen(lowered, Case.objects.drafts()) == set(own.values_list("pk", flat=True))
    assert own.count() == 1


@on_postgresql
def test_a_substitution_ends_here_too_with_what_it_was_named_for(switched_on):
    hidden, _agreement = hidden_things()
    two = {
        "absent": hidden[0].officer,
        "substitute": makers.person("rao", ministry="justice", clearance=Secrecy.SEALED),
    }
    stands_in(two["substitute"], two["absent"])
    before, found = hidden[0].pk in seen(two["substitute"], Case.objects), {}
    for name, (whose, fields) in (GONE | LASTING).items():
        with transaction.atomic():
            changed(two[whose], fields)
            found[name] = hidden[0].pk in seen(two["substitute"], Case.objects)
            transaction.set_rollback(True)
        two[whose].refresh_from_db()

    assert before
    assert found == dict.fromkeys(GONE, False) | dict.fromkeys(LASTING, True)


@on_postgresql
def test_nobody_and_the_former_reader_see_nothing(switched_on, client_of):
    hidden, _agreement = hidden_things()
    client = client_of(hidden[0].officer)
    with role(APP):
        assert TOKEN in text_of(client.get("/cases/export/?format=csv"))
        after_sheet = told_now(), Case.objects.count(), Agreement.objects.count()
        client.get("/cases/")
        after_page = told_now(), Case.objects.count()

    assert after_sheet == ("", 0, 0)
    assert after_page == ("", 0)


@on_postgresql
def test_what_is_streamed_is_read_as_the_reader_of_the_request_even_when_it_is_broken_off(switched_on):
    hidden, _agreement = hidden_things()
    request = RequestFactory().get("/")
    request.user = hidden[0].officer

    def pieces():
        yield str(Case.objects.count())
        yield "never asked for"

    with role(APP):
        response = ReaderMiddleware(lambda _request: StreamingHttpResponse(pieces()))(request)
        before, first, during = told_now(), next(iter(response)), told_now()
        request_finished.disconnect(close_old_connections)  # the test's own transaction goes on
        response.close()
        request_finished.connect(close_old_connections)
        after = told_now()

    assert (before, first, during, after) == ("", b"2", str(request.user.pk), "")


def told_now():
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('tracker.reader', true)")
        return cursor.fetchone()[0]


@on_postgresql
def test_a_verb_knows_what_its_person_may_not_see_and_only_the_verb(switched_on):
    """A sealed case goes out of sight with its officer, and the next number follows the hidden ones."""
    hidden, _agreement = hidden_things()
    qiu, other = hidden[0].officer, makers.person("rao", ministry="justice", clearance=Secrecy.SEALED)
    with role(APP), reading_as(other, is_writing=True):
        with pytest.raises(Case.DoesNotExist):
            Case.objects.get(pk=hidden[0].pk)
        with pytest.raises(RuntimeError), transaction.atomic():
            assert Case.objects.filter(pk=hidden[0].pk).exists()
            raise RuntimeError
        assert not Case.objects.filter(pk=hidden[0].pk).exists()
        number = cases.case(other, secrecy=Secrecy.SEALED, officer=other).number
        agreed = makers.agreement(makers.person("mei2", ministry="foreign_affairs")).number
    with role(APP), reading_as(qiu, is_writing=True):
        locked = Case.objects.get(pk=hidden[0].pk)
        chen = cases.justice_supervisor(clearance=Secrecy.SEALED)
        let_in(by=qiu, case=locked, person=chen, reason="示例")
        assign(by=chen, case=locked, officer=other, reason="示例")
        assert not Case.objects.filter(pk=hidden[0].pk).exists()

    assert number > hidden[0].number
    assert Agreement.objects.filter(number=agreed).count() == 1
    with role(APP), reading_as(qiu), pytest.raises(DatabaseError), transaction.atomic():
        Case.objects.filter(pk=hidden[1].pk).update(secrecy=Secrecy.SEALED, officer=other)  # the control


@on_postgresql
def test_a_request_is_registered_through_its_form_beside_hidden_ones(switched_on, client_of):
    hidden_things()
    jun = makers.jun()
    given = {
        "key": "4d5f3c3e-1111-4111-8111-111111111111", "direction": "in", "kind": "criminal", "partner": "XA", "subject": "示例",
        "received_on_year": "114", "received_on_month": "3", "received_on_day": "19", "items": "evidence", "secrecy": "1",
        "partner_reference": "示例-9", "act": "register",
    }  # fmt: skip
    with role(APP):
        response = client_of(jun).post("/cases/new/", given)

    assert response.status_code == 302
    assert Case.objects.get(partner_reference="示例-9").recorded_by == jun


@on_postgresql
def test_the_workers_account_sees_everything_until_it_works_for_somebody(switched_on):
    hidden, _agreement = hidden_things()
    with role(WORKER):
        alone = Case.objects.count(), Note.objects.count(), Agreement.objects.count()
        with reading_as(makers.stranger()):
            for_somebody = Case.objects.count(), Note.objects.count(), Agreement.objects.count()
        again = Case.objects.count()

    assert alone == (2, 2, 1)
    assert for_somebody == (0, 0, 0)
    assert again == len(hidden)


@on_postgresql
def test_a_view_with_its_owners_rights_is_refused(switched_on):
    """The trap: such a view shows every row to everybody, policies or not."""
    hidden_things()
    with connection.cursor() as cursor:
        cursor.execute("CREATE VIEW every_case AS SELECT * FROM cases_case")
        cursor.execute(f"GRANT SELECT ON every_case TO {APP}")
        with role(APP):
            cursor.execute("SELECT count(*) FROM every_case")
            leaked = cursor.fetchone()[0]
        with pytest.raises(CommandError, match="every_case"):
            switch_on()
        cursor.execute("ALTER VIEW every_case SET (security_invoker = true)")
        with role(APP):
            cursor.execute("SELECT count(*) FROM every_case")
            kept = cursor.fetchone()[0]
    switch_on()

    assert (leaked, kept) == (2, 0)


@on_postgresql
def test_it_is_switched_on_twice_and_off_again(switched_on):
    hidden_things()
    before = policies()
    switch_on()
    again = policies()
    connection.check_constraints()
    call_command("row_security", "off", "--apply", stdout=StringIO())
    with role(APP):
        counted = Case.objects.count()
    call_command("row_security", "off", "--apply", stdout=StringIO())

    assert len(before) == 2 * len(POLICIES) and before == again
    assert (policies(), counted) == ([], 2)


def policies():
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename, policyname, qual FROM pg_policies ORDER BY 1, 2")
        return cursor.fetchall()


@on_postgresql
def test_an_account_from_which_nothing_would_be_hidden_is_refused(switched_on):
    for name, said in (("postgres", "above them"), ("tracker_unknown", "no account")):
        with pytest.raises(CommandError, match=said):
            call_command("row_security", "on", "--app", name, stdout=StringIO())


def test_the_command_says_what_it_would_do_and_refuses_sqlite(db):
    output = StringIO()
    if connection.vendor != "postgresql":
        with pytest.raises(
            CommandError, match="SQLite has no row-level security: only PostgreSQL can have it"
        ):
            call_command("row_security", "on", stdout=output)
        return
    call_command("row_security", "off", stdout=output)

    assert "ALTER TABLE cases_case DISABLE ROW LEVEL SECURITY;" in output.getvalue()


NOT_GUARDED = {"reports_evidence", "reports_job"}
"""Evidence is of reports, which count everything; a job is its asker's own, and its file is guarded."""


def test_every_table_that_hangs_on_a_case_an_agreement_or_a_letter_is_guarded():
    things = {Case, Agreement, Letter, Note, Document}
    hanging = {
        model._meta.db_table
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.related_model in things or field.name == "secrecy"
    }

    assert hanging - set(POLICIES) == NOT_GUARDED
    assert set(OF_A_CASE + OF_AN_AGREEMENT) <= hanging
