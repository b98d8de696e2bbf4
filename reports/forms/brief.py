"""What the brief on a partner is asked."""

from django import forms
from django.utils.translation import gettext_lazy as _

from reports.actions.brief import LANGUAGES, PRINTERS
from tracker.fields import RocDayField


class BriefForm(forms.Form):
    """Language, form, day and talking points; what is left out is chosen for the reader."""

    language = forms.ChoiceField(
        label=_("Language"),
        choices=[(LANGUAGES[0], "中文"), (LANGUAGES[1], "English")],
        widget=forms.RadioSelect,
    )
    form = forms.ChoiceField(
        label=_("As a file"), choices=[(name, name.upper()) for name in PRINTERS], widget=forms.RadioSelect
    )
    as_of = RocDayField(label=_("As of"), required=False)
    points = forms.CharField(
        label=_("Talking points"),
        help_text=_("One a line; they are printed at the end and kept nowhere."),
        widget=forms.Textarea(attrs={"rows": 5}),
        max_length=2000,
        required=False,
    )
