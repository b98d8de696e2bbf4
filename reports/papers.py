"""Who opens the papers of a report, and the file that came of a long export."""

from reports.models import FrozenReport, Job
from tracker.models import User


def may_see_papers_of_report(user: User, key: str) -> bool:
    """Whoever may see the report."""
    return FrozenReport.objects.visible_to(user).filter(pk=key).exists()


def may_see_file_of_job(user: User, key: str) -> bool:
    """The person who asked for it, and nobody else."""
    return Job.objects.filter(pk=key, asked_by=user).exists()
