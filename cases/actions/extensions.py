"""More time on one clock of a case: asked with a reason, decided by another person."""

from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.actions import StepRefused
from cases.actions.filing import keep_current, lock
from cases.clocks import EXTENDABLE, Clock
from cases.models import Case, Extension
from cases.provisions import HOUSE
from cases.rules import may_change_time, may_decide_extension
from cases.timing import extendable_clocks
from tracker import audit
from tracker.models import User


@transaction.atomic
def ask_extension(
    *,
    by: User,
    case: Case,
    clock: str,
    due_asked: date,
    reason: str,
    today: date,
    version: int | None = None,
) -> Extension:
    """Ask for more time on a clock that runs; nothing moves until another person approved it.

    :raises StalePage: when ``version`` is not the case's any more.
    :raises StepRefused: without the right or reason; for a clock that no one may extend or that does not run, for
        a day that gives no more time or more than the level allows, or while one is asked for already.
    """
    locked = lock(case, version)
    if not locked.is_open or not may_change_time(by, locked):
        raise StepRefused(_("Justice asks for more time, on an open case."), HOUSE)
    if clock not in EXTENDABLE:
        words = _("The law that sets this term knows no extension.")
        raise StepRefused(words, HOUSE, "clock")
    running = next((one for one in extendable_clocks(locked, today=today) if one.code == clock), None)
    if running is None or running.due_on is None:
        raise StepRefused(_("This clock does not run."), HOUSE, "clock")
    _check_day(running, due_asked, today=today)
    if not reason.strip():
        raise StepRefused(_("Give the reason."), HOUSE, "reason")
    if locked.extensions.filter(clock=clock, is_approved=None).exists():
        raise StepRefused(_("More time is asked for already; it is not decided yet."), HOUSE, "clock")
    asked = locked.extensions.create(
        clock=clock,
        due_was=running.due_on,
        due_asked=due_asked,
        reason=reason.strip(),
        asked_at=timezone.now(),
        asked_by=by,
    )
    return _told(by, locked, asked, "case.ask_extension")


@transaction.atomic
def decide_extension(
    *,
    by: User,
    extension: Extension,
    is_approved: bool,
    reason: str = "",
    version: int | None = None,
) -> Extension:
    """Approve the extension, which moves the clock, or refuse it with a reason.

    :raises StalePage: when ``version`` is not the case's any more.
    :raises StepRefused: to anybody but another supervisor of justice; when it was decided; a refusal without reason.
    """
    locked = lock(extension.case, version)
    asked = locked.extensions.select_for_update(no_key=True).get(pk=extension.pk)
    if asked.is_approved is not None:
        raise StepRefused(_("This extension has been decided meanwhile."), HOUSE)
    asked.case = locked
    if not may_decide_extension(by, asked):
        raise StepRefused(_("Another supervisor of Justice decides on an extension."), HOUSE)
    if not locked.is_open:
        raise StepRefused(_("The case is closed: its clocks do not run."), HOUSE)
    if not is_approved and not reason.strip():
        raise StepRefused(_("Give the reason."), HOUSE, "reason")
    asked.is_approved, asked.decision_reason = is_approved, reason.strip()
    asked.decided_at, asked.decided_by = timezone.now(), by
    asked.save(update_fields=["is_approved", "decision_reason", "decided_at", "decided_by"])
    return _told(by, locked, asked, "case.approve_extension" if is_approved else "case.refuse_extension")


def _check_day(clock: Clock, due_asked: date, *, today: date) -> None:
    """:raises StepRefused: for a day that gives no more time, lies in the past, or lies too far on."""
    assert clock.due_on is not None  # noqa: S101 - the caller looked
    if due_asked <= clock.due_on or due_asked < today:
        raise StepRefused(_("The new day must lie after the one that is due now."), HOUSE, "due_asked")
    longest = clock.rule.longest
    if longest is not None and clock.period is not None:
        last = clock.period.due + timedelta(days=longest)
        if due_asked > last:
            words = _("This level may be extended by %(days)s days at the most.") % {"days": longest}
            raise StepRefused(words, clock.basis, "due_asked")


def _told(by: User, case: Case, asked: Extension, verb: str) -> Extension:
    """Count the change of the case and write its next due day anew."""
    case.version += 1
    keep_current(case)
    case.save(update_fields=["is_open", "due_on", "due_clock", "version", "changed_at"])
    audit.record(verb, case, by=by, details={"clock": asked.clock, "day": asked.due_asked})
    return asked
