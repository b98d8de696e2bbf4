"""Who may do what with reports and their follow-up: one boolean function per question."""

from reports.models import Recommendation
from tracker.models import User
from tracker.roles import Role


def works_here(user: User) -> bool:
    """Officers and supervisors of the two ministries; auditors and administrators only look."""
    return user.is_active and user.role in (Role.OFFICER, Role.SUPERVISOR) and user.ministry != ""


def may_decide(user: User) -> bool:
    """Supervisors of either ministry."""
    return works_here(user) and user.is_supervisor


def may_follow_up(user: User, recommendation: Recommendation) -> bool:
    """Add acts and evidence: those who work in the ministry that answers."""
    return works_here(user) and user.ministry == recommendation.ministry


def may_add_recommendation(user: User) -> bool:
    """Supervisors enter what the audit office asks of their ministry."""
    return may_decide(user)
