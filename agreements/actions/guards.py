"""What must hold before a step is taken; every refusal quotes the article."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.actions.filing import HOUSE, place_of
from agreements.actions.refusals import StepRefused
from agreements.lifecycle import (
    MAIN_PHASES,
    PHASE_OF,
    STEP_NAMES,
    STEPS,
    Need,
    Phase,
    Stage,
    Step,
    Track,
    basis_of,
    label_of,
    rows_for,
)
from agreements.models import Agreement, Milestone
from agreements.provisions import treaties_act
from agreements.rules import may_enter_history, may_see_agreement, may_take_step, works_here
from tracker import rocdate
from tracker.models import User
from tracker.partialdate import PartialDate
from tracker.roles import Ministry

if TYPE_CHECKING:
    from agreements.actions.steps import StepRequest


def check_right(by: User, agreement: Agreement, step: str, *, as_history: bool) -> None:
    """:raises StepRefused: when this person may not take this step."""
    if step not in STEP_NAMES:
        raise StepRefused(_("There is no step “%(step)s”.") % {"step": step}, HOUSE, "step")
    if not works_here(by) or not may_see_agreement(by, agreement):
        raise StepRefused(_("Your role does not record steps."), HOUSE)
    if as_history and not may_enter_history(by, agreement):
        raise StepRefused(_("Only a supervisor enters history."), HOUSE)
    if not as_history and not may_take_step(by, agreement):
        if by.ministry == Ministry.JUSTICE and Ministry.JUSTICE not in agreement.leads:
            reason = _(
                "Foreign Affairs leads this agreement; Justice records steps only where it leads or co-leads."
            )
        else:
            reason = _("After signature only the lead agency records steps: %(lead)s.") % {
                "lead": agreement.lead_words
            }
        raise StepRefused(reason, treaties_act("4"))


def find_row(agreement: Agreement, step: str, request: "StepRequest") -> Step:
    """The row of the table that allows the step from where the file stands.

    History may be entered with gaps: any row of the step that fits a possible track serves.

    :raises StepRefused: when there is none.
    """
    if request.as_history:
        rows = [row for row in STEPS if row.name == step]
        fitting = [row for row in rows if row.tracks & agreement.tracks] or rows
        return next((row for row in fitting if row.target is not None), fitting[0])
    if rows := rows_for(step, agreement.stage, agreement.tracks):
        return rows[0]
    basis = basis_of(step)
    stage = Stage(agreement.stage).label if agreement.stage else _("unknown")
    told = {"step": label_of(step), "stage": stage}
    if any(rows_for(step, agreement.stage, frozenset({track})) for track in agreement.tracks):
        reason = _(
            "“%(step)s” depends on the track, which is not determined yet. Determine the nature and track first."
        )
    elif any(
        rows_for(step, agreement.stage, frozenset({track})) for track in Track if track != Track.UNDETERMINED
    ):
        reason = _("“%(step)s” does not belong to the track of this agreement (%(track)s).")
        told["track"] = agreement.get_track_display()
    else:
        reason = _("“%(step)s” cannot follow the stage “%(stage)s”.")
    raise StepRefused(reason % told, basis, "step")


def check_day(
    agreement: Agreement,
    row: Step,
    happened: PartialDate,
    counted: PartialDate,
    facts: Sequence[Milestone],
    request: "StepRequest",
    *,
    today: date,
) -> None:
    """:raises StepRefused: for a day in the future, missing, or before what it follows."""
    if happened.first and happened.first > today:
        raise StepRefused.of(
            row, _("The day lies in the future. Record it when it has happened."), "happened"
        )
    if happened.is_unknown and not request.as_history and row.name != "effect_in_doubt":
        raise StepRefused.of(row, _("Give the day on which it happened."), "happened")
    if request.as_history:
        _check_not_back_from_force(row, counted, facts, request)
        return
    if row.target is None:
        return
    previous = next((fact for fact in reversed(facts) if fact.stage), None)
    earliest = previous.counted_from if previous else agreement.opened_on
    latest = counted.last
    if earliest and latest and latest < earliest:
        label = previous.label if previous else _("opening of the file")
        told = {"label": label, "day": rocdate.short(earliest), "iso": earliest.isoformat()}
        reason = _("The day is before “%(label)s” (%(day)s, %(iso)s). Use that day or a later one.")
        raise StepRefused.of(row, reason % told, "happened")


def _check_not_back_from_force(
    row: Step, counted: PartialDate, facts: Sequence[Milestone], request: "StepRequest"
) -> None:
    """What was in force does not go back to signature or approval, not even in history."""
    place = place_of(counted, facts)
    earlier = [fact for fact in facts if fact.stage and fact.order < place]
    if row.target is None or request.is_record_only or not earlier:
        return
    was, becomes = PHASE_OF[earlier[-1].stage], PHASE_OF[row.target]
    if was == Phase.IN_FORCE and becomes in MAIN_PHASES[:-1]:
        reason = _("It was already in force on that day. Correct the day, or keep the stage as it is.")
        raise StepRefused.of(row, reason, "happened")


def check_needs(agreement: Agreement, row: Step, request: "StepRequest", facts: Sequence[Milestone]) -> None:
    """:raises StepRefused: names the first thing that is missing. History may lack anything but a reason."""
    for refusal in missing(agreement, row, request, facts):
        raise refusal


def missing(
    agreement: Agreement, row: Step, request: "StepRequest", facts: Sequence[Milestone]
) -> list[StepRefused]:
    """A refusal for each thing that the step still needs, in the order of :class:`Need`."""
    asked = row.needs
    if request.as_history:
        asked = asked & {Need.REASON} if row.name == "effect_in_doubt" else frozenset()
    lacking = [need for need in Need if need in asked and not IS_MET[need](agreement, request, facts)]
    return [StepRefused.of(row, *ASKED[need]) for need in lacking]


def _has_lead(agreement: Agreement, request: "StepRequest", facts: Sequence[Milestone]) -> bool:
    is_ours = agreement.lead == Agreement.Lead.FOREIGN_AFFAIRS
    return bool(agreement.lead) and (is_ours or bool(agreement.lead_consent))


def _consented_before_signature(
    agreement: Agreement, request: "StepRequest", facts: Sequence[Milestone]
) -> bool:
    signature = next((fact for fact in facts if fact.step == "sign"), None)
    consent = next((fact for fact in facts if fact.step == "approve"), None)
    return bool(signature and consent and consent.order < signature.order)


def _is_text_approved(agreement: Agreement, request: "StepRequest", facts: Sequence[Milestone]) -> bool:
    return bool(request.ground) or any(fact.step == "approve_text" for fact in facts)


Met = Callable[[Agreement, "StepRequest", Sequence[Milestone]], bool]
IS_MET: dict[Need, Met] = {
    Need.LEAD: _has_lead,
    Need.DOCUMENT: lambda agreement, request, facts: bool(request.documents) or request.has_document,
    Need.TEXT_APPROVAL: _is_text_approved,
    Need.REFERENCE: lambda agreement, request, facts: bool(request.reference.strip()),
    Need.REASON: lambda agreement, request, facts: bool(request.note.strip()),
    Need.CONSENT_BEFORE_SIGNATURE: _consented_before_signature,
    Need.CLAUSE_ON_SIGNATURE: lambda agreement, request, facts: (
        agreement.clause == Agreement.Clause.ON_SIGNATURE
    ),
    Need.SUCCESSOR: lambda agreement, request, facts: request.successor is not None,
    Need.MULTILATERAL: lambda agreement, request, facts: agreement.other_partners.exists(),
    Need.BILATERAL: lambda agreement, request, facts: not agreement.other_partners.exists(),
    Need.TERM: lambda agreement, request, facts: request.term is not None,
}
# What to do about each need, and the form field it concerns.
ASKED: dict[Need, tuple[Promise, str]] = {
    Need.LEAD: (
        gettext_lazy(
            "Record the lead agency first and, when it is not Foreign Affairs, the consent it was given."
        ),
        "",
    ),
    Need.DOCUMENT: (gettext_lazy("Attach the agreed text."), "files"),
    Need.TEXT_APPROVAL: (
        gettext_lazy(
            "The Executive Yuan approves the text before signature: "
            "record its approval, or the delegation or urgency."
        ),
        "ground",
    ),
    Need.REFERENCE: (gettext_lazy("Give the official letter number."), "reference"),
    Need.REASON: (gettext_lazy("Give the reason."), "note"),
    Need.CONSENT_BEFORE_SIGNATURE: (
        gettext_lazy("This needs the Legislative Yuan's consent, dated before signature."),
        "step",
    ),
    Need.CLAUSE_ON_SIGNATURE: (
        gettext_lazy(
            "Only a text with a clause “on signature” enters into force without being recorded first."
        ),
        "step",
    ),
    Need.SUCCESSOR: (
        gettext_lazy("Name the agreement that amends or replaces it; register it first."),
        "successor",
    ),
    Need.MULTILATERAL: (
        gettext_lazy("One withdraws from a multilateral text; a bilateral one is terminated."),
        "step",
    ),
    Need.BILATERAL: (gettext_lazy("Only a bilateral text is returned for renegotiation."), "step"),
    Need.TERM: (gettext_lazy("Give the number of the Legislative Yuan's term."), "term"),
}
