"""What the other actions share: locking a case, its due day, its events, and settling what it rests on.

Locks are taken in one order, so that no two deeds wait for each other: first a disposal list or the batch of an import,
then cases in the order of their keys (an agreement likewise), then what hangs on them (letters, links, extensions,
persons), then the room for files, and last the history, which the first entry takes and keeps to the end.
"""

from collections.abc import Callable, Iterable
from datetime import date
from functools import wraps
from typing import Any

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.actions import StalePage, StepRefused
from agreements.models import Agreement, Partner
from cases.basis import RESTS_ON_AGREEMENT, Proposal, proposal_for
from cases.clocks import Fact
from cases.disposalguards import KEPT, OVER
from cases.history import LOOKS, sentence
from cases.lifecycle import CLOSED, Basis
from cases.models import Case, CaseEvent
from cases.provisions import HOUSE, archives_act
from cases.retention import destroyed_on
from cases.timing import due_day, facts_of, read_facts
from tracker import audit
from tracker.models import User

CURRENT = ("is_open", "due_on", "due_clock", "changed_at")
"""The fields that ``keep_current`` writes."""
SETTLED = ("basis", "agreement", "basis_reason", "basis_finding")
"""The fields that say what a case rests on."""


def lock(case: Case, version: int | None) -> Case:
    """Take the case for this transaction; other writers of it wait.

    :raises StalePage: when ``version`` is given and the case has moved on since.
    :raises StepRefused: when its contents were destroyed.
    """
    locked = Case.objects.select_for_update(no_key=True).get(pk=case.pk)
    refuse_destroyed([locked])
    check_version(locked, version)
    return locked


def lock_all(cases: Iterable[Case]) -> list[Case]:
    """Take several cases for this transaction, in the order of their keys so that two of these cannot block. One query.

    :raises StepRefused: when the contents of one of them were destroyed.
    """
    rows = (
        Case.objects.select_for_update(no_key=True).filter(pk__in=[case.pk for case in cases]).order_by("pk")
    )
    locked = list(rows)
    refuse_destroyed(locked)
    return locked


def refuse_destroyed(cases: Iterable[Case]) -> None:
    """:raises StepRefused: names the first of the cases whose contents were destroyed, and under which list."""
    for case in cases:
        if case.is_destroyed:
            line = destroyed_on(case)
            words = _(
                "The contents of %(number)s were destroyed under disposal list %(list)s. Its line stays as it is."
            )
            raise StepRefused(
                words % {"number": case.number, "list": line.plan if line else "—"}, archives_act()
            )


