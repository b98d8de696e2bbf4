"""What a step leaves behind that the plan does not say of itself: what cannot be undone, and who will see it."""

from dataclasses import dataclass
from itertools import groupby

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from agreements.actions import StepPlan
from agreements.clocks import Clock
from agreements.consequences import HEADINGS, Consequence
from agreements.lifecycle import PHASE_OF, Phase, awaited
from agreements.models import Agreement, Milestone
from agreements.record.offers import StageMark, stage_mark
from agreements.record.periods import ClockRow, rows
from agreements.rules import UNSIGNED
from tracker.models import User
from tracker.roles import Secrecy


@dataclass(frozen=True, slots=True)
class Aftermath:
    """The plan in the words of the confirm page."""

    was: StageMark | None
    becomes: StageMark | None
    started: list[ClockRow]
    stopped: list[ClockRow]
    consequences: list[tuple[str | Promise, list[Consequence]]]
    final: list[str]
    audience: str
    then: str | Promise
    ground: str | Promise


def aftermath(plan: StepPlan, reader: User) -> Aftermath:
    """Everything the confirm page says beside the plan's own facts. One query, for the number of readers."""
    agreement = plan.agreement
    following = awaited(plan.stage_to, agreement.tracks) if plan.stage_to else None
    return Aftermath(
        was=stage_mark(plan.stage_from, agreement),
        becomes=stage_mark(plan.stage_to, agreement),
        started=_rows(plan.clocks_started),
        stopped=_rows(plan.clocks_stopped),
        consequences=[
            (HEADINGS.get(kind, kind), list(group))
            for kind, group in groupby(sorted(plan.consequences, key=lambda c: c.kind), key=lambda c: c.kind)
        ],
        final=_final(plan),
        audience=_audience(agreement),
        then=following.label if following else "",
        ground=Milestone.Ground(plan.request.ground).label if plan.request.ground else "",
    )


def _rows(clocks: tuple[Clock, ...]) -> list[ClockRow]:
    """The clocks with their workings; their marks are not shown, so no day is counted to."""
    return [row for clock in clocks for row in rows([clock], today=clock.started_on)] if clocks else []  # type: ignore[arg-type]


def _final(plan: StepPlan) -> list[str]:
    """What can no longer be undone once the step is recorded."""
    words = [
        _("The entry stays in the history: it can be corrected or withdrawn with a reason, never deleted.")
    ]
    if plan.stage_from in UNSIGNED and plan.stage_to not in UNSIGNED:
        words.append(
            _(
                "From signature on only the lead agency records steps, and only its supervisor corrects them or "
                "changes nature, track, lead agency and secrecy."
            )
        )
    if plan.changes_stage and PHASE_OF.get(plan.stage_to) == Phase.ENDED:
        words.append(_("The agreement has ended: no step leads back from here."))
    return words


def _audience(agreement: Agreement) -> str:
    cleared = User.objects.filter(is_active=True, clearance__gte=agreement.secrecy).count()
    told = {"count": cleared, "level": Secrecy(agreement.secrecy).label}
    return (
        ngettext(
            "%(count)d person who is cleared for “%(level)s”: officers and supervisors of both ministries, auditors, "
            "administrators.",
            "%(count)d people who are cleared for “%(level)s”: officers and supervisors of both ministries, auditors, "
            "administrators.",
            cleared,
        )
        % told
    )
