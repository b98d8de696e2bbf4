"""What happens to the time of a case: stopped clocks, days on hold, extended terms.

None of them is overwritten: an interval that was recorded by mistake is withdrawn with a reason, and written anew.
"""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise as StrPromise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.clocks.rules import CLOCK_LABELS
from cases.models.case import NOBODY, Case


class IntervalQuerySet(models.QuerySet["Interval"]):
    """The office's words for intervals."""

    def standing(self) -> "IntervalQuerySet":
        """Not withdrawn."""
        return self.filter(withdrawn_at=None)


class Interval(models.Model):
    """Days of a case that count apart: its clocks stand still (a stop), or its officer has put it aside (a hold).

    A stop runs until it is restarted: ``until`` is empty and ``ended_on`` the first day that counts again. A hold
    names the day ``until`` which it lasts and returns by itself; ``ended_on`` says that it was ended before.
    """

    class Sort(models.TextChoices):
        # Translators: 停止計算
        STOP = "stop", pgettext_lazy("interval", "Clock stopped")
        # Translators: 暫擱至某日
        HOLD = "hold", pgettext_lazy("interval", "On hold")

    class Category(models.TextChoices):
        # Translators: 等待對方補充資料
        SUPPLEMENT = "supplement", pgettext_lazy("stop", "Waiting for more from the other side")
        # Translators: 等待國內機關意見
        OPINION = "opinion", pgettext_lazy("stop", "Waiting for another agency of ours")
        # Translators: 等待法院裁定
        COURT = "court", pgettext_lazy("stop", "Before the court")
        # Translators: 我國偵查、審判程序進行中
        OWN_PROCEEDINGS = "own_proceedings", pgettext_lazy("stop", "Our own proceedings")
        # Translators: 翻譯中
        TRANSLATION = "translation", pgettext_lazy("stop", "Translation")
        AGREED = "agreed", pgettext_lazy("stop", "Agreed with the other side")
        OTHER = "other", pgettext_lazy("stop", "Other reason")

    case = models.ForeignKey(Case, models.PROTECT, related_name="intervals", verbose_name=_("case"))
    sort = models.CharField(_("sort"), max_length=4, choices=Sort)
    category = models.CharField(_("category"), max_length=20, choices=Category, blank=True)
    reason = models.CharField(_("reason"), max_length=300)
    began_on = models.DateField(_("from"))
    until = models.DateField(pgettext_lazy("of a hold", "until"), null=True, blank=True)
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("withdrawn by"),
    )
    withdrawn_reason = models.CharField(_("reason of withdrawal"), max_length=300, blank=True)

    objects = IntervalQuerySet.as_manager()

    class Meta:
        verbose_name = _("stop or hold")
        verbose_name_plural = _("stops and holds")
        ordering = ["case", "began_on", "id"]
        default_permissions = NOBODY
        constraints = [
            models.CheckConstraint(
                name="an_interval_does_not_end_before_it_began",
                condition=Q(ended_on=None) | Q(ended_on__gte=F("began_on")),
            ),
            models.CheckConstraint(
                name="a_hold_names_its_day_and_a_stop_its_category",
                condition=Q(sort="hold", until__gt=F("began_on"), category="")
                | (Q(sort="stop", until=None) & ~Q(category="")),
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(sort="stop", ended_on=None, withdrawn_at=None),
                name="the_clock_of_a_case_is_stopped_once_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.get_sort_display()} {self.began_on}"

    def is_on(self, day: date) -> bool:
        """Whether the interval covers ``day``; its last day does not."""
        if self.withdrawn_at is not None or day < self.began_on:
            return False
        ends = [end for end in (self.until, self.ended_on) if end is not None]
        return not ends or day < min(ends)


class Extension(models.Model):
    """A request for more time on one clock, with its reason; it counts once another person approved it."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="extensions", verbose_name=_("case"))
    clock = models.CharField(_("clock"), max_length=10)
    due_was = models.DateField(_("due until now"))
    due_asked = models.DateField(_("new due day"))
    reason = models.CharField(_("reason"), max_length=300)
    asked_at = models.DateTimeField(_("asked"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    is_approved = models.BooleanField(_("approved"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decision_reason = models.CharField(_("reason of the decision"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ["case", "id"]
        default_permissions = NOBODY
        constraints = [
            models.CheckConstraint(
                name="an_extension_gives_more_time", condition=Q(due_asked__gt=F("due_was"))
            ),
            models.CheckConstraint(
                name="an_extension_is_decided_by_somebody_else",
                condition=Q(is_approved=None, decided_by=None)
                | (Q(is_approved__isnull=False, decided_by__isnull=False) & ~Q(decided_by=F("asked_by"))),
            ),
            models.UniqueConstraint(
                fields=["case", "clock"],
                condition=Q(is_approved=None),
                name="one_extension_of_a_clock_is_asked_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.clock} {self.due_asked}"

    @property
    def clock_label(self) -> str | StrPromise:
        """What the clock is called."""
        return CLOCK_LABELS.get(self.clock, self.clock)
