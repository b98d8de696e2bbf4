"""The one filter behind the list of cases, its counts and its links."""

from collections.abc import Mapping
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import CharFilter, ChoiceFilter, ModelChoiceFilter

from agreements.filters import ANY, StatefulFilter
from agreements.models import Partner
from cases.lifecycle import Basis, Direction, Holder, Kind, State
from cases.models import Case, CaseQuerySet
from tracker.models import User

ME, NOBODY = "me", "nobody"
OVER, NEAR = "over", "soon"
OPEN, CLOSED = "open", "closed"
COUNTED = "1"
MOST_COUNTED = 1000


class CaseFilter(StatefulFilter):
    """Registered cases that the reader may see, narrowed. Fictional samples are listed but not counted by default."""

    q = CharFilter(method="by_words", label=_("Number, reference or subject"))
    direction = ChoiceFilter(choices=Direction.choices, label=_("Direction"), empty_label=ANY)
    partner = ModelChoiceFilter(
        queryset=Partner.objects.none(), to_field_name="code", label=_("Partner"), empty_label=ANY
    )
    kind = ChoiceFilter(choices=Kind.choices, label=_("Kind of case"), empty_label=ANY)
    basis = ChoiceFilter(choices=Basis.choices, label=_("Legal basis"), empty_label=ANY)
    state = ChoiceFilter(
        choices=[
            (OPEN, pgettext_lazy("cases", "Open")),
            (CLOSED, pgettext_lazy("cases", "Closed")),
            *((state.value, f"{state.value} {state.label}") for state in State),
        ],
        method="by_state",
        label=pgettext_lazy("filter", "State"),
        empty_label=ANY,
    )
    holder = ChoiceFilter(choices=Holder.choices, label=_("In hand with"), empty_label=ANY)
    officer = ChoiceFilter(
        choices=[(ME, pgettext_lazy("officer", "Me")), (NOBODY, pgettext_lazy("officer", "Nobody"))],
        method="by_officer",
        label=_("Officer"),
        empty_label=ANY,
    )
    due = ChoiceFilter(
        choices=[(OVER, _("Overdue")), (NEAR, _("Within 7 days"))],
        method="by_deadline",
        label=_("Deadline"),
        empty_label=ANY,
    )
    samples = ChoiceFilter(
        choices=[(COUNTED, pgettext_lazy("samples", "counted too"))],
        method="by_samples",
        label=_("Samples"),
        empty_label=pgettext_lazy("samples", "listed, not counted"),
    )

    class Meta:
        model = Case
        fields: list[str] = []

    def __init__(self, data: Mapping[str, str], *, reader: User, today: date, path: str = "") -> None:
        self.path, self.reader, self.today = path, reader, today
        visible = Case.objects.registered().visible_to(reader)
        super().__init__(data, visible)
        with_cases = visible.filter(partner=OuterRef("pk"))
        self.filters["partner"].queryset = Partner.objects.filter(Exists(with_cases)).order_by("code")
        self.read()

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
        rows: CaseQuerySet = self.qs if self.counts_samples else self.qs.real()
        return rows.order_by()[: MOST_COUNTED + 1].count()

    @property
    def asks_for_less(self) -> bool:
        """Whether any filter is on, so that an empty list may be the filters' doing."""
        return any(value for name, value in self.form.cleaned_data.items() if name != "samples")

    def by_words(self, rows: CaseQuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(
            Q(number__istartswith=value)
            | Q(partner_reference__icontains=value)
            | Q(office_reference__icontains=value)
            | Q(subject__icontains=value)
        )

    def by_state(self, rows: CaseQuerySet, name: str, value: str) -> QuerySet:
        if value in (OPEN, CLOSED):
            return rows.open() if value == OPEN else rows.closed()
        return rows.filter(state=value)

    def by_officer(self, rows: CaseQuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(officer=self.reader) if value == ME else rows.unassigned()

    def by_deadline(self, rows: CaseQuerySet, name: str, value: str) -> QuerySet:
        return rows.overdue(today=self.today) if value == OVER else rows.due_soon(today=self.today)

    def by_samples(self, rows: CaseQuerySet, name: str, value: str) -> QuerySet:
        return rows
