"""Telling the history that somebody took a list of cases away."""

from collections.abc import Mapping

from django.db import transaction

from tracker import audit
from tracker.models import User


@transaction.atomic
def record_export(*, by: User, format: str, filters: Mapping[str, str], chosen: int) -> None:
    """Note who downloaded which list, by the names and codes of its filters; ``chosen`` is 0 for the whole list."""
    audit.record(
        "case.export", by, by=by, details={"format": format, "filters": dict(filters), "chosen": chosen}
    )
