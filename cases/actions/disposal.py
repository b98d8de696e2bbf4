"""Disposal lists (銷毀目錄): drawn up, approved by the archives authority and by a second person, carried out, or dropped."""

import hashlib
import json
from collections.abc import Sequence
from datetime import date
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.actions import StepRefused
from cases.actions.destroying import destroy_case, erase_files
from cases.models import Case, DisposalLine, DisposalList, Hold, Retention, Term
from cases.provisions import archives_act
from cases.retention import counted_from, defaults, due_cases, owed_in, told_of
from cases.rules import holds_case, may_dispose
from tracker import audit
from tracker.models import User


@transaction.atomic
def draw_up_disposal(*, by: User, cases: Sequence[Case], today: date) -> DisposalList:
    """Draw up a list of cases whose term is over. A term that came from the kind of a case becomes its own.

    :raises StepRefused: without the right, for no case, or for one that is not due, is stopped, stands in another list,
        or in which a promise is still owed; the refusal names it.
    """
    if not may_dispose(by):
        raise StepRefused(_("A supervisor of justice draws up disposal lists."), archives_act())
    locked = _locked([case.pk for case in cases])
    if not locked:
        raise StepRefused(_("Choose the cases."), archives_act(), "cases")
    due = set(
        due_cases(by, today=today).filter(pk__in=[case.pk for case in locked]).values_list("pk", flat=True)
    )
    _refuse([case for case in locked if case.pk not in due], _("Not due for disposal: %(numbers)s."))
    _refuse_not_held(by, locked)
    _refuse_owed(locked, today)
    plan = DisposalList.objects.create(drawn_up_at=timezone.now(), drawn_up_by=by)
    by_kind, deeds = defaults(), [audit.Deed("disposal.draw_up", plan, {"cases": len(locked)})]
    for case in locked:
        told = told_of(case, by_kind)
        closed_on, ended_on = case.closed_on, told.ends_on(case.closed_on)
        assert closed_on is not None and ended_on is not None  # noqa: S101 - it is due
        if not told.is_own:
            kept = {"years": told.years, "start": told.start, "reason": told.reason}
            Retention.objects.create(case=case, **kept, set_at=timezone.now(), set_by=by)
            deeds.append(audit.Deed("case.set_retention", case, {"years": told.years, "start": told.start}))
        start = counted_from(closed_on, told.start)
        DisposalLine.objects.create(
            plan=plan, case=case, years=told.years, counted_from=start, ended_on=ended_on
        )
    audit.record_all(deeds, by=by)
    return plan


@transaction.atomic
def record_authority_approval(*, by: User, plan: DisposalList, number: str, on: date, today: date) -> None:
    """Record the letter with which the archives authority approved the list (檔案法第 12 條).

    :raises StepRefused: without the right, number or day, for a day to come, or when the list was approved already.
    """
    locked = _open(by, plan)
    if locked.approved_at is not None:
        raise StepRefused(_("The list is approved: it stays as it is."), archives_act())
    if not number.strip():
        raise StepRefused(_("Give the number of the approval."), archives_act(), "number")
    if on > today:
        raise StepRefused(_("This day is still to come."), archives_act(), "on")
    locked.approval_number, locked.approval_on = number.strip(), on
    locked.save(update_fields=["approval_number", "approval_on"])
    audit.record("disposal.record_approval", locked, by=by, details={"number": number.strip(), "on": on})


@transaction.atomic
def approve_disposal(*, by: User, plan: DisposalList, today: date) -> None:
    """Approve the list as the second person, after the archives authority.

    :raises StepRefused: without the right, for one's own list, before the approval of the authority, when it was approved
        already, or when a case may not go any more.
    """
    locked = _open(by, plan)
    if locked.approved_at is not None:
        raise StepRefused(_("The list is approved already."), archives_act())
    if locked.drawn_up_by_id == by.pk:
        raise StepRefused(_("Somebody else than who drew it up approves the list."), archives_act())
    if not locked.approval_number or locked.approval_on is None:
        raise StepRefused(_("Record the approval of the archives authority first."), archives_act())
    _check_lines(by, locked, today)
    locked.approved_at, locked.approved_by = timezone.now(), by
    locked.save(update_fields=["approved_at", "approved_by"])
    audit.record("disposal.approve", locked, by=by, details={"cases": locked.lines.count()})


@transaction.atomic
def drop_disposal(*, by: User, plan: DisposalList, reason: str) -> None:
    """Give the list up: nothing is destroyed, and its cases may stand in another one.

    :raises StepRefused: without the right or the reason, or when it was carried out or dropped.
    """
    locked = _open(by, plan)
    if not reason.strip():
        raise StepRefused(_("Give the reason."), archives_act(), "reason")
    locked.dropped_at, locked.dropped_reason = timezone.now(), reason.strip()
    locked.save(update_fields=["dropped_at", "dropped_reason"])
    audit.record("disposal.drop", locked, by=by)


