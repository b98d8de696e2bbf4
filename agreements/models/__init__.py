"""Partners, agreements, and the dated facts of their life."""

from agreements.models.agreement import Agreement, AgreementLink, AgreementSubject, Subject
from agreements.models.figures import StatedFigure
from agreements.models.milestone import Milestone
from agreements.models.partner import (
    Contact,
    ContactPoint,
    GroupMembership,
    Partner,
    PartnerGroup,
    PartnerName,
)
from agreements.models.placeholder import Placeholder, PlaceholderQuerySet
from agreements.models.progress import ProgressUpdate, Round, RunningClock
from agreements.models.sources import SourcedFact

__all__ = [
    "Agreement",
    "AgreementLink",
    "AgreementSubject",
    "Contact",
    "ContactPoint",
    "GroupMembership",
    "Milestone",
    "Partner",
    "PartnerGroup",
    "PartnerName",
    "Placeholder",
    "PlaceholderQuerySet",
    "ProgressUpdate",
    "Round",
    "RunningClock",
    "SourcedFact",
    "StatedFigure",
    "Subject",
]
