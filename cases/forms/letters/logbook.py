"""Logging a letter that was not made here, and saying what one that came in means for each of its cases."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from agreements.forms.files import UploadingForm
from agreements.forms.keyed import KeyedForm
from cases.actions.letters import Logged, Said
from cases.letters.answers import MEANINGS, route
from cases.models import Case, Letter, LetterCase
from cases.rules import may_take
from tracker.fields import RocDateWidget, RocDayField
from tracker.models import User
from tracker.roles import Secrecy

M = LetterCase.Meaning


class LogForm(UploadingForm):
    """A letter that came in, or one that was sent elsewhere (``way``)."""

    field_order = (
        "their_number",
        "number",
        "moved_on",
        "dated_on",
        "channel",
        "kind",
        "answers",
        "cases",
        "subject_zh",
        "enclosures",
        "files",
        "secrecy",
    )
    their_number = forms.CharField(label=_("Their letter number"), required=False, max_length=120)
    number = forms.CharField(label=_("Our number for it"), required=False, max_length=120)
    moved_on = RocDayField(label=_("Received on"), widget=RocDateWidget)
    dated_on = RocDayField(label=_("Day of the letter"), required=False, widget=RocDateWidget)
    channel = forms.ChoiceField(label=_("Channel"), choices=Letter.Channel.choices)
    kind = forms.ChoiceField(label=_("Kind of letter"), choices=Letter.Kind.choices)
    answers = forms.ModelChoiceField(
        label=_("Answers our letter"), required=False, queryset=Letter.objects.none(), empty_label=_("None")
    )
    cases = forms.MultipleChoiceField(
        label=_("Cases that it concerns"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose the cases that the letter concerns.")},
    )
    subject_zh = forms.CharField(
        label=_("Subject in one line, without names of persons"), required=False, max_length=300
    )
    enclosures = forms.CharField(label=_("Enclosures"), required=False, max_length=300)
    secrecy = forms.TypedChoiceField(label=_("Secrecy"), coerce=int)
    note = forms.CharField(
        label=_("Note"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(
        self,
        *args: Any,
        way: str,
        chosen: Sequence[Case],
        others: Sequence[Case],
        ours: Any,
        today: date,
        **kwargs: Any,
    ) -> None:
        self.named = {str(case.pk): case for case in (*chosen, *others)}
        given = kwargs.pop("initial", {})
        initial = {
            "moved_on": today,
            "channel": Letter.Channel.FOREIGN_AFFAIRS,
            "kind": Letter.Kind.OTHER,
            "cases": [str(case.pk) for case in chosen],
            "secrecy": max(case.secrecy for case in chosen),
        }
        super().__init__(*args, initial=initial | given, **kwargs)
        levels = [one for one in Secrecy.choices if one[0] <= self.by.clearance]
        self.fields["secrecy"].choices = levels  # type: ignore[attr-defined]
        listed = [(key, case.listed_name) for key, case in self.named.items()]
        self.fields["cases"].choices = listed  # type: ignore[attr-defined]
        self.fields["answers"].queryset = ours  # type: ignore[attr-defined]
        if way == Letter.Way.OUT:
            self.fields["moved_on"].label = _("Sent on")
            for name in ("their_number", "answers", "dated_on"):
                del self.fields[name]
            self.fields["number"].label = _("Official letter number")
        else:
            del self.fields["kind"]

    def logged(self) -> Logged:
        """What is known of the letter; one that was sent elsewhere is dated with the day on which it was sent."""
        names = [name for name in Logged.__dataclass_fields__ if name in self.fields]
        return Logged(**{name: self.cleaned_data[name] for name in names})

    def chosen(self) -> list[Case]:
        return [self.named[key] for key in self.cleaned_data["cases"]]


@dataclass(frozen=True, slots=True)
class MeaningRow:
    """One case on the page: what the letter means for it, with what is asked beside."""

    case: Case
    version: BoundField
    meaning: BoundField
    promised_on: BoundField
    note: BoundField
    records: BoundField


class MeaningsForm(KeyedForm):
    """What one letter means for each of its cases."""

    def __init__(
        self, *args: Any, letter: Letter, rows: Sequence[LetterCase], by: User, **kwargs: Any
    ) -> None:
        super().__init__(*args, version=letter.version, **kwargs)
        self.cases = [row.case for row in rows]
        for place, row in enumerate(rows):
            self._add(place, row, by)

    def _add(self, place: int, row: LetterCase, by: User) -> None:
        case = row.case
        fields: dict[str, forms.Field] = {
            "seen": forms.IntegerField(widget=forms.HiddenInput, initial=case.version, required=False),
            "meaning": forms.ChoiceField(
                label=_("What it means"),
                choices=[
                    ("", _("Choose")),
                    *((one, _in_words(one, case)) for one in MEANINGS[case.direction]),
                ],
                initial=row.meaning,
                error_messages={"required": _("Choose what it means.")},
            ),
            "promised_on": RocDayField(
                label=_("Answer promised by"), required=False, initial=row.promised_on, widget=RocDateWidget
            ),
            "note": forms.CharField(
                label=_("Reason, where the step needs one"),
                required=False,
                max_length=4000,
                widget=forms.Textarea(attrs={"rows": 2}),
            ),
            "records": forms.BooleanField(
                label=_("Record the step as well"),
                required=False,
                initial=not row.meaning and _may_all(by, case),
            ),
        }
        for name, field in fields.items():
            self.fields[f"{name}_{place}"] = field

    def rows(self) -> Iterator[MeaningRow]:
        """The cases with their fields, for the page."""
        for place, case in enumerate(self.cases):
            names = ("seen", "meaning", "promised_on", "note", "records")
            yield MeaningRow(case, *(self[f"{name}_{place}"] for name in names))

    def renew(self, version: int) -> None:
        """Carry the present version of the letter and of each case, after the page has said what changed."""
        super().renew(version)
        for place, case in enumerate(self.cases):
            case.refresh_from_db(fields=["version"])
            self.data[f"seen_{place}"] = str(case.version)  # type: ignore[index]

    def said(self) -> list[Said]:
        """What was said of each case."""
        given = self.cleaned_data
        return [
            Said(
                case=case,
                meaning=given[f"meaning_{place}"],
                promised_on=given[f"promised_on_{place}"],
                note=given[f"note_{place}"],
                records=given[f"records_{place}"],
                version=given[f"seen_{place}"],
            )
            for place, case in enumerate(self.cases)
        ]


def _in_words(meaning: str, case: Case) -> str:
    """The meaning, and in brackets the steps that would be recorded."""
    steps = " → ".join(str(row.label) for row in route(meaning, case))
    label = str(M(meaning).label)
    # Translators: what a letter means, and the step that is recorded then
    return _("%(meaning)s (step: %(steps)s)") % {"meaning": label, "steps": steps} if steps else label


def _may_all(by: User, case: Case) -> bool:
    """Whether this person may take the steps that an answer can mean; others say what it means and no more."""
    rows = {row.name: row for one in MEANINGS[case.direction] for row in route(one, case)}
    return all(may_take(by, case, row) for row in rows.values())
