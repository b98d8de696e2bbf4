"""Every write about people: creating, changing and ending them, their sessions and substitutes, and the review."""

import base64
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from tracker import audit
from tracker.models import Entry, Session, Substitution, User
from tracker.people.rules import (
    IDLE_AFTER,
    is_idle,
    may_administer,
    may_change_person,
    may_end_substitution,
    may_name_substitute,
    may_substitute,
)
from tracker.roles import Role
from tracker.signin import notices
from tracker.workdays import TAIPEI

FIRST_PASSWORD_BYTES, GROUP = 15, 4
LONGEST_SUBSTITUTION_DAYS = 366


class PeopleRefused(Exception):
    """What was asked is not done; ``field`` names the field of the form that it concerns, or ""."""

    def __init__(self, field: str, reason: str | Promise) -> None:
        super().__init__(reason)
        self.field, self.reason = field, reason


@dataclass(frozen=True, slots=True)
class Rights:
    """What an administrator says of a person: who it is, where it works, what it may do, until when, and where mails go."""

    name: str
    ministry: str
    desk: str
    role: str
    clearance: int
    ends_on: date | None = None
    email: str = ""

    def as_details(self) -> dict[str, Any]:
        """Codes and days alone, for the audit trail."""
        day = self.ends_on.isoformat() if self.ends_on else ""
        return {"ministry": self.ministry, "role": self.role, "clearance": self.clearance, "ends_on": day}


@transaction.atomic
def create_person(*, by: User, username: str, rights: Rights) -> tuple[User, str]:
    """Make a person, and a first password that is told once, kept only as a hash, and must be changed at the first use.

    :raises PeopleRefused: by anybody but an administrator, for a sign-in name that is taken, capitals or not, or for an
        officer or supervisor without a ministry.
    """
    if not may_administer(by):
        raise PeopleRefused("", _("Only administrators create people."))
    if User.objects.filter(username__iexact=username).exists():
        raise PeopleRefused("username", _("This sign-in name is taken."))
    _check(rights)
    first = first_password()
    person = User(username=username, must_change_password=True, password_changed_at=timezone.now())
    _set(person, rights)
    person.set_password(first)
    person.save(force_insert=True)
    audit.record("person.create", person, by=by, details=rights.as_details())
    return person, first


@transaction.atomic
def change_person(*, by: User, person: User, rights: Rights) -> User:
    """Give a person other rights; they hold from the next request on. Without a difference nothing is written.

    That the address for mails was changed is mailed to the former one.

    :raises PeopleRefused: as :func:`create_person`, and for oneself.
    """
    locked = _locked(by, person)
    _check(rights)
    before = rights_of(locked)
    if before == rights:
        return locked
    if before.email != rights.email:
        notices.tell(locked, "address", at=timezone.now())
    _set(locked, rights)
    names = ["name", "ministry", "desk", "role", "clearance", "ends_on", "email", "is_staff"]
    locked.save(update_fields=names)
    changed = [name for name in names[:-1] if getattr(before, name) != getattr(rights, name)]
    details = rights.as_details() | {"fields": changed, "before": before.as_details()}
    audit.record("person.change", locked, by=by, details=details)
    return locked


@transaction.atomic
def end_person(*, by: User, person: User) -> User:
    """Switch an account off and end its sessions; what the person wrote stays.

    :raises PeopleRefused: by anybody but another administrator.
    """
    locked = _locked(by, person)
    if locked.is_active:
        _switch_off(locked)
        audit.record("person.end", locked, by=by)
    return locked


@transaction.atomic
def restore_person(*, by: User, person: User) -> User:
    """Switch an account on again; a last day that has passed is taken away.

    :raises PeopleRefused: by anybody but another administrator.
    """
    locked, today = _locked(by, person), timezone.now().astimezone(TAIPEI).date()
    if not locked.is_active:
        locked.is_active = True
        locked.ends_on = locked.ends_on if locked.ends_on and locked.ends_on >= today else None
        locked.save(update_fields=["is_active", "ends_on"])
        audit.record("person.restore", locked, by=by)
    return locked


@transaction.atomic
def end_session(*, by: User, session: Session) -> None:
    """End one of a person's own sessions; that browser meets the sign-in with its next request.

    :raises PeopleRefused: for another person's.
    """
    if session.person_id != by.pk:
        raise PeopleRefused("", _("This session is another person's."))
    session.delete()
    audit.record("session.end", by, by=by, details={"sessions": 1})


@transaction.atomic
def end_sessions(*, by: User, person: User, but: str | None = None) -> int:
    """End all sessions of a person, oneself or by an administrator; ``but`` names one that goes on. Answers how many.

    :raises PeopleRefused: by anybody else.
    """
    if by.pk != person.pk and not may_administer(by):
        raise PeopleRefused("", _("Only administrators end the sessions of others."))
    ended = person.sessions.exclude(pk=but or "").delete()[0]
    audit.record("session.end", person, by=by, details={"sessions": ended})
    return ended


