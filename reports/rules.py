"""Who may do what with reports and their follow-up: one boolean function per question."""

from cases.rules import may_read_cases
from reports.models import FrozenReport, Recommendation, WeightsVersion
from tracker.models import User
from tracker.roles import Role, Secrecy


def works_here(user: User) -> bool:
    """Officers and supervisors of the two ministries; auditors and administrators only look."""
    return user.is_active and user.role in (Role.OFFICER, Role.SUPERVISOR) and user.ministry != ""


def may_decide(user: User) -> bool:
    """Supervisors of either ministry."""
    return works_here(user) and user.is_supervisor


def may_follow_up(user: User, recommendation: Recommendation) -> bool:
    """Add acts and evidence: those who work in the ministry that answers."""
    return works_here(user) and user.ministry == recommendation.ministry


def may_make_answer(user: User) -> bool:
    """Staff of both ministries who are cleared for what the answer counts, as for drafting a report."""
    return may_draft_report(user)


def may_add_recommendation(user: User) -> bool:
    """Supervisors enter what the audit office asks of their ministry."""
    return may_decide(user)


def may_change_figures(user: User) -> bool:
    """Supervisors of either ministry; administrators too, who keep the reference data."""
    return may_decide(user) or (user.is_active and user.role == Role.ADMINISTRATOR)


def may_read_reports(user: User) -> bool:
    """Reports count cases, so they are for those who read cases: both ministries and the auditors."""
    return may_read_cases(user)


def may_draft_report(user: User) -> bool:
    """Officers and supervisors who are cleared for all that a signed-off report counts."""
    return works_here(user) and user.clearance >= Secrecy.RESTRICTED


def may_change_report(user: User, report: FrozenReport) -> bool:
    """Its drafter, until it is submitted, and again when it was sent back."""
    is_open = report.status in (FrozenReport.Status.DRAFT, FrozenReport.Status.RETURNED)
    return may_draft_report(user) and is_open and report.created_by_id == user.pk


def may_review_report(user: User, report: FrozenReport) -> bool:
    """A supervisor who did not draft it reviews what was submitted (複核)."""
    is_another = report.created_by_id != user.pk
    return _supervises(user) and is_another and report.status == FrozenReport.Status.SUBMITTED


def may_approve_report(user: User, report: FrozenReport) -> bool:
    """A supervisor who did not draft it approves it (核定), once it was submitted; reviewing comes before where it was done."""
    return _supervises(user) and report.created_by_id != user.pk and report.is_waiting


def may_return_report(user: User, report: FrozenReport) -> bool:
    """Whoever may approve it may send it back instead."""
    return may_approve_report(user, report)


def may_withdraw_report(user: User, report: FrozenReport) -> bool:
    """Its drafter takes it back until it is approved."""
    return may_draft_report(user) and report.created_by_id == user.pk and report.is_waiting


def _supervises(user: User) -> bool:
    return may_decide(user) and may_draft_report(user)


def may_propose_weights(user: User) -> bool:
    """Officers and supervisors of both ministries."""
    return works_here(user)


def may_decide_weights(user: User, version: WeightsVersion) -> bool:
    """A supervisor of either ministry who did not propose them, while they wait."""
    waits = version.status == WeightsVersion.Status.PROPOSED
    return may_decide(user) and waits and version.proposed_by_id != user.pk
