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
from reports.catalogue.casework.ledger import OURS, THEIRS, years_of
from reports.catalogue.casework.lists import span_of
from reports.momentum import Rung, climbs_of
from reports.rights import reads_exactly
from reports.suppression import NOTE, WITHHELD, told_words
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
    """What both sides asked for in a year, and what of it was completed; in words for who may not open them all (AZ-13)."""

    label: str
    ours: int | str
    ours_completed: int | str
    theirs: int | str
    theirs_completed: int | str


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
    # Whether there was any case is not told in fives; so the ladder is that of who reads no cases.
    is_exact = reads_exactly(reader)
    climb = climbs_of(
        [partner], today, reader=reader, with_samples=partner.is_sample, with_cases=with_cases and is_exact
    )[partner.code]
    context = {
        "rung": climb.rung.label if is_exact or climb.rung != Rung.NO_CONTACT else WITHHELD,
        "ladder": [
            Reached(rung.label, climb.days.get(rung), rung == climb.rung)
            for rung in LADDER
            if is_exact or rung != Rung.CASE_COOPERATION
        ],
        "with_cases": with_cases,
        "note": "" if is_exact else str(NOTE),
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
    years = [
        (year, [count for side in (balance.ours, balance.theirs) for count in (side.sent, side.completed)])
        for year, balance in sorted(found.items(), reverse=True)
        if balance.number
    ]
    if reads_exactly(reader):
        return [Year(year_words(year), *counts) for year, counts in years]
    told = [(year, _told(asked.partner, year, counts)) for year, counts in years]
    return [Year(year_words(year), *words) for year, words in told if set(words) != {str(WITHHELD)}]


def _told(partner: str, year: int, counts: Sequence[int]) -> list[str]:
    """The four numbers of a year under the names that the ledger has for them, so that both tell the same."""
    names = [(side, column) for side in (OURS, THEIRS) for column in ("sent", "completed")]
    return [told_words(n, (f"S09 {year}", partner, *name)) for n, name in zip(counts, names, strict=True)]
