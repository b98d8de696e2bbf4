"""Opening a file and changing what describes it. The two questions propose nature and track; nothing is saved here."""

from collections.abc import Mapping
from copy import copy
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.actions.register import EDITABLE, SUPERVISOR_ONLY_ONCE_SIGNED
from agreements.forms.keyed import KeyedForm
from agreements.forms.marks import add_mark, check_mark
from agreements.lifecycle import Answers, Proposal, propose
from agreements.models import Agreement, Partner, Subject
from agreements.rules import is_signed
from tracker.fields import RocDateWidget, RocDayField
from tracker.models import User
from tracker.roles import Secrecy

YES_NO_UNKNOWN = [
    ("yes", pgettext_lazy("answer", "Yes")),
    ("no", pgettext_lazy("answer", "No")),
    ("unknown", pgettext_lazy("answer", "Not known yet")),
]
MEANING: Mapping[str, bool | None] = {"yes": True, "no": False, "unknown": None}
UNDETERMINED = "undetermined"


def _question(label: Any, help_text: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        help_text=help_text,
        choices=YES_NO_UNKNOWN,
        widget=forms.RadioSelect,
        coerce=MEANING.__getitem__,
        empty_value=None,
        error_messages={"required": _("Answer the question; “not known yet” is an answer.")},
    )


class RegisterForm(KeyedForm):
    """A new agreement: who, about what, and the questions that decide its path."""

    partner = forms.ModelChoiceField(
        label=_("Partner"),
        queryset=Partner.objects.all(),
        error_messages={"required": _("Choose the country or area.")},
    )
    subjects = forms.MultipleChoiceField(
        label=_("What it is about"),
        choices=Subject.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one subject.")},
    )
    title_zh = forms.CharField(
        label=_("Title in Chinese"),
        max_length=300,
        error_messages={"required": _("Give the Chinese title; a working title will do.")},
    )
    is_working_title_zh = forms.BooleanField(label=_("This is a working title"), required=False)
    title_en = forms.CharField(label=_("Title in English"), required=False, max_length=400)
    has_ratification_clause = _question(
        _("Has it a clause on ratification, acceptance, approval or accession?"),
        _("Conclusion of Treaties Act, art. 3(1)2."),
    )
    touches_rights = _question(
        _(
            "Is it called a treaty or convention, or does it touch rights and duties, defence, diplomacy, finance "
            "or the economy, or differ from domestic law?"
        ),
        _("Conclusion of Treaties Act, art. 3(1)1, 3, 4 and 5."),
    )
    has_proviso = forms.BooleanField(
        label=_("The proviso of art. 8(1) applies"),
        required=False,
        help_text=_(
            "No treaty name and no such clause, and it is authorised by a law, or the Legislative Yuan consented "
            "beforehand, or it says the same as domestic law."
        ),
    )
    is_restricted = forms.BooleanField(
        label=_("Secret or diplomatically sensitive"),
        required=False,
        help_text=_(
            "An agreement of this kind is neither published nor sent to the Legislative Yuan (art. 12(1))."
        ),
    )
    is_cross_strait = forms.BooleanField(
        label=_("A text between the two sides of the strait"),
        required=False,
        help_text=_("It follows another act, and has a path of its own."),
    )
    lead = forms.ChoiceField(
        label=_("Lead agency"),
        choices=Agreement.Lead.choices,
        initial=Agreement.Lead.FOREIGN_AFFAIRS,
        widget=forms.RadioSelect,
    )
    lead_name = forms.CharField(label=_("Name of the other lead agency"), required=False, max_length=100)
    co_lead = forms.ChoiceField(
        label=_("Joint lead agency"),
        required=False,
        choices=[("", _("None")), *Agreement.Lead.choices],
    )
    lead_consent = forms.CharField(
        label=_("Consent to lead (letter and day)"),
        required=False,
        max_length=200,
        help_text=_("When Foreign Affairs does not lead alone: the consent it or the Executive Yuan gave."),
    )
    opened_on = RocDayField(
        label=_("Day on which the file begins"), widget=RocDateWidget, help_text=_("Usually today.")
    )
    secrecy = forms.TypedChoiceField(label=_("Secrecy"), coerce=int, initial=Secrecy.INTERNAL)
    accept = forms.ChoiceField(
        required=False,
        choices=[("proposed", ""), (UNDETERMINED, "")],
        widget=forms.HiddenInput,
        initial="proposed",
    )

    def __init__(self, *args: Any, by: User, today: date, **kwargs: Any) -> None:
        initial = {"opened_on": today} | (kwargs.pop("initial", None) or {})
        super().__init__(*args, initial=initial, **kwargs)
        self.by, self.today = by, today
        add_mark(self)
        levels = [(level.value, level.label) for level in Secrecy if level.value <= by.clearance]
        self.fields["secrecy"].choices = levels  # type: ignore[attr-defined]
        self.fields["partner"].label_from_instance = partner_words  # type: ignore[attr-defined]

    def clean_opened_on(self) -> date:
        day = self.cleaned_data["opened_on"]
        if day > self.today:
            raise forms.ValidationError(_("The day lies in the future. Use today or an earlier day."))
        return day

    def clean_title_zh(self) -> str:
        title = self.cleaned_data["title_zh"].strip()
        partner = self.cleaned_data.get("partner")
        known = Agreement.objects.visible_to(self.by).filter(partner=partner, title_zh=title)
        if partner and known.exists():
            raise forms.ValidationError(_("This partner already has an agreement with this Chinese title."))
        return title

    def clean(self) -> dict[str, Any]:
        check_mark(self)
        return self.cleaned_data

    def proposal(self) -> Proposal:
        """Nature and track that follow from the answers."""
        given = self.cleaned_data
        return propose(
            Answers(
                has_ratification_clause=given["has_ratification_clause"],
                has_treaty_marks=given["touches_rights"],
                has_proviso=given["has_proviso"],
                is_restricted=given["is_restricted"],
                is_cross_strait=given["is_cross_strait"],
            )
        )

    def registration(self) -> dict[str, Any]:
        """What the action `register` is given, with the path that was proposed, or left open on request."""
        given = dict(self.cleaned_data)
        proposed = self.proposal()
        left_open = given["accept"] == UNDETERMINED
        for name in ("key", "version", "accept", "has_proviso", "is_restricted", "is_cross_strait"):
            del given[name]
        path = {"nature": "", "track": UNDETERMINED}
        if not left_open:
            path = {"nature": proposed.nature, "track": proposed.track}
        return given | path


