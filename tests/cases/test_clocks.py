"""The clocks of cases: what starts, stops and excuses each; stated days, promises, service levels; the ledger."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.provisions import Provision
from cases.clocks import (
    CLOCK_LABELS,
    RULES,
    SERVICE_LEVELS,
    Desk,
    Fact,
    Facts,
    Hold,
    Pledge,
    Stop,
    attention,
    claim_ends,
    clocks_of,
    counts_days,
    earliest_due,
    ledger,
    safe_conduct_ends,
    service_levels_of,
)
from cases.clocks.running import ENDED_BEFORE
from cases.lifecycle import STEP_NAMES, STEPS, Kind, Need, State, row_for
from cases.provisions import TEXT, mla_act
from tracker.roles import Ministry
from tracker.workdays import taiwan_calendar

CALENDAR = taiwan_calendar(range(2012, 2027), {}, date(2026, 12, 31))
RECEIVED = date(2025, 3, 3)
"""A Monday; thirty days on is Wednesday 2 April, and 3 to 6 April 2025 were holidays and a weekend."""


def facts(*events, kind="criminal", direction="in", state=None, received_on=RECEIVED, **fields):
    """A case with these events, each a step, a day and perhaps the day that it names; states follow the tables."""
    given_state, made = "", []
    for place, (step, on, *named) in enumerate(events, start=1):
        on = date.fromisoformat(on) if isinstance(on, str) else on
        due_on = date.fromisoformat(named[0]) if named else None
        reached = opening(step) or (row_for(step, given_state, kind) or UNKNOWN).target or ""
        given_state = str(reached) or given_state
        made.append(Fact(step, on, str(reached), due_on, place))
    return Facts(kind, direction, state or given_state, received_on, events=tuple(made), **fields)


class UNKNOWN:
    target = None


def opening(step):
    return {"receive": "I10", "receive_urgent": "I15", "draft_request": "O10"}.get(step, "")


def urgent(*events, received=RECEIVED, **fields):
    return facts(
        ("receive_urgent", received), *events, received_on=received, is_urgent=True, is_direct=True, **fields
    )


def clocks(case, today, **kwargs):
    return {clock.code: clock for clock in clocks_of(case, today=today, calendar=CALENDAR, **kwargs)}


def clock(case, code, today=RECEIVED, **kwargs):
    return clocks(case, today, **kwargs)[code]


def levels(case, today):
    found = service_levels_of(case, today=today, calendar=CALENDAR)
    return {one.code: (one.state, one.due_on) for one in found}


# C1 and C1a: an urgent request that came straight to Justice.


def test_the_letter_is_due_thirty_days_after_the_day_of_the_urgent_request():
    c1 = clock(urgent(), "C1")

    assert (c1.started_on, c1.started_by, c1.raw_due_on, c1.due_on) == (
        RECEIVED,
        "receive_urgent",
        date(2025, 4, 2),
        date(2025, 4, 2),
    )
    assert (c1.state, c1.basis, c1.days_left(date(2025, 3, 30))) == ("running", mla_act("8(2)"), 3)
    assert (c1.period.workings.first_counted, c1.period.workings.calendar_version) == (
        date(2025, 3, 4),
        CALENDAR.version,
    )


@pytest.mark.parametrize(
    ("letter", "today", "state"),
    [
        ("2025-04-02", "2025-04-20", "met"),
        ("2025-04-03", "2025-04-20", "missed"),
        (None, "2025-04-02", "running"),
        (None, "2025-04-03", "missed"),
    ],
)
def test_cured_on_day_31_is_late_when_day_30_is_a_working_day(letter, today, state):
    case = urgent(*([("letter_arrives", letter)] if letter else []))

    c1 = clock(case, "C1", date.fromisoformat(today))

    assert (c1.state, c1.stopped_on) == (state, date.fromisoformat(letter) if letter else None)


def test_cured_on_the_next_working_day_when_day_30_is_a_holiday_is_in_time():
    received = date(2025, 3, 5)  # day 30 is 4 April, a holiday; 5 and 6 are a weekend; 7 is a Monday

    found = {
        letter: clock(urgent(("letter_arrives", letter), received=received), "C1", date(2025, 5, 1)).state
        for letter in ("2025-04-07", "2025-04-08")
    }
    c1 = clock(urgent(received=received), "C1")

    assert found == {"2025-04-07": "met", "2025-04-08": "missed"}
    assert (c1.raw_due_on, c1.due_on) == (date(2025, 4, 4), date(2025, 4, 7))
    assert [(rest.day.day, rest.because) for rest in c1.period.workings.moved_past] == [
        (4, "holiday"),
        (5, "saturday"),
        (6, "sunday"),
    ]


def test_a_make_up_working_saturday_is_a_working_day():
    received = date(2025, 1, 9)  # day 30 is Saturday 8 February 2025, which was worked

    c1 = clock(urgent(received=received), "C1")

    assert CALENDAR.is_workday(date(2025, 2, 8))
    assert (c1.raw_due_on, c1.due_on, c1.period.rolled) == (date(2025, 2, 8), date(2025, 2, 8), False)


def test_without_the_roll_the_term_ends_on_the_day_as_counted():
    assert clock(urgent(received=date(2025, 3, 5)), "C1", roll=False).due_on == date(2025, 4, 4)


def test_a_request_withdrawn_on_the_fifth_day_is_not_missed():
    case = urgent(("preserve", "2025-03-04"), ("withdrawn", "2025-03-08"))

    c1 = clock(case, "C1", date(2025, 6, 1))

    assert (c1.state, c1.closed_on, c1.is_open) == ("not_started", date(2025, 3, 8), False)
    assert c1.reason == ENDED_BEFORE


def test_a_request_that_lapsed_was_missed_and_asks_for_nothing_more():
    case = urgent(("preserve", "2025-03-04"), ("lapse", "2025-04-10"))

    c1 = clock(case, "C1", date(2025, 6, 1))

    assert (c1.state, c1.stopped_on, c1.closed_on, c1.days_left(date(2025, 6, 1))) == (
        "missed",
        None,
        date(2025, 4, 10),
        None,
    )


@pytest.mark.parametrize("code", ["C1", "C1a"])
def test_the_law_lets_neither_term_stand_still_nor_be_extended(code):
    stops = (Stop(date(2025, 3, 10), date(2025, 3, 20)),)
    plain = urgent(term_days=10 if code == "C1a" else None)
    case = urgent(
        term_days=10 if code == "C1a" else None, stops=stops, extensions=((code, date(2025, 12, 1)),)
    )

    assert clock(case, code).due_on == clock(plain, code).due_on
    assert not clock(case, code).rule.may_extend


def test_an_agreement_with_ten_days_overrides_the_act():
    case = urgent(term_days=10, term_from=TEXT)

    found = clocks(case, RECEIVED)

    assert sorted(found) == ["C1a"]
    assert (found["C1a"].due_on, found["C1a"].basis) == (date(2025, 3, 13), TEXT)


@pytest.mark.parametrize(("letter", "state"), [("2025-03-13", "met"), ("2025-03-14", "missed")])
def test_the_ten_day_term_is_counted_the_same_way(letter, state):
    case = urgent(("letter_arrives", letter), term_days=10)

    assert clock(case, "C1a", date(2025, 5, 1)).state == state


def test_only_an_urgent_direct_request_has_to_be_confirmed():
    through_foreign_affairs = facts(("receive", RECEIVED), is_urgent=True)

    assert clocks(through_foreign_affairs, RECEIVED) == {}
    assert clocks(urgent(kind="civil"), RECEIVED) == {}
    assert sorted(clocks(urgent(kind="civil", term_days=10), RECEIVED)) == ["C1a"]


@pytest.mark.parametrize(
    ("day", "mark"),
    [("2025-03-22", None), ("2025-03-23", 10), ("2025-03-29", 10), ("2025-03-30", 3), ("2025-04-02", 3), ("2025-04-03", 0)],
)  # fmt: skip
def test_both_ministries_are_warned_ten_and_three_days_before_and_told_to_decide_when_it_expired(day, mark):
    today = date.fromisoformat(day)

    found = attention(clock(urgent(), "C1", today), today)

    assert (found.at if found else None) == mark
    if found:
        assert (found.warns, found.basis) == (frozenset(Ministry), mla_act("8(2)"))
        assert bool(found.words)


def test_what_has_arrived_or_ended_warns_nobody():
    cured = urgent(("letter_arrives", "2025-04-10"))
    withdrawn = urgent(("withdrawn", "2025-03-08"))
    today = date(2025, 4, 20)

    assert [attention(clock(case, "C1", today), today) for case in (cured, withdrawn)] == [None, None]


# C1b: our urgent oral request to the United States.


def test_an_oral_request_to_the_united_states_is_to_follow_in_writing_within_three_days():
    asked = [("draft_request", "2025-03-03"), ("ask_orally", "2025-03-04")]
    case = facts(*asked, direction="out", partner="US")
    sent = facts(*asked, ("submit", "2025-03-10"), direction="out", partner="US")
    elsewhere = facts(*asked, direction="out", partner="XA")

    assert (clock(case, "C1b").due_on, clock(case, "C1b").state) == (date(2025, 3, 7), "running")
    assert clock(sent, "C1b").state == "missed"
    assert clocks(elsewhere, RECEIVED) == {}


# C2: stated days.


def test_a_deadline_stated_by_the_requester_is_kept_as_stated_and_met_by_the_reply():
    saturday = date(2025, 5, 10)
    opened = [("receive", "2025-03-03"), ("forward", "2025-03-04"), ("take_in", "2025-03-05")]
    done = [("accept", "2025-03-06"), ("commission", "2025-03-07"), ("execute", "2025-03-10")]
    case = facts(*opened, deadline=saturday)
    replied = facts(*opened, *done, ("reply", "2025-05-12"), deadline=saturday)

    c2 = clock(case, "C2")

    assert (c2.due_on, c2.state, c2.basis) == (saturday, "running", mla_act("8(3)5"))
    assert clock(replied, "C2", date(2025, 6, 1)).state == "missed"


def test_a_deadline_is_extended_by_what_was_approved_and_never_shortened():
    case = facts(("receive", RECEIVED), deadline=date(2025, 4, 1), extensions=(("C2", date(2025, 5, 1)),))
    earlier = facts(("receive", RECEIVED), deadline=date(2025, 4, 1), extensions=(("C2", date(2025, 3, 20)),))

    c2 = clock(case, "C2", date(2025, 4, 10))

    assert (c2.due_on, c2.extended_to, c2.raw_due_on, c2.state) == (
        date(2025, 5, 1),
        date(2025, 5, 1),
        date(2025, 4, 1),
        "running",
    )
    assert clock(earlier, "C2").due_on == date(2025, 4, 1)


def test_a_case_without_its_first_step_counts_from_its_receipt():
    case = Facts("criminal", "in", "I30", RECEIVED, deadline=date(2025, 4, 1))

    assert (clock(case, "C2").started_on, clock(case, "C2").started_by) == (RECEIVED, "")


def test_days_named_for_more_information_are_clocks_of_either_side():
    opened = [("receive", "2025-03-03"), ("forward", "2025-03-04"), ("take_in", "2025-03-05")]
    ours = facts(*opened, ("ask_more", "2025-03-06", "2025-04-01"))
    unnamed = facts(*opened, ("ask_more", "2025-03-06"))
    answered = facts(*opened, ("ask_more", "2025-03-06", "2025-04-01"), ("more_arrives", "2025-04-02"))
    today = date(2025, 4, 5)

    assert (clock(ours, "C2b", today).state, attention(clock(ours, "C2b", today), today).at) == ("missed", 0)
    assert clocks(unnamed, today) == {}
    assert clock(answered, "C2b", today).state == "missed"


@pytest.mark.parametrize(
    ("start", "stop", "direction", "kind", "code"),
    [
        ("return_for_correction", "submit", "out", "criminal", "C2c"),
        ("postpone", "review_again", "in", "criminal", "C2d"),
        ("postponed_abroad", "executing_abroad", "out", "criminal", "C6b"),
        ("they_grant", "hand_over", "out", "extradition", "C6c"),
    ],
)
def test_every_day_that_a_step_names_is_kept_in_sight(start, stop, direction, kind, code):
    events = [Fact(start, RECEIVED, "", date(2025, 4, 1), 1), Fact(stop, date(2025, 4, 2), "", None, 2)]
    opened, done = (Facts(kind, direction, "", RECEIVED, events=tuple(events[:many])) for many in (1, 2))

    states = [clock(case, code, date(2025, 4, 5)).state for case in (opened, done)]

    assert (clock(opened, code).due_on, states) == (date(2025, 4, 1), ["missed", "missed"])
    assert (clock(opened, code).is_open, clock(done, code, date(2025, 4, 5)).is_open) == (True, False)


def test_every_step_that_may_name_a_day_starts_a_clock():
    naming = {row.name for table in STEPS.values() for row in table if Need.DUE in row.needs | row.takes}

    assert naming == {
        step for rule in RULES if rule.term.unit in ("named", "before") for step in rule.starts
    } - {
        "receive",
        "receive_urgent",
        "draft_request",
    }


def test_every_clock_has_one_name_for_lists():
    assert set(CLOCK_LABELS) == {rule.code for rule in (*RULES, *SERVICE_LEVELS)} | {"C6"}
    assert all(str(label) for label in CLOCK_LABELS.values())


# C3 to C5: hearing, safe conduct, three years.

COURT = [("receive", "2025-01-06"), ("forward", "2025-01-06"), ("take_in", "2025-01-07"), ("accept", "2025-01-08"),
         ("commission", "2025-01-09"), ("apply_to_court", "2025-01-10")]  # fmt: skip


@pytest.mark.parametrize(("served", "state"), [("2025-02-10", "met"), ("2025-02-11", "missed")])
def test_the_notice_of_a_hearing_is_served_at_least_seven_days_before_it(served, state):
    case = facts(*COURT, ("set_hearing", "2025-01-20", "2025-02-17"), ("notify_hearing", served))

    c3 = clock(case, "C3", date(2025, 3, 1))

    assert (c3.due_on, c3.state) == (date(2025, 2, 10), state)


def test_a_hearing_that_is_not_fixed_yet_is_a_clock_that_cannot_start():
    c3 = clock(facts(*COURT), "C3")

    assert (c3.state, c3.due_on, bool(c3.reason)) == ("not_started", None, True)


def test_a_hearing_that_is_fixed_anew_starts_the_clock_anew():
    case = facts(
        *COURT,
        ("set_hearing", "2025-01-20", "2025-02-17"),
        ("notify_hearing", "2025-01-22"),
        ("set_hearing", "2025-02-15", "2025-03-17"),
    )

    assert (clock(case, "C3", date(2025, 2, 16)).state, clock(case, "C3").due_on) == (
        "running",
        date(2025, 3, 10),
    )


SENT = [("draft_request", "2025-01-06"), ("submit", "2025-01-07"), ("review", "2025-01-08"),
        ("send_to_foreign_affairs", "2025-01-09"), ("hand_to_mission", "2025-01-10"), ("deliver", "2025-01-13"),
        ("acknowledged", "2025-01-14")]  # fmt: skip


def test_safe_conduct_ends_fifteen_days_after_the_notice_and_nobody_has_missed_anything():
    case = facts(*SENT, ("release_witness", "2025-03-01"), direction="out")

    states = {day: clock(case, "C4", date(2025, 3, day)).state for day in (15, 16, 17)}

    assert clock(case, "C4").due_on == date(2025, 3, 16) == safe_conduct_ends(date(2025, 3, 1))
    assert states == {15: "running", 16: "running", 17: "met"}
    assert clock(case, "C4").basis == mla_act("32(4)")


def test_safe_conduct_ends_earlier_when_the_person_leaves():
    case = facts(*SENT, ("release_witness", "2025-03-01"), ("witness_departs", "2025-03-05"), direction="out")

    c4 = clock(case, "C4", date(2025, 3, 6))

    assert (c4.state, c4.stopped_on) == ("met", date(2025, 3, 5))


@pytest.mark.parametrize(
    ("claimed", "state"), [("2028-03-03", "met"), ("2028-03-04", "missed"), (None, "met")]
)
def test_the_claim_to_property_ends_three_years_after_the_final_decision(claimed, state):
    case = facts(
        *COURT[:3], ("decision_final", "2025-03-03"), *([("claim_property", claimed)] if claimed else [])
    )

    c5 = clock(case, "C5", date(2029, 1, 1))

    assert (c5.due_on, c5.state) == (date(2028, 3, 3), state)


# C6: promises.


def pledge(**fields):
    return Pledge("返還證物", date(2025, 3, 3), date(2025, 4, 5), mla_act("20"), **fields)


@pytest.mark.parametrize(
    ("kept", "today", "state"),
    [
        (None, "2025-04-05", "running"),
        (None, "2025-04-06", "missed"),
        ("2025-04-05", "2025-06-01", "met"),
        ("2025-04-06", "2025-06-01", "missed"),
    ],
)
def test_a_promise_is_a_clock_that_survives_the_end_of_its_case(kept, today, state):
    kept_on = date.fromisoformat(kept) if kept else None
    case = facts(("receive", RECEIVED), state=State.I99, pledges=(pledge(kept_on=kept_on),))

    c6 = clock(case, "C6", date.fromisoformat(today))

    assert (c6.state, c6.due_on, c6.label, c6.basis) == (state, date(2025, 4, 5), "返還證物", mla_act("20"))


# C7: consent by telecopy; months.


@pytest.mark.parametrize(
    ("telecopied", "due"),
    [
        ("2025-01-15", "2025-02-17"),  # 15 February was a Saturday
        ("2025-01-31", "2025-03-03"),  # 28 February was a holiday, then a weekend
        ("2024-02-29", "2024-04-01"),  # counted from 1 March: the whole of March, whose 31st was a Sunday
        ("2025-04-30", "2025-06-02"),  # counted from 1 May: the whole of May; 30 and 31 May and 1 June rested
    ],
)
def test_the_original_of_a_consent_follows_within_a_month(telecopied, due):
    case = facts(("receive", "2024-01-02"), ("telecopy_consent", telecopied), kind="transfer_receive")

    assert clock(case, "C7").due_on == date.fromisoformat(due)


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)))
def test_three_years_end_on_the_day_of_the_same_date_or_with_the_month(final):
    end = claim_ends(final)

    same = (end.month, end.day) == (final.month, final.day)
    first = final + timedelta(days=1)
    assert (
        same or (first.day == 1 and (end + timedelta(days=1)).day == 1) or (final.month, final.day) == (2, 28)
    )
    assert end.year == final.year + 3 or (final.month, final.day) == (12, 31)
    assert timedelta(days=1094) <= end - final <= timedelta(days=1097)


# C8: extradition.

ASKED = [("receive", "2025-01-06"), ("forward", "2025-01-06"), ("take_in", "2025-01-07"),
         ("assign_prosecutor", "2025-01-08")]  # fmt: skip
COURTED = [
    *ASKED,
    ("arrest", "2025-01-10"),
    ("question_person", "2025-01-11"),
    ("send_to_court", "2025-01-13"),
]
DEFENDED = [*COURTED, ("serve_facts", "2025-01-15"), ("receive_defence", "2025-02-20")]
DECIDED = [*DEFENDED, ("conclude_hearing", "2025-03-05"), ("court_decides", "2025-03-10")]
NOTIFIED = [*DECIDED, ("pass_to_foreign_affairs", "2025-03-11"), ("submit_to_president", "2025-03-12"),
            ("president_grants", "2025-03-20"), ("give_notice", "2025-03-21")]  # fmt: skip


def test_an_extradition_is_timed_from_the_arrest_to_the_hand_over():
    case = facts(*NOTIFIED, ("hand_over", "2025-05-01"), kind="extradition")

    found = clocks(case, date(2025, 6, 1))

    assert {code: (one.due_on, one.state) for code, one in found.items()} == {
        "C8a": (date(2025, 1, 11), "met"),
        "C8c": (date(2025, 3, 17), "met"),
        "C8d": (date(2025, 3, 10), "met"),
        "C8e": (date(2025, 3, 24), "met"),
        "C8f": (date(2025, 5, 20), "met"),
    }
    assert {code: one.basis.article for code, one in found.items()} == {
        "C8a": "17(1)",
        "C8c": "18",
        "C8d": "20(2)",
        "C8e": "20(3)",
        "C8f": "23",
    }


def test_provisional_detention_waits_thirty_days_for_the_full_request_and_then_the_person_goes_free():
    case = facts(*ASKED, ("detain_provisionally", "2025-01-09"), kind="extradition")
    today = date(2025, 2, 11)

    # Day 30, 8 February 2025, was a Saturday that was worked.
    assert clock(case, "C8b").due_on == date(2025, 2, 8)
    assert attention(clock(case, "C8b", today), today).at == 0


def test_the_full_request_is_in_time_on_its_last_day_and_a_release_ends_the_clock():
    detained = [*ASKED, ("detain_provisionally", "2025-01-09")]
    came = facts(*detained, ("full_request_arrives", "2025-02-08"), kind="extradition")
    late = facts(*detained, ("full_request_arrives", "2025-02-11"), kind="extradition")
    freed = facts(*detained, ("release", "2025-02-12"), kind="extradition")

    states = [clock(case, "C8b", date(2025, 3, 1)).state for case in (came, late, freed)]

    assert states == ["met", "missed", "missed"]
    assert not clock(freed, "C8b", date(2025, 3, 1)).is_open


def test_what_the_court_has_not_begun_is_shown_as_not_started():
    found = clocks(facts(*COURTED, kind="extradition"), date(2025, 1, 14))

    assert {code: one.state for code, one in found.items()} == {
        "C8a": "met",
        "C8c": "not_started",
        "C8d": "not_started",
        "C8e": "not_started",
    }


def test_questioning_on_the_day_of_the_arrest_counts_although_it_was_recorded_first():
    case = facts(*ASKED, ("question_person", "2025-01-10"), ("arrest", "2025-01-10"), kind="extradition")

    assert clock(case, "C8a", date(2025, 1, 20)).state == "met"


def test_a_person_who_is_not_taken_over_in_sixty_days_is_to_be_released():
    today = date(2025, 5, 21)

    found = attention(clock(facts(*NOTIFIED, kind="extradition"), "C8f", today), today)

    assert (found.at, found.basis.article) == (0, "23")


# C9: public notice.


def test_service_abroad_by_public_notice_takes_effect_after_sixty_days_that_do_not_roll():
    case = facts(*SENT, ("publish_notice", "2025-03-02"), kind="civil", direction="out")

    c9 = clock(case, "C9", date(2025, 5, 2))

    assert (c9.due_on, c9.state, c9.basis.article) == (date(2025, 5, 1), "met", "152")


# Service levels.

ACCEPTED = [
    ("receive", "2025-03-03"),
    ("forward", "2025-03-04"),
    ("take_in", "2025-03-05"),
    ("accept", "2025-03-28"),
]


def test_service_levels_are_apart_and_never_called_statutory():
    case = facts(*ACCEPTED)

    assert levels(case, date(2025, 3, 29)) == {
        "B1": ("missed", date(2025, 3, 10)),
        "B2": ("met", date(2025, 4, 2)),
        "B3": ("running", date(2025, 6, 26)),
        "B4": ("running", date(2025, 7, 16)),
    }
    assert clocks(case, RECEIVED) == {}
    assert [rule.is_statutory for rule in SERVICE_LEVELS] == [False] * 4
    assert all(rule.is_statutory for rule in RULES)


def test_days_of_a_stop_do_not_count_in_a_service_level():
    stops = (Stop(date(2025, 3, 10), date(2025, 3, 20)),)
    case = facts(*ACCEPTED[:3], stops=stops)

    b2 = next(
        one for one in service_levels_of(case, today=date(2025, 3, 25), calendar=CALENDAR) if one.code == "B2"
    )

    assert (b2.due_on, b2.taken_out, b2.state) == (
        date(2025, 4, 14),
        10,
        "running",
    )  # 12 April was a Saturday


def test_an_open_stop_lets_the_service_levels_stand_still():
    case = facts(*ACCEPTED[:3], stops=(Stop(date(2025, 3, 10)),))

    found = {day: levels(case, date(2025, 4, day))["B2"] for day in (1, 11)}

    assert found == {1: ("paused", date(2025, 4, 24)), 11: ("paused", date(2025, 5, 5))}


def test_a_stop_after_the_end_does_not_make_good_what_was_missed():
    case = facts(*ACCEPTED[:3], stops=(Stop(date(2025, 4, 10)),))

    assert levels(case, date(2025, 4, 20))["B2"] == ("missed", date(2025, 4, 2))


def test_an_approved_extension_moves_a_service_level():
    case = facts(*ACCEPTED[:3], extensions=(("B2", date(2025, 4, 30)),))

    assert levels(case, date(2025, 4, 10))["B2"] == ("running", date(2025, 4, 30))


def test_service_levels_are_for_assistance_that_others_ask_of_us():
    cases = [
        facts(("draft_request", RECEIVED), direction="out"),
        facts(("receive", RECEIVED), kind="extradition"),
    ]

    assert [levels(case, RECEIVED) for case in cases] == [{}, {}]


# What is due first.


def test_the_earliest_due_day_leaves_out_service_levels_and_mere_effects():
    case = facts(
        *SENT,
        ("release_witness", "2025-03-01"),
        ("promise_reply", "2025-03-02", "2025-05-20"),
        direction="out",
        deadline=date(2025, 6, 1),
        pledges=(pledge(),),
    )

    assert earliest_due(clocks_of(case, today=RECEIVED, calendar=CALENDAR)) == (date(2025, 4, 5), "C6")


def test_what_is_overdue_stays_the_earliest_until_it_is_done():
    case = urgent(deadline=date(2025, 5, 1))
    cured = urgent(("letter_arrives", "2025-04-20"), deadline=date(2025, 5, 1))
    today = date(2025, 4, 30)

    found = [earliest_due(clocks_of(one, today=today, calendar=CALENDAR)) for one in (case, cured)]

    assert found == [(date(2025, 4, 2), "C1"), (date(2025, 5, 1), "C2")]


@given(st.dates(date(2025, 1, 1), date(2026, 6, 1)))
def test_the_earliest_due_day_does_not_depend_on_the_day_of_asking(today):
    case = urgent(deadline=date(2025, 5, 1), pledges=(pledge(),))

    assert earliest_due(clocks_of(case, today=today, calendar=CALENDAR)) == (date(2025, 4, 2), "C1")


def test_the_calendar_is_read_only_when_days_are_counted():
    assert counts_days(urgent())
    assert not counts_days(facts(("receive", RECEIVED), deadline=date(2025, 5, 1)))


def test_a_reopened_request_runs_again():
    opened = [("receive", "2025-03-03"), ("forward", "2025-03-04"), ("take_in", "2025-03-05")]
    refused = facts(*opened, ("refuse", "2025-03-10"), deadline=date(2025, 5, 1))
    cured = facts(*opened, ("refuse", "2025-03-10"), ("cure", "2025-03-20"))

    assert (refused.ended_on, cured.ended_on) == (date(2025, 3, 10), None)


def test_every_rule_names_steps_of_the_tables_and_a_provision():
    steps = {step for rule in (*RULES, *SERVICE_LEVELS) for step in (*rule.starts, *rule.stops)}

    assert steps <= set(STEP_NAMES)
    assert all(isinstance(rule.basis, Provision) and str(rule.basis) for rule in (*RULES, *SERVICE_LEVELS))
    assert [rule.code for rule in SERVICE_LEVELS] == ["B1", "B2", "B3", "B4"]


@pytest.mark.parametrize("kind", Kind.values)
@pytest.mark.parametrize("direction", ["in", "out"])
def test_every_kind_of_case_can_be_timed_from_its_first_day(kind, direction):
    opened = facts(
        (("receive" if direction == "in" else "draft_request"), RECEIVED), kind=kind, direction=direction
    )

    assert clocks(opened, RECEIVED) == {}


# Where the days went.


def test_the_ledger_counts_each_day_once_with_waiting_and_holds_apart():
    case = facts(
        ("receive", "2025-03-01"),
        ("forward", "2025-03-04"),
        ("take_in", "2025-03-06"),
        ("ask_more", "2025-03-11"),
        ("more_arrives", "2025-03-21"),
    )
    stops = [Stop(date(2025, 3, 11), date(2025, 3, 23))]
    holds = [Hold(date(2025, 3, 24), date(2025, 4, 30), date(2025, 3, 27))]

    found = ledger(case.events, stops, holds, date(2025, 4, 1))

    assert found.desks == (Desk("foreign_affairs", 3), Desk("justice", 13, stopped=2, held=3))
    assert (found.waiting, found.stopped, found.held, found.worked, found.total) == (10, 2, 3, 16, 31)


def test_a_hold_returns_by_itself_and_a_closed_case_has_no_more_days():
    case = facts(("receive", "2025-03-01"), ("forward", "2025-03-04"), ("log_information", "2025-03-10"), kind="spontaneous_information")  # fmt: skip
    going = facts(("receive", "2025-03-01"))
    holds = [Hold(date(2025, 3, 3), date(2025, 3, 8))]

    assert ledger(case.events, [], holds, date(2026, 1, 1)).total == 9
    assert ledger(going.events, [], holds, date(2025, 3, 11)).desks == (Desk("foreign_affairs", 5, held=5),)


def test_a_case_that_came_today_has_spent_no_day():
    found = ledger(facts(("receive", RECEIVED)).events, [], [], RECEIVED)

    assert (found.desks, found.total) == ((), 0)


days_of = st.integers(0, 60).map(lambda number: RECEIVED + timedelta(days=number))


@given(st.lists(st.tuples(days_of, days_of), max_size=4), st.lists(st.tuples(days_of, days_of), max_size=3))
def test_the_days_of_the_ledger_add_up_to_the_life_of_the_case(stops, holds):
    case = facts(
        ("receive", RECEIVED),
        ("forward", "2025-03-10"),
        ("take_in", "2025-03-12"),
        ("ask_more", "2025-03-20"),
    )
    stopped = [Stop(min(pair), max(pair)) for pair in stops]
    held = [Hold(min(pair), max(pair)) for pair in holds]
    today = date(2025, 4, 20)

    found = ledger(case.events, stopped, held, today)

    assert found.total == (today - RECEIVED).days == found.worked + found.waiting + found.stopped + found.held


def test_the_ledger_is_the_same_in_whatever_order_the_steps_are_read():
    case = facts(
        ("receive_urgent", RECEIVED), ("preserve", date(2025, 3, 12)), is_urgent=True, is_direct=True
    )

    newest_first = ledger(case.events[::-1], [], [], date(2025, 4, 1))

    assert newest_first == ledger(case.events, [], [], date(2025, 4, 1))
    assert newest_first.waiting == 20


def test_the_clocks_are_the_same_in_whatever_order_the_steps_are_read():
    cases = [
        urgent(("preserve", "2025-03-04"), ("withdrawn", "2025-03-08"), deadline=date(2025, 5, 1)),
        facts(*NOTIFIED, ("release", "2025-05-21"), ("close", "2025-05-22"), kind="extradition"),
    ]

    for case in cases:
        backwards = replace(case, events=case.events[::-1])
        assert clocks(backwards, date(2025, 6, 1)) == clocks(case, date(2025, 6, 1))
