"""The register of promises over all cases: its one filter, its pages in the order of their days, and its sheet.

What is still owed is listed unless something else is asked for, in closed cases as in open ones.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils.functional import Promise as Words
from django.utils.translation import get_language, gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, ModelChoiceFilter

from agreements.addresses import Choice, address
from agreements.filters import ANY, StatefulFilter
from agreements.models import Partner
from cases.models import SOON, Promise
from cases.models.promises import PromiseQuerySet
from cases.promises import provision_of
from tracker.models import User

SIZE = 50
MOST_COUNTED = 1000
CHUNK = 2000
OVER, NEAR, UNDATED, ENDED = "over", "soon", "undated", "ended"
KEPT, WITHDRAWN, EVERY = "kept", "withdrawn", "all"
OPEN, CLOSED = "open", "closed"
COUNTED = "1"
AFTER, BEFORE, WITHOUT_DAY = "a", "b", "-"
_CURSOR = re.compile(r"([ab])(\d{4}-\d\d-\d\d|-)\.(\d{1,18})", re.ASCII)
VIEWS: tuple[tuple[Words, dict[str, str]], ...] = (
    (pgettext_lazy("promises", "Still owed"), {}),
    (pgettext_lazy("promises", "Overdue"), {"state": OVER}),
    (pgettext_lazy("promises", "Within 7 days"), {"state": NEAR}),
    # Translators: 我方保證
    (pgettext_lazy("promises", "Owed by us"), {"by": Promise.By.US.value}),
    # Translators: 對方保證
    (pgettext_lazy("promises", "Owed to us"), {"by": Promise.By.THEM.value}),
    (pgettext_lazy("promises", "In closed cases"), {"case": CLOSED}),
    (pgettext_lazy("promises", "Kept or released"), {"state": KEPT}),
)


class PromiseFilter(StatefulFilter):
    """Promises of registered cases that the reader may see, narrowed. Samples are listed, but not counted by default."""

    q = CharFilter(method="by_number", label=_("Case number"))
    kind = ChoiceFilter(choices=Promise.Kind.choices, label=_("Kind of promise"), empty_label=ANY)
    by = ChoiceFilter(choices=Promise.By.choices, field_name="given_by", label=_("Given by"), empty_label=ANY)
    state = ChoiceFilter(
        choices=[
            (OVER, pgettext_lazy("promises", "Overdue")),
            (NEAR, pgettext_lazy("promises", "Within 7 days")),
            (UNDATED, pgettext_lazy("promises", "Without a day")),
            # Translators: 期間屆滿
            (ENDED, pgettext_lazy("promises", "Term over")),
            (KEPT, pgettext_lazy("promises", "Kept or released")),
            (WITHDRAWN, pgettext_lazy("promises", "Withdrawn")),
            (EVERY, pgettext_lazy("promises", "All")),
        ],
        method="by_state",
        label=pgettext_lazy("filter", "State"),
        empty_label=pgettext_lazy("promises", "Still owed"),
    )
    case = ChoiceFilter(
        choices=[(OPEN, pgettext_lazy("cases", "Open")), (CLOSED, pgettext_lazy("cases", "Closed"))],
        method="by_case",
        label=_("State of the case"),
        empty_label=ANY,
    )
    partner = ModelChoiceFilter(
        queryset=Partner.objects.order_by("code"),
        to_field_name="code",
        field_name="case__partner",
        label=_("Partner"),
        empty_label=ANY,
    )
    samples = ChoiceFilter(
        choices=[(COUNTED, pgettext_lazy("samples", "counted too"))],
        method="by_samples",
        label=_("Samples"),
        empty_label=pgettext_lazy("samples", "listed, not counted"),
    )

    class Meta:
        model = Promise
        fields: list[str] = []

    def __init__(self, data: Mapping[str, str], *, reader: User, today: date, path: str = "") -> None:
        self.path, self.reader, self.today = path, reader, today
        visible = Promise.objects.visible_to(reader)
        super().__init__(data, visible)
        promising = Promise.objects.visible_to(reader).values("case__partner")
        self.filters["partner"].queryset = Partner.objects.filter(pk__in=promising).order_by("code")
        self.read()

    def filter_queryset(self, queryset: PromiseQuerySet) -> PromiseQuerySet:
        """Narrow as asked; what is still owed when nobody asked for anything else."""
        rows: PromiseQuerySet = super().filter_queryset(queryset)
        return rows if self.form.cleaned_data.get("state") else rows.owed(today=self.today)

    def said(self) -> dict[str, str]:
        """The filters that are on, for the history: codes, but no words that somebody typed."""
        read = {name: value for name, value in self.state.items() if self.form.cleaned_data.get(name)}
        return {"list": "promises"} | {name: "…" if name == "q" else value for name, value in read.items()}

    @property
    def counts_samples(self) -> bool:
        return self.data.get("samples") == COUNTED

    @property
    def count_samples(self) -> str:
        """This list with the samples counted too."""
        return self.address(samples=COUNTED)

    @property
    def counted(self) -> int:
        """How many rows there are, without samples unless they count; MOST_COUNTED + 1 stands for more."""
        rows = self.qs if self.counts_samples else self.qs.filter(case__partner__is_sample=False)
        return rows.order_by()[: MOST_COUNTED + 1].count()

    @property
    def asks_for_less(self) -> bool:
        """Whether any filter is on, so that an empty list may be the filters' doing."""
        return any(value for name, value in self.form.cleaned_data.items() if name != "samples")

    def by_number(self, rows: PromiseQuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(case__number__istartswith=value.strip())

    def by_state(self, rows: PromiseQuerySet, name: str, value: str) -> QuerySet:
        if value == OVER:
            return rows.overdue(today=self.today)
        if value == NEAR:
            return rows.owed(today=self.today).filter(
                due_on__range=(self.today, self.today + timedelta(days=SOON))
            )
        if value == UNDATED:
            return rows.standing().filter(due_on=None)
        if value == ENDED:
            return rows.ended(today=self.today)
        if value == KEPT:
            return rows.filter(released_on__isnull=False)
        return rows.filter(withdrawn_at__isnull=False) if value == WITHDRAWN else rows

    def by_case(self, rows: PromiseQuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(case__is_open=value == OPEN)

    def by_samples(self, rows: PromiseQuerySet, name: str, value: str) -> QuerySet:
        return rows


@dataclass(frozen=True, slots=True)
class Row:
    """One promise with the days to its day; None without one, or when it is not owed any more.

    ``is_over`` says that its term ended by itself.
    """

    promise: Promise
    days: int | None
    is_over: bool


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """Everything on the page of the register."""

    rows: Sequence[Row]
    views: Sequence[Choice]
    words: str
    previous: str
    next: str

    @property
    def has_samples(self) -> bool:
        return any(row.promise.case.partner and row.promise.case.partner.is_sample for row in self.rows)


def row_of(promise: Promise, today: date) -> Row:
    """The row of a promise as of today."""
    is_over = promise.is_over(today)
    is_running = promise.is_standing and not is_over
    days = (promise.due_on - today).days if promise.due_on and is_running else None
    return Row(promise, days, is_over)


def register_page(filtered: PromiseFilter, cursor: str) -> RegisterPage:
    """The page at the cursor, by day, those without one last. At most three queries, however many rows."""
    rows, previous, following = _page(filtered.qs, cursor, filtered.address)
    if cursor and not rows:
        rows, previous, following = _page(filtered.qs, "", filtered.address)
    on = {
        name: value
        for name, value in filtered.state.items()
        if name in filtered.filters and name != "samples"
    }
    return RegisterPage(
        rows=[row_of(promise, filtered.today) for promise in rows],
        views=[Choice(label, address(filtered.path, wanted), on == wanted) for label, wanted in VIEWS],
        words=_words(filtered.counted),
        previous=previous,
        next=following,
    )


def _words(number: int) -> str:
    if number > MOST_COUNTED:
        return gettext("more than %(number)s promises") % {"number": f"{MOST_COUNTED:,}"}
    return ngettext("%(number)s promise", "%(number)s promises", number) % {"number": number}


def _page(rows: PromiseQuerySet, cursor: str, link: Callable[..., str]) -> tuple[list[Promise], str, str]:
    """The promises at the cursor, and the addresses of the pages before and after ("" at an end)."""
    rows = rows.select_related("case__partner", "case__officer")
    way, day, key = _read(cursor) or ("", None, 0)
    found = _read_on(rows, way == BEFORE, day, key if way else None)
    is_longer, found = len(found) > SIZE, found[:SIZE]
    if way == BEFORE:
        found.reverse()
    if not found:
        return [], "", ""
    has_previous, has_next = (is_longer, True) if way == BEFORE else (bool(way), is_longer)
    return (
        found,
        link(page=_cursor(BEFORE, found[0])) if has_previous else "",
        link(page=_cursor(AFTER, found[-1])) if has_next else "",
    )


def _read_on(rows: PromiseQuerySet, backwards: bool, day: date | None, key: int | None) -> list[Promise]:
    """One more row than a page takes, from the place on; the dated ones stand before those without a day.

    Two queries at most: each part is read along its own index, so that a deep page costs what the first does.
    """
    sign, way = ("-", "lt") if backwards else ("", "gt")
    dated = rows.filter(due_on__isnull=False).order_by(f"{sign}due_on", f"{sign}id")
    undated = rows.filter(due_on=None).order_by(f"{sign}id")
    if key is not None and day is not None:
        beyond = Q((f"due_on__{way}", day)) | Q((f"id__{way}", key))
        dated = dated.filter(Q((f"due_on__{way}e", day)) & beyond)
    elif key is not None:
        undated = undated.filter(**{f"id__{way}": key})
    in_dated = key is None or day is not None
    parts = [dated, undated] if in_dated else [undated]
    if backwards:
        parts = [dated] if in_dated else [undated, dated]
    found: list[Promise] = []
    for part in parts:
        if len(found) <= SIZE:
            found += part[: SIZE + 1 - len(found)]
    return found


def _cursor(way: str, promise: Promise) -> str:
    return f"{way}{promise.due_on or WITHOUT_DAY}.{promise.pk}"


def _read(cursor: str) -> tuple[str, date | None, int] | None:
    found = _CURSOR.fullmatch(cursor)
    if found is None:
        return None
    try:
        return found[1], None if found[2] == WITHOUT_DAY else date.fromisoformat(found[2]), int(found[3])
    except ValueError:
        return None


HEADER = (
    _("Case number"),
    _("Partner code"),
    _("Partner"),
    _("Kind of promise"),
    _("Given by"),
    _("what is promised"),
    _("given on"),
    _("term counted from"),
    _("due on"),
    _("Provision"),
    _("released on"),
    _("how it was kept or released"),
    _("reason of withdrawal"),
    _("State of the case"),
    pgettext_lazy("column", "Sample"),
)


def header() -> list[str]:
    """The names of the columns in the reader's language."""
    return [str(name) for name in HEADER]


def sheet_rows(rows: PromiseQuerySet) -> Iterator[list[Any]]:
    """One row a promise, read in pieces; days are ISO. The words of codes are fetched before the first row.

    A download leaves after the request's language is gone.
    """
    name = "name_en" if (get_language() or "").startswith("en") else "name_zh"
    words: dict[str, dict[Any, str]] = {
        "kind": {kind.value: str(kind.label) for kind in Promise.Kind},
        "law": {kind.value: str(provision_of(kind)) for kind in Promise.Kind},
        "by": {by.value: str(by.label) for by in Promise.By},
        "case": {True: gettext("open"), False: gettext("closed")},
        "sample": {True: gettext("yes"), False: ""},
    }
    dated = rows.select_related("case__partner").order_by(F("due_on").asc(nulls_last=True), "id")
    return _rows(dated, name, words)


def _rows(rows: PromiseQuerySet, name: str, words: dict[str, dict[Any, str]]) -> Iterator[list[Any]]:
    for row in rows.iterator(chunk_size=CHUNK):
        partner = row.case.partner
        assert partner is not None  # noqa: S101 - a registered case has a partner
        yield [
            row.case.number,
            partner.code,
            getattr(partner, name),
            words["kind"][row.kind],
            words["by"][row.given_by],
            row.words,
            row.given_on,
            row.counted_from,
            row.due_on,
            words["law"][row.kind],
            row.released_on,
            row.released_reason,
            row.withdrawn_reason,
            words["case"][row.case.is_open],
            words["sample"][partner.is_sample],
        ]
