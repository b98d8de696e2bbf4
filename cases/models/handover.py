"""Work that changes hands: the pack that the predecessor leaves and the successor ticks through."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models.case import NOBODY, Case


class Handover(models.Model):
    """One change of hands: from whom to whom, why, and when all of it was ticked through."""

    giver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="handovers_given", verbose_name=_("from")
    )
    taker = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="handovers_taken", verbose_name=_("to")
    )
    reason = models.CharField(_("reason"), max_length=300)
    message = models.TextField(_("for the successor"), blank=True)
    made_at = models.DateTimeField(_("recorded"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    closed_at = models.DateTimeField(_("ticked through"), null=True, blank=True)

    class Meta:
        # Translators: 交接
        verbose_name = _("hand-over")
        verbose_name_plural = _("hand-overs")
        ordering = ["-made_at"]
        default_permissions = NOBODY

    def __str__(self) -> str:
        return f"{self.giver} → {self.taker} {self.made_at:%Y-%m-%d}"


class HandoverLine(models.Model):
    """One thing handed over, as it stood then: an open case or talks on an agreement.

    ``facts`` keeps dates and codes (last movement, next date, promises, unanswered letters), never contents.
    """

    handover = models.ForeignKey(Handover, models.CASCADE, related_name="lines", verbose_name=_("hand-over"))
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("case")
    )
    agreement = models.ForeignKey(
        "agreements.Agreement",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("agreement"),
    )
    facts: Any = models.JSONField(_("facts"), default=dict)
    ticked_at = models.DateTimeField(_("ticked"), null=True, blank=True)

    class Meta:
        verbose_name = _("line of a hand-over")
        verbose_name_plural = _("lines of hand-overs")
        ordering = ["handover", "id"]
        default_permissions = NOBODY
        constraints = [
            models.CheckConstraint(
                name="a_line_hands_over_a_case_or_an_agreement",
                condition=models.Q(case__isnull=False, agreement=None)
                | models.Q(case=None, agreement__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.handover} {self.case or self.agreement}"
