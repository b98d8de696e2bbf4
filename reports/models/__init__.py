"""What the reports keep: figures, weights, frozen reports, the audit follow-up, feeds, digests and jobs."""

from reports.models.feeds import DigestSent, Feed
from reports.models.followup import Evidence, Recommendation, RecommendationEvent
from reports.models.frozen import Decision, FrozenReport, Remark
from reports.models.jobs import Job
from reports.models.series import ControlTotal, Figure, FigureQuerySet, Measure, Series, Unit
from reports.models.weights import WeightsVersion

__all__ = [
    "ControlTotal",
    "Decision",
    "DigestSent",
    "Evidence",
    "Feed",
    "Figure",
    "FigureQuerySet",
    "FrozenReport",
    "Job",
    "Measure",
    "Recommendation",
    "RecommendationEvent",
    "Remark",
    "Series",
    "Unit",
    "WeightsVersion",
]
