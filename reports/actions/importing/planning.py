"""What a file of figures would do, row by row: add, correct, skip or refuse. Writes nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from cases.actions.importing.columns import Answer
from reports.actions.importing.books import Books, Key
from reports.actions.importing.reading import Row, with_errors
from reports.actions.importing.refusals import CellError
from reports.indicators import decimals, plain
from reports.models import Figure
from tracker import importing
from tracker.importing import ADD, CHANGE, REFUSE, SKIP


@dataclass(frozen=True, slots=True)
class RowPlan(importing.RowPlan[Row]):
    """What one row would do. ``before`` stands in the books, ``after`` is what the row makes of it, unsaved."""

    before: Figure | None = None
    after: Figure | None = None

    @property
    def number(self) -> str:
        """Which figure of the books the row is about."""
        return str(self.before.pk) if self.before else ""

    @property
    def changes(self) -> Sequence[Sequence[str]]:
        return _changes(self.before, self.after) if self.before and self.after else ()


def plan_rows(rows: Iterable[Row], books: Books) -> list[RowPlan]:
    """Plan every row; of two rows about the same partner and year the second is refused."""
    given = list(rows)
    places = max((decimals(row.value) for row in given), default=0)
    first: dict[Key, int] = {}
    return [_plan(row, books, first, places) for row in given]


def _plan(row: Row, books: Books, first: dict[Key, int], places: int) -> RowPlan:
    key, errors = books.key_of(row) if row.partner or row.remainder else None, books.misfits(row)
    if isinstance(key, CellError):
        errors.append(key)
        key = None
    if key and row.year and key in first:
        errors.append(CellError("partner", "twice", {"line": first[key]}))
    if key and row.year:
        first.setdefault(key, row.line)
    before = books.standing.get(key) if key else None
    after = _after(row, books, key, before, places) if key else None
    if after and after.is_outlier and not after.note:
        errors.append(CellError("note", "outlier_note"))
    if row.errors or errors or after is None:
        return RowPlan(with_errors(row, *errors), REFUSE)
    if before is None:
        return RowPlan(row, ADD, None, after)
    return RowPlan(row, CHANGE if _changes(before, after) else SKIP, before, after)


def _after(row: Row, books: Books, key: Key, before: Figure | None, places: int) -> Figure:
    """The figure as the row says it; of what it does not say, as it stands in the books."""
    outlier = before.is_outlier if before and row.is_outlier is None else bool(row.is_outlier)
    note = before.note if before and row.note is None else row.note or ""
    is_same = before is not None and before.value == row.value
    return Figure(
        series=books.series,
        partner=books.known.partners.get(key[0]),
        remainder=key[1],
        year=key[2],
        value=row.value,
        precision=before.precision if before and is_same else places,
        is_outlier=outlier,
        note=note,
    )


def _changes(before: Figure, after: Figure) -> list[tuple[str, str, str]]:
    """Column, what the books say, what the file says."""
    answers = {True: Answer.YES.value, False: Answer.NO.value}
    pairs = [
        ("value", str(plain(before.value)), str(plain(after.value))),
        ("outlier", answers[before.is_outlier], answers[after.is_outlier]),
        ("note", before.note, after.note),
    ]
    return [(name, was, now) for name, was, now in pairs if was != now]
