"""Work that changes hands: the pack is made and everything in it assigned in one transaction, then ticked through."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.actions import StalePage, StepRefused
from cases.actions.assignment import hand_to
from cases.handover import Pack, lines_seen, pack_of
from cases.models import Case, Handover, HandoverLine, Task
from cases.provisions import HOUSE
from cases.rules import may_hand_over, may_take_over
from tracker import audit
from tracker.models import User


@transaction.atomic
def hand_over(
    *, by: User, giver: User, taker: User, reason: str, message: str = "", token: str | None = None
) -> Handover:
    """Give all that the giver has in hand, as far as ``by`` sees it and the taker is cleared for it, to the taker.

    Cases are assigned, the giver's open tasks on them go along; each line keeps how its thing stood.

    :raises StalePage: when ``token`` is not of the pack as it stands now, or a case moved on meanwhile.
    :raises StepRefused: without the right, for a taker of the other ministry, without a reason, for nothing at all.
    """
    if not may_hand_over(by, giver):
        raise StepRefused(_("Everybody hands over the own work; a supervisor that of the ministry."), HOUSE)
    if not may_take_over(taker, giver):
        raise StepRefused(_("Work goes over to somebody of the same ministry."), HOUSE, "taker")
    if not reason.strip():
        raise StepRefused(_("Give the reason."), HOUSE, "reason")
    pack = pack_of(giver, taker, by=by)
    if token is not None and pack.token != token:
        raise StalePage(
            _("What is to be handed over changed meanwhile. Look at it again, then decide."), HOUSE
        )
    if not pack.going:
        raise StepRefused(_("There is nothing that could go over."), HOUSE)
    handover = Handover.objects.create(
        giver=giver,
        taker=taker,
        reason=reason.strip(),
        message=message.strip(),
        made_at=timezone.now(),
        made_by=by,
    )
    _keep_lines(handover, pack)
    _tell(handover, pack, _assign(handover, pack, by=by), by=by)
    return handover


@transaction.atomic
def tick_lines(*, by: User, handover: Handover, lines: Iterable[HandoverLine]) -> int:
    """Tick lines of a pack off that one takes over; the pack closes with the last one that its taker can see.

    :raises StepRefused: for anybody but the taker.
    """
    locked = Handover.objects.select_for_update(no_key=True).get(pk=handover.pk)
    if locked.taker_id != by.pk:
        raise StepRefused(_("The successor ticks the lines off."), HOUSE)
    own = lines_seen(by).filter(handover=locked)
    waiting = own.filter(pk__in=[line.pk for line in lines], ticked_at=None)
    ticked = HandoverLine.objects.filter(pk__in=list(waiting.values_list("pk", flat=True)))
    number = ticked.update(ticked_at=timezone.now())
    if number and not own.filter(ticked_at=None).exists():
        locked.closed_at = timezone.now()
        locked.save(update_fields=["closed_at"])
    if number:
        audit.record("handover.tick", locked, by=by, details={"lines": number})
    return number


def _keep_lines(handover: Handover, pack: Pack) -> None:
    HandoverLine.objects.bulk_create(
        HandoverLine(handover=handover, case=row.case, agreement=row.agreement, facts=row.facts)
        for row in pack.going
    )


def _assign(handover: Handover, pack: Pack, *, by: User) -> list[audit.Deed]:
    """Give every case of the pack to the taker, and the giver's open tasks along with it.

    :raises StalePage: for a case that moved on since the pack was gathered.
    """
    seen = {row.case.pk: row.case for row in pack.going if row.case is not None}
    carried = [row.case.pk for row in pack.going if row.case is not None and row.is_carried]
    deeds, changed = [], []
    for case in Case.objects.select_for_update(no_key=True).filter(pk__in=carried).order_by("pk"):
        if case.version != seen[case.pk].version:
            raise StalePage(
                _("What is to be handed over changed meanwhile. Look at it again, then decide."), HOUSE
            )
        deeds.append(hand_to(handover.taker, case, by=by, reason=handover.reason, handover=handover))
        changed.append(case)
    Case.objects.bulk_update(changed, ["officer", "version", "changed_at"], batch_size=200)
    return deeds


def _tell(handover: Handover, pack: Pack, deeds: list[audit.Deed], *, by: User) -> None:
    """Move the giver's tasks, and record the whole."""
    keys = [row.case.pk for row in pack.going if row.case is not None]
    giver, taker = handover.giver, handover.taker
    Task.objects.filter(case__in=keys, assigned_to=giver, done_at=None).update(assigned_to=taker)
    details = {
        "giver": str(giver),
        "taker": str(taker),
        "cases": len(keys),
        "agreements": len(pack.going) - len(keys),
    }
    audit.record_all([*deeds, audit.Deed("handover.make", handover, details)], by=by)
