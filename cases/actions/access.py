"""Letting people into a sealed case by name, taking that back, and opening one in an emergency (break-glass)."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from agreements.actions import StepRefused
from cases.actions.filing import lock
from cases.models import Access, Case
from cases.provisions import HOUSE
from cases.rules import may_carry_sealed, may_name_readers, may_open_in_emergency
from tracker import audit
from tracker.models import Entry, User
from tracker.moments import moment_words
from tracker.roles import Role

_log = logging.getLogger(__name__)
LONGEST_EMERGENCY = 24
"""Hours."""
MOST_MISSES = 5
"""So many numbers that open nothing may be typed within a day."""


@transaction.atomic
def let_in(
    *,
    by: User,
    case: Case,
    reason: str,
    person: User | None = None,
    ministry: str = "",
    desk: str = "",
    ends_at: datetime | None = None,
) -> Access:
    """Name a person, or a whole desk of a ministry, who may see the sealed case; the own clearance still bounds it.

    :raises StepRefused: without the right or the reason, for a case that is not sealed, for a person who is not cleared
        for it, for neither or both of person and desk, or for an end that is past.
    """
    locked, now, desk = lock(case, None), timezone.now(), desk.strip()
    for field, is_wrong, words in (
        ("", not may_name_readers(by, locked), _("The officer of the case, or a supervisor who sees it, names its readers.")),
        ("", not locked.is_sealed, _("Only a sealed case names its readers.")),
        ("reason", not reason.strip(), _("Give the reason.")),
        ("person", (person is None) == (not (ministry and desk)), _("Choose a person, or a ministry and its desk.")),
        ("person", person is not None and not may_carry_sealed(person), _("This person is not cleared for sealed cases.")),
        ("ends_at", ends_at is not None and ends_at <= now, _("This moment is past.")),
    ):  # fmt: skip
        if is_wrong:
            raise StepRefused(words, HOUSE, field)
    access = Access.objects.create(
        case=locked, person=person, ministry="" if person else ministry, desk="" if person else desk,
        kind=Access.Kind.NAMED, reason=reason.strip(), given_by=by, given_at=now, ends_at=ends_at,
    )  # fmt: skip
    audit.record("case.let_in", locked, by=by, details={"access": access.pk})
    return access


@transaction.atomic
def withdraw_access(*, by: User, case: Case, access: Access) -> None:
    """Take back that somebody may see the case.

    :raises StepRefused: without the right, or when it was taken back already.
    """
    locked = lock(case, None)
    if not may_name_readers(by, locked):
        raise StepRefused(
            _("The officer of the case, or a supervisor who sees it, names its readers."), HOUSE
        )
    found = locked.accesses.select_for_update(no_key=True).filter(pk=access.pk, withdrawn_at=None).first()
    if found is None:
        raise StepRefused(_("This has been taken back already."), HOUSE)
    found.withdrawn_at, found.withdrawn_by = timezone.now(), by
    found.save(update_fields=["withdrawn_at", "withdrawn_by"])
    audit.record("case.withdraw_access", locked, by=by, details={"access": found.pk})


@transaction.atomic
def open_in_emergency(*, by: User, number: str, reason: str, hours: int) -> Case | None:
    """Let oneself into a sealed case by typing its number, for some hours; its officer is told at once.

    None for a number that opens nothing, whatever stands behind it. That is counted: past a few within a day nothing
    opens any more. A person's tries come one after the other, so that none of two at once is counted too late.

    :raises StepRefused: without the right or the reason, or for more than a day.
    """
    if not may_open_in_emergency(by):
        raise StepRefused(
            _("Officers and supervisors of Justice who are cleared for sealed cases open one."), HOUSE
        )
    if not reason.strip():
        raise StepRefused(_("Give the reason."), HOUSE, "reason")
    if not 1 <= hours <= LONGEST_EMERGENCY:
        raise StepRefused(_("Choose from one hour to a day."), HOUSE, "hours")
    audit.lock_numbers(f"emergencies of {by.pk}")
    case = _opened(by, number.strip(), reason.strip(), hours) if _misses(by) < MOST_MISSES else None
    if case is None:
        audit.record("case.miss_emergency", by, by=by)
    return case


def _misses(by: User) -> int:
    since = timezone.now() - timedelta(days=1)
    return Entry.objects.filter(verb="case.miss_emergency", actor=by, at__gte=since).count()


def _opened(by: User, number: str, reason: str, hours: int) -> Case | None:
    """The sealed case of this number, opened; None for any other number. One query for every number that opens none."""
    sealed = Case.objects.registered().filter(number=number, secrecy__gte=3, destroyed_at=None)
    case = sealed.select_for_update(of=("self",), no_key=True).select_related("officer").first()
    if case is None:
        return None
    now = timezone.now()
    access = Access.objects.create(
        case=case,
        person=by,
        kind=Access.Kind.EMERGENCY,
        reason=reason,
        given_by=by,
        given_at=now,
        ends_at=now + timedelta(hours=hours),
    )
    audit.record("case.open_in_emergency", case, by=by, details={"access": access.pk, "hours": hours})
    transaction.on_commit(lambda: _tell(case, by, access))
    return case


def _tell(case: Case, by: User, access: Access) -> None:
    """Mail the officer, by code name or number alone. The first page tells it too, whether or not a mail arrives."""
    if case.officer is None or not case.officer.email or case.officer.role == Role.ADMINISTRATOR:
        return
    assert access.ends_at is not None  # noqa: S101 - an emergency ends
    with translation.override(settings.LANGUAGE_CODE):
        told = {
            "case": case.listed_name,
            "who": str(by),
            "hour": moment_words(access.ends_at),
        }
        subject = _("%(case)s was opened in an emergency") % told
        words = (
            _("%(who)s opened %(case)s in an emergency, until %(hour)s. The reason stands on its page.")
            % told
        )
    try:
        EmailMessage(subject, words, to=[case.officer.email]).send()
    except OSError:
        _log.warning("the officer of case %s was not mailed of an emergency", case.pk)
