"""The small forms around the record of an agreement: counting back, rounds, progress, links, sources, documents."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreements.forms.files import FilingForm
from agreements.forms.keyed import KeyedForm
from agreements.models import Agreement, AgreementLink, ProgressUpdate, Round, SourcedFact
from agreements.record.sourced import FACT_CHOICES, fact_words
from tracker.fields import PartialDateFormField, RocDateWidget, RocDayField
from tracker.models import User


class BackwardForm(forms.Form):
    """By which day it is to be submitted, on its way to the legislature."""

    before = RocDayField(label=_("To be on its way to the Legislative Yuan by"))


class RoundForm(KeyedForm):
    """One round of talks."""

    held = PartialDateFormField(label=_("Held on"), widget=RocDateWidget)
    medium = forms.ChoiceField(
        label=_("How"),
        choices=Round.Medium.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how the round was held.")},
    )
    place = forms.CharField(label=_("Place"), required=False, max_length=120)
    outcome = forms.CharField(
        label=_("Outcome"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
        error_messages={"required": _("Say in a sentence what came of it.")},
    )
    open_articles = forms.IntegerField(
        label=_("Articles still open"), required=False, min_value=0, max_value=999
    )
    field_order = ("held", "medium", "place", "outcome", "open_articles")


class ProgressForm(KeyedForm):
    """How the file is going."""

    confidence = forms.ChoiceField(
        label=_("How is it going"),
        choices=ProgressUpdate.Confidence.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it is going.")},
    )
    court = forms.ChoiceField(
        label=_("Whose turn is it"),
        choices=ProgressUpdate.Court.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whose turn it is.")},
    )
    next_step = forms.CharField(
        label=_("Next step"),
        max_length=300,
        error_messages={"required": _("Say what happens next, and by when.")},
    )


class LinkForm(KeyedForm):
    """How this agreement stands to an earlier one."""

    kind = forms.ChoiceField(
        label=_("What this agreement does"),
        choices=AgreementLink.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how it stands to the earlier agreement.")},
    )
    earlier = forms.ModelChoiceField(
        label=_("The earlier agreement"),
        queryset=Agreement.objects.none(),
        error_messages={"required": _("Choose the earlier agreement.")},
    )

    def __init__(self, *args: Any, agreement: Agreement, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Agreement.objects.visible_to(by).exclude(pk=agreement.pk)
        same_partner_first = others.filter(partner=agreement.partner_id) | others.filter(
            other_partners=agreement.partner_id
        )
        self.fields["earlier"].queryset = same_partner_first.distinct()  # type: ignore[attr-defined]


def _fact_choices() -> list[tuple[str, str | Promise]]:
    return [(fact, fact_words(fact)) for fact in FACT_CHOICES]


class SourceForm(KeyedForm):
    """What one source says of one fact."""

    fact = forms.ChoiceField(
        label=_("Fact"),
        choices=_fact_choices,
        error_messages={"required": _("Choose which fact the source speaks of.")},
    )
    value = forms.CharField(
        label=_("What the source says"),
        max_length=400,
        help_text=_("A day as 2024-06-30, or 2024-06 when only the month is known."),
        error_messages={"required": _("Write the value that the source gives.")},
    )
    source = forms.CharField(
        label=_("Source"),
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=2000,
        help_text=_("Publication, page and day, or its address."),
        error_messages={"required": _("Say which source it is, so that others can look it up.")},
    )
    confidence = forms.ChoiceField(
        label=_("How far it is to be trusted"),
        choices=SourcedFact.Confidence.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how far the source is to be trusted.")},
    )


class AttachForm(FilingForm):
    """Documents for the file."""

    secrecy_help = _("At least that of the agreement.")
