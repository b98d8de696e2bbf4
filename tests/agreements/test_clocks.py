"""The statutory clocks: what starts, stops and excuses each, with workings and provision."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agreements.clocks import RULES, Fact, File, clocks_of, latest_signature, open_duties, stalled_since
from agreements.lifecycle import Track, possible_tracks
from tracker.partialdate import PartialDate
from tracker.workdays import taiwan_calendar

CALENDAR = taiwan_calendar(range(2012, 2027), {}, date(2026, 12, 31))
SIGNED = date(2023, 3, 23)


def file(*facts, track="T1", nature="treaty", **fields):
    made = [
        Fact(step, PartialDate.parse(day) if isinstance(day, str) else PartialDate.of(day), *history)
        for step, day, *history in facts
    ]
    given_fields = {"leads": frozenset({"foreign_affairs"}), "is_lead_recorded": True} | fields
    return File(tracks=possible_tracks(track, nature), nature=nature, facts=tuple(made), **given_fields)


def states(file, today, **kwargs):
    return {clock.code: clock.state for clock in clocks_of(file, today=today, calendar=CALENDAR, **kwargs)}


def clock(file, code, today):
    return next(clock for clock in clocks_of(file, today=today, calendar=CALENDAR) if clock.code == code)


def test_thirty_days_are_counted_from_the_day_after_signature_and_roll_off_a_saturday():
    k1 = clock(file(("sign", SIGNED)), "K1", date(2023, 4, 1))

    assert (k1.started_on, k1.raw_due_on, k1.due_on) == (SIGNED, date(2023, 4, 22), date(2023, 4, 24))
    assert (k1.state, k1.basis.article, k1.days_left(date(2023, 4, 1))) == ("running", "8(1)", 23)
    assert [day.because for day in k1.period.workings.moved_past] == ["saturday", "sunday"]


def test_without_the_roll_the_period_ends_on_the_raw_day():
    found = clocks_of(file(("sign", SIGNED)), today=SIGNED, calendar=CALENDAR, roll=False)

    assert found[0].due_on == date(2023, 4, 22)


@pytest.mark.parametrize(
    ("submitted", "today", "state"),
    [
        ("2023-04-24", "2023-05-01", "met"),
        ("2023-04-25", "2023-05-01", "missed"),
        ("2023-04", "2023-05-01", "unknown"),
        ("2023-05", "2023-05-01", "missed"),
        (None, "2023-04-24", "running"),
        (None, "2023-04-25", "missed"),
    ],
)
def test_the_clock_of_submission(submitted, today, state):
    facts = [("sign", SIGNED)] + ([("submit", submitted)] if submitted else [])

    assert states(file(*facts), date.fromisoformat(today))["K1"] == state


@pytest.mark.parametrize(
    ("track", "nature", "code"),
    [
        ("T1", "treaty", "K1"),
        ("T2", "treaty", "K1"),
        ("T3", "treaty", "K2"),
        ("A1", "agreement", "K2"),
        ("A2", "agreement", "K2"),
        ("X", "", "K8"),
        ("undetermined", "treaty", "K1"),
        ("undetermined", "agreement", "K2"),
    ],
)
def test_each_track_has_its_own_clock_of_submission(track, nature, code):
    assert states(file(("sign", SIGNED), track=track, nature=nature), SIGNED) == {code: "running"}


def test_a_file_of_unknown_nature_has_no_clock_of_submission():
    assert states(file(("sign", SIGNED), track="undetermined", nature=""), SIGNED) == {}


def test_an_imported_file_without_submission_cannot_be_said_and_is_never_missed():
    k1 = clock(file(("sign", SIGNED, True)), "K1", date(2025, 1, 1))

    assert (k1.state, k1.due_on) == ("unknown", date(2023, 4, 24))
    assert "submission day not recorded" in str(k1.reason) or "報" in str(k1.reason)


def test_the_first_of_two_signatures_starts_nothing():
    assert states(file(("sign_first", "2023-08-16", True)), date(2025, 3, 20)) == {"K1": "not_started"}


def test_a_signature_known_only_to_the_year_cannot_be_counted_from():
    assert states(file(("sign", "2023")), date(2025, 1, 1)) == {"K1": "unknown"}


def test_a_file_that_ended_in_time_owes_no_submission_and_one_that_ended_late_did():
    in_time = file(("sign", SIGNED), ("shelve", "2023-04-01"))
    late = file(("sign", SIGNED), ("lapse", "2023-06-01"))

    assert (states(in_time, date(2024, 1, 1)), states(late, date(2024, 1, 1))) == (
        {"K1": "not_started"},
        {"K1": "missed"},
    )


def test_art_15_binds_only_a_recorded_lead_agency_other_than_foreign_affairs():
    justice = {"leads": frozenset({"justice"})}

    assert states(file(("sign", SIGNED), **justice), SIGNED) == {"K1": "running", "K3": "running"}
    assert states(file(("sign", SIGNED), is_lead_recorded=False, **justice), SIGNED) == {"K1": "running"}
    joint = {"leads": frozenset({"justice", "foreign_affairs"})}
    assert states(file(("sign", SIGNED), **joint), SIGNED) == {"K1": "running"}
    notes = justice | {"is_exchange_of_notes": True}
    assert states(file(("sign", SIGNED), ("file_notes", "2023-04-20"), **notes), date(2024, 1, 1)) == {
        "K1": "missed",
        "K3": "missed",
        "K4": "met",
    }


def test_a_deposit_abroad_starts_the_clock_of_its_copy():
    facts = [("sign", SIGNED), ("submit", "2023-04-01"), ("exchange", "2024-01-10")]
    deposit = file(*facts, leads=frozenset({"justice"}), clause="on_deposit")

    assert states(deposit, date(2024, 1, 20)) == {"K1": "met", "K3": "missed", "K5": "running"}


def test_reconsideration_is_optional_and_then_has_its_own_fifteen_days():
    reached = [("sign", SIGNED), ("submit", "2023-04-01"), ("receive_resolution", "2024-01-10")]
    asked = [*reached, ("reconsider", "2024-01-18")]

    assert states(file(*reached), date(2024, 1, 15))["K6"] == "running"
    assert states(file(*reached), date(2024, 3, 1))["K6"] == "not_started"
    assert states(file(*asked), date(2024, 1, 25)) == {"K1": "met", "K6": "met", "K7": "running"}
    assert states(file(*asked, ("approve", "2024-03-01")), date(2024, 3, 2))["K7"] == "missed"


def test_the_clause_of_the_text_starts_its_own_clock():
    facts = [("sign", SIGNED), ("submit", "2023-04-01"), ("exchange", "2024-01-10")]
    k9 = clock(file(*facts, clause="after_notice", clause_days=30), "K9", date(2024, 1, 20))

    assert (k9.state, k9.raw_due_on) == ("running", date(2024, 2, 9))


def test_a_second_submission_after_a_lapse_does_not_undo_the_first_in_time():
    facts = [
        ("sign", SIGNED),
        ("submit", "2023-04-01"),
        ("lapse_with_term", "2024-02-01"),
        ("submit", "2024-05-01"),
    ]

    assert states(file(*facts), date(2024, 6, 1))["K1"] == "met"


def test_every_rule_cites_its_provision():
    assert [(rule.code, bool(str(rule.basis))) for rule in RULES] == [(f"K{n}", True) for n in range(1, 10)]


def test_duties_without_a_number_of_days_show_their_age_until_they_are_done():
    facts = [("sign", SIGNED), ("enter_into_force", "2024-01-01")]
    open_ones = open_duties(file(*facts), today=date(2024, 1, 31))

    assert [(duty.code, duty.age) for duty in open_ones] == [("promulgate", 30)]
    assert open_duties(file(*facts, ("promulgate", "2024-02-01")), today=date(2024, 3, 1)) == []
    history = [("enter_into_force", "2014-11-28", True)]
    assert open_duties(file(*history), today=date(2024, 3, 1)) == []


@given(st.dates(date(2013, 1, 1), date(2026, 6, 1)))
def test_signing_on_the_latest_day_is_in_time_and_a_day_later_is_not(submit_by):
    sign = latest_signature(submit_by, calendar=CALENDAR)
    due = clock(file(("sign", sign)), "K1", sign).due_on

    assert due <= submit_by
    assert clock(file(("sign", date.fromordinal(sign.toordinal() + 1))), "K1", sign).due_on > submit_by


def test_talks_are_stalled_only_after_more_than_the_given_days():
    today = date(2025, 3, 20)

    assert stalled_since(date(2024, 12, 20), today=today, after_days=90) is None
    assert stalled_since(date(2024, 12, 19), today=today, after_days=90) == 91
    assert stalled_since(None, today=today, after_days=90) is None


def test_cross_strait_files_know_no_other_clock():
    assert states(file(("sign", SIGNED), track=Track.X, nature=""), SIGNED) == {"K8": "running"}
