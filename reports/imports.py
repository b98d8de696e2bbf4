"""What the doors of the import of figures share: a check in words for pages and commands."""

from collections.abc import Iterable
from typing import Any

from reports.actions.importing import Checked, errors_of
from tracker.importing import CheckedRow, Problem


def checked_rows(rows: Iterable[dict[str, Any]]) -> list[CheckedRow]:
    """Rows of a check, in the reader's language: whose figure as the file says it, its year and value."""
    return [_checked(row, row["cells"]) for row in rows]


def _checked(row: dict[str, Any], cells: dict[str, str]) -> CheckedRow:
    told = [cells.get("year", ""), cells.get("value", "")]
    return CheckedRow(
        line=row["line"],
        outcome=row["outcome"],
        partner=" ".join(filter(None, [cells.get("partner", ""), cells.get("remainder", "")])),
        title=" = ".join(filter(None, told)),
        number="",
        problems=tuple(Problem(error.column, str(error)) for error in errors_of(row)),
        changes=tuple((column, was, now) for column, was, now in row["changes"]),
    )


def as_json(checked: Checked) -> dict[str, Any]:
    """A check as scripts read it: how many rows of each outcome, the totals, and each row with its reasons."""
    return checked.counts | {
        "totals": [
            {
                "year": total.year,
                "stated": total.stated,
                "counted": total.counted,
                "difference": None if total.difference is None else f"{total.difference:f}",
            }
            for total in checked.totals
        ],
        "rows": [
            {
                "row": row.line,
                "outcome": row.outcome,
                "reasons": [
                    *({"column": problem.column, "reason": problem.words} for problem in row.problems),
                    *({"column": column, "was": was, "now": now} for column, was, now in row.changes),
                ],
            }
            for row in checked_rows(checked.rows)
        ],
    }
