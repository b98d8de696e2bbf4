"""The status table as treaty registers print it: one row an agreement, one column an action, with footnotes.

Pure but for the queries of :func:`status_page`; cells are made from facts already read.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from agreements.counting import signed_not_in_force
from agreements.figures import agreements_and_partners, signed_texts
from agreements.filters import AgreementFilter
from agreements.lifecycle import Nature, Phase, Track
from agreements.marks import day_words, mark_of, phase_words
from agreements.models import Agreement, Milestone
from agreements.models.asof import TAIPEI, end_of
from agreements.outline import Line
from agreements.paging import Paging, paging
from agreements.standing import with_facts
from tracker.partialdate import PartialDate

PAGE_ROWS = 200


@dataclass(frozen=True, slots=True)
class Column:
    """One action: the steps that are told in it, each with the letter that tells them apart ("" needs none)."""

    name: str
    label: Promise
    letters: dict[str, str]


# Translators: the columns of the status table 締約狀態表
COLUMNS = (
    Column("talks", pgettext_lazy("action", "Talks opened"), {"open_talks": ""}),
    Column("initialled", pgettext_lazy("action", "Initialled"), {"initial": ""}),
    Column("signed", pgettext_lazy("action", "Signed"), {"sign_first": "", "sign": ""}),
    Column(
        "approved", pgettext_lazy("action", "Approved or recorded"), {"approve": "L", "record": "E"}
    ),
    Column("exchanged", pgettext_lazy("action", "Exchanged, deposited or notified"), {"exchange": ""}),
    Column("in_force", pgettext_lazy("action", "In force"), {"enter_into_force": ""}),
    Column(
        "promulgated", pgettext_lazy("action", "Promulgated or published"), {"promulgate": "P", "publish": "G"}
    ),
    Column(
        "ended",
        pgettext_lazy("action", "Stopped or ended"),
        {
            "reject": "N", "lapse_with_term": "V", "return_to_talks": "B", "shelve": "H", "suspend": "S",
            "terminate": "T", "withdraw": "W", "expire": "X", "supersede": "R", "lapse": "Z",
            "effect_in_doubt": "D",
        },
    ),
)  # fmt: skip
LETTERS: dict[str, Promise] = {
    "L": pgettext_lazy("letter", "approved by the Legislative Yuan"),
    "E": pgettext_lazy("letter", "taken on record by the Executive Yuan"),
    "P": pgettext_lazy("letter", "promulgated by the President"),
    "G": pgettext_lazy("letter", "published in the gazette"),
    "N": pgettext_lazy("letter", "not approved by the Legislative Yuan"),
    "V": pgettext_lazy("letter", "lapsed with the legislature's term"),
    "B": pgettext_lazy("letter", "returned for renegotiation"),
    "H": pgettext_lazy("letter", "shelved"),
    "S": pgettext_lazy("letter", "suspended"),
    "T": pgettext_lazy("letter", "terminated"),
    "W": pgettext_lazy("letter", "withdrawn from"),
    "X": pgettext_lazy("letter", "expired"),
    "R": pgettext_lazy("letter", "superseded"),
    "Z": pgettext_lazy("letter", "lapsed"),
    "D": pgettext_lazy("letter", "effect in doubt"),
}
BACK_TO_LIFE = frozenset({"resume", "reopen", "submit", "send_to_legislature", "approve"})
TREATY_TRACKS = frozenset({Track.T1, Track.T2, Track.T3})


@dataclass(frozen=True, slots=True)
class Entry:
    """One date in a cell, with its letter and its footnotes; in brackets when it was taken back."""

    day: PartialDate
    letter: str
    notes: tuple[int, ...]
    in_brackets: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """What one column says of one agreement. Without entries: not recorded, or not yet and perhaps never."""

    column: str
    entries: tuple[Entry, ...]
    is_missing: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One agreement in the table; ``band`` is the heading that begins with it, if any."""

    agreement: Agreement
    phase: str
    mark: int | str
    phase_words: str | Promise
    possibly: bool
    cells: tuple[Cell, ...]
    band: str | Promise


