"""What a row would change in a case that is recorded already.

Words that describe the case may change, and steps that follow the last one may be added. What was recorded of
the request itself is not changed by a file, and nothing is put between recorded steps. An empty cell changes nothing.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from cases.actions.importing.facts import Told
from cases.actions.importing.reading import Row
from cases.actions.importing.refusals import CellError
from cases.lifecycle import CLOSED
from cases.models import Case

DESCRIBING = ("former_number", "partner_reference", "office", "office_reference", "subject")


class Change(NamedTuple):
    """One cell that differs: what the case says and what the file says, both as text."""

    column: str
    was: str
    now: str


@dataclass(slots=True)
class Amendment:
    """Everything that a row would change in one case."""

    case: Case
    changes: list[Change] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    fields: dict[str, str] = field(default_factory=dict)
    new: list[Told] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.changes


def amend(row: Row, case: Case) -> Amendment:
    """Compare a row with its case, whose events are loaded in their order."""
    amendment = Amendment(case)
    for column, was, now in (
        ("direction", case.direction, row.direction),
        ("kind", case.kind, row.kind),
        ("letter_on", case.letter_on, row.days.get("letter_on")),
        ("received_on", case.received_on, row.days["received_on"]),
    ):
        if now and now != was:
            told = {"number": case.number, "was": str(was or "—")}
            amendment.errors.append(CellError(column, "differs", told))
    for name in DESCRIBING:
        was, now = getattr(case, name), getattr(row, name)
        if now and now != was:
            amendment.fields[name] = now
            amendment.changes.append(Change(name, was, now))
    _go_on(row, amendment)
    return amendment


def _go_on(row: Row, amendment: Amendment) -> None:
    """The steps that the case does not have yet, when they follow its last one."""
    case = amendment.case
    staged = [event for event in case.events.all() if event.state]
    days_of: dict[str, list[str]] = {}
    for event in staged:
        days_of.setdefault(event.state, []).append(event.happened_on.isoformat())
    last = staged[-1]
    for told in row.told[1:]:
        column = "state_on" if told.column == "state" else told.column
        if told.day.isoformat() in days_of.get(told.state, ()):
            continue
        if told.state in days_of:
            params = {"number": case.number, "state": told.state, "was": days_of[told.state][-1]}
            amendment.errors.append(CellError(column, "other_day", params))
        elif told.day < last.happened_on or case.state in CLOSED:
            params = {"number": case.number, "state": case.state, "was": last.happened_on.isoformat()}
            amendment.errors.append(CellError(column, "out_of_order", params))
        else:
            amendment.new.append(told)
            amendment.changes.append(Change(column, "", told.day.isoformat()))
