"""The form that logs a request: short sections, the basis proposed with its reason. It validates and never saves."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from agreements.forms.keyed import KeyedForm
from cases.actions import Intake
from cases.basis import Proposal, Standing, propose, standings_of
from cases.forms.bases import basis_choices, choice_of, chosen
from cases.forms.partners import PartnerField, suggestions
from cases.lifecycle import Direction, Kind
from cases.models import AssistanceItem, Case
from cases.rules import works_on_cases
from tracker.fields import RocDateWidget, RocDayField
from tracker.models import User
from tracker.roles import Secrecy

NEEDED = ("direction", "kind", "partner", "received_on", "subject")
DIRECTIONS = [
    # Translators: 受請求（對方向我方）
    (Direction.IN.value, _("Incoming: they ask us")),
    # Translators: 請求（我方向對方）
    (Direction.OUT.value, _("Outgoing: we ask them")),
]
SIDE_BY_SIDE = {"class": "opts-h"}
TYPED = (
    *NEEDED,
    "letter_on",
    "partner_reference",
    "office",
    "office_reference",
    "basis_reason",
    "is_urgent",
    "deadline",
)


class IntakeForm(KeyedForm):
    """One request. With ``is_complete`` false it takes what there is, for a draft or a look at the basis."""

    direction = forms.ChoiceField(
        label=_("Direction"), choices=DIRECTIONS, widget=forms.RadioSelect(SIDE_BY_SIDE)
    )
    kind = forms.ChoiceField(label=_("Kind of case"), choices=Kind.choices)
    partner = PartnerField(
        label=_("Partner"),
        help_text=_("The first characters of its name in Chinese or English, or its code."),
    )
    received_on = RocDayField(
        label=_("Received on"),
        widget=RocDateWidget,
        help_text=_("Incoming: the day it reached us. Outgoing: the day our office's request was taken up."),
    )
    letter_on = RocDayField(
        label=_("Day of the letter"),
        required=False,
        widget=RocDateWidget,
        help_text=_(
            "Incoming only. It is the day of the request; leave it empty when the letter is undated."
        ),
    )
    basis = forms.ChoiceField(label=_("Legal basis"), required=False, widget=forms.RadioSelect)
    basis_reason = forms.CharField(label=_("Why it rests on something else"), required=False, max_length=300)
    items = forms.MultipleChoiceField(
        label=_("What is asked"),
        required=False,
        choices=AssistanceItem.Kind.choices,
        widget=forms.CheckboxSelectMultiple(SIDE_BY_SIDE),
    )
    subject = forms.CharField(
        # Translators: 事由
        label=_("Subject in one line"),
        max_length=200,
        help_text=_("For lists. Write no names of persons."),
    )
    partner_reference = forms.CharField(label=_("Their reference"), required=False, max_length=120)
    # Translators: 我方機關（請求機關或協助機關）
    office = forms.CharField(label=_("Our office"), required=False, max_length=120)
    office_reference = forms.CharField(label=_("Our office's reference"), required=False, max_length=120)
    secrecy = forms.TypedChoiceField(
        label=_("Secrecy"),
        coerce=int,
        choices=Secrecy.choices,
        widget=forms.RadioSelect(SIDE_BY_SIDE),
        initial=Secrecy.INTERNAL,
        help_text=_("It decides who sees the case. A sealed one is seen by its officer alone."),
    )
    is_urgent = forms.BooleanField(label=_("Urgent"), required=False)
    is_direct = forms.BooleanField(
        label=_("It came straight to Justice"),
        required=False,
        help_text=_("Urgent requests only; the letter follows through Foreign Affairs."),
    )
    deadline = RocDayField(
        label=_("Deadline"),
        required=False,
        widget=RocDateWidget,
        help_text=_("As the requesting side states it."),
    )
    is_mine = forms.BooleanField(label=_("I carry this case"), required=False, initial=True)

    def __init__(
        self,
        *args: Any,
        by: User,
        today: date,
        draft: Case | None = None,
        is_complete: bool = True,
        **kwargs: Any,
    ) -> None:
        given = _initial_of(draft) if draft else {"received_on": today, "direction": _usual_direction(by)}
        super().__init__(*args, initial=given | (kwargs.pop("initial", None) or {}), **kwargs)
        self.by, self.draft = by, draft
        levels = [level for level in Secrecy if level <= by.clearance]
        self.fields["secrecy"].choices = [(level.value, level.label) for level in levels]  # type: ignore[attr-defined]
        if by.clearance < Secrecy.INTERNAL:
            self.fields["secrecy"].initial = by.clearance
        if not works_on_cases(by):
            del self.fields["is_mine"], self.fields["is_direct"]
        self.is_complete = is_complete
        self.fields["basis"].choices = basis_choices(self.standings)  # type: ignore[attr-defined]

    def _known(self, name: str) -> Any:
        """The value of one field before the form is checked; None when it is missing or wrong."""
        field = self.fields[name]
        value = (
            self[name].value()
            if not self.is_bound
            else field.widget.value_from_datadict(self.data, self.files, name)
        )
        try:
            return field.clean(value)
        except ValidationError:
            return None

    @cached_property
    def requested_on(self) -> date | None:
        """The day of the request, as far as it is typed."""
        letter_on = self._known("letter_on") if self._known("direction") == Direction.IN else None
        return letter_on or self._known("received_on")

    @cached_property
    def standings(self) -> list[Standing]:
        """How the agreements with the partner stood on that day; none while partner or day are not known."""
        partner = self._known("partner")
        if partner is None or self.requested_on is None:
            return []
        return standings_of(partner, self.requested_on, reader=self.by)

    @property
    def proposal(self) -> Proposal | None:
        """What the register proposes; None while partner, kind or day are not known."""
        kind = self._known("kind")
        if not kind or self.requested_on is None or self._known("partner") is None:
            return None
        return propose(kind, self.requested_on, self.standings)

    def full_clean(self) -> None:
        """A draft may lack anything; the page goes on saying what a case needs."""
        for name in NEEDED:
            self.fields[name].required = self.is_complete
        super().full_clean()
        for name in NEEDED:
            self.fields[name].required = True

    @cached_property
    def partners(self) -> list[tuple[str, str]]:
        """The names to choose from."""
        return suggestions()

    def clean(self) -> dict[str, Any]:
        """Say at once what is missing, together with the rest; whether it all fits is for the action."""
        given = super().clean() or {}
        if (
            self.fields["kind"].required
            and given.get("kind") in ("criminal", "civil")
            and not given.get("items")
        ):
            self.add_error("items", _("Choose what is asked."))
        return given

    def intake(self) -> Intake:
        """What was said, for the action."""
        given = self.cleaned_data
        basis, agreement = chosen(given["basis"], self.standings)
        return Intake(
            **{name: given[name] for name in TYPED},
            items=tuple(given["items"]),
            basis=basis,
            agreement=agreement,
            secrecy=given["secrecy"],
            is_direct=given.get("is_direct", False),
        )

    @property
    def officer(self) -> User | None:
        """Who is to carry the case."""
        return self.by if self.cleaned_data.get("is_mine") else None


def _usual_direction(by: User) -> str:
    """Foreign affairs logs what comes in; justice says which."""
    return "" if works_on_cases(by) else Direction.IN


def _initial_of(draft: Case) -> dict[str, Any]:
    values = {name: getattr(draft, name) for name in (*TYPED, "secrecy", "is_direct")}
    return values | {"basis": choice_of(draft), "items": [item.kind for item in draft.items.all()]}
