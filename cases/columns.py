"""The columns of the list of cases: how each cell is drawn on the page, and what stands for it in a sheet.

Plain string functions, because a list draws hundreds of cells. Which columns a reader sees is chosen by the reader.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from html import escape
from operator import attrgetter
from typing import Any

from django.db.models import TextChoices
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from agreements.rules import may_see_agreement
from cases.clocks import CLOCK_LABELS
from cases.lifecycle import HOLDER_OF, Basis, Direction, Holder, Kind, Result, State, awaited
from cases.models import Case
from cases.models.case import destroyed_under
from tracker.models import User
from tracker.roles import Secrecy
from tracker.templatetags.tracker_tags import conf, due, rocday, rocmoment, sample


@cache
def _words(choices: type[TextChoices], _language: str) -> dict[str, str]:
    """The words of codes in the language that is on, fetched once."""
    return {code: str(label) for code, label in choices.choices} | {"": ""}


class Drawing:
    """What the cells of one page share: its reader and day, and the words of codes in the reader's language."""

    def __init__(self, reader: User, today: date, *, day: date | None = None) -> None:
        self.reader, self.today, self.day = reader, today, day
        language = get_language() or ""
        self.in_english = language.startswith("en")
        self.states, self.holders = _words(State, language), _words(Holder, language)
        self.kinds, self.bases, self.results = (_words(codes, language) for codes in (Kind, Basis, Result))
        self.ways, self.yes = _words(Direction, language), gettext("yes")
        self.levels = {level.value: str(level.label) for level in Secrecy}
        self.marks = {level.value: conf(level) for level in Secrecy}
        self.clocks = {code: str(label) for code, label in CLOCK_LABELS.items()}
        self.none = format_html('<span class="nil">{}</span>', pgettext("cell", "None"))
        self._steps: dict[tuple[str, str], str] = {}

    def state_of(self, case: Any) -> str:
        """The state now, or on the day as of which the list is."""
        return case.state_then if self.day else case.state

    def step_after(self, state: str, kind: str) -> str:
        """The step that is expected next, in words; "" for none."""
        if (state, kind) not in self._steps:
            step = awaited(state, kind)
            self._steps[state, kind] = str(step.label) if step else ""
        return self._steps[state, kind]

    def learn_steps(self) -> None:
        """Fetch the words of every step now: a download leaves after the language of its request is gone."""
        for state in State:
            for kind in Kind:
                self.step_after(state, kind)

    def day_or_none(self, day: date | None) -> SafeString:
        return rocday(day, "table") if day else self.none


Cell = Callable[[Case, Drawing], str]
"""The inside of a cell, as HTML when it is marked safe."""
Said = Callable[..., Sequence[object]]
"""The cells of a sheet for the values of ``fields``, given the drawing first."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column. ``heads`` and ``said`` are its cells in a sheet.

    On a phone a row becomes a card: ``is_wide`` takes its whole width, and ``is_plain`` says what it is without
    its heading beside it. ``same`` names the values on which the cell depends: equal ones are drawn once a page.
    """

    name: str
    label: str | Promise
    cell: Cell
    fields: tuple[str, ...]
    heads: tuple[str | Promise, ...] = ()
    said: Said = lambda drawing, *values: values
    is_wide: bool = False
    is_plain: bool = False
    same: tuple[str, ...] = ()

    @property
    def sheet_heads(self) -> tuple[str | Promise, ...]:
        return self.heads or (self.label,)


def _direction(case: Case, drawing: Drawing) -> str:
    return SafeString(f'<span data-way="{case.direction}">{escape(drawing.ways[case.direction])}</span>')


def _partner(case: Case, drawing: Drawing) -> str:
    assert case.partner is not None  # noqa: S101 - a registered case has a partner
    return format_html("{} {}", case.partner.name, sample(case.partner.is_sample))


def _subject(case: Case, drawing: Drawing) -> str:
    return SafeString(
        f'{escape(case.listed_subject)}<span class="sub">{escape(drawing.kinds[case.kind])}</span>'
    )


def _agreement(case: Case, drawing: Drawing) -> str:
    if case.agreement is None or not may_see_agreement(drawing.reader, case.agreement):
        return drawing.none
    return case.agreement.number


def _state(case: Case, drawing: Drawing) -> str:
    officer = f'<span class="sub">{escape(str(case.officer))}</span>' if case.officer else ""
    return SafeString(escape(drawing.states[drawing.state_of(case)]) + officer)


def _holder(case: Case, drawing: Drawing) -> str:
    return drawing.holders[HOLDER_OF[drawing.state_of(case)]] or drawing.none


def _requested(case: Case, drawing: Drawing) -> str:
    if case.is_day_fixed:
        return rocday(case.requested_on, "table")
    return format_html(
        '{}<span class="sub">{}</span>', rocday(case.requested_on, "table"), gettext("not sent yet")
    )


