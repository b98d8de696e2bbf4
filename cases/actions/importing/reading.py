"""From the cells of a sheet to typed rows, with every error of every row. Pure: no database, no clock but `today`."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from itertools import pairwise

from django.utils.translation import override

from cases.actions.importing.columns import COLUMN_OF, DAYS, Answer
from cases.actions.importing.facts import REFUSED, Told, life_of
from cases.actions.importing.refusals import CellError, ImportRefused
from cases.lifecycle import CLOSED, Direction, Kind, State
from tracker import importing
from tracker.importing import Cells, Layout, Table, in_order
from tracker.importing.columns import LANGUAGES
from tracker.roles import Secrecy
from tracker.secrecy import lacks_end

AHEAD = ("deadline", "declassify_on")
"""The days that may lie ahead."""
HAS_ITEMS = frozenset({Kind.CRIMINAL, Kind.CIVIL})
FIRST_STATES = {Direction.IN: State.I10, Direction.OUT: State.O10}


@dataclass(frozen=True, slots=True)
class Row(importing.Row):
    """One row of a case log; ``days`` hold only what was filled in.

    ``told`` are the steps of the case as far as the row tells them; empty when it has errors.
    """

    number: str = ""
    former_number: str = ""
    direction: str = ""
    kind: str = ""
    partner: str = ""
    partner_reference: str = ""
    office: str = ""
    office_reference: str = ""
    subject: str = ""
    items: tuple[str, ...] = ()
    days: Mapping[str, date] = field(default_factory=dict)
    result: str = ""
    ground: str = ""
    basis: str = ""
    agreement: str = ""
    basis_reason: str = ""
    secrecy: int = Secrecy.INTERNAL
    declassify_when: str = ""
    code_name: str = ""
    is_urgent: bool = False
    is_direct: bool = False
    officer: str = ""
    told: tuple[Told, ...] = ()

    @property
    def requested_on(self) -> date:
        """The letter's day, or the day of sending; the day of receipt where there is neither."""
        asked = "sent_on" if self.direction == Direction.OUT else "letter_on"
        return self.days.get(asked) or self.days["received_on"]

    @property
    def key(self) -> tuple[str, ...]:
        """By what the row is known again: its number, else its number in the former log, else their reference."""
        if self.number:
            return ("number", self.number)
        if self.former_number:
            return ("former_number", self.partner, self.former_number)
        return ("partner_reference", self.partner, self.direction, self.partner_reference)


def read_row(line: int, given: Mapping[str, str], *, today: date) -> Row:
    """Understand one row. An error leaves its cell empty in the result and is listed."""
    written = {name: stripped for name, text in given.items() if (stripped := text.strip())}
    cells = Cells(written, COLUMN_OF, today, CellError)
    row = Row(
        line=line,
        cells=written,
        number=cells.text("number"),
        former_number=cells.text("former_number"),
        direction=cells.choice("direction"),
        kind=cells.choice("kind"),
        partner=cells.text("partner_iso2").upper(),
        partner_reference=cells.text("partner_reference"),
        office=cells.text("office"),
        office_reference=cells.text("office_reference"),
        subject=cells.text("subject"),
        items=cells.choices("items"),
        days=_days(cells),
        result=cells.choice("result"),
        ground=cells.choice("ground"),
        basis=cells.choice("basis"),
        agreement=cells.text("agreement"),
        basis_reason=cells.text("basis_reason"),
        secrecy=int(cells.choice("secrecy") or Secrecy.INTERNAL),
        declassify_when=cells.text("declassify_when"),
        code_name=cells.text("code_name"),
        is_urgent=cells.choice("urgent") == Answer.YES,
        is_direct=cells.choice("direct") == Answer.YES,
        officer=cells.text("officer"),
    )
    told: tuple[Told, ...] = ()
    if row.direction and row.kind and "received_on" in row.days:
        _check(row, cells)
        told = _told(row, cells)
        _check_order(told, cells)
        _check_end(row, told, cells)
    return replace(row, told=told, errors=in_order(cells.errors, COLUMN_OF))


