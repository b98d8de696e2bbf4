"""What the pages of the reciprocity ledger show, ready for templates."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreements.marks import year_words
from agreements.models import Partner
from cases.models import Case
from cases.rules import may_read_cases
from reports import charts
from reports.asked import query_of
from reports.casework.counting import Span
from reports.catalogue import REPORTS, Parameters
from reports.catalogue.casework import lists
from reports.catalogue.casework.ledger import (
    LEDGER,
    OURS,
    THEIRS,
    balances_of,
    side_cells,
    to_requests,
    years_of,
)
from reports.catalogue.casework.words import SIDES
from reports.reciprocity import Balance, Order, Side, ordered, sentence, together
from reports.written import WrittenCell, WrittenReport, cell_text, write
from tracker.models import User

COLUMNS = LEDGER[2:]
MOST_IN_PANEL = 2_000
"""So many cases with a partner are counted for its page."""
"""The figures of one side."""


@dataclass(frozen=True, slots=True)
class SideRow:
    """One side's requests: whose, and the cells of the ledger with what they lead to."""

    label: str | Promise
    cells: Sequence[WrittenCell]


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """Both sides under one head: a partner, or a year; with the sentence where there is one."""

    name: str
    sides: Sequence[SideRow]
    sentence: str = ""
    url: str = ""
    is_sample: bool = False
    apart: str = ""


@dataclass(frozen=True, slots=True)
class LedgerPage:
    """The whole ledger: a row for each partner, and all of them together."""

    heads: Sequence[WrittenCell]
    rows: Sequence[LedgerRow]
    whole: LedgerRow
    span: Span
    query: str


@dataclass(frozen=True, slots=True)
class PartnerLedger:
    """The ledger of one partner: its sentence, its row, its years with a picture, and the form of the budget centre."""

    sentence: str
    heads: Sequence[WrittenCell]
    whole: LedgerRow
    years: Sequence[LedgerRow]
    pictures: Sequence[tuple[str | Promise, Sequence[charts.Pair], str]]
    form: WrittenReport
    span: Span
    query: str


def ledger_page(asked: Parameters, order: Order, *, reader: User) -> LedgerPage:
    """Every partner with whom there were requests within the span, as far as the reader may see them. Three queries."""
    found = balances_of(asked, reader)
    partners = {partner.code: partner for partner in Partner.objects.filter(code__in=found)}
    query, span = query_of(asked), lists.span_of(asked)
    rows = [
        LedgerRow(
            name=partners[code].name,
            sides=_sides(asked, code, found[code], span),
            sentence=sentence(found[code]),
            url=f"{reverse('reports:reciprocity_of', args=[code])}?{query}",
            is_sample=partners[code].is_sample,
            apart=_points(found[code].imbalance),
        )
        for code in ordered(found, order)
    ]
    whole = LedgerRow(str(_("All partners")), _sides(asked, "", together(found.values()), span))
    return LedgerPage(_heads(), rows, whole, span, query)


def partner_ledger(partner: Partner, asked: Parameters, *, reader: User) -> PartnerLedger:
    """One partner's ledger, year by year. Four queries."""
    asked, span = replace(asked, partner=partner.code), lists.span_of(asked)
    by_year = years_of(asked, reader, span)
    every = together(by_year.values())
    form = write(REPORTS["S08"].run(asked, reader=reader))
    return PartnerLedger(
        sentence=sentence(every),
        heads=_heads(),
        whole=LedgerRow(partner.name, _sides(asked, partner.code, every, span)),
        years=[_year(asked, partner, year, by_year[year], span) for year in reversed(span.years)],
        pictures=[_picture(OURS, {year: by_year[year].ours for year in span.years}),
                  _picture(THEIRS, {year: by_year[year].theirs for year in span.years})],
        form=form,
        span=span,
        query=query_of(asked),
    )  # fmt: skip


def reciprocity_of_partner(
    partner: Partner, reader: User, today: date
) -> tuple[Any, str, Mapping[str, Any]] | None:
    """What both sides did for each other over five years, in one sentence; None for a reader who reads no cases.

    Of a partner with very many cases it only leads to the ledger, which takes seconds then. Three queries.
    """
    if not may_read_cases(reader):
        return None
    asked = Parameters(as_of=today, partner=partner.code, with_samples=partner.is_sample)
    cases = Case.objects.visible_to(reader).registered().filter(partner=partner)
    is_long = cases[: MOST_IN_PANEL + 1].count() > MOST_IN_PANEL
    found = Balance() if is_long else balances_of(asked, reader).get(partner.code, Balance())
    url = f"{reverse('reports:reciprocity_of', args=[partner.code])}?{query_of(asked)}"
    said = sentence(found) if found.number else ""
    told = {"sentence": said, "url": url, "span": lists.span_of(asked), "is_long": is_long}
    # Translators: 互惠情形
    return _("Reciprocity"), "reports/reciprocity_panel.html", told


def _heads() -> Sequence[WrittenCell]:
    return [WrittenCell(str(column.heading), column.is_number) for column in COLUMNS]


def _year(asked: Parameters, partner: Partner, year: int, balance: Balance, span: Span) -> LedgerRow:
    within = Span(*span.part(year))
    return LedgerRow(year_words(year), _sides(asked, partner.code, balance, within))


def _sides(asked: Parameters, partner: str, balance: Balance, span: Span) -> Sequence[SideRow]:
    return [
        SideRow(SIDES[side], _cells(asked, partner, side, requests, span))
        for side, requests in ((OURS, balance.ours), (THEIRS, balance.theirs))
    ]


def _cells(asked: Parameters, partner: str, side: str, requests: Side, span: Span) -> Sequence[WrittenCell]:
    return [
        WrittenCell(
            cell_text(cell, column, {}),
            column.is_number,
            url=to_requests(asked, partner, side, column.code, span) if cell else "",
        )
        for column, cell in zip(COLUMNS, side_cells(requests), strict=True)
    ]


def _points(apart: float | None) -> str:
    return "" if apart is None else f"{apart * 100:.0f}"


def _picture(side: str, years: Mapping[int, Side]) -> tuple[str | Promise, Sequence[charts.Pair], str]:
    """One side's requests by year and what of them was completed, with the same in words."""
    values = [(year_words(year), requests.sent, requests.completed) for year, requests in years.items()]
    said = "; ".join(f"{label}: {sent:,} / {completed:,}" for label, sent, completed in values)
    return SIDES[side], charts.pairs(values), said
