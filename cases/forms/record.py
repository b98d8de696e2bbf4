"""The forms that carry a case on: its next step, and who carries it."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.forms.keyed import KeyedForm
from cases.actions import StepRequest
from cases.items import result_of
from cases.lifecycle import STEP_CHOICES, Defect, Ground, Need, Result, awaited, row_for
from cases.models import Case
from cases.rules import STAFF, steps_open_to
from tracker.fields import RocDateWidget, RocDayField
from tracker.models import User
from tracker.roles import Ministry


class StepForm(KeyedForm):
    """One step of a case; shows only what some step offered now asks for."""

    step = forms.ChoiceField(
        label=_("What happened"),
        choices=STEP_CHOICES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what happened.")},
    )
    happened_on = RocDayField(label=_("Day on which it happened"), widget=RocDateWidget)
    reference = forms.CharField(label=_("Official letter number"), required=False, max_length=120)
    # Translators: 承辦機關（協助機關、駐外館處）
    body = forms.CharField(label=_("Office that is to act"), required=False, max_length=120)
    ground = forms.ChoiceField(
        label=_("Ground of refusal"), required=False, choices=[("", _("None")), *Ground.choices]
    )
    defect = forms.ChoiceField(
        label=_("What is lacking"), required=False, choices=[("", _("None")), *Defect.choices]
    )
    # Translators: 步驟所定之日（期日、補正期限、對方承諾日）
    due_on = RocDayField(
        label=_("Day that it names"),
        required=False,
        widget=RocDateWidget,
        help_text=_("The day of the hearing, by which to answer, or promised by the other side."),
    )
    result = forms.ChoiceField(
        label=_("How far the request was met"),
        required=False,
        choices=[("", _("Not yet said")), *Result.choices],
    )
    note = forms.CharField(
        label=_("Note or reason"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(
        self, *args: Any, case: Case, by: User, today: date, asked_for: str = "", **kwargs: Any
    ) -> None:
        expected = row_for(asked_for, case.state, case.kind) or awaited(case.state, case.kind)
        initial = {"happened_on": today, "step": expected.name if expected else ""}
        if expected and Need.RESULT in expected.needs:
            initial["result"] = result_of(list(case.items.all())) or ""
        super().__init__(*args, version=case.version, initial=initial, **kwargs)
        self.offered = steps_open_to(by, case)
        # Only what may be taken is shown; whether it still may is for the action to say, and a twin is done once.
        self.fields["step"].widget.choices = [(row.name, row.label) for row in self.offered]  # type: ignore[attr-defined]
        asked = frozenset().union(*(row.needs | row.takes for row in self.offered))
        for name in (Need.BODY, Need.GROUND, Need.DEFECT, Need.DUE, Need.RESULT):
            if name not in asked:
                del self.fields[name.value]

    def request(self) -> StepRequest:
        """What is to be recorded."""
        names = ("step", "happened_on", "reference", "note", "body", "ground", "defect", "due_on", "result")
        return StepRequest(**{name: self.cleaned_data[name] for name in names if name in self.cleaned_data})


class AssignForm(KeyedForm):
    """Who is to carry the case: staff of justice who are cleared for it."""

    officer = forms.ModelChoiceField(
        label=_("Officer"),
        queryset=User.objects.none(),
        error_messages={"required": _("Choose the officer.")},
    )
    reason = forms.CharField(
        label=_("Reason"), required=False, max_length=300, help_text=_("Needed when it changes hands.")
    )

    def __init__(self, *args: Any, case: Case, **kwargs: Any) -> None:
        initial = {"officer": case.officer_id}
        super().__init__(*args, version=case.version, initial=initial, auto_id="give_%s", **kwargs)
        staff = User.objects.filter(
            is_active=True, ministry=Ministry.JUSTICE, role__in=STAFF, clearance__gte=case.secrecy
        )
        self.fields["officer"].queryset = staff.order_by("name", "pk")  # type: ignore[attr-defined]
