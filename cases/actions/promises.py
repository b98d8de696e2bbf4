"""Promises given and received: recorded, their term started, kept or released, withdrawn; and no silent closing."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.actions import StepRefused
from cases.actions.filing import CURRENT, keep_current, lock
from cases.basis import day_words
from cases.lifecycle import CLOSED, Step
from cases.models import Case, Promise
from cases.promises import TERMS, due_of, provision_of
from cases.provisions import HOUSE
from cases.rules import may_change
from tracker import audit
from tracker.models import User
from tracker.partialdate import PartialDate

LONGEST = 300


@dataclass(frozen=True, slots=True)
class Assurance:
    """What is promised. ``counted_from`` starts the term that the law gives to some kinds; they name no day then."""

    kind: str
    given_by: str
    words: str
    given_on: date
    counted_from: date | None = None
    due_on: date | None = None


@transaction.atomic
def give_promise(*, by: User, case: Case, assurance: Assurance, today: date) -> Promise:
    """Record a promise of either side, in an open case or a closed one.

    :raises StepRefused: without the right, for a day in the future, or when something is missing or does not fit.
    """
    locked = _locked(by, case)
    _check(assurance, today)
    promise = Promise.objects.create(
        case=locked,
        kind=assurance.kind,
        given_by=assurance.given_by,
        words=assurance.words.strip(),
        given_on=assurance.given_on,
        counted_from=assurance.counted_from,
        due_on=due_of(assurance.kind, assurance.counted_from) or assurance.due_on,
        recorded_at=timezone.now(),
        recorded_by=by,
    )
    _tell("case.give_promise", locked, by, promise, given_by=promise.given_by, due=promise.due_on)
    return promise


@transaction.atomic
def start_term(*, by: User, promise: Promise, counted_from: date, today: date) -> Promise:
    """Say from which day the term of the law runs: of the notice, of the final decision. A wrong day is said anew.

    :raises StepRefused: without the right, for a kind without such a term, for a promise that is not owed any more,
        or for a day in the future.
    """
    locked = _locked(by, promise.case)
    owed = _owed(locked, promise)
    if owed.kind not in TERMS:
        raise StepRefused(_("The law gives no term to this kind of promise."), HOUSE, "counted_from")
    if counted_from > today:
        raise StepRefused(_("The day lies in the future."), provision_of(owed.kind), "counted_from")
    owed.counted_from, owed.due_on = counted_from, due_of(owed.kind, counted_from)
    owed.save(update_fields=["counted_from", "due_on"])
    _tell("case.start_term", locked, by, owed, day=counted_from, due=owed.due_on)
    return owed


@transaction.atomic
def release_promise(*, by: User, promise: Promise, on: date, reason: str, today: date) -> Promise:
    """Record that a promise was kept, or that the other side released from it, and how.

    :raises StepRefused: without the right, for a promise that is not owed any more, for a day before it was given
        or in the future, or without saying how.
    """
    locked = _locked(by, promise.case)
    owed = _owed(locked, promise)
    if on > today:
        raise StepRefused(_("The day lies in the future. Record it when it has happened."), HOUSE, "on")
    if on < owed.given_on:
        given = {"day": day_words(PartialDate.of(owed.given_on))}
        raise StepRefused(_("It was promised on %(day)s: use that day or a later one.") % given, HOUSE, "on")
    if not reason.strip():
        raise StepRefused(_("Say how it was kept, or who released from it."), HOUSE, "reason")
    owed.released_on, owed.released_reason, owed.released_by = on, reason.strip(), by
    owed.save(update_fields=["released_on", "released_reason", "released_by"])
    _tell("case.release_promise", locked, by, owed, day=on)
    return owed


@transaction.atomic
def withdraw_promise(*, by: User, promise: Promise, reason: str) -> Promise:
    """Take back a promise that was recorded by mistake; it stays in view, struck out.

    :raises StepRefused: without the right, for a promise that is not owed any more, or without a reason.
    """
    locked = _locked(by, promise.case)
    owed = _owed(locked, promise)
    if not reason.strip():
        raise StepRefused(_("Give the reason."), HOUSE, "reason")
    owed.withdrawn_at, owed.withdrawn_by, owed.withdrawn_reason = timezone.now(), by, reason.strip()
    owed.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    _tell("case.withdraw_promise", locked, by, owed)
    return owed


def check_promises(case: Case, row: Step, note: str, *, today: date) -> list[audit.Deed]:
    """What the history tells beside a step that closes the case while promises are open; nothing otherwise.

    :raises StepRefused: names the open promises when there is no reason for closing all the same.
    """
    if row.target not in CLOSED:
        return []
    owed = list(case.promises.owed(today=today).order_by(F("due_on").asc(nulls_last=True), "id"))
    if owed and not note.strip():
        listed = "、".join(_named(promise) for promise in owed)
        words = _("Still promised: %(promises)s. Record that they were kept, or give the reason for closing.")
        raise StepRefused(words % {"promises": listed}, HOUSE, "note")
    return [audit.Deed("case.close_with_promises", case, {"promises": len(owed)})] if owed else []


def _named(promise: Promise) -> str:
    """The kind of a promise, by whom it was given, and its day."""
    told = {"kind": promise.get_kind_display(), "by": promise.get_given_by_display()}
    if promise.due_on is None:
        return _("%(kind)s (%(by)s)") % told
    # Translators: a promise, by whom it was given, its due day
    return _("%(kind)s (%(by)s, %(day)s)") % (told | {"day": day_words(PartialDate.of(promise.due_on))})


def _locked(by: User, case: Case) -> Case:
    locked = lock(case, None)
    if locked.is_draft or not may_change(by, locked):
        raise StepRefused(_("Justice records what was promised in a case."), HOUSE)
    return locked


def _owed(case: Case, promise: Promise) -> Promise:
    """The promise as it now stands.

    :raises StepRefused: when it was kept, released or withdrawn meanwhile.
    """
    found = case.promises.standing().filter(pk=promise.pk).first()
    if found is None:
        raise StepRefused(_("This promise has been kept, released or withdrawn meanwhile."), HOUSE)
    return found


def _check(assurance: Assurance, today: date) -> None:
    """:raises StepRefused: for the first thing that is missing or does not fit."""
    has_term, law = assurance.kind in TERMS, provision_of(assurance.kind)
    counted, due = assurance.counted_from, assurance.due_on
    for field, is_wrong, words in (
        ("kind", assurance.kind not in Promise.Kind.values, _("Choose what kind of promise it is.")),
        ("given_by", assurance.given_by not in Promise.By.values, _("Say who gave the promise.")),
        (
            "words",
            not assurance.words.strip() or len(assurance.words.strip()) > LONGEST,
            _("Say what is promised, with at most %(number)s characters.") % {"number": LONGEST},
        ),
        ("given_on", assurance.given_on > today, _("The day lies in the future.")),
        (
            "counted_from",
            counted is not None and not has_term,
            _("The law gives no term to this kind: name the day by which it is to be kept."),
        ),
        ("counted_from", counted is not None and counted > today, _("The day lies in the future.")),
        (
            "due_on",
            due is not None and counted is not None,
            _("The last day follows from the day from which the term runs: leave one of them empty."),
        ),
        ("due_on", due is not None and due < assurance.given_on, _("The day lies before the promise.")),
    ):
        if is_wrong:
            raise StepRefused(words, law, field)


def _tell(verb: str, case: Case, by: User, promise: Promise, **details: date | str | None) -> None:
    """Bring the case's due day up to date, and tell the history, without what is promised."""
    keep_current(case)
    case.save(update_fields=CURRENT)
    told = {name: value for name, value in details.items() if value is not None}
    audit.record(verb, case, by=by, details={"promise": promise.kind, "number": promise.pk} | told)
