"""The settings that staff may change: each name, its default and what it means; and the calendar they shape."""

from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tracker.models import Holiday, Setting
from tracker.rocdate import LAST_YEAR
from tracker.statements import Prepared
from tracker.workdays import Calendar, taiwan_calendar

FIRST_CALENDAR_YEAR = 1998
MOST_DAYS = 3650
"""Ten years: with a longer wait nothing would ever count as stalled, and days before the calendar cannot be computed."""


@dataclass(frozen=True, slots=True)
class Preference:
    """One setting: its kind decides how its text is read."""

    name: str
    default: int | bool | date
    meaning: Promise

    def read(self, text: str) -> int | bool | date:
        """The value that ``text`` writes.

        :raises ValueError: when it is not of the preference's kind.
        """
        if isinstance(self.default, bool):
            if text not in ("yes", "no"):
                raise ValueError(_("Write yes or no."))
            return text == "yes"
        if isinstance(self.default, date):
            day = date.fromisoformat(text)
            if not FIRST_CALENDAR_YEAR <= day.year <= LAST_YEAR:
                raise ValueError(
                    _("Write a year from %(first)s to %(last)s.")
                    % {"first": FIRST_CALENDAR_YEAR, "last": LAST_YEAR}
                )
            return day
        number = int(text)
        if not 1 <= number <= MOST_DAYS:
            raise ValueError(_("Write a number from 1 to %(most)s.") % {"most": MOST_DAYS})
        return number


PREFERENCES = {
    preference.name: preference
    for preference in (
        Preference("stalled_after_days", 90, _("Talks without any record for so many days count as stalled")),
        Preference(
            "holiday_roll",
            True,
            _("A period that ends on a rest day ends on the next working day (yes or no)"),
        ),
        Preference(
            "note_rest_days",
            30,
            _("Days before the next reminder over all open requests goes to the same partner"),
        ),
        Preference("export_kept_days", 7, _("Days for which the file of a long export is kept")),
        Preference(
            "calendar_known_until", date(2026, 12, 31), _("Last day covered by the official working calendar")
        ),
    )
}


def preference(name: str) -> int | bool | date:
    """The value in force: what staff wrote, or the default.

    :raises KeyError: for a name that does not exist.
    """
    known = PREFERENCES[name]
    written = Setting.objects.filter(name=name).values_list("value", flat=True).first()
    return known.default if written is None else known.read(written)


def holiday_roll() -> bool:
    """Whether a period that ends on a rest day ends on the next working day."""
    return bool(preference("holiday_roll"))


def working_calendar() -> Calendar:
    """Taiwan's calendar of rest days with the staff's exceptions over it. Two queries."""
    known_until = preference("calendar_known_until")
    assert isinstance(known_until, date)  # noqa: S101 - narrows the type
    exceptions = Holiday.objects.order_by("day").values_list("day", "kind")
    return _calendar(known_until, tuple(exceptions))


def counting_rules() -> tuple[Calendar, bool]:
    """The working calendar, and whether a period that ends on a rest day rolls: both in one query."""
    found = dict(_RULES())
    known_until, rolls = (
        PREFERENCES[name].read(found.pop(name)) if name in found else PREFERENCES[name].default
        for name in COUNTING
    )
    assert isinstance(known_until, date)  # noqa: S101 - narrows the type
    days = sorted((date.fromisoformat(day), kind) for day, kind in found.items())
    return _calendar(known_until, tuple(days)), bool(rolls)


def _rules() -> QuerySet:
    settings = Setting.objects.filter(name__in=COUNTING).order_by().values_list("name", "value")
    exceptions = Holiday.objects.order_by().annotate(text=Cast("day", CharField()))
    return settings.union(exceptions.values_list("text", "kind"), all=True)


COUNTING = ("calendar_known_until", "holiday_roll")
_RULES = Prepared(_rules)


@lru_cache(maxsize=4)
def _calendar(known_until: date, exceptions: tuple[tuple[date, str], ...]) -> Calendar:
    years = range(FIRST_CALENDAR_YEAR, known_until.year + 2)
    return taiwan_calendar(years, dict(exceptions), known_until)  # type: ignore[arg-type]
