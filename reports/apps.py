"""Tells Django about the app `reports`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        """Fill the named lists of the rooms below."""
        from agreements.lanes import MAKERS
        from agreements.panels import AGREEMENT_PANELS, PANELS
        from reports.briefpanel import brief_of_partner
        from reports.health import queue
        from reports.lanes import not_yet_signed
        from reports.ledgerpage import reciprocity_of_partner
        from reports.momentumpage import momentum_of_partner
        from reports.papers import may_see_file_of_job, may_see_papers_of_report
        from reports.turnpage import desks_of_agreement
        from tracker.audit import LISTED
        from tracker.health import CHECKS
        from tracker.owners import OWNERS

        CHECKS["queue"] = queue
        MAKERS.append(not_yet_signed)
        PANELS.append(reciprocity_of_partner)
        PANELS.append(momentum_of_partner)
        AGREEMENT_PANELS.append(desks_of_agreement)
        PANELS.append(brief_of_partner)
        OWNERS["reports.frozenreport"] = may_see_papers_of_report
        OWNERS["reports.job"] = may_see_file_of_job
        shown_to_all = ("controltotal", "feed", "figure", "recommendation", "series", "weightsversion")
        LISTED.update(f"reports.{name}" for name in shown_to_all)
