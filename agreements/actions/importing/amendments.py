"""What a row would change in an agreement that the register already holds.

Legal facts are never overwritten: another day withdraws a milestone and puts a new one in its place. What
describes the agreement changes with both values in the audit trail. An empty cell changes nothing, and
neither does a date that says less than what is recorded.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from agreements.actions.importing.facts import DOUBT, Told, adds_nothing_to, proven_path
from agreements.actions.importing.reading import Row
from agreements.actions.importing.refusals import CellError
from agreements.lifecycle import Stage, Track
from agreements.models import Agreement, Milestone, SourcedFact


class Change(NamedTuple):
    """One cell that differs: what the register says and what the file says, both as text."""

    column: str
    was: str
    now: str


class NewFact(NamedTuple):
    """A milestone to be written: the fact, its place in the chronology, and the milestone that it replaces."""

    told: Told
    order: float
    replaces: Milestone | None


class Said(NamedTuple):
    """What the row's source says of one fact, and the register follows."""

    fact: str
    value: str


@dataclass(slots=True)
class Amendment:
    """Everything that a row would change in one agreement."""

    agreement: Agreement
    is_revival: bool = False
    changes: list[Change] = field(default_factory=list)
    errors: list[CellError] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)
    subjects: tuple[str, ...] = ()
    new: list[NewFact] = field(default_factory=list)
    withdrawn: list[Milestone] = field(default_factory=list)
    said: list[Said] = field(default_factory=list)
    chosen: list[SourcedFact] = field(default_factory=list)
    unchosen: list[SourcedFact] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.changes and not self.is_revival


def amend(row: Row, told: Sequence[Told], agreement: Agreement, *, is_revival: bool) -> Amendment:
    """Compare a row with its agreement, whose ``standing`` milestones, subjects and sources are loaded."""
    amendment = Amendment(agreement, is_revival)
    _describe(row, amendment)
    shadowed = _retell(row, told, amendment)
    _cite(row, told, shadowed, amendment)
    return amendment


def _describe(row: Row, amendment: Amendment) -> None:
    """Titles, nature, subjects, and the path where the register has none yet."""
    agreement = amendment.agreement
    for name in ("title_zh", "title_en"):
        title, flag = getattr(row, name), f"is_working_{name}"
        now = {name: title, flag: getattr(row, flag)}
        was = {name: getattr(agreement, name), flag: getattr(agreement, flag)}
        if title and now != was:
            amendment.fields |= now
            amendment.changes.append(Change(name, _marked(*was.values()), _marked(*now.values())))
    track, clause = proven_path(row)
    for name, column, value, may_fill in (
        ("nature", "track", row.nature, True),
        ("track", "in_force", track, agreement.track == Track.UNDETERMINED),
        ("clause", "in_force", clause, agreement.clause == ""),
    ):
        if value and may_fill and getattr(agreement, name) != value:
            amendment.fields[name] = str(value)
            amendment.changes.append(Change(column, getattr(agreement, name), str(value)))
    term, recorded = row.urgent_confirmation_days, agreement.urgent_confirmation_days
    if term is not None and term != recorded:
        amendment.fields["urgent_confirmation_days"] = term
        amendment.changes.append(Change("urgent_confirmation_days", str(recorded or ""), str(term)))
    if list(row.subjects) != agreement.subject_codes:
        amendment.subjects = row.subjects
        amendment.changes.append(Change("kind", ";".join(agreement.subject_codes), ";".join(row.subjects)))


def _marked(title: str, is_working: bool) -> str:
    return f"[working title] {title}" if is_working else title