def _due(case: Case, drawing: Drawing) -> str:
    if drawing.day:
        return format_html('<span class="nil">{}</span>', gettext("not told for a past day"))
    days = case.days_left(drawing.today)
    if case.is_on_hold(drawing.today):
        words = pgettext("deadline", "On hold")
        return format_html("{} {}", due(None, "hold", words), rocday(case.held_until, "table"))
    if days is not None:
        return SafeString(f"{due(days)} {rocday(case.due_on, 'table')}")
    return due(None, "done") if case.is_closed else drawing.none


def _next(case: Case, drawing: Drawing) -> str:
    state = drawing.state_of(case)
    step = drawing.step_after(state, case.kind)
    if not step:
        return drawing.none
    return SafeString(f'{escape(step)}<span class="sub">{escape(drawing.holders[HOLDER_OF[state]])}</span>')


def _clock(case: Case, drawing: Drawing) -> str:
    if not case.due_clock or drawing.day:
        return drawing.none
    return format_html("{} {}", case.due_clock, drawing.clocks.get(case.due_clock, ""))


def _text(name: str) -> Cell:
    return lambda case, drawing: getattr(case, name) or drawing.none


def _day(name: str) -> Cell:
    return lambda case, drawing: drawing.day_or_none(getattr(case, name))


def _word(table: str) -> Said:
    """Words for a code."""
    return lambda drawing, code: (getattr(drawing, table).get(code, ""),)


def _said_partner(
    drawing: Drawing, code: str, name_zh: str, name_en: str, is_sample: bool
) -> Sequence[object]:
    name = name_en if drawing.in_english and name_en else name_zh
    return (code, name, drawing.yes if is_sample else "")


def _said_direction(drawing: Drawing, way: str) -> Sequence[object]:
    return (drawing.ways[way],)


def _said_state(drawing: Drawing, state: str) -> Sequence[object]:
    return (state, drawing.states[state])


def _said_next(drawing: Drawing, state: str, kind: str) -> Sequence[object]:
    return (drawing.step_after(state, kind),)


def _said_secrecy(drawing: Drawing, level: int) -> Sequence[object]:
    return (drawing.levels[level],)


def _said_agreement(drawing: Drawing, number: str | None, secrecy: int | None) -> Sequence[object]:
    return (number if number and secrecy is not None and secrecy <= drawing.reader.clearance else "",)


def _said_subject(
    drawing: Drawing, subject: str, code_name: str, level: int, destroyed_at: datetime | None
) -> Sequence[object]:
    """A file leaves the house: of a restricted case it says no more than the list."""
    told = subject if destroyed_at is None else destroyed_under(subject)
    return (code_name if level >= Secrecy.RESTRICTED else told,)


def _said_urgent(drawing: Drawing, is_urgent: bool) -> Sequence[object]:
    return (drawing.yes if is_urgent else "",)


