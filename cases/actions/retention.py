"""The term for which a case or an agreement is kept, and holds that stop a disposal."""

from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.actions import StalePage, StepRefused
from agreements.models import Agreement
from cases.actions.filing import lock, refuses_as_told
from cases.models import Case, Hold, Retention, Start, Term
from cases.provisions import archives_act
from cases.rules import holds_case, may_change, may_dispose, may_keep_agreement
from cases.shown import hold_shown, term_shown
from tracker import audit
from tracker.models import User

MEANWHILE = gettext_lazy("Somebody changed this after you opened the page. Look at it again, then decide.")


@refuses_as_told
@transaction.atomic
def set_retention(
    *, by: User, case: Case, years: int, start: str, reason: str, shown: str | None = None
) -> Retention:
    """Say for how many years the case is kept (0: permanently) and from which day they count, with the reason.

    :raises StalePage: when ``shown`` is given and another term stands by now (``cases.shown.term_shown``).
    :raises StepRefused: without the right or the reason, or for a class that the law does not know.
    """
    locked = lock(case, None)
    if not may_dispose(by) or not holds_case(by, locked) or locked.is_draft:
        raise StepRefused(_("A supervisor of justice says how long a case is kept."), archives_act())
    _refuse_stale(shown, term_shown(locked))
    kept = _set("case", locked, by, years, start, reason)
    audit.record("case.set_retention", locked, by=by, details={"years": years, "start": start})
    return kept


@refuses_as_told
@transaction.atomic
def set_agreement_retention(
    *, by: User, agreement: Agreement, years: int, start: str, reason: str, shown: str | None = None
) -> Retention:
    """The same of an agreement; nothing of an agreement is destroyed here.

    :raises StalePage: as for a case.
    :raises StepRefused: as for a case; supervisors of either ministry say it.
    """
    locked = Agreement.objects.select_for_update(no_key=True).get(pk=agreement.pk)
    if not may_keep_agreement(by, locked):
        raise StepRefused(_("A supervisor says how long an agreement is kept."), archives_act())
    _refuse_stale(shown, term_shown(locked))
    kept = _set("agreement", locked, by, years, start, reason)
    audit.record("agreement.set_retention", locked, by=by, details={"years": years, "start": start})
    return kept


def _refuse_stale(shown: str | None, present: str) -> None:
    if shown is not None and shown != present:
        raise StalePage(str(MEANWHILE), archives_act())


def _set(field: str, thing: models.Model, by: User, years: int, start: str, reason: str) -> Retention:
    if years not in Term.values or start not in Start.values:
        raise StepRefused(_("Choose one of the classes."), archives_act(), "years")
    if not reason.strip():
        raise StepRefused(_("Give the reason."), archives_act(), "reason")
    given: dict[str, Any] = {
        "years": years, "start": start, "reason": reason.strip(), "set_at": timezone.now(), "set_by": by,
    }  # fmt: skip
    about: dict[str, Any] = {field: thing}
    return Retention.objects.update_or_create(**about, defaults=given)[0]


@refuses_as_told
@transaction.atomic
def place_hold(*, by: User, case: Case, reason: str) -> Hold:
    """Stop the disposal of the case, whatever its term says, until the hold is lifted.

    :raises StepRefused: without the right or the reason, or when one stands already.
    """
    locked = lock(case, None)
    if not may_change(by, locked) or locked.is_draft:
        raise StepRefused(_("Justice stops the disposal of a case."), archives_act())
    if not reason.strip():
        raise StepRefused(_("Give the reason."), archives_act(), "reason")
    if locked.disposal_holds.filter(lifted_at=None).exists():
        raise StepRefused(_("Its disposal is stopped already."), archives_act())
    hold = Hold.objects.create(case=locked, reason=reason.strip(), placed_at=timezone.now(), placed_by=by)
    audit.record("retention.place_hold", locked, by=by, details={"hold": hold.pk})
    return hold


@refuses_as_told
@transaction.atomic
def lift_hold(*, by: User, case: Case, reason: str, shown: str | None = None) -> Hold:
    """Let the disposal of the case go on.

    :raises StalePage: when ``shown`` is given and another hold stands by now (``cases.shown.hold_shown``).
    :raises StepRefused: without the right or the reason, or when none stands.
    """
    locked = lock(case, None)
    if not may_dispose(by) or not holds_case(by, locked):
        raise StepRefused(_("A supervisor of justice lifts a hold."), archives_act())
    hold = locked.disposal_holds.filter(lifted_at=None).first()
    if hold is None:
        raise StepRefused(_("No hold stands."), archives_act())
    _refuse_stale(shown, hold_shown(hold))
    if not reason.strip():
        raise StepRefused(_("Give the reason."), archives_act(), "reason")
    hold.lifted_at, hold.lifted_by, hold.lifted_reason = timezone.now(), by, reason.strip()
    hold.save(update_fields=["lifted_at", "lifted_by", "lifted_reason"])
    audit.record("retention.lift_hold", locked, by=by, details={"hold": hold.pk})
    return hold
