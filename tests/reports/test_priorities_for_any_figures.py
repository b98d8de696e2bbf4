"""What must hold of the ranking for any figures and any weights."""

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reports.priorities import Candidate, Datum, Unchanged, Weights, place_shares, tippings, weigh
from tests.reports.test_priorities import candidate, replaced, scores
from tests.reports.weights import FIRST_FOUR, rank, why_unchanged

values = st.one_of(st.none(), st.integers(-5_000, 500_000))
rows = st.tuples(values, values, values, values)
populations = st.dictionaries(st.sampled_from(["XA", "XB", "XC", "XD", "XE", "XF"]), rows, min_size=1).map(
    lambda found: [
        candidate(code, last=row[0], rise=row[1], total=row[2], drugs=row[3]) for code, row in found.items()
    ]
)
weightings = (
    st.fixed_dictionaries({factor.code: st.integers(0, 100) for factor in FIRST_FOUR})
    .filter(lambda found: any(found.values()))
    .map(lambda found: Weights(9, found))
)


@given(populations, weightings)
def test_points_add_up_to_the_score_and_scores_lie_between_0_and_100(population, weights):
    for row in rank(population, weights=weights, draws=0).ranked:
        if row.score is None:
            assert (row.rank, row.coverage < 0.5) == (None, True)
            assert {part.points for part in row.parts} <= {None}
        else:
            assert row.coverage >= 0.5
            assert sum(part.points for part in row.parts) == row.score
            assert -1e-9 <= row.score <= 100 + 1e-9
            assert all(part.points >= 0 for part in row.parts)


@given(populations, weightings, st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_the_order_of_the_figures(population, weights, chance):
    shuffled = list(population)
    chance.shuffle(shuffled)

    assert rank(population, weights=weights, draws=50) == rank(shuffled, weights=weights, draws=50)


@given(populations, weightings)
def test_ranks_follow_the_scores_and_the_unranked_stand_last(population, weights):
    ranked = rank(population, weights=weights, draws=0).ranked
    scored = [r for r in ranked if r.score is not None]

    assert ranked[: len(scored)] == tuple(scored)
    for r in scored:
        assert r.rank == 1 + sum(other.score > r.score for other in scored)


@given(populations, weightings, st.integers(2, 1000))
def test_only_the_proportions_of_the_weights_matter(population, weights, times):
    heavier = Weights(9, {code: weight * times for code, weight in weights.by_factor.items()})

    left, right = (scores(rank(population, weights=w, draws=0)) for w in (weights, heavier))

    assert left == pytest.approx(right)


@given(populations, weightings, st.integers(2, 1000))
def test_the_unit_of_a_factor_does_not_matter(population, weights, times):
    scaled = [
        Candidate(c.partner, {**c.data, **{k: Datum(d.value * times, "") for k, d in c.data.items()}})
        for c in population
    ]

    left, right = (scores(rank(p, weights=weights, draws=0)) for p in (population, scaled))

    assert left == pytest.approx(right)


@settings(max_examples=40)
@given(populations, weightings)
def test_shares_of_first_places_never_exceed_the_whole(population, weights):
    shares = [r.first_in_share for r in rank(population, weights=weights, draws=200).ranked]

    assert all(0 <= share <= 1 + 1e-9 for share in shares)
    assert sum(shares) <= 1 + 1e-9


@settings(max_examples=40)
@given(populations, weightings)
def test_every_place_is_given_once_in_each_draw_and_the_first_before_the_others(population, weights):
    ranking = rank(population, weights=weights, draws=0)
    shares = {row.partner: row.shares for row in ranking.ranked}

    places = place_shares(shares, weights=ranking.scale, draws=100)

    given_away = [sum(row[place] for row in places.values()) for place in range(4)]
    assert all(0 <= share <= 1 + 1e-9 for row in places.values() for share in row)
    assert given_away == pytest.approx(sorted(given_away, reverse=True))


@settings(max_examples=60)
@given(populations, weightings)
def test_between_the_present_weight_and_the_tipping_point_the_first_place_stays(population, weights):
    ranking = rank(population, weights=weights, draws=0)
    best = {row.partner for row in ranking.ranked if row.rank == 1}

    def first(place, weight):
        """Who is first with this weight: the score written out, not asked of the code under test."""
        moved = [weight if at == place else w for at, w in enumerate(ranking.scale)]
        found = {row.partner: weigh(row.shares, moved).score for row in ranking.ranked}
        top = max((score for score in found.values() if score is not None), default=None)
        return {p for p, score in found.items() if score is not None and score >= top - 1e-9}

    found = {(t.factor, t.is_above): t for t in tippings(ranking)}
    for place, column in enumerate(ranking.factors):
        for is_above in (True, False):
            tipping = found.get((column.factor.code, is_above))
            end = tipping.weight if tipping else (column.weight * 50 + 500 if is_above else 0.0)
            assert not tipping or set(tipping.first) != best or not best
            for step in range(1, 20) if column.weight > 0 and best else ():
                inside = column.weight + (end - column.weight) * step / 20
                assert best <= first(place, inside)


@given(populations, weightings, st.sampled_from(FIRST_FOUR), values)
def test_changing_one_value_moves_the_score_or_has_a_reason_that_is_true(population, weights, factor, value):
    partner = population[0].partner
    changed = replaced(population, partner, **{factor.code: value})

    before, after = (rank(p, weights=weights, draws=0) for p in (population, changed))
    reason = why_unchanged(population, changed, partner=partner, factor=factor, weights=weights)

    assert (reason is None) == (scores(before)[partner] != scores(after)[partner])
    old, new = (
        next((c.data.get(factor.code) for c in p if c.partner == partner), None)
        for p in (population, changed)
    )
    true = {
        None: True,
        Unchanged.NO_WEIGHT: weights.of(factor) == 0,
        Unchanged.UNRANKED: scores(before)[partner] is None,
        Unchanged.SAME_VALUE: (old and old.value) == (new and new.value),
        Unchanged.FALL_COUNTS_ZERO: bool(old and new) and max(old.value, new.value) <= 0,
        Unchanged.HIGHEST_OF_ALL: bool(old and new)
        and all(
            partner in m.highest_partners for r in (before, after) for m in r.factors if m.factor == factor
        ),
        Unchanged.NO_DIFFERENCE: True,
    }
    assert true[reason]


@given(populations, weightings, st.sampled_from(FIRST_FOUR), st.integers(1, 1000))
def test_a_higher_value_never_lowers_its_own_score(population, weights, factor, more):
    first = population[0]
    assume(factor.code in first.data)
    raised = replaced(population, first.partner, **{factor.code: first.data[factor.code].value + more})

    before, after = (scores(rank(p, weights=weights, draws=0))[first.partner] for p in (population, raised))

    assert before is None or after >= before - 1e-9


@given(st.lists(st.one_of(st.none(), st.floats(0, 1)), min_size=4, max_size=4))
def test_weighing_a_row_agrees_with_the_formula_written_out(shares):
    weights = [35.0, 20.0, 20.0, 25.0]
    known = [(w, s) for w, s in zip(weights, shares, strict=True) if s is not None]
    covered = sum(w for w, _ in known)

    weighed = weigh(shares, weights)

    assert weighed.coverage == pytest.approx(covered / 100)
    if covered < 50:
        assert weighed.score is None
    else:
        assert weighed.score == pytest.approx(100 * sum(w * s for w, s in known) / covered)
