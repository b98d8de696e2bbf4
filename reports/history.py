"""The verbs of this app's audit trail, and the sentence that each makes."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Each verb's sentence takes the entry's own details by name.
VERBS: dict[str, Promise] = {
    "series.load": _("loaded %(figures)s figures and %(control_totals)s printed totals"),
    "figure.add": _("added the figure of %(whose)s for %(year)s: %(now)s"),
    "series.add": _("added the series %(code)s (%(unit)s)"),
    "series.totals": _("added %(control_totals)s printed totals from “%(file)s”"),
    "series.undo_totals": _("took back %(control_totals)s printed totals of “%(file)s”"),
    "series.explain_total": _(
        "said why the figures of %(year)s do not add up to the printed total, with “%(file)s”"
    ),
    "figure.correct": _("corrected the figure of %(whose)s for %(year)s from %(was)s to %(now)s"),
    "figure.withdraw": _("withdrew the figure of %(whose)s for %(year)s: %(was)s"),
    "figure.import": _(
        "imported the figure of %(whose)s for %(year)s: %(now)s, from “%(file)s”, line %(line)s"
    ),
    "figure.import_correct": _(
        "corrected the figure of %(whose)s for %(year)s from %(was)s to %(now)s, from “%(file)s”, line %(line)s"
    ),
    "figure.undo_import": _(
        "withdrew the figure of %(whose)s for %(year)s: the import of “%(file)s” was undone"
    ),
    "figure.undo_correct": _(
        "put the figure of %(whose)s for %(year)s back to %(now)s: the import of “%(file)s” was undone"
    ),
    # Figures were changed in place before every correction kept both values.
    "figure.change": _("changed the figure of %(whose)s for %(year)s from %(was)s to %(now)s"),
    "recommendation.load": _("loaded recommendation %(code)s with its acts"),
    "recommendation.add": _("entered recommendation %(code)s"),
    "recommendation.act": _("added an act to recommendation %(code)s: %(kind)s"),
    "recommendation.withdraw": _("withdrew an act of recommendation %(code)s: %(kind)s"),
    "recommendation.evidence": _("added what was done about recommendation %(code)s"),
    "recommendation.withdraw_evidence": _("withdrew what was done about recommendation %(code)s"),
    "recommendation.days": _(
        "set the days of recommendation %(code)s: due %(due_on)s, inside %(inner_due_on)s"
    ),
    "report.draft": _("drafted report %(code)s as of %(as_of)s for approval"),
    "report.remark": _("changed a remark in report %(code)s"),
    "report.submit": _("submitted report %(code)s"),
    "report.review": _("reviewed report %(code)s"),
    "report.approve": _("approved report %(code)s; its digest is %(digest)s"),
    "report.return": _("sent report %(code)s back"),
    "report.withdraw": _("took report %(code)s back"),
    "job.ask": _("asked for a long export: %(kind)s"),
    "job.cancel": _("cancelled a long export: %(kind)s"),
    "job.done": _("finished a long export: %(kind)s, %(rows)s rows"),
    "job.fail": _("could not finish a long export: %(kind)s"),
    "job.expire": _("removed the file of a long export: %(kind)s"),
    "feed.make": _("made a calendar of deadlines (%(scope)s)"),
    "feed.revoke": _("revoked a calendar of deadlines (%(scope)s)"),
    "weights.propose": _("proposed version %(number)s of the weights"),
    "weights.approve": _("approved version %(number)s of the weights"),
    "weights.refuse": _("refused version %(number)s of the weights"),
    "partner.brief": _("made a brief as of %(as_of)s (%(language)s, %(form)s)"),
    "recommendation.pack": _("made the answer pack of recommendation %(code)s as of %(as_of)s"),
}
