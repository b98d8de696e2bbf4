"""How long files stay: stays and stretches from hand-made facts, their middles and percentiles, and the desks they lay on."""

from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agreements.lifecycle import Stage, possible_tracks
from reports.desks import Fact, Said, desk_stays, leaps_of, turns_of
from reports.precedents import History, Mark, Stay, Stretch, history_of, stays_of, stretches_of
from reports.survival import Watched, estimate, middle
from reports.turnwords import Verdict, verdict
from tracker.partialdate import PartialDate

TREATY = possible_tracks("undetermined", "treaty")
T1 = possible_tracks("T1", "treaty")
AT = datetime(2025, 1, 1, tzinfo=UTC)


def mark(step, stage, day, **fields):
    return Mark(step, stage, PartialDate.parse(day), **fields)


OPENED = mark("open_talks", "20", "2017")
SIGNED = mark("sign", "35", "2023-03-23")
APPROVED = mark("approve", "50", "2025-01-14")


def exact(*days):
    return [
        Stay("20", PartialDate(2020, 1, 1), PartialDate(2020, 1, 1 + days_), "initial", True)
        for days_ in days
    ]


def test_germany_waited_663_days_from_signature_to_approval():
    [stretch] = stretches_of([OPENED, SIGNED, APPROVED], Stretch.APPROVAL)

    assert (stretch.days, stretch.began.iso, stretch.ended.iso) == (663, "2023-03-23", "2025-01-14")


def test_on_the_day_before_germany_had_waited_662_days_and_waits_on():
    [stretch] = stretches_of([OPENED, SIGNED], Stretch.APPROVAL)

    assert (stretch.ended, stretch.days, stretch.age(date(2025, 1, 13))) == (None, None, 662)


def test_a_stay_that_left_out_steps_between_is_completed_otherwise():
    first, signed, open_one = stays_of([OPENED, SIGNED, APPROVED], TREATY)

    assert (first.place, first.days, first.is_ordinary) == ("20", None, False)
    assert (signed.place, signed.days, signed.is_ordinary) == ("35", 663, False)
    assert (open_one.place, open_one.ended) == ("50", None)


def test_a_stay_that_ends_with_the_awaited_step_is_ordinary():
    marks = [SIGNED, mark("submit", "40", "2023-04-20")]

    assert stays_of(marks, T1)[0] == Stay(
        "35", PartialDate(2023, 3, 23), PartialDate(2023, 4, 20), "submit", True
    )


def test_a_stay_begins_with_the_opening_of_the_file_and_milestones_of_record_do_not_cut_it():
    marks = [
        mark("open_talks", "20", "2024-01-31"),
        mark("brief_legislature", "", "2024-02-10"),
        mark("initial", "25", "2024-03-01"),
    ]

    found = stays_of(marks, T1, date(2024, 1, 1))

    assert [(stay.place, stay.days, stay.is_ordinary) for stay in found] == [
        ("10", 30, True),
        ("20", 30, True),
        ("25", None, False),
    ]


def test_a_file_without_facts_stays_where_it_was_opened_and_one_without_anything_nowhere():
    assert stays_of([], T1, date(2024, 1, 1)) == [Stay(Stage.PROPOSED, PartialDate(2024, 1, 1))]
    assert stays_of([], T1) == []


@pytest.mark.parametrize("day", ["2023-03", "2023", "", "≤2023-08-30"])
def test_a_stay_of_which_an_end_is_not_known_to_the_day_has_no_length_and_is_left_out(day):
    [stay] = stretches_of([mark("sign", "35", day), APPROVED], Stretch.APPROVAL)

    assert stay.days is None
    assert history_of([stay]) == History((), left_out=1)


def test_a_file_closed_without_its_beginning_is_left_out_too():
    assert history_of(stretches_of([APPROVED], Stretch.APPROVAL)) == History((), left_out=1)


def test_a_text_signed_again_after_a_return_begins_its_stretch_anew():
    marks = [
        mark("sign", "35", "2020-01-01"),
        mark("return_to_talks", "98", "2020-06-01"),
        mark("sign", "35", "2021-01-01"),
        mark("approve", "50", "2021-01-11"),
        mark("reconsider", "45", "2021-01-15"),
        mark("approve", "50", "2021-02-11"),
    ]

    assert [stay.days for stay in stretches_of(marks, Stretch.APPROVAL)] == [10]


def test_a_promulgation_in_place_of_the_exchange_ends_the_stretch_to_force():
    marks = [SIGNED, mark("promulgate", "75", "2023-04-02", brings_force=True)]

    assert [stay.days for stay in stretches_of(marks, Stretch.FORCE)] == [10]


def test_a_day_before_the_beginning_is_no_length():
    backwards = [mark("sign", "35", "2025-02-01"), APPROVED]

    assert stretches_of(backwards, Stretch.APPROVAL)[0].days is None


