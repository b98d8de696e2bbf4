"""Taking a step of a case: checked against the table and the dates, recorded, versioned."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from agreements.actions import StepRefused
from cases.actions.filing import CURRENT, SETTLED, add_event, keep_current, lock, settle_on_sending
from cases.actions.promises import check_promises
from cases.basis import day_words
from cases.clocks import Fact
from cases.items import check_result
from cases.lifecycle import (
    CLOSED,
    HOLDER_OF,
    STEP_NAMES,
    Defect,
    Ground,
    Need,
    Result,
    State,
    Step,
    label_of,
    row_for,
)
from cases.models import Case, CaseEvent, Letter
from cases.provisions import HOUSE
from cases.rules import may_see_case, may_take
from cases.searching import index_cases
from tracker import audit
from tracker.models import User
from tracker.partialdate import PartialDate


@dataclass(frozen=True, slots=True)
class StepRequest:
    """What somebody wants to record: the step, its day, and what belongs to it.

    ``due_on`` is a day that the step names: of a hearing, for an answer, promised by the other side.
    """

    step: str
    happened_on: date
    reference: str = ""
    body: str = ""
    ground: str = ""
    defect: str = ""
    due_on: date | None = None
    result: str = ""
    note: str = ""
    letter: Letter | None = None


@transaction.atomic
def take_step(
    *, by: User, case: Case, request: StepRequest, today: date, version: int | None = None
) -> CaseEvent:
    """Record the step. One that sends our request abroad fixes the day of the request and follows the register to it.

    :raises StalePage: when ``version`` is not the case's any more.
    :raises StepRefused: when the table, the right, the day or a need forbids it; quotes the provision.
    """
    return record_step(by, lock(case, version), request, today=today)


def record_step(by: User, locked: Case, request: StepRequest, *, today: date) -> CaseEvent:
    """Record the step of a case that the caller has locked in its transaction.

    This is where another action comes in whose write is a step as well: that of an item, of a letter.

    :raises StepRefused: as :func:`take_step`, and without a reason when it closes a case with open promises.
    """
    row = _row(by, locked, request.step)
    last = _check_day(locked, row, request.happened_on, today=today)
    _check_needs(locked, row, request)
    was, state = locked.basis, str(row.target or "")
    details = {"step": row.name, "day": request.happened_on, "from": locked.state, "to": state}
    deeds = [audit.Deed("case.take_step", locked, details | _coded(request))]
    deeds += check_promises(locked, row, request.note, today=today)
    written = ["version", *CURRENT, *_brought_on(locked, row, request)]
    if row.sends:
        written += SETTLED
        if settle_on_sending(locked, by=by):
            deeds.append(audit.Deed("case.restate_basis", locked, {"was": was, "now": locked.basis}))
    locked.version += 1
    coming = Fact(row.name, request.happened_on, state, request.due_on, last + 1)
    keep_current(locked, coming=coming)
    locked.save(update_fields=written)
    event = add_event(
        locked,
        by=by,
        step=row.name,
        state=state,
        happened_on=request.happened_on,
        order=last + 1,
        due_on=request.due_on,
        letter=request.letter,
        **{name: getattr(request, name).strip() for name in TEXTS},
    )
    index_cases([locked])
    audit.record_all(deeds, by=by)
    return event


def _brought_on(case: Case, row: Step, request: StepRequest) -> list[str]:
    """Put on the case what the step leads to: its state, the day of its sending or closing; the fields that were set."""
    fields = []
    if row.target:
        case.state, case.holder, case.result = str(row.target), HOLDER_OF[row.target], request.result
        case.closed_on = request.happened_on if row.target in CLOSED else None
        fields += ["state", "holder", "result", "closed_on"]
    if row.sends:
        case.requested_on = request.happened_on
        case.sent_on = case.sent_on or request.happened_on
        fields += ["requested_on", "sent_on"]
    return fields


TEXTS = ("reference", "body", "ground", "defect", "result", "note")


def _coded(request: StepRequest) -> dict[str, Any]:
    """What the history tells of a step besides its day: codes and days, no text."""
    given = {"defect": request.defect, "due": request.due_on}
    return {name: value for name, value in given.items() if value}


def _row(by: User, case: Case, step: str) -> Step:
    """The row of the table that allows the step.

    :raises StepRefused: when there is none, or it is not this person's to take.
    """
    if step not in STEP_NAMES:
        raise StepRefused(_("There is no step “%(step)s”.") % {"step": step}, HOUSE, "step")
    if case.is_draft or case.voided_at is not None or not may_see_case(by, case):
        raise StepRefused(_("Your role does not record this step."), HOUSE, "step")
    row = row_for(step, case.state, case.kind)
    if row is None:
        told = {"step": label_of(step), "state": State(case.state).label}
        raise StepRefused(_("“%(step)s” cannot follow the state “%(state)s”.") % told, HOUSE, "step")
    if not may_take(by, case, row):
        raise StepRefused(_("Your role does not record this step."), row.basis_in(case.kind), "step")
    return row


def _check_day(case: Case, row: Step, happened_on: date, *, today: date) -> int:
    """The place of the last event; the day lies between the events that led here and today.

    :raises StepRefused: for a day in the future or before what it follows.
    """
    basis = row.basis_in(case.kind)
    if happened_on > today:
        raise StepRefused(
            _("The day lies in the future. Record it when it has happened."), basis, "happened_on"
        )
    events = list(case.events.order_by("order"))
    staged = [event for event in events if event.state]
    earlier = staged[-1] if row.target else staged[0]
    if happened_on < earlier.happened_on:
        day = day_words(PartialDate.of(earlier.happened_on))
        words = _("The day is before “%(label)s” (%(day)s). Use that day or a later one.")
        raise StepRefused(words % {"label": earlier.label, "day": day}, basis, "happened_on")
    return events[-1].order


def _check_needs(case: Case, row: Step, request: StepRequest) -> None:
    """:raises StepRefused: names the first thing that is missing, or that does not belong to the step."""
    basis, asked = row.basis_in(case.kind), row.needs | row.takes
    given = {
        Need.BODY: (bool(request.body.strip()), "body", _("Name the office that is to act.")),
        Need.GROUND: (request.ground in Ground.values, "ground", _("Choose the ground of refusal.")),
        Need.DEFECT: (request.defect in Defect.values, "defect", _("Choose what is lacking.")),
        Need.DUE: (request.due_on is not None, "due_on", _("Give the day that the step names.")),
        Need.RESULT: (request.result in Result.values, "result", _("Say how far the request was met.")),
        Need.REASON: (bool(request.note.strip()), "note", _("Give the reason.")),
    }
    for need, (is_given, field, words) in given.items():
        if need in row.needs and not is_given:
            raise StepRefused(words, basis, field)
    if request.due_on is not None and Need.DUE not in asked:
        raise StepRefused(_("This step names no day: leave it empty."), basis, "due_on")
    if request.due_on is not None and request.due_on < request.happened_on:
        raise StepRefused(_("The day that is named lies before the step."), basis, "due_on")
    if request.defect and (Need.DEFECT not in asked or request.defect not in Defect.values):
        raise StepRefused(_("This step does not say what is lacking: leave it empty."), basis, "defect")
    check_result(case, row, request.result)
