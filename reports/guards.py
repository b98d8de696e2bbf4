"""What the database itself refuses: to change an approved report or a decision. Triggers, since a constraint sees no row before it."""

from typing import Any

STAYS = {"reports_frozenreport": "OLD.status = 'approved'", "reports_decision": ""}
"""Tables of which no row is changed, or none of which this is true."""

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
            if using.vendor == "postgresql":
                cursor.execute(
                    f"CREATE OR REPLACE TRIGGER {table}_stays BEFORE UPDATE ON {table} "
                    f"FOR EACH ROW {when} EXECUTE FUNCTION reports_refuse_change()"
                )
            else:
                cursor.execute(
                    f"CREATE TRIGGER IF NOT EXISTS {table}_stays BEFORE UPDATE ON {table} {when} "
                    f"BEGIN SELECT RAISE(ABORT, 'what was signed in {table} does not change'); END"
                )


def remove_guards(using: Any) -> None:
    """Drop them: for a migration backwards."""
    with using.cursor() as cursor:
        for table in STAYS:
            on = f" ON {table}" if using.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_stays{on}")
