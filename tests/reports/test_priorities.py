"""The ranking: the audit report's figures worked out by hand, coverage, ties and refusals."""

import time
from decimal import Decimal
from itertools import product

import pytest

from reports.models import WeightsVersion
from reports.priorities import (
    DRUGS_FIVE_YEARS,
    FACTORS,
    HELP_LAST_YEAR,
    HELP_RISE,
    HELP_THREE_YEARS,
    Candidate,
    Datum,
    Factor,
    Gap,
    Measured,
    Part,
    Ranked,
    Unchanged,
    Weights,
    gaps,
)
from tests.reports.weights import WEIGHTS_1, rank, why_unchanged

TABLE_4 = "table 4"
TABLE_5 = "table 5"


def near(value):
    """Equal to five decimals, as far as the figures below were worked out."""
    return pytest.approx(value, abs=1e-5)


def candidate(partner, *, last=None, rise=None, total=None, drugs=None, **more):
    values = {
        "help_last_year": (last, TABLE_4),
        "help_rise": (rise, TABLE_4),
        "help_three_years": (total, TABLE_4),
        "drugs_five_years": (drugs, TABLE_5),
    }
    data = {code: Datum(value, source) for code, (value, source) in values.items() if value is not None}
    return Candidate(partner, data, **more)


def audit_113():
    """Tables 4 and 5 of the audit report on fiscal year 113, without the partners in force."""
    return [
        candidate("KH", last=323, rise=130, total=1675),
        candidate("LA", last=118, rise=83, total=182),
        candidate("MM", last=249, rise=28, total=645),
        candidate("TH", last=413, rise=175, total=919, drugs=Decimal("1815.9")),
        candidate("VN", group="partly_covered"),
    ]


def replaced(population, partner, **values):
    """The same population, one partner's values changed; None takes a value away."""
    changed = []
    for c in population:
        data = dict(c.data)
        if c.partner == partner:
            for code, value in values.items():
                data.pop(code, None)
                if value is not None:
                    data[code] = Datum(value, "changed")
        changed.append(Candidate(c.partner, data, c.group, c.phase))
    return changed


def scores(ranking):
    return {r.partner: r.score for r in ranking.ranked}


# ---- the audit report's figures, worked out by hand ------------------------------------------------------


def test_thailand_is_first_and_viet_nam_is_listed_without_a_rank():
    ranking = rank(audit_113())

    assert [(r.rank, r.partner, r.group) for r in ranking.ranked] == [
        (1, "TH", "none"),
        (2, "KH", "none"),
        (3, "MM", "none"),
        (4, "LA", "none"),
        (None, "VN", "partly_covered"),
    ]


def test_scores_of_the_four_countries_are_those_of_the_formula():
    ranking = rank(audit_113())

    assert scores(ranking) == pytest.approx(
        {
            "TH": 35 + 20 + 20 * 919 / 1675 + 25,
            "KH": (35 * 323 / 413 + 20 * 130 / 175 + 20) / 0.75,
            "MM": (35 * 249 / 413 + 20 * 28 / 175 + 20 * 645 / 1675) / 0.75,
            "LA": (35 * 118 / 413 + 20 * 83 / 175 + 20 * 182 / 1675) / 0.75,
            "VN": None,
        }
    )
    assert {p: s and round(s, 1) for p, s in scores(ranking).items()} == {
        "TH": 91.0,
        "KH": 83.0,
        "MM": 42.7,
        "LA": 28.9,
        "VN": None,
    }


def test_a_row_names_its_parts_its_missing_factors_and_its_coverage():
    cambodia = next(r for r in rank(audit_113()).ranked if r.partner == "KH")

    assert cambodia == Ranked(
        rank=2,
        partner="KH",
        score=near(82.97337),
        coverage=0.75,
        parts=(
            Part("help_last_year", 323, "persons", near(36.49718), TABLE_4),
            Part("help_rise", 130, "persons", near(19.80952), TABLE_4),
            Part("help_three_years", 1675, "persons", near(26.66667), TABLE_4),
        ),
        missing=("drugs_five_years",),
        group="none",
        phase=None,
        places=cambodia.places,
        shares=(323 / 413, 130 / 175, 1.0, None),
    )


def test_what_each_factor_looked_like_is_told_with_the_ranking():
    ranking = rank(audit_113())

    assert ranking.factors == (
        Measured(HELP_LAST_YEAR, 35.0, 413, ("TH",), ("KH", "LA", "MM", "TH"), ("VN",)),
        Measured(HELP_RISE, 20.0, 175, ("TH",), ("KH", "LA", "MM", "TH"), ("VN",)),
        Measured(HELP_THREE_YEARS, 20.0, 1675, ("KH",), ("KH", "LA", "MM", "TH"), ("VN",)),
        Measured(DRUGS_FIVE_YEARS, 25.0, Decimal("1815.9"), ("TH",), ("TH",), ("KH", "LA", "MM", "VN")),
    )


