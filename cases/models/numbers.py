"""The counters of case numbers."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from cases.models.case import NOBODY


class NumberSeries(models.Model):
    """The counter of one series of case numbers, such as 114-請: one row that is locked while a number is taken."""

    prefix = models.CharField(_("series"), max_length=12, unique=True)
    last = models.PositiveIntegerField(_("last number taken"), default=0)

    class Meta:
        verbose_name = _("series of case numbers")
        verbose_name_plural = _("series of case numbers")
        ordering = ["prefix"]
        default_permissions = NOBODY

    def __str__(self) -> str:
        return f"{self.prefix} {self.last}"
