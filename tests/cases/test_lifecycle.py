"""The twin tables of steps: the arrows of the state tables, each state reachable, no dead end but the closed case."""

import re

import pytest

from cases.lifecycle import (
    ADDED,
    CLOSED,
    ENDED,
    HOLDER_OF,
    STEP_NAMES,
    STEPS,
    Direction,
    Holder,
    Kind,
    State,
    awaited,
    direction_of,
    label_of,
    next_steps,
    opening_of,
    row_for,
)

# State → states that the two tables of the domain paper name as next, and nothing else.
TABLES = """
I10: I20
I15: I30 I16
I16: I30 I92
I20: I30
I30: I40 I50 I80 I90
I40: I30 I90 I94
I50: I60
I60: I70 I40 I90
I65: I70 I90
I70: I75 I80 I95
I75: I70 I85
I80: I30 I70
I85: I99 I40
I90: I99 I30
I92: I99
I94: I99
I95: I85
I99:
O10: O20 O94
O20: O30
O30: O35 O40 O45 O94
O35: O20
O38: O40 O45
O40: O50
O45: O55
O50: O55
O55: O60 O65 O80
O60: O70
O65: O60 O70 O96
O70: O75 O80 O85 O90
O75: O70 O94
O80: O70
O85: O70 O88
O88: O99
O90: O99 O20
O94: O99
O96: O99
O99:
"""
# The paths that the domain paper tells in words: transfer of sentenced persons, extradition.
OWN_PATHS = """
I30: I31 I41
I31: I32 I40 I90 I94
I32: I33 I35 I94
I33: I34 I90 I94
I34: I35 I94
I35: I36 I37 I94
I36: I38
I37: I38
I38: I99
I15: I49
I20: I49
I30: I49
I40: I49
I41: I42 I49 I94
I42: I43 I94
I43: I44 I94
I44: I45 I94
I45: I46 I91 I94
I46: I47 I94
I47: I48 I49 I94
I48: I99
I49: I99
I91: I99
O30: O31
O31: O32 O94
O32: O40 O45 O94
O55: O71 O81 O90
O60: O71 O75 O81 O90
O65: O71 O81 O90
O70: O71 O81
O71: O72 O74 O94
O72: O73 O94
O73: O74 O94
O74: O76 O77 O94
O76: O78
O77: O78
O78: O99
O81: O82 O94
O82: O99
"""
PATHS = {
    (line[:3], target) for line in OWN_PATHS.strip().splitlines() for target in line.split(":")[1].split()
}
OWN_STATES = {state for arrow in PATHS for state in arrow} - {
    line[:3] for line in TABLES.strip().splitlines()
}
ARROWS = {(line[:3], target) for line in TABLES.strip().splitlines() for target in line.split(":")[1].split()}
REQUESTS = [kind for kind in Kind if kind != Kind.SPONTANEOUS]
ASSISTANCE = [Kind.CRIMINAL, Kind.CIVIL]
EXECUTION = {"I16", "I50", "I60", "I65", "I70", "I75", "I80", "I85", "I95"}


def arrows(kinds=frozenset(Kind)):
    return {
        (str(source), str(row.target))
        for rows in STEPS.values()
        for row in rows
        for source in row.sources
        if row.target and row.kinds & kinds
    }


def reached(starts, kind):
    found, waiting = set(), [str(start) for start in starts]
    while waiting:
        state = waiting.pop()
        if state not in found:
            found.add(state)
            waiting += [str(row.target) for row in next_steps(state, kind) if row.target]
    return found


def openings(direction, kind):
    return [row.target for row in STEPS[direction] if not row.sources and kind in row.kinds]


def test_the_tables_hold_the_arrows_of_the_domain_and_the_named_additions():
    assert arrows() == ARROWS | set(ADDED) | PATHS
    assert set(ADDED).isdisjoint(ARROWS)
    assert all(ADDED.values())


def test_every_state_of_the_domain_is_a_state_here():
    assert set(State.values) - OWN_STATES == {line[:3] for line in TABLES.strip().splitlines()}
    assert len(State.values) == len(set(State.values))


