"""Forms about how one sees the list of cases: a saved view, and the columns."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.forms.keyed import KeyedForm
from cases.columns import EVERY, USUAL
from tracker.models import SavedView
from tracker.savedviews import ViewRefused


class ViewForm(KeyedForm):
    """The name of a saved view, and who sees it."""

    name = forms.CharField(
        label=_("Name of the view"),
        max_length=80,
        error_messages={"required": _("Give the view a name.")},
    )
    reach = forms.ChoiceField(
        label=_("Who sees it"), choices=SavedView.Reach.choices, widget=forms.RadioSelect, initial="mine"
    )

    def refuse_view(self, refused: ViewRefused) -> None:
        """Say at its field why the view cannot be kept so."""
        self.add_error(refused.field if refused.field in self.fields else None, str(refused.reason))


class ColumnsForm(forms.Form):
    """Which columns the list shows; the number of the case always stands first."""

    columns = forms.MultipleChoiceField(
        label=pgettext_lazy("list", "Columns"),
        choices=[(column.name, column.label) for column in EVERY],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one column.")},
    )

    def __init__(self, *args: Any, chosen: list[str], **kwargs: Any) -> None:
        kwargs["initial"] = {"columns": chosen or list(USUAL)}
        super().__init__(*args, **kwargs)
