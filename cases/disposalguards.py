# ruff: noqa: S608 - names of this module only
"""What the database refuses for the sake of retention (RET-2): to delete what a closed case holds before its disposal is approved.

A row may go when its case stands in a disposal list that the archives authority and a second person approved (which the
history tells, too) and that is not carried out yet, its term is over by the database's own clock, counted from the closing
step or the end of its year, and no hold stands. A case that has its number, and the steps of a closed one, never go.
Removing what was wrongly put down stays possible in an open case. What belongs to a case does not move to another one.

A case whose contents were destroyed takes nothing more: no row, no text, no change of its line.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

KEPT, OVER = "is kept for its term", "takes nothing more of a case whose contents were destroyed"
"""What the database says: of a row that stays as it is, and of one that would be added to a destroyed case."""
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
_NUMBER = {"postgresql": "{}::bigint", "sqlite": "CAST({} AS integer)"}
_NAMED_BY = {
    "postgresql": "b.plan #> ARRAY['undo', OLD.case_id::text, 'events'] @> to_jsonb(OLD.id)",
    "sqlite": "EXISTS (SELECT 1 FROM json_each(b.plan, '$.undo.\"' || OLD.case_id || '\".events') j WHERE j.value = OLD.id)",
}
"""That the undoing of the import ``b`` takes this step back."""


class Guard(NamedTuple):
    """A trigger: it refuses the event on a row of its table when ``when`` is true, with the words ``why``."""

    table: str
    event: str
    when: str
    why: str = KEPT


def end_of_term(vendor: str) -> str:
    """SQL: the last day of a term as text; ``r`` is its row, and ``e`` are the steps of the case."""
    return _END[vendor]


def _may_go(case: str, vendor: str) -> str:
    """SQL: whether the disposal of this case is approved and its term over, and it is not carried out yet."""
    return (
        "EXISTS (SELECT 1 FROM cases_disposalline l JOIN cases_disposallist d ON d.id = l.plan_id "
        "JOIN cases_retention r ON r.case_id = l.case_id "
        f"WHERE l.case_id = {case} AND d.approved_by_id <> d.drawn_up_by_id AND d.approval_number <> '' "
        "AND d.dropped_at IS NULL AND d.carried_out_at IS NULL AND r.years > 0 "
        "AND EXISTS (SELECT 1 FROM tracker_entry t WHERE t.verb = 'disposal.approve' "
        f"AND t.about_model = 'cases.disposallist' AND t.about_id = {_TEXT[vendor]} AND t.actor_id = d.approved_by_id) "
        "AND NOT EXISTS (SELECT 1 FROM cases_hold h WHERE h.case_id = l.case_id AND h.lifted_at IS NULL) "
        f"AND (SELECT {end_of_term(vendor)} FROM cases_caseevent e WHERE e.case_id = l.case_id AND e.state <> '') "
        f"< {_TODAY[vendor]})"
    )


def _closed(case: str) -> str:
    return f"EXISTS (SELECT 1 FROM cases_case c WHERE c.id = {case} AND c.closed_on IS NOT NULL)"


def _takes_nothing(case: str) -> str:
    """SQL: that there is no such case whose contents are still there. What cannot be looked up takes nothing either."""
    return f"NOT EXISTS (SELECT 1 FROM cases_case c WHERE c.id = {case} AND c.destroyed_at IS NULL)"


_REGISTERED = "EXISTS (SELECT 1 FROM cases_case c WHERE c.id = OLD.case_id AND c.number <> '')"
# Of a link that a closed case had when it was closed. A draft that is thrown away takes the link along with which it began.
_HAD_LINK = (
    "NOT EXISTS (SELECT 1 FROM cases_case c WHERE c.id = OLD.case_id AND c.number = '') "
    "AND EXISTS (SELECT 1 FROM cases_case c WHERE c.id IN (OLD.case_id, OLD.other_id) AND c.closed_on IS NOT NULL "
    "AND OLD.recorded_at <= (SELECT e.recorded_at FROM cases_caseevent e WHERE e.case_id = c.id AND e.state <> '' "
    'ORDER BY e."order" DESC LIMIT 1))'
)


def _deletions(vendor: str) -> dict[str, str]:
    """By table: SQL that is true of a row that must stay."""

    def kept(case: str) -> str:
        return f"NOT {_may_go(case, vendor)}"

    def shared(case: str) -> str:
        """What several cases share goes with the last of them: others may be destroyed already."""
        gone = f"EXISTS (SELECT 1 FROM cases_case c WHERE c.id = {case} AND c.destroyed_at IS NOT NULL)"
        return f"NOT ({gone} OR {_may_go(case, vendor)})"

    def of_letter(letter: str) -> str:
        return f"EXISTS (SELECT 1 FROM cases_lettercase lc WHERE lc.letter_id = {letter} AND {shared('lc.case_id')})"

    def of_competition(competition: str) -> str:
        return (
            f"EXISTS (SELECT 1 FROM cases_competitor x WHERE x.competition_id = {competition} "
            f"AND {shared('x.case_id')})"
        )

    # A letter counts as gone to its readers once it was sent, received or withdrawn; drafts change their cases.
    fixed = "EXISTS (SELECT 1 FROM cases_letter m WHERE m.id = OLD.letter_id AND m.status IN ('sent', 'received', 'withdrawn'))"
    number = _NUMBER[vendor].format("o.about_id")
    about = (
        f"CASE o.about_model WHEN 'cases.case' THEN {kept(number)} "
        f"WHEN 'cases.letter' THEN {of_letter(number)} ELSE 1 = 0 END"
    )
    closed = f"{_closed('OLD.case_id')} AND {kept('OLD.case_id')}"
    taken_back = (
        "EXISTS (SELECT 1 FROM tracker_importbatch b WHERE b.kind = 'cases' AND b.state = 'applied' "
        f"AND b.applied_at = OLD.recorded_at AND {_NAMED_BY[vendor]})"
    )
    return {
        "cases_case": "OLD.number <> ''",
        "cases_caseevent": f"{_closed('OLD.case_id')} OR ({_REGISTERED} AND NOT {taken_back})",
        "cases_note": kept("OLD.case_id"),
        "cases_mention": (
            f"EXISTS (SELECT 1 FROM cases_note n WHERE n.id = OLD.note_id AND {kept('n.case_id')})"
        ),
        "cases_promise": kept("OLD.case_id"),
        "cases_task": kept("OLD.case_id"),
        "cases_person": closed,
        "cases_assistanceitem": closed,
        "cases_requestcontents": closed,
        "cases_lettercase": f"{fixed} AND {of_letter('OLD.letter_id')}",
        "cases_letter": of_letter("OLD.id"),
        "cases_caselink": _HAD_LINK,
        "cases_competition": of_competition("OLD.id"),
        "cases_competitor": of_competition("OLD.competition_id"),
        "tracker_document": f"EXISTS (SELECT 1 FROM tracker_document o WHERE o.id = OLD.id AND {about})",
        "tracker_documentversion": f"EXISTS (SELECT 1 FROM tracker_document o WHERE o.id = OLD.document_id AND {about})",
        # These are withdrawn, lifted or set anew, and outlive the contents.
        **dict.fromkeys(
            ("cases_interval", "cases_extension", "cases_access", "cases_hold", "cases_retention"), "1 = 1"
        ),
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


def _changed(columns: Iterable[str]) -> str:
    return " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)


_BELONGS = {
    **dict.fromkeys(
        (
            "cases_note", "cases_promise", "cases_task", "cases_person", "cases_assistanceitem",
            "cases_requestcontents", "cases_interval", "cases_extension", "cases_access",
        ),
        ("case_id",),
    ),
    "cases_mention": ("note_id",),
    "cases_lettercase": ("letter_id", "case_id"),
    "cases_caselink": ("case_id", "other_id"),
    "cases_competitor": ("competition_id", "case_id"),
    "cases_retention": ("case_id", "agreement_id"),
}  # fmt: skip
"""By table: the columns that say to what a row belongs. They stay as they were written."""
_OF_A_CASE = "('cases.case', 'cases.letter')"
_HOLD = ("case_id", "reason", "placed_at", "placed_by_id")


def _changes(vendor: str) -> dict[tuple[str, str], tuple[str, str]]:
    """As _OTHERS: what belongs to a case does not move away, a hold is lifted once, and no case is called destroyed too soon."""
    moves = {
        (table, "belongs"): (f"UPDATE OF {', '.join(columns)}", _changed(columns))
        for table, columns in _BELONGS.items()
    }
    was_of_case = f"EXISTS (SELECT 1 FROM tracker_document o WHERE o.id = OLD.document_id AND o.about_model IN {_OF_A_CASE})"
    return moves | {
        # Uploads that wait for their form belong to no case yet.
        ("tracker_document", "belongs"): (
            "UPDATE OF about_model, about_id",
            f"OLD.about_model IN {_OF_A_CASE} AND ({_changed(('about_model', 'about_id'))})",
        ),
        ("tracker_documentversion", "belongs"): (
            "UPDATE OF document_id",
            f"({_changed(('document_id',))}) AND {was_of_case}",
        ),
        ("cases_hold", "stays"): ("UPDATE", f"OLD.lifted_at IS NOT NULL OR {_changed(_HOLD)}"),
        ("cases_case", "is_not_called_destroyed"): (
            "UPDATE OF destroyed_at",
            f"OLD.destroyed_at IS NULL AND NEW.destroyed_at IS NOT NULL AND NOT {_may_go('OLD.id', vendor)}",
        ),
        ("cases_case", "is_not_born_destroyed"): ("INSERT", "NEW.destroyed_at IS NOT NULL"),
    }


_ADDED = {
    **dict.fromkeys(
        (
            "cases_caseevent", "cases_note", "cases_promise", "cases_task", "cases_person", "cases_assistanceitem",
            "cases_requestcontents", "cases_lettercase", "cases_interval", "cases_extension", "cases_access", "cases_hold",
            "cases_retention", "cases_competitor", "cases_handoverline", "cases_disposalline",
        ),
        ("case_id",),
    ),
    "cases_caselink": ("case_id", "other_id"),
}  # fmt: skip
"""By table: the columns that name the cases to which a row is added."""
_TEXTS = {
    "cases_caseevent": ("reference", "body", "note"),
    "cases_assistanceitem": ("result",),
    "cases_interval": ("reason", "withdrawn_reason"),
    "cases_extension": ("reason", "decision_reason"),
    "cases_caselink": ("note",),
}
"""By table: the texts of rows that stay for their days and codes when their case is destroyed; then they stay empty."""


def _endings(vendor: str) -> dict[str, Guard]:
    """By name: what guards a case whose contents were destroyed."""
    found = {}
    for table, columns in _ADDED.items():
        new = [f"NEW.{column}" for column in columns]
        is_over = " OR ".join(f"({one} IS NOT NULL AND {_takes_nothing(one)})" for one in new)
        found[f"{table}_ends"] = Guard(table, "INSERT", is_over, OVER)
        if texts := _TEXTS.get(table):
            written = " OR ".join(f"NEW.{text} <> ''" for text in texts)
            when = f"({written}) AND ({is_over})"
            found[f"{table}_stays_empty"] = Guard(table, f"UPDATE OF {', '.join(texts)}", when, OVER)
    number = _NUMBER[vendor].format("NEW.about_id")
    about = f"CASE NEW.about_model WHEN 'cases.case' THEN {_takes_nothing(number)} ELSE 1 = 0 END"
    return found | {
        "tracker_document_ends": Guard("tracker_document", "INSERT", about, OVER),
        "tracker_document_is_not_moved_there": Guard(
            "tracker_document", "UPDATE OF about_model, about_id", about, OVER
        ),
        "tracker_lowering_ends": Guard("tracker_lowering", "INSERT", about, OVER),
        "cases_access_keeps_no_reason": Guard(
            "cases_access", "UPDATE OF reason", _takes_nothing("NEW.case_id"), OVER
        ),
        "cases_retention_is_over": Guard(
            "cases_retention", "UPDATE", f"NEW.case_id IS NOT NULL AND {_takes_nothing('NEW.case_id')}", OVER
        ),
        "cases_case_is_over": Guard("cases_case", "UPDATE", "OLD.destroyed_at IS NOT NULL", OVER),
    }


def triggers(vendor: str) -> dict[str, Guard]:
    """By name of the trigger: its table, its event, and the condition under which the row stays."""
    kept = {f"{table}_is_kept": Guard(table, "DELETE", when) for table, when in _deletions(vendor).items()}
    other = {
        f"{table}_{ending}": Guard(table, event, when)
        for (table, ending), (event, when) in (_OTHERS | _changes(vendor)).items()
    }
    return kept | other | _endings(vendor)


def install_guards(using: Any) -> None:
    """Create the triggers on the database behind the connection ``using``; may be repeated.

    On SQLite a migration that changes a table makes it anew without its triggers: install them again after it. Does nothing
    before cases say whether they were destroyed (cases/0013): the migration after that one installs all of them.
    """
    with using.cursor() as cursor:
        columns = using.introspection.get_table_description(cursor, "cases_case")
        if "destroyed_at" not in {column.name for column in columns}:
            return
        for name, guard in triggers(using.vendor).items():
            if using.vendor == "postgresql":
                _install_on_postgresql(cursor, name, guard)
            else:
                cursor.execute(
                    f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {guard.event} ON {guard.table} WHEN {guard.when} "
                    f"BEGIN SELECT RAISE(ABORT, '{guard.table} {guard.why}'); END"
                )


def _install_on_postgresql(cursor: Any, name: str, guard: Guard) -> None:
    """A condition that asks no other table stands at the trigger itself, where it costs least."""
    table, event, when, why = guard
    answer = "RETURN OLD;" if event == "DELETE" else "RETURN NEW;"
    is_plain = "SELECT" not in when
    cursor.execute(
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"IF ({'true' if is_plain else when}) THEN RAISE EXCEPTION '% {why}', TG_TABLE_NAME "
        f"USING ERRCODE = 'integrity_constraint_violation'; END IF; {answer} END $$"
    )
    cursor.execute(
        f"CREATE OR REPLACE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW "
        f"{f'WHEN ({when}) ' if is_plain else ''}EXECUTE FUNCTION {name}()"
    )


def remove_guards(using: Any) -> None:
    """Drop them all: for a migration backwards, and for tests that empty their tables."""
    with using.cursor() as cursor:
        for name, guard in triggers(using.vendor).items():
            on = f" ON {guard.table}" if using.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
