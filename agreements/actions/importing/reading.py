"""From the cells of a sheet to typed rows, with every error of every row. Pure: no database, no clock but `today`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from agreements.actions.importing.columns import COLUMN_OF, DAY_COLUMNS, IMPLIES
from agreements.actions.importing.refusals import CellError, ImportRefused
from agreements.clocks import ENDINGS
from tracker import importing
from tracker.importing import Cells, Layout, Table, in_order
from tracker.partialdate import PartialDate

OURS_NOT_OFFICIAL = re.compile(r"\[(?:working title|short title|working translation)\]\s*", re.IGNORECASE)
LONGEST_TERM = 365
"""More days than any text gives for confirming an urgent request: a slip of the hand."""


@dataclass(frozen=True, slots=True)
class Row(importing.Row):
    """One row of a register file; ``days`` hold only what was filled in."""

    number: str = ""
    partner: str = ""
    title_zh: str = ""
    title_en: str = ""
    is_working_title_zh: bool = False
    is_working_title_en: bool = False
    subjects: tuple[str, ...] = ()
    nature: str = ""
    urgent_confirmation_days: int | None = None
    days: Mapping[str, PartialDate] = field(default_factory=dict)
    status: str = ""
    source: str = ""
    confidence: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """By its number, else by partner and title."""
        return ("number", self.number) if self.number else ("title_zh", self.partner, self.title_zh)

    def day(self, column: str) -> PartialDate:
        """The day of a column; unknown when the cell is empty."""
        return self.days.get(column, PartialDate())


def read_row(line: int, given: Mapping[str, str], *, today: date) -> Row:
    """Understand one row. An error leaves its cell empty in the result and is listed."""
    written = {name: text.strip() for name, text in given.items() if text.strip()}
    cells = Cells(written, COLUMN_OF, today, CellError)
    days = {name: day for name in DAY_COLUMNS if (day := cells.partial_day(name)) is not None}
    status = cells.choice("status")
    title_zh, is_working_zh = _title("title_zh", cells)
    title_en, is_working_en = _title("title_en", cells)
    confidence = cells.choice("confidence")
    source = cells.text("source")
    if source and "confidence" not in cells:
        cells.refuse("confidence", "confidence_missing")
    if confidence and not source:
        cells.refuse("source", "source_missing")
    cells.errors += _contradictions(status, days)
    return Row(
        line=line,
        cells=written,
        number=cells.text("number"),
        partner=cells.text("partner_iso2").upper(),
        title_zh=title_zh,
        title_en=title_en,
        is_working_title_zh=is_working_zh,
        is_working_title_en=is_working_en,
        subjects=cells.choices("kind"),
        nature=cells.choice("track"),
        urgent_confirmation_days=_number_of_days("urgent_confirmation_days", cells),
        days=days,
        status=status,
        source=source,
        confidence=confidence,
        errors=in_order(cells.errors, COLUMN_OF),
    )


def _title(name: str, cells: Cells) -> tuple[str, bool]:
    """The title without its mark, and whether it had one."""
    text = cells.given.get(name, "")
    bare = OURS_NOT_OFFICIAL.sub("", text, count=1) if OURS_NOT_OFFICIAL.match(text) else text
    return cells.text(name, bare), bare != text


def _number_of_days(name: str, cells: Cells) -> int | None:
    """The number in the cell; None when it is empty or wrong."""
    text = cells.text(name)
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= LONGEST_TERM):
        cells.refuse(name, "unknown_value", text=text, allowed=f"1 – {LONGEST_TERM}")
        return None
    return int(text)


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


LAYOUT = Layout(COLUMN_OF, read_row, CellError, ImportRefused)
with_errors = LAYOUT.with_errors
read_register = LAYOUT.read_file
RegisterFile = Table[Row]