def partner_words(partner: Partner) -> str:
    """The partner's name and code; a fictional one says so."""
    name = f"{partner.name} {partner.code}"
    return f"{name} ({pgettext_lazy('mark', 'sample')})" if partner.is_sample else name


class EditForm(KeyedForm, forms.ModelForm):
    """What describes an agreement. It checks a copy of the agreement and is never saved."""

    subjects = forms.MultipleChoiceField(
        label=_("What it is about"),
        choices=Subject.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one subject.")},
    )

    class Meta:
        model = Agreement
        fields = EDITABLE
        widgets = {"clause_text": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, agreement: Agreement, by: User, **kwargs: Any) -> None:
        super().__init__(
            *args,
            instance=copy(agreement),
            version=agreement.version,
            initial={"subjects": agreement.subject_codes},
            **kwargs,
        )
        levels = [(level.value, level.label) for level in Secrecy if level.value <= by.clearance]
        self.fields["secrecy"].choices = levels  # type: ignore[attr-defined]
        if is_signed(agreement) and not by.is_supervisor:
            for name in SUPERVISOR_ONLY_ONCE_SIGNED:
                self.fields[name].disabled = True
                self.fields[name].help_text = _("After signature a supervisor changes this.")
        add_mark(self)
        self.order_fields(("title_zh", "is_working_title_zh", "title_en", "is_working_title_en", "subjects"))

    def clean(self) -> dict[str, Any]:
        super().clean()
        check_mark(self)
        return self.cleaned_data

    def changes(self) -> dict[str, Any]:
        """The fields as they are to be, for the action `edit`."""
        return {name: self.cleaned_data[name] for name in (*EDITABLE, "subjects")}