def test_the_lead_of_thailand_over_cambodia_is_explained_factor_by_factor():
    ranked = {r.partner: r for r in rank(audit_113()).ranked}

    reasons = gaps(ranked["TH"], ranked["KH"])

    assert reasons == (
        Gap("drugs_five_years", 25.0, ("KH",)),
        Gap("help_rise", near(0.19048), ()),
        Gap("help_last_year", near(-1.49718), ()),
        Gap("help_three_years", near(-15.69353), ()),
    )
    assert sum(gap.points for gap in reasons) == pytest.approx(ranked["TH"].score - ranked["KH"].score)


def test_an_unranked_partner_has_no_lead_to_explain():
    ranked = {r.partner: r for r in rank(audit_113()).ranked}

    with pytest.raises(ValueError, match="only ranked partners"):
        gaps(ranked["TH"], ranked["VN"])


def test_first_places_in_the_trial_agree_with_the_area_counted_on_a_grid_of_weightings():
    shares = {r.partner: r.first_in_share for r in rank(audit_113()).ranked}

    # Every weighting is a point of a tetrahedron. Here Cambodia's part of it is counted with the formula written
    # out: it leads where the sum weighs much, and has no score where drugs weigh more than half.
    steps, points, cambodia = 60, 0, 0
    grid = product(range(steps), repeat=3)
    for i, j, k in (point for point in grid if sum(point) < steps):
        last, rise, total = ((x + 0.25) / steps for x in (i, j, k))
        drugs = 1 - last - rise - total
        thai = last + rise + total * 919 / 1675 + drugs
        khmer = (last * 323 / 413 + rise * 130 / 175 + total) / (1 - drugs)
        points += 1
        cambodia += drugs <= 0.5 and khmer > thai

    # 20,000 draws know a share of a third to 0.0033 (one standard deviation); the grid to about as much.
    assert shares == {
        "KH": pytest.approx(cambodia / points, abs=0.015),
        "TH": pytest.approx(1 - cambodia / points, abs=0.015),
        "LA": 0.0,
        "MM": 0.0,
        "VN": 0.0,
    }


def test_the_trial_with_the_same_seed_gives_the_same_shares_and_is_quick():
    rank(audit_113(), draws=10)  # nothing of the long trial is remembered from here

    started = time.perf_counter()
    first = rank(audit_113(), seed=7)
    seconds = time.perf_counter() - started

    assert first == rank(audit_113(), seed=7)
    assert seconds < 3, f"20,000 weightings took {seconds:.1f} s"


# ---- changing one datum changes the score, or says why not -----------------------------------------------


def test_more_help_seekers_in_laos_raise_its_score():
    before, after = audit_113(), replaced(audit_113(), "LA", help_last_year=200)

    assert scores(rank(after))["LA"] > scores(rank(before))["LA"]
    assert why_unchanged(before, after, partner="LA", factor=HELP_LAST_YEAR) is None


@pytest.mark.parametrize(
    ("partner", "factor", "value", "reason"),
    [
        ("TH", DRUGS_FIVE_YEARS, 900, Unchanged.HIGHEST_OF_ALL),
        ("TH", HELP_LAST_YEAR, 500, Unchanged.HIGHEST_OF_ALL),
        ("VN", DRUGS_FIVE_YEARS, 900, Unchanged.UNRANKED),
        ("LA", HELP_LAST_YEAR, 118, Unchanged.SAME_VALUE),
        ("LA", Factor("momentum", "rungs"), 5, Unchanged.NO_WEIGHT),
    ],
)
def test_a_score_that_does_not_move_says_why(partner, factor, value, reason):
    before, after = audit_113(), replaced(audit_113(), partner, **{factor.code: value})

    assert why_unchanged(before, after, partner=partner, factor=factor) == reason


def test_a_fall_counts_zero_however_deep_it_is():
    before = replaced(audit_113(), "LA", help_rise=-3)
    after = replaced(audit_113(), "LA", help_rise=-300)

    assert why_unchanged(before, after, partner="LA", factor=HELP_RISE) == Unchanged.FALL_COUNTS_ZERO
    fallen = next(r for r in rank(after).ranked if r.partner == "LA")
    assert [(p.value, p.points) for p in fallen.parts if p.factor == "help_rise"] == [(-300, 0.0)]


