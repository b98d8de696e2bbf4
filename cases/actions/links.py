"""How cases belong together: linking them, dropping a link, and taking a closed case up again."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.models import Model, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.actions import StepRefused
from cases.actions.filing import lock, lock_all, refuse_destroyed, refuses_as_told
from cases.actions.intake import Intake, save_draft
from cases.models import Case, CaseLink
from cases.provisions import HOUSE, archives_act
from cases.rules import may_log, may_take_up_again, may_write_beside
from tracker import audit
from tracker.models import User
from tracker.roles import Secrecy

Kind = CaseLink.Kind
ONE_PARTNER = (Kind.SUPPLEMENT, Kind.REOPENS, Kind.DUPLICATE)
"""Kinds of link that make sense between cases of one partner only."""


@transaction.atomic
def link_cases(*, by: User, case: Case, other: Case, kind: str, note: str = "") -> CaseLink:
    """Say how the case stands to another one; both ends show it to whoever sees both cases.

    :raises StepRefused: without the right, for a case that this person may not see (as if there were none), for the
        case itself or one that is linked already, and where the kind does not fit.
    """
    _check_ends(by, case, other)
    locked = {one.pk: one for one in lock_all([case, other])}  # a twin waits
    case, other = locked[case.pk], locked[other.pk]
    _check_ends(by, case, other)
    _check_kind(case, other, kind)
    ends = Q(case=case, other=other) | Q(case=other, other=case)
    if CaseLink.objects.filter(ends).exists():
        words = _("The two cases are linked already; drop that link first to change its kind.")
        raise StepRefused(words, HOUSE, "other")
    link = CaseLink.objects.create(
        case=case,
        other=other,
        kind=kind,
        note=note.strip(),
        recorded_at=timezone.now(),
        recorded_by=by,
    )
    _tell("case.link", link, {"link": kind}, by=by)
    return link


@refuses_as_told
@transaction.atomic
def drop_link(*, by: User, link: CaseLink, reason: str) -> None:
    """Take a link away; the history keeps that it was there and why it went. Twice is as once.

    :raises StepRefused: without the right to both cases, without the reason, or when one of them had the link already when
        it was closed.
    """
    if not reason.strip():
        raise StepRefused(_("Give the reason."), HOUSE, "reason")
    ends = lock_all([link.case, link.other])
    rows = CaseLink.objects.select_for_update(of=("self",), no_key=True).select_related("case", "other")
    locked = rows.filter(pk=link.pk).first()
    if locked is None:
        return
    if not all(may_write_beside(by, end) for end in ends):
        raise StepRefused(_("Only the staff of both ministries link cases."), HOUSE)
    if any(_had(end, locked) for end in ends):
        raise StepRefused(_("The case is closed: what it holds is kept for its term."), archives_act())
    _tell("case.unlink", locked, {"link": locked.kind, "reason": reason.strip()}, by=by)
    locked.delete()


@transaction.atomic
def take_up_again(*, by: User, case: Case, today: date) -> Case:
    """Begin the draft of a new case that takes a closed one up again; what both share is filled in.

    :raises StepRefused: without the right, or while the case is open.
    """
    closed = lock(case, None)
    if not may_write_beside(by, closed) or not may_log(by):
        raise StepRefused(_("Your role does not log cases."), HOUSE)
    if not may_take_up_again(by, closed):
        words = _(
            "Whoever sees a sealed case in an emergency, or for somebody absent, does not take it up again."
        )
        raise StepRefused(words, HOUSE)
    if not closed.is_closed:
        raise StepRefused(_("The case is still open: carry it on."), HOUSE)
    draft = save_draft(
        by=by,
        intake=Intake(
            direction=case.direction,
            kind=case.kind,
            partner=case.partner,
            partner_reference=case.partner_reference,
            office=case.office,
            office_reference=case.office_reference,
            subject=case.subject,
            received_on=today,
            items=tuple(case.items.values_list("kind", flat=True)),
            secrecy=case.secrecy,
            declassify_on=case.declassify_on,
            declassify_when=case.declassify_when,
            code_name=case.code_name,
        ),
    )
    link_drafted(by=by, draft=draft, other=case)
    return draft


@transaction.atomic
def link_drafted(*, by: User, draft: Case, other: Case) -> CaseLink:
    """Let a draft of one's own take up a closed case again, from its first day; only its writer sees it till then.

    :raises StepRefused: for another person's draft.
    """
    if not draft.is_draft or draft.recorded_by_id != by.pk:
        raise StepRefused(_("This draft has been registered or discarded meanwhile."), HOUSE)
    lock(other, None)
    link = CaseLink.objects.create(
        case=draft, other=other, kind=Kind.REOPENS, recorded_at=timezone.now(), recorded_by=by
    )
    audit.record("case.link", link, by=by, details={"link": link.kind})
    return link


def _had(case: Case, link: CaseLink) -> bool:
    """Whether a closed case had the link when its closing was recorded."""
    closing = case.events.exclude(state="").order_by("-order").first() if case.is_closed else None
    return closing is not None and link.recorded_at <= closing.recorded_at


def _check_ends(by: User, case: Case, other: Case) -> None:
    """:raises StepRefused: without the right to the case, and for another one that this person may not see."""
    refuse_destroyed([case])
    if not may_write_beside(by, case):
        raise StepRefused(_("Only the staff of both ministries link cases."), HOUSE)
    if not Case.objects.registered().visible_to(by).filter(pk=other.pk).exists():
        raise StepRefused(_("There is no case of this number."), HOUSE, "other")


def _check_kind(case: Case, other: Case, kind: str) -> None:
    """:raises StepRefused: where this kind of link makes no sense between the two."""
    if other.pk == case.pk:
        raise StepRefused(_("This is the case itself: give the number of another one."), HOUSE, "other")
    if kind not in Kind.values:
        raise StepRefused(_("Choose how the two belong together."), HOUSE, "kind")
    if kind in ONE_PARTNER and case.partner_id != other.partner_id:
        raise StepRefused(_("Cases of two partners can only be related."), HOUSE, "kind")
    if kind == Kind.REOPENS and not other.is_closed:
        raise StepRefused(_("That case is still open: only a closed one is taken up again."), HOUSE, "kind")


def _tell(verb: str, link: CaseLink, details: dict[str, str], *, by: User) -> None:
    """Tell the history of each end whose every reader sees the other end too; else that of the link alone."""
    ends = ((link.case, link.other), (link.other, link.case))
    open_ends = [
        end for end, other in ends if other.secrecy < Secrecy.SEALED and other.secrecy <= end.secrecy
    ]
    told: Sequence[Model] = open_ends or [link]
    audit.record_all([audit.Deed(verb, about, details) for about in told], by=by)