@transaction.atomic
def carry_out_disposal(*, by: User, plan: DisposalList, today: date) -> DisposalList:
    """Destroy what the cases of an approved list hold, all of them or none; the files' bytes go when that is written.

    What stays: number and register line without contents, the steps with their days, the certificate, the history.

    :raises StepRefused: without the right, before its approval, or when a case may not go any more; nothing is destroyed.
    """
    locked = _open(by, plan)
    if locked.approved_at is None:
        raise StepRefused(
            _("Nothing is destroyed before a second person has approved the list."), archives_act()
        )
    lines = _check_lines(by, locked, today)
    going, deeds, files = {line.case_id for line in lines}, [], 0
    for line in lines:
        line.proof = destroy_case(line.case, plan=locked, going=going)
        line.save(update_fields=["proof"])
        count = sum(one["kind"] == "file" for one in line.proof)
        files += count
        told = {"list": str(locked), "records": len(line.proof) - count, "files": count}
        deeds.append(audit.Deed("disposal.destroy", line.case, told))
    locked.carried_out_at, locked.carried_out_by = timezone.now(), by
    locked.certificate = _certificate(locked, lines)
    locked.save(update_fields=["carried_out_at", "carried_out_by", "certificate"])
    told = {"cases": len(lines), "files": files, "certificate": locked.certificate}
    audit.record_all([*deeds, audit.Deed("disposal.carry_out", locked, told)], by=by)
    transaction.on_commit(partial(erase_files, plan=locked), robust=True)
    return locked


def _open(by: User, plan: DisposalList) -> DisposalList:
    """The list, locked. :raises StepRefused: without the right, or when it is over."""
    locked = DisposalList.objects.select_for_update().get(pk=plan.pk)
    if not may_dispose(by) or not DisposalList.objects.visible_to(by).filter(pk=plan.pk).exists():
        raise StepRefused(
            _("A supervisor of justice who sees all of its cases decides on a list."), archives_act()
        )
    if locked.dropped_at is not None or locked.carried_out_at is not None:
        raise StepRefused(_("The list was carried out or dropped meanwhile."), archives_act())
    return locked


def _check_lines(by: User, plan: DisposalList, today: date) -> list[DisposalLine]:
    """The lines, their cases locked. :raises StepRefused: when one may not go today; it is named."""
    lines = list(plan.lines.order_by("case"))
    locked = {case.pk: case for case in _locked([line.case_id for line in lines])}
    _refuse_not_held(by, list(locked.values()))
    stopped = set(Hold.objects.filter(case__in=locked, lifted_at=None).values_list("case", flat=True))
    _refuse([locked[pk] for pk in stopped], _("Their disposal is stopped: %(numbers)s."))
    early = []
    for line in lines:
        line.case = locked[line.case_id]
        ended_on = told_of(line.case, {}).ends_on(line.case.closed_on)
        if ended_on is None or ended_on >= today:
            early.append(line.case)
    _refuse(early, _("Their term is not over: %(numbers)s."))
    _refuse_owed(list(locked.values()), today)
    return lines


def _locked(keys: Sequence[int]) -> list[Case]:
    return list(Case.objects.select_for_update().filter(pk__in=keys).order_by("pk"))


def _refuse_not_held(by: User, cases: Sequence[Case]) -> None:
    """Who sees a sealed case in an emergency, or for somebody absent, decides nothing about its end. A query for each sealed one."""
    not_held = [case for case in cases if not holds_case(by, case)]
    _refuse(not_held, _("Sealed cases among them are not yours to decide on: %(numbers)s."))


def _refuse_owed(cases: Sequence[Case], today: date) -> None:
    owed = owed_in(cases, today=today)
    _refuse([case for case in cases if case.pk in owed], _("A promise is still owed in: %(numbers)s."))


def _refuse(cases: Sequence[Case], words: str) -> None:
    if cases:
        numbers = "、".join(case.number for case in cases[:10])
        raise StepRefused(words % {"numbers": numbers}, archives_act(), "cases")


def _certificate(plan: DisposalList, lines: Sequence[DisposalLine]) -> str:
    """The digest over all proofs, with whose approval and when."""
    told = {
        "list": plan.pk,
        "approval": [plan.approval_number, str(plan.approval_on)],
        "drawn_up_by": plan.drawn_up_by_id,
        "approved_by": plan.approved_by_id,
        "carried_out_by": plan.carried_out_by_id,
        "lines": [
            [line.case.number, Term(line.years).value, str(line.ended_on), line.proof] for line in lines
        ],
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
