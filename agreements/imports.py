"""What the doors of the import share: a check in words for pages and commands."""

from collections.abc import Iterable
from typing import Any

from agreements.actions.importing import Checked, errors_of
from tracker import importing
from tracker.importing import CheckedRow


def checked_rows(rows: Iterable[dict[str, Any]]) -> list[CheckedRow]:
    """Rows of a check, in the reader's language."""
    return importing.checked_rows(rows, title="title_zh", page="agreements:detail", errors_of=errors_of)


def as_json(checked: Checked, *, is_applied: bool, batch: str | None) -> dict[str, Any]:
    """A check as scripts read it."""
    return {
        "file": checked.name,
        "sha256": checked.sha256,
        "applied": is_applied,
        "batch": batch,
        "counts": checked.counts,
        "totals": [
            total.kept
            | {
                "difference": {
                    "agreements": total.agreements_difference,
                    "partners": total.partners_difference,
                }
            }
            for total in checked.totals
        ],
        "rows": [
            {
                "line": row.line,
                "outcome": row.outcome,
                "partner": row.partner,
                "title_zh": row.title,
                "number": row.number or None,
                "errors": [{"column": problem.column, "reason": problem.words} for problem in row.problems],
                "changes": [{"column": column, "was": was, "now": now} for column, was, now in row.changes],
            }
            for row in checked_rows(checked.rows)
        ],
    }
