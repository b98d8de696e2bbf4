"""Which partner most needs an agreement next: the score, the order, and how firm that order is. Pure.

Belongs here: arithmetic over candidates that somebody else has gathered. No database, no clock, no wording.
`weighing` makes scores, `ranking` puts them in order, `trial` draws weights at random, `firmness` moves them one by
one, `reasons` explains.
"""

from reports.priorities.firmness import SHIFT, Filled, Shift, Tipping, fillings, shifts, tippings
from reports.priorities.ranking import Candidate, Datum, Measured, Part, Ranked, Ranking, rank
from reports.priorities.reasons import Gap, Unchanged, gaps, why_unchanged
from reports.priorities.trial import DRAWS, PLACES, SEED, first_in_share, place_shares
from reports.priorities.weighing import (
    CASES_WITHOUT_AGREEMENT,
    DRUGS_FIVE_YEARS,
    FACTORS,
    FULL_SCORE,
    HELP_LAST_YEAR,
    HELP_RISE,
    HELP_THREE_YEARS,
    LEAST_COVERAGE,
    MOMENTUM,
    REFUSED_OR_UNANSWERED,
    Factor,
    Number,
    Shares,
    Weighed,
    Weights,
    weigh,
)

__all__ = [
    "CASES_WITHOUT_AGREEMENT",
    "DRAWS",
    "DRUGS_FIVE_YEARS",
    "FACTORS",
    "FULL_SCORE",
    "HELP_LAST_YEAR",
    "HELP_RISE",
    "HELP_THREE_YEARS",
    "LEAST_COVERAGE",
    "MOMENTUM",
    "PLACES",
    "REFUSED_OR_UNANSWERED",
    "SEED",
    "SHIFT",
    "Candidate",
    "Datum",
    "Factor",
    "Filled",
    "Gap",
    "Measured",
    "Number",
    "Part",
    "Ranked",
    "Ranking",
    "Shares",
    "Shift",
    "Tipping",
    "Unchanged",
    "Weighed",
    "Weights",
    "fillings",
    "first_in_share",
    "gaps",
    "place_shares",
    "rank",
    "shifts",
    "tippings",
    "weigh",
    "why_unchanged",
]
