"""Filters of the list of cases by the day of a step: when a case was closed, when our request first left us."""

from datetime import date
from typing import ClassVar

from cases.choosing import DayFilter
from cases.models import CaseQuerySet

SINCE, UNTIL = "gte", "lte"


class _KeptDay(DayFilter):
    """Cases whose day of that name is this one or later (:data:`SINCE`), or this one or earlier (:data:`UNTIL`)."""

    kept: ClassVar[str]

    def filter(self, qs: CaseQuerySet, value: date | None) -> CaseQuerySet:
        return qs if value is None else qs.filter(**{f"{self.kept}__{self.lookup_expr}": value})


class ClosingDay(_KeptDay):
    """Cases by the day on which they were closed."""

    kept = "closed_on"


class SendingDay(_KeptDay):
    """Our requests by the day on which they left us for the first time."""

    kept = "sent_on"
