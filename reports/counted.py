"""Which cases the reports count: registered ones that had been asked for by a day, as the books stood, as a reader may see them."""

from datetime import date

from django.db.models import Q

from agreements.models.asof import end_of
from cases.models import Case, CaseQuerySet
from tracker.models import User


def counted_cases(
    as_of: date, *, reader: User | None, with_samples: bool = False, known_on: date | None = None
) -> CaseQuerySet:
    """Registered cases requested on or before ``as_of``; ``reader`` None counts those of every secrecy.

    With ``known_on`` those that the register held at the end of that day, also when they were struck out since; what
    a case says (partner, kind, basis) is as it stands now.
    """
    cases = Case.objects.all() if reader is None else Case.objects.visible_to(reader)
    cases = cases if with_samples else cases.real()
    cases = cases.exclude(number="").filter(requested_on__lte=as_of)
    if known_on is None:
        return cases.filter(voided_at=None)
    cutoff = end_of(known_on)
    return cases.filter(Q(voided_at=None) | Q(voided_at__gte=cutoff), recorded_at__lt=cutoff)
