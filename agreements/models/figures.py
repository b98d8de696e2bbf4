"""Figures that others stated: shown beside what is recorded, never forced to match."""

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.models.partner import Partner

MEASURE_WORDS: dict[str, Promise] = {
    # Translators: 已簽署之司法互助相關條約及協定
    "mutual legal assistance agreements signed": pgettext_lazy(
        "measure", "Mutual legal assistance agreements signed"
    ),
    # Translators: 已與東南亞國家簽署之條約及協定
    "agreements signed with Southeast Asian countries": pgettext_lazy(
        "measure", "Agreements signed with Southeast Asian countries"
    ),
}
"""What the figures that come with the project count, in the reader's language."""


def measure_words(measure: str) -> str:
    """A measure in the reader's language; one that staff entered shows as they wrote it."""
    return str(MEASURE_WORDS.get(measure, measure))


class StatedFigure(models.Model):
    """How many agreements and partners someone stated as of a day, and who said so."""

    as_of = models.DateField(_("as of"))
    measure = models.CharField(_("measure"), max_length=200)
    region = models.CharField(_("region"), max_length=20, choices=Partner.Region, blank=True)
    partners = models.PositiveIntegerField(_("countries (areas)"))
    agreements = models.PositiveIntegerField(_("agreements"))
    source = models.CharField(_("source"), max_length=300)

    class Meta:
        verbose_name = _("stated figure")
        verbose_name_plural = _("stated figures")
        ordering = ["as_of", "id"]
        constraints = [
            models.UniqueConstraint(fields=["as_of", "measure"], name="a_measure_is_stated_once_per_day"),
        ]

    def __str__(self) -> str:
        return f"{self.as_of} {measure_words(self.measure)}"
