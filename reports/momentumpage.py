"""How far a partner without an agreement has come, on its page: the ladder, and what was done together year by year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreements.lifecycle import Phase
from agreements.marks import year_words
from agreements.models import Agreement, Partner, Subject
from cases.rules import may_read_cases
from reports.asked import query_of
from reports.catalogue import Parameters
from reports.catalogue.casework.ledger import years_of
from reports.catalogue.casework.lists import span_of
from reports.momentum import Rung, climbs_of
from tracker.models import User
from tracker.partialdate import PartialDate

LADDER = tuple(rung for rung in Rung if rung != Rung.NO_CONTACT)


@dataclass(frozen=True, slots=True)
class Reached:
    """One rung: the first recorded day, None when nothing recorded stands for it; ``is_highest`` where the partner stands."""

    label: str | Promise
    day: PartialDate | None
    is_highest: bool


@dataclass(frozen=True, slots=True)
class Year:
    """What both sides asked for in a year, and what of it was completed."""

    label: str
    ours: int
    ours_completed: int
    theirs: int
    theirs_completed: int


def momentum_of_partner(
    partner: Partner, reader: User, today: date
) -> tuple[str | Promise, str, Mapping[str, Any]] | None:
    """The ladder of a partner without an agreement on criminal assistance in force; None for one that has it.

    Cases count for readers of cases only. Nine queries, five for others.
    """
    if _is_covered(partner, reader, today):
        return None
    with_cases = may_read_cases(reader)
    asked = Parameters(as_of=today, partner=partner.code, with_samples=partner.is_sample)
    climb = climbs_of([partner], today, reader=reader, with_samples=partner.is_sample, with_cases=with_cases)[
        partner.code
    ]
    context = {
        "rung": climb.rung.label,
        "ladder": [Reached(rung.label, climb.days.get(rung), rung == climb.rung) for rung in LADDER],
        "with_cases": with_cases,
        "years": _years(asked, reader) if with_cases else (),
        "url": f"{reverse('reports:report', args=['A06'])}?{query_of(asked)}" if with_cases else "",
    }
    # Translators: 合作進展（動能）
    return _("Momentum"), "reports/momentum_panel.html", context


def _is_covered(partner: Partner, reader: User, today: date) -> bool:
    files = Agreement.objects.visible_to(reader).filter(
        Q(partner=partner) | Q(pk__in=partner.shared_agreements.values("pk")),
        subjects__subject=Subject.CRIMINAL_MLA,
    )
    return bool(files.as_of(today).filter(phase_then=Phase.IN_FORCE).exists())


def _years(asked: Parameters, reader: User) -> Sequence[Year]:
    """Newest first; years without any request are left out."""
    found = years_of(asked, reader, span_of(asked))
    return [
        Year(
            year_words(year),
            balance.ours.sent,
            balance.ours.completed,
            balance.theirs.sent,
            balance.theirs.completed,
        )
        for year, balance in sorted(found.items(), reverse=True)
        if balance.number
    ]