@transaction.atomic
def name_substitute(
    *, by: User, person: User, substitute: User, starts_at: datetime, ends_at: datetime, reason: str = ""
) -> Substitution:
    """Let somebody stand in for a person (代理) from one moment to another; the person is told when another one does it.

    :raises PeopleRefused: without the right, for somebody who cannot stand in, or for a time that ends before it
        begins, is over already or is longer than a year.
    """
    now = timezone.now()
    if not may_name_substitute(by, person):
        raise PeopleRefused("person", _("For this person you cannot name a substitute."))
    if not may_substitute(substitute, person, named_by=by):
        words = _("A substitute is somebody else who works in the same ministry; nobody names themselves.")
        raise PeopleRefused("substitute", words)
    if ends_at <= starts_at or ends_at <= now:
        raise PeopleRefused("last_day", _("This time is over before it begins, or is over already."))
    if (ends_at - starts_at).days > LONGEST_SUBSTITUTION_DAYS:
        raise PeopleRefused("last_day", _("A substitution lasts a year at most."))
    made = Substitution.objects.create(
        person=person,
        substitute=substitute,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason,
        made_by=by,
        made_at=now,
    )
    span = {"from": starts_at.isoformat(), "until": ends_at.isoformat(), "substitute": substitute.pk}
    audit.record("substitution.name", person, by=by, details=span)
    if by.pk != person.pk:
        notices.tell(person, "substitute", at=now)
    return made


@transaction.atomic
def end_substitution(*, by: User, substitution: Substitution) -> Substitution:
    """End a substitution early; from then on it gives no right. Ending it twice changes nothing.

    :raises PeopleRefused: by somebody who may not.
    """
    locked = Substitution.objects.select_for_update(no_key=True).get(pk=substitution.pk)
    if not may_end_substitution(by, locked):
        raise PeopleRefused("", _("You cannot end this substitution."))
    if locked.ended_at is None:
        locked.ended_at = timezone.now()
        locked.save(update_fields=["ended_at"])
        audit.record("substitution.end", locked.person, by=by, details={"substitute": locked.substitute_id})
    return locked


@transaction.atomic
def confirm_review(*, by: User, people: int, idle: int) -> None:
    """Confirm that the list of people and their rights was gone through; ``people`` and ``idle`` count what it showed.

    :raises PeopleRefused: by anybody but an administrator.
    """
    if not may_administer(by):
        raise PeopleRefused("", _("Administrators review who has an account."))
    audit.record("person.review", by, by=by, details={"people": people, "idle": idle})


@transaction.atomic
def switch_off_idle(*, by: None, today: date) -> list[User]:
    """Switch off the accounts that nobody used for ninety days, and end their sessions; answers which.

    The last administrator stays, since nobody else could let the others in again.
    """
    off = idle_people(today=today)
    for person in off:
        _switch_off(person)
    audit.record_all([audit.Deed("person.switch_off_idle", person) for person in off], by=by)
    return off


def idle_people(*, today: date) -> list[User]:
    """The accounts that are to be switched off on ``today``, all but the last administrator's. Two queries."""
    standing = list(User.objects.filter(is_active=True).order_by("pk"))
    restored = Entry.objects.filter(verb="person.restore", at__gt=timezone.now() - IDLE_AFTER)
    spared = set(restored.values_list("about_id", flat=True))
    off = [one for one in standing if is_idle(one, today=today) and str(one.pk) not in spared]
    if any(one.role == Role.ADMINISTRATOR and one not in off for one in standing):
        return off
    administrators = [one for one in off if one.role == Role.ADMINISTRATOR]
    administrators.sort(key=lambda one: one.last_login or one.date_joined)
    return [one for one in off if one not in administrators[-1:]]


def rights_of(person: User) -> Rights:
    """What is said of a person now."""
    return Rights(
        person.name,
        person.ministry,
        person.desk,
        person.role,
        int(person.clearance),
        person.ends_on,
        person.email,
    )


def first_password() -> str:
    """A password of 120 random bits that can be read out: groups of four capitals and digits."""
    text = base64.b32encode(secrets.token_bytes(FIRST_PASSWORD_BYTES)).decode()
    return "-".join(text[place : place + GROUP] for place in range(0, len(text), GROUP))


def _locked(by: User, person: User) -> User:
    locked = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if not may_change_person(by, locked):
        words = _("Another person who is an administrator does this: nobody changes their own rights.")
        raise PeopleRefused("", words)
    return locked


def _set(person: User, rights: Rights) -> None:
    """Who may enter the admin follows from the role."""
    person.name, person.ministry, person.desk = rights.name, rights.ministry, rights.desk
    person.role, person.clearance, person.ends_on = rights.role, rights.clearance, rights.ends_on
    person.email = rights.email
    person.is_staff = rights.role in (Role.ADMINISTRATOR, Role.SUPERVISOR)


def _check(rights: Rights) -> None:
    needs_ministry = rights.role in (Role.OFFICER, Role.SUPERVISOR)
    if needs_ministry and not rights.ministry:
        raise PeopleRefused("ministry", _("Officers and supervisors belong to a ministry: choose one."))
    if not needs_ministry and rights.ministry:
        raise PeopleRefused("ministry", _("Auditors and administrators belong to neither ministry."))


def _switch_off(person: User) -> None:
    person.is_active = False
    person.save(update_fields=["is_active"])
    person.sessions.all().delete()
