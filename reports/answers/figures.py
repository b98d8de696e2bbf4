"""The figures that the audit report names, computed again: what it stated, what the register says, and where the rows are."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext

from agreements.figures import Compared, counted, figures_of
from agreements.models.figures import measure_words
from reports.alongside import behind
from reports.blocks import bracketed, labelled
from reports.catalogue import REPORTS, Parameters, Report
from reports.catalogue.priorities import CODE as RANKING
from reports.models import ControlTotal
from reports.written import plain_cell, write
from tracker.models import User

ROWS_OF_AGREEMENTS = "agreements.csv"
type Number = int | float | Decimal | None


@dataclass(frozen=True, slots=True)
class Line:
    """One figure: what it counts, as stated (None: not stated), as computed (None: unknown), and the file of its rows."""

    label: str
    stated: Number
    computed: Number
    rows: str

    @property
    def difference(self) -> Number:
        """Computed less stated; None where either is not known."""
        if self.stated is None or self.computed is None:
            return None
        return float(self.computed) - float(self.stated)


def figures_of_paragraph(parameters: Parameters, reader: User | None) -> list[Line]:
    """Agreements and partners, help-seekers, drugs, and the partners at issue, in the order of the report."""
    return [*_agreements(parameters, reader), *_tables(parameters, reader), *_gap(parameters, reader)]


def _agreements(parameters: Parameters, reader: User | None) -> Iterator[Line]:
    rows = counted(reader, with_samples=parameters.with_samples)
    found = figures_of(rows, parameters.as_of, parameters.known_on)
    named: Compared
    for named in found.stated:
        if named.stated.as_of != parameters.as_of:
            continue
        what = measure_words(named.stated.measure)
        texts = gettext("%(what)s: texts") % {"what": what}
        partners = gettext("%(what)s: countries (areas)") % {"what": what}
        yield Line(texts, named.stated.agreements, named.agreements, ROWS_OF_AGREEMENTS)
        yield Line(partners, named.stated.partners, named.partners, ROWS_OF_AGREEMENTS)
    if not any(named.stated.as_of == parameters.as_of for named in found.stated):
        yield Line(gettext("Agreements signed: texts"), None, found.signed_agreements, ROWS_OF_AGREEMENTS)
        yield Line(
            gettext("Agreements signed: countries (areas)"), None, found.signed_partners, ROWS_OF_AGREEMENTS
        )


def _tables(parameters: Parameters, reader: User | None) -> Iterator[Line]:
    for report in behind(RANKING, parameters, reader=reader):
        yield from _totals(report)


def _totals(report: Report) -> Iterator[Line]:
    """The totals of a table beside those that its source printed; a total that was not printed stands alone."""
    printed = _printed(report)
    for column, cell in zip(report.columns[1:], report.totals[1:], strict=True):
        label = _label(report, str(column.heading))
        code = "" if column.code == "total" else column.code
        value = plain_cell(cell)
        yield Line(
            label, printed.get(code), value if not isinstance(value, str) else None, f"{report.code}.csv"
        )
    if report.remainder:
        rest = plain_cell(report.remainder[-1])
        label = _label(report, gettext("Others, not listed"))
        yield Line(label, None, rest if not isinstance(rest, str) else None, f"{report.code}.csv")


def _label(report: Report, heading: str) -> str:
    return bracketed(labelled(str(report.title), heading), str(report.unit))


def _printed(report: Report) -> Mapping[str, Decimal]:
    """The printed totals of all years by partner code, where the table shows just those years."""
    if not any(check.name == "total" for check in report.checks):
        return {}
    series = {"T4": "help_seeking", "T5": "drug_seizures"}[report.code]
    rows = ControlTotal.objects.filter(series__code=series, measure="total", year=None)
    return {row.partner_code: row.value for row in rows.select_related("partner")}


def _gap(parameters: Parameters, reader: User | None) -> Iterator[Line]:
    """The score of every ranked partner, with the group in which it stands."""
    written = write(REPORTS[RANKING].run(parameters, reader=reader))
    at = {column.code: place for place, column in enumerate(written.report.columns)}
    for row, line in zip(written.report.rows, written.lines, strict=True):
        score = plain_cell(row[at["score"]])
        if score is not None and not isinstance(score, str):
            named = bracketed(line[at["partner"]].text, line[at["group"]].text)
            yield Line(gettext("%(partner)s: score") % {"partner": named}, None, score, f"{RANKING}.csv")
