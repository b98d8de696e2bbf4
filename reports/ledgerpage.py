"""What the pages of the reciprocity ledger show, ready for templates."""

from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from agreements.marks import year_words
from agreements.models import Partner
from cases.models import Case
from cases.rules import may_read_cases
from reports import charts
from reports.asked import query_of
from reports.casework.counting import Span
from reports.catalogue import REPORTS, Parameters, Row
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
from reports.catalogue.told import told_cells
from reports.reciprocity import Balance, Order, Side, ordered, sentence, together
from reports.rights import reads_exactly
from reports.suppression import NOTE, WITHHELD, told_words
from reports.written import WrittenCell, WrittenReport, cell_text, write
from tracker.models import User

COLUMNS = LEDGER[2:]
"""The figures of one side."""
MOST_IN_PANEL = 2_000
"""So many cases with a partner are counted for its page."""


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
    note: str = ""


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
    note: str = ""


def ledger_page(asked: Parameters, order: Order, *, reader: User) -> LedgerPage:
    """Every partner with whom there were requests within the span, as far as the reader may see them. Three queries.

    Who may not open them all is told numbers in fives, and of no partner of whom none is told; the order is that of codes.
    """
    found, is_exact = balances_of(asked, reader), reads_exactly(reader)
    partners = {partner.code: partner for partner in Partner.objects.filter(code__in=found)}
    query, span = query_of(asked), lists.span_of(asked)
    rows = [
        LedgerRow(
            name=partners[code].name,
            sides=sides,
            sentence=sentence_for(found[code], code, is_exact=is_exact),
            url=f"{reverse('reports:reciprocity_of', args=[code])}?{query}",
            is_sample=partners[code].is_sample,
            apart=_points(found[code].imbalance) if is_exact else "",
        )
        for code in (ordered(found, order) if is_exact else sorted(found))
        if (sides := _sides(asked, code, found[code], span, "" if is_exact else "S09"))
    ]
    told = "" if is_exact else "S09"
    whole = LedgerRow(
        str(_("All partners")), _sides(asked, "", together(found.values()), span, told, keep=True)
    )
    return LedgerPage(_heads(), rows, whole, span, query, _note(is_exact))


def partner_ledger(partner: Partner, asked: Parameters, *, reader: User) -> PartnerLedger:
    """One partner's ledger, year by year. Four queries."""
    asked, span = replace(asked, partner=partner.code), lists.span_of(asked)
    by_year, is_exact = years_of(asked, reader, span), reads_exactly(reader)
    every = together(by_year.values())
    form = write(REPORTS["S08"].run(asked, reader=reader))
    pictures = [_picture(OURS, {year: by_year[year].ours for year in span.years}),
                _picture(THEIRS, {year: by_year[year].theirs for year in span.years})]  # fmt: skip
    told = "" if is_exact else "S09"
    years = [
        _year(asked, partner, year, by_year[year], span, is_exact=is_exact) for year in reversed(span.years)
    ]
    return PartnerLedger(
        sentence=sentence_for(every, partner.code, is_exact=is_exact),
        heads=_heads(),
        whole=LedgerRow(partner.name, _sides(asked, partner.code, every, span, told, keep=True)),
        years=[year for year in years if year.sides],
        pictures=pictures if is_exact else [],
        form=form,
        span=span,
        query=query_of(asked),
        note=_note(is_exact),
    )


def sentence_for(balance: Balance, partner: str, *, is_exact: bool) -> str:
    """What each side did for the other; who may not open them all is told how many requests there were at least (AZ-13)."""
    if is_exact:
        return sentence(balance)
    sides = {"ours": (OURS, balance.ours.sent), "theirs": (THEIRS, balance.theirs.sent)}
    words = {name: told_words(sent, ("S09", partner, side, "sent")) for name, (side, sent) in sides.items()}
    return gettext("Requests of ours: %(ours)s; of theirs: %(theirs)s.") % words


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
    is_exact = reads_exactly(reader)
    # None at all is not told either to who is told in fives.
    said = sentence_for(found, partner.code, is_exact=is_exact) if found.number or not is_exact else ""
    told = {
        "sentence": said,
        "url": url,
        "span": lists.span_of(asked),
        "is_long": is_long,
        "note": _note(is_exact),
    }
    # Translators: 互惠情形
    return _("Reciprocity"), "reports/reciprocity_panel.html", told


def _heads() -> Sequence[WrittenCell]:
    return [WrittenCell(str(column.heading), column.is_number) for column in COLUMNS]


def _note(is_exact: bool) -> str:
    return "" if is_exact else str(NOTE)


def _year(
    asked: Parameters, partner: Partner, year: int, balance: Balance, span: Span, *, is_exact: bool
) -> LedgerRow:
    within, told = Span(*span.part(year)), "" if is_exact else f"S09 {year}"
    return LedgerRow(year_words(year), _sides(asked, partner.code, balance, within, told))


def _sides(
    asked: Parameters, partner: str, balance: Balance, span: Span, told: str, *, keep: bool = False
) -> Sequence[SideRow]:
    """Both sides; ``told`` is "" for exact numbers, else under which name they are told in fives (AZ-13).

    Then there are no sides where no number is told, but with ``keep``.
    """
    sides = ((OURS, balance.ours), (THEIRS, balance.theirs))
    if not told:
        return [SideRow(SIDES[side], _cells(asked, partner, side, found, span)) for side, found in sides]
    rows = [
        (side, *told_cells(told, LEDGER, (partner or "total", side, *side_cells(found))))
        for side, found in sides
    ]
    if not keep and all(row[2:9] == (None,) * 7 for _side, row, _hidden in rows):
        return []
    return [SideRow(SIDES[side], _told(row, hidden)) for side, row, hidden in rows]


def _told(row: Row, hidden: Container[str]) -> Sequence[WrittenCell]:
    """The cells as they are told; they lead to no list, which would tell the number."""
    return [
        WrittenCell(str(WITHHELD) if column.code in hidden else cell_text(cell, column, {}), column.is_number)
        for column, cell in zip(COLUMNS, row[2:], strict=True)
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
