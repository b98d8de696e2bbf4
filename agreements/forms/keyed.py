"""What every form that records something carries: the key of its submission, the version of its file, and what its page showed."""

import uuid
from collections.abc import Iterator, Mapping
from typing import Any, cast

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.actions import StepRefused
from tracker.secrecy import STATE_SECRET, state_secret_in

LONGEST_MARKED = 4000
"""Characters: a longer text is the body of a letter, whose marks stand in fields of their own."""
NOT_TYPED = frozenset({"csrfmiddlewaretoken", "act", "drop", "accept"})


class KeyedForm(forms.Form):
    """A form with the key under which it is carried out once, and the version of the file that its reader saw."""

    use_required_attribute = False  # the page says what is missing, in its own words and all at once
    key = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, version: int | None = None, initial: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> None:
        kwargs["initial"] = {"key": uuid.uuid4(), "version": version} | dict(initial or {})
        super().__init__(*args, **kwargs)

    def full_clean(self) -> None:
        """Check what was sent; no text may carry the mark of a state secret."""
        super().full_clean()
        for name, text in list(getattr(self, "cleaned_data", {}).items()):
            level = state_secret_in(text) if isinstance(text, str) and len(text) <= LONGEST_MARKED else ""
            if level and isinstance(self.fields.get(name), forms.CharField):
                self.add_error(name, STATE_SECRET % {"level": level})

    def refuse(self, refused: StepRefused) -> None:
        """Show a refusal at the field that it concerns, with its provision; above the form when there is none."""
        field = refused.field if refused.field in self.fields else None
        self.add_error(field, in_words(refused))

    def renew(self, version: int) -> None:
        """Let the page carry the file's present version, after it has said what changed."""
        data = cast(QueryDict, self.data).copy()
        data["version"] = str(version)
        self.data = data

    def forgive(self) -> None:
        """Say nothing yet of what is incomplete: the form was not sent, only looked at again. Files keep theirs."""
        for name in [name for name in self.errors if name != "files"]:
            del self.errors[name]

    def leave_page(self, why: str | Promise) -> None:
        """Say nothing of fields that do not stand on the page any more; if nothing else is said, then ``why`` they do not."""
        for bound in self.visible_fields():
            self.errors.pop(bound.name, None)
        if not self.errors:
            self.add_error(None, str(why))

    def submission_key(self) -> uuid.UUID | None:
        """The key that came with the page, also when the form has errors; None when it is no key."""
        try:
            return self.fields["key"].clean(self["key"].value())
        except ValidationError:
            return None

    def typed(self) -> Iterator[tuple[str, str]]:
        """Everything that was sent, name by name, so that the next page can carry it along unseen."""
        for name, values in cast(QueryDict, self.data).lists():
            if name not in NOT_TYPED:
                yield from ((name, value) for value in values)

    def unrecorded(self) -> Iterator[str]:
        """The texts and days that somebody typed, for a page on which this form does not stand any more."""
        for bound in self.visible_fields():
            value = [] if isinstance(bound.field, forms.ChoiceField) else bound.value()
            words = "-".join(value) if isinstance(value, list) else str(value or "")
            if words.strip("- "):
                yield words


class ShownForm(KeyedForm):
    """Carries what its page showed, so that nobody decides about something that is another thing by now."""

    shown = forms.CharField(
        widget=forms.HiddenInput,
        max_length=64,
        error_messages={"required": gettext_lazy("Look at the page again, then decide.")},
    )

    def renew_shown(self, **now: str) -> None:
        """Carry what the page shows now if it has said that something changed; else that is said next time."""
        if any(self.has_error(name) for name in (NON_FIELD_ERRORS, *now)):
            data = cast(QueryDict, self.data).copy()
            for name, value in now.items():
                data[name] = value
            self.data = data


def in_words(refused: StepRefused) -> str:
    """The reason of a refusal and the provision that it rests on."""
    # Translators: a refusal followed by the law and article that it rests on
    return _("%(reason)s (%(basis)s)") % {"reason": refused.reason, "basis": refused.basis}
