"""The lane that stands before the first phase on the board: partners with whom nothing is signed though figures call for it."""

from collections.abc import Mapping
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from agreements.lanes import Card, EarlierLane
from reports.priorities import HELP_LAST_YEAR, Datum
from reports.queries import NONE, Population, population
from reports.wording import year_words
from tracker.models import User


def not_yet_signed(reader: User, day: date, known_on: date | None, with_samples: bool) -> EarlierLane | None:
    """Partners of the ranking without any agreement, most asked-for first; None when there is none.

    Figures carry no moment of recording, so what was known on an earlier day is not asked of them.
    """
    found = population(day, reader=reader, with_samples=with_samples)
    wanted = [candidate for candidate in found.candidates if candidate.group == NONE]
    wanted.sort(key=lambda candidate: (-_helped(candidate.data), candidate.partner))
    if not wanted:
        return None
    cards = [
        Card(
            name=found.partners[candidate.partner].name,
            url=found.partners[candidate.partner].get_absolute_url(),
            words=_words(candidate.data, found),
            is_sample=found.partners[candidate.partner].is_sample,
        )
        for candidate in wanted
    ]
    return EarlierLane(
        # Translators: 尚未簽訂
        label=pgettext_lazy("lane", "Not yet signed"),
        unit=pgettext_lazy("unit", "partners"),
        cards=cards,
        count=len(cards),
        more=reverse("reports:priorities"),
        more_words=gettext_lazy("Why these: priority report"),
    )


def _helped(data: Mapping[str, Datum]) -> float:
    datum = data.get(HELP_LAST_YEAR.code)
    return float(datum.value) if datum else -1.0


def _words(data: Mapping[str, Datum], found: Population) -> list[str]:
    datum = data.get(HELP_LAST_YEAR.code)
    if datum is None:
        return []
    told = {"year": year_words(found.help_years[-1]), "number": f"{int(datum.value):,}"}
    return [_("%(number)s people asked for help in %(year)s") % told]
