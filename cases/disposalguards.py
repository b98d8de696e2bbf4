# ruff: noqa: S608 - names of this module only
"""What the database refuses for the sake of retention (RET-2): to delete what a closed case holds before its disposal is approved.

A row may go when its case stands in a disposal list that the archives authority and a second person approved (which the
history tells, too), its term is over by the database's own clock, counted from the closing step or the end of its year, and
no hold stands. A case that has its number, and the steps of a closed one, never go. Removing what was wrongly put down stays
possible in an open case.
"""

from typing import Any

_TODAY = {
    "postgresql": "to_char(now() AT TIME ZONE 'Asia/Taipei', 'YYYY-MM-DD')",
    "sqlite": "date('now', '+8 hours')",
}
# The same day so many years later, as text, or the end of that year: the 29th of February comes after the 28th and before the
# first of March.
_LAST = "CASE r.start WHEN 'year_end' THEN '-12-31' ELSE {} END"
_END = {
    "postgresql": "(extract(year FROM max(e.happened_on))::int + r.years)::text || "
    + _LAST.format("to_char(max(e.happened_on), '-MM-DD')"),
    "sqlite": "(CAST(strftime('%Y', max(e.happened_on)) AS integer) + r.years) || "
    + _LAST.format("strftime('-%m-%d', max(e.happened_on))"),
}
_TEXT = {"postgresql": "d.id::text", "sqlite": "CAST(d.id AS text)"}
_NUMBER = {"postgresql": "o.about_id::bigint", "sqlite": "CAST(o.about_id AS integer)"}


def end_of_term(vendor: str) -> str:
    """SQL: the last day of a term as text; ``r`` is its row, and ``e`` are the steps of the case."""
    return _END[vendor]


def _may_go(case: str, vendor: str) -> str:
    """SQL: whether the disposal of this case is approved and its term over."""
    return (
        "EXISTS (SELECT 1 FROM cases_disposalline l JOIN cases_disposallist d ON d.id = l.plan_id "
        "JOIN cases_retention r ON r.case_id = l.case_id "
        f"WHERE l.case_id = {case} AND d.approved_by_id <> d.drawn_up_by_id AND d.approval_number <> '' "
        "AND d.dropped_at IS NULL AND r.years > 0 "
        "AND EXISTS (SELECT 1 FROM tracker_entry t WHERE t.verb = 'disposal.approve' "
        f"AND t.about_model = 'cases.disposallist' AND t.about_id = {_TEXT[vendor]} AND t.actor_id = d.approved_by_id) "
        "AND NOT EXISTS (SELECT 1 FROM cases_hold h WHERE h.case_id = l.case_id AND h.lifted_at IS NULL) "
        f"AND (SELECT {end_of_term(vendor)} FROM cases_caseevent e WHERE e.case_id = l.case_id AND e.state <> '') "
        f"< {_TODAY[vendor]})"
    )


def _closed(case: str) -> str:
    return f"EXISTS (SELECT 1 FROM cases_case c WHERE c.id = {case} AND c.closed_on IS NOT NULL)"


_IMPORTED = "EXISTS (SELECT 1 FROM tracker_importbatch b WHERE b.kind = 'cases' AND b.state = 'applied')"
_REGISTERED = "EXISTS (SELECT 1 FROM cases_case c WHERE c.id = OLD.case_id AND c.number <> '')"


