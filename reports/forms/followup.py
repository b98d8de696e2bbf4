"""Forms of the audit follow-up: a recommendation, an act on it, what was done, its days, a withdrawal."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.forms.keyed import KeyedForm
from agreements.models import Agreement, Partner
from reports.actions import Act
from reports.models import FrozenReport, Recommendation, RecommendationEvent
from tracker.fields import PartialDateFormField, RocDateWidget, RocDayField
from tracker.models import User

CODE = r"^\d{2,3}-\d{2}$"


class ActForm(KeyedForm):
    """One act: who wrote what, when, under which number."""

    kind = forms.ChoiceField(
        label=pgettext_lazy("of an event", "kind"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what happened.")},
    )
    happened = PartialDateFormField(label=_("Happened on"), widget=RocDateWidget, required=False)
    reference = forms.CharField(label=_("Official letter number"), required=False, max_length=120)
    text = forms.CharField(
        label=_("What it says"),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=6000,
        error_messages={"required": _("Say in a few sentences what it says.")},
    )
    text_en = forms.CharField(
        label=_("What it says, in English"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=6000,
        required=False,
    )
    source = forms.CharField(label=_("Source"), required=False, max_length=300)

    def __init__(self, *args: Any, kinds: tuple[str, ...], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = dict(RecommendationEvent.Kind.choices)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - narrows the type
        field.choices = [(kind, words[kind]) for kind in kinds]

    def act(self) -> Act:
        """What was entered."""
        given = self.cleaned_data
        return Act(
            kind=given["kind"],
            text=given["text"],
            happened=given["happened"],
            reference=given["reference"],
            text_en=given["text_en"],
            source=given["source"],
        )


class EvidenceForm(KeyedForm):
    """What was done, and what in this system shows it."""

    text = forms.CharField(
        label=_("What was done"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        error_messages={"required": _("Say in a sentence what was done.")},
    )
    text_en = forms.CharField(
        label=_("What was done, in English"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=2000,
        required=False,
    )
    happened = PartialDateFormField(label=_("Happened on"), widget=RocDateWidget, required=False)
    partner = forms.ModelChoiceField(
        label=_("Partner"), queryset=Partner.objects.none(), required=False, to_field_name="code"
    )
    agreement = forms.ModelChoiceField(
        label=_("Agreement"), queryset=Agreement.objects.none(), required=False, to_field_name="number"
    )
    report = forms.ModelChoiceField(
        label=_("Signed-off report"), queryset=FrozenReport.objects.none(), required=False
    )

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = {
            "partner": Partner.objects.order_by("name_zh"),
            "agreement": Agreement.objects.visible_to(by).order_by("number"),
            "report": FrozenReport.objects.approved(),
        }
        for name, rows in offered.items():
            field = self.fields[name]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - narrows the type
            field.queryset = rows


class DaysForm(KeyedForm):
    """By when it is to be answered, and when it is reviewed next."""

    due_on = RocDayField(label=_("Answer due on"), required=False)
    inner_due_on = RocDayField(label=_("Due on inside the house"), required=False)
    next_review_on = RocDayField(label=_("Next review"), required=False)


class WithdrawForm(KeyedForm):
    """Why a row is withdrawn."""

    reason = forms.CharField(
        label=_("Why it is withdrawn"),
        max_length=300,
        error_messages={"required": _("Say why it is withdrawn.")},
    )


class RecommendationForm(KeyedForm):
    """A recommendation of the audit office, with the letter that asks for it."""

    code = forms.RegexField(
        CODE,
        label=pgettext_lazy("of a recommendation", "code"),
        help_text=_("Year of the Republic and a number: 113-01"),
        error_messages={"invalid": _("Write the year of the Republic and two digits, for example 113-01.")},
    )
    title = forms.CharField(label=_("Title"), max_length=200)
    title_en = forms.CharField(label=_("Title in English"), max_length=200, required=False)
    text = forms.CharField(
        label=_("Text of the recommendation"), widget=forms.Textarea(attrs={"rows": 5}), max_length=4000
    )
    article = forms.CharField(label=_("Article of the report"), max_length=200, required=False)
    source = forms.CharField(label=_("Source"), max_length=300)
    follows = forms.ModelChoiceField(
        label=_("Carries on from"),
        queryset=Recommendation.objects.order_by("-code"),
        required=False,
        to_field_name="code",
    )
    happened = PartialDateFormField(
        label=_("Day of the letter that asks"), widget=RocDateWidget, required=False
    )
    reference = forms.CharField(label=_("Official letter number"), required=False, max_length=120)
    due_on = RocDayField(label=_("Answer due on"), required=False)
    inner_due_on = RocDayField(label=_("Due on inside the house"), required=False)

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if Recommendation.objects.filter(code=code).exists():
            raise forms.ValidationError(_("There is already a recommendation %s.") % code)
        return code

    def recommendation(self, ministry: str) -> Recommendation:
        """The recommendation as entered, not stored yet; its fiscal year follows from the code."""
        given = self.cleaned_data
        named = {name: given[name] for name in ("code", "title", "title_en", "text", "article", "source")}
        return Recommendation(
            **named,
            fiscal_year=int(given["code"].split("-")[0]) + 1911,
            ministry=ministry,
            follows=given["follows"],
            due_on=given["due_on"],
            inner_due_on=given["inner_due_on"],
        )

    def asked(self) -> Act:
        """The letter that asks."""
        given = self.cleaned_data
        return Act("ask", given["text"], given["happened"], given["reference"], source=given["source"])


class PackForm(forms.Form):
    """As of which day the answer is made, and from which day changes are told."""

    as_of = RocDayField(label=_("As of"))
    since = RocDayField(
        label=_("Changes since"),
        required=False,
        help_text=_("Left empty: since the last dated answer, or the end of the year before."),
    )
