"""What the doors of the import share: the template file, and a check in words for pages and commands."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from agreements.actions.importing import COLUMNS, Checked, Column, errors_of

OUTCOME_WORDS: dict[str, Promise] = {
    "add": pgettext_lazy("outcome of a row", "Add"),
    "change": pgettext_lazy("outcome of a row", "Change"),
    "skip": pgettext_lazy("outcome of a row", "Skip: already recorded"),
    "refuse": pgettext_lazy("outcome of a row", "Refuse"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One error of a row in the reader's language."""

    column: str
    words: str


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """One row of a check as pages and commands show it."""

    line: int
    outcome: str
    partner: str
    title: str
    number: str
    problems: tuple[Problem, ...]
    changes: tuple[tuple[str, str, str], ...]

    @property
    def outcome_words(self) -> Promise:
        return OUTCOME_WORDS[self.outcome]


def checked_rows(rows: Iterable[dict[str, Any]]) -> list[CheckedRow]:
    """Rows of a check, in the reader's language."""
    return [
        CheckedRow(
            line=row["line"],
            outcome=row["outcome"],
            partner=row["cells"].get("partner_iso2", ""),
            title=row["cells"].get("title_zh", ""),
            number=row["number"],
            problems=tuple(Problem(error.column, str(error)) for error in errors_of(row)),
            changes=tuple((column, was, now) for column, was, now in row["changes"]),
        )
        for row in rows
    ]


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


def template_header() -> list[str]:
    """The names of all columns."""
    return [column.name for column in COLUMNS]


def template_rows() -> list[list[str]]:
    """One example, with a partner that is visibly fictional."""
    return [[column.example for column in COLUMNS]]


def allowed_in(column: Column) -> list[tuple[str, str]]:
    """The codes that a column takes, each with its words; empty when it takes anything."""
    return [(str(value), str(label)) for value, label in column.choices.choices] if column.choices else []
