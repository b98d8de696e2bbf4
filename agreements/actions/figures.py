"""Loading figures that others stated."""

from collections.abc import Iterable

from django.db import transaction

from agreements.models import StatedFigure
from tracker import audit
from tracker.models import User


@transaction.atomic
def load_figures(*, by: User | None, figures: Iterable[StatedFigure]) -> int:
    """Add the figures that are not there yet, by day and measure; those there stay as they are."""
    added = []
    for figure in figures:
        _row, is_new = StatedFigure.objects.get_or_create(
            as_of=figure.as_of,
            measure=figure.measure,
            defaults={
                "region": figure.region,
                "partners": figure.partners,
                "agreements": figure.agreements,
                "source": figure.source,
            },
        )
        if is_new:
            added.append(_row)
    if added:
        audit.record("figures.load", added[0], by=by, details={"count": len(added)})
    return len(added)
