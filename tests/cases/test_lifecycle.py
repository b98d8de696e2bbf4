"""The twin tables of steps: the arrows of the state tables, each state reachable, no dead end but the closed case."""

import re

import pytest

from cases.lifecycle import (
    ADDED,
    CLOSED,
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
ARROWS = {(line[:3], target) for line in TABLES.strip().splitlines() for target in line.split(":")[1].split()}
REQUESTS = [kind for kind in Kind if kind != Kind.SPONTANEOUS]


def arrows():
    return {
        (str(source), str(row.target))
        for rows in STEPS.values()
        for row in rows
        for source in row.sources
        if row.target
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
    assert arrows() == ARROWS | set(ADDED)
    assert set(ADDED).isdisjoint(ARROWS)
    assert all(ADDED.values())


def test_every_state_of_the_domain_is_a_state_here():
    assert sorted(State.values) == sorted(line[:3] for line in TABLES.strip().splitlines())


@pytest.mark.parametrize("direction", Direction.values)
def test_every_state_can_be_reached_by_a_criminal_case(direction):
    sign = {"in": "I", "out": "O"}[direction]

    found = reached(openings(direction, Kind.CRIMINAL), Kind.CRIMINAL)

    assert found == {state for state in State.values if state.startswith(sign)}


@pytest.mark.parametrize("kind", REQUESTS)
def test_only_criminal_cases_come_before_the_court(kind):
    found = reached([*openings("in", kind), *openings("out", kind)], kind)

    assert set(State.values) - found == (set() if kind == Kind.CRIMINAL else {"I65"})


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
