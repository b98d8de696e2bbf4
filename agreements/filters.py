"""What the lists of the register are narrowed to: the day, what was known, and filters whose state is in the address."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import get_language, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django_filters import CharFilter, ChoiceFilter, FilterSet, ModelChoiceFilter

from agreements.addresses import PAGE, Choice, address
from agreements.counting import COUNTED
from agreements.lifecycle import Nature, Phase, Track
from agreements.memberships import members
from agreements.models import Agreement, AgreementSubject, Partner, PartnerGroup, RunningClock, Subject
from agreements.models.asof import AgreementQuerySet
from agreements.outline import Outline, outline
from tracker.fields import PartialDateFormField
from tracker.models import User
from tracker.rocdate import roc_year

SAMPLES_COUNTED, SAMPLES_HIDDEN = "1", "0"
UNRECORDED = "unrecorded"
OVERDUE = "overdue"
ANY = pgettext_lazy("filter", "All")


class AsOfForm(forms.Form):
    """As of which day, and as the register knew it on which; a month or a year stands for its last day."""

    as_of = PartialDateFormField(label=_("As of"), required=False)
    known_on = PartialDateFormField(label=_("As the register knew it on"), required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_as_of(self) -> date | None:
        return self.cleaned_data["as_of"].last

    def clean_known_on(self) -> date | None:
        day = self.cleaned_data["known_on"].last
        if day is not None and day > self.today:
            raise ValidationError(_("That day has not come yet. Write today or an earlier day."))
        return day


@dataclass(frozen=True, slots=True)
class AsOf:
    """The day a page looks at, and what was known. What cannot be read counts as not asked; the form says so."""

    day: date
    known_on: date | None
    today: date
    form: AsOfForm
    state: Mapping[str, str]

    @property
    def is_now(self) -> bool:
        """Today, as known today: only then do deadlines and "stalled" mean anything."""
        return self.day == self.today and self.known_on is None

    @property
    def presets(self) -> list[Choice]:
        """Today, the end of last year, the end of the year before."""
        ends = [date(self.today.year - back, 12, 31) for back in (1, 2)]
        links = [Choice(_("Today"), address("", self.state, as_of="") or "?", self.day == self.today)]
        return links + [
            Choice(_end_of(end.year), address("", self.state, as_of=end.isoformat()), self.day == end)
            for end in ends
        ]

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What else the address says, for the hidden inputs of the control."""
        return [
            (name, value)
            for name, value in self.state.items()
            if name not in (*self.form.fields, PAGE) and value
        ]

    @property
    def known_now_url(self) -> str:
        """The same page as known today."""
        return address("", self.state, known_on="") or "?"


def _end_of(year: int) -> str:
    is_chinese = (get_language() or "").startswith("zh")
    # Translators: an as-of day; in Chinese the year is that of the Republic: %(year)s 年底
    return pgettext("as of", "End of %(year)s") % {"year": roc_year(year) if is_chinese else year}


def read_as_of(state: Mapping[str, str], *, today: date) -> AsOf:
    """What the address says about the day; today, as known today, when it says nothing or nothing readable."""
    form = AsOfForm(state, today=today)
    form.is_valid()
    day, known_on = (form.cleaned_data.get(name) for name in ("as_of", "known_on"))
    return AsOf(day or today, known_on, today, form, dict(state.items()))


class SpanForm(forms.Form):
    """Two days to compare; a month or a year stands for its last day."""

    field_order = ("from", "to")
    to = PartialDateFormField(label=pgettext_lazy("span", "To"), required=False)

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["from"] = PartialDateFormField(label=pgettext_lazy("span", "From"), required=False)
        self.order_fields(self.field_order)

    def clean(self) -> dict[str, Any]:
        """Fill in what was not asked: from the end of last year to today."""
        chosen = super().clean() or {}
        first = chosen["from"].last if chosen.get("from") else None
        last = chosen["to"].last if chosen.get("to") else None
        first, last = first or date(self.today.year - 1, 12, 31), last or self.today
        if not self.errors and first > last:
            raise ValidationError(_("The first day comes after the second. Exchange them."))
        return {"from": first, "to": last}


