"""The form with which documents of a case are uploaded, as such or as new versions of one."""

from django.utils.translation import gettext_lazy as _

from agreements.forms.files import FilingForm


class PapersForm(FilingForm):
    """Documents for the case."""

    title_help = _("For one file; several keep the names of their files. Write no names of persons.")
    secrecy_help = _("That of the case: for a stricter paper raise the mark of the case first.")
