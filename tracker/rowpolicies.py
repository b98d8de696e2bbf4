"""The SQL of row-level security: which rows PostgreSQL shows whom, whatever a query forgot (AZ-16). Strings only, no models.

Each statement may name its reader in ``tracker.reader``: the key of a person, "all" while a verb writes, or nothing. Nothing
sees nothing, except for the worker's account. The rules are those of ``visible_to``; a test compares both.

Anybody who can send SQL can name another reader. So this stands against a forgotten filter, and not against injection.
"""

from collections.abc import Iterator

OF_A_CASE = (
    "cases_assistanceitem", "cases_caseevent", "cases_disposalline", "cases_extension", "cases_hold", "cases_interval",
    "cases_lettercase", "cases_note", "cases_person", "cases_promise", "cases_requestcontents", "cases_task",
)  # fmt: skip
"""Tables whose rows hang on one case, by ``case_id``."""
OF_AN_AGREEMENT = (
    "agreements_agreementsubject", "agreements_milestone", "agreements_progressupdate", "agreements_round",
    "agreements_runningclock", "agreements_sourcedfact",
)  # fmt: skip
"""Tables whose rows hang on one agreement, by ``agreement_id``."""
SEEN_BY_WORKERS = "COALESCE(current_setting('tracker.reader', true), '') = ''"
_ALL = "(SELECT tracker_sees_all())"


def _seen(table: str, column: str) -> str:
    """That the row which this one hangs on is seen; asked through that table's own policy."""
    return f"EXISTS (SELECT 1 FROM {table} seen WHERE seen.id = {column})"  # noqa: S608 - names of ours


_ABOUT = (
    "CASE about_model"
    f" WHEN 'cases.case' THEN {_seen('cases_case', 'about_id::bigint')}"
    f" WHEN 'cases.letter' THEN {_seen('cases_letter', 'about_id::bigint')}"
    f" WHEN 'agreements.agreement' THEN {_seen('agreements_agreement', 'about_id::bigint')}"
    " ELSE true END"
)
# What stands in a sub-select of its own is asked once for a statement, not once for a row.
POLICIES: dict[str, str] = {
    "cases_case": (
        "(number <> '' AND secrecy <= (SELECT tracker_case_clearance())"
        " AND (secrecy < 3 OR id = ANY (ARRAY(SELECT tracker_named_cases()))))"
        " OR (number = '' AND secrecy <= (SELECT tracker_case_clearance())"
        " AND recorded_by_id = (SELECT tracker_case_reader()))"
    ),
    **{table: _seen("cases_case", "case_id") for table in OF_A_CASE},
    # Auditors are told that there was an emergency, and of none in which case.
    "cases_access": f"kind = 'emergency' OR {_seen('cases_case', 'case_id')}",
    "cases_caselink": f"{_seen('cases_case', 'case_id')} AND {_seen('cases_case', 'other_id')}",
    "cases_letter": "secrecy <= (SELECT tracker_case_clearance()) AND tracker_sees_letter(id)",
    "cases_competition": "tracker_sees_competition(id)",
    "cases_competitor": "tracker_sees_competition(competition_id)",
    "cases_mention": _seen("cases_note", "note_id"),
    "cases_handoverline": (
        f"(case_id IS NULL OR {_seen('cases_case', 'case_id')})"
        f" AND (agreement_id IS NULL OR {_seen('agreements_agreement', 'agreement_id')})"
    ),
    "cases_retention": (
        f"(case_id IS NULL OR {_seen('cases_case', 'case_id')})"
        f" AND (agreement_id IS NULL OR {_seen('agreements_agreement', 'agreement_id')})"
    ),
    "agreements_agreement": "secrecy <= (SELECT tracker_clearance())",
    **{table: _seen("agreements_agreement", "agreement_id") for table in OF_AN_AGREEMENT},
    "agreements_agreementlink": (
        f"{_seen('agreements_agreement', 'later_id')} AND {_seen('agreements_agreement', 'earlier_id')}"
    ),
    "agreements_contact": "secrecy <= (SELECT tracker_clearance())",
    "agreements_placeholder": "(SELECT tracker_case_clearance()) >= 2",
    "tracker_document": f"secrecy <= (SELECT tracker_clearance()) AND {_ABOUT}",
    "tracker_documentversion": _seen("tracker_document", "document_id"),
    "tracker_lowering": _ABOUT,
}
"""The tables that are guarded, each with the condition of a row that a reader sees."""

