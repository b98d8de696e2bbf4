"""Several processes at one account: five passwords are compared (AUT-5), each code is taken once (AUT-3)."""

import json
import os
import subprocess
import sys
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection

PROCESSES, TRIES, CODES = 4, 12, 30


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


def start(address, deed, count):
    environment = {**os.environ, "DATABASE_URL": address}
    command = [sys.executable, "-m", "tests.signinraces", deed, str(count)]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command, env=environment, stdin=pipe, stdout=pipe, text=True, cwd=settings.BASE_DIR
    )


def told(process):
    output, _none = process.communicate("\n", timeout=300)
    assert process.returncode == 0
    return json.loads(output.strip().splitlines()[-1])


def together(address, deed, processes, count):
    """The answers of so many processes that do the same at the same time."""
    started = [start(address, deed, count) for _n in range(processes)]
    assert [process.stdout.readline() for process in started] == ["ready\n"] * processes
    for process in started:
        process.stdin.write("\n")
        process.stdin.flush()
    return [told(process) for process in started]


def test_of_one_account_five_passwords_are_compared_and_each_code_is_taken_once(address):
    told(start(address, "prepare", 0))

    guarded = together(address, "passwords", PROCESSES, TRIES)
    told(start(address, "forget", 0))
    unguarded = together(address, "control", PROCESSES, TRIES)
    pairs = together(address, "codes", 2, CODES)

    assert sum(each["compared"] for each in guarded) == 5
    assert sum(each["compared"] for each in unguarded) > 5, "without the lock more are compared"
    first, second = (set(each["taken"]) for each in pairs)
    assert (first | second, first & second) == (set(range(CODES)), set())
