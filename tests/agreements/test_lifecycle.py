"""Every stage × step × track pair against the transition table of the domain paper, written out here by hand."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agreements.lifecycle import (
    PHASE_OF,
    STEP_NAMES,
    STEPS,
    Nature,
    Need,
    Phase,
    Stage,
    Track,
    awaited,
    next_steps,
    possible_tracks,
    rows_for,
)

TRACKS = [track for track in Track if track != Track.UNDETERMINED]
ALL = "T1 T2 T3 A1 A2 X"
LIVE = "70 75 76 80"
# step, from, to, tracks. "-" as target: a milestone of record.
TABLE = [
    ("open_talks", "10", "20", ALL),
    ("shelve", "10 20 25 30 35 40 45 50 52 55 60", "00", ALL),
    ("shelve", "97", "00", "T1 T2 X"),
    ("initial", "20", "25", ALL),
    ("reopen", "25 00", "20", ALL),
    ("reopen", "97 98", "20", "T1 T2 X"),
    ("sign_first", "25", "30", ALL),
    ("sign", "25 30", "35", ALL),
    ("submit", "35", "40", ALL),
    ("submit", "99", "40", "T1 T2 X"),
    ("submit", LIVE, "-", ALL),
    ("enter_into_force", "35", "70", "A1 A2 T3 T2"),
    ("send_to_legislature", "40", "45", "T1 T2 X"),
    ("record", "40", "52", "T3 A1 A2 X"),
    ("record", LIVE, "-", "T3 A1 A2"),
    ("approve", "45", "50", "T1 T2 X"),
    ("approve", "10 20 25 30", "-", "T1 T2 T3 X"),
    ("reject", "45", "97", "T1 T2 X"),
    ("return_to_talks", "45", "98", "T1 T2"),
    ("lapse_with_term", "45", "99", "T1 T2 X"),
    ("reconsider", "50", "45", "T1 T2 X"),
    ("receive_resolution", "50", "-", "T1 T2 X"),
    ("issue_instrument", "50 35", "55", "T1"),
    ("exchange", "55", "60", "T1"),
    ("exchange", "50", "60", "T2 X"),
    ("exchange", "35", "60", "T2 T3"),
    ("exchange", "52", "60", "T3 A1 A2 X"),
    ("enter_into_force", "60", "70", ALL),
    ("enter_into_force", "50", "70", "T2 X"),
    ("enter_into_force", "52", "70", "T3 A1 A2 X"),
    ("promulgate", "70", "75", "T1 T2 T3"),
    ("promulgate", "55", "75", "T1"),
    ("promulgate", "76 80", "-", "T1 T2 T3"),
    ("publish", "70", "76", "A1 T3"),
    ("publish", "75", "-", "T3"),
    ("amend", "70 75 76", "80", ALL),
    ("suspend", LIVE, "91", ALL),
    ("resume", "91 80", "70", ALL),
    ("terminate", LIVE + " 91", "92", ALL),
    ("withdraw", LIVE + " 91", "93", ALL),
    ("expire", LIVE + " 91", "94", ALL),
    ("supersede", LIVE + " 91", "95", ALL),
    ("lapse", "30 35 40 45 50 52 55 60 91 " + LIVE, "96", ALL),
    ("brief_legislature", "10 20 25 30", "-", ALL),
    ("approve_text", "20 25 30", "-", ALL),
    ("file_original", "35 40 45 50 52 55 60 " + LIVE, "-", ALL),
    ("file_notes", "35 40 45 50 52 55 60 " + LIVE, "-", ALL),
    ("file_instrument", "60 " + LIVE, "-", ALL),
    ("notify_rejection", "97 00 20", "-", "T1 T2 X"),
    ("report_to_legislature", "98 20 25 " + LIVE, "-", ALL),
    ("notify_president", "50 52 60 " + LIVE, "-", "T1 T2 T3 A1 A2"),
    ("effect_in_doubt", " ".join(Stage.values), "-", ALL),
]
EXPECTED = {
    (step, stage, track): target
    for step, stages, target, tracks in TABLE
    for stage in stages.split()
    for track in tracks.split()
}


@pytest.mark.parametrize("step", STEP_NAMES)
def test_every_stage_and_track_answers_as_the_table_says(step):
    found = {}
    for stage in Stage:
        for track in TRACKS:
            if rows := rows_for(step, stage, frozenset({track})):
                target = rows[0].target
                found[(step, stage.value, track.value)] = target.value if target else "-"

    assert found == {key: target for key, target in EXPECTED.items() if key[0] == step}


def test_the_named_steps_of_the_scripts_are_all_there():
    named = [
        "open_talks",
        "initial",
        "approve_text",
        "sign_first",
        "sign",
        "submit",
        "send_to_legislature",
        "approve",
        "reject",
        "return_to_talks",
        "lapse_with_term",
        "reconsider",
        "record",
        "issue_instrument",
        "exchange",
        "enter_into_force",
        "promulgate",
        "publish",
        "suspend",
        "resume",
        "amend",
        "terminate",
        "withdraw",
        "expire",
        "supersede",
        "lapse",
        "shelve",
        "reopen",
    ]

    assert set(named) <= set(STEP_NAMES)


def test_every_stage_belongs_to_one_phase_and_only_unknown_has_no_stage():
    assert set(PHASE_OF) == set(Stage)
    assert set(PHASE_OF.values()) == set(Phase) - {Phase.UNKNOWN}


def test_every_step_has_words_a_basis_and_a_source():
    for step in STEPS:
        assert str(step.label) and str(step.basis) and step.sources and step.tracks


def test_every_stage_can_be_reached_from_the_first():
    for track in TRACKS:
        reached, queue = set(), [Stage.PROPOSED]
        while queue:
            stage = queue.pop()
            if stage in reached:
                continue
            reached.add(stage)
            queue += [
                row.target for row in STEPS if track in row.tracks and stage in row.sources and row.target
            ]
        missing = {
            Track.T1: {"52", "76"},
            Track.T2: {"52", "55", "76"},
            Track.T3: {"45", "50", "55", "97", "98", "99"},
            Track.A1: {"45", "50", "55", "75", "97", "98", "99"},
            Track.A2: {"45", "50", "55", "75", "76", "97", "98", "99"},
            Track.X: {"55", "75", "76", "98"},
        }[track]
        assert {stage.value for stage in set(Stage) - reached} == missing


@pytest.mark.parametrize(
    ("nature", "stage", "step", "is_allowed"),
    [
        ("treaty", "35", "submit", True),
        ("agreement", "35", "submit", True),
        ("", "35", "submit", True),
        ("treaty", "40", "send_to_legislature", False),
        ("agreement", "40", "record", True),
        ("treaty", "70", "promulgate", True),
        ("agreement", "70", "publish", False),
        ("", "20", "initial", True),
    ],
)
def test_an_undetermined_file_takes_only_steps_common_to_its_possible_tracks(nature, stage, step, is_allowed):
    tracks = possible_tracks(Track.UNDETERMINED, nature)

    assert (step in next_steps(stage, tracks)) is is_allowed


def test_a_step_awaited_is_always_a_step_allowed():
    for stage in Stage:
        for track in [*TRACKS]:
            step = awaited(stage, frozenset({track}))
            if step is not None:
                assert rows_for(step.name, stage, frozenset({track}))


@given(st.sampled_from(TRACKS), st.lists(st.integers(min_value=0, max_value=50), max_size=30))
@settings(max_examples=200, deadline=None)
def test_a_random_legal_walk_never_leaves_the_table(track, choices):
    stage, signed, tracks = Stage.PROPOSED, False, frozenset({track})
    for choice in choices:
        names = next_steps(stage, tracks)
        row = rows_for(names[choice % len(names)], stage, tracks)[0]
        if row.target is None:
            continue
        if row.target == Stage.SIGNED:
            signed = True
        stage = row.target
        assert stage in PHASE_OF
        # Nothing is in force, before the legislature, or at the exchange that was never signed.
        if PHASE_OF[stage] in (Phase.LEGISLATIVE_APPROVAL, Phase.RATIFICATION_EXCHANGE, Phase.IN_FORCE):
            assert signed


def test_natures_leave_only_their_own_tracks():
    assert possible_tracks("undetermined", Nature.TREATY) == {Track.T1, Track.T2, Track.T3}
    assert possible_tracks("undetermined", Nature.AGREEMENT) == {Track.A1, Track.A2}
    assert possible_tracks("X", "") == {Track.X}


def test_endings_need_a_reason_or_a_successor():
    ends = [row for row in STEPS if row.target and PHASE_OF[row.target] == Phase.ENDED]

    lacking = {row.name for row in ends if not row.needs & {Need.REASON, Need.SUCCESSOR}}

    assert lacking == {"expire"}
