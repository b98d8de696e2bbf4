"""What happens between milestones: rounds of talks, periodic updates, and the clocks that run."""

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from agreements.clocks import OPTIONAL_CLOCKS
from agreements.lifecycle import Actor
from tracker.modelfields import EdgeDateField, PartialDateField


class Round(models.Model):
    """One round of talks."""

    class Medium(models.TextChoices):
        IN_PERSON = "in_person", pgettext_lazy("medium", "In person")
        VIDEO = "video", pgettext_lazy("medium", "By video")
        WRITTEN = "written", pgettext_lazy("medium", "In writing")

    agreement = models.ForeignKey(
        "agreements.Agreement", models.PROTECT, related_name="rounds", verbose_name=_("agreement")
    )
    number = models.PositiveSmallIntegerField(pgettext_lazy("of talks", "round"))
    held = PartialDateField(_("held on"))
    held_to = EdgeDateField(_("held on, last possible day"), of="held", edge="last")
    medium = models.CharField(_("medium"), max_length=10, choices=Medium)
    place = models.CharField(_("place"), max_length=120, blank=True)
    outcome = models.TextField(_("outcome"))
    open_articles = models.PositiveSmallIntegerField(_("articles still open"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )

    class Meta:
        verbose_name = _("round of talks")
        verbose_name_plural = _("rounds of talks")
        ordering = ["agreement", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "number"], name="a_round_number_is_used_once"),
        ]

    def __str__(self) -> str:
        return f"{self.agreement.number} {self.number}"


class ProgressUpdate(models.Model):
    """How the file is going, said from time to time: confidence, next step, whose turn it is."""

    class Confidence(models.TextChoices):
        ON_TRACK = "on_track", pgettext_lazy("confidence", "On track")
        AT_RISK = "at_risk", pgettext_lazy("confidence", "At risk")
        DELAYED = "delayed", pgettext_lazy("confidence", "Delayed")

    class Court(models.TextChoices):
        LEAD = Actor.LEAD.value, Actor.LEAD.label
        PARTNER = "partner", pgettext_lazy("actor", "The other side")
        EXECUTIVE_YUAN = Actor.EXECUTIVE_YUAN.value, Actor.EXECUTIVE_YUAN.label
        LEGISLATIVE_YUAN = Actor.LEGISLATIVE_YUAN.value, Actor.LEGISLATIVE_YUAN.label
        PRESIDENT = Actor.PRESIDENT.value, Actor.PRESIDENT.label

    agreement = models.ForeignKey(
        "agreements.Agreement", models.PROTECT, related_name="updates", verbose_name=_("agreement")
    )
    said_on = models.DateField(_("day"))
    confidence = models.CharField(_("confidence"), max_length=10, choices=Confidence)
    court = models.CharField(_("whose turn"), max_length=20, choices=Court)
    next_step = models.CharField(_("next step"), max_length=300)
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )

    class Meta:
        verbose_name = _("progress update")
        verbose_name_plural = _("progress updates")
        ordering = ["-said_on", "-id"]

    def __str__(self) -> str:
        return f"{self.agreement.number} {self.said_on}"


class RunningClockQuerySet(models.QuerySet["RunningClock"]):
    """The office's words for periods."""

    def overdue(self, *, today: date) -> "RunningClockQuerySet":
        """Those that ran out; what a period merely allows is not missed."""
        return self.filter(due_on__lt=today).exclude(code__in=OPTIONAL_CLOCKS)


class RunningClock(models.Model):
    """A clock that runs, with its due day for sorting; rewritten by every action and when the calendar changes."""

    agreement = models.ForeignKey(
        "agreements.Agreement", models.CASCADE, related_name="running_clocks", verbose_name=_("agreement")
    )
    code = models.CharField(_("clock"), max_length=4)
    started_on = models.DateField(_("started on"))
    raw_due_on = models.DateField(_("due on, before any roll"))
    due_on = models.DateField(_("due on"))
    calendar = models.CharField(_("calendar version"), max_length=20)

    objects = RunningClockQuerySet.as_manager()

    class Meta:
        verbose_name = _("running clock")
        verbose_name_plural = _("running clocks")
        ordering = ["due_on", "agreement"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "code"], name="a_clock_runs_once_per_agreement"),
        ]
        indexes = [models.Index(fields=["due_on"], name="clock_by_due_day")]

    def __str__(self) -> str:
        return f"{self.agreement.number} {self.code} {self.due_on}"
