"""The path proposed for a new agreement, laid out step by step with its articles and the periods it will set."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agreements.clocks import RULE_OF, Fact, File, Rule
from agreements.lifecycle import Proposal, Step, Track, path_of, possible_tracks
from agreements.models import Agreement
from agreements.record.offers import StageMark, stage_mark
from tracker.partialdate import PartialDate


@dataclass(frozen=True, slots=True)
class StepAhead:
    """One step of the ordinary path: where it leads, and the statutory periods that begin with it."""

    step: Step
    leads_to: StageMark | None
    starts: list[Rule]


@dataclass(frozen=True, slots=True)
class LaidOut:
    """The proposal, the agreement as it would be (unsaved), and its steps as far as they are determined."""

    proposal: Proposal
    agreement: Agreement
    steps: list[StepAhead]
    is_complete: bool


def laid_out(registration: Mapping[str, Any], proposal: Proposal) -> LaidOut:
    """Lay out the path of the agreement that ``registration`` would open. No query."""
    described = ("partner", "title_zh", "title_en", "lead", "lead_name", "co_lead", "secrecy")
    agreement = Agreement(
        nature=proposal.nature, track=proposal.track, **{name: registration[name] for name in described}
    )
    steps = path_of(proposal.track, proposal.nature)
    return LaidOut(
        proposal=proposal,
        agreement=agreement,
        steps=[_ahead(step, agreement) for step in steps],
        is_complete=proposal.track != Track.UNDETERMINED,
    )


def _ahead(step: Step, agreement: Agreement) -> StepAhead:
    begun = File(
        tracks=possible_tracks(agreement.track, agreement.nature),
        nature=agreement.nature,
        leads=agreement.leads,
        is_lead_recorded=bool(agreement.lead),
        facts=(Fact(step.name, PartialDate()),),
    )
    return StepAhead(
        step=step,
        leads_to=stage_mark(str(step.target), agreement) if step.target is not None else None,
        starts=[RULE_OF[code] for code in step.starts if RULE_OF[code].applies(begun)],
    )
