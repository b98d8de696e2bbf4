"""Where a fact comes from: several sources may speak of it; one value is chosen."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SourcedFact(models.Model):
    """What one source says about one fact of an agreement, and how far it is to be trusted."""

    class Confidence(models.TextChoices):
        HIGH = "high", pgettext_lazy("source", "High")
        MEDIUM = "medium", pgettext_lazy("source", "Medium")
        LOW = "low", pgettext_lazy("source", "Low")

    agreement = models.ForeignKey(
        "agreements.Agreement", models.CASCADE, related_name="sourced_facts", verbose_name=_("agreement")
    )
    fact = models.CharField(_("fact"), max_length=40)
    value = models.CharField(_("value"), max_length=400)
    source = models.TextField(_("source"))
    confidence = models.CharField(_("confidence"), max_length=10, choices=Confidence)
    is_chosen = models.BooleanField(_("chosen value"), default=False)
    recorded_at = models.DateTimeField(_("recorded"))

    class Meta:
        verbose_name = _("source of a fact")
        verbose_name_plural = _("sources of facts")
        ordering = ["agreement", "fact", "-is_chosen", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "fact"],
                condition=models.Q(is_chosen=True),
                name="a_fact_has_one_chosen_value",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fact} = {self.value}"
