"""Making the fictional cases: registered, assigned and walked by the real actions, dated back from today."""

from datetime import date, timedelta

from django.db import transaction

from agreements.models import Milestone, Partner
from cases.actions import Intake, StepRequest, assign, register_case, take_step
from cases.lifecycle import row_for
from cases.models import Case
from cases.rules import may_carry
from cases.samples.table import GIVEN, OFFICE, SAMPLES, SampleCase, SampleStep
from tracker import audit
from tracker.models import User
from tracker.roles import Ministry, Role

UNDER_WAY = 6
"""Days from the date of a letter that comes in to its receipt; an urgent one is received at once."""


@transaction.atomic
def load_sample_cases(*, by: User, today: date) -> dict[str, Case]:
    """Make the fictional cases, dated back from ``today``; nothing when there are some, or no fictional partner yet.

    ``by`` is staff of justice. Most are carried by the first officer of justice, or by ``by``. Those dated
    around an entry into force are left out while their partner has no agreement in force.

    :returns: the cases by the names that their samples have.
    """
    if Case.objects.registered().filter(partner__is_sample=True).exists():
        return {}
    partners = {partner.code: partner for partner in Partner.objects.filter(is_sample=True)}
    dated = [(_letter_on(sample, today), sample) for sample in SAMPLES if sample.partner in partners]
    wanted = [(on, sample) for on, sample in dated if on is not None]
    made = {
        sample.name: _make(sample, partners[sample.partner], on, by=by, today=today)
        for on, sample in sorted(wanted, key=lambda pair: pair[0])
    }
    if made:
        audit.record("case.load_samples", next(iter(made.values())), by=by, details={"cases": len(made)})
    return made


def _letter_on(sample: SampleCase, today: date) -> date | None:
    """The day from which the sample's own days count; None when it cannot be said."""
    if sample.around is None:
        return today - timedelta(days=sample.received)
    force = Milestone.objects.filter(
        agreement__partner__code=sample.partner,
        agreement__partner__is_sample=True,
        step="enter_into_force",
        withdrawn_at=None,
    )
    day = force.order_by("counted_to").values_list("counted_to", flat=True).first()
    return day + timedelta(days=sample.around) if day else None


def _make(sample: SampleCase, partner: Partner, counted: date, *, by: User, today: date) -> Case:
    received = counted + timedelta(days=7) if sample.around is not None else counted
    comes_in = sample.direction == "in"
    intake = Intake(
        direction=sample.direction,
        kind=sample.kind,
        partner=partner,
        partner_reference=f"示例-{partner.code}-{counted:%y%m%d}" if comes_in else "",
        subject=sample.subject,
        letter_on=_dated(sample, counted) if comes_in else None,
        received_on=received,
        items=sample.items,
        deadline=today + timedelta(days=sample.deadline) if sample.deadline is not None else None,
        **{"office": "" if comes_in else OFFICE} | sample.fields,
    )
    case = register_case(by=by, intake=intake, today=received)
    if sample.is_carried:
        assign(by=by, case=case, officer=_carrier(case, by))
    for step in sample.steps:
        ahead = sample.around is not None
        on = counted + timedelta(days=step.days) if ahead else today - timedelta(days=step.days)
        walk_on(case, by, step, on, today=today)
    case.refresh_from_db()
    return case


def _dated(sample: SampleCase, counted: date) -> date:
    """The day of the letter: that from which the sample counts, or a few days before its receipt."""
    is_urgent = sample.fields.get("is_urgent", False)
    return counted if sample.around is not None or is_urgent else counted - timedelta(days=UNDER_WAY)


def walk_on(case: Case, by: User, step: SampleStep, on: date, *, today: date) -> None:
    """Take one step of a sample on this day, as if it had been recorded then; whatever it needs is given."""
    case.refresh_from_db()
    row = row_for(step.name, case.state, case.kind)
    given = {key: value for need in (row.needs if row else ()) for key, value in GIVEN[need].items()}
    if step.due is not None:
        given["due_on"] = today + timedelta(days=step.due)
    request = StepRequest(
        step=step.name, happened_on=on, reference="示例字第 0000000000 號", **given | step.given
    )
    take_step(by=by, case=case, request=request, today=on)


def _carrier(case: Case, by: User) -> User:
    """The first officer of justice who may carry the case, else ``by``."""
    officers = User.objects.filter(ministry=Ministry.JUSTICE, role=Role.OFFICER, is_active=True)
    return next((officer for officer in officers.order_by("pk") if may_carry(officer, case)), by)
