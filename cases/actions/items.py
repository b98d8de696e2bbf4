"""What came of the things that are asked, several at once; and what is asked, corrected while the case is open."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from agreements.actions import StepRefused
from cases.actions.filing import lock, refuses_as_told, touch
from cases.actions.intake import HAS_ITEMS
from cases.actions.steps import StepRequest, record_step
from cases.items import part_step
from cases.models import AssistanceItem, Case, CaseEvent
from cases.provisions import HOUSE
from cases.rules import may_change
from tracker import audit
from tracker.models import User

P = AssistanceItem.Progress
LONGEST = 300
NEEDS_WORDS = frozenset({P.PART, P.NOT_DONE, P.REFUSED})


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one thing: its state, in words, and on which day. Set back to open it has neither."""

    state: str
    words: str = ""
    day: date | None = None


@transaction.atomic
def settle_items(
    *,
    by: User,
    case: Case,
    results: Mapping[AssistanceItem, Outcome],
    today: date,
    version: int | None = None,
) -> CaseEvent | None:
    """Record what came of several things at once; answers the step that the case took of itself, if it took one.

    When something is met and something still open, a case that is being executed becomes partly executed (one of
    ours: answered in part), on the day of the latest outcome, or of the step before when that is later.

    :raises StalePage: when ``version`` is not the case's any more.
    :raises StepRefused: without the right, in a closed case, when nothing changes or an outcome does not fit;
        ``field`` is state, words or day with the key of its item, such as words_7.
    """
    locked = _locked(by, case, version)
    items = {item.pk: item for item in locked.items.select_for_update(no_key=True)}
    said = [_settled(locked, items, asked.pk, outcome, today) for asked, outcome in results.items()]
    changed = [item for item in said if item is not None]
    if not changed:
        raise StepRefused(_("Nothing was changed. Say what came of at least one thing."), HOUSE)
    AssistanceItem.objects.bulk_update(changed, ["state", "result", "settled_on"])
    codes = {str(item.pk): item.state for item in changed}
    audit.record("case.settle_items", locked, by=by, details={"items": len(changed), "states": codes})
    step = part_step(locked.state, items.values())
    if not step:
        _note_change(locked)
        return None
    earlier = locked.events.exclude(state="").order_by("-order").values_list("happened_on", flat=True)[0]
    day = max([earlier, *(item.settled_on for item in changed if item.settled_on)])
    return record_step(by, locked, StepRequest(step, day), today=today)


@transaction.atomic
def add_item(*, by: User, case: Case, kind: str, reason: str, version: int | None = None) -> AssistanceItem:
    """Add to what is asked, in a supplement or because it was overlooked.

    :raises StalePage: when ``version`` is not the case's any more.
    :raises StepRefused: without the right, in a closed case or one without such things, without a reason, or when
        the same is asked already and open.
    """
    locked = _locked(by, case, version)
    if locked.kind not in HAS_ITEMS:
        raise StepRefused(_("This kind of case is not divided into items."), HOUSE, "kind")
    if kind not in AssistanceItem.Kind.values:
        raise StepRefused(_("Choose what is asked."), HOUSE, "kind")
    if locked.items.filter(kind=kind, state=P.OPEN).exists():
        raise StepRefused(_("This is asked already, and open."), HOUSE, "kind")
    if not reason.strip():
        raise StepRefused(_("Give the reason."), HOUSE, "reason")
    last = locked.items.aggregate(last=Max("position"))["last"]
    item = AssistanceItem.objects.create(case=locked, kind=kind, position=0 if last is None else last + 1)
    _note_change(locked)
    audit.record("case.add_item", locked, by=by, details={"item": kind, "reason": reason.strip()})
    return item


@refuses_as_told
@transaction.atomic
def drop_item(*, by: User, case: Case, item: AssistanceItem, reason: str, version: int | None = None) -> None:
    """Take out of the case what was never asked. What the requesting party withdrew is settled as withdrawn instead.

    :raises StalePage: when ``version`` is not the case's any more.
    :raises StepRefused: without the right, in a closed case, when it is gone or settled, when nothing would be
        left, or without a reason.
    """
    locked = _locked(by, case, version)
    found = locked.items.filter(pk=item.pk).first()
    if found is None:
        raise StepRefused(_("It has been dropped meanwhile."), HOUSE)
    if found.state != P.OPEN:
        raise StepRefused(_("It is settled. Set it back to open first, if that was wrong."), HOUSE)
    if locked.items.count() == 1:
        raise StepRefused(_("Nothing would be asked any more. Add first what is asked instead."), HOUSE)
    if not reason.strip():
        raise StepRefused(_("Give the reason."), HOUSE, "reason")
    found.delete()
    _note_change(locked)
    audit.record("case.drop_item", locked, by=by, details={"item": found.kind, "reason": reason.strip()})


def _locked(by: User, case: Case, version: int | None) -> Case:
    locked = lock(case, version)
    if locked.is_draft or not may_change(by, locked):
        raise StepRefused(_("Justice records what is asked, and what came of it."), HOUSE)
    if not locked.is_open:
        raise StepRefused(_("The case is closed: what came of it stays as it is."), HOUSE)
    return locked


def _note_change(case: Case) -> None:
    case.version += 1
    touch(case)
    case.save(update_fields=["version", "changed_at"])


def _settled(
    case: Case, items: Mapping[int, AssistanceItem], key: int, outcome: Outcome, today: date
) -> AssistanceItem | None:
    """The item of the case with its outcome, not yet saved; None when it says what is recorded already.

    :raises StepRefused: when the outcome does not fit.
    """
    if key not in items:
        raise StepRefused(_("Something of what is asked has been dropped meanwhile."), HOUSE)
    item, words, day = items[key], outcome.words.strip(), outcome.day
    received = case.received_on
    assert received is not None  # noqa: S101 - a registered case has it
    is_open = outcome.state == P.OPEN
    for field, is_wrong, told in (
        ("state", outcome.state not in P.values, _("Choose what came of it.")),
        ("state", is_open and bool(words), _("Choose what came of it: what is open has no result yet.")),
        ("words", len(words) > LONGEST, _("Write at most %(number)s characters.") % {"number": LONGEST}),
        (
            "words",
            outcome.state in NEEDS_WORDS and not words,
            _("Say in a sentence what came of it, or why."),
        ),
        ("day", not is_open and day is None, _("Give the day on which it was settled.")),
        ("day", day is not None and day > today, _("The day lies in the future.")),
        ("day", day is not None and day < received, _("The day is before the request was received.")),
    ):
        if is_wrong:
            raise StepRefused(told, HOUSE, f"{field}_{key}")
    was = (item.state, item.result, item.settled_on)
    item.state = outcome.state
    item.result, item.settled_on = ("", None) if is_open else (words, day)
    return item if (item.state, item.result, item.settled_on) != was else None
