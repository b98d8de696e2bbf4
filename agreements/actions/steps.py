"""Taking a step: the plan that says what will follow, and the deed that executes that same plan."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from agreements.actions.filing import (
    check_version,
    chronology,
    clocks_today,
    file_of,
    lock,
    place_of,
    refresh,
)
from agreements.actions.guards import check_day, check_needs, check_right, find_row, missing
from agreements.actions.refusals import StepRefused
from agreements.clocks import Clock, Duty, Fact, open_duties
from agreements.consequences import Consequence, tell
from agreements.lifecycle import PHASE_OF, Phase, Stage, Step
from agreements.models import Agreement, AgreementLink, Milestone
from tracker import audit
from tracker.models import Document, ImportBatch, User
from tracker.partialdate import PartialDate

COUNTS_WHEN_EFFECTIVE = frozenset(
    {"suspend", "resume", "amend", "terminate", "withdraw", "expire", "supersede", "lapse"}
)


@dataclass(frozen=True, slots=True)
class StepRequest:
    """What somebody wants to record: the step, its day, and what belongs to it."""

    step: str
    happened: PartialDate
    effective: PartialDate = field(default_factory=PartialDate)
    place: str = ""
    reference: str = ""
    ground: str = ""
    term: int | None = None
    note: str = ""
    documents: tuple[Document, ...] = ()
    has_document: bool = False
    successor: Agreement | None = None
    as_history: bool = False
    is_record_only: bool = False


@dataclass(frozen=True, slots=True)
class StepPlan:
    """Everything that will follow from a step, computed by the code that executes it."""

    agreement: Agreement
    request: StepRequest
    row: Step
    stage_from: str
    stage_to: str
    phase: str
    counted: PartialDate
    order: float
    clocks_started: tuple[Clock, ...]
    clocks_stopped: tuple[Clock, ...]
    duties_opened: tuple[Duty, ...]
    duties_done: tuple[Duty, ...]
    consequences: tuple[Consequence, ...]

    @property
    def changes_stage(self) -> bool:
        return self.stage_to != self.stage_from

    @property
    def phase_from(self) -> str:
        return PHASE_OF.get(self.stage_from, Phase.UNKNOWN)

    @property
    def phase_to(self) -> str:
        return PHASE_OF.get(self.stage_to, Phase.UNKNOWN)


def plan_step(
    *, by: User, agreement: Agreement, request: StepRequest, today: date, version: int | None = None
) -> StepPlan:
    """List what will follow from the step. Writes nothing.

    :raises StalePage: when ``version`` is given and is not the file's any more.
    :raises StepRefused: when the step may not be taken; the refusal quotes the provision.
    """
    check_version(agreement, version)
    facts = chronology(agreement)
    check_right(by, agreement, request.step, as_history=request.as_history)
    row = find_row(agreement, request.step, request)
    counted = _counted(agreement, request)
    check_day(agreement, row, request.happened, counted, facts, request, today=today)
    check_needs(agreement, row, request, facts)
    target = "" if row.target is None or request.is_record_only else str(row.target)
    order = place_of(counted, facts) if request.as_history or not target else _last_place(facts)
    earlier = [fact for fact in facts if fact.order < order]
    later = [fact for fact in facts if fact.order > order]
    new = Fact(request.step, request.happened, request.as_history)
    before = {clock.code: clock for clock in clocks_today(agreement, facts, today=today)}
    after = clocks_today(agreement, [*earlier, new, *later], today=today)
    duties_before = open_duties(file_of(agreement, facts), today=today)
    duties_after = open_duties(file_of(agreement, [*earlier, new, *later]), today=today)
    stage_to = target if target and not any(fact.stage for fact in later) else agreement.stage
    return StepPlan(
        agreement=agreement,
        request=request,
        row=row,
        stage_from=agreement.stage,
        stage_to=stage_to,
        phase=_phase(request.step, target),
        counted=counted,
        order=order,
        clocks_started=tuple(clock for clock in after if _started(clock, before)),
        clocks_stopped=tuple(clock for clock in after if _stopped(clock, before)),
        duties_opened=tuple(
            duty for duty in duties_after if duty.code not in {d.code for d in duties_before}
        ),
        duties_done=tuple(duty for duty in duties_before if duty.code not in {d.code for d in duties_after}),
        consequences=tuple(
            tell(agreement, stage_to, counted.last, by) if stage_to != agreement.stage else ()
        ),
    )


def obstacles(*, by: User, agreement: Agreement, request: StepRequest, today: date) -> list[StepRefused]:
    """Everything that stands in the way of the step at once, so that a form can show it in one go.

    Empty exactly when :func:`plan_step` would not refuse.
    """
    facts = chronology(agreement)
    try:
        check_right(by, agreement, request.step, as_history=request.as_history)
        row = find_row(agreement, request.step, request)
    except StepRefused as refused:
        return [refused]
    found = missing(agreement, row, request, facts)
    try:
        counted = _counted(agreement, request)
        check_day(agreement, row, request.happened, counted, facts, request, today=today)
    except StepRefused as refused:
        return [refused, *found]
    return found


@transaction.atomic
def take_step(
    *,
    by: User,
    agreement: Agreement,
    request: StepRequest,
    today: date,
    version: int | None = None,
    batch: ImportBatch | None = None,
) -> Milestone:
    """Record the step: lock the file, plan, and execute that plan in one transaction.

    :raises StalePage: when ``version`` is not the file's any more.
    :raises StepRefused: as :func:`plan_step`.
    """
    locked = lock(agreement, version)
    plan = plan_step(by=by, agreement=locked, request=request, today=today)
    milestone = milestone_of(plan, by=by, batch=batch)
    _refuse_what_does_not_fit(milestone, plan.row)
    milestone.save(force_insert=True)
    milestone.documents.set(request.documents)
    if request.successor is not None:
        kind = AgreementLink.Kind.SUCCEEDS if request.step == "supersede" else AgreementLink.Kind.AMENDS
        AgreementLink.objects.get_or_create(later=request.successor, earlier=locked, kind=kind)
    refresh(locked, today=today, activity_on=today if batch is None else plan.counted.last)
    verb = "agreement.enter_history" if request.as_history else "agreement.take_step"
    audit.record(verb, locked, by=by, details=details_of(milestone, plan))
    return milestone


def _refuse_what_does_not_fit(milestone: Milestone, row: Step) -> None:
    """:raises StepRefused: for a text too long for its field or a value that is none of its choices."""
    try:
        milestone.clean_fields(exclude=["agreement", "recorded_by", "batch", "withdrawn_by", "replaces"])
    except ValidationError as invalid:
        name, problems = next(iter(invalid.message_dict.items()))
        raise StepRefused.of(row, problems[0], name) from invalid


def milestone_of(plan: StepPlan, *, by: User, batch: ImportBatch | None = None) -> Milestone:
    """The row that the plan will write, unsaved."""
    request = plan.request
    is_staged = plan.row.target is not None and not request.is_record_only
    return Milestone(
        agreement=plan.agreement,
        step=request.step,
        stage=str(plan.row.target) if is_staged else "",
        phase=plan.phase,
        order=plan.order,
        happened=request.happened,
        effective=request.effective,
        counted=plan.counted,
        place=request.place,
        reference=request.reference,
        ground=request.ground,
        term=request.term,
        note=request.note,
        is_history=request.as_history,
        recorded_at=timezone.now(),
        recorded_by=by,
        batch=batch,
    )


def details_of(milestone: Milestone, plan: StepPlan) -> dict[str, Any]:
    """What the audit entry keeps of a milestone."""
    return {
        "step": milestone.step,
        "day": str(milestone.happened) or "—",
        "milestone": milestone.pk,
        "from": plan.stage_from,
        "to": plan.stage_to,
        "reference": milestone.reference,
        "note": milestone.note,
        "documents": [str(document.pk) for document in plan.request.documents],
    }


def _counted(agreement: Agreement, request: StepRequest) -> PartialDate:
    """The effective day counts for suspensions and endings, and for a promulgation that stands for the exchange."""
    replaces_exchange = request.step == "promulgate" and agreement.stage == Stage.INSTRUMENT_ISSUED
    if not request.effective.is_unknown and (request.step in COUNTS_WHEN_EFFECTIVE or replaces_exchange):
        return request.effective
    return request.happened


def _last_place(facts: list[Milestone]) -> float:
    return facts[-1].order + 1 if facts else 1.0


def _phase(step: str, target: str) -> str:
    if step == "effect_in_doubt":
        return Phase.UNKNOWN
    return PHASE_OF[target] if target else ""


def _started(clock: Clock, before: dict[str, Clock]) -> bool:
    earlier = before.get(clock.code)
    return clock.period is not None and (earlier is None or earlier.started_on != clock.started_on)


def _stopped(clock: Clock, before: dict[str, Clock]) -> bool:
    earlier = before.get(clock.code)
    return not clock.stopped_on.is_unknown and (earlier is None or earlier.stopped_on.is_unknown)
