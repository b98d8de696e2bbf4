"""What the doors of the import of case logs share: a check in words for pages and commands."""

from collections.abc import Iterable
from typing import Any

from cases.actions.importing import Checked, errors_of
from tracker import importing
from tracker.importing import CheckedRow


def checked_rows(rows: Iterable[dict[str, Any]]) -> list[CheckedRow]:
    """Rows of a check, in the reader's language."""
    return importing.checked_rows(rows, title="subject", page="cases:detail", errors_of=errors_of)


def as_json(checked: Checked) -> dict[str, Any]:
    """A check as scripts read it: how many rows of each outcome, and each row with its reasons."""
    return checked.counts | {
        "totals": [
            {
                "measure": total.measure,
                "stated": total.stated,
                "counted": total.counted,
                "difference": total.difference,
            }
            for total in checked.totals
        ],
        "rows": [
            {
                "row": row.line,
                "outcome": row.outcome,
                "number": row.number or None,
                "reasons": [
                    *({"column": problem.column, "reason": problem.words} for problem in row.problems),
                    *({"column": column, "was": was, "now": now} for column, was, now in row.changes),
                ],
            }
            for row in checked_rows(checked.rows)
        ],
    }
