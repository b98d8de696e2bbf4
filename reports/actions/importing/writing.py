"""Writing what was planned: new figures in bulk, corrected ones withdrawn with the one reason, printed totals kept."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from reports.actions.figures import told
from reports.actions.importing.books import Books
from reports.actions.importing.planning import RowPlan
from reports.actions.importing.refusals import ImportRefused
from reports.actions.importing.totals import Total, totals_of
from reports.indicators import decimals
from reports.models import ControlTotal, Figure
from reports.models.series import Measure
from tracker.audit import Deed
from tracker.importing import ADD, CHANGE, Occasion

WITHDRAWN = ("withdrawn_at", "withdrawn_by", "withdrawn_reason")
PORTION = 500


@dataclass(slots=True)
class Writer:
    """One application of a batch. ``undo`` names the figure that each correction replaced, and the notes it changed."""

    occasion: Occasion
    books: Books
    deeds: list[Deed] = field(default_factory=list)
    undo: dict[str, dict[str, Any]] = field(default_factory=lambda: {"figures": {}, "notes": {}})
    numbers: dict[int, str] = field(default_factory=dict)

    def write(self, plans: Sequence[RowPlan]) -> None:
        """Write all plans of the file, then its printed totals.

        :raises ImportRefused: "stale" when the sums are not those that were shown.
        """
        totals = self._totals(plans)
        corrected = [plan.before for plan in plans if plan.outcome == CHANGE and plan.before]
        withdraw(corrected, self.occasion, self.occasion.reason)
        written = [plan for plan in plans if plan.outcome in (ADD, CHANGE)]
        insert([plan.after for plan in written if plan.after], self.occasion, is_imported=True)
        self._tell(written)
        self._keep(totals)

    def _totals(self, plans: Sequence[RowPlan]) -> list[Total]:
        shown = self.occasion.batch.plan["totals"]
        stated = {total["year"]: Decimal(total["stated"]) for total in shown if total["is_typed"]}
        totals = totals_of([plan.row for plan in plans], self.books, stated)
        if [total.kept for total in totals] != shown:
            raise ImportRefused("stale")
        return totals

    def _tell(self, plans: Sequence[RowPlan]) -> None:
        for plan in plans:
            before, after = plan.before, plan.after
            assert after is not None  # noqa: S101 - narrows the type
            details = whose(after) | {
                "now": told(after),
                "file": self.occasion.batch.file_name,
                "line": plan.row.line,
            }
            if before is None:
                self.deeds.append(Deed("figure.import", after, details))
            else:
                self.undo["figures"][str(after.pk)] = before.pk
                self.deeds.append(Deed("figure.import_correct", after, details | {"was": told(before)}))

    def _keep(self, totals: Iterable[Total]) -> None:
        """Keep the totals that the books lack; the note stays with each that the figures do not add up to."""
        new, note, batch = [], self.occasion.note, self.occasion.batch
        for total in totals:
            printed = self.books.printed.get(total.year)
            if printed is None:
                new.append(_printed(self.books, total, self.occasion))
            elif not total.adds_up and printed.note != note:
                self.undo["notes"][str(printed.pk)] = printed.note
                printed.note = note
                printed.save(update_fields=["note"])
                details = {"year": total.year, "file": batch.file_name}
                self.deeds.append(Deed("series.explain_total", self.books.series, details))
        ControlTotal.objects.bulk_create(new)
        if new:
            details = {"control_totals": len(new), "file": batch.file_name}
            self.deeds.append(Deed("series.totals", self.books.series, details))


def _printed(books: Books, total: Total, occasion: Occasion) -> ControlTotal:
    value = Decimal(total.stated)
    return ControlTotal(
        series=books.series,
        measure=Measure.TOTAL,
        year=total.year,
        value=value,
        precision=decimals(value),
        note="" if total.adds_up else occasion.note,
        batch=occasion.batch,
    )


def withdraw(figures: Sequence[Figure], occasion: Occasion, reason: str) -> None:
    """Withdraw figures that stand, all with the same reason."""
    for figure in figures:
        figure.withdrawn_at, figure.withdrawn_by = occasion.now, occasion.by
        figure.withdrawn_reason = reason
    Figure.objects.bulk_update(figures, WITHDRAWN, batch_size=PORTION)


def insert(figures: Sequence[Figure], occasion: Occasion, *, is_imported: bool) -> None:
    """Add figures as of the occasion, with its batch when they come from the file itself."""
    for figure in figures:
        figure.recorded_at, figure.recorded_by = occasion.now, occasion.by
        figure.batch = occasion.batch if is_imported else None
    Figure.objects.bulk_create(figures, batch_size=PORTION)


def whose(figure: Figure) -> dict[str, object]:
    """Whose figure of which year, as the audit trail names it."""
    return {"whose": figure.partner_code or figure.remainder, "year": figure.year}
