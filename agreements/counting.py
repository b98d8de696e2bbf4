"""What the figures of the board count, each a named set of agreements as of a day, and why a stated figure differs.

Every set is reached by a link from its number, through the same filter that draws the list.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from agreements.figures import signed_texts
from agreements.lifecycle import Phase
from agreements.models import AgreementSubject, Milestone, Subject
from agreements.models.asof import INTO_FORCE, SIGNING_STEPS, AgreementQuerySet, known

SIGNED_NOT_IN_FORCE = (Phase.SIGNING, Phase.LEGISLATIVE_APPROVAL, Phase.RATIFICATION_EXCHANGE)
FROM_SIGNATURE_ON = (*SIGNED_NOT_IN_FORCE, Phase.IN_FORCE, Phase.ENDED, Phase.UNKNOWN)

Narrow = Callable[[AgreementQuerySet, date, date | None], AgreementQuerySet]


def _with(known_on: date | None, *begun: Q, **wanted: Any) -> QuerySet:
    """Keys of the agreements that have such a fact: one set for all rows, found by the index on steps."""
    return Milestone.objects.filter(known(known_on), *begun, **wanted).order_by().values("agreement")


def in_force_in_year(rows: AgreementQuerySet, day: date, known_on: date | None = None) -> AgreementQuerySet:
    """Texts that entered into force in the year of ``day``, on or before it; not those only about `other`."""
    first = date(day.year, 1, 1)
    begun = _with(known_on, INTO_FORCE, counted_from__gte=first, counted_to__lte=day)
    return rows.not_only_other().filter(pk__in=begun)


def signed_not_in_force(
    rows: AgreementQuerySet, day: date, known_on: date | None = None
) -> AgreementQuerySet:
    """Texts that count as signed and stood between signature and entry into force; needs ``as_of``."""
    return signed_texts(rows, day, known_on).filter(Q(phase_then__in=SIGNED_NOT_IN_FORCE))


def signed_about_other(rows: AgreementQuerySet, day: date, known_on: date | None = None) -> AgreementQuerySet:
    """Signed texts outside the figure, because they are only about `other`."""
    about_more = AgreementSubject.objects.filter(agreement=OuterRef("pk")).exclude(subject=Subject.OTHER)
    return rows.signed_by(day, known_on).filter(~Exists(about_more))


def signing_day_open(rows: AgreementQuerySet, day: date, known_on: date | None = None) -> AgreementQuerySet:
    """Texts outside the figure that have perhaps been signed: the day of signature is missing, or perhaps later."""
    perhaps = Q(counted_from__lte=day) | Q(counted_from=None)
    further = _with(known_on, perhaps, phase__in=FROM_SIGNATURE_ON)
    signed = _with(known_on, step__in=SIGNING_STEPS, counted_to__lte=day)
    return rows.not_only_other().filter(pk__in=further).exclude(pk__in=signed)


@dataclass(frozen=True, slots=True)
class Counted:
    """A set of agreements with its words."""

    label: str | Promise
    narrow: Narrow


# Translators: 已簽訂 … these are the choices of a filter, and the words beside the figures of the board
COUNTED: dict[str, Counted] = {
    "signed": Counted(pgettext_lazy("counted", "Signed"), signed_texts),
    "in_force_in_year": Counted(
        pgettext_lazy("counted", "Entered into force in the year of the as-of day"), in_force_in_year
    ),
    "signed_not_in_force": Counted(pgettext_lazy("counted", "Signed, not in force"), signed_not_in_force),
    "signed_about_other": Counted(
        pgettext_lazy("counted", "Signed, but only about other matters"), signed_about_other
    ),
    "signing_day_open": Counted(
        pgettext_lazy("counted", "Perhaps signed: day of signature not known"), signing_day_open
    ),
}


def phase_counts(rows: AgreementQuerySet) -> dict[str, int]:
    """How many stood in each phase; ``rows`` come from ``as_of``. One grouped query."""
    stood: Any = rows.order_by()
    found = dict(stood.values_list("phase_then").annotate(Count("pk")))
    return {phase.value: found.get(phase.value, 0) for phase in Phase}