def _retell(row: Row, told: Sequence[Told], amendment: Amendment) -> set[str]:
    """Compare the facts. Returns the columns whose dates say less than what is recorded."""
    standing: list[Milestone] = amendment.agreement.standing  # type: ignore[attr-defined]
    places = [(fact.order, _rank(fact.step, fact.stage)) for fact in standing]
    shadowed = set()
    for fact in told:
        recorded = next((known for known in reversed(standing) if known.step == fact.step), None)
        if recorded is not None and adds_nothing_to(fact.day, recorded.happened):
            if fact.day.iso != recorded.happened.iso:
                shadowed.add(fact.column)
            continue
        rank = _rank(fact.step, fact.stage)
        keeps_place = recorded is not None and recorded.stage == fact.stage
        order = recorded.order if recorded and keeps_place else _place(rank, places)
        if recorded is None:
            places = sorted([*places, (order, rank)])
        amendment.new.append(NewFact(fact, order, recorded))
        was = str(recorded.happened) if recorded else ""
        amendment.changes.append(Change(fact.column, was, str(fact.day) or row.status))
        amendment.errors += _out_of_order(fact, order, [known for known in standing if known is not recorded])
    doubts = [known for known in standing if known.step == DOUBT and known.batch_id]
    if doubts and all(fact.step != DOUBT for fact in told):
        amendment.withdrawn = doubts
        amendment.changes.append(Change("status", "unknown", row.status))
    return shadowed


def _rank(step: str, stage: str) -> str:
    """Where a fact belongs in a life, as text that compares; "" for milestones of record that go anywhere."""
    if step == DOUBT:
        return "99"
    if step == "approve" and not stage:
        return "34"
    return "98" if stage == Stage.SHELVED else stage


def _place(rank: str, places: Sequence[tuple[float, str]]) -> float:
    """The place after the last fact that belongs before it, and before the one that follows there."""
    if not places:
        return 1.0
    earlier = [order for order, other in places if other and other <= rank]
    if not earlier:
        return places[0][0] - 1
    later = [order for order, _other in places if order > max(earlier)]
    return (max(earlier) + min(later)) / 2 if later else max(earlier) + 1


def _out_of_order(fact: Told, order: float, others: Sequence[Milestone]) -> list[CellError]:
    """An error when the day certainly contradicts its place among the facts that led to a stage."""
    if not fact.stage:
        return []
    for other in others:
        first, last = other.counted_from, other.counted_to
        too_early = other.order < order and fact.day.last and first and fact.day.last < first
        too_late = other.order > order and fact.day.first and last and fact.day.first > last
        if other.stage and (too_early or too_late):
            told = {"day": str(fact.day), "step": other.step, "other": str(other.counted)}
            return [CellError(fact.column, "out_of_order", told)]
    return []


def said_by(row: Row, told: Sequence[Told]) -> dict[str, str]:
    """What the row's source says of each fact: title, nature and so on by field, the others by column."""
    if not row.source:
        return {}
    said = {
        "title_zh": row.title_zh,
        "title_en": row.title_en,
        "subjects": ";".join(row.subjects),
        "nature": row.nature,
    }
    said |= {fact.column: str(fact.day) for fact in told}
    if "status" in said:
        said["status"] = row.status
    return {fact: value for fact, value in said.items() if value}


def _cite(row: Row, told: Sequence[Told], shadowed: set[str], amendment: Amendment) -> None:
    """Compare what the source says with what is kept of sources; a fact has one chosen value.

    A date that says less than what is recorded is not cited.
    """
    kept = list(amendment.agreement.sourced_facts.all())
    for fact, value in said_by(row, told).items():
        if fact in shadowed:
            continue
        wanted = (fact, value, row.source, row.confidence)
        same = next(
            (one for one in kept if (one.fact, one.value, one.source, one.confidence) == wanted), None
        )
        chosen = next((one for one in kept if one.fact == fact and one.is_chosen), None)
        if same is not None and same is chosen:
            continue
        if chosen is not None:
            amendment.unchosen.append(chosen)
        if same is not None:
            amendment.chosen.append(same)
        else:
            amendment.said.append(Said(fact, value))
        if all(change.column != "source" for change in amendment.changes):
            amendment.changes.append(Change("source", chosen.source if chosen else "", row.source))
