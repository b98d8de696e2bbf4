"""Filters of the list of cases by the day of a step: when a case was closed, when our request first left us."""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef

from cases.choosing import DayFilter
from cases.lifecycle import CLOSED, SENDING
from cases.models import CaseEvent, CaseQuerySet

SINCE, UNTIL = "gte", "lte"


class ClosingDay(DayFilter):
    """Cases that were closed on the day or later (:data:`SINCE`), or on it or earlier (:data:`UNTIL`)."""

    def filter(self, qs: CaseQuerySet, value: date | None) -> CaseQuerySet:
        if value is None:
            return qs
        closing: dict[str, Any] = {"state__in": CLOSED, f"happened_on__{self.lookup_expr}": value}
        return qs.filter(Exists(CaseEvent.objects.filter(case=OuterRef("pk"), **closing)))


class SendingDay(DayFilter):
    """Our requests that left us for the first time on the day or later, or on it or earlier."""

    def filter(self, qs: CaseQuerySet, value: date | None) -> CaseQuerySet:
        if value is None:
            return qs
        sent = CaseEvent.objects.filter(case=OuterRef("pk"), step__in=SENDING)
        if self.lookup_expr == UNTIL:
            return qs.filter(Exists(sent.filter(happened_on__lte=value)))
        return qs.filter(Exists(sent), ~Exists(sent.filter(happened_on__lt=value)))
