"""What the pages of an import show: the batches that a reader may see, and one check with its rows, page by page.

For the import of the register, and for that of any app above with a kind of batch and columns of its own.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import CharFilter, ChoiceFilter

from agreements.addresses import Choice, address
from agreements.filters import ANY, StatefulFilter
from agreements.paging import Paging, paging
from tracker.importing import OUTCOME_WORDS, OUTCOMES, REFUSE, Checked, CheckedRow, Column, allowed_in
from tracker.models import ImportBatch, User

ROWS, BATCHES = 100, 50


def batches_seen_by(reader: User, kind: str) -> QuerySet[ImportBatch]:
    """The imports of this kind that a reader may look into."""
    return ImportBatch.objects.visible_to(reader).filter(kind=kind).select_related("created_by")


class BatchFilter(StatefulFilter):
    """The filter of a list of imports: by file name and by what became of them. Their plans are not fetched."""

    q = CharFilter(field_name="file_name", lookup_expr="icontains", label=_("File name"))
    state = ChoiceFilter(
        choices=ImportBatch.State.choices, label=pgettext_lazy("filter", "State"), empty_label=ANY
    )

    class Meta:
        model = ImportBatch
        fields: list[str] = []

    def __init__(self, data: Mapping[str, str], *, reader: User, kind: str, path: str) -> None:
        self.path = path
        super().__init__(data, batches_seen_by(reader, kind).defer("plan"))
        self.read()


@dataclass(frozen=True, slots=True)
class BatchList:
    """One page of the imports."""

    rows: Sequence[ImportBatch]
    paging: Paging


def batch_list(filtered: BatchFilter) -> BatchList:
    """Two queries."""
    page = paging(filtered.address, filtered.data.get("page", ""), filtered.qs.count(), BATCHES)
    return BatchList(filtered.qs[page.begin : page.end], page)


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """One accepted column as the page lists it."""

    column: Column
    allowed: list[tuple[str, str]]


def column_rows(columns: Iterable[Column]) -> list[ColumnRow]:
    return [ColumnRow(column, allowed_in(column)) for column in columns]


@dataclass(frozen=True, slots=True)
class OutcomeLink:
    """How many rows have an outcome, and the address that shows them; ``outcome`` "" is all rows."""

    outcome: str
    number: int
    choice: Choice


@dataclass(frozen=True, slots=True)
class CheckPage:
    """A batch with its check: how many rows of each outcome, the totals, one page of rows, what may be done."""

    batch: ImportBatch
    checked: Checked
    outcome: str
    links: list[OutcomeLink]
    rows: list[CheckedRow]
    paging: Paging
    may_apply: bool
    may_undo: bool
    refused_url: str

    @property
    def counts(self) -> dict[str, int]:
        return self.checked.counts

    @property
    def note(self) -> str:
        """Why the file does not add up, once that was said."""
        return self.batch.plan.get("note", "")

    @property
    def applied_by(self) -> str:
        return self.batch.plan.get("applied_by", "")


def check_page(
    batch: ImportBatch,
    checked: Checked,
    in_words: Callable[[Iterable[dict[str, Any]]], list[CheckedRow]],
    state: Mapping[str, str],
    *,
    may_undo: bool,
    path: str,
) -> CheckPage:
    """The page of a batch. With refused rows and no outcome asked for, those come first."""
    asked = state.get("outcome", "")
    outcome = asked if asked in (*OUTCOMES, "all") else REFUSE if checked.has_errors else "all"
    rows = [row for row in checked.rows if outcome in ("all", row["outcome"])]

    def this(**changes: Any) -> str:
        return address(path, state, **changes)

    page = paging(this, state.get("page", ""), len(rows), ROWS)
    is_planned = batch.state == ImportBatch.State.PLANNED
    return CheckPage(
        batch=batch,
        checked=checked,
        outcome=outcome,
        links=[
            OutcomeLink(name, number, Choice(words, this(outcome=name), name == outcome))
            for name, number, words in _outcomes(checked)
        ],
        rows=in_words(rows[page.begin : page.end]),
        paging=page,
        may_apply=is_planned and checked.has_work and not checked.has_errors,
        may_undo=may_undo and batch.state == ImportBatch.State.APPLIED,
        refused_url=this(outcome=REFUSE),
    )


def _outcomes(checked: Checked) -> list[tuple[str, int, str | Promise]]:
    every = [("all", len(checked.rows), pgettext_lazy("outcome of a row", "All rows"))]
    return [*every, *((name, checked.counts[name], OUTCOME_WORDS[name]) for name in OUTCOMES)]