_NAMED = """
WITH reader AS (
    SELECT id, ministry, desk, role FROM tracker_user WHERE id = tracker_case_reader() AND clearance >= 3
), absent AS (
    SELECT p.id, p.ministry, p.desk FROM tracker_substitution s
    JOIN reader r ON s.substitute_id = r.id JOIN tracker_user p ON p.id = s.person_id
    WHERE s.starts_at <= now() AND s.ends_at > now() AND s.ended_at IS NULL AND p.clearance >= 3
        AND p.is_active AND (p.ends_on IS NULL OR p.ends_on >= (now() AT TIME ZONE 'Asia/Taipei')::date)
        AND p.ministry = r.ministry AND p.role IN ('officer', 'supervisor') AND r.role IN ('officer', 'supervisor')
), granted AS (
    SELECT * FROM cases_access WHERE (ends_at IS NULL OR ends_at > now()) AND withdrawn_at IS NULL
)
SELECT c.id FROM cases_case c
WHERE c.secrecy >= 3 AND c.officer_id IN (SELECT id FROM reader UNION SELECT id FROM absent)
UNION
SELECT g.case_id FROM granted g WHERE g.person_id IN (SELECT id FROM reader)
UNION
SELECT g.case_id FROM granted g WHERE g.kind = 'named' AND g.person_id IN (SELECT id FROM absent)
UNION
SELECT g.case_id FROM granted g WHERE g.desk <> ''
    AND (g.ministry, g.desk) IN (SELECT ministry, desk FROM reader UNION SELECT ministry, desk FROM absent)
"""
# Letters and competitions are seen by who sees all of their cases. Through the policies of those the very rows that
# decide would be hidden, and the rest shown; so these read as the owner.
_SEES_ALL_CASES = """
SELECT count(*) > 0 AND bool_and(
    (c.number <> '' AND c.secrecy <= tracker_case_clearance()
        AND (c.secrecy < 3 OR c.id IN (SELECT tracker_named_cases())))
    OR (c.number = '' AND c.secrecy <= tracker_case_clearance() AND c.recorded_by_id = tracker_case_reader())
)"""
_SEES_LETTER = f"{_SEES_ALL_CASES} FROM cases_lettercase l JOIN cases_case c ON c.id = l.case_id WHERE l.letter_id = letter"
_SEES_COMPETITION = f"{_SEES_ALL_CASES} FROM cases_competitor l JOIN cases_case c ON c.id = l.case_id WHERE l.competition_id = competition"
_OWN = "LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp"
FUNCTIONS = {
    "tracker_sees_all()": (
        "boolean",
        "LANGUAGE sql STABLE",
        "SELECT COALESCE(current_setting('tracker.reader', true), '') = 'all'",
    ),
    "tracker_reader()": (
        "bigint",
        "LANGUAGE sql STABLE",
        "SELECT NULLIF(NULLIF(current_setting('tracker.reader', true), ''), 'all')::bigint",
    ),
    "tracker_clearance()": (
        "integer",
        _OWN,
        "SELECT COALESCE((SELECT clearance FROM tracker_user WHERE id = tracker_reader()), -1)",
    ),
    "tracker_case_reader()": (
        "bigint",
        _OWN,
        "SELECT id FROM tracker_user WHERE id = tracker_reader() AND is_active AND role <> 'administrator'",
    ),
    "tracker_case_clearance()": (
        "integer",
        _OWN,
        "SELECT COALESCE((SELECT clearance FROM tracker_user WHERE id = tracker_case_reader()), -1)",
    ),
    "tracker_named_cases()": ("SETOF bigint", _OWN, _NAMED),
    "tracker_sees_letter(letter bigint)": ("boolean", _OWN, _SEES_LETTER),
    "tracker_sees_competition(competition bigint)": ("boolean", _OWN, _SEES_COMPETITION),
}
"""What the policies ask, in the order in which one is made of another: what comes back, how it runs, its text."""


def on(app: str, worker: str) -> Iterator[str]:
    """The statements that switch it on; may be repeated. ``worker`` becomes an account with the rights of ``app``."""
    yield (
        f"DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = '{worker}') THEN CREATE ROLE {worker} LOGIN; "  # noqa: S608
        "END IF; END $$"
    )
    yield f"ALTER ROLE {worker} NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS INHERIT"
    yield f"GRANT {app} TO {worker}"
    yield f"GRANT CONNECT ON DATABASE {{database}} TO {worker}"
    for name, (answer, how, text) in FUNCTIONS.items():
        yield f"CREATE OR REPLACE FUNCTION {name} RETURNS {answer} {how} AS $$ {text.strip()} $$"
    for table, condition in POLICIES.items():
        yield from _forgotten(table)
        yield f"CREATE POLICY tracker_reader ON {table} USING ({_ALL} OR ({condition}))"
        yield f"CREATE POLICY tracker_worker ON {table} TO {worker} USING ((SELECT {SEEN_BY_WORKERS}))"
        yield f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"


def off() -> Iterator[str]:
    """The statements that take all of it away, except for the worker's account."""
    for table in POLICIES:
        yield from _forgotten(table)
        yield f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY"
    for name in reversed(FUNCTIONS):
        yield f"DROP FUNCTION IF EXISTS {name}"


def _forgotten(table: str) -> Iterator[str]:
    for policy in ("tracker_reader", "tracker_worker"):
        yield f"DROP POLICY IF EXISTS {policy} ON {table}"