@pytest.mark.parametrize(
    ("days", "median", "four_fifths"),
    [
        ((1, 2, 3, 4), None, None),
        ((5, 1, 4, 2, 3), 3, 4),
        ((1, 2, 3, 4, 5, 6), 3.5, 5),
        ((10, 10, 10, 10, 10), 10, 10),
        ((1, 2, 3, 4, 5, 6, 7, 8, 9, 10), 5.5, 8),
        ((0, 0, 0, 0, 9), 0, 0),
        ((0, 0, 0, 7, 9), 0, 7),
    ],
)
def test_the_middle_and_the_80th_percentile_follow_their_definition(days, median, four_fifths):
    history = history_of(exact(*days))

    assert (history.median, history.four_fifths, history.longest) == (median, four_fifths, max(days))


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.integers(0, 29), min_size=5, max_size=12))
def test_at_least_four_fifths_do_not_exceed_the_percentile_and_fewer_do_not_exceed_any_shorter_one(days):
    found = history_of(exact(*days)).four_fifths

    assert sum(one <= found for one in days) * 100 >= 80 * len(days)
    assert sum(one < found for one in days) * 100 < 80 * len(days)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (3, Verdict.USUAL),
        (4, Verdict.LONG),
        (5, Verdict.UNUSUAL),
        (None, Verdict.NOT_KNOWN),
    ],
)
def test_a_stay_is_long_beyond_the_middle_and_unusual_beyond_four_fifths(days, said):
    assert verdict(days, history_of(exact(1, 2, 3, 4, 5))) == said
    assert verdict(days, history_of(exact(1, 2, 3, 4))) == Verdict.NOT_KNOWN


def test_the_desk_is_that_of_the_awaited_step_and_a_statement_holds_until_the_next_fact():
    facts = [
        Fact(mark("open_talks", "20", "2024-01-10"), AT),
        Fact(mark("initial", "25", "2024-02-10"), AT),
        Fact(mark("sign", "35", "2024-03-10"), AT),
        Fact(mark("submit", "40", "2024-03-20"), AT),
    ]
    said = [Said(date(2024, 2, 20), "partner", AT), Said(date(2024, 3, 12), "president", AT)]

    found = desk_stays(turns_of(facts, said, T1, date(2024, 1, 1)))

    assert [(stay.place, stay.days, turn.because) for turn, stay in found] == [
        ("lead", 9, "opened"),
        ("both_sides", 41, "open_talks"),
        ("partner", 19, "said"),
        ("lead", 2, "sign"),
        ("president", 8, "said"),
        ("executive_yuan", None, "submit"),
    ]


def test_a_statement_of_the_day_of_a_fact_counts_after_it_when_it_was_recorded_later():
    fact = Fact(mark("sign", "35", "2024-03-10"), AT)
    later, earlier = (
        Said(date(2024, 3, 10), "partner", moment)
        for moment in (datetime(2025, 1, 2, tzinfo=UTC), datetime(2024, 12, 31, tzinfo=UTC))
    )

    assert [turn.desk for turn in turns_of([fact], [later], T1)] == ["lead", "partner"]
    assert [turn.desk for turn in turns_of([fact], [earlier], T1)] == ["partner", "lead"]


def test_without_a_determined_track_nobody_is_guessed_and_a_leap_is_known_as_one():
    facts = [Fact(OPENED, AT), Fact(SIGNED, AT), Fact(APPROVED, AT)]

    turns = turns_of(facts, [], TREATY)

    assert [turn.desk for turn in turns] == ["both_sides", "lead", ""]
    assert leaps_of(turns, TREATY) == {0, 1}
    assert leaps_of(turns_of([*facts[:2], Fact(mark("submit", "40", "2023-04-20"), AT)], [], T1), T1) == {0}


def test_the_estimate_is_that_of_kaplan_and_meier():
    watched = [
        *(Watched(6, True) for _ in range(3)),
        Watched(6, False),
        Watched(7, True),
        Watched(9, False),
        Watched(10, True),
        Watched(10, False),
    ]

    points = estimate(watched)

    assert [(p.days, p.at_risk, p.happened) for p in points] == [(6, 8, 3), (7, 4, 1), (10, 2, 1)]
    assert [p.waiting for p in points] == pytest.approx([5 / 8, 5 / 8 * 3 / 4, 5 / 8 * 3 / 4 / 2])
    # by hand: S² (3/(8·5)) and then + 1/(4·3), + 1/(2·1)
    assert [p.half_width for p in points] == pytest.approx(
        [
            1.959964 * 0.625 * 0.075**0.5,
            1.959964 * 0.46875 * (0.075 + 1 / 12) ** 0.5,
            1.959964 * 0.234375 * (0.075 + 1 / 12 + 0.5) ** 0.5,
        ]
    )
    assert middle(points) == 7


def test_once_nobody_waits_the_share_is_nothing_and_has_no_width():
    assert [(p.waiting, p.half_width) for p in estimate([Watched(3, True)] * 2)] == [(0.0, None)]
    assert middle(estimate([Watched(3, False)])) is None
