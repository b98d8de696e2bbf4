"""The time of cases: stops, holds, extensions, the next due day, and what a changed calendar moves."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import override

from agreements.actions import edit
from agreements.actions.importing import undo_import
from cases.actions import StalePage, StepRefused, assign, restate_basis
from cases.actions.extensions import ask_extension, decide_extension
from cases.actions.recompute import recompute_case_clocks
from cases.actions.time import (
    correct_stop,
    end_hold,
    put_on_hold,
    restart_clock,
    stop_clock,
    withdraw_interval,
)
from cases.history import sentence
from cases.models import Case, Interval
from cases.timing import timing_of
from tests import makers
from tests.agreements.registers import imported, row
from tests.cases import makers as case_makers
from tests.makers import TODAY
from tracker import audit
from tracker.models import Entry, Holiday
from tracker.roles import Secrecy

pytestmark = pytest.mark.django_db
DAY = date(2025, 3, 14)


@pytest.fixture
def jun():
    return makers.jun()


@pytest.fixture
def case(jun):
    """An incoming criminal request, received on 10 March 2025 and under review."""
    return case_makers.walk(jun, case_makers.case(jun), date(2025, 3, 11), until="I30")


def stopped(by, case, began_on=DAY, *, today=TODAY, **fields):
    given = {"category": "supplement", "reason": "等待對方補充"} | fields
    return stop_clock(by=by, case=case, began_on=began_on, today=today, **given)


def refused(do, *args, **fields):
    with pytest.raises(StepRefused) as caught:
        do(*args, **fields)
    return caught.value.field


def level(case, code, today=TODAY):
    timing = timing_of(
        case,
        events=list(case.events.order_by("order")),
        intervals=list(case.intervals.standing()),
        extensions=list(case.extensions.all()),
        promises=[],
        today=today,
    )
    return next(clock for clock in (*timing.clocks, *timing.levels) if clock.code == code)


# Stops.


def test_a_stop_lets_the_service_levels_stand_still_until_the_restart(jun, case):
    before = level(case, "B2").due_on

    stop = stopped(jun, case)
    standing = level(case, "B2").state
    restart_clock(by=jun, case=case, ended_on=date(2025, 3, 19), today=TODAY)

    stop.refresh_from_db()
    assert (before, standing) == (date(2025, 4, 9), "paused")
    assert (stop.began_on, stop.ended_on, stop.category) == (DAY, date(2025, 3, 19), "supplement")
    assert level(case, "B2").due_on == date(2025, 4, 14)
    case.refresh_from_db()
    assert case.version == 5
    assert audit.verify().intact


@pytest.mark.parametrize(
    ("began_on", "fields", "field"),
    [
        (date(2025, 3, 9), {}, "began_on"),
        (TODAY + timedelta(days=1), {}, "began_on"),
        (DAY, {"category": "weather"}, "category"),
        (DAY, {"category": ""}, "category"),
        (DAY, {"reason": "  "}, "reason"),
    ],
)
def test_a_stop_before_the_receipt_in_the_future_or_without_category_or_reason_is_refused(
    jun, case, began_on, fields, field
):
    assert refused(stopped, jun, case, began_on, **fields) == field
    assert not case.intervals.exists()


def test_stops_do_not_overlap_but_may_follow_one_another_on_the_same_day(jun, case):
    stopped(jun, case, date(2025, 3, 12))
    again = refused(stopped, jun, case, date(2025, 3, 15))
    restart_clock(by=jun, case=case, ended_on=date(2025, 3, 15), today=TODAY)

    fields = [refused(stopped, jun, case, day) for day in (date(2025, 3, 11), date(2025, 3, 14))]
    stopped(jun, case, date(2025, 3, 15))

    assert (again, fields) == ("began_on", ["began_on", "began_on"])
    assert case.intervals.count() == 2


def test_the_database_lets_the_clocks_be_stopped_once_at_a_time(jun, case):
    stop = stopped(jun, case)
    stop.pk = None

    with pytest.raises(IntegrityError), transaction.atomic():
        stop.save(force_insert=True)


def test_a_restart_needs_a_stop_and_a_day_within_it_and_today(jun, case):
    nothing = refused(restart_clock, by=jun, case=case, ended_on=DAY, today=TODAY)
    stopped(jun, case)

    days = (DAY - timedelta(days=1), TODAY + timedelta(days=1))
    fields = [refused(restart_clock, by=jun, case=case, ended_on=day, today=TODAY) for day in days]

    assert (nothing, fields) == ("ended_on", ["ended_on", "ended_on"])


def test_a_wrong_stop_is_withdrawn_with_a_reason_and_stays_visible(jun, case):
    stop = stopped(jun, case)

    without = refused(withdraw_interval, by=jun, interval=stop, reason=" ", today=TODAY)
    withdraw_interval(by=jun, interval=stop, reason="登錄於錯誤案件", today=TODAY)

    stop.refresh_from_db()
    assert (without, stop.withdrawn_by, stop.withdrawn_reason) == ("reason", jun, "登錄於錯誤案件")
    assert (stop.began_on, list(case.intervals.standing())) == (DAY, [])
    assert level(case, "B2").taken_out == 0
    refused(withdraw_interval, by=jun, interval=stop, reason="x", today=TODAY)


def test_a_correction_withdraws_one_stop_and_writes_another(jun, case):
    stop = stopped(jun, case)
    days = {"began_on": date(2025, 3, 12), "ended_on": date(2025, 3, 18)}

    right = correct_stop(by=jun, interval=stop, category="court", reason="日期誤植", today=TODAY, **days)

    stop.refresh_from_db()
    assert (stop.began_on, stop.ended_on, stop.withdrawn_reason) == (DAY, None, "日期誤植")
    assert (right.category, right.reason, right.began_on, right.ended_on) == (
        "court",
        "等待對方補充",
        *days.values(),
    )
    assert list(case.intervals.standing()) == [right]


def test_a_correction_that_does_not_fit_leaves_the_stop_as_it_was(jun, case):
    stop = stopped(jun, case)
    wrong = {"began_on": date(2025, 3, 12), "ended_on": date(2025, 3, 11)}

    field = refused(correct_stop, by=jun, interval=stop, category="court", reason="x", today=TODAY, **wrong)

    stop.refresh_from_db()
    assert (field, stop.withdrawn_at, case.intervals.count()) == ("ended_on", None, 1)


def test_only_justice_stops_the_clocks_and_only_of_an_open_case(jun, case):
    mei = makers.mei()
    closed = case_makers.walk(jun, case_makers.case(jun), date(2025, 3, 11))

    assert refused(stopped, mei, case) == ""
    assert refused(stopped, jun, closed) == ""


@pytest.mark.parametrize("who", ["auditor", "administrator", "stranger", "mei"])
def test_others_change_nothing_about_the_time_of_a_case(who, jun):
    case = case_makers.case(jun, secrecy=Secrecy.INTERNAL, deadline=date(2025, 4, 1))
    by = getattr(makers, who)()

    fields = [
        refused(stopped, by, case),
        refused(restart_clock, by=by, case=case, ended_on=DAY, today=TODAY),
        refused(put_on_hold, by=by, case=case, until=date(2025, 4, 1), reason="x", today=TODAY),
        refused(end_hold, by=by, case=case, today=TODAY),
        refused(ask, by, case),
    ]

    assert fields == [""] * 5


def test_of_two_who_saw_the_same_page_the_second_is_told(jun, case):
    stopped(jun, case, version=case.version)

    with pytest.raises(StalePage):
        put_on_hold(by=jun, case=case, until=date(2025, 4, 1), reason="x", today=TODAY, version=case.version)


# Holds.


def test_a_hold_returns_by_itself_on_its_day(jun, case):
    put_on_hold(by=jun, case=case, until=date(2025, 3, 25), reason="待示例法院裁定", today=TODAY)

    case.refresh_from_db()
    on_hold = [day for day in (20, 24, 25, 30) if case.is_on_hold(date(2025, 3, day))]
    lists = [list(Case.objects.on_hold(today=date(2025, 3, day))) for day in (24, 25)]
    assert (on_hold, lists) == ([20, 24], [[case], []])


def test_a_hold_is_ended_before_its_day_and_another_may_follow(jun, case):
    put_on_hold(by=jun, case=case, until=date(2025, 3, 25), reason="x", today=TODAY)
    twice = refused(put_on_hold, by=jun, case=case, until=date(2025, 4, 1), reason="x", today=TODAY)

    hold = end_hold(by=jun, case=case, today=date(2025, 3, 22))

    case.refresh_from_db()
    assert (twice, hold.ended_on, case.held_until) == ("until", date(2025, 3, 22), None)
    assert refused(end_hold, by=jun, case=case, today=date(2025, 3, 22)) == ""
    put_on_hold(by=jun, case=case, until=date(2025, 4, 1), reason="x", today=date(2025, 3, 22))


def test_a_hold_that_returned_by_itself_is_followed_by_another(jun, case):
    put_on_hold(by=jun, case=case, until=date(2025, 3, 21), reason="x", today=TODAY)

    put_on_hold(by=jun, case=case, until=date(2025, 4, 1), reason="x", today=date(2025, 3, 21))

    case.refresh_from_db()
    assert case.held_until == date(2025, 4, 1)


def test_a_hold_needs_a_day_to_come_and_a_reason(jun, case):
    fields = [
        refused(put_on_hold, by=jun, case=case, until=until, reason=reason, today=TODAY)
        for until, reason in ((TODAY, "x"), (date(2025, 4, 1), " "))
    ]

    assert fields == ["until", "reason"]


def test_a_hold_that_is_withdrawn_gives_the_case_back_at_once(jun, case):
    hold = put_on_hold(by=jun, case=case, until=date(2025, 3, 25), reason="x", today=TODAY)

    withdraw_interval(by=jun, interval=hold, reason="誤按", today=TODAY)

    case.refresh_from_db()
    assert case.held_until is None


def test_what_is_on_hold_is_overdue_all_the_same(jun):
    case = case_makers.case(jun, deadline=date(2025, 3, 21))
    put_on_hold(by=jun, case=case, until=date(2025, 4, 25), reason="x", today=TODAY)

    assert list(Case.objects.overdue(today=date(2025, 3, 22))) == [case]


# Extensions.


def ask(by, case, clock="C2", due_asked=date(2025, 5, 1), reason="卷證浩繁", **fields):
    return ask_extension(
        by=by, case=case, clock=clock, due_asked=due_asked, reason=reason, today=TODAY, **fields
    )


@pytest.fixture
def dated(jun):
    """A case that the requester wants answered by 1 April 2025."""
    return case_makers.case(jun, deadline=date(2025, 4, 1))


def test_an_extension_moves_the_clock_once_another_supervisor_approved_it(jun, dated):
    asked = ask(jun, dated)
    dated.refresh_from_db()
    before = (dated.due_on, asked.due_was)

    decide_extension(by=case_makers.justice_supervisor(), extension=asked, is_approved=True)

    dated.refresh_from_db()
    assert before == (date(2025, 4, 1), date(2025, 4, 1))
    assert (dated.due_on, dated.due_clock) == (date(2025, 5, 1), "C2")
    assert list(Case.objects.overdue(today=date(2025, 4, 10))) == []


def test_a_refused_extension_moves_nothing_and_needs_a_reason(jun, dated):
    chen = case_makers.justice_supervisor()
    asked = ask(jun, dated)

    without = refused(decide_extension, by=chen, extension=asked, is_approved=False, reason="")
    decide_extension(by=chen, extension=asked, is_approved=False, reason="期限已足")

    dated.refresh_from_db()
    asked.refresh_from_db()
    assert (without, dated.due_on, asked.is_approved, asked.decided_by) == (
        "reason",
        date(2025, 4, 1),
        False,
        chen,
    )
    assert refused(decide_extension, by=chen, extension=asked, is_approved=True) == ""
    assert ask(jun, dated).is_approved is None


def test_nobody_decides_on_the_own_extension_and_no_officer_on_any(dated):
    chen = case_makers.justice_supervisor()
    own = ask(chen, dated)
    yu = makers.person("yu", ministry="justice")
    lin = makers.lin()

    fields = [refused(decide_extension, by=by, extension=own, is_approved=True) for by in (chen, yu, lin)]

    assert fields == ["", "", ""]
    own.refresh_from_db()
    assert own.is_approved is None


def test_an_extension_of_a_case_that_was_closed_meanwhile_is_not_decided(jun, dated):
    asked = ask(jun, dated)
    case_makers.walk(jun, dated)

    refused(decide_extension, by=case_makers.justice_supervisor(), extension=asked, is_approved=True)

    asked.refresh_from_db()
    assert (asked.is_approved, dated.due_on) == (None, None)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"clock": "C1"}, "clock"),
        ({"clock": "Z9"}, "clock"),
        ({"clock": "C2a"}, "clock"),
        ({"due_asked": date(2025, 4, 1)}, "due_asked"),
        ({"reason": ""}, "reason"),
        ({"clock": "B2", "due_asked": date(2025, 5, 10)}, "due_asked"),
    ],
)
def test_an_extension_needs_a_clock_that_may_be_extended_more_time_and_a_reason(jun, dated, fields, field):
    assert refused(ask, jun, dated, **fields) == field


def test_a_level_of_our_own_is_extended_by_thirty_days_at_the_most(jun, dated):
    assert ask(jun, dated, clock="B2", due_asked=date(2025, 5, 9)).due_was == date(2025, 4, 9)


def test_one_extension_of_a_clock_is_asked_at_a_time(jun, dated):
    ask(jun, dated)

    assert refused(ask, jun, dated) == "clock"
    assert ask(jun, dated, clock="B1", due_asked=date(2025, 4, 5)).clock == "B1"


# The next due day.


def urgent(jun, partner=None, **fields):
    given = {"is_urgent": True, "is_direct": True, "letter_on": None, "received_on": date(2025, 3, 3)}
    return case_makers.case(jun, partner, **(given | fields))


def test_the_next_due_day_is_written_by_every_step(jun):
    case = urgent(jun, deadline=date(2025, 5, 1))
    found = [(case.due_on, case.due_clock)]
    for name, on in (("letter_arrives", date(2025, 3, 10)), ("ask_more", date(2025, 3, 11))):
        case_makers.step(jun, case, name, on, due_on=date(2025, 4, 15) if name == "ask_more" else None)
        found.append((case.due_on, case.due_clock))

    assert found == [
        (date(2025, 4, 2), "C1"),
        (date(2025, 5, 1), "C2"),
        (date(2025, 4, 15), "C2b"),
    ]


def test_a_closed_case_has_no_next_due_day(jun):
    case = case_makers.walk(jun, case_makers.case(jun, deadline=date(2025, 5, 1)), date(2025, 3, 11))

    assert (case.is_open, case.due_on, case.due_clock) == (False, None, "")


def test_a_deadline_that_was_met_is_due_no_more(jun):
    case = case_makers.case(jun, deadline=date(2025, 5, 1))

    case_makers.walk(jun, case, date(2025, 3, 11), until="I85")

    assert (case.state, case.due_on) == ("I85", None)


@pytest.mark.parametrize(
    ("days", "due", "code"), [(10, date(2025, 3, 13), "C1a"), (None, date(2025, 4, 2), "C1")]
)
def test_the_agreement_says_first_how_soon_an_urgent_request_is_confirmed(jun, days, due, code):
    jia = makers.partner()
    case_makers.in_force(jia, date(2024, 1, 1), urgent_confirmation_days=days)

    case = urgent(jun, jia)

    assert (case.basis, case.due_on, case.due_clock) == ("agreement", due, code)


def test_resting_a_case_on_something_else_changes_its_term(jun):
    jia = makers.partner()
    case_makers.in_force(jia, date(2024, 1, 1), urgent_confirmation_days=10)
    case = urgent(jun, jia)

    now = restate_basis(by=jun, case=case, basis="reciprocity", reason="對方要求")

    assert (now.due_on, now.due_clock) == (date(2025, 4, 2), "C1")


def test_giving_a_case_to_somebody_leaves_its_due_day(jun):
    case = urgent(jun)

    assert assign(by=jun, case=case, officer=jun).due_on == date(2025, 4, 2)


def test_the_stored_due_day_is_what_the_clocks_say_for_every_case(jun):
    cases = [urgent(jun), case_makers.case(jun, deadline=date(2025, 4, 1)), case_makers.case(jun)]
    case_makers.step(jun, cases[0], "preserve", date(2025, 3, 12))
    before = [(case.due_on, case.due_clock) for case in Case.objects.order_by("pk")]

    moved = recompute_case_clocks(by=jun, about=jun, today=TODAY)

    assert moved == []
    assert [(case.due_on, case.due_clock) for case in Case.objects.order_by("pk")] == before


# A changed calendar.


def typhoon(jun, day=date(2025, 4, 2)):
    return Holiday.objects.create(day=day, kind="holiday", reason="示例颱風")


def test_a_holiday_moves_the_due_days_that_fall_on_it_and_says_so(jun):
    case, other = urgent(jun), case_makers.case(jun, deadline=date(2025, 4, 2))
    holiday = typhoon(jun)

    moved = recompute_case_clocks(by=jun, about=holiday, today=date(2025, 4, 8))

    case.refresh_from_db()
    other.refresh_from_db()
    assert (case.due_on, other.due_on) == (date(2025, 4, 7), date(2025, 4, 2))
    assert [(m.number, m.code, m.was, m.now, m.is_overdue) for m in moved] == [
        (case.number, "C1", date(2025, 4, 2), date(2025, 4, 7), True)
    ]
    told = Entry.objects.filter(verb="case.recompute").get()
    assert (told.about_id, told.details["moved"]) == (str(holiday.pk), 1)


def test_a_closed_case_is_not_moved(jun):
    case = urgent(jun)
    case_makers.step(jun, case, "withdrawn", date(2025, 3, 8))
    case_makers.step(jun, case, "close", date(2025, 3, 9))

    assert recompute_case_clocks(by=jun, about=typhoon(jun), today=TODAY) == []


@pytest.mark.parametrize("count", [1, 3])
def test_recomputing_takes_the_same_queries_for_one_case_and_for_three(jun, count, django_assert_num_queries):
    for _turn in range(count):
        urgent(jun)
    holiday = typhoon(jun)

    with django_assert_num_queries(11 if transaction.get_connection().vendor == "postgresql" else 10):
        recompute_case_clocks(by=jun, about=holiday, today=TODAY)


def test_the_administrator_who_changes_the_calendar_is_told_how_many_moved_but_not_which(client_of, jun):
    case = urgent(jun)
    client = client_of(makers.administrator())

    page = client.post(
        reverse("admin:tracker_holiday_add"),
        {"day": "2025-04-02", "kind": "holiday", "reason": "示例颱風"},
        follow=True,
    )

    case.refresh_from_db()
    assert case.due_on == date(2025, 4, 7)
    assert case.number not in page.text
    assert "1 " in page.text


def test_another_term_in_the_agreement_moves_the_cases_that_rest_on_it(jun):
    jia = makers.partner()
    agreement = case_makers.in_force(jia, date(2024, 1, 1), urgent_confirmation_days=10)
    case = urgent(jun, jia)

    edit(by=makers.mei(), agreement=agreement, urgent_confirmation_days=15, today=TODAY)

    case.refresh_from_db()
    assert (case.due_on, case.due_clock) == (date(2025, 3, 18), "C1a")


def test_another_term_that_an_import_brings_moves_them_too_and_its_undoing_moves_them_back(jun):
    jia, lin = makers.partner(), makers.lin()
    agreement = case_makers.in_force(jia, date(2024, 1, 1), urgent_confirmation_days=10)
    case = urgent(jun, jia)
    told = {"number": agreement.number, "status": "in_force", "signed": "", "source": "", "confidence": ""}

    batch = imported(lin, row(agreement.title_zh, **told, urgent_confirmation_days="15"))
    case.refresh_from_db()
    moved = case.due_on
    undo_import(by=lin, batch=batch, today=TODAY)
    case.refresh_from_db()

    assert (moved, case.due_on) == (date(2025, 3, 18), date(2025, 3, 13))


# The history.


def test_the_history_says_what_was_done_to_the_time_without_its_reasons(jun, dated):
    stop = stopped(jun, dated)
    restart_clock(by=jun, case=dated, ended_on=date(2025, 3, 19), today=TODAY)
    withdraw_interval(by=jun, interval=stop, reason="機密理由", today=TODAY)
    put_on_hold(by=jun, case=dated, until=date(2025, 4, 25), reason="機密理由", today=TODAY)
    end_hold(by=jun, case=dated, today=TODAY)
    ask(jun, dated, reason="機密理由")

    entries = list(Entry.objects.order_by("-id")[:6])[::-1]

    with override("en"):
        assert [sentence(entry) for entry in entries] == [
            "stopped the clocks from 2025-03-14 on (Waiting for more from the other side)",
            "restarted the clocks on 2025-03-19",
            "withdrew an entry (Clock stopped) from 2025-03-14",
            "put the case on hold until 2025-04-25",
            "took the case back from hold on 2025-03-20",
            "asked to extend clock C2 to 2025-05-01",
        ]
    assert all("機密" not in str(entry.details) for entry in entries)


def test_an_interval_knows_which_days_it_covers(jun, case):
    hold = put_on_hold(by=jun, case=case, until=date(2025, 3, 25), reason="x", today=TODAY)
    stop = Interval.objects.get(pk=stopped(jun, case).pk)

    assert [hold.is_on(date(2025, 3, day)) for day in (19, 20, 24, 25)] == [False, True, True, False]
    assert [stop.is_on(day) for day in (DAY - timedelta(days=1), DAY, TODAY)] == [False, True, True]
