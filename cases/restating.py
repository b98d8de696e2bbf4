"""Which open cases are to be looked at again after something changed on an agreement: what each rests on, and what it could.

The day of the request decides. A case whose stored basis differs from what the register now says for its day can follow
it. Where an agreement entered into force, was suspended or ended after that day, the case keeps its basis unless an
officer says otherwise, with the reason; so both are shown.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.utils.functional import Promise

from agreements.models import Agreement, Partner
from cases.basis import SUBJECT_OF, Proposal
from cases.basisbook import BasisBook
from cases.models import Case
from tracker.models import User

SHOWN = 100
"""So many cases are listed at once, those of the oldest requests first."""


@dataclass(frozen=True, slots=True)
class Line:
    """One case: what it rests on, what the register says for its day and for today, and which of them it could take."""

    case: Case
    then: Proposal
    now: Proposal
    may_follow: bool
    may_choose: bool

    @property
    def key(self) -> str:
        """What a ticked box sends: the case and the version that was seen."""
        return f"{self.case.pk}-{self.case.version}"

    @property
    def basis_words(self) -> str | Promise:
        return self.case.get_basis_display()


@dataclass(frozen=True, slots=True)
class Lines:
    """The cases to be looked at again; ``has_more`` says that there are others."""

    rows: Sequence[Line]
    has_more: bool


def lines_of(agreement: Agreement, *, reader: User, today: date) -> Lines:
    """The open cases that ``reader`` may see and whose basis ``agreement`` touches now.

    One query for the cases, and the basis book's for the partners of the agreement.
    """
    book = BasisBook(reader)
    partners = [agreement.partner, *agreement.other_partners.all()]
    wanted = [one for partner in partners for one in _wanted(agreement, partner, book, today)]
    if not wanted:
        return Lines((), has_more=False)
    touched = Q()
    for one in wanted:
        touched |= one
    cases = (
        Case.objects.visible_to(reader)
        .open()
        .filter(touched)
        .exclude(agreement__secrecy__gt=reader.clearance)
        .with_rows()
        .order_by("requested_on", "id")[: SHOWN + 1]
    )
    rows = [_line(case, book, today) for case in cases]
    return Lines(rows[:SHOWN], has_more=len(rows) > SHOWN)


def _wanted(agreement: Agreement, partner: Partner, book: BasisBook, today: date) -> Iterator[Q]:
    """Conditions, span by span: stored otherwise than the register says for that day, or than it says for today."""
    on_this = Q(agreement=agreement)
    for kind in SUBJECT_OF:
        now = book.at(partner, kind, today)
        for begin, last, then in book.spans(partner, kind):
            here = Q(partner=partner, kind=kind, requested_on__range=(begin, last))
            was_said = Q(basis_reason="") | ~Q(basis_finding__basis=str(then.basis))
            differs = here & ~_stored(then) & was_said
            yield differs if then.agreement == agreement else differs & on_this
            if _rests(now) != _rests(then) and now.is_certain:
                differs = here & ~_stored(now)
                yield differs if now.agreement == agreement else differs & on_this


def _rests(proposal: Proposal) -> tuple[str, int | None]:
    return str(proposal.basis), proposal.agreement.pk if proposal.agreement else None


def _stored(proposal: Proposal) -> Q:
    basis, key = _rests(proposal)
    return Q(basis=basis) & (
        Q(agreement=None) if key is None else Q(agreement_id=key, agreement__isnull=False)
    )


def _line(case: Case, book: BasisBook, today: date) -> Line:
    assert case.partner is not None and case.requested_on is not None  # noqa: S101 - a registered case has both
    then = book.on(case.partner, case.kind, case.requested_on)
    now = book.on(case.partner, case.kind, today)
    rests = (case.basis, case.agreement_id)
    was_chosen = bool(case.basis_reason) and case.basis_finding.get("basis") == str(then.basis)
    return Line(
        case,
        then,
        now,
        may_follow=then.is_certain and rests != _rests(then) and not was_chosen,
        may_choose=now.is_certain and rests != _rests(now) and _rests(now) != _rests(then),
    )


def keys_of(lines: Iterable[Line], *, follow: bool) -> list[tuple[str, str]]:
    """What may be ticked, with the number of each case."""
    return [
        (line.key, line.case.number) for line in lines if (line.may_follow if follow else line.may_choose)
    ]
