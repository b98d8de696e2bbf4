"""What a step on an agreement means for the open cases of its partners: which gain a basis, and which lose it."""

from collections.abc import Iterator
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from agreements.consequences import Consequence
from agreements.lifecycle import PHASE_OF, Phase
from agreements.models import Agreement
from cases.basis import SUBJECT_OF, WITHOUT_AGREEMENT, day_words
from cases.models import Case, CaseQuerySet
from tracker.models import User
from tracker.partialdate import PartialDate

GAINS, LOSES, AGAIN = "case_gains_basis", "case_loses_basis", "cases_again"
HEADINGS = {
    GAINS: gettext_lazy("Cases that gain a basis"),
    LOSES: gettext_lazy("Cases that lose their basis"),
    AGAIN: gettext_lazy("Afterwards"),
}
SHOWN = 20
"""So many cases are named one by one; the others only counted."""


def cases_touched(agreement: Agreement, target: str, on: date | None, reader: User) -> Iterator[Consequence]:
    """Name the open cases that would gain or lose a basis if ``agreement`` came to stage ``target``.

    Only cases that ``reader`` may see. A case keeps what it rested on, on the day of its request; this says
    which ones to look at again.
    """
    was_in_force = PHASE_OF.get(agreement.stage) == Phase.IN_FORCE
    is_in_force = PHASE_OF.get(target) == Phase.IN_FORCE
    if was_in_force == is_in_force:
        return
    seen = Case.objects.visible_to(reader).open().select_related("partner")
    day = day_words(PartialDate.of(on)) if on else _("an unrecorded day")
    if is_in_force:
        words = _("%(case)s (%(partner)s) could rest on this agreement from %(day)s on.")
        told = [*_named(GAINS, words, _gaining(agreement, seen), day)]
    else:
        words = _(
            "%(case)s (%(partner)s) rests on this agreement, which would no longer be in force from %(day)s on."
        )
        told = [*_named(LOSES, words, seen.filter(agreement=agreement), day)]
    yield from told
    if told:
        words = _("Once the step is recorded, look at these cases again and restate what they rest on.")
        yield Consequence(AGAIN, words, f"{reverse('cases:restate')}?agreement={agreement.number}")


def _gaining(agreement: Agreement, seen: CaseQuerySet) -> CaseQuerySet:
    """Open cases with its partners, of the kinds that it covers, that rest on no agreement."""
    subjects = set(agreement.subject_codes)
    kinds = [kind for kind, subject in SUBJECT_OF.items() if subject in subjects]
    partners = [agreement.partner_id, *agreement.other_partners.values_list("pk", flat=True)]
    bases = set(WITHOUT_AGREEMENT.values())
    return seen.filter(partner__in=partners, kind__in=kinds, agreement=None, basis__in=bases)


def _named(kind: str, words: str, cases: CaseQuerySet, day: str) -> Iterator[Consequence]:
    rows = list(cases.order_by("number")[: SHOWN + 1])
    for case in rows[:SHOWN]:
        told = {"case": case.number, "partner": case.partner, "day": day}
        yield Consequence(kind, words % told, case.get_absolute_url())
    if len(rows) > SHOWN:
        rest = cases.count() - SHOWN
        yield Consequence(
            kind, ngettext("and %(rest)s more case", "and %(rest)s more cases", rest) % {"rest": rest}
        )
