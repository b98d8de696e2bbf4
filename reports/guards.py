"""What the database itself refuses: to change or remove what was signed. Triggers, since a constraint sees no row before it."""

from typing import Any

STAYS = {
    "reports_frozenreport": "OLD.status = 'approved'",
    "reports_decision": "",
    "reports_weightsversion": "OLD.status <> 'proposed'",
}
"""Tables of which no row is changed or removed, or none of which this is true."""
EVENTS = {"stays": "UPDATE", "is_kept": "DELETE"}
"""How the triggers of a table end, and what each refuses."""

REMARKS = "reports_remark"
REMARK_EVENTS = {
    "stays": ("UPDATE", "IN (OLD.report_id, NEW.report_id)"),
    "is_kept": ("DELETE", "= OLD.report_id"),
    "is_not_added": ("INSERT", "= NEW.report_id"),
}
"""The triggers of the remarks: they stay as they are from the moment on in which their report is signed by its drafter."""
OPEN = "('draft', 'returned')"
"""The states in which a report is signed by nobody."""

_FUNCTION = """
CREATE OR REPLACE FUNCTION reports_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was signed in % does not change', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""
_REMARK_FUNCTION = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM reports_frozenreport WHERE id {which} AND status NOT IN {open}) THEN
        RAISE EXCEPTION 'what was signed in % does not change', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    {answer}
END $$
"""
"""PostgreSQL asks another table only within a function, one for each event."""


def install_guards(using: Any) -> None:
    """Create the triggers on the database behind the connection ``using``."""
    with using.cursor() as cursor:
        if using.vendor == "postgresql":
            cursor.execute(_FUNCTION)
        for table, condition in STAYS.items():
            when = f"WHEN ({condition})" if condition else ""
            for ending, event in EVENTS.items():
                if using.vendor == "postgresql":
                    cursor.execute(
                        f"CREATE OR REPLACE TRIGGER {table}_{ending} BEFORE {event} ON {table} "
                        f"FOR EACH ROW {when} EXECUTE FUNCTION reports_refuse_change()"
                    )
                else:
                    cursor.execute(
                        f"CREATE TRIGGER IF NOT EXISTS {table}_{ending} BEFORE {event} ON {table} {when} "
                        f"BEGIN SELECT RAISE(ABORT, 'what was signed in {table} does not change'); END"
                    )
    _guard_remarks(using)


def _guard_remarks(using: Any) -> None:
    """The triggers of the remarks ask how far their report is."""
    with using.cursor() as cursor:
        for ending, (event, which) in REMARK_EVENTS.items():
            name = f"{REMARKS}_{ending}"
            if using.vendor == "postgresql":
                answer = "RETURN OLD;" if event == "DELETE" else "RETURN NEW;"
                cursor.execute(_REMARK_FUNCTION.format(name=name, which=which, open=OPEN, answer=answer))
                cursor.execute(
                    f"CREATE OR REPLACE TRIGGER {name} BEFORE {event} ON {REMARKS} "
                    f"FOR EACH ROW EXECUTE FUNCTION {name}()"
                )
            else:
                cursor.execute(
                    f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {event} ON {REMARKS} WHEN EXISTS "  # noqa: S608 - names of this module
                    f"(SELECT 1 FROM reports_frozenreport WHERE id {which} AND status NOT IN {OPEN}) "
                    f"BEGIN SELECT RAISE(ABORT, 'what was signed in {REMARKS} does not change'); END"
                )


def remove_guards(using: Any) -> None:
    """Drop them all: for a migration backwards, and for tests that empty their tables."""
    tables = [(table, ending) for table in STAYS for ending in EVENTS]
    with using.cursor() as cursor:
        for table, ending in [*tables, *((REMARKS, ending) for ending in REMARK_EVENTS)]:
            on = f" ON {table}" if using.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_{ending}{on}")