def test_the_tables_of_assistance_are_not_touched_by_the_other_paths():
    kinds = frozenset({*ASSISTANCE, Kind.SPONTANEOUS})

    assert arrows(kinds) == ARROWS | set(ADDED)


@pytest.mark.parametrize(
    ("kind", "own"),
    [
        (Kind.TRANSFER_RECEIVE, {"I31", "I32", "I33", "I34", "I35", "I36", "I38",
                                 "O31", "O32", "O71", "O72", "O73", "O74", "O76", "O78"}),
        (Kind.TRANSFER_SEND, {"I31", "I32", "I35", "I37", "I38", "O31", "O32", "O71", "O74", "O77", "O78"}),
        (Kind.EXTRADITION, {"I41", "I42", "I43", "I44", "I45", "I46", "I47", "I48", "I49", "I91", "O81", "O82"}),
    ],
)  # fmt: skip
def test_transfer_and_extradition_have_their_own_states_and_none_of_those_of_execution(kind, own):
    found = reached([*openings("in", kind), *openings("out", kind)], kind)

    assert found & OWN_STATES == own
    assert found & EXECUTION == set()
    assert found & {"O85", "O88"} == set()


def test_an_extradition_that_was_refused_or_lapsed_for_good_is_not_taken_up_again():
    ends = {
        state: [str(row.target) for row in next_steps(state, Kind.EXTRADITION)] for state in ("I49", "I91")
    }

    assert ends == {"I49": ["I99"], "I91": ["I99"]}


def test_only_the_president_grants_or_refuses_extradition():
    decided = {str(row.target) for row in next_steps("I45", Kind.EXTRADITION) if row.target}
    refusing = [state for state in State.values if row_for("refuse", state, Kind.EXTRADITION)]

    assert decided == {"I46", "I91", "I94"}
    assert refusing == []


def test_a_step_that_names_a_day_or_what_lacked_says_so():
    asks = {
        name: {str(need.value) for row in rows for need in row.needs | row.takes} & {"due_on", "defect"}
        for name in STEP_NAMES
        if (rows := [row for table in STEPS.values() for row in table if row.name == name])
    }

    assert {name: found for name, found in asks.items() if found} == {
        "ask_more": {"due_on", "defect"},
        "asked_for_more": {"due_on", "defect"},
        "return_for_correction": {"due_on", "defect"},
        "postpone": {"due_on"},
        "postponed_abroad": {"due_on"},
        "set_hearing": {"due_on"},
        "promise_reply": {"due_on"},
        "they_grant": {"due_on"},
    }


@pytest.mark.parametrize("direction", Direction.values)
def test_every_state_can_be_reached_by_a_criminal_case(direction):
    sign = {"in": "I", "out": "O"}[direction]

    found = reached(openings(direction, Kind.CRIMINAL), Kind.CRIMINAL)

    assert found == {state for state in State.values if state.startswith(sign)} - OWN_STATES


@pytest.mark.parametrize("kind", ASSISTANCE)
def test_only_criminal_cases_come_before_the_court_of_confiscation(kind):
    found = reached([*openings("in", kind), *openings("out", kind)], kind)

    assert set(State.values) - OWN_STATES - found == (set() if kind == Kind.CRIMINAL else {"I65"})


def test_spontaneous_information_is_only_logged():
    found = {d: reached(openings(d, Kind.SPONTANEOUS), Kind.SPONTANEOUS) for d in Direction.values}

    assert found == {"in": {"I10", "I20", "I30", "I99"}, "out": {"O10", "O20", "O30", "O99"}}


@pytest.mark.parametrize("kind", Kind.values)
@pytest.mark.parametrize("state", State.values)
def test_a_state_that_can_be_reached_leads_to_closing_and_only_the_closed_one_ends(state, kind):
    starts = [*openings("in", kind), *openings("out", kind)]
    found = reached(starts, kind)

    ends = bool(reached([state], kind) & set(CLOSED))
    goes_on = bool([row for row in next_steps(state, kind) if row.target])

    assert state not in found or ends
    assert state not in found or goes_on == (state not in CLOSED)


