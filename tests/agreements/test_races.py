"""Two processes take the same step at the same time: one effect each time, and the chain intact."""

import json
import os
import subprocess
import sys
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection

FILES = 200


@pytest.fixture
def address(tmp_path, transactional_db):
    """A database of the race's own, beside the test's: a file, or another one on the same server."""
    if connection.vendor == "sqlite":
        yield f"sqlite:////{str(tmp_path).lstrip('/')}/race.sqlite3"
        return
    name = f"race_{uuid4().hex[:8]}"
    given = settings.DATABASES["default"]
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    yield f"postgres://{given['USER']}:{given['PASSWORD']}@:{given['PORT']}/{name}?host={given['HOST']}"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def start(address, deed):
    environment = {**os.environ, "DATABASE_URL": address}
    command = [sys.executable, "-m", "tests.races", deed, str(FILES)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, cwd=settings.BASE_DIR)


def told(process):
    output, _none = process.communicate(timeout=300)
    assert process.returncode == 0
    return json.loads(output)


def test_two_processes_that_take_the_same_step_have_one_effect_on_each_file(address):
    told(start(address, "prepare"))

    twins = [start(address, "take") for _ in range(2)]
    answers = [told(process) for process in twins]

    assert sum(answer["taken"] for answer in answers) == FILES
    assert sum(answer["refused"] for answer in answers) == FILES
    assert told(start(address, "count")) == {
        "milestones": FILES,
        "files": FILES,
        "intact": True,
        "expected": FILES,
    }
