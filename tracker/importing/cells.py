"""The cells of one row, understood column by column. Pure: no database, no clock but `today`."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from tracker import rocdate
from tracker.importing.columns import Column, codes_of
from tracker.importing.refusals import CellError
from tracker.partialdate import PartialDate
from tracker.secrecy import state_secret_in

SEPARATORS = re.compile("[;；、]")


@dataclass(slots=True)
class Cells:
    """What stands in one row. Whatever is wrong with a cell is kept in ``errors``, and the cell counts as empty."""

    given: Mapping[str, str]
    columns: Mapping[str, Column]
    today: date
    error: type[CellError] = CellError
    errors: list[CellError] = field(default_factory=list)

    def __contains__(self, name: str) -> bool:
        return name in self.given

    def refuse(self, name: str, code: str, **params: object) -> None:
        self.errors.append(self.error(name, code, params))

    def text(self, name: str, text: str | None = None) -> str:
        """The cell, or ``text`` in its place, within its limit."""
        text, column = self.given.get(name, "") if text is None else text, self.columns[name]
        if not text and column.is_required:
            self.refuse(name, "required")
        if column.limit and len(text) > column.limit:
            self.refuse(name, "too_long", limit=column.limit, length=len(text))
        if text and (level := state_secret_in(text)):
            self.refuse(name, "state_secret", level=level)
        return text

    def choice(self, name: str) -> str:
        """The code that the cell means; "" when it is empty or unknown."""
        text = self.text(name)
        return self._code(self.columns[name], text) if text else ""

    def choices(self, name: str) -> tuple[str, ...]:
        """The codes that the cell means, in its order."""
        parts = [part.strip() for part in SEPARATORS.split(self.text(name)) if part.strip()]
        codes = [self._code(self.columns[name], part) for part in parts]
        for code in {code for code in codes if code and codes.count(code) > 1}:
            self.refuse(name, "value_twice", text=code)
        return tuple(code for code in codes if code)

    def partial_day(self, name: str) -> PartialDate | None:
        """The day as far as it is known, in either calendar; None when the cell is empty or wrong."""
        if name not in self.given:
            return None
        found = _parsed(self.given[name])
        if isinstance(found, rocdate.RocDateError):
            self.refuse(name, found.code, **found.params)
            return None
        if found.first and found.first > self.today:
            self.refuse(name, "future", day=str(found))
        return found

    def day(self, name: str, *, may_lie_ahead: bool = False) -> date | None:
        """The whole day, in either calendar; None when the cell is empty or wrong."""
        if name not in self.given:
            return None
        found = _parsed(self.given[name])
        if isinstance(found, rocdate.RocDateError):
            self.refuse(name, found.code, **found.params)
            return None
        exact = found.exact
        if exact is None:
            self.refuse(name, "not_a_day")
        elif exact > self.today and not may_lie_ahead:
            self.refuse(name, "future", day=str(exact))
        return exact

    def _code(self, column: Column, text: str) -> str:
        assert column.choices is not None  # noqa: S101 - narrows the type
        code = codes_of(column.choices).get(text.casefold(), "")
        if not code:
            allowed = ", ".join(map(str, column.choices.values))
            self.refuse(column.name, "unknown_value", text=text, allowed=allowed)
        return code


def in_order[Error: CellError](errors: Iterable[Error], columns: Mapping[str, Column]) -> tuple[Error, ...]:
    """Errors by column, those of the whole row first."""
    order = ["", *columns]
    return tuple(sorted(errors, key=lambda error: order.index(error.column)))


@lru_cache(maxsize=8192)
def _parsed(text: str) -> PartialDate | rocdate.RocDateError:
    """The same day stands in many rows of a log."""
    try:
        return rocdate.parse(text)
    except rocdate.RocDateError as error:
        return error
