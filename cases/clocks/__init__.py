"""The clocks of a case: terms of laws, stated days, service levels; and where its days went. Pure."""

from cases.clocks.counting import claim_ends, safe_conduct_ends
from cases.clocks.facts import Fact, Facts, Hold, Pledge, Stop
from cases.clocks.ledger import Desk, Ledger, ledger
from cases.clocks.rules import CLOCK_LABELS, COUNTED_FROM, EXTENDABLE, RULES, SERVICE_LEVELS, Rule
from cases.clocks.running import (
    Attention,
    Clock,
    attention,
    clocks_of,
    counts_days,
    earliest_due,
    service_levels_of,
)

__all__ = [
    "CLOCK_LABELS",
    "COUNTED_FROM",
    "EXTENDABLE",
    "RULES",
    "SERVICE_LEVELS",
    "Attention",
    "Clock",
    "Desk",
    "Fact",
    "Facts",
    "Hold",
    "Ledger",
    "Pledge",
    "Rule",
    "Stop",
    "attention",
    "claim_ends",
    "clocks_of",
    "counts_days",
    "earliest_due",
    "ledger",
    "safe_conduct_ends",
    "service_levels_of",
]
