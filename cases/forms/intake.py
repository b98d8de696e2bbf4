"""The form that logs a request: short sections, the basis proposed with its reason. It validates and never saves."""

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EMPTY_VALUES
from django.utils.functional import Promise, cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.forms.marks import MARK, check_mark, mark_fields
from agreements.models import Agreement, Partner
from cases.actions import Intake
from cases.actions.contents import CONTENTS
from cases.actions.intake import HAS_ITEMS
from cases.basis import Proposal, Standing, propose, standings_of
from cases.completeness import Lack, Request, missing
from cases.duplicates import Duplicate, likely_duplicates
from cases.firsttime import Reason, common_defects
from cases.forms.bases import AGREEMENT, basis_choices, choice_of, chosen
from cases.forms.contents import contents_fields, said_of
from cases.forms.letterfiles import LetterFilesForm
from cases.forms.named import PLACES, named_in, persons_fields, persons_of
from cases.forms.partners import PartnerField, suggestions
from cases.lifecycle import Direction, Kind
from cases.models import AssistanceItem, Case, PracticeLine
from cases.practice import CardLine, is_stale, lines_in_use
from cases.record.contents import contents_kept
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
    *MARK,
)
ANOTHER = "another"
DONE, BEGUN, NOT_YET = "done", "begun", ""
NO_NEEDS: tuple[str, ...] = ()
# The place on the page, its words, what it needs, and what else belongs to it.
SECTIONS: tuple[tuple[str, Promise, tuple[tuple[str, ...], tuple[str, ...]]], ...] = (
    ("s1", _("Direction and partner"), (("direction", "partner", "kind", "received_on"), ())),
    ("s2", _("Legal basis"), (("basis",), ())),
    ("s3", _("What is asked"), (("subject", "items"), ("office", "office_reference"))),
    ("s4", _("Contents of the letter"), (NO_NEEDS, CONTENTS)),
    ("s5", _("Persons"), (NO_NEEDS, tuple(f"person_{place}_name" for place in PLACES))),
    ("s6", _("Secrecy and deadline"), (("secrecy",), ("deadline", *MARK))),
)
PROGRESS: dict[str, Promise] = {
    DONE: pgettext_lazy("section of a form", "done"),
    BEGUN: pgettext_lazy("section of a form", "begun"),
    NOT_YET: pgettext_lazy("section of a form", "empty"),
}


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the form: its place on the page, its heading, and how far it is filled in."""

    place: str
    label: Promise
    progress: str

    @property
    def words(self) -> Promise:
        return PROGRESS[self.progress]


class IntakeForm(LetterFilesForm):
    """One request. With ``is_complete`` false it takes what there is, for a draft or a look at the basis."""

    asks_by_name = True  # where names are looked for the history tells of it, which reading a page does not

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
    # Written by the page itself beside the likely duplicates: what their reader said, and which ones were shown.
    verdict = forms.CharField(label=_("Possibly logged already"), required=False)
    compared = forms.CharField(required=False)

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
        given |= kwargs.pop("initial", None) or {}
        super().__init__(*args, by=by, draft=draft, initial=given, **kwargs)
        self.today, self.is_complete = today, is_complete
        self._values: dict[str, Any] = {}
        self.fields.update(contents_fields() | persons_fields() | mark_fields())
        self._fit_to_reader(by)
        # Asked for when they are shown, or when one of them was chosen.
        self.fields["basis"].choices = lambda: basis_choices(self.standings)  # type: ignore[attr-defined]

    def _fit_to_reader(self, by: User) -> None:
        """Offer only what this person may say; the cursor waits in the first field."""
        levels = [level for level in Secrecy if level <= by.clearance]
        self.fields["secrecy"].choices = [(level.value, level.label) for level in levels]  # type: ignore[attr-defined]
        if by.clearance < Secrecy.INTERNAL:
            self.fields["secrecy"].initial = by.clearance
        if not works_on_cases(by):
            del self.fields["is_mine"], self.fields["is_direct"]
            self.fields["direction"].choices = DIRECTIONS[:1]  # type: ignore[attr-defined]
        if not self.is_bound:
            self.fields["direction"].widget.attrs["autofocus"] = True

    def _known(self, name: str) -> Any:
        """The value of one field, also before the form is checked; None when it is missing or wrong."""
        if self.is_bound and name in self.__dict__.get("cleaned_data", ()):
            return self.cleaned_data[name]
        if name not in self._values:
            field = self.fields[name]
            sent = field.widget.value_from_datadict
            value = sent(self.data, self.files, name) if self.is_bound else self[name].value()
            try:
                self._values[name] = field.clean(value)
            except ValidationError:
                self._values[name] = None
        return self._values[name]

    @cached_property
    def requested_on(self) -> date | None:
        """The day of the request, as far as it is typed."""
        letter_on = self._known("letter_on") if self._known("direction") == Direction.IN else None
        return letter_on or self._known("received_on")

    @cached_property
    def chosen_partner(self) -> Partner | None:
        """The partner, as far as it is typed."""
        return cast("Partner | None", self._known("partner"))

    @cached_property
    def standings(self) -> list[Standing]:
        """How the agreements with the partner stood on that day; none while partner or day are not known."""
        if self.chosen_partner is None or self.requested_on is None:
            return []
        return standings_of(self.chosen_partner, self.requested_on, reader=self.by)

    def _chosen(self, value: str) -> tuple[str, Agreement | None]:
        """The basis and the agreement of this choice; the register is asked only where it is an agreement."""
        return chosen(value, self.standings if value.startswith(AGREEMENT) else ())

    @cached_property
    def proposal(self) -> Proposal | None:
        """What the register proposes; None while partner, kind or day are not known."""
        kind = self._known("kind")
        if not kind or self.requested_on is None or self.chosen_partner is None:
            return None
        return propose(kind, self.requested_on, self.standings)

    @cached_property
    def lines(self) -> list[PracticeLine]:
        """What the partner's practice card says about what is asked."""
        return (
            list(lines_in_use(self.chosen_partner, self._known("items") or ["-"]))
            if self.chosen_partner
            else []
        )

    @property
    def card(self) -> list[CardLine]:
        """Those lines with their age."""
        return [CardLine(line, is_stale(line, today=self.today)) for line in self.lines]

    @cached_property
    def returned_for(self) -> list[Reason]:
        """What letters to this partner lacked most often; only our own letters are returned by it."""
        is_ours = self._known("direction") == Direction.OUT
        return common_defects(self.chosen_partner, self.by) if self.chosen_partner and is_ours else []

    @cached_property
    def lacks(self) -> list[Lack]:
        """What the letter still lacks, by law and by the card."""
        basis = self._chosen(self._known("basis") or "")[0]
        contents = {name: self._known(name) for name in CONTENTS}
        return missing(
            Request(
                direction=self._known("direction") or "",
                kind=self._known("kind") or "",
                basis=basis or (self.proposal.basis if self.proposal else ""),
                items=frozenset(self._known("items") or ()),
                has_deadline=self._known("deadline") is not None,
                persons=sum(bool(self._known(f"person_{place}_name")) for place in PLACES),
                contents={name: value for name, value in contents.items() if value is not None},
            ),
            self.lines,
        )

    @cached_property
    def duplicates(self) -> list[Duplicate]:
        """The cases that may be this request; none before something was typed."""
        if not self.is_bound:
            return []
        return likely_duplicates(self.intake(), reader=self.by, by_name=self.asks_by_name)

    @property
    def compared_now(self) -> str:
        """The numbers of those cases: a verdict holds for the cases that its author saw."""
        return " ".join(duplicate.case.number for duplicate in self.duplicates)

    @property
    def is_decided(self) -> bool:
        """Whether its author saw all those cases and said what this request is."""
        given = self.cleaned_data
        shown = set(given.get("compared", "").split())
        numbers = set(self.compared_now.split())
        return numbers <= shown and (given.get("verdict") == ANOTHER or given.get("verdict") in numbers)

    def is_told_apart(self) -> bool:
        """Whether there is no likely duplicate, or its author has said what this request is; says so if not."""
        if not self.duplicates or self.is_decided:
            return True
        self.add_error("verdict", _("Compare it with the cases below, then say whether it is another one."))
        return False

    @property
    def duplicate_of(self) -> Case | None:
        """The case of which this one is the duplicate, when its author said so."""
        verdict = self.cleaned_data.get("verdict")
        return next((each.case for each in self.duplicates if each.case.number == verdict), None)

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

    @property
    def persons(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The places for persons: name and part."""
        return [(self[f"person_{place}_name"], self[f"person_{place}_part"]) for place in PLACES]

    @property
    def contents(self) -> list[forms.BoundField]:
        """What the letter says, field by field."""
        return [self[name] for name in CONTENTS]

    @property
    def has_persons(self) -> bool:
        """Whether the section of persons stands open: a name is typed there."""
        return any(self._known(f"person_{place}_name") != "" for place in PLACES)

    @property
    def sections(self) -> list[Section]:
        """The sections of the form, and how far each is filled in."""
        return [Section(place, words, self._progress(*names)) for place, words, names in SECTIONS]

    def _progress(self, needed: tuple[str, ...], others: tuple[str, ...]) -> str:
        if needed == ("basis",):
            is_settled = self.proposal is not None and (self.proposal.is_certain or self._known("basis"))
            return DONE if is_settled else NOT_YET
        if self._known("kind") not in HAS_ITEMS:
            needed = tuple(name for name in needed if name != "items")
        lacking = [name for name in needed if self._known(name) in EMPTY_VALUES]
        if needed and not lacking:
            return DONE
        said = (self._known(name) for name in others)
        is_begun = len(lacking) < len(needed) or any(value not in EMPTY_VALUES for value in said)
        return BEGUN if is_begun else NOT_YET

    @property
    def has_contents(self) -> bool:
        """Whether the section of the contents stands open: something is typed there, or is wrong."""
        is_wrong = self.is_bound and any(name in self.errors for name in CONTENTS)
        return is_wrong or any(self._known(name) not in EMPTY_VALUES for name in CONTENTS)

    def clean(self) -> dict[str, Any]:
        """Say at once what is missing, together with the rest; whether it all fits is for the action."""
        given = super().clean() or {}
        if not self.fields["kind"].required:
            return given
        check_mark(self)
        if given.get("kind") in HAS_ITEMS and not given.get("items"):
            self.add_error("items", _("Choose what is asked."))
        for place in PLACES:
            if given.get(f"person_{place}_name") and not given.get(f"person_{place}_part"):
                self.add_error(f"person_{place}_part", _("Choose the part that the person has in the case."))
        return given

    def intake(self) -> Intake:
        """What was said, for the action; of a form that is not complete, as much as could be read."""
        given = self.cleaned_data
        basis, agreement = self._chosen(given.get("basis", ""))
        contents = said_of(given)
        is_said = self.draft is not None or any(value not in ("", None) for value in contents.values())
        return Intake(
            **{name: given[name] for name in TYPED if name in given},
            items=tuple(given.get("items", ())),
            basis=basis,
            agreement=agreement,
            secrecy=given.get("secrecy", Secrecy.INTERNAL),
            is_direct=given.get("is_direct", False),
            contents=contents if is_said else {},
            persons=named_in(given),
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
    items = {"basis": choice_of(draft), "items": [item.kind for item in draft.items.all()]}
    return values | items | contents_kept(draft) | persons_of(draft)
