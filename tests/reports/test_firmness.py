"""How firm the order is: weights moved, the weight that changes the first place, gaps filled; worked out by hand."""

import math

import pytest

from reports.priorities import Filled, Shift, Tipping, Weights, fillings, place_shares, shifts, tippings
from tests.reports.test_priorities import audit_113, candidate, replaced
from tests.reports.weights import rank

ORDER = ("TH", "KH", "MM", "LA")


def test_ten_points_more_or_less_on_any_weight_leave_the_order_of_the_four():
    assert shifts(rank(audit_113())) == tuple(
        Shift(factor, by, ORDER, False, False)
        for factor in ("help_last_year", "help_rise", "help_three_years", "drugs_five_years")
        for by in (10.0, -10.0)
    )


def test_a_shift_is_ten_of_a_hundred_whatever_the_size_of_the_weights():
    weights = Weights(2, {"help_last_year": 4, "help_three_years": 5.4})
    population = [candidate("XA", last=4, total=1), candidate("XB", last=1, total=3)]

    # XB leads while the second weight is more than 1.125 times the first; ten points are 0.94 here.
    assert [
        (s.factor, s.by, s.order, s.changes_first) for s in shifts(rank(population, weights=weights))
    ] == [
        ("help_last_year", 10.0, ("XA", "XB"), True),
        ("help_last_year", -10.0, ("XB", "XA"), False),
        ("help_three_years", 10.0, ("XB", "XA"), False),
        ("help_three_years", -10.0, ("XA", "XB"), True),
    ]


def test_a_weight_is_never_moved_below_nothing():
    weights = Weights(2, {"help_last_year": 5, "help_three_years": 95})
    population = [candidate("XA", last=4, total=1), candidate("XB", last=1)]

    (_, down, *_rest) = shifts(rank(population, weights=weights))

    assert down == Shift("help_last_year", -10.0, ("XA",), False, False)


def test_past_which_weight_cambodia_comes_first_is_the_root_of_the_equation():
    found = {(t.factor, t.is_above): t for t in tippings(rank(audit_113()))}

    # (80 + 919/1675 w) / (80 + w) = (35 x 323/413 + 20 x 130/175 + w) / (55 + w)
    known = 35 * 323 / 413 + 20 * 130 / 175
    share = 919 / 1675
    a, b, c = share - 1, 80 + 55 * share - known - 80, 80 * 55 - 80 * known
    root = (-b - math.sqrt(b * b - 4 * a * c)) / (2 * a)
    assert found["help_three_years", True] == Tipping("help_three_years", pytest.approx(root), True, ("KH",))
    assert root == pytest.approx(36.1, abs=0.2)


def test_without_any_drugs_cambodia_would_stand_first():
    found = {(t.factor, t.is_above): t for t in tippings(rank(audit_113()))}

    # (65.97 + w) / (75 + w) = 0.8297
    thai, khmer = 35 + 20 + 20 * 919 / 1675, (35 * 323 / 413 + 20 * 130 / 175 + 20) / 75
    weight = (75 * khmer - thai) / (1 - khmer)
    expected = () if weight <= 0 else (Tipping("drugs_five_years", pytest.approx(weight), False, ("KH",)),)
    assert tuple(t for key, t in found.items() if key == ("drugs_five_years", False)) == expected


def test_a_partner_that_loses_its_rank_loses_the_first_place_with_it():
    weights = Weights(2, {"help_last_year": 60, "drugs_five_years": 40})
    population = [candidate("XA", last=10), candidate("XB", last=9, drugs=1)]

    found = {(t.factor, t.is_above): t for t in tippings(rank(population, weights=weights))}

    # XA has data for 60 of 100; above a weight of 60 for the drugs, for less than half.
    assert found["drugs_five_years", True] == Tipping("drugs_five_years", 60.0, True, ("XB",))
    assert found["help_last_year", False] == Tipping("help_last_year", 40.0, False, ("XB",))


def test_a_shared_first_place_changes_at_the_present_weight():
    weights = Weights(2, {"help_last_year": 1, "help_three_years": 1})
    population = [candidate("XA", last=2, total=1), candidate("XB", last=1, total=2)]

    assert tippings(rank(population, weights=weights)) == (
        Tipping("help_last_year", 1.0, True, ("XA",)),
        Tipping("help_last_year", 1.0, False, ("XB",)),
        Tipping("help_three_years", 1.0, True, ("XB",)),
        Tipping("help_three_years", 1.0, False, ("XA",)),
    )


def test_nobody_overtakes_who_is_highest_everywhere():
    population = [
        candidate("XA", last=2, rise=2, total=2, drugs=2),
        candidate("XB", last=1, rise=1, total=1, drugs=1),
    ]

    assert tippings(rank(population)) == ()


def test_cambodia_with_thailands_drugs_would_still_be_second():
    known = 35 * 323 / 413 + 20 * 130 / 175 + 20

    first, *_rest = fillings(rank(audit_113()))

    assert first == Filled(
        "KH", ("drugs_five_years",), pytest.approx(known + 25), 2, pytest.approx(known + 25), 2
    )
    assert [row.partner for row in fillings(rank(audit_113()))] == ["KH", "MM", "LA"]


def test_a_gap_of_the_first_itself_is_compared_with_the_highest_only():
    population = replaced(audit_113(), "TH", drugs_five_years=None)
    population = replaced(population, "LA", drugs_five_years=3)

    found = {row.partner: row for row in fillings(rank(population))}

    assert found["TH"].missing == ("drugs_five_years",)
    assert (found["TH"].rank_like_highest, found["TH"].like_first) == (1, None)
    assert found["KH"].like_first is None


def test_places_are_counted_and_ties_divide_them():
    shares = {"XA": (1.0,), "XB": (0.5,), "XC": (0.5,), "XD": (None,)}

    assert place_shares(shares, weights=(1.0,), draws=10) == {
        "XA": (1.0, 0.0, 0.0, 0.0),
        "XB": (0.0, pytest.approx(0.5), pytest.approx(0.5), 0.0),
        "XC": (0.0, pytest.approx(0.5), pytest.approx(0.5), 0.0),
        "XD": (0.0, 0.0, 0.0, 0.0),
    }


def test_a_fifth_partner_takes_no_place_that_is_counted():
    shares = {f"X{letter}": (value,) for letter, value in zip("ABCDEF", (6, 5, 4, 3, 3, 1), strict=True)}

    found = place_shares(shares, weights=(1.0,), draws=1)

    assert (found["XD"], found["XE"], found["XF"]) == ((0, 0, 0, 0.5), (0, 0, 0, 0.5), (0, 0, 0, 0))
