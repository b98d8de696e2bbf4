"""System checks of what staff keep up to date: the working calendar must not run out unseen."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.core.checks import CheckMessage, Tags, Warning, register
from django.db import DatabaseError

from tracker.commands import taipei_today
from tracker.preferences import preference

NOTICE = timedelta(days=92)


@register(Tags.database)
def calendar_reaches_far_enough(
    app_configs: Any, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Warn three months before the last day that the official working calendar covers."""
    if not databases:
        return []
    try:
        known_until = preference("calendar_known_until")
    except DatabaseError:  # before the first migration there is nothing to check
        return []
    assert isinstance(known_until, date)  # noqa: S101 - narrows the type
    return calendar_warnings(known_until, today=taipei_today())


def calendar_warnings(known_until: date, *, today: date) -> list[CheckMessage]:
    """The warning that is due on ``today``, if any."""
    if known_until - today > NOTICE:
        return []
    return [
        Warning(
            f"The official working calendar is known only until {known_until}.",
            hint="Enter next year's exceptions under calendar exceptions and move the setting calendar_known_until.",
            id="tracker.W001",
        )
    ]
