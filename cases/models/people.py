"""Persons named in a case: as little as the case needs, encrypted at rest, found by exact match through a digest."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models.case import NOBODY, Case


class Person(models.Model):
    """One person of a case. Only :mod:`cases.persons` reads and writes the name."""

    class Part(models.TextChoices):
        # Translators: 犯罪嫌疑人、被告
        SUSPECT = "suspect", pgettext_lazy("person of a case", "Suspect or accused")
        # Translators: 受刑人
        SENTENCED = "sentenced", pgettext_lazy("person of a case", "Sentenced person")
        # Translators: 被請求引渡人
        SOUGHT = "sought", pgettext_lazy("person of a case", "Person sought")
        # Translators: 被害人
        VICTIM = "victim", pgettext_lazy("person of a case", "Victim")
        # Translators: 證人
        WITNESS = "witness", pgettext_lazy("person of a case", "Witness")
        # Translators: 未成年人
        MINOR = "minor", pgettext_lazy("person of a case", "Minor")
        # Translators: 檢舉人、線民
        INFORMANT = "informant", pgettext_lazy("person of a case", "Informant")
        # Translators: 應受送達人
        ADDRESSEE = "addressee", pgettext_lazy("person of a case", "Person to be served")
        OTHER = "other", pgettext_lazy("person of a case", "Other person")

    PROTECTED = frozenset({Part.VICTIM, Part.WITNESS, Part.MINOR, Part.INFORMANT})
    """Their names stay covered until somebody says why they have to be read."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="persons", verbose_name=_("case"))
    part = models.CharField(_("part in the case"), max_length=10, choices=Part)
    sealed_name = models.BinaryField(_("encrypted name"))
    digest = models.CharField(_("keyed digest of the name"), max_length=64, db_index=True)
    nationality = models.ForeignKey(
        "agreements.Partner",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("nationality"),
    )
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )

    class Meta:
        verbose_name = _("person of a case")
        verbose_name_plural = _("persons of cases")
        ordering = ["case", "id"]
        default_permissions = NOBODY

    def __str__(self) -> str:
        return f"{self.case} {self.get_part_display()}"
