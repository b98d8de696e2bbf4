"""The one next thing to do with an agreement, who does it, and whether this reader may record it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from agreements.clocks import RULE_OF, Clock, Duty
from agreements.lifecycle import Actor, Phase, Step, awaited, basis_of, label_of, next_steps
from agreements.models import Agreement, Milestone
from agreements.provisions import Provision, treaties_act
from agreements.record.path import doubt_words
from agreements.record.periods import is_open
from agreements.rules import is_signed, may_correct, may_edit, may_take_step
from tracker.models import User

Kind = Literal["step", "determine", "complete", "nothing"]
OPTIONAL = frozenset({"K6"})


@dataclass(frozen=True, slots=True)
class Following:
    """The next thing: a step to record, the track to determine, a date to complete, or nothing.

    ``step`` is the name of the step; ``milestone`` the one whose date is incomplete. ``may_act`` is the rule
    that the action itself enforces: without it the page shows no button.
    """

    kind: Kind
    title: str | Promise
    basis: Provision | None = None
    step: str = ""
    actor: str | Promise = ""
    clock: Clock | None = None
    duty: Duty | None = None
    milestone: Milestone | None = None
    doubt: str = ""
    days_left: int | None = None
    may_act: bool = False


def following(
    agreement: Agreement,
    clocks: Sequence[Clock],
    duties: Sequence[Duty],
    facts: Sequence[Milestone],
    by: User,
    *,
    today: date,
) -> Following:
    """The most urgent clock that can be stopped now, else the step the path awaits, else what is still open."""
    takable = next_steps(agreement.stage, agreement.tracks)
    stoppable = [clock for clock in clocks if is_open(clock) and _stopping_step(clock, takable)]
    if stoppable:
        clock = min(stoppable, key=lambda one: one.due_on or one.started_on)  # type: ignore[arg-type, return-value]
        return _of_clock(clock, takable, agreement, by, today)
    incomplete = _incomplete(agreement, facts, by)
    if incomplete and agreement.phase == Phase.IN_FORCE and facts[-1].is_history:
        return incomplete  # what an old file lacks matters more than what its path would await
    step = awaited(agreement.stage, agreement.tracks)
    if step is not None:
        return _of_step(step, agreement, by)
    if _is_open_track(agreement):
        return _determine(agreement, by)
    for duty in duties:
        if duty.code in takable:
            return _of_duty(duty, agreement, by)
    return incomplete or Following("nothing", _("Nothing is awaited"))


def _stopping_step(clock: Clock, takable: Sequence[str]) -> str:
    if clock.code in OPTIONAL:
        return ""
    return next((name for name in RULE_OF[clock.code].stops if name in takable), "")


def _of_clock(clock: Clock, takable: Sequence[str], agreement: Agreement, by: User, today: date) -> Following:
    step = _stopping_step(clock, takable)
    ordinary = awaited(agreement.stage, agreement.tracks)
    actor = ordinary.by if ordinary is not None and ordinary.name == step else Actor.LEAD
    return Following(
        "step",
        clock.label,
        clock.basis,
        step=step,
        actor=actor.label,
        clock=clock,
        days_left=clock.days_left(today),
        may_act=may_take_step(by, agreement),
    )


def _of_step(step: Step, agreement: Agreement, by: User) -> Following:
    may_act = may_take_step(by, agreement)
    return Following("step", step.label, step.basis, step.name, step.by.label, may_act=may_act)


def _of_duty(duty: Duty, agreement: Agreement, by: User) -> Following:
    may_act = may_take_step(by, agreement)
    return Following("step", duty.label, duty.basis, duty.code, duty=duty, may_act=may_act)


def _is_open_track(agreement: Agreement) -> bool:
    """Whether the next step waits for the track: some possible track goes on from here, but not all alike."""
    possible = agreement.tracks
    return len(possible) > 1 and any(awaited(agreement.stage, frozenset({track})) for track in possible)


def _determine(agreement: Agreement, by: User) -> Following:
    may_act = may_edit(by, agreement) and (by.is_supervisor or not is_signed(agreement))
    return Following("determine", _("Determine its nature and track"), treaties_act("18"), may_act=may_act)


def _incomplete(agreement: Agreement, facts: Sequence[Milestone], by: User) -> Following | None:
    """The latest staged fact whose day is not fully known."""
    partly = [fact for fact in facts if fact.stage and fact.happened.exact is None]
    if not partly:
        return None
    fact = partly[-1]
    title = _("Complete the date of “%(step)s”") % {"step": label_of(fact.step)}
    return Following(
        "complete",
        title,
        basis_of(fact.step),
        step=fact.step,
        milestone=fact,
        doubt=doubt_words(fact.happened),
        may_act=may_correct(by, agreement),
    )
