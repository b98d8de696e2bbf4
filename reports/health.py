"""Whether long exports get carried out: what `/readyz` looks at in this app."""

from datetime import datetime, timedelta

from reports.models import Job

LONGEST_WAIT = timedelta(minutes=15)
"""A worker takes a job up within seconds and one job takes minutes at most, so none is working when one waits so long."""


def queue(now: datetime) -> str:
    """Whether no export waits too long for a worker. One query."""
    waiting = Job.objects.filter(state=Job.State.QUEUED, asked_at__lt=now - LONGEST_WAIT)
    return "waits_too_long" if waiting.exists() else ""
