"""Who administers people, and who may name a substitute. Pure but for what the persons themselves say."""

from datetime import date, timedelta

from tracker.models import Substitution, User
from tracker.roles import Role

IDLE_AFTER = timedelta(days=90)
"""An account that nobody used for so long is switched off."""
REVIEWED_EVERY = timedelta(days=183)
WORKING = (Role.OFFICER, Role.SUPERVISOR)


def may_administer(user: User) -> bool:
    """Administrators create, change and end people."""
    return user.is_active and user.role == Role.ADMINISTRATOR


def may_change_person(user: User, person: User) -> bool:
    """An administrator, but nobody their own rights."""
    return may_administer(user) and user.pk != person.pk


def may_name_substitutes(user: User) -> bool:
    """Whether there is anybody for whom this person names one."""
    return user.is_active and (user.role in WORKING or user.role == Role.ADMINISTRATOR)


def may_name_substitute(user: User, person: User) -> bool:
    """The person, a supervisor of the person's ministry, or an administrator; only who works on files has one."""
    if not user.is_active or person.role not in WORKING:
        return False
    supervises = user.role == Role.SUPERVISOR and user.ministry == person.ministry
    return user.pk == person.pk or supervises or user.role == Role.ADMINISTRATOR


def may_substitute(substitute: User, person: User, *, named_by: User) -> bool:
    """Somebody else of the same ministry who works on files there; nobody lets himself or herself in by naming."""
    works = substitute.is_active and substitute.role in WORKING
    return works and substitute.pk not in (person.pk, named_by.pk) and substitute.ministry == person.ministry


def may_end_substitution(user: User, substitution: Substitution) -> bool:
    """Who may name one ends one, and so does the substitute."""
    return user.pk == substitution.substitute_id or may_name_substitute(user, substitution.person)


def is_idle(person: User, *, today: date) -> bool:
    """Whether nobody signed in to the account for ninety days; one never used counts from its making."""
    last = person.last_login or person.date_joined
    return person.is_active and last.date() < today - IDLE_AFTER
