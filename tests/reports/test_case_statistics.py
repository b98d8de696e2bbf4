"""The statistics of cases S01 to S08: hand-made cases with known answers, sums that close, figures and their lists."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from cases import guards
from cases.actions.contents import void_case
from cases.actions.time import restart_clock, stop_clock
from cases.clocks import clocks_of, service_levels_of
from cases.models import Case, CaseEvent
from cases.timing import fact_of, facts_of
from reports.catalogue import REPORTS
from reports.written import write
from tests import makers
from tests.cases import makers as cases
from tests.reports.casework import UNTIL, answered, drawn, incoming, listed, met, outgoing, report, rows
from tracker.preferences import counting_rules
from tracker.roles import Secrecy

CODES = ("S01", "S02", "S03", "S04", "S05", "S06", "S07", "S08", "S09")
D = date


@pytest.fixture
def jun(db):
    return makers.jun()


@pytest.fixture
def partner(db):
    return makers.partner("XA")


@pytest.fixture
def hand_made(jun, partner):
    """Four requests of theirs: met in 40 days, refused, withdrawn, and one that is open."""
    incoming(jun, partner, D(2024, 11, 1), *met(D(2024, 12, 1), D(2024, 12, 11)))
    refusal = [("forward", D(2025, 2, 3)), ("take_in", D(2025, 2, 3)), ("refuse", D(2025, 2, 20))]
    file = incoming(jun, partner, D(2025, 2, 3), *refusal, ground="10(2)4")
    cases.step(jun, file, "close", D(2025, 3, 5), today=UNTIL, result="none")
    file = incoming(jun, partner, D(2025, 12, 20), ("withdrawn", D(2026, 1, 5)))
    cases.step(jun, file, "close", D(2026, 1, 9), today=UNTIL, result="none")
    incoming(jun, partner, D(2026, 4, 1), ("forward", D(2026, 4, 7)))
    return partner


def test_what_came_in_and_what_was_closed_is_counted_year_by_year(hand_made):
    found = report("S01", since=D(2024, 1, 1))

    assert [row[3:] for row in found.rows] == [(113, 0, 1, 1, 0), (114, 0, 2, 1, 1), (115, 1, 1, 1, 1)]
    assert found.totals == ("total", None, None, None, 0, 4, 3, 1)
    assert [check.ok for check in found.checks] == [True, True]


def test_the_same_day_is_answered_alike_a_year_later(hand_made, jun):
    before = report("S01", since=D(2025, 1, 1), as_of=D(2025, 3, 1))

    assert before.totals[4:] == (0, 1, 0, 1)
    Case.objects.filter(is_open=True).update(result="full")
    assert report("S01", since=D(2025, 1, 1), as_of=D(2025, 3, 1)).rows == before.rows


def test_results_tell_a_refusal_by_its_ground_and_a_withdrawal(hand_made):
    assert [row[2:5] for row in report("S02").rows] == [
        (113, "full", 1),
        (114, "refused:10(2)4", 1),
        (115, "withdrawn", 1),
    ]


def test_times_are_middles_of_days_with_stops_beside(hand_made, jun):
    file = incoming(jun, hand_made, D(2025, 5, 1), ("forward", D(2025, 5, 1)), ("take_in", D(2025, 5, 1)))
    stop_clock(
        by=jun, case=file, category="opinion", reason="示例", began_on=D(2025, 5, 2), today=D(2025, 5, 2)
    )
    file.refresh_from_db()
    restart_clock(by=jun, case=file, ended_on=D(2025, 5, 12), today=D(2025, 5, 12))
    file.refresh_from_db()
    for name, day in met(D(2025, 6, 1), D(2025, 6, 10))[2:]:
        cases.step(jun, file, name, day, today=UNTIL)

    assert rows(report("S03")) == [
        {"partner": "XA", "direction": "in", "kind": "criminal", "closed": 4, "median": 35, "ninetieth": 40,
         "longest": 40, "paused": 1, "paused_days": 10}
    ]  # fmt: skip


def test_what_is_open_stands_by_its_age_and_by_who_has_it(hand_made):
    by_age, by_holder = report("S04"), report("S05")

    assert by_age.rows == (("XA", "in", "criminal", 0, 0, 1, 0, 0, 1),)
    assert by_holder.rows == (("justice", "in", "criminal", 1, 90, 90),)
    assert report("S05", as_of=D(2026, 4, 3)).rows == (("foreign_affairs", "in", "criminal", 1, 2, 2),)


def test_bases_are_counted_by_the_year_of_receipt(hand_made):
    found = report("S07")

    assert [(row["roc_year"], row["reciprocity"], row["received"]) for row in rows(found)] == [
        (113, 1, 1),
        (114, 2, 2),
        (115, 1, 1),
    ]


def test_the_form_of_the_budget_centre_counts_things_that_were_asked(hand_made, jun):
    outgoing(jun, hand_made, D(2025, 1, 2), *answered(D(2025, 1, 20), D(2025, 9, 1), D(2025, 9, 9)))
    outgoing(jun, hand_made, D(2025, 1, 2))

    found = report("S08")

    assert found.rows == (("evidence", "out", 1, 1, 0, 0, None), ("evidence", "in", 4, 1, 3, 1, None))
    assert found.totals == ("total", None, 5, 2, 3, 1, 0.4)
    assert [check.ok for check in found.checks] == [True]


def test_what_was_struck_out_is_not_counted_but_is_known_for_the_day_before(hand_made, jun):
    chief = cases.justice_supervisor()
    void_case(by=chief, case=Case.objects.get(is_open=True), reason="示例")

    assert report("S04").rows == ()
    assert "struck out" in english(report("S04").notes)


def test_steps_recorded_after_the_day_on_which_it_was_known_are_not_counted(hand_made):
    guards.remove_guards(connection)
    CaseEvent.objects.filter(case__is_open=True).update(recorded_at="2026-05-02T10:00+08:00")
    CaseEvent.objects.filter(case__is_open=False).update(recorded_at="2026-04-01T10:00+08:00")
    guards.install_guards(connection)

    assert report("S01", known_on=D(2026, 5, 1)).totals[4:] == (0, 3, 3, 0)
    assert report("S01", known_on=D(2026, 5, 2)).totals[4:] == (0, 4, 3, 1)
    assert report("S01", known_on=D(2026, 3, 31)).totals[4:] == (0, 0, 0, 0)


def test_fictional_samples_count_only_when_asked_for(hand_made):
    found = report("S01", with_samples=False)

    assert (found.rows, found.totals[4:]) == ((), (0, 0, 0, 0))
    assert "samples are left out" in english(found.notes)


def test_a_reader_counts_what_he_may_see_and_is_told_so(hand_made, jun):
    incoming(jun, hand_made, D(2026, 5, 4))
    Case.objects.filter(received_on=D(2026, 5, 4)).update(secrecy=Secrecy.RESTRICTED, declassify_when="示例")

    assert report("S04", jun).totals[-1] == 2
    assert report("S04", makers.mei()).totals[-1] == 2
    seen = report("S04", makers.stranger())
    assert seen.totals[-1] == 1
    assert "what you may see" in english(seen.notes)
    assert "what you may see" not in english(report("S04").notes)
    assert report("S04", makers.administrator()).rows == ()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_every_check_of_every_statistic_holds_over_drawn_cases(jun, seed):
    drawn(jun, 150, seed)

    for code in CODES:
        for asked in ({}, {"since": D(2023, 5, 17)}, {"as_of": D(2024, 2, 29)}, {"partner": "XB"}):
            assert report(code, **asked).failed == (), (code, asked)


def test_the_stock_of_a_day_is_what_the_list_of_that_day_holds(jun):
    drawn(jun, 200)

    for day in (D(2020, 1, 1), D(2024, 12, 31), UNTIL):
        then = Case.objects.as_of(day).exclude(state_then__in=("I99", "O99")).count()
        assert report("S04", as_of=day).totals[-1] == then
        assert report("S05", as_of=day).totals[3] == then
        assert report("S01", as_of=day).totals[-1] == then


def test_a_case_begins_with_its_receipt_and_is_closed_once(jun):
    drawn(jun, 150)

    for case in Case.objects.all():
        first = case.events.order_by("order").first()
        assert (first.order, first.happened_on) == (1, case.received_on)
        assert case.events.filter(state__in=("I99", "O99")).count() <= 1


@pytest.mark.parametrize("code", [code for code in CODES if REPORTS[code].links])
def test_every_figure_that_leads_to_a_list_counts_its_rows(jun, code):
    drawn(jun, 60)
    auditor = makers.auditor()
    leading = 0

    for reader in (jun, auditor):
        found = report(code, reader)
        for row in found.rows:
            for column, cell in zip(found.columns, row, strict=True):
                url = REPORTS[code].links(found, row, column)
                if url and cell:
                    leading += 1
                    assert listed(url, reader) == cell, (row, column.code, url)
    assert leading > 5


def test_no_list_is_offered_for_the_books_of_another_day(hand_made, jun):
    found = report("S04", jun, known_on=UNTIL + timedelta(days=1000))

    assert found.rows
    assert {REPORTS["S04"].links(found, row, found.columns[-1]) for row in found.rows} == {""}


def test_clocks_are_judged_as_those_of_each_case_are(jun):
    """Each clock, judged from its own case on the same day, must be counted the same."""
    drawn(jun, 500)
    file = Case.objects.filter(is_open=True, direction="in", kind="criminal", received_on__year=2026).first()
    stop_clock(by=jun, case=file, category="opinion", reason="示例", began_on=file.received_on, today=UNTIL)

    expected: dict[tuple[str, str], int] = {}
    calendar, roll = counting_rules()
    for case in Case.objects.select_related("partner", "agreement").prefetch_related("events"):
        facts = facts_of(
            case,
            events=[fact_of(event) for event in case.events.all()],
            intervals=case.intervals.standing(),
        )
        for clock in (
            *clocks_of(facts, today=UNTIL, calendar=calendar, roll=roll),
            *service_levels_of(facts, today=UNTIL, calendar=calendar, roll=roll),
        ):
            if clock.is_effect or clock.period is None:
                continue
            word = {"paused": "running", "not_started": "fell_away"}.get(clock.state, clock.state)
            expected[clock.code, word] = expected.get((clock.code, word), 0) + 1

    counted = {
        (row["clock"], word): row[word]
        for row in rows(report("S06", since=D(2010, 1, 1)))
        for word in ("met", "missed", "running", "fell_away")
        if row[word]
    }
    assert counted == expected
    assert len({code for code, _word in counted}) > 8


@pytest.mark.parametrize("code", CODES)
def test_a_statistic_asks_the_database_as_often_for_three_cases_as_for_one(jun, partner, code):
    def another(number: int) -> None:
        incoming(jun, partner, D(2026, 1, number), *met(D(2026, 2, 1), D(2026, 2, 2)))
        incoming(jun, partner, D(2026, 1, number))

    another(1)
    with CaptureQueriesContext(connection) as one:
        write(report(code, jun))
    another(2), another(3)
    with CaptureQueriesContext(connection) as three:
        write(report(code, jun))

    assert len(three) == len(one)


@pytest.mark.parametrize("language", ["en", "zh-hant"])
@pytest.mark.parametrize("code", CODES)
def test_a_statistic_is_written_in_both_languages(jun, code, language):
    drawn(jun, 60)

    with translation.override(language):
        written = write(report(code, jun))

    assert written.lines and not written.failed
    assert all(cell.text for line in (*written.lines, written.heads) for cell in line)


def english(notes) -> str:
    with translation.override("en"):
        return " ".join(str(note.text) for note in notes)
