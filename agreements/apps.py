"""Tells Django about the app `agreements`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AgreementsConfig(AppConfig):
    name = "agreements"
    verbose_name = _("Agreements")

    def ready(self) -> None:
        """Fill the named lists of the room below."""
        from agreements.answering import ANSWERING_FOR_AGREEMENTS
        from agreements.rules import may_see_documents_of
        from agreements.searching import AGREEMENTS, PARTNERS
        from tracker.audit import LISTED
        from tracker.owners import ANSWERING, OWNERS
        from tracker.search import SOURCES

        SOURCES.extend([AGREEMENTS, PARTNERS])
        OWNERS["agreements.agreement"] = may_see_documents_of
        ANSWERING["agreements.agreement"] = ANSWERING_FOR_AGREEMENTS
        reference = ("contactpoint", "groupmembership", "partnergroup", "partnername", "statedfigure")
        LISTED.update(f"agreements.{name}" for name in reference)
