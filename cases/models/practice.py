"""How a partner wants to be asked: the lines of its practice card, each with the day on which it was verified."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models.items import AssistanceItem


class PracticeLine(models.Model):
    """One line of a partner's card; a change withdraws it and writes another one.

    ``measure`` "" holds for whatever is asked.
    """

    class Topic(models.TextChoices):
        # Translators: 權責機關
        AUTHORITY = "authority", pgettext_lazy("practice", "Authority")
        CHANNEL = "channel", pgettext_lazy("practice", "Channel")
        LANGUAGE = "language", pgettext_lazy("practice", "Language")
        COPIES = "copies", pgettext_lazy("practice", "Copies")
        # Translators: 雙方可罰
        DUAL_CRIMINALITY = "dual_criminality", pgettext_lazy("practice", "Dual criminality")
        CONTENTS = "contents", pgettext_lazy("practice", "What the letter must say")
        FORM = "form", pgettext_lazy("practice", "Form")
        COSTS = "costs", pgettext_lazy("practice", "Costs")
        OTHER = "other", pgettext_lazy("practice", "Other")

    partner = models.ForeignKey(
        "agreements.Partner", models.PROTECT, related_name="practice", verbose_name=_("partner")
    )
    measure = models.CharField(
        _("measure"),
        max_length=20,
        blank=True,
        choices=[("", pgettext_lazy("measure", "Any")), *AssistanceItem.Kind.choices],
    )
    topic = models.CharField(_("topic"), max_length=20, choices=Topic)
    text_zh = models.CharField(_("text in Chinese"), max_length=500)
    text_en = models.CharField(_("text in English"), max_length=500, blank=True)
    source = models.CharField(_("source"), max_length=300)
    verified_on = models.DateField(_("verified on"))
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("verified by")
    )
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("replaces the line"),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        # Translators: 實務須知
        verbose_name = _("line of a practice card")
        verbose_name_plural = _("lines of practice cards")
        ordering = ["partner", "measure", "topic", "id"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["partner"], name="practice_in_use", condition=Q(withdrawn_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.partner} {self.get_topic_display()}"