def refuses_as_told[**P, R](verb: Callable[P, R]) -> Callable[P, R]:
    """Tell what the guards of retention refuse (cases.disposalguards) as a refusal: stands above the verb's transaction."""

    @wraps(verb)
    def told(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return verb(*args, **kwargs)
        except IntegrityError as fault:
            if OVER in str(fault):
                words = _("The contents of the case were destroyed meanwhile. Open its page again.")
            elif KEPT in str(fault):
                words = _(
                    "The database keeps this for its term: by its own clock the term is not over, a hold stands, or the "
                    "approval is not complete. Look at it again; if all of it is in order, try again tomorrow."
                )
            else:
                raise
            raise StepRefused(words, archives_act()) from fault

    return told


def check_version(locked: Case, version: int | None) -> None:
    """:raises StalePage: when ``version`` is given and the case has moved on since; says who did what."""
    if version is not None and locked.version != version:
        last = audit.history_of(locked).exclude(verb__in=LOOKS).first()
        told = {"who": last.actor_name, "what": sentence(last)} if last else {"who": "—", "what": "—"}
        raise StalePage(
            _("This case changed after you opened the page: %(who)s %(what)s. Look at it again, then decide.")
            % told,
            HOUSE,
        )


def keep_current(case: Case, *, coming: Fact | None = None, is_new: bool = False) -> None:
    """Write anew what follows from the state, and that the case changed: call it before the case is saved.

    ``due_on`` is the nearest due day of a running clock, with the step ``coming`` that is about to be recorded; it
    stays empty while the case is not open. A case that ``is_new`` has nothing else recorded, so nothing is read.
    """
    case.is_open = bool(case.number) and case.state not in CLOSED and case.voided_at is None
    case.due_on, case.due_clock = _due(case, coming, is_new) if case.is_open else (None, "")
    case.changed_at = timezone.now()


def touch(case: Case) -> None:
    """Note that the case changed, where nothing changed that its clocks read."""
    case.changed_at = timezone.now()


def _due(case: Case, coming: Fact | None, is_new: bool) -> tuple[date | None, str]:
    if is_new:
        return due_day(facts_of(case, events=[coming] if coming else []))
    return due_day(read_facts(case, coming=coming))


def add_event(
    case: Case, *, by: User, step: str, state: str, happened_on: date, order: int, **fields: Any
) -> CaseEvent:
    """Write one dated fact of the case."""
    return CaseEvent.objects.create(
        case=case,
        order=order,
        step=step,
        state=state,
        happened_on=happened_on,
        recorded_at=timezone.now(),
        recorded_by=by,
        **fields,
    )


def settle_basis(
    case: Case, *, by: User, proposal: Proposal, basis: str, agreement: Agreement | None, reason: str
) -> None:
    """Set what the case rests on: the proposal when neither basis nor agreement is chosen, else the choice.

    :raises StepRefused: when the register cannot say and nothing was chosen, when the choice does not fit,
        or when it differs from the proposal without a reason.
    """
    if not basis and agreement is None:
        if not proposal.is_certain:
            words = _("%(reason)s Choose the legal basis yourself.") % {"reason": proposal.words}
            raise StepRefused(words, HOUSE, "basis")
        case.basis, case.agreement, case.basis_reason = proposal.basis, proposal.agreement, ""
    else:
        chosen = _checked_choice(by, case.partner, basis, agreement)
        follows = chosen == proposal.basis and agreement == proposal.agreement
        if not follows and not reason.strip():
            words = _("%(reason)s Say why it is to rest on something else.") % {"reason": proposal.words}
            raise StepRefused(words, HOUSE, "basis_reason")
        case.basis, case.agreement = chosen, agreement
        case.basis_reason = "" if follows and proposal.is_certain else reason.strip()
    case.basis_finding = proposal.facts


def _checked_choice(by: User, partner: Partner | None, basis: str, agreement: Agreement | None) -> Basis:
    """The basis that was chosen, when it fits: an agreement is one with this partner, and of its own sort."""
    if agreement is None:
        if basis in RESTS_ON_AGREEMENT:
            raise StepRefused(_("Choose the agreement that it rests on."), HOUSE, "basis")
        return Basis(basis)
    seen = Agreement.objects.visible_to(by).filter(pk=agreement.pk).prefetch_related("other_partners").first()
    if seen is None or partner not in (seen.partner, *seen.other_partners.all()):
        raise StepRefused(_("Choose an agreement with this partner."), HOUSE, "basis")
    own = Basis.CROSS_STRAIT if seen.track == "X" else Basis.AGREEMENT
    if basis and basis != own:
        raise StepRefused(_("This basis does not go with an agreement."), HOUSE, "basis")
    return own


def settle_on_sending(case: Case, *, by: User) -> bool:
    """Let a case that followed the register follow it to the day it was sent; whether its basis changed.

    An officer's own choice stays, and so does an agreement that this person may not see.
    """
    assert case.partner is not None and case.requested_on is not None  # noqa: S101 - a registered case has both
    hidden = case.agreement is not None and case.agreement.secrecy > by.clearance
    if case.basis_reason or hidden:
        return False
    proposal = proposal_for(case.partner, case.kind, case.requested_on, reader=by)
    before = (case.basis, case.agreement)
    case.basis_finding = proposal.facts
    if proposal.is_certain:
        case.basis, case.agreement = proposal.basis, proposal.agreement
    return (case.basis, case.agreement) != before