def _conditions(vendor: str) -> dict[str, str]:
    """By table: SQL that is true of a row that must stay."""

    def kept(case: str) -> str:
        return f"NOT {_may_go(case, vendor)}"

    def of_letter(letter: str) -> str:
        return f"EXISTS (SELECT 1 FROM cases_lettercase lc WHERE lc.letter_id = {letter} AND {kept('lc.case_id')})"

    # A letter counts as gone to its readers once it was sent, received or withdrawn; drafts change their cases.
    fixed = "EXISTS (SELECT 1 FROM cases_letter m WHERE m.id = OLD.letter_id AND m.status IN ('sent', 'received', 'withdrawn'))"
    number = _NUMBER[vendor]
    about = (
        f"CASE o.about_model WHEN 'cases.case' THEN {kept(number)} "
        f"WHEN 'cases.letter' THEN {of_letter(number)} ELSE 1 = 0 END"
    )
    closed = f"{_closed('OLD.case_id')} AND {kept('OLD.case_id')}"
    return {
        "cases_case": "OLD.number <> ''",
        "cases_caseevent": f"{_closed('OLD.case_id')} OR ({_REGISTERED} AND NOT {_IMPORTED})",
        "cases_note": kept("OLD.case_id"),
        "cases_promise": kept("OLD.case_id"),
        "cases_task": kept("OLD.case_id"),
        "cases_person": closed,
        "cases_assistanceitem": closed,
        "cases_requestcontents": closed,
        "cases_lettercase": f"{fixed} AND {of_letter('OLD.letter_id')}",
        "cases_letter": of_letter("OLD.id"),
        "tracker_document": f"EXISTS (SELECT 1 FROM tracker_document o WHERE o.id = OLD.id AND {about})",
        "tracker_documentversion": f"EXISTS (SELECT 1 FROM tracker_document o WHERE o.id = OLD.document_id AND {about})",
        # What was approved stays as it was approved.
        "cases_disposallist": "OLD.approved_by_id IS NOT NULL",
        "cases_disposalline": (
            "EXISTS (SELECT 1 FROM cases_disposallist d WHERE d.id = OLD.plan_id AND d.approved_by_id IS NOT NULL)"
        ),
        "cases_erasure": "1 = 1",
    }


_APPROVED = "approved_by_id IS NOT NULL"
_OTHERS = {
    ("cases_disposallist", "is_not_born_approved"): ("INSERT", "NEW.approved_by_id IS NOT NULL"),
    ("cases_disposallist", "stays"): (
        "UPDATE OF drawn_up_by_id, approval_number, approval_on, approved_by_id",
        "OLD.approved_by_id IS NOT NULL",
    ),
    ("cases_disposalline", "is_not_added"): (
        "INSERT",
        f"EXISTS (SELECT 1 FROM cases_disposallist d WHERE d.id = NEW.plan_id AND d.{_APPROVED})",
    ),
    ("cases_disposalline", "stays"): (
        "UPDATE OF case_id, plan_id",
        f"EXISTS (SELECT 1 FROM cases_disposallist d WHERE d.id IN (OLD.plan_id, NEW.plan_id) AND d.{_APPROVED})",
    ),
}
"""By table and the end of the trigger's name: the event, and what must not be true of the row."""


def triggers(vendor: str) -> dict[str, tuple[str, str, str]]:
    """By name of the trigger: its table, its event, and the condition under which the row stays."""
    kept = {f"{table}_is_kept": (table, "DELETE", when) for table, when in _conditions(vendor).items()}
    other = {f"{table}_{ending}": (table, event, when) for (table, ending), (event, when) in _OTHERS.items()}
    return kept | other


def install_guards(using: Any) -> None:
    """Create the triggers on the database behind the connection ``using``; may be repeated.

    On SQLite a migration that changes a table makes it anew without its triggers: install them again after it.
    """
    with using.cursor() as cursor:
        for name, (table, event, when) in triggers(using.vendor).items():
            if using.vendor == "postgresql":
                answer = "RETURN OLD;" if event == "DELETE" else "RETURN NEW;"
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                    f"IF {when} THEN RAISE EXCEPTION '% is kept for its term', TG_TABLE_NAME "
                    f"USING ERRCODE = 'integrity_constraint_violation'; END IF; {answer} END $$"
                )
                cursor.execute(
                    f"CREATE OR REPLACE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
                )
            else:
                cursor.execute(
                    f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {event} ON {table} WHEN {when} "
                    f"BEGIN SELECT RAISE(ABORT, '{table} is kept for its term'); END"
                )


def remove_guards(using: Any) -> None:
    """Drop them all: for a migration backwards, and for tests that empty their tables."""
    with using.cursor() as cursor:
        for name, (table, _event, _when) in triggers(using.vendor).items():
            on = f" ON {table}" if using.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
