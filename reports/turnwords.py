"""How long, and whether that is usual, in sentences."""

from enum import IntEnum

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from agreements.lifecycle import label_of
from reports.casework.counting import DAYS_OF_A_MONTH
from reports.desks import OPENED, SAID
from reports.precedents import History

MONTHS_FROM = 60
"""From so many days on the months are said too."""


class Verdict(IntEnum):
    """Where a stay that goes on stands among the completed ones; more is longer."""

    NOT_KNOWN = 0
    USUAL = 1
    LONG = 2
    UNUSUAL = 3

    @property
    def words(self) -> str | Promise:
        return _VERDICTS[self]


_VERDICTS: dict[Verdict, str | Promise] = {
    Verdict.NOT_KNOWN: "",
    Verdict.USUAL: pgettext_lazy("beside past stays", "No longer than half of them."),
    Verdict.LONG: pgettext_lazy("beside past stays", "Longer than half of them."),
    Verdict.UNUSUAL: pgettext_lazy("beside past stays", "Longer than four fifths of them."),
}


def age(days: int | None) -> str:
    """214 days (about 7 months); said so when it is not known to the day."""
    if days is None:
        return pgettext("a time", "not known to the day")
    said = ngettext("%(days)s day", "%(days)s days", days) % {"days": f"{days:,}"}
    if days < MONTHS_FROM:
        return said
    months = round(days / DAYS_OF_A_MONTH)
    about = ngettext("about %(months)s month", "about %(months)s months", months) % {"months": months}
    # Translators: a number of days, then the same in months; in Chinese with （）
    return pgettext("a time", "%(days)s (%(months)s)") % {"days": said, "months": about}


def past(history: History) -> str:
    """What the completed stays were; of fewer than five no percentile."""
    number = history.number
    if not number:
        return _("No past stay to compare with.")
    if history.median is None or history.four_fifths is None:
        return ngettext(
            "Only %(number)s past stay, too few to say what is usual.",
            "Only %(number)s past stays, too few to say what is usual.",
            number,
        ) % {"number": number}
    return _(
        "Half of %(number)s past stays took at most %(median)s days, four fifths at most %(four_fifths)s."
    ) % {
        "number": number,
        "median": f"{history.median:,g}",
        "four_fifths": f"{history.four_fifths:,}",
    }


def verdict(days: int | None, history: History) -> Verdict:
    """Where ``days`` stand in the history; not known without them or with too few precedents."""
    if days is None or history.median is None or history.four_fifths is None:
        return Verdict.NOT_KNOWN
    if days > history.four_fifths:
        return Verdict.UNUSUAL
    return Verdict.LONG if days > history.median else Verdict.USUAL


def because(step: str) -> str | Promise:
    """Why a file came to a desk."""
    if step == SAID:
        return pgettext("why it came to a desk", "stated in an update of the progress")
    if step == OPENED:
        return pgettext("why it came to a desk", "file opened")
    return label_of(step)