@dataclass(slots=True)
class Footnotes:
    """The notes of one page, numbered as they come; the same words get the same number."""

    texts: dict[str, int] = field(default_factory=dict)

    def number(self, text: str) -> int:
        return self.texts.setdefault(text, len(self.texts) + 1)

    def __iter__(self) -> Iterator[tuple[int, str]]:
        return ((number, text) for text, number in self.texts.items())


def cells_of(
    facts: Sequence[Milestone],
    *,
    day: date,
    known_on: date | None,
    track: str,
    nature: str,
    in_force: PartialDate,
    notes: Footnotes,
) -> tuple[Cell, ...]:
    """The cells of one agreement from its facts, those taken back included.

    ``in_force`` is told where no fact of its own says it: after a promulgation in place of the exchange.
    """
    cutoff = end_of(known_on) if known_on else None
    standing = [fact for fact in facts if _stands(fact, cutoff) and _reached(fact, day) != "no"]
    back = [fact for fact in facts if not _stands(fact, cutoff)]
    cells = []
    for column in COLUMNS:
        found = [fact for fact in standing if fact.step in column.letters]
        shown = _shown(column, found, standing)
        entries = [_entry(fact, column, day, notes, found) for fact in shown]
        if column.name == "in_force" and not shown and not in_force.is_unknown:
            entries.append(Entry(in_force, "", ()))
        entries += [_taken_back(fact, column, notes) for fact in back if fact.step in column.letters]
        cells.append(Cell(column.name, tuple(entries)))
    return tuple(_say_what_is_missing(cells, track, nature))


def _stands(fact: Milestone, cutoff: datetime | None) -> bool:
    return fact.withdrawn_at is None or (cutoff is not None and fact.withdrawn_at >= cutoff)


def _reached(fact: Milestone, day: date) -> str:
    if fact.counted_to is not None and fact.counted_to <= day:
        return "yes"
    return "no" if fact.counted_from is not None and fact.counted_from > day else "possibly"


def _shown(column: Column, found: Sequence[Milestone], standing: Sequence[Milestone]) -> list[Milestone]:
    """The last fact of a column; of approval and publication the last of each letter; of an end one not undone."""
    if not found:
        return []
    if column.name == "ended":
        last = found[-1]
        undone = any(fact.order > last.order and fact.step in BACK_TO_LIFE for fact in standing)
        return [] if undone else [last]
    return list({column.letters[fact.step]: fact for fact in found}.values())


def _entry(fact: Milestone, column: Column, day: date, notes: Footnotes, found: Sequence[Milestone]) -> Entry:
    said: list[str | Promise] = []
    precision = fact.happened.precision
    if precision != "day":
        said.append(_PRECISION[precision])
    if precision != "unknown" and _reached(fact, day) == "possibly":
        said.append(_("Perhaps only after the as-of day."))
    if fact.counted != fact.happened and not fact.counted.is_unknown:
        said.append(_("Takes effect on %(day)s.") % {"day": day_words(fact.counted)})
    if fact.step == "sign_first":
        said.append(_("Signed by one side only."))
    if fact.step == "sign":
        said += [_first_signature(first) for first in found if first.step == "sign_first"]
    return Entry(fact.happened, column.letters[fact.step], tuple(notes.number(str(text)) for text in said))


_PRECISION = {
    "month": gettext_lazy("The day is not known, only the month."),
    "year": gettext_lazy("Neither day nor month are known, only the year."),
    "unknown": gettext_lazy("It is recorded that this happened; its day is not known."),
}


def _first_signature(fact: Milestone) -> str:
    known = {"day": day_words(fact.happened) or _("day not known"), "place": fact.place}
    if fact.place:
        return _("Two signatures; the first: %(day)s, %(place)s.") % known
    return _("Two signatures; the first: %(day)s.") % known


