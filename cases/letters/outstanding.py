"""The open requests to a partner that wait for its answer, and when a next reminder may go to it."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max, Q

from agreements.models import Partner
from cases.lifecycle import Direction, row_for
from cases.models import Case, CaseEvent, Letter, LetterCase
from tracker.models import User
from tracker.preferences import preference

S = Letter.Status
ON_ITS_WAY = (S.DRAFT, S.SUBMITTED, S.RETURNED, S.COUNTERSIGNED)


@dataclass(frozen=True, slots=True)
class Outstanding:
    """One request that waits: since when, when it was chased last, and by when an answer was promised."""

    case: Case
    days: int | None
    chased_on: date | None
    promised_on: date | None
    is_promised: bool

    @property
    def is_taken(self) -> bool:
        """Whether a note would list it at first."""
        return not self.is_promised


@dataclass(frozen=True, slots=True)
class Rest:
    """Whether a note may be drafted: not while one is on its way (``on_its_way``), not before the day ``until``."""

    days: int
    last_on: date | None
    until: date | None
    on_its_way: Letter | None

    @property
    def is_over(self) -> bool:
        return self.until is None and self.on_its_way is None


def outstanding(partner: Partner, *, reader: User, today: date) -> list[Outstanding]:
    """Our open requests to the partner that this reader may see and that can be chased, the oldest first. Four queries."""
    waiting = Case.objects.visible_to(reader).waiting().filter(partner=partner, direction=Direction.OUT)
    cases = [
        case
        for case in waiting.prefetch_related("items").order_by("requested_on", "id")
        if _can_be_chased(case)
    ]
    chased = _latest(cases, "chase", "happened_on")
    promised = _latest(cases, "promise_reply", "due_on")
    said = (
        LetterCase.objects.filter(case__in=cases, promised_on__isnull=False)
        .values_list("case")
        .annotate(Max("promised_on"))
    )
    for pk, day in said:
        promised[pk] = max(day, promised.get(pk, day))
    return [
        Outstanding(
            case,
            (today - case.requested_on).days if case.requested_on else None,
            chased.get(case.pk),
            promised.get(case.pk),
            promised.get(case.pk, date.min) >= today,
        )
        for case in cases
    ]


def rest(partner: Partner, *, today: date) -> Rest:
    """The days of rest between two notes to a partner, counted from the last reminder that was sent to it.

    Notes that a reader may not see count as well: the partner received them all the same.
    """
    notes = Letter.objects.filter(partner=partner, kind=Letter.Kind.REMINDER, way=Letter.Way.OUT)
    days = int(preference("note_rest_days"))  # type: ignore[arg-type]
    last = notes.filter(status=S.SENT).aggregate(last=Max("moved_on"))["last"]
    free_on = last + timedelta(days=days) if last else None
    on_its_way = notes.filter(status__in=ON_ITS_WAY).order_by("pk").first()
    return Rest(days, last, free_on if free_on and free_on > today else None, on_its_way)


def _can_be_chased(case: Case) -> bool:
    return row_for("chase", case.state, case.kind) is not None


def _latest(cases: list[Case], step: str, field: str) -> dict[int, date]:
    """By case, the latest day in ``field`` of its events of this step."""
    events = CaseEvent.objects.filter(Q(case__in=cases, step=step) & Q(**{f"{field}__isnull": False}))
    return dict(events.values_list("case").annotate(Max(field)))
