"""The form that records a step: what happened, when, and what belongs to it. It validates and never saves."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.actions import StalePage, StepRequest
from agreements.actions.filing import check_version
from agreements.actions.steps import COUNTS_WHEN_EFFECTIVE
from agreements.forms.files import UploadingForm
from agreements.lifecycle import STEP_CHOICES, Need
from agreements.models import Agreement, Milestone
from agreements.record.offers import offers
from tracker.fields import PartialDateFormField, RocDateWidget
from tracker.models import Document, User
from tracker.partialdate import PartialDate

STATES_AN_EFFECTIVE_DAY = COUNTS_WHEN_EFFECTIVE | {"promulgate"}
MAY_BE_UNDATED = "effect_in_doubt"


class StepForm(UploadingForm):
    """One step of one agreement; shows only the fields that some step offered now can use."""

    step = forms.ChoiceField(
        label=_("What happened"),
        choices=STEP_CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what happened.")},
    )
    happened = PartialDateFormField(
        label=_("Day on which it happened"),
        help_text=_("For example 114 / 3 / 26. Leave the day empty when only the month is known."),
    )
    effective = PartialDateFormField(
        label=_("Takes effect on"),
        required=False,
        widget=RocDateWidget,
        help_text=_("Only when it is another day: the effective day that the order or notice states."),
    )
    place = forms.CharField(label=_("Place"), required=False, max_length=120)
    reference = forms.CharField(
        label=_("Official letter number"),
        required=False,
        max_length=120,
        help_text=_("Of the letter that reports or orders it."),
    )
    ground = forms.ChoiceField(
        label=_("Consent of the Executive Yuan to the text"),
        required=False,
        choices=[("", _("Recorded as a step of its own")), *Milestone.Ground.choices],
        help_text=_("Needed to sign, unless its approval of the text is already recorded."),
    )
    term = forms.IntegerField(
        label=_("Term of the Legislative Yuan"),
        required=False,
        min_value=1,
        max_value=99,
        help_text=_("Its number, such as 11."),
    )
    successor = forms.ModelChoiceField(
        label=_("The agreement that amends or replaces it"),
        required=False,
        queryset=Agreement.objects.none(),
        help_text=_("Register it first."),
    )
    note = forms.CharField(
        label=_("Note or reason"), required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=4000
    )
    documents = forms.ModelMultipleChoiceField(
        label=_("Documents already in the file"),
        required=False,
        queryset=Document.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    is_record_only = forms.BooleanField(
        label=_("Keep the stage as it is"),
        required=False,
        help_text=_("Records the fact in its place, without moving the file."),
    )
    field_order = (
        "step",
        "happened",
        "effective",
        "reference",
        "place",
        "ground",
        "term",
        "successor",
        "documents",
        "files",
        "note",
        "is_record_only",
    )

    def __init__(
        self, *args: Any, agreement: Agreement, by: User, today: date, as_history: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, by=by, version=agreement.version, **kwargs)
        self.agreement, self.as_history = agreement, as_history
        self.offers = offers(agreement, as_history=as_history, today=today)
        self._leave_out_what_no_step_asks()
        self.fields["happened"].widget = RocDateWidget(bound=as_history)
        self.fields["happened"].required = not as_history and self["step"].value() != MAY_BE_UNDATED
        self.order_fields(self.field_order)

    def _leave_out_what_no_step_asks(self) -> None:
        asked = frozenset().union(*(offer.asks for offer in self.offers))
        in_file = Document.objects.visible_to(self.by).about(self.agreement)
        kept = {
            "effective": any(offer.name in STATES_AN_EFFECTIVE_DAY for offer in self.offers),
            "ground": Need.TEXT_APPROVAL in asked,
            "term": Need.TERM in asked,
            "successor": Need.SUCCESSOR in asked,
            "documents": in_file.exists(),
            "is_record_only": self.as_history,
        }
        for name in [name for name, is_kept in kept.items() if not is_kept]:
            del self.fields[name]
        if kept["documents"]:
            self.fields["documents"].queryset = in_file  # type: ignore[attr-defined]
        if kept["successor"]:
            others = Agreement.objects.visible_to(self.by).filter(partner=self.agreement.partner_id)
            self.fields["successor"].queryset = others.exclude(pk=self.agreement.pk)  # type: ignore[attr-defined]

    def check_version(self) -> None:
        """Refuse a page that somebody else's change has overtaken, and let the next one carry the new version."""
        try:
            check_version(self.agreement, self.cleaned_data.get("version"))
        except StalePage as stale:
            self.refuse(stale)
            self.renew(self.agreement.version)

    def request(self) -> StepRequest:
        """What is to be recorded, with the uploads that wait under the form's key."""
        given = self.cleaned_data
        return StepRequest(
            step=given["step"],
            happened=given["happened"],
            effective=given.get("effective") or PartialDate(),
            place=given["place"],
            reference=given["reference"],
            ground=given.get("ground", ""),
            term=given.get("term"),
            note=given["note"],
            documents=(*given.get("documents", ()), *self.waiting()),
            successor=given.get("successor"),
            as_history=self.as_history,
            is_record_only=given.get("is_record_only", False),
        )
