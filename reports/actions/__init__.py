"""Every write of the reports: one verb, one function, one audit entry in the same transaction."""

from reports.actions.digests import mail_digest, make_digest, see_digests
from reports.actions.feeds import make_feed, open_feed, revoke_feed
from reports.actions.figures import add_figure, correct_figure, withdraw_figure
from reports.actions.followup import (
    Act,
    add_evidence,
    add_recommendation,
    change_days,
    course_of,
    load_recommendations,
    record_act,
    withdraw_act,
    withdraw_evidence,
)
from reports.actions.series import IndicatorsRefused, Loaded, add_series, load_indicators
from reports.actions.weights import decide_weights, propose_weights

__all__ = [
    "Act",
    "IndicatorsRefused",
    "Loaded",
    "add_evidence",
    "add_figure",
    "add_recommendation",
    "add_series",
    "change_days",
    "correct_figure",
    "course_of",
    "decide_weights",
    "load_indicators",
    "load_recommendations",
    "mail_digest",
    "make_digest",
    "make_feed",
    "open_feed",
    "propose_weights",
    "record_act",
    "revoke_feed",
    "see_digests",
    "withdraw_act",
    "withdraw_evidence",
    "withdraw_figure",
]