class StatefulFilter(FilterSet):
    """A filter whose chosen values can be said in words and taken off one by one."""

    path = ""

    def read(self) -> None:
        """Read the address once; a value that does not exist is told by the form and narrows nothing."""
        self.is_bound = True
        self.form.is_valid()

    @property
    def state(self) -> dict[str, str]:
        return {name: value for name, value in self.data.items() if value}

    @property
    def chips(self) -> list[Choice]:
        """Each chosen filter in words, with the address of the list without it."""
        chosen = {name: value for name, value in self.form.cleaned_data.items() if value}
        return [
            Choice(f"{self.form.fields[name].label}: {self._words(name, value)}", self.address(**{name: ""}))
            for name, value in chosen.items()
        ]

    def _words(self, name: str, value: Any) -> str:
        choices = getattr(self.filters[name], "extra", {}).get("choices", ())
        return str(dict(choices() if callable(choices) else choices).get(value, value))

    def address(self, **changes: object) -> str:
        """This list with some of its state changed."""
        return address(self.path, self.state, **changes)

    @property
    def cleared(self) -> str:
        """This list without any filter; the day and the view stay."""
        return self.address(**dict.fromkeys(self.filters, ""))

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What else the address says, for the hidden inputs of the filter form."""
        return [(name, value) for name, value in self.state.items() if name not in (*self.filters, PAGE)]


class AgreementFilter(StatefulFilter):
    """The one filter behind the board, the table, the map, their counts and the export.

    Rows are what the reader may see, as of the day. Fictional samples are listed but not counted, unless the
    switch counts or hides them.
    """

    q = CharFilter(method="by_words", label=_("Title or number"))
    subject = ChoiceFilter(
        choices=Subject.choices,
        method="by_subject",
        label=pgettext_lazy("filter", "Subject"),
        empty_label=ANY,
    )
    region = ChoiceFilter(
        choices=Partner.Region.choices, field_name="partner__region", label=_("Region"), empty_label=ANY
    )
    partner = ModelChoiceFilter(
        queryset=Partner.objects.none(),
        to_field_name="code",
        method="by_partner",
        label=_("Partner"),
        empty_label=ANY,
    )
    group = ModelChoiceFilter(
        queryset=PartnerGroup.objects.all(),
        to_field_name="code",
        method="by_group",
        label=_("Policy group"),
        empty_label=ANY,
    )
    phase = ChoiceFilter(
        choices=Phase.choices,
        field_name="phase_then",
        label=pgettext_lazy("filter", "Phase"),
        empty_label=ANY,
    )
    nature = ChoiceFilter(
        choices=[*Nature.choices, (UNRECORDED, _("Not recorded"))],
        method="by_nature",
        label=pgettext_lazy("filter", "Nature"),
        empty_label=ANY,
    )
    track = ChoiceFilter(choices=Track.choices, label=pgettext_lazy("filter", "Track"), empty_label=ANY)
    counted = ChoiceFilter(
        choices=[(name, rows.label) for name, rows in COUNTED.items()],
        method="by_count",
        label=pgettext_lazy("filter", "Counted as"),
        empty_label=ANY,
    )
    pressing = ChoiceFilter(
        choices=[(OVERDUE, _("A period ran out"))],
        method="by_pressing",
        label=pgettext_lazy("filter", "Pressing today"),
        empty_label=ANY,
    )
    samples = ChoiceFilter(
        choices=[
            (SAMPLES_COUNTED, pgettext_lazy("samples", "counted too")),
            (SAMPLES_HIDDEN, pgettext_lazy("samples", "left out")),
        ],
        method="by_samples",
        label=_("Samples"),
        empty_label=pgettext_lazy("samples", "listed, not counted"),
    )

    USUAL = ("q", "subject", "region", "partner", "phase")

    class Meta:
        model = Agreement
        fields: list[str] = []

    def __init__(self, data: Mapping[str, str], *, reader: User, today: date, path: str = "") -> None:
        self.as_of = read_as_of(data, today=today)
        self.path = path
        visible = Agreement.objects.visible_to(reader)
        super().__init__(data, visible.as_of(self.as_of.day, self.as_of.known_on))
        self.filters["partner"].queryset = with_agreements(visible).order_by("code")
        self.read()

    @property
    def counts_samples(self) -> bool:
        return self.data.get("samples") == SAMPLES_COUNTED

    @property
    def counted_rows(self) -> AgreementQuerySet:
        """The rows that numbers count: without the samples, unless the switch is on."""
        return self.qs if self.counts_samples else self.qs.real()

    @property
    def whole(self) -> "AgreementQuerySet":
        """The rows that the figures above the list count: of the whole register as of the day, not narrowed."""
        return self.queryset if self.counts_samples else self.queryset.real()

    @cached_property
    def outline(self) -> Outline:
        """Every row that is left, in outline. One query."""
        return outline(self.qs, with_samples=self.counts_samples)

    def whole_rows(self, keys: Iterable[int]) -> AgreementQuerySet:
        """These rows of the outline whole, as of the day."""
        return self.queryset.filter(pk__in=list(keys)).with_rows()

    @property
    def count_samples(self) -> str:
        """This list with the samples counted too."""
        return self.address(samples=SAMPLES_COUNTED)

    @property
    def usual_fields(self) -> list[forms.BoundField]:
        """The filters that are always in view."""
        return [self.form[name] for name in self.USUAL]

    @property
    def rare_fields(self) -> list[forms.BoundField]:
        """The filters behind "more"."""
        return [self.form[name] for name in self.filters if name not in self.USUAL]

    @property
    def uses_rare(self) -> bool:
        return any(self.data.get(name) for name in self.filters if name not in self.USUAL)

    @property
    def asks_for_less(self) -> bool:
        """Whether any filter is on, so that an empty list may be the filters' doing."""
        return any(value for name, value in self.form.cleaned_data.items() if name != "samples")

    def by_words(self, rows: AgreementQuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(
            Q(title_zh__icontains=value) | Q(title_en__icontains=value) | Q(number__iexact=value)
        )

    def by_subject(self, rows: AgreementQuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(Exists(AgreementSubject.objects.filter(agreement=OuterRef("pk"), subject=value)))

    def by_partner(self, rows: AgreementQuerySet, name: str, value: Partner) -> QuerySet:
        return rows.filter(Q(partner=value) | Q(pk__in=value.shared_agreements.values("pk")))

    def by_group(self, rows: AgreementQuerySet, name: str, value: PartnerGroup) -> QuerySet:
        return rows.filter(partner__in=members(value, self.as_of.day))

    def by_nature(self, rows: AgreementQuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(nature="" if value == UNRECORDED else value)

    def by_count(self, rows: AgreementQuerySet, name: str, value: str) -> QuerySet:
        return COUNTED[value].narrow(rows, self.as_of.day, self.as_of.known_on)

    def by_pressing(self, rows: AgreementQuerySet, name: str, value: str) -> QuerySet:
        """Running periods are known of today only."""
        late = RunningClock.objects.overdue(today=self.as_of.today)
        return rows.filter(pk__in=late.values("agreement"))

    def by_samples(self, rows: AgreementQuerySet, name: str, value: str) -> QuerySet:
        return rows.real() if value == SAMPLES_HIDDEN else rows


def with_agreements(visible: AgreementQuerySet) -> QuerySet[Partner]:
    """The partners of these agreements, those that share one with others included."""
    own = Q(pk__in=visible.values("partner"))
    return Partner.objects.filter(
        own | Q(pk__in=visible.exclude(other_partners=None).values("other_partners"))
    )


class PartnerFilter(StatefulFilter):
    """The filter of the list of partners: by region, by policy group as of the day, by having agreements."""

    q = CharFilter(method="by_words", label=_("Name or code"))
    region = ChoiceFilter(choices=Partner.Region.choices, label=_("Region"), empty_label=ANY)
    group = ModelChoiceFilter(
        queryset=PartnerGroup.objects.all(),
        to_field_name="code",
        method="by_group",
        label=_("Policy group"),
        empty_label=ANY,
    )
    agreements = ChoiceFilter(
        choices=[("yes", _("With agreements")), ("no", _("Without agreements"))],
        method="by_agreements",
        label=pgettext_lazy("filter", "Agreements"),
        empty_label=ANY,
    )

    class Meta:
        model = Partner
        fields: list[str] = []

    def __init__(self, data: Mapping[str, str], *, reader: User, today: date, path: str = "") -> None:
        self.as_of = read_as_of(data, today=today)
        self.path = path
        self.visible = Agreement.objects.visible_to(reader)
        super().__init__(data, Partner.objects.order_by("is_sample", "code"))
        self.read()

    def by_words(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        former = Q(names__name_zh__icontains=value) | Q(names__name_en__icontains=value)
        now = Q(name_zh__icontains=value) | Q(name_en__icontains=value) | Q(code__iexact=value)
        return rows.filter(pk__in=Partner.objects.filter(now | former).values("pk"))

    def by_group(self, rows: QuerySet, name: str, value: PartnerGroup) -> QuerySet:
        return rows.filter(pk__in=members(value, self.as_of.day))

    def by_agreements(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        with_any = with_agreements(self.visible).values("pk")
        return rows.filter(pk__in=with_any) if value == "yes" else rows.exclude(pk__in=with_any)