@pytest.mark.parametrize("kind", Kind.values)
@pytest.mark.parametrize("state", State.values)
def test_a_step_means_one_thing_where_it_may_be_taken(state, kind):
    names = [row.name for row in next_steps(state, kind)]

    assert len(names) == len(set(names))
    assert [row_for(name, state, kind).name for name in names] == names
    assert all(
        direction_of(row.target) == direction_of(state) for row in next_steps(state, kind) if row.target
    )


@pytest.mark.parametrize("name", STEP_NAMES)
def test_every_step_has_a_label_and_every_row_the_label_of_its_name(name):
    rows = [row for table in STEPS.values() for row in table if row.name == name]

    assert re.search(r"\w", str(label_of(name)))
    assert {row.label for row in rows} == {label_of(name)}


@pytest.mark.parametrize("name", STEP_NAMES)
def test_every_row_names_a_provision_and_somebody_who_records_it(name):
    rows = [row for table in STEPS.values() for row in table if row.name == name]

    assert all(str(row.article) and row.by and row.kinds for row in rows)


def test_a_case_begins_as_its_direction_and_door_say():
    began = {
        (direction, door): opening_of(direction, is_direct=door).target
        for direction, door in (("in", False), ("in", True), ("out", False))
    }

    assert began == {("in", False): "I10", ("in", True): "I15", ("out", False): "O10"}


def test_a_draft_has_no_next_step():
    assert next_steps("", Kind.CRIMINAL) == []
    assert awaited("", Kind.CRIMINAL) is None


@pytest.mark.parametrize("state", State.values)
def test_somebody_has_every_open_case_in_hand(state):
    assert (HOLDER_OF[state] in Holder.values) == (state not in CLOSED)


@pytest.mark.parametrize("kind", REQUESTS)
@pytest.mark.parametrize("direction", Direction.values)
def test_the_ordinary_path_of_a_request_ends_closed(direction, kind):
    state, seen = str(opening_of(direction, is_direct=False).target), []
    while state not in CLOSED and state not in seen:
        seen.append(state)
        state = str(awaited(state, kind).target)

    assert state in CLOSED


ORDINARY_PATHS = {
    ("in", Kind.CRIMINAL): "I10 I20 I30 I50 I60 I70 I85 I99",
    ("out", Kind.CRIMINAL): "O10 O20 O30 O40 O50 O55 O60 O70 O88 O99",
    ("in", Kind.TRANSFER_RECEIVE): "I10 I20 I30 I31 I32 I33 I34 I35 I36 I38 I99",
    ("in", Kind.TRANSFER_SEND): "I10 I20 I30 I31 I32 I35 I37 I38 I99",
    ("out", Kind.TRANSFER_RECEIVE): "O10 O20 O30 O31 O32 O40 O50 O55 O60 O71 O72 O73 O74 O76 O78 O99",
    ("out", Kind.TRANSFER_SEND): "O10 O20 O30 O31 O32 O40 O50 O55 O60 O71 O74 O77 O78 O99",
    ("in", Kind.EXTRADITION): "I10 I20 I30 I41 I42 I43 I44 I45 I46 I47 I48 I99",
    ("out", Kind.EXTRADITION): "O10 O20 O30 O40 O50 O55 O60 O81 O82 O99",
    ("in", Kind.SPONTANEOUS): "I10 I20 I30 I99",
}


@pytest.mark.parametrize(("direction", "kind"), ORDINARY_PATHS)
def test_the_ordinary_path_is_the_one_that_the_domain_tells(direction, kind):
    state = str(opening_of(direction, is_direct=False).target)
    path = [state]
    while state not in CLOSED:
        state = str(awaited(state, kind).target)
        path.append(state)

    assert " ".join(path) == ORDINARY_PATHS[direction, kind]


@pytest.mark.parametrize("kind", Kind.values)
def test_what_has_ended_goes_on_only_to_its_closing_or_by_a_new_beginning(kind):
    on = {str(row.target) for state in ENDED for row in next_steps(state, kind) if row.target}

    assert on <= {"I99", "O99", "I30", "O20"}
