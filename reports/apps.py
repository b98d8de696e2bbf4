"""Tells Django about the app `reports`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")

    def ready(self) -> None:
        """Fill the named lists of the rooms below."""
        from agreements.lanes import MAKERS
        from agreements.panels import PANELS
        from reports.lanes import not_yet_signed
        from reports.ledgerpage import reciprocity_of_partner

        MAKERS.append(not_yet_signed)
        PANELS.append(reciprocity_of_partner)
