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

_FUNCTION = """
CREATE OR REPLACE FUNCTION reports_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what was signed in % does not change', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


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


def remove_guards(using: Any) -> None:
    """Drop them: for a migration backwards, and for tests that empty their tables."""
    with using.cursor() as cursor:
        for table in STAYS:
            on = f" ON {table}" if using.vendor == "postgresql" else ""
            for ending in EVENTS:
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_{ending}{on}")
