"""What becomes of a row, and how pages and commands show a row of a check."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from tracker.importing.refusals import CellError

ADD, CHANGE, SKIP, REFUSE = OUTCOMES = ("add", "change", "skip", "refuse")
OUTCOME_WORDS: dict[str, Promise] = {
    "add": pgettext_lazy("outcome of a row", "Add"),
    "change": pgettext_lazy("outcome of a row", "Change"),
    "skip": pgettext_lazy("outcome of a row", "Skip: already recorded"),
    "refuse": pgettext_lazy("outcome of a row", "Refuse"),
}


def counts_of(rows: Iterable[dict[str, Any]]) -> dict[str, int]:
    """How many kept rows have each outcome."""
    found = Counter(row["outcome"] for row in rows)
    return {outcome: found[outcome] for outcome in OUTCOMES}


@dataclass(frozen=True, slots=True)
class Problem:
    """One error of a row in the reader's language."""

    column: str
    words: str


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """One row of a check as pages and commands show it; ``url`` leads to what it added or changed."""

    line: int
    outcome: str
    partner: str
    title: str
    number: str
    problems: tuple[Problem, ...]
    changes: tuple[tuple[str, str, str], ...]
    url: str = ""

    @property
    def outcome_words(self) -> Promise:
        return OUTCOME_WORDS[self.outcome]


def checked_rows(
    rows: Iterable[dict[str, Any]],
    *,
    title: str,
    page: str,
    errors_of: Callable[[dict[str, Any]], Sequence[CellError]],
) -> list[CheckedRow]:
    """The kept rows of a check, in the reader's language.

    ``title`` is the column that names the thing, ``page`` the address name of what has a number already.
    """
    return [
        CheckedRow(
            line=row["line"],
            outcome=row["outcome"],
            partner=row["cells"].get("partner_iso2", ""),
            title=row["cells"].get(title, ""),
            number=row["number"],
            problems=tuple(Problem(error.column, str(error)) for error in errors_of(row)),
            changes=tuple((column, was, now) for column, was, now in row["changes"]),
            url=reverse(page, args=[row["number"]]) if row["number"] else "",
        )
        for row in rows
    ]
