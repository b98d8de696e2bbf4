"""The verbs of this app's audit trail, and the sentence that each makes."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Each verb's sentence takes the entry's own details by name.
VERBS: dict[str, Promise] = {
    "series.load": _("loaded %(figures)s figures and %(control_totals)s printed totals"),
    "figure.add": _("added the figure of %(whose)s for %(year)s: %(now)s"),
    "figure.change": _("changed the figure of %(whose)s for %(year)s from %(was)s to %(now)s"),
}
