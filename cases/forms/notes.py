"""The form of a note: its text, whom it mentions, and whether it waits for a successor."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreements.forms.keyed import KeyedForm
from cases.models import Case
from cases.notes import colleagues_of
from tracker.keys import SeveralField
from tracker.models import User


class NoteForm(KeyedForm):
    """A note of a person on a case."""

    text = forms.CharField(
        label=_("Note"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Name a colleague with @ and the name. Write no names of persons of the case."),
        error_messages={"required": _("Write the note.")},
    )
    mentioned = SeveralField(
        label=_("Tell"),
        queryset=User.objects.none(),
        required=False,
        help_text=_("Colleagues who may see the case; they find the note on their first page."),
    )
    is_for_successor = forms.BooleanField(
        # Translators: 交接時供接辦人參考
        label=_("For whoever takes the case over"),
        required=False,
    )

    def __init__(self, *args: Any, case: Case, by: User, **kwargs: Any) -> None:
        super().__init__(*args, auto_id="note_%s", **kwargs)
        colleagues = colleagues_of(case).exclude(pk=by.pk)
        self.fields["mentioned"].queryset = colleagues  # type: ignore[attr-defined]
