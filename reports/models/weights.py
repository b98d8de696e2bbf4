"""Versions of the weights of the priority report."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class WeightsVersionQuerySet(models.QuerySet["WeightsVersion"]):
    """The office's words for versions of the weights."""

    def in_use(self) -> "WeightsVersionQuerySet":
        """Those that a report may be made with: the first version, and every approved one."""
        return self.filter(status__in=[WeightsVersion.Status.FIRST, WeightsVersion.Status.APPROVED])

    def proposed(self) -> "WeightsVersionQuerySet":
        return self.filter(status=WeightsVersion.Status.PROPOSED)


class WeightsVersion(models.Model):
    """How much each factor weighs, who proposed it and why, and who decided. Never changed once decided.

    ``by_factor`` holds a number of zero or more for each factor code; a factor not named weighs nothing. The first
    version comes with the product and nobody has approved it; the newest version in use counts.
    """

    class Status(models.TextChoices):
        # Translators: 初始版本，尚未經核定
        FIRST = "first", pgettext_lazy("weights", "First version, not yet approved by anybody")
        PROPOSED = "proposed", pgettext_lazy("weights", "Proposed")
        APPROVED = "approved", pgettext_lazy("weights", "Approved")
        REFUSED = "refused", pgettext_lazy("weights", "Refused")

    number = models.PositiveSmallIntegerField(pgettext_lazy("of weights", "version"), unique=True)
    by_factor: Any = models.JSONField(_("weights"))
    reason = models.TextField(pgettext_lazy("of weights", "reason"), max_length=2000)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PROPOSED)
    proposed_at = models.DateTimeField(_("proposed"))
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("proposed by")
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decision = models.TextField(_("reason of the decision"), max_length=2000, blank=True)

    objects = WeightsVersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of the weights")
        verbose_name_plural = _("versions of the weights")
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                name="decided_weights_name_who_decided",
                condition=Q(status__in=["first", "proposed"], decided_by=None, decided_at=None)
                | Q(status__in=["approved", "refused"], decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="nobody_approves_weights_of_the_own_proposal",
                condition=Q(proposed_by=None) | Q(decided_by=None) | ~Q(decided_by=F("proposed_by")),
            ),
            models.UniqueConstraint(
                fields=["status"],
                condition=Q(status="proposed"),
                name="one_proposal_of_weights_waits_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}"
