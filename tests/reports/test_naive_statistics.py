"""The statistics of cases beside what one finds by walking through the steps of every case, and by the books of a later day."""

from collections import Counter, defaultdict
from datetime import date
from statistics import median

import pytest

from cases.lifecycle import CLOSED, SENDING, State
from cases.models import Case
from reports.casework.outcomes import ENDINGS, Outcome
from reports.catalogue import REPORTS
from reports.catalogue.casework.reading import ANSWERING
from tests import makers
from tests.reports.casework import UNTIL, drawn, report

D = date
DAYS = (D(2020, 2, 29), D(2024, 12, 31), UNTIL)
CODES = ("S01", "S02", "S03", "S04", "S05", "S07", "S08", "S09")


@pytest.fixture
def cases_of_a_register(db):
    drawn(makers.jun(), 300, seed=11)
    return Case.objects.select_related("partner").prefetch_related("events")


@pytest.mark.parametrize("code", CODES)
def test_the_kept_days_and_the_steps_themselves_tell_the_same(cases_of_a_register, code):
    """With a day on which the books were known the steps are asked, without one the days that the case keeps."""
    for day in DAYS:
        kept, asked = report(code, as_of=day), report(code, as_of=day, known_on=D(2100, 1, 1))
        assert (kept.rows, kept.totals) == (asked.rows, asked.totals), day
    assert kept.rows


@pytest.mark.parametrize("day", DAYS)
def test_the_ledger_is_what_one_counts_case_by_case(cases_of_a_register, day):
    first = D(day.year - 4, 1, 1)
    counted: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    waited: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for case in cases_of_a_register:
        steps = sorted((e for e in case.events.all() if e.happened_on <= day), key=lambda e: e.order)
        left = [e.happened_on for e in steps if e.step in SENDING]
        begun = case.received_on if case.direction == "in" else next(iter(left), None)
        if case.kind == "spontaneous_information" or begun is None or not first <= begun <= day:
            continue
        key = case.partner.code, case.direction
        outcome = what_became_of(steps)
        counted[key][outcome] += 1
        answers = [e.happened_on for e in steps if e.step in ANSWERING]
        if outcome in (Outcome.FULL, Outcome.PART) and answers:
            waited[key].append((answers[-1] - begun).days)

    found = report("S09", as_of=day)

    assert found.rows
    named = [Outcome.FULL, Outcome.PART, Outcome.REFUSED, Outcome.WITHDRAWN]
    assert {row[:2]: (row[2], *row[3:7], row[8]) for row in found.rows} == {
        key: (counts.total(), *(counts[outcome] for outcome in named), counts["open"])
        for key, counts in counted.items()
    }
    assert {row[:2]: row[10] for row in found.rows} == {
        key: median(waited[key]) if waited[key] else None for key in counted
    }


def what_became_of(steps):
    """The outcome by the steps of a case, "open" when none of them closes it."""
    staged = [e for e in steps if e.state]
    if staged[-1].state not in CLOSED:
        return "open"
    result = staged[-1].result
    if result in ("full", "part"):
        return Outcome(result)
    return ENDINGS.get(State(staged[-2].state), Outcome.NOT_MET) if result == "none" else Outcome.UNKNOWN


def test_every_statistic_of_cases_is_compared():
    others = {"S06"}  # each clock is compared with that of its own case in test_case_statistics
    assert {code for code in REPORTS if code.startswith("S")} == {*CODES, *others}
