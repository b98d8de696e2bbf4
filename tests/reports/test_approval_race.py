"""CON-1, CON-2: two supervisors approve one report at the same moment, in two processes on one database."""

import json
import os
import subprocess
import sys

from django.conf import settings

from tests.reports.approvals import REPORTS
from tests.reports.test_jobs import address  # noqa: F401 - a fixture

SUPERVISORS = ("lin", "chen")


def start(url, folder, *deed):
    environment = os.environ | {"DATABASE_URL": url, "DOCUMENTS_DIR": f"{folder}/documents"}
    command = [sys.executable, "-m", "tests.reports.approvals", *deed]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, cwd=settings.BASE_DIR)


def told(process):
    output, _none = process.communicate(timeout=300)
    assert process.returncode == 0
    return json.loads(output)


def raced(url, folder, deed):
    """What both supervisors were told together, and what stands afterwards, for a race with these guards."""
    meeting = folder / f"meeting-{deed}"
    meeting.mkdir()
    twins = [start(url, folder, deed, who, str(meeting)) for who in SUPERVISORS]
    answers = [told(process) for process in twins]
    sums = {name: sum(answer[name] for answer in answers) for name in ("approved", "refused")}
    return sums, told(start(url, folder, "count"))


def test_of_two_supervisors_who_approve_at_once_exactly_one_does_unless_the_guards_are_gone(
    address,  # noqa: F811 - the fixture
    tmp_path,
):
    """The second race is the control: without lock, triggers and constraint the same race leaves two approvals."""
    told(start(address, tmp_path, "prepare"))

    guarded = raced(address, tmp_path, "guarded")
    bare = raced(address, tmp_path, "bare")

    assert guarded == (
        {"approved": REPORTS, "refused": REPORTS},
        {"approved": REPORTS, "approvals": REPORTS, "papers": REPORTS * 4, "intact": True},
    )
    assert bare[0] == {"approved": REPORTS * 2, "refused": 0}
    assert (bare[1]["approvals"], bare[1]["papers"]) == (REPORTS * 3, REPORTS * 12)
