"""Disposal lists (銷毀目錄): drawn up, approved by the archives authority and by a second person, carried out, or dropped."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.actions import StalePage, StepRefused
from cases.actions.destroying import destroy_case, erase_files, forget_imported
from cases.actions.filing import refuses_as_told
from cases.history import sentence
from cases.models import (
    Case,
    DisposalLine,
    DisposalList,
    Hold,
    Retention,
    RetentionDefault,
    Term,
)
from cases.provisions import archives_act
from cases.retention import MOST, counted_from, defaults, due_cases, owed_in, told_of
from cases.rules import held_among, may_dispose
from cases.shown import list_shown
from tracker import audit
from tracker.models import User


@refuses_as_told
@transaction.atomic
def draw_up_disposal(*, by: User, cases: Sequence[Case], today: date) -> DisposalList:
    """Draw up a list of cases whose term is over, with the term that each has today. Nothing of the cases changes.

    :raises StepRefused: without the right, for no case or too many, or for one that is not due, is stopped, stands in
        another list, or in which a promise is still owed; the refusal names it.
    """
    if not may_dispose(by):
        raise StepRefused(_("A supervisor of justice draws up disposal lists."), archives_act())
    locked, by_kind = _locked([case.pk for case in cases]), defaults()
    if not locked:
        raise StepRefused(_("Choose the cases."), archives_act(), "cases")
    if len(locked) > MOST:
        words = _("A list names at most %(most)s cases. Draw up several.") % {"most": MOST}
        raise StepRefused(words, archives_act(), "cases")
    rows = due_cases(by, today=today, by_kind=by_kind).filter(pk__in=[case.pk for case in locked])
    due = set(rows.values_list("pk", flat=True))
    _refuse([case for case in locked if case.pk not in due], _("Not due for disposal: %(numbers)s."))
    _refuse_not_held(by, locked)
    _refuse_owed(locked, today)
    plan = DisposalList.objects.create(drawn_up_at=timezone.now(), drawn_up_by=by)
    lines = []
    for case in locked:
        years, start, ended_on = _term(case, by_kind)
        assert start is not None and ended_on is not None  # noqa: S101 - it is due
        lines.append(DisposalLine(plan=plan, case=case, years=years, counted_from=start, ended_on=ended_on))
    DisposalLine.objects.bulk_create(lines)
    audit.record("disposal.draw_up", plan, by=by, details={"cases": len(locked)})
    return plan


@refuses_as_told
@transaction.atomic
def record_authority_approval(
    *, by: User, plan: DisposalList, number: str, on: date, today: date, shown: str | None = None
) -> None:
    """Record the letter with which the archives authority approved the list (檔案法第 12 條).

    :raises StalePage: when ``shown`` is given and is not the digest of the list any more.
    :raises StepRefused: without the right, number or day, for a day to come, or when the list was approved already.
    """
    locked = _open(by, plan, shown)
    if locked.approved_at is not None:
        raise StepRefused(_("The list is approved: it stays as it is."), archives_act())
    if not number.strip():
        raise StepRefused(_("Give the number of the approval."), archives_act(), "number")
    if on > today:
        raise StepRefused(_("This day is still to come."), archives_act(), "on")
    locked.approval_number, locked.approval_on = number.strip(), on
    locked.save(update_fields=["approval_number", "approval_on"])
    audit.record("disposal.record_approval", locked, by=by, details={"number": number.strip(), "on": on})


@refuses_as_told
@transaction.atomic
def approve_disposal(*, by: User, plan: DisposalList, today: date, shown: str | None = None) -> None:
    """Approve the list as the second person, after the archives authority.

    :raises StalePage: when ``shown`` is given and is not the digest of the list any more.
    :raises StepRefused: without the right, for one's own list, before the approval of the authority, when it was approved
        already, or when a case may not go any more.
    """
    locked = _open(by, plan, shown)
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


@refuses_as_told
@transaction.atomic
def drop_disposal(*, by: User, plan: DisposalList, reason: str, shown: str | None = None) -> None:
    """Give the list up: nothing is destroyed, nothing of it stays, and its cases may stand in another one.

    :raises StalePage: when ``shown`` is given and is not the digest of the list any more.
    :raises StepRefused: without the right or the reason, or when it was carried out or dropped.
    """
    locked = _open(by, plan, shown)
    if not reason.strip():
        raise StepRefused(_("Give the reason."), archives_act(), "reason")
    locked.dropped_at, locked.dropped_reason = timezone.now(), reason.strip()
    locked.save(update_fields=["dropped_at", "dropped_reason"])
    audit.record("disposal.drop", locked, by=by)


@refuses_as_told
@transaction.atomic
def carry_out_disposal(
    *, by: User, plan: DisposalList, today: date, shown: str | None = None
) -> DisposalList:
    """Destroy what the cases of an approved list hold, all of them or none; the files' bytes go when that is written.

    What stays: number and register line without contents, the steps with their days, the certificate, the history. A
    term that came from the kind of a case becomes its own now, since the certificate rests on it.

    :raises StalePage: when ``shown`` is given and is not the digest of the list any more.
    :raises StepRefused: without the right, before its approval, or when a case may not go any more; nothing is destroyed.
    """
    locked = _open(by, plan, shown)
    if locked.approved_at is None:
        raise StepRefused(
            _("Nothing is destroyed before a second person has approved the list."), archives_act()
        )
    # Imports come before cases in the order of locks; what changed until the cases were locked is found by the second look.
    forget_imported([line.case for line in locked.lines.select_related("case__partner")])
    lines = _check_lines(by, locked, today)
    forget_imported([line.case for line in lines])
    deeds, files = _fix_terms(by, lines), 0
    for line in lines:
        line.proof = destroy_case(line.case, plan=locked)
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


def _open(by: User, plan: DisposalList, shown: str | None) -> DisposalList:
    """The list, locked. :raises StepRefused: without the right to each case, or when it is over or not what was shown."""
    locked = DisposalList.objects.select_for_update(no_key=True).get(pk=plan.pk)
    if not may_dispose(by) or not DisposalList.objects.visible_to(by).filter(pk=plan.pk).exists():
        raise StepRefused(
            _("A supervisor of justice who sees all of its cases decides on a list."), archives_act()
        )
    if locked.dropped_at is not None or locked.carried_out_at is not None:
        raise StepRefused(_("The list was carried out or dropped meanwhile."), archives_act())
    _refuse_not_held(by, [line.case for line in locked.lines.select_related("case")])
    if shown is not None and shown != list_shown(locked):
        last = audit.history_of(locked).first()
        told = {"who": last.actor_name, "what": sentence(last)} if last else {"who": "—", "what": "—"}
        words = _(
            "What this page showed has changed meanwhile; last, %(who)s %(what)s. Look at it again, then decide."
        )
        raise StalePage(words % told, archives_act())
    return locked


def _check_lines(by: User, plan: DisposalList, today: date) -> list[DisposalLine]:
    """The lines, their cases locked and with their terms. :raises StepRefused: when one may not go today; it is named."""
    lines, by_kind = list(plan.lines.order_by("case")), defaults()
    locked = {case.pk: case for case in _locked([line.case_id for line in lines])}
    _refuse_not_held(by, list(locked.values()))
    stopped = set(Hold.objects.filter(case__in=locked, lifted_at=None).values_list("case", flat=True))
    _refuse([locked[pk] for pk in stopped], _("Their disposal is stopped: %(numbers)s."))
    early, other = [], []
    for line in lines:
        line.case = locked[line.case_id]
        years, start, ended_on = _term(line.case, by_kind)
        if ended_on is None or ended_on >= today:
            early.append(line.case)
        elif (years, start, ended_on) != (line.years, line.counted_from, line.ended_on):
            other.append(line.case)
    _refuse(early, _("Their term is not over: %(numbers)s."))
    _refuse(
        other, _("Their term is not that of the list any more: %(numbers)s. Drop it and draw up another.")
    )
    _refuse_owed(list(locked.values()), today)
    return lines


def _term(case: Case, by_kind: Mapping[str, RetentionDefault]) -> tuple[int, date | None, date | None]:
    """Years, the day from which they count, and the last day, as they are for the case now."""
    told = told_of(case, by_kind)
    start = counted_from(case.closed_on, told.start) if case.closed_on else None
    return told.years, start, told.ends_on(case.closed_on)


def _fix_terms(by: User, lines: Sequence[DisposalLine]) -> list[audit.Deed]:
    """Make the term that the kind gave the case's own, where it has none; a later change of the kind's term changes nothing."""
    by_kind, kept, deeds = defaults(), [], []
    for line in lines:
        told = told_of(line.case, by_kind)
        if not told.is_own:
            row = {"years": told.years, "start": told.start, "reason": told.reason}
            kept.append(Retention(case=line.case, **row, set_at=timezone.now(), set_by=by))
            term = {"years": told.years, "start": told.start}
            deeds.append(audit.Deed("case.set_retention", line.case, term))
    Retention.objects.bulk_create(kept)
    return deeds


def _locked(keys: Sequence[int]) -> list[Case]:
    """The cases with their own terms and their partners, locked. One query."""
    rows = Case.objects.select_for_update(of=("self",), no_key=True).select_related("retention", "partner")
    return list(rows.filter(pk__in=keys).order_by("pk"))


def _refuse_not_held(by: User, cases: Sequence[Case]) -> None:
    """Who sees a sealed case in an emergency, or for somebody absent, decides nothing about its end."""
    held = held_among(by, cases)
    not_held = [case for case in cases if case.pk not in held]
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
