"""How cases belong together: links, and requests that compete for the same thing."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models.case import NOBODY, Case


class CaseLink(models.Model):
    """That two cases belong together; it is read from both ends, and dropped with a history entry."""

    class Kind(models.TextChoices):
        RELATED = "related", pgettext_lazy("link of cases", "Related case")
        # Translators: 補充請求
        SUPPLEMENT = "supplement", pgettext_lazy("link of cases", "Supplementary request of")
        # Translators: 結案後重啟
        REOPENS = "reopens", pgettext_lazy("link of cases", "Takes up again the closed case")
        # Translators: 重複
        DUPLICATE = "duplicate", pgettext_lazy("link of cases", "Duplicate of")

    case = models.ForeignKey(Case, models.PROTECT, related_name="links", verbose_name=_("case"))
    other = models.ForeignKey(Case, models.PROTECT, related_name="linked_from", verbose_name=_("other case"))
    kind = models.CharField(pgettext_lazy("of a link", "kind"), max_length=12, choices=Kind)
    note = models.CharField(_("note"), max_length=300, blank=True)
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )

    class Meta:
        verbose_name = _("link between cases")
        verbose_name_plural = _("links between cases")
        default_permissions = NOBODY
        constraints = [
            models.UniqueConstraint(fields=["case", "other"], name="two_cases_are_linked_once"),
            models.CheckConstraint(name="a_case_is_not_linked_to_itself", condition=~Q(case=F("other"))),
        ]

    def __str__(self) -> str:
        return f"{self.case} → {self.other}"


class Competition(models.Model):
    """Requests of several sides for the same evidence, person or thing, and which was met first, and why.

    Article 11 of the Act weighs treaty, order of receipt, nature and time needed, and lets all requesters be told.
    """

    # Translators: 競合標的
    wanted = models.CharField(_("what is wanted by several"), max_length=200)
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    preferred = models.ForeignKey(
        Case,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="preferred_in",
        verbose_name=_("request met first"),
    )
    reason = models.TextField(_("reasons of the decision"), blank=True)
    decided_on = models.DateField(_("decided on"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    version = models.PositiveIntegerField(_("number of changes"), default=1, editable=False)

    class Meta:
        # Translators: 競合請求
        verbose_name = _("concurrent requests")
        verbose_name_plural = _("concurrent requests")
        default_permissions = NOBODY
        constraints = [
            models.CheckConstraint(
                name="a_decision_on_concurrent_requests_has_day_and_reasons",
                condition=Q(preferred=None, decided_on=None)
                | (Q(preferred__isnull=False, decided_on__isnull=False) & ~Q(reason="")),
            ),
        ]

    def __str__(self) -> str:
        return self.wanted


class Competitor(models.Model):
    """One of the concurrent requests, with what article 11 weighs of it, and when its side was told."""

    competition = models.ForeignKey(
        Competition, models.CASCADE, related_name="competitors", verbose_name=_("concurrent requests")
    )
    case = models.ForeignKey(Case, models.PROTECT, related_name="competes_in", verbose_name=_("case"))
    # Translators: 請求之性質、內容
    nature = models.CharField(_("nature of the request"), max_length=300, blank=True)
    time_needed = models.CharField(_("time needed"), max_length=120, blank=True)
    told_on = models.DateField(_("told on"), null=True, blank=True)
    letter = models.ForeignKey(
        "cases.Letter", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("notice")
    )

    class Meta:
        verbose_name = _("concurrent request")
        verbose_name_plural = _("concurrent requests")
        default_permissions = NOBODY
        constraints = [
            models.UniqueConstraint(fields=["competition", "case"], name="a_request_competes_once"),
        ]

    def __str__(self) -> str:
        return f"{self.competition} {self.case}"