def test_a_fall_of_everybody_gives_nobody_points():
    ranking = rank([candidate("XA", last=1, rise=-5, total=1), candidate("XB", last=1, rise=-1, total=1)])

    assert scores(ranking) == {"XA": pytest.approx(55 / 0.75), "XB": pytest.approx(55 / 0.75)}


# ---- coverage, ties, refusals ----------------------------------------------------------------------------


def test_half_of_the_weight_is_enough_for_a_rank_and_less_is_not():
    ranking = rank(
        [candidate("XA", rise=1, total=1), candidate("XB", last=1), candidate("XC", last=1, rise=1)]
    )

    assert [(r.partner, r.rank, r.score, r.coverage) for r in ranking.ranked] == [
        ("XC", 1, 100.0, 0.55),
        ("XA", None, None, 0.4),
        ("XB", None, None, 0.35),
    ]
    even = rank(
        [candidate("XA", rise=1, total=1)], weights=Weights(2, {"help_last_year": 40, "help_rise": 40})
    )
    assert [(r.rank, r.coverage) for r in even.ranked] == [(1, 0.5)]


def test_an_unranked_partner_still_shows_its_values_and_sources():
    (only,) = rank([candidate("XA", drugs=5)]).ranked

    assert only.parts == (Part("drugs_five_years", 5, "kilograms", None, TABLE_5),)


def test_the_highest_value_counts_even_when_its_partner_is_unranked():
    ranking = rank([candidate("XA", last=10, rise=10, total=10, drugs=10), candidate("XB", drugs=40)])

    assert scores(ranking) == {"XA": 75 + 25 / 4, "XB": None}


def test_equal_scores_share_a_rank_and_the_next_one_is_skipped():
    same = {"last": 10, "rise": 1, "total": 30, "drugs": 2}
    less = {"last": 1, "rise": 0, "total": 1, "drugs": 1}

    ranking = rank([candidate("XC", **less), candidate("XB", **same), candidate("XA", **same)])

    assert [(r.rank, r.partner) for r in ranking.ranked] == [(1, "XA"), (1, "XB"), (3, "XC")]
    assert {r.partner: r.first_in_share for r in ranking.ranked} == {"XA": 0.5, "XB": 0.5, "XC": 0.0}


def test_an_empty_population_has_an_empty_ranking():
    assert rank([]).ranked == ()


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({"help_rise": -1}, "zero or more"),
        ({"help_rise": float("nan")}, "zero or more"),
        ({"help_rise": 0}, "more than zero"),
        ({}, "more than zero"),
    ],
)
def test_weights_that_cannot_weigh_are_refused(weights, message):
    with pytest.raises(ValueError, match=message):
        Weights(2, weights)


def test_a_partner_twice_or_a_value_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match="twice"):
        rank([candidate("XA"), candidate("XA")])
    with pytest.raises(ValueError, match="not a finite number"):
        rank([candidate("XA", last=float("nan"))])


def test_every_mixture_of_the_weights_is_equally_likely():
    two = Weights(2, {"help_last_year": 1, "help_three_years": 1})
    population = [candidate("XA", last=4, total=0), candidate("XB", last=3, total=1)]

    shares = {r.partner: r.first_in_share for r in rank(population, weights=two).ranked}

    # XA leads when last year weighs more than four fifths: a fifth of all mixtures.
    assert shares == {"XA": pytest.approx(0.2, abs=0.012), "XB": pytest.approx(0.8, abs=0.012)}


def test_a_factor_without_weight_is_not_drawn_in_the_trial_either():
    by_sum = Weights(2, {"help_three_years": 1})

    shares = {r.partner: r.first_in_share for r in rank(audit_113(), weights=by_sum, draws=50).ranked}

    assert shares == {"KH": 1.0, "TH": 0.0, "MM": 0.0, "LA": 0.0, "VN": 0.0}


def test_a_factor_that_no_version_names_is_shown_and_adds_nothing():
    population = replaced(audit_113(), "KH", momentum=1, cases_without_agreement=4)

    cambodia = next(r for r in rank(population, factors=FACTORS).ranked if r.partner == "KH")

    assert cambodia.score == next(r for r in rank(audit_113()).ranked if r.partner == "KH").score
    assert [(p.factor, p.value, p.unit, p.points) for p in cambodia.parts[3:]] == [
        ("cases_without_agreement", 4, "cases", 0.0),
        ("momentum", 1, "rungs", 0.0),
    ]


def test_the_first_version_in_the_database_is_the_settled_one(db):
    first = WeightsVersion.objects.get(number=1)

    assert (first.status, first.by_factor, WEIGHTS_1.by_factor) == (
        "first",
        {"help_last_year": 35, "help_rise": 20, "help_three_years": 20, "drugs_five_years": 25},
        first.by_factor,
    )
