"""What a case log would do, row by row: add, change, skip or refuse. Writes nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import batched

from django.db.models import Prefetch, Q

from agreements.actions.importing.partners import KnownPartners, known_partners
from agreements.lifecycle import Track
from agreements.models import Agreement, Partner
from cases.actions.importing.amendments import Amendment, amend
from cases.actions.importing.reading import Row, with_errors
from cases.actions.importing.refusals import CellError
from cases.basis import RESTS_ON_AGREEMENT, Proposal
from cases.basisbook import BasisBook
from cases.lifecycle import Basis
from cases.models import Case, CaseEvent
from cases.rules import may_carry
from tracker import importing
from tracker.importing import ADD, CHANGE, REFUSE, SKIP
from tracker.models import User
from tracker.roles import Ministry, Role, Secrecy

CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Settled:
    """What a new case rests on, and what the register says for its day."""

    basis: str
    agreement: Agreement | None
    proposal: Proposal
    follows: bool


@dataclass(frozen=True, slots=True)
class RowPlan(importing.RowPlan[Row]):
    """What one row would do. ``settled`` is of a new case, ``amendment`` what a recorded one gains."""

    partner: Partner | None = None
    officer: int | None = None
    settled: Settled | None = None
    amendment: Amendment | None = None

    @property
    def number(self) -> str:
        return self.amendment.case.number if self.amendment else ""

    @property
    def changes(self) -> Sequence[Sequence[str]]:
        return self.amendment.changes if self.amendment else ()


@dataclass(frozen=True, slots=True)
class World:
    """What planning must know beside the cases: partners, officers, agreements, and what the register proposes.

    ``by`` is None when nobody's rights are asked.
    """

    by: User | None
    known: KnownPartners
    officers: dict[str, User]
    agreements: dict[str, Agreement]
    book: BasisBook


def world(rows: Iterable[Row], *, by: User | None) -> World:
    """Nine queries, however many rows."""
    reader = by or User(role=Role.SUPERVISOR, ministry=Ministry.JUSTICE, clearance=Secrecy.SEALED)
    numbers = {row.agreement for row in rows if row.agreement}
    named = Agreement.objects.visible_to(reader).filter(number__in=numbers).prefetch_related("other_partners")
    staff = User.objects.filter(is_active=True, ministry=Ministry.JUSTICE)
    known, book = known_partners(), BasisBook(reader)
    met = {row.partner for row in rows}
    book.learn(partner for code, partner in known.partners.items() if code in met)
    return World(
        by,
        known,
        {person.username: person for person in staff},
        {agreement.number: agreement for agreement in named},
        book,
    )


def plan_rows(rows: Iterable[Row], known: World, *, lock: bool = False) -> Iterator[list[RowPlan]]:
    """Plan ``rows`` in chunks, with a fixed number of queries for each chunk.

    ``lock`` keeps the cases that are met from changing until the transaction ends.
    """
    for chunk in batched(rows, CHUNK, strict=False):
        met = _Met(chunk, known, lock=lock)
        yield [_plan(row, known, met) for row in chunk]


class _Met:
    """The cases that a chunk of rows may be about, as far as whoever imports may see them."""

    def __init__(self, rows: Sequence[Row], known: World, *, lock: bool) -> None:
        self._lock, self._by = lock, known.by
        partners = {partner.pk: code for code, partner in known.known.partners.items()}
        numbers = {row.number for row in rows if row.number}
        former = {row.former_number for row in rows if row.former_number and not row.number}
        references = {row.partner_reference for row in rows if row.partner_reference and not row.number}
        found = [*self._cases(Q(number__in=numbers), numbers)]
        found += self._cases(Q(former_number__in=former) & ~Q(former_number=""), former)
        found += self._cases(Q(partner_reference__in=references) & ~Q(partner_reference=""), references)
        self.by_number: dict[str, Case] = {}
        self.by_former: dict[tuple[str, str], dict[int, Case]] = {}
        self.by_reference: dict[tuple[str, str, str], dict[int, Case]] = {}
        for case in found:
            code = partners[case.partner_id or 0]
            self.by_number[case.number] = case
            self.by_former.setdefault((code, case.former_number), {})[case.pk] = case
            key = (code, case.direction, case.partner_reference)
            self.by_reference.setdefault(key, {})[case.pk] = case

    def _cases(self, wanted: Q, keys: set[str]) -> Iterable[Case]:
        if not keys:
            return ()
        cases = Case.objects.registered().filter(wanted)
        if self._by is not None:
            cases = cases.visible_to(self._by)
        if self._lock:
            cases = cases.select_for_update(of=("self",), no_key=True).order_by("pk")
        events = CaseEvent.objects.order_by("order")
        return cases.select_related("partner", "agreement").prefetch_related(
            Prefetch("events", queryset=events)
        )

    def of(self, row: Row) -> list[Case]:
        """The cases that the row may mean; their reference counts where the other has no number of a former log."""
        if row.number:
            return [self.by_number[row.number]] if row.number in self.by_number else []
        if row.former_number:
            found = [*self.by_former.get((row.partner, row.former_number), {}).values()]
            if found or not row.partner_reference:
                return found
        key = (row.partner, row.direction, row.partner_reference)
        same = [*self.by_reference.get(key, {}).values()] if row.partner_reference else []
        return [case for case in same if not (row.former_number and case.former_number)]


def _plan(row: Row, known: World, met: _Met) -> RowPlan:
    problem = known.known.problem(row.partner, row.cells) if row.partner else None
    if problem:
        row = with_errors(row, CellError("partner_iso2", *problem))
    if row.errors:
        return RowPlan(row, REFUSE)
    found = met.of(row)
    misfit = _misidentified(row, found, known.by)
    if misfit:
        return RowPlan(with_errors(row, misfit), REFUSE)
    return _plan_change(row, found[0]) if found else _plan_new(row, known)


def _misidentified(row: Row, found: list[Case], by: User | None) -> CellError | None:
    """What is wrong with the case that the row means."""
    if row.number and not found:
        return CellError("number", "no_such_number", {"text": row.number})
    if len(found) > 1:
        numbers = "、".join(sorted(case.number for case in found))
        return CellError(row.key[0], "several", {"numbers": numbers})
    if found and found[0].is_sealed:
        return CellError("", "sealed")
    if found and found[0].is_destroyed:
        return CellError(row.key[0], "destroyed", {"number": found[0].number})
    if not found and by is not None and row.secrecy > by.clearance:
        return CellError("secrecy", "not_cleared")
    return None


def _plan_change(row: Row, case: Case) -> RowPlan:
    if case.partner is not None and row.partner != case.partner.code:
        told = {"number": case.number, "was": case.partner.code}
        return RowPlan(with_errors(row, CellError("partner_iso2", "differs", told)), REFUSE)
    amendment = amend(row, case)
    if amendment.errors:
        return RowPlan(with_errors(row, *amendment.errors), REFUSE)
    return RowPlan(row, SKIP if amendment.is_empty else CHANGE, case.partner, amendment=amendment)


def _plan_new(row: Row, known: World) -> RowPlan:
    partner = known.known.partners[row.partner]
    officer = known.officers.get(row.officer)
    errors = []
    if row.officer and (officer is None or not may_carry(officer, Case(secrecy=row.secrecy))):
        errors.append(CellError("officer", "no_such_officer", {"text": row.officer}))
    settled = _settle(row, partner, known)
    if isinstance(settled, CellError):
        return RowPlan(with_errors(row, *errors, settled), REFUSE)
    if errors:
        return RowPlan(with_errors(row, *errors), REFUSE)
    return RowPlan(row, ADD, partner, officer.pk if officer else None, settled)


def _settle(row: Row, partner: Partner, known: World) -> Settled | CellError:
    """What the case rests on: as the row says, or as the register proposes for the day of the request."""
    day = row.requested_on
    proposal = known.book.at(partner, row.kind, day)
    if not row.basis and not row.agreement:
        if not proposal.is_certain:
            return CellError("basis", "basis_unclear", {"facts": proposal.facts | {"day": day.isoformat()}})
        return Settled(str(proposal.basis), proposal.agreement, proposal, follows=True)
    agreement: Agreement | None = None
    if row.agreement:
        agreement = known.agreements.get(row.agreement)
        if agreement is None:
            return CellError("agreement", "no_such_agreement", {"text": row.agreement})
        others = {other.pk for other in agreement.other_partners.all()}
        if partner.pk not in {agreement.partner_id, *others}:
            return CellError("agreement", "agreement_of_others", {"number": row.agreement})
    elif row.basis in RESTS_ON_AGREEMENT:
        agreement = proposal.agreement if proposal.basis == row.basis else None
        if agreement is None:
            return CellError("agreement", "agreement_missing")
    basis = _basis_of(agreement) if agreement else Basis(row.basis)
    if row.basis and row.basis != basis:
        return CellError("basis", "basis_mismatch")
    follows = proposal.is_certain and basis == proposal.basis and agreement == proposal.agreement
    return Settled(str(basis), agreement, proposal, follows)


def _basis_of(agreement: Agreement) -> Basis:
    return Basis.CROSS_STRAIT if agreement.track == Track.X else Basis.AGREEMENT
