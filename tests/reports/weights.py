"""The first version of the weights, and the ranking with it: what the pure tests stand on."""

from functools import partial

from reports import priorities
from reports.priorities import FACTORS, Weights

WEIGHTS_1 = Weights(
    1, {"help_last_year": 35, "help_rise": 20, "help_three_years": 20, "drugs_five_years": 25}
)
FIRST_FOUR = FACTORS[:4]
"""The factors that version 1 names."""

rank = partial(priorities.rank, weights=WEIGHTS_1, factors=FIRST_FOUR)
why_unchanged = partial(priorities.why_unchanged, weights=WEIGHTS_1, factors=FIRST_FOUR)
