"""Every write of the reports: one verb, one function, one audit entry in the same transaction."""

from reports.actions.figures import IndicatorsRefused, Loaded, load_indicators, save_figure
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

__all__ = [
    "Act",
    "IndicatorsRefused",
    "Loaded",
    "add_evidence",
    "add_recommendation",
    "change_days",
    "course_of",
    "load_indicators",
    "load_recommendations",
    "record_act",
    "save_figure",
    "withdraw_act",
    "withdraw_evidence",
]
