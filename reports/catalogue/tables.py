"""The two tables of the audit report, recomputed from the loaded figures: T4 (help-seekers) and T5 (drugs seized)."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from reports import indicators, queries
from reports.catalogue.register import Entry, Group, Maker, NotLoaded
from reports.catalogue.shape import Cell, Check, Column, Kind, Note, Parameters, Report, Row, Words
from reports.figurewords import check_words, remainder_words
from reports.models import ControlTotal, Series
from reports.models.series import Measure
from tracker.models import User
from tracker.rocdate import roc_year


def _audit_table(series: str, length: int) -> Maker:
    """A table of the audit report: a row a year, its total first, then the countries that the source names."""

    def make(entry: Entry, parameters: Parameters, reader: User | None) -> Report:
        found = Series.objects.filter(code=series).first()
        if found is None:
            raise NotLoaded(series)
        table = queries.table(
            found,
            parameters.as_of,
            length,
            with_samples=parameters.with_samples,
            known_on=parameters.known_on,
        )
        return report_of(table, entry.code, entry.title, parameters)

    return make


def report_of(table: queries.Table, code: str, title: Words, parameters: Parameters) -> Report:
    """The figures of a series as a report: a row a year, its total first, then its partners, then what names none."""
    rows = tuple(_row(table, year) for year in table.years)
    totals: Row = ("total", *_added([row[1:] for row in rows], len(table.partners) + 1))
    remainder = _remainder(table)
    return Report(
        code=code,
        title=title,
        parameters=parameters,
        columns=_columns(table),
        rows=rows,
        totals=totals,
        remainder=remainder,
        unit=table.series.get_unit_display(),
        checks=(*_printed(table), *_remaining(totals, remainder)),
        notes=_notes(table),
        sources=(table.series.source,),
    )


def _columns(table: queries.Table) -> tuple[Column, ...]:
    digits = 1 if table.series.unit == "kilograms" else 0
    amounts: list[tuple[str, Words]] = [("total", pgettext_lazy("column", "Total"))]
    amounts += [(partner.code, partner.name) for partner in table.partners]
    return (
        Column("roc_year", pgettext_lazy("column", "Year"), Kind.ROC_YEAR),
        *(Column(code, heading, Kind.NUMBER, decimals=digits) for code, heading in amounts),
    )


def _row(table: queries.Table, year: int) -> Row:
    figures = [figure for figure in table.figures if figure.year == year]
    by_partner = {figure.partner_id: figure.value for figure in figures if figure.partner_id}
    total = sum((figure.value for figure in figures), Decimal(0)) if figures else None
    return (roc_year(year), total, *(by_partner.get(partner.pk) for partner in table.partners))


def _notes(table: queries.Table) -> tuple[Note, ...]:
    """What must be known of the outliers, one in the remainder under the column "remainder"; and why totals do not add up."""
    outliers = tuple(
        Note(
            figure.note,
            row=str(roc_year(figure.year)),
            column=figure.partner_code or "remainder",
            language="zh-Hant",
        )
        for figure in table.figures
        if figure.is_outlier
    )
    explained = tuple(
        Note(total.note, row=str(roc_year(total.year)), column="total")
        for total, check in compared(table)
        if total.note and total.year and total.measure == Measure.TOTAL and not total.partner and not check.ok
    )
    return outliers + explained


def compared(table: queries.Table) -> list[tuple[ControlTotal, indicators.Check]]:
    """The printed totals and changes of the years shown; a total of all years only when all of them are shown."""
    years = set(table.years)
    is_whole = {total.year for total in table.control_totals if total.year} <= years
    comparable = [t for t in table.control_totals if (is_whole if t.year is None else t.year in years)]
    found = indicators.compare((*table.earlier, *table.figures), comparable)
    return list(zip(comparable, found, strict=True))


def _printed(table: queries.Table) -> list[Check]:
    return [
        Check(check.name, check.ok, check.detail, check_words(total, check))
        for total, check in compared(table)
    ]


def _remaining(totals: Sequence[Cell], remainder: Row) -> list[Check]:
    """What is in the total and in no column must be exactly what is stored without a country."""
    numbers = [cell for cell in totals[1:] if isinstance(cell, Decimal)]
    if len(numbers) != len(totals) - 1 or not remainder or not isinstance(remainder[-1], Decimal):
        return []
    unnamed = indicators.plain(numbers[0] - sum(numbers[1:], Decimal(0)))
    found = indicators.Check("remainder", unnamed, indicators.plain(remainder[-1]))
    return [Check(found.name, found.ok, found.detail, remainder_words(found))]


def _remainder(table: queries.Table) -> Row:
    by_year: dict[int, Decimal] = {}
    for figure in table.figures:
        if figure.partner_id is None:
            by_year[figure.year] = by_year.get(figure.year, Decimal(0)) + figure.value
    column = [by_year.get(year) for year in table.years]
    return (*column, *_added([(value,) for value in column], 1))


def _added(rows: Sequence[Row], width: int) -> list[Decimal | None]:
    """Column sums; unknown when any year of the column is unknown, since a gap is not a zero."""
    sums: list[Decimal | None] = []
    for place in range(width):
        column = [row[place] for row in rows]
        known = [cell for cell in column if isinstance(cell, Decimal)]
        sums.append(sum(known, Decimal(0)) if column and len(known) == len(column) else None)
    return sums


ENTRIES = (
    Entry(
        "T4",
        # Translators: title of the audit report's table 4: 國人遭誘騙落入海外工作陷阱求助情形
        _("Nationals lured into overseas job scams who asked for help"),
        # Translators: 求助人次
        _("Person-times a year, in all and for each country that the source names."),
        Group.AUDIT,
        _audit_table(indicators.HELP_SEEKING, queries.HELP_YEARS),
        takes=frozenset({"known_on"}),
    ),
    Entry(
        "T5",
        # Translators: title of the audit report's table 5: 國內毒品查獲量—按毒品主要來源地區分
        _("Drugs seized at home, by main area of origin"),
        _("Kilograms a year, in all and for each area that the source names."),
        Group.AUDIT,
        _audit_table(indicators.DRUG_SEIZURES, queries.DRUG_YEARS),
        takes=frozenset({"known_on"}),
    ),
)
