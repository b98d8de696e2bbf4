"""Who may do what with a case: one boolean function per question, read by pages and actions alike.

Who sees which case is ``Case.objects.visible_to``. The administrator of the system reads no case.
"""

from cases.lifecycle import Direction, Step
from cases.models import Case
from tracker.models import User
from tracker.roles import Ministry, Role, Secrecy

STAFF = (Role.OFFICER, Role.SUPERVISOR)


def works_on_cases(user: User) -> bool:
    """Officers and supervisors of justice carry cases."""
    return user.is_active and user.ministry == Ministry.JUSTICE and user.role in STAFF


def forwards_cases(user: User) -> bool:
    """Officers and supervisors of foreign affairs receive and pass on what goes through the diplomatic channel."""
    return user.is_active and user.ministry == Ministry.FOREIGN_AFFAIRS and user.role in STAFF


def may_read_cases(user: User) -> bool:
    """Both ministries and the auditors enter the pages of cases; each sees there what he or she may see."""
    return works_on_cases(user) or forwards_cases(user) or (user.is_active and user.role == Role.AUDITOR)


def may_log(user: User) -> bool:
    """Both ministries log requests: foreign affairs those that it receives (MLA Act art. 7)."""
    return works_on_cases(user) or forwards_cases(user)


def may_register(user: User, direction: str, *, is_direct: bool = False) -> bool:
    """Justice registers any case; foreign affairs the incoming requests that came through it."""
    return works_on_cases(user) or (forwards_cases(user) and direction == Direction.IN and not is_direct)


def may_see_case(user: User, case: Case) -> bool:
    """The same as ``visible_to``, asked of one case already at hand."""
    if not user.is_active or user.role == Role.ADMINISTRATOR:
        return False
    if case.is_draft:
        return case.recorded_by_id == user.pk
    named = case.secrecy < Secrecy.SEALED or case.officer_id == user.pk
    return case.secrecy <= user.clearance and named


def may_take(user: User, case: Case, step: Step) -> bool:
    """Justice records every step, foreign affairs those that pass a case on."""
    staff = works_on_cases(user) or forwards_cases(user)
    return staff and user.ministry in step.by and may_see_case(user, case)


def may_change(user: User, case: Case) -> bool:
    """Justice changes what a case rests on."""
    return works_on_cases(user) and may_see_case(user, case)


def may_assign(user: User, case: Case) -> bool:
    """A supervisor of justice assigns; an officer takes what nobody has, and hands on what is his or her own."""
    own = case.officer_id in (None, user.pk)
    return may_change(user, case) and not case.is_draft and (user.is_supervisor or own)


def may_carry(user: User, case: Case) -> bool:
    """Whether this person may be a case's officer: staff of justice, cleared for it."""
    return works_on_cases(user) and case.secrecy <= user.clearance
