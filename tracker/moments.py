"""Moments as people read them: to the minute, Taipei time, in the calendar of the active language.

One way of writing them for pages, mails and copies alike; the filter ``rocmoment`` adds the other calendar.
"""

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import get_language

from tracker import rocdate
from tracker.partialdate import PartialDate
from tracker.workdays import TAIPEI

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def moment_words(at: datetime) -> str:
    """114.03.20 07:05, in English 20 Mar 2025 07:05. ``at`` bears its zone."""
    local = timezone.localtime(at, TAIPEI)
    is_chinese = (get_language() or "").startswith("zh")
    day = rocdate.short(local.date()) if is_chinese else day_in_english(local.date())
    return f"{day} {local:%H:%M}"


def day_in_english(day: PartialDate | date) -> str:
    """20 Mar 2025, Jun 2024, 2023: the precision that is known."""
    partial = PartialDate.of(day) if isinstance(day, date) else day
    parts = [
        str(partial.day) if partial.day else "",
        _MONTHS[partial.month - 1] if partial.month else "",
        f"{partial.year:04}",
    ]
    return " ".join(filter(None, parts))
