"""From the cells of a sheet to typed rows, with every error of every row. Pure: no database, no clock but `today`."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from agreements.actions.importing.columns import (
    COLUMN_OF,
    COLUMNS,
    DAY_COLUMNS,
    IMPLIES,
    SUBJECT_SEPARATORS,
    Column,
    codes_of,
)
from agreements.actions.importing.refusals import CellError, ImportRefused
from agreements.clocks import ENDINGS
from tracker import rocdate
from tracker.partialdate import PartialDate

OURS_NOT_OFFICIAL = re.compile(r"\[(?:working title|short title|working translation)\]\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Row:
    """One row as it was understood. ``cells`` keep what was written; ``days`` hold only what was filled in."""

    line: int
    cells: Mapping[str, str]
    number: str = ""
    partner: str = ""
    title_zh: str = ""
    title_en: str = ""
    is_working_title_zh: bool = False
    is_working_title_en: bool = False
    subjects: tuple[str, ...] = ()
    nature: str = ""
    days: Mapping[str, PartialDate] = field(default_factory=dict)
    status: str = ""
    source: str = ""
    confidence: str = ""
    errors: tuple[CellError, ...] = ()

    def day(self, column: str) -> PartialDate:
        """The day of a column; unknown when the cell is empty."""
        return self.days.get(column, PartialDate())


@dataclass(frozen=True, slots=True)
class RegisterFile:
    """A register file that could be read: its name, the digest of its bytes, and its rows."""

    name: str
    sha256: str
    rows: tuple[Row, ...]


def read_table(
    header: Iterable[str], lines: Iterable[tuple[int, Mapping[str, str]]], *, today: date
) -> tuple[Row, ...]:
    """Understand every row below ``header``.

    :raises ImportRefused: for missing or unknown columns, or no row at all.
    """
    names = list(header)
    missing = [column.name for column in COLUMNS if column.is_required and column.name not in names]
    unknown = [name for name in names if name not in COLUMN_OF]
    if missing:
        raise ImportRefused("columns_missing", columns=", ".join(missing))
    if unknown:
        raise ImportRefused("columns_unknown", columns=", ".join(unknown))
    rows = [read_row(line, cells, today=today) for line, cells in lines]
    if not rows:
        raise ImportRefused("no_rows")
    return tuple(twins_marked(rows))


def read_row(line: int, given: Mapping[str, str], *, today: date) -> Row:
    """Understand one row. An error leaves its cell empty in the result and is listed."""
    cells = {name: text.strip() for name, text in given.items() if text.strip()}
    errors: list[CellError] = []
    days = {name: day for name in DAY_COLUMNS if (day := _day(name, cells, errors, today=today)) is not None}
    status = _choice("status", cells, errors)
    title_zh, is_working_zh = _title("title_zh", cells, errors)
    title_en, is_working_en = _title("title_en", cells, errors)
    confidence = _choice("confidence", cells, errors)
    source = cells.get("source", "")
    if source and "confidence" not in cells:
        errors.append(CellError("confidence", "confidence_missing"))
    if confidence and not source:
        errors.append(CellError("source", "source_missing"))
    errors += _contradictions(status, days)
    return Row(
        line=line,
        cells=cells,
        number=_text("number", cells, errors),
        partner=_text("partner_iso2", cells, errors).upper(),
        title_zh=title_zh,
        title_en=title_en,
        is_working_title_zh=is_working_zh,
        is_working_title_en=is_working_en,
        subjects=_subjects(cells, errors),
        nature=_choice("track", cells, errors),
        days=days,
        status=status,
        source=source,
        confidence=confidence,
        errors=_in_order(errors),
    )


def with_errors(row: Row, *more: CellError) -> Row:
    """The row with more errors."""
    return replace(row, errors=_in_order([*row.errors, *more]))


def _in_order(errors: Iterable[CellError]) -> tuple[CellError, ...]:
    """By column, those of the whole row first."""
    order = ["", *COLUMN_OF]
    return tuple(sorted(errors, key=lambda error: order.index(error.column)))


def _text(name: str, cells: Mapping[str, str], errors: list[CellError]) -> str:
    text, column = cells.get(name, ""), COLUMN_OF[name]
    if not text and column.is_required:
        errors.append(CellError(name, "required"))
    if column.limit and len(text) > column.limit:
        errors.append(CellError(name, "too_long", {"limit": column.limit, "length": len(text)}))
    return text


def _title(name: str, cells: Mapping[str, str], errors: list[CellError]) -> tuple[str, bool]:
    """The title without its mark, and whether it had one."""
    text = cells.get(name, "")
    bare = OURS_NOT_OFFICIAL.sub("", text, count=1) if OURS_NOT_OFFICIAL.match(text) else text
    return _text(name, {name: bare}, errors), bare != text


def _choice(name: str, cells: Mapping[str, str], errors: list[CellError]) -> str:
    text = _text(name, cells, errors)
    return _code(COLUMN_OF[name], text, errors) if text else ""


def _code(column: Column, text: str, errors: list[CellError]) -> str:
    assert column.choices is not None  # noqa: S101 - narrows the type
    code = codes_of(column.choices).get(text.casefold(), "")
    if not code:
        allowed = ", ".join(map(str, column.choices.values))
        errors.append(CellError(column.name, "unknown_value", {"text": text, "allowed": allowed}))
    return code


def _subjects(cells: Mapping[str, str], errors: list[CellError]) -> tuple[str, ...]:
    text = _text("kind", cells, errors)
    parts = [part.strip() for part in re.split(f"[{SUBJECT_SEPARATORS}]", text) if part.strip()]
    codes = [_code(COLUMN_OF["kind"], part, errors) for part in parts]
    for code in {code for code in codes if code and codes.count(code) > 1}:
        errors.append(CellError("kind", "value_twice", {"text": code}))
    return tuple(code for code in codes if code)


def _day(name: str, cells: Mapping[str, str], errors: list[CellError], *, today: date) -> PartialDate | None:
    """The day, or None when the cell is empty or wrong."""
    if name not in cells:
        return None
    try:
        day = rocdate.parse(cells[name])
    except rocdate.RocDateError as error:
        errors.append(CellError(name, error.code, error.params))
        return None
    if day.first and day.first > today:
        errors.append(CellError(name, "future", {"day": str(day)}))
    return day


def _contradictions(status: str, days: Mapping[str, PartialDate]) -> list[CellError]:
    """Days that the status rules out, and days that certainly come before what they follow."""
    errors = []
    reached = IMPLIES.get(status, "")
    if "ended" in days and status and reached not in ENDINGS:
        errors.append(CellError("ended", "needs_ending"))
    order = [name for name, step in DAY_COLUMNS.items() if step]
    stages = {step: place for place, step in enumerate(DAY_COLUMNS.values())}
    if reached in stages and reached != "enter_into_force":
        beyond = [name for name in order if name in days and stages[DAY_COLUMNS[name]] > stages[reached]]
        consent = beyond == ["ly_approved"] and is_consent_before_signature(days)
        if beyond and not consent:
            told = {"status": status, "column": beyond[-1]}
            errors.append(CellError("status", "status_contradicts", told))
    given = [name for name in (*order, "ended") if name in days]
    if is_consent_before_signature(days):
        given.remove("ly_approved")
    for place, later in enumerate(given):
        for earlier in given[:place]:
            before, after = days[earlier], days[later]
            if after.last and before.first and after.last < before.first:
                told = {"day": str(after), "column": earlier, "other": str(before)}
                errors.append(CellError(later, "before", told))
                break
    return errors


def is_consent_before_signature(days: Mapping[str, PartialDate]) -> bool:
    """Whether the legislature certainly approved before the signature, or not later than on its day."""
    approval, signature = days.get("ly_approved", PartialDate()), days.get("signed", PartialDate())
    if approval.last is None or signature.first is None:
        return False
    return approval.last < signature.first or (approval.is_unknown and approval.last == signature.first)


def twins_marked(rows: list[Row]) -> list[Row]:
    """The rows, each repetition of an agreement marked with the line that has it first."""
    first: dict[tuple[str, ...], int] = {}
    checked = []
    for row in rows:
        key = (row.number,) if row.number else (row.partner, row.title_zh)
        if all(key) and key in first:
            column = "number" if row.number else "title_zh"
            row = with_errors(row, CellError(column, "twice", {"line": first[key]}))
        first.setdefault(key, row.line)
        checked.append(row)
    return checked
