"""Who opens the papers of a report, and the file that came of a long export."""

from reports.frozenpage import reads_content
from reports.jobs import KINDS
from reports.models import FrozenReport, Job
from reports.rights import still_holds
from tracker.models import User


def may_see_papers_of_report(user: User, key: str) -> bool:
    """Whoever may see the report, and may read its exact numbers of cases (AZ-13)."""
    report = FrozenReport.objects.visible_to(user).filter(pk=key).first()
    return report is not None and reads_content(user, report)


def may_see_file_of_job(user: User, key: str) -> bool:
    """The person who asked for it, and nobody else, with the rights that it was made with (AZ-12)."""
    job = Job.objects.filter(pk=key, asked_by=user).first()
    return job is not None and may_open_file_of(user, job)


def may_open_file_of(user: User, job: Job) -> bool:
    """Whether its asker may still export this, and still has the rights that its file was made with."""
    return job.kind in KINDS and KINDS[job.kind].may(user) and still_holds(user, job.rights)