STATE = "state"
EVERY: tuple[Column, ...] = (
    Column("secrecy", pgettext_lazy("column", "Secrecy"), lambda case, drawing: drawing.marks[case.secrecy],
           ("secrecy",), said=_said_secrecy, is_plain=True, same=("secrecy",)),
    Column("direction", pgettext_lazy("column", "Direction"), _direction,
           ("direction",), said=_said_direction, is_plain=True, same=("direction",)),
    Column("partner", pgettext_lazy("column", "Partner"), _partner,
           ("partner__code", "partner__name_zh", "partner__name_en", "partner__is_sample"),
           (_("Partner code"), _("Partner"), pgettext_lazy("column", "Sample")), _said_partner, is_plain=True, same=("partner_id",)),
    Column("subject", pgettext_lazy("column of cases", "Subject"), _subject,
           ("subject", "code_name", "secrecy", "destroyed_at"), said=_said_subject, is_wide=True, is_plain=True),
    Column("kind", pgettext_lazy("column of cases", "Kind"), lambda case, drawing: drawing.kinds[case.kind],
           ("kind",), said=_word("kinds"), is_plain=True, same=("kind",)),
    Column("basis", pgettext_lazy("column", "Legal basis"), lambda case, drawing: drawing.bases[case.basis],
           ("basis",), said=_word("bases"), is_plain=True, same=("basis",)),
    Column("agreement", pgettext_lazy("column", "Agreement"), _agreement,
           ("agreement__number", "agreement__secrecy"), said=_said_agreement, same=("agreement_id",)),
    Column("state", pgettext_lazy("column", "State"), _state, (STATE,),
           (pgettext_lazy("column", "State code"), pgettext_lazy("column", "State")), _said_state, is_plain=True, same=(STATE, "officer_id")),
    Column("officer", pgettext_lazy("column", "Officer"),
           lambda case, drawing: str(case.officer) if case.officer else drawing.none, ("officer__name",), same=("officer_id",)),
    Column("holder", _("In hand with"), _holder, (STATE,),
           said=lambda drawing, state: (drawing.holders[HOLDER_OF[state]],), same=(STATE,)),
    Column("requested_on", pgettext_lazy("column", "Day of the request"), _requested, ("requested_on",), is_wide=True, same=("requested_on", "state")),
    Column("received_on", pgettext_lazy("column", "Received"), _day("received_on"), ("received_on",), is_wide=True, same=("received_on",)),
    Column("due", pgettext_lazy("column", "Deadline"), _due, ("due_on",), is_wide=True, same=("state", "is_open", "due_on", "held_until")),
    Column("clock", pgettext_lazy("column", "Clock"), _clock, ("due_clock",), is_wide=True, same=("due_clock",)),
    Column("held_until", _("On hold until"), _day("held_until"), ("held_until",), is_wide=True, same=("held_until",)),
    Column("next", pgettext_lazy("column", "Next step"), _next, (STATE, "kind"), said=_said_next, is_wide=True, same=(STATE, "kind")),
    Column("urgent", pgettext_lazy("column", "Urgent"),
           lambda case, drawing: gettext("Urgent") if case.is_urgent else drawing.none,
           ("is_urgent",), said=_said_urgent, same=("is_urgent",)),
    Column("result", pgettext_lazy("column", "Result"),
           lambda case, drawing: drawing.results[case.result] or drawing.none, ("result",), said=_word("results"), same=("result",)),
    Column("their_reference", _("Their reference"), _text("partner_reference"), ("partner_reference",)),
    Column("office", _("Our office"), _text("office"), ("office",)),
    Column("our_reference", _("Our office's reference"), _text("office_reference"), ("office_reference",)),
    Column("changed_at", pgettext_lazy("column", "Changed"), lambda case, drawing: rocmoment(case.changed_at),
           ("changed_at",), is_wide=True),
)  # fmt: skip
COLUMNS = {column.name: column for column in EVERY}
USUAL = ("secrecy", "direction", "partner", "subject", "basis", "state", "requested_on", "due", "next")


def columns_named(names: Sequence[str]) -> list[Column]:
    """The columns of these names in their own order; the usual ones when none of them exists."""
    wanted = {name for name in names if name in COLUMNS} or set(USUAL)
    return [column for column in EVERY if column.name in wanted]


class Table:
    """Rows of the list as finished HTML: a tick box, the number, and the chosen columns."""

    def __init__(
        self, columns: Sequence[Column], drawing: Drawing, *, queue: str = "", ticked: bool = False
    ) -> None:
        self.drawing, self.queue = drawing, escape(queue)
        self.heads = [str(column.label) for column in columns]
        self.cells = [
            (column.cell, self._same(column), *_around(column, head))
            for column, head in zip(columns, self.heads, strict=True)
        ]
        self.kept: list[dict[Any, str]] = [{} for _column in columns]
        self.choose = escape(gettext("Choose %(number)s"))
        self.ticked = " checked" if ticked else ""
        self.address = reverse("cases:list")

    def _same(self, column: Column) -> Callable[[Case], Any] | None:
        """Reads the values on which the column's cells depend; None where each is drawn by itself."""
        state = "state_then" if self.drawing.day else "state"
        names = [state if name == STATE else name for name in column.same]
        return attrgetter(*names) if names else None

    @property
    def head(self) -> SafeString:
        """The headings of the columns."""
        return SafeString("".join(f'<th scope="col">{escape(head)}</th>' for head in self.heads))

    def row(self, case: Case) -> SafeString:
        """One row; an overdue one says so to the style sheet."""
        days = None if self.drawing.day else case.days_left(self.drawing.today)
        number = escape(case.number)
        drawn = [
            f"<tr{OVERDUE if days is not None and days < 0 else ''}>"
            f'<td><input type="checkbox" name="case" value="{case.pk}" '
            f'aria-label="{self.choose % {"number": number}}"{self.ticked}></td>'
            f'<th scope="row" class="nw"><a href="{self.address}{number}/{self.queue}">{number}</a></th>'
        ]
        for (cell, same, before, after), kept in zip(self.cells, self.kept, strict=True):
            key = same(case) if same else None
            html = kept.get(key) if same else None
            if html is None:
                inside = cell(case, self.drawing)
                html = f"{before}{inside if isinstance(inside, SafeString) else escape(inside)}{after}"
                if same:
                    kept[key] = html
            drawn.append(html)
        return SafeString("".join(drawn) + "</tr>")


OVERDUE = ' data-row="over"'


def _around(column: Column, head: str) -> tuple[str, str]:
    """What opens and closes a cell."""
    wide = ' class="full"' if column.is_wide else ""
    if column.is_plain:
        return f"<td{wide}>", "</td>"
    return f'<td{wide} data-l="{conditional_escape(head)}"><span>', "</span></td>"
