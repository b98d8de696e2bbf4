"""Drafting a letter from approved paragraphs, each beside its translation; and the acts on a draft."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.forms.keyed import KeyedForm
from cases.actions.letters import Text
from cases.letters.approved import approved
from cases.letters.kinds import SORTS
from cases.letters.placeholders import complete, values_for
from cases.lifecycle import Direction, Ground
from cases.models import Case, Letter, Paragraph, RequestContents
from tracker.fields import RocDateWidget, RocDayField
from tracker.models import User
from tracker.roles import Secrecy

MOST_ROWS = 60
OWN_ROWS = 2
"""Empty rows for paragraphs typed by hand."""


@dataclass(frozen=True, slots=True)
class Row:
    """One paragraph on the form: whether it is used, its code, and both texts."""

    use: BoundField
    code: BoundField
    zh: BoundField
    en: BoundField
    title: str


def _area(rows: int, language: str) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "lang": language})


class LetterForm(KeyedForm):
    """What a letter says. The paragraphs on it are approved ones of its kind, completed from the case, and own ones."""

    addressee = forms.CharField(label=_("Addressee"), max_length=200, required=False)
    channel = forms.ChoiceField(label=_("Channel"), choices=Letter.Channel.choices)
    subject_zh = forms.CharField(
        label=_("Subject in Chinese"), max_length=300, required=False, widget=_area(2, "zh-Hant")
    )
    subject_en = forms.CharField(
        label=_("Subject in English"), max_length=300, required=False, widget=_area(2, "en")
    )
    ground = forms.ChoiceField(
        label=_("Ground of refusal"), required=False, choices=[("", _("None")), *Ground.choices]
    )
    reply_by = RocDayField(label=_("Answer wanted by"), required=False, widget=RocDateWidget)
    enclosures = forms.CharField(label=_("Enclosures"), max_length=300, required=False)
    note = forms.CharField(
        label=_("Note for colleagues"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("It does not stand on the letter."),
    )
    secrecy = forms.TypedChoiceField(label=_("Secrecy"), coerce=int)
    cases = forms.MultipleChoiceField(
        label=_("Cases that the letter concerns"), required=False, widget=forms.CheckboxSelectMultiple
    )
    rows = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=MOST_ROWS, required=False)

    def __init__(
        self,
        *args: Any,
        kind: str,
        about: Sequence[Case],
        by: User,
        letter: Letter | None = None,
        **kwargs: Any,
    ) -> None:
        self.kind, self.about, self.letter = kind, about, letter
        rows = _rows_of(letter) if letter else []
        rows += _approved(kind, about, by, known={row["code"] for row in rows}, is_new=letter is None)
        rows += [{"use": True} for _row in range(OWN_ROWS)]
        initial = _initial(kind, about, by, letter) | {"rows": len(rows)}
        super().__init__(*args, initial=initial, version=letter.version if letter else None, **kwargs)
        self.titles = {row.get("code", ""): row.get("title", "") for row in rows}
        self._add_rows(rows)
        sort = SORTS[kind]
        levels = [
            one for one in Secrecy.choices if max(case.secrecy for case in about) <= one[0] <= by.clearance
        ]
        self.fields["secrecy"].choices = levels  # type: ignore[attr-defined]
        self.fields["cases"].choices = [(str(case.pk), case.number) for case in about]  # type: ignore[attr-defined]
        for name, is_asked in (
            ("ground", sort.takes_ground),
            ("reply_by", sort.takes_reply_by),
            ("cases", len(about) > 1),
        ):
            if not is_asked:
                del self.fields[name]

    def _add_rows(self, rows: list[dict[str, Any]]) -> None:
        """A set of fields for each row: as many as were sent, or as there are to show."""
        sent = str(self.data.get("rows", "")) if self.is_bound else str(len(rows))
        self.count = min(int(sent), MOST_ROWS) if sent.isdecimal() else len(rows)
        for place in range(self.count):
            row: Mapping[str, Any] = rows[place] if place < len(rows) else {}
            named = {"number": place + 1}
            self.fields[f"use_{place}"] = forms.BooleanField(
                label=_("Use paragraph %(number)s") % named, required=False, initial=row.get("use", True)
            )
            self.fields[f"code_{place}"] = forms.CharField(
                required=False, max_length=40, widget=forms.HiddenInput, initial=row.get("code", "")
            )
            for language, label in (
                ("zh", _("Paragraph %(number)s in Chinese")),
                ("en", _("Paragraph %(number)s in English")),
            ):
                self.fields[f"{language}_{place}"] = forms.CharField(
                    label=label % named,
                    required=False,
                    max_length=4000,
                    initial=row.get(language, ""),
                    widget=_area(4, "zh-Hant" if language == "zh" else "en"),
                )

    def paragraph_rows(self) -> Iterator[Row]:
        """The rows of paragraphs, for the page."""
        for place in range(self.count):
            code = self[f"code_{place}"]
            title = self.titles.get(str(code.value() or ""), "")
            yield Row(self[f"use_{place}"], code, self[f"zh_{place}"], self[f"en_{place}"], title)

    def text(self) -> Text:
        """What was typed; a row counts when it is used."""
        given = self.cleaned_data
        paragraphs = tuple(
            (given[f"code_{place}"], given[f"zh_{place}"], given[f"en_{place}"])
            for place in range(self.count)
            if given[f"use_{place}"]
        )
        names = ("addressee", "subject_zh", "subject_en", "enclosures", "note", "channel", "secrecy")
        more = {name: given[name] for name in ("ground", "reply_by") if name in self.fields}
        return Text(paragraphs=paragraphs, **{name: given[name] for name in names}, **more)

    def chosen(self) -> list[Case]:
        """The cases that the letter is to concern."""
        if "cases" not in self.fields:
            return list(self.about)
        return [case for case in self.about if str(case.pk) in self.cleaned_data["cases"]]


def _rows_of(letter: Letter) -> list[dict[str, Any]]:
    titles = dict(Paragraph.objects.filter(kind=letter.kind).values_list("code", "title"))
    return [dict(one) | {"use": True, "title": titles.get(one["code"], "")} for one in letter.paragraphs]


def _approved(
    kind: str, about: Sequence[Case], by: User, *, known: set[str], is_new: bool
) -> list[dict[str, Any]]:
    """The approved paragraphs in use that are not on the letter yet, completed as far as the cases say."""
    zh, en = values_for(about, _partner(about), reader=by)
    return [
        {
            "code": row.code,
            "title": row.title,
            "zh": complete(row.text_zh, zh),
            "en": complete(row.text_en, en),
            "use": is_new and row.is_usual,
        }
        for row in approved(kind).exclude(code__in=known)
    ]


def _partner(about: Sequence[Case]) -> Any:
    return about[0].partner


def _initial(kind: str, about: Sequence[Case], by: User, letter: Letter | None) -> dict[str, Any]:
    """What the form shows at first: the letter as it stands, or the usual subject and addressee."""
    if letter is not None:
        names = (
            "addressee",
            "channel",
            "subject_zh",
            "subject_en",
            "ground",
            "reply_by",
            "enclosures",
            "note",
            "secrecy",
        )
        kept = {name: getattr(letter, name) for name in names} | {"cases": [str(case.pk) for case in about]}
        return kept | {"channel": letter.channel or Letter.Channel.FOREIGN_AFFAIRS}
    zh, en = values_for(about, _partner(about), reader=by)
    subject = SORTS[kind].subject
    return {
        "addressee": _addressee(about),
        "channel": Letter.Channel.FOREIGN_AFFAIRS,
        "subject_zh": complete(subject.zh, zh),
        "subject_en": complete(subject.en, en),
        "secrecy": max(case.secrecy for case in about),
        "cases": [str(case.pk) for case in about],
    }


def _addressee(about: Sequence[Case]) -> str:
    """The authority that asked us, when it is known; else the partner's authority in general."""
    if len(about) == 1 and about[0].direction == Direction.IN:
        asked = (
            RequestContents.objects.filter(case=about[0])
            .values_list("requesting_authority", flat=True)
            .first()
        )
        if asked:
            return asked
    return f"{_partner(about).name_zh}司法互助主管機關"


class ActForm(KeyedForm):
    """A button of the letter's page: submit, countersign, return with a reason, withdraw."""

    reason = forms.CharField(
        label=pgettext_lazy("of a returned letter", "What is to be changed"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
