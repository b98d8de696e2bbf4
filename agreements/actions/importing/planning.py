"""What a file would do to the register, row by row: add, change, skip or refuse. Writes nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import batched

from django.db.models import Prefetch, Q

from agreements.actions.importing.amendments import Amendment, amend
from agreements.actions.importing.facts import Told, facts_of
from agreements.actions.importing.partners import KnownPartners, known_partners
from agreements.actions.importing.reading import Row, with_errors
from agreements.actions.importing.refusals import CellError
from agreements.models import Agreement, GroupMembership, Milestone, Partner
from agreements.rules import may_correct, may_enter_history
from tracker import importing
from tracker.importing import ADD, CHANGE, REFUSE, SKIP
from tracker.models import ImportBatch, User
from tracker.partialdate import PartialDate

CHUNK = 500
ALLIES = "ally"


@dataclass(frozen=True, slots=True)
class RowPlan(importing.RowPlan[Row]):
    """What one row would do. ``told`` are the facts of a new agreement, ``amendment`` what an old one gains."""

    partner: Partner | None = None
    told: tuple[Told, ...] = ()
    amendment: Amendment | None = None

    @property
    def number(self) -> str:
        return self.amendment.agreement.number if self.amendment else ""

    @property
    def changes(self) -> Sequence[Sequence[str]]:
        return self.amendment.changes if self.amendment else ()


@dataclass(frozen=True, slots=True)
class World:
    """What planning must know of the partners: their names, and where relations have ended."""

    known: KnownPartners
    relations_ended: dict[str, PartialDate]

    @property
    def partners(self) -> dict[str, Partner]:
        return self.known.partners


def world() -> World:
    """Three queries."""
    ended = GroupMembership.objects.filter(group__code=ALLIES, ended=True).select_related("partner")
    dates = {row.partner.code: row.valid_to for row in ended if not row.valid_to.is_unknown}
    return World(known_partners(), dates)


def plan_rows(
    rows: Iterable[Row], known: World, *, by: User | None, lock: bool = False
) -> Iterator[list[RowPlan]]:
    """Plan ``rows`` in chunks, with a fixed number of queries for each chunk.

    ``by`` None plans for nobody in particular: rights are not asked. ``lock`` keeps the agreements that
    are met from changing until the transaction ends.
    """
    for chunk in batched(rows, CHUNK, strict=False):
        checked = [_with_partner(row, known) for row in chunk]
        met = _Met(checked, known, lock=lock, by=by)
        yield [_plan(row, known, met, by=by) for row in checked]


def _with_partner(row: Row, known: World) -> Row:
    """The row with what is wrong with its partner."""
    problem = known.known.problem(row.partner, row.cells) if row.partner else None
    return with_errors(row, CellError("partner_iso2", *problem)) if problem else row


class _Met:
    """The agreements that a chunk of rows may be about, by number and by partner and title."""

    def __init__(self, rows: Sequence[Row], known: World, *, lock: bool, by: User | None) -> None:
        partners = {known.partners[row.partner].pk for row in rows if row.partner in known.partners}
        wanted = Q(partner__in=partners, title_zh__in={row.title_zh for row in rows})
        wanted |= Q(number__in={row.number for row in rows if row.number})
        standing = Milestone.objects.filter(withdrawn_at=None).order_by("order", "id")
        # Whoever imports is told nothing of files above the own clearance: they are as those that do not exist.
        seen = Agreement.objects.all() if by is None else Agreement.objects.visible_to(by)
        found = seen.filter(wanted).select_related("partner", "batch").defer("batch__plan")
        if lock:
            found = found.select_for_update(of=("self",), no_key=True)
        found = found.prefetch_related(
            "subjects", "sourced_facts", Prefetch("milestones", queryset=standing, to_attr="standing")
        )
        self.by_number = {agreement.number: agreement for agreement in found}
        self.by_title = {(file.partner.code, file.title_zh): file for file in self.by_number.values()}

    def of(self, row: Row) -> Agreement | None:
        return (
            self.by_number.get(row.number) if row.number else self.by_title.get((row.partner, row.title_zh))
        )


def _plan(row: Row, known: World, met: _Met, *, by: User | None) -> RowPlan:
    agreement = met.of(row)
    row = with_errors(row, *_misidentified(row, agreement, met, by)) if row.number or agreement else row
    if row.errors:
        return RowPlan(row, REFUSE)
    told = facts_of(row, known.relations_ended.get(row.partner))
    if agreement is None:
        return RowPlan(row, ADD, known.partners[row.partner], tuple(told))
    amendment = amend(row, told, agreement, is_revival=is_undone(agreement))
    if not amendment.is_empty and not amendment.is_revival and by and not _may_change(by, agreement):
        error = CellError("", "may_not_change", {"number": agreement.number})
        return RowPlan(with_errors(row, error), REFUSE)
    if amendment.errors:
        return RowPlan(with_errors(row, *amendment.errors), REFUSE)
    outcome = ADD if amendment.is_revival else SKIP if amendment.is_empty else CHANGE
    return RowPlan(row, outcome, agreement.partner, amendment=amendment)


def _misidentified(row: Row, agreement: Agreement | None, met: _Met, by: User | None) -> list[CellError]:
    """What is wrong with the agreement that the row names."""
    if agreement is None:
        return [CellError("number", "no_such_number", {"text": row.number})]
    if row.partner and row.partner != agreement.partner.code:
        told = {"number": agreement.number, "name": agreement.partner.name}
        return [CellError("number", "other_partner", told)]
    other = met.by_title.get((row.partner, row.title_zh))
    if other is not None and other.pk != agreement.pk:
        return [CellError("title_zh", "title_taken", {"number": other.number})]
    return []


def is_undone(agreement: Agreement) -> bool:
    """Whether nothing stands of it because the import that brought it was undone."""
    batch, standing = agreement.batch, agreement.standing  # type: ignore[attr-defined]
    return batch is not None and batch.state == ImportBatch.State.UNDONE and not standing


def _may_change(by: User, agreement: Agreement) -> bool:
    return may_enter_history(by, agreement) and may_correct(by, agreement)