def _taken_back(fact: Milestone, column: Column, notes: Footnotes) -> Entry:
    assert fact.withdrawn_at is not None  # noqa: S101 - narrows the type
    told = {"day": day_words(fact.withdrawn_at.astimezone(TAIPEI).date()), "reason": fact.withdrawn_reason}
    note = notes.number(_("In brackets: withdrawn on %(day)s. %(reason)s") % told)
    return Entry(fact.happened, column.letters[fact.step], (note,), in_brackets=True)


def _say_what_is_missing(cells: Sequence[Cell], track: str, nature: str) -> Iterable[Cell]:
    """An action that must have come before a recorded one is "not recorded"; any other empty cell says nothing."""
    names = [cell.column for cell in cells]
    told = [place for place, cell in enumerate(cells[:-1]) if _says(cell)]
    furthest = max(told, default=-1)
    is_treaty = track in TREATY_TRACKS or nature == Nature.TREATY
    expected = {
        "talks": furthest > 0,
        "initialled": furthest > names.index("initialled"),
        "signed": furthest > names.index("signed"),
        "approved": furthest > names.index("approved"),
        "exchanged": furthest > names.index("exchanged") and track == Track.T1,
        "in_force": furthest > names.index("in_force"),
        "promulgated": furthest == names.index("in_force") and is_treaty,
    }
    for cell in cells:
        missing = not _says(cell) and expected.get(cell.column, False)
        yield Cell(cell.column, cell.entries, is_missing=True) if missing else cell


def _says(cell: Cell) -> bool:
    return any(not entry.in_brackets for entry in cell.entries)


BANDS: tuple[Promise, ...] = (
    # Translators: bands of the status table
    pgettext_lazy("band", "Signed or further"),
    pgettext_lazy("band", "Under negotiation"),
)


@dataclass(frozen=True, slots=True)
class StatusPage:
    """One page of the table with its footnotes and totals."""

    columns: Sequence[Column]
    rows: Sequence[Row]
    notes: Sequence[tuple[int, str]]
    letters: Sequence[tuple[str, Promise]]
    signed: tuple[int, int]
    signed_not_in_force: int
    paging: Paging


def status_page(filtered: AgreementFilter) -> StatusPage:
    """The rows that the filter leaves, PAGE_ROWS at a time, in a fixed number of queries."""
    day, known_on = filtered.as_of.day, filtered.as_of.known_on
    lines = sorted(filtered.outline.lines, key=_place)
    page = paging(filtered.address, filtered.state.get("page", ""), len(lines), PAGE_ROWS)
    keys = [line.pk for line in lines[page.begin : page.end]]
    found = {row.pk: row for row in with_facts(filtered.whole_rows(keys), known_on, withdrawn=True)}
    shown = [found[key] for key in keys]
    notes = Footnotes()
    rows = list(_rows(shown, day, known_on, notes))
    used = {entry.letter for row in rows for cell in row.cells for entry in cell.entries}
    return StatusPage(
        columns=COLUMNS,
        rows=rows,
        notes=list(notes),
        letters=[(letter, words) for letter, words in LETTERS.items() if letter in used],
        signed=agreements_and_partners(signed_texts(filtered.counted_rows, day, known_on)),
        signed_not_in_force=signed_not_in_force(filtered.counted_rows, day, known_on).count(),
        paging=page,
    )


def _place(line: Line) -> tuple[bool, bool, str, str]:
    """By partner; texts under negotiation stand apart, after the others, and samples after real ones."""
    return (line.phase == Phase.NEGOTIATION, line.is_sample, line.code, line.number)


def _rows(found: Iterable[Any], day: date, known_on: date | None, notes: Footnotes) -> Iterator[Row]:
    band = None
    for each in found:
        apart = each.phase_then == Phase.NEGOTIATION
        yield Row(
            agreement=each,
            phase=each.phase_then,
            mark=mark_of(each.phase_then),
            phase_words=phase_words(each.phase_then, each.tracks),
            possibly=each.possibly,
            cells=cells_of(
                each.facts,
                day=day,
                known_on=known_on,
                track=each.track,
                nature=each.nature,
                in_force=each.in_force_then,
                notes=notes,
            ),
            band=BANDS[apart] if apart != band else "",
        )
        band = apart
