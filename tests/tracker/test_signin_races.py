"""Several processes at one account: five passwords are compared (AUT-5), each code is taken once (AUT-3)."""

import json
import os
import subprocess
import sys
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection

PROCESSES, CODES = 4, 30


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


@pytest.fixture
def twins(address):
    """Four processes that wait for a deed each."""
    pipe, environment = subprocess.PIPE, {**os.environ, "DATABASE_URL": address}
    command = [sys.executable, "-m", "tests.signinraces"]
    started = [
        subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True, cwd=settings.BASE_DIR)
        for _n in range(PROCESSES)
    ]
    yield started
    for process in started:
        process.communicate(timeout=60)


def together(processes, deed):
    """The answers of processes that do the same at the same time."""
    for process in processes:
        process.stdin.write(f"{deed}\n")
        process.stdin.flush()
    return [json.loads(process.stdout.readline()) for process in processes]


def test_of_one_account_five_passwords_are_compared_and_each_code_is_taken_once(twins):
    together(twins, "ready")
    assert together(twins[:1], "prepare") == [2]

    guarded = together(twins, "passwords")
    taken = [number for each in together(twins, "codes") for number in each]
    unguarded = together(twins, "control")

    assert sum(guarded) == 5
    assert sorted(taken) == list(range(CODES))
    assert sum(unguarded) > 5, "without the lock more are compared"
