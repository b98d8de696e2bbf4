"""LOG-1, LOG-7: the database itself refuses to change what was written, and no deed is done that cannot be written down."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from agreements import guards as agreement_guards
from agreements.models import Agreement, Milestone, Partner
from cases import guards as case_guards
from cases.models import CaseEvent
from reports import guards as report_guards
from tests import makers
from tests.cases import makers as cases
from tracker import audit, looks
from tracker.models import Entry, Look, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(db) -> None:
    """An entry, a look at many things, a milestone and an event of a case."""
    mei, jun = makers.mei(), makers.jun()
    makers.step(mei, makers.agreement(mei), "open_talks", date(2024, 1, 10))
    cases.case(jun)
    looks.record_many(jun, Partner, ["1", "2"], "test")
    connection.check_constraints()  # PostgreSQL empties nothing that still awaits a deferred check


CHANGES = [
    *(f"UPDATE {table} SET {column} = {column}" for table, column in (
        ("tracker_entry", "verb"), ("tracker_entry", "at"), ("tracker_entry", "details"), ("tracker_entry", "digest"),
        ("tracker_look", "way"), ("tracker_look", "reader_id"), ("tracker_lookedat", "about_id"),
        ("agreements_milestone", "step"), ("agreements_milestone", "happened"), ("agreements_milestone", "effective"),
        ("agreements_milestone", "agreement_id"), ("agreements_milestone", "recorded_by_id"),
        ("cases_caseevent", "step"), ("cases_caseevent", "state"), ("cases_caseevent", "happened_on"),
        ("cases_caseevent", "case_id"), ("cases_caseevent", "recorded_by_id"),
    )),
    *(f"DELETE FROM {table}" for table in ("tracker_entry", "tracker_look", "tracker_lookedat")),
    "INSERT INTO tracker_entry (at, actor_name, verb, about_model, about_id, about_text, details, request_id, previous, "
    "digest) SELECT at, actor_name, verb, about_model, about_id, about_text, details, request_id, digest || '', "
    "previous FROM tracker_entry WHERE previous LIKE '0000%'",
]  # fmt: skip
TRUNCATES = [f"TRUNCATE {table} CASCADE" for table in ("tracker_entry", "tracker_look", "tracker_lookedat")]


def refuses(statement: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    except DatabaseError as fault:
        return "append-only" in str(fault) or "goes on where it ends" in str(fault)
    return False


def test_what_was_written_is_neither_changed_nor_removed_nor_forged(written):
    """The same statements succeed once the triggers are gone: that is the control."""
    statements = CHANGES + (TRUNCATES if connection.vendor == "postgresql" else [])

    assert [one for one in statements if not refuses(one)] == []
    assert audit.verify().intact

    for module in (audit, looks, agreement_guards, case_guards):
        module.remove_guards(connection)
    refused = [one for one in statements if refuses(one)]
    for module in (audit, looks, agreement_guards, case_guards):
        module.install_guards(connection)
    assert refused == []


def test_a_forged_entry_is_refused_anywhere_but_at_the_end_of_the_chain(written):
    newest = Entry.objects.order_by("-pk")[0]
    forged = {name: value for name, value in vars(newest).items() if name not in ("_state", "id")}

    for previous in (newest.previous, "1" * 64, "0" * 64):
        with pytest.raises(IntegrityError), transaction.atomic():
            Entry.objects.create(**forged | {"previous": previous})


def test_every_guard_is_on_its_table_after_all_migrations(db):
    """On SQLite a migration that changes a table makes it anew, without its triggers."""
    expected = {
        f"{table}_no_{event.split()[0].lower()}"
        for module in (audit, looks, agreement_guards, case_guards)
        for table, events in module.GUARDED.items()
        for event in events
    }
    expected |= {f"{table}_{ending}" for table in report_guards.STAYS for ending in report_guards.EVENTS}
    expected |= {f"{report_guards.REMARKS}_{ending}" for ending in report_guards.REMARK_EVENTS}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        found = {name for (name,) in cursor.fetchall()}

    assert expected - found == set()


def test_an_act_that_cannot_be_written_down_is_not_done(written):
    """LOG-7: here the table refuses every entry, as it would on a full disk."""
    before = counts()
    with transaction.atomic():
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(
                    "ALTER TABLE tracker_entry ADD CONSTRAINT nothing_more CHECK (id < 0) NOT VALID"
                )
            else:
                cursor.execute(
                    "CREATE TRIGGER nothing_more BEFORE INSERT ON tracker_entry BEGIN SELECT RAISE(ABORT, 'full'); END"
                )
        for act in (register_an_agreement, register_a_case):
            with pytest.raises(IntegrityError, match=r"full|nothing_more"), transaction.atomic():
                act()
        during = counts()
        transaction.set_rollback(True)

    assert (during, counts()) == (before, before)


def register_an_agreement() -> None:
    mei = User.objects.get(username="mei")
    makers.step(mei, makers.agreement(mei, title_zh="另一個示例條約"), "open_talks", date(2024, 1, 10))


def register_a_case() -> None:
    cases.case(
        Entry.objects.exclude(about_model="agreements.agreement").filter(actor__username="jun")[0].actor
    )


def test_the_same_acts_are_done_and_written_down_when_there_is_room(written):
    """The control of the test above."""
    before = counts()

    register_an_agreement()
    register_a_case()

    assert all(now > then for now, then in zip(counts(), before, strict=True))


def counts() -> tuple[int, ...]:
    return (
        Entry.objects.count(), Agreement.objects.count(), Milestone.objects.count(), CaseEvent.objects.count(),
    )  # fmt: skip


def test_a_rollback_leaves_neither_the_act_nor_its_entry(written):
    """LOG-2: both stand in one transaction."""
    before = counts()
    with transaction.atomic():
        register_an_agreement()
        transaction.set_rollback(True)

    assert counts() == before


def test_a_look_belongs_to_its_chain_too(written):
    look = Look.objects.order_by("-pk")[0]
    forged = {name: value for name, value in vars(look).items() if name not in ("_state", "id")}

    with pytest.raises(IntegrityError), transaction.atomic():
        Look.objects.create(**forged | {"previous": "1" * 64})
