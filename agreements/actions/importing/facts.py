"""What a row says has happened: the facts of a life in their order, and what they prove of the path. Pure.

A source that is read today speaks of the past. So a fact without a day had happened by the day of the import,
and that bound is written into its date; nothing else is added to what the source says.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from agreements.actions.importing.columns import DAY_COLUMNS, IMPLIES, Status
from agreements.actions.importing.reading import Row, is_consent_before_signature
from agreements.lifecycle import PHASE_OF, STEPS, Nature, Phase, Track
from tracker.partialdate import PartialDate

STAGE_OF_STEP = {step.name: str(step.target) for step in reversed(STEPS) if step.target is not None}
MAINLAND = "CN"
ON_SIGNATURE = "on_signature"
ONLY_RECORD, DOUBT = "approve", "effect_in_doubt"


@dataclass(frozen=True, slots=True)
class Told:
    """One fact as a row tells it; ``stage`` is "" for a milestone of record, ``column`` is where it stands."""

    step: str
    stage: str
    day: PartialDate
    column: str

    @property
    def phase(self) -> str:
        """The phase that begins with it."""
        if self.step == DOUBT:
            return str(Phase.UNKNOWN)
        return str(PHASE_OF[self.stage]) if self.stage else ""


def facts_of(row: Row, relations_ended: PartialDate | None = None) -> list[Told]:
    """The facts of a row in the order of a life.

    ``relations_ended`` is the end of diplomatic relations with the partner, if they ended: from then on the
    effect of a text whose status the source does not know is in doubt. An approval before signature is
    a milestone of record, because the legislature's stage comes after signature.
    """
    implied = IMPLIES[row.status]
    days = {step: (column, row.day(column)) for column, step in DAY_COLUMNS.items() if column in row.days}
    if implied not in days:
        days[implied] = ("ended" if "ended" in row.days else "status", row.day("ended"))
    order = [step for step in DAY_COLUMNS.values() if step in days and step]
    if is_consent_before_signature(row.days):
        order.remove(ONLY_RECORD)
        order.insert(_place_of_consent(order, row), ONLY_RECORD)
        told = [_told(step, *days[step], is_record=step == ONLY_RECORD) for step in order]
    else:
        told = [_told(step, *days[step]) for step in order]
    if implied not in order:
        told.append(_told(implied, *days[implied]))
    if row.status == Status.UNKNOWN and relations_ended and not _certainly_before(relations_ended, told[:-1]):
        told[-1] = Told(DOUBT, "", relations_ended, "status")
    return told


def _told(step: str, column: str, day: PartialDate, *, is_record: bool = False) -> Told:
    stage = "" if is_record or step == DOUBT else STAGE_OF_STEP[step]
    return Told(step, stage, day, column)


def _place_of_consent(order: list[str], row: Row) -> int:
    """Before the first signature, unless that certainly came earlier than the consent."""
    first, consent = row.day("first_signature"), row.day("ly_approved")
    was_first_signed = first.last and consent.first and first.last < consent.first
    return order.index("sign" if was_first_signed or "sign_first" not in order else "sign_first")


def _certainly_before(day: PartialDate, told: Iterable[Told]) -> bool:
    return any(fact.day.first and day.last and day.last < fact.day.first for fact in told)


def in_the_past(day: PartialDate, today: date) -> PartialDate:
    """The day as it is written: what may still lie ahead on ``today`` gets today as its bound."""
    if day.last is not None and day.last <= today:
        return day
    return PartialDate(day.year, day.month, not_later_than=today)


def adds_nothing_to(day: PartialDate, recorded: PartialDate) -> bool:
    """Whether ``day`` says no more than ``recorded`` does: every day that is recorded as possible fits it.

    So an empty cell never erases, and a year does not take the place of a day in that year.
    """
    first_fits = day.first is None or (recorded.first is not None and recorded.first >= day.first)
    last_fits = day.last is None or (recorded.last is not None and recorded.last <= day.last)
    return first_fits and last_fits


def proven_path(row: Row) -> tuple[str, str]:
    """The track and the clause on entry into force that the row proves; "" for what it does not prove.

    A text with the Mainland Area is a cross-strait one. Entry into force on the day of signature means an
    agreement (A1) or a treaty under the proviso of art. 8 (T3), by the nature.
    """
    signed, in_force = row.day("signed").exact, row.day("in_force").exact
    on_signature = signed is not None and signed == in_force
    clause = ON_SIGNATURE if on_signature else ""
    if row.partner == MAINLAND:
        return Track.X, clause
    by_nature = {Nature.AGREEMENT: Track.A1, Nature.TREATY: Track.T3}
    return (by_nature.get(row.nature, "") if on_signature else ""), clause  # type: ignore[call-overload]


def counts_as_signed(row: Row, day: date, today: date) -> bool:
    """Whether the row is one of the texts signed, by one side at least, on or before ``day``.

    By the rule of the stated figures: a text about nothing but `other` does not count.
    """
    if set(row.subjects) <= {"other"}:
        return False
    signatures = [fact for fact in facts_of(row) if fact.step in ("sign", "sign_first")]
    return any((last := in_the_past(fact.day, today).last) and last <= day for fact in signatures)
