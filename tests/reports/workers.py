"""A process of the tests of workers: works off the queue slowly enough to be killed in the middle.

Run as `python -m tests.reports.workers slow|drain`; the database comes from DATABASE_URL.
"""

import os
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tracker.settings")
django.setup()

from reports import jobs  # noqa: E402
from reports.actions.jobs import workshop  # noqa: E402
from reports.jobs import JobKind, Made  # noqa: E402
from reports.models import Job  # noqa: E402
from reports.worker import work_once  # noqa: E402


def counting(asked, file, progress):
    """A thousand lines, as slowly as it was asked; each line names the process that wrote it."""
    for number in range(1, 1001):
        file.write(f"{number}\n".encode())
        file.flush()
        progress(number, 1000)
        time.sleep(asked.parameters.get("seconds", 0))
    return Made("counted.csv", "text/csv", 1000)


KIND = JobKind("counting", "Counting", ("csv",), lambda user: True, counting)

if __name__ == "__main__":
    jobs.KINDS["counting"] = KIND
    while job := work_once():
        job = Job.objects.get(pk=job.pk)
        print(job.pk, job.attempts, job.state, workshop(job).exists(), flush=True)
