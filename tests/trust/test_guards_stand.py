"""LOG-1, RET-2: after all migrations every trigger that the code names stands in the database, once, and no other does."""

from collections import Counter

import pytest
from django.db import connection

from agreements import guards as agreement_guards
from cases import disposalguards
from cases import guards as case_guards
from reports import guards as report_guards
from tracker import audit, looks

pytestmark = pytest.mark.django_db
SEARCHED = "tracker_searchentry"
"""The table whose own triggers on SQLite keep its index; they refuse nothing."""


def named() -> Counter[tuple[str, str]]:
    """Name and table of each trigger that the constants of the apps name."""
    found = Counter(
        (f"{table}_no_{one.split()[0].lower()}", table)
        for module in (audit, looks, agreement_guards, case_guards)
        for table, events in module.GUARDED.items()
        for event in events
        for one in ((event, "TRUNCATE") if event == "DELETE" and is_postgresql() else (event,))
    )
    found.update(
        (f"{table}_{ending}", table) for table in report_guards.STAYS for ending in report_guards.EVENTS
    )
    found.update(
        (f"{report_guards.REMARKS}_{ending}", report_guards.REMARKS) for ending in report_guards.REMARK_EVENTS
    )
    guards = disposalguards.triggers(connection.vendor)
    found.update((name, guard.table) for name, guard in guards.items())
    return found


def standing() -> Counter[tuple[str, str]]:
    """Name and table of each trigger in the database that is switched on."""
    with connection.cursor() as cursor:
        if is_postgresql():
            cursor.execute(
                "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'"
            )
        else:
            cursor.execute("SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'")
        return Counter((name, table) for name, table in cursor.fetchall() if table != SEARCHED)


def is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def statement_of(name: str) -> str:
    """What the database keeps of the trigger: with its condition, which another version of the code may have written."""
    with connection.cursor() as cursor:
        if is_postgresql():
            cursor.execute(
                "SELECT pg_get_triggerdef(t.oid) || p.prosrc FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid "
                "WHERE t.tgname = %s",
                [name],
            )
        else:
            cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = %s", [name])
        return "".join(text for (text,) in cursor.fetchall())


def test_every_guard_stands_once_and_no_other_after_all_migrations():
    """One that is dropped is missed, one that nobody names is found: the control."""
    stood = standing()
    name, guard = next(iter(disposalguards.triggers(connection.vendor).items()))
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {name}{f' ON {guard.table}' if is_postgresql() else ''}")
        cursor.execute(
            "CREATE TRIGGER planted BEFORE DELETE ON cases_note "
            + (
                "FOR EACH ROW EXECUTE FUNCTION tracker_refuse_change()"
                if is_postgresql()
                else "BEGIN SELECT 1; END"
            )
        )
    changed = standing()

    assert stood == named()
    assert (named() - changed, changed - named()) == (
        Counter({(name, guard.table): 1}),
        Counter({("planted", "cases_note"): 1}),
    )


def test_every_guard_of_retention_stands_as_the_code_writes_it():
    """A migration that changes a condition replaces what stood there; one that was written before differs: the control."""
    names = list(disposalguards.triggers(connection.vendor))
    migrated = {name: statement_of(name) for name in names}
    disposalguards.remove_guards(connection)
    disposalguards.install_guards(connection)
    written = {name: statement_of(name) for name in names}
    planted = {**migrated, names[0]: "as it was before"}

    assert (migrated == written, planted == written, all(migrated.values())) == (True, False, True)
