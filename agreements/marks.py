"""How phases, days and years are marked and called on pages, whoever shows them."""

from collections.abc import Iterable
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext, pgettext_lazy

from agreements.lifecycle import MAIN_PHASES, RECORD_TRACKS, Phase, Track
from tracker import rocdate
from tracker.partialdate import PartialDate

# Translators: 行政院備查: what stands in place of legislative approval on tracks T3, A1 and A2
RECORD_BY_EXECUTIVE_YUAN = pgettext_lazy("phase", "Record by the Executive Yuan")
# Nearest to being in force first; what stopped, ended or is not known comes last.
NEAREST_FIRST = (*reversed(MAIN_PHASES), Phase.STOPPED, Phase.ENDED, Phase.UNKNOWN)


def mark_of(phase: str) -> int | str:
    """1 to 5 for the main phases in their order; otherwise the name of the phase, which has an icon."""
    known = Phase(phase)
    return MAIN_PHASES.index(known) + 1 if known in MAIN_PHASES else known.value


def phase_words(phase: str, tracks: Iterable[Track]) -> str | Promise:
    """What a phase is called for a file on these tracks."""
    if phase == Phase.LEGISLATIVE_APPROVAL and frozenset(tracks) <= RECORD_TRACKS:
        return RECORD_BY_EXECUTIVE_YUAN
    return Phase(phase).label


def day_words(day: PartialDate | date) -> str:
    """A day as plain text for a note or a name, with the precision it has; see the filter ``rocday`` for pages."""
    if (get_language() or "").startswith("zh"):
        return rocdate.long(day)
    return day.isoformat() if isinstance(day, date) else day.iso


def year_words(year: int) -> str:
    """2024 (ROC 113), or 113 年."""
    if (get_language() or "").startswith("zh"):
        return rocdate.long(PartialDate(year))
    return pgettext("a year", "%(gregorian)s (ROC %(roc)s)") % {
        "gregorian": year,
        "roc": rocdate.roc_year(year),
    }
