"""Marks of secrecy: reviewed each year, and lowered by two persons. Cases use the same verbs with rules of their own."""

import hashlib
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.actions.containers import lower_documents
from agreements.actions.filing import HOUSE, lock
from agreements.actions.refusals import StalePage, StepRefused
from agreements.models import Agreement
from agreements.provisions import SECRECY
from agreements.rules import may_review_mark
from agreements.searching import index_agreements
from tracker import audit
from tracker.models import CodeNamed, Lowering, User
from tracker.roles import Secrecy

MEANWHILE = gettext_lazy(
    "The mark or what was asked about it changed after you opened the page. Look at it again, then decide."
)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page told of a mark to whoever decides on it: the version of the thing, and the digest of all that stood there."""

    version: int
    digest: str


def shown_of(thing: CodeNamed, lowering: Lowering | None) -> Shown:
    """What is told of the mark of this thing now: its level, when it ceases, and the request that waits."""
    told = (
        thing.secrecy,  # type: ignore[attr-defined]
        thing.declassify_on.isoformat() if thing.declassify_on else "",
        thing.declassify_when,
        lowering.pk if lowering else 0,
    )
    return Shown(thing.version, hashlib.sha256(repr(told).encode()).hexdigest()[:32])  # type: ignore[attr-defined]


@transaction.atomic
def review_mark(*, by: User, agreement: Agreement, today: date, shown: Shown | None = None) -> None:
    """Say that the mark was looked at and stays for another year.

    :raises StepRefused: without the right, or for a file that carries no such mark.
    :raises StalePage: when it is not any more as it was ``shown``.
    """
    locked = lock(agreement, shown.version if shown else None)
    check_shown(locked, shown)
    keep_mark(by=by, thing=locked, is_allowed=may_review_mark(by, locked), today=today)


@transaction.atomic
def ask_lowering(
    *, by: User, agreement: Agreement, after: int, reason: str, shown: Shown | None = None
) -> Lowering:
    """Ask that the mark of a file be lowered to ``after``; another supervisor decides.

    :raises StepRefused: without the right or the reason, for no lower level, or while another request waits.
    :raises StalePage: when it is not any more as it was ``shown``.
    """
    locked = lock(agreement, shown.version if shown else None)
    check_shown(locked, shown)
    return ask(by=by, thing=locked, is_allowed=may_review_mark(by, locked), after=after, reason=reason)


@transaction.atomic
def decide_lowering(
    *, by: User, lowering: Lowering, is_granted: bool, shown: Shown | None = None
) -> Agreement:
    """Let the mark be lowered, or leave it. Whoever asked does not decide.

    :raises StepRefused: without the right, for the own request, when it was decided meanwhile, or while a paper holds the mark up.
    :raises StalePage: when it is not any more as it was ``shown``.
    :raises ValidationError: where an agreement of the lower level has the title already.
    """
    locked = lock(Agreement.objects.get(pk=lowering.about_id), shown.version if shown else None)
    check_shown(locked, shown)
    if decide(
        by=by, thing=locked, lowering=lowering, is_allowed=may_review_mark(by, locked), is_granted=is_granted
    ):
        locked.version += 1
        lower_documents(locked, to=locked.secrecy)
        locked.validate_constraints()  # a title is used once at each level
        locked.save(update_fields=["secrecy", "mark_reviewed_on", "version"])
        index_agreements([locked])
    return locked


def keep_mark(*, by: User, thing: CodeNamed, is_allowed: bool, today: date) -> None:
    """The mark of a locked thing was looked at and stays.

    :raises StepRefused: without the right, or without such a mark.
    """
    _check(thing, is_allowed)
    thing.mark_reviewed_on = today
    thing.save(update_fields=["mark_reviewed_on"])
    audit.record(f"{thing._meta.model_name}.review_mark", thing, by=by)


def ask(*, by: User, thing: CodeNamed, is_allowed: bool, after: int, reason: str) -> Lowering:
    """Ask that the mark of a locked thing be lowered.

    :raises StepRefused: without the right or the reason, for no lower level, or while another request waits.
    """
    _check(thing, is_allowed)
    before: int = thing.secrecy  # type: ignore[attr-defined]
    if not reason.strip():
        raise StepRefused(_("Give the reason."), SECRECY, "reason")
    if after not in Secrecy.values or after >= before:
        raise StepRefused(_("Choose a lower level."), SECRECY, "after")
    if open_lowerings(type(thing)).filter(about_id=str(thing.pk)).exists():
        raise StepRefused(_("It was asked for already, and waits for another supervisor."), SECRECY)
    lowering = Lowering.objects.create(
        about_model=thing._meta.label_lower, about_id=str(thing.pk), before=before, after=after,
        reason=reason.strip(), asked_by=by, asked_at=timezone.now(),
    )  # fmt: skip
    audit.record(f"{thing._meta.model_name}.ask_lowering", thing, by=by, details={"lowering": lowering.pk})
    return lowering


def decide(*, by: User, thing: CodeNamed, lowering: Lowering, is_allowed: bool, is_granted: bool) -> bool:
    """Decide on a request about a locked thing; answers whether its level was lowered, which the caller saves.

    A request that was made at another level than the present one can only be refused.

    :raises StepRefused: without the right, for the own request, or when it was decided or the level changed meanwhile.
    """
    found = Lowering.objects.select_for_update(no_key=True).filter(pk=lowering.pk, is_granted=None).first()
    if found is None or (is_granted and found.before != thing.secrecy):  # type: ignore[attr-defined]
        raise StepRefused(_("This was decided meanwhile."), SECRECY)
    if not is_allowed or found.asked_by_id == by.pk:
        raise StepRefused(_("Another supervisor than the one who asked decides."), SECRECY)
    found.is_granted, found.decided_by, found.decided_at = is_granted, by, timezone.now()
    found.save(update_fields=["is_granted", "decided_by", "decided_at"])
    verb = "grant_lowering" if is_granted else "refuse_lowering"
    if is_granted:
        thing.secrecy = found.after  # type: ignore[attr-defined]
        thing.mark_reviewed_on = None
    audit.record(f"{thing._meta.model_name}.{verb}", thing, by=by, details={"lowering": found.pk})
    return is_granted


def open_lowerings(model: type[CodeNamed]) -> QuerySet[Lowering]:
    """The requests about things of this kind that wait for their decision."""
    return Lowering.objects.filter(about_model=model._meta.label_lower, is_granted=None)


def check_shown(thing: CodeNamed, shown: Shown | None) -> None:
    """:raises StalePage: when the mark of a locked thing, or the request about it, is not as it was ``shown``."""
    if (
        shown is not None
        and shown_of(thing, open_lowerings(type(thing)).filter(about_id=str(thing.pk)).first()) != shown
    ):
        raise StalePage(str(MEANWHILE), HOUSE)


def _check(thing: CodeNamed, is_allowed: bool) -> None:
    if not is_allowed:
        raise StepRefused(_("A supervisor reviews marks."), SECRECY)
    if not thing.is_secret:
        raise StepRefused(_("It carries no mark that is reviewed."), SECRECY)
