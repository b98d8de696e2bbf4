"""Case numbers: one series per ROC year, direction and door; no gap, no double, whoever comes at once."""

import multiprocessing
import sqlite3
from datetime import date

import pytest
from django.db import connection, connections, transaction

from agreements.models import Partner
from cases.actions import StepRefused, save_draft
from cases.models import Case, NumberSeries
from tests import makers
from tests.cases import makers as case_makers
from tracker import audit
from tracker.models import User
from tracker.roles import Secrecy

EACH = 5


@pytest.fixture
def jun(db):
    return makers.jun()


def numbers():
    return list(Case.objects.registered().order_by("pk").values_list("number", flat=True))


def test_incoming_and_outgoing_cases_are_numbered_apart(jun):
    for direction in ("in", "out", "in", "out", "in"):
        case_makers.case(jun, direction=direction)

    assert numbers() == ["114-受-0001", "114-請-0001", "114-受-0002", "114-請-0002", "114-受-0003"]


def test_each_year_of_the_republic_begins_anew(jun):
    for today in (date(2024, 12, 31), date(2025, 1, 1)):
        case_makers.case(jun, today=today, letter_on=None, received_on=date(2024, 12, 31))

    assert numbers() == ["113-受-0001", "114-受-0001"]


def test_sealed_cases_have_series_of_their_own_and_leave_no_gap_in_the_others(db):
    qiu = case_makers.sealed_officer()
    for secrecy in (Secrecy.ORDINARY, Secrecy.SEALED, Secrecy.RESTRICTED, Secrecy.SEALED):
        case_makers.case(qiu, secrecy=secrecy)
    case_makers.case(qiu, secrecy=Secrecy.SEALED, direction="out")

    assert numbers() == [
        "114-受-0001",
        "114-密封受-0001",
        "114-密受-0001",
        "114-密封受-0002",
        "114-密封請-0001",
    ]


def test_a_draft_takes_no_number(jun):
    save_draft(by=jun, intake=case_makers.intake())

    assert (numbers(), NumberSeries.objects.count()) == ([], 0)


def test_a_case_that_is_refused_gives_its_number_to_the_next(jun):
    case_makers.case(jun)
    with pytest.raises(StepRefused):
        case_makers.case(jun, subject=" ")
    with pytest.raises(RuntimeError), transaction.atomic():
        case_makers.case(jun)
        raise RuntimeError("the power fails before the commit")
    case_makers.case(jun)

    assert numbers() == ["114-受-0001", "114-受-0002"]


# Many at once, each a process with a connection of its own.


def register_many(place, barrier):
    """One process: connect anew, wait for the others, and register EACH cases."""
    for alias in connections:
        connections[alias].connection = None  # what was inherited belongs to the parent
        connections[alias].settings_dict["NAME"] = place
    jun, jia = User.objects.get(username="jun"), Partner.objects.get(code="XA")
    barrier.wait(timeout=60)
    for _turn in range(EACH):
        case_makers.case(jun, jia)
    connection.close()


def at_once(processes, place):
    """Run ``register_many`` in so many processes on the database ``place``; their exit codes."""
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(processes)
    started = [context.Process(target=register_many, args=(place, barrier)) for _n in range(processes)]
    for process in started:
        process.start()
    for process in started:
        process.join(timeout=120)
    return [process.exitcode for process in started]


@pytest.fixture
def shared(transactional_db, tmp_path):
    """A database that other processes can open: the test's own, or for one in memory a copy of it in a file."""
    makers.jun()
    makers.partner()
    if connection.vendor == "postgresql":
        place = connection.settings_dict["NAME"]
        connections.close_all()
        yield place
        return
    place = str(tmp_path / "shared.sqlite3")
    with sqlite3.connect(place) as file:
        connection.connection.backup(file)
    file.close()
    own, connection.connection = connection.connection, None
    own_name, connection.settings_dict["NAME"] = connection.settings_dict["NAME"], place
    yield place
    connection.connection.close()
    connection.connection, connection.settings_dict["NAME"] = own, own_name


@pytest.mark.django_db(transaction=True)
def test_many_processes_that_register_at_once_leave_no_gap_and_no_double(shared):
    processes = 50 if connection.vendor == "postgresql" else 8

    codes = at_once(processes, shared)

    total = processes * EACH
    assert codes == [0] * processes
    assert sorted(numbers()) == [f"114-受-{number:04d}" for number in range(1, total + 1)]
    assert NumberSeries.objects.get().last == total
    assert audit.verify() == audit.Verdict(total, None)
