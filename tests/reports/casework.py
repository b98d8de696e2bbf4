"""Drawn cases and hand-made ones for the statistics, and the list behind a figure."""

from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from agreements.models import Partner
from cases.actions.sampling import add_sample_cases
from cases.filters import CaseFilter
from cases.models import Case
from reports.catalogue import REPORTS, Parameters, Report
from tests import makers
from tests.cases import makers as cases
from tracker.models import User

UNTIL = date(2026, 6, 30)


def drawn(jun: User, count: int = 120, seed: int = 7) -> None:
    """Fictional cases of twelve years with two fictional partners, up to :data:`UNTIL`."""
    makers.partner("XA"), makers.partner("XB")
    add_sample_cases(by=jun, count=count, seed=seed, until=UNTIL)


def report(code: str, reader: User | None = None, as_of: date = UNTIL, **asked: Any) -> Report:
    return REPORTS[code].run(Parameters(as_of, **({"with_samples": True} | asked)), reader=reader)


def rows(found: Report) -> list[dict[str, Any]]:
    codes = [column.code for column in found.columns]
    return [dict(zip(codes, row, strict=True)) for row in found.rows]


def listed(url: str, reader: User, today: date = UNTIL) -> int:
    """How many cases the list at this address counts, samples too where it says so."""
    state = dict(parse_qsl(urlsplit(url).query))
    found = CaseFilter(state, reader=reader, today=today)
    assert found.form.is_valid(), found.form.errors
    return found.counted


def outgoing(by: User, partner: Partner, taken_up: date, *steps: tuple[str, date], **fields: Any) -> Case:
    """A request of ours, taken up on this day, with these steps after it; ``fields`` are of the last step."""
    file = cases.case(by, partner, direction="out", received_on=taken_up, today=UNTIL)
    return stepped(by, file, *steps, **fields)


def incoming(by: User, partner: Partner, received: date, *steps: tuple[str, date], **fields: Any) -> Case:
    file = cases.case(by, partner, received_on=received, letter_on=received, today=UNTIL)
    return stepped(by, file, *steps, **fields)


def stepped(by: User, file: Case, *steps: tuple[str, date], **fields: Any) -> Case:
    for place, (name, day) in enumerate(steps, start=1):
        cases.step(by, file, name, day, today=UNTIL, **(fields if place == len(steps) else {}))
    return file


def answered(sent: date, replied: date, closed: date) -> list[tuple[str, date]]:
    """The steps of a request of ours that left on ``sent``, was answered on ``replied`` and closed on ``closed``."""
    before = [(name, sent) for name in ("submit", "review", "send_to_foreign_affairs", "hand_to_mission")]
    after = [(name, replied) for name in ("deliver", "acknowledged", "executing_abroad", "deliver_reply")]
    return [*before, *after, ("close", closed)]


def met(replied: date, closed: date) -> list[tuple[str, date]]:
    """The steps of a request of theirs that was answered on ``replied`` and closed on ``closed``."""
    names = ("forward", "take_in", "accept", "commission", "execute", "reply")
    return [*((name, replied) for name in names), ("close", closed)]