def _days(cells: Cells) -> dict[str, date]:
    """The whole days of the row; the day of receipt is needed, and only those of AHEAD may lie ahead."""
    days = {}
    for name in ("letter_on", *DAYS, "state_on", *AHEAD):
        if name not in cells:
            continue
        found = cells.day(name, may_lie_ahead=name in AHEAD)
        if found is not None:
            days[name] = found
    if "received_on" not in cells:
        cells.refuse("received_on", "required")
    return days


def _check(row: Row, cells: Cells) -> None:
    """What does not fit together, the steps of the case aside."""
    days, received = row.days, row.days["received_on"]
    if not (row.number or row.former_number or row.partner_reference):
        cells.refuse("former_number", "unidentified")
    if row.kind in HAS_ITEMS and not row.items and not row.number and "items" not in cells:
        cells.refuse("items", "items_missing")
    if lacks_end(row.secrecy, days.get("declassify_on"), row.declassify_when):
        cells.refuse("declassify_when", "no_end")
    if row.secrecy >= Secrecy.SEALED:
        cells.refuse("secrecy", "sealed")
    if row.direction == Direction.OUT and "letter_on" in days:
        cells.refuse("letter_on", "letter_out")
    elif days.get("letter_on", received) > received:
        told = {"day": str(received), "column": "letter_on", "other": str(days["letter_on"])}
        cells.refuse("received_on", "before", **told)
    if days.get("deadline", received) < received:
        told = {"day": str(days["deadline"]), "column": "received_on", "other": str(received)}
        cells.refuse("deadline", "before", **told)
    if row.is_direct and not (row.is_urgent and row.direction == Direction.IN):
        cells.refuse("direct", "direct_needs_urgent")
    if row.is_direct and "sent_on" in days:
        cells.refuse("sent_on", "direct_not_forwarded")


def _told(row: Row, cells: Cells) -> tuple[Told, ...]:
    """The steps that the row tells of; none when its days and its state do not go together."""
    state = _state(row, cells)
    if "state_on" in row.days and not cells.given.get("state"):
        cells.refuse("state_on", "day_needs_state")
    if (row.ground or state in REFUSED) and "replied_on" in row.days:
        cells.refuse("replied_on", "refused_and_replied")
        return ()
    life = life_of(
        row.direction,
        row.kind,
        row.days,
        state=state,
        is_direct=row.is_direct and row.direction == Direction.IN,
        is_refused=bool(row.ground),
    )
    for column, code, reached in life.errors:
        cells.refuse(column, code, **({"state": reached} if reached else {}))
    return life.told


def _state(row: Row, cells: Cells) -> str:
    text = cells.text("state")
    if not text:
        return ""
    code = states_of(row.direction).get(text.casefold(), "")
    if not code:
        cells.refuse("state", "state_unknown", text=text, example=str(FIRST_STATES[Direction(row.direction)]))
    return code


def _check_order(told: tuple[Told, ...], cells: Cells) -> None:
    """Each step on the day of the one before it, or later."""
    for earlier, later in pairwise(told):
        if later.day < earlier.day:
            column = "state_on" if later.column == "state" else later.column
            cells.refuse(column, "before", day=str(later.day), column=earlier.column, other=str(earlier.day))


def _check_end(row: Row, told: tuple[Told, ...], cells: Cells) -> None:
    """The result belongs to a closed case, a ground to a refusal."""
    if not told:
        return
    is_closed = told[-1].state in CLOSED
    if is_closed and not row.result and "result" not in cells and row.kind != Kind.SPONTANEOUS:
        cells.refuse("result", "result_missing")
    if row.result and not is_closed:
        cells.refuse("result", "result_needs_end")
    if row.ground and not any(one.state in REFUSED for one in told):
        cells.refuse("ground", "ground_needs_day")


@cache
def states_of(direction: str) -> dict[str, str]:
    """The code for everything that stands for a state of this direction, in lower case."""
    sign = "I" if direction == Direction.IN else "O"
    own = [state for state in State if state.value.startswith(sign)]
    codes = {state.value.casefold(): state.value for state in own}
    for language in LANGUAGES:
        with override(language):
            codes |= {str(state.label).casefold(): state.value for state in own}
    return codes


LAYOUT = Layout(COLUMN_OF, read_row, CellError, ImportRefused)
with_errors = LAYOUT.with_errors
read_log = LAYOUT.read_file
LogFile = Table[Row]
