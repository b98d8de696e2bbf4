"""Recommendations of the National Audit Office, followed to their close: asked, answered, reviewed, closed."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from reports.models.series import FIRST_YEAR, LAST_YEAR
from tracker.modelfields import EdgeDateField, PartialDateField
from tracker.roles import Ministry


class RecommendationQuerySet(models.QuerySet["Recommendation"]):
    """The office's words for recommendations."""

    def real(self) -> "RecommendationQuerySet":
        return self.filter(is_sample=False)

    def open(self) -> "RecommendationQuerySet":
        return self.exclude(state=Recommendation.State.CLOSED)


class Recommendation(models.Model):
    """One recommendation of one audit cycle (a fiscal year); ``follows`` is the one it carries on from last year.

    ``state`` follows from the events and is written by the same action.
    """

    class State(models.TextChoices):
        # Translators: 函請（待我方回復）
        ASKED = "asked", pgettext_lazy("recommendation", "To be answered")
        # Translators: 據復（待覆核）
        ANSWERED = "answered", pgettext_lazy("recommendation", "Answered, to be reviewed")
        # Translators: 覆核後賡續追蹤
        KEPT_OPEN = "kept_open", pgettext_lazy("recommendation", "Reviewed, kept open")
        # Translators: 解除列管
        CLOSED = "closed", pgettext_lazy("recommendation", "Closed")

    code = models.CharField(
        pgettext_lazy("of a recommendation", "code"),
        max_length=20,
        unique=True,
        help_text=_("Year of the Republic and a number: 113-01"),
    )
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"), help_text=_("Gregorian"))
    title = models.CharField(_("title"), max_length=200)
    title_en = models.CharField(_("title in English"), max_length=200, blank=True)
    text = models.TextField(_("text of the recommendation"), max_length=4000)
    article = models.CharField(
        _("article of the report"), max_length=200, blank=True, help_text=_("Chapter, section, item")
    )
    source = models.CharField(_("source"), max_length=300)
    ministry = models.CharField(_("ministry that answers"), max_length=20, choices=Ministry)
    follows = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="followed_by",
        verbose_name=_("carries on from"),
    )
    due_on = models.DateField(
        _("answer due on"),
        null=True,
        blank=True,
        # Translators: 審計法施行細則第 14 條：應於限期內聲復
        help_text=_("Enforcement Rules of the Audit Act, article 14: to be answered within the period set"),
    )
    inner_due_on = models.DateField(_("due on inside the house"), null=True, blank=True)
    next_review_on = models.DateField(_("next review"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ASKED, editable=False)
    is_sample = models.BooleanField(_("fictional sample"), default=False)
    created_at = models.DateTimeField(_("created"), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    version = models.PositiveIntegerField(_("number of changes"), default=1, editable=False)

    objects = RecommendationQuerySet.as_manager()

    class Meta:
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
        ordering = ["-fiscal_year", "code"]
        constraints = [
            models.CheckConstraint(
                name="the_fiscal_year_is_gregorian",
                condition=Q(fiscal_year__gte=FIRST_YEAR, fiscal_year__lte=LAST_YEAR),
                violation_error_message=_("Write the Gregorian year, for example 2024 for 113."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("reports:recommendation", args=[self.code])

    @property
    def title_of_reader(self) -> str:
        """The title in the reader's language, in Chinese where there is no other."""
        is_english = (get_language() or "").startswith("en")
        return self.title_en if is_english and self.title_en else self.title


class RecommendationEvent(models.Model):
    """One dated act on a recommendation. A correction withdraws it and adds another; the day may be unknown."""

    class Kind(models.TextChoices):
        # Translators: 函請
        ASK = "ask", pgettext_lazy("recommendation event", "Asked by letter")
        # Translators: 催告
        REMIND = "remind", pgettext_lazy("recommendation event", "Reminded")
        # Translators: 據復
        ANSWER = "answer", pgettext_lazy("recommendation event", "Answered")
        # Translators: 追蹤覆核（賡續追蹤）
        KEEP_OPEN = "keep_open", pgettext_lazy("recommendation event", "Reviewed and kept open")
        # Translators: 解除列管
        CLOSE = "close", pgettext_lazy("recommendation event", "Closed")

    recommendation = models.ForeignKey(
        Recommendation, models.PROTECT, related_name="events", verbose_name=_("recommendation")
    )
    kind = models.CharField(pgettext_lazy("of an event", "kind"), max_length=10, choices=Kind)
    happened = PartialDateField(_("happened on"), blank=True)
    happened_to = EdgeDateField(_("happened on, last possible day"), of="happened", edge="last")
    reference = models.CharField(_("official letter number"), max_length=120, blank=True)
    text = models.TextField(_("text"), max_length=6000)
    text_en = models.TextField(_("text in English"), max_length=6000, blank=True)
    source = models.CharField(_("source"), max_length=300, blank=True)
    order = models.PositiveIntegerField(_("order"))
    recorded_at = models.DateTimeField(_("recorded"), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)
    withdrawn_reason = models.CharField(_("why it was withdrawn"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("step of a recommendation")
        verbose_name_plural = _("steps of recommendations")
        ordering = ["recommendation", "order"]
        constraints = [
            models.UniqueConstraint(
                fields=["recommendation", "order"], name="two_steps_of_a_recommendation_do_not_share_a_place"
            ),
            models.CheckConstraint(
                name="a_withdrawn_step_of_a_recommendation_says_why",
                condition=Q(withdrawn_at=None) | ~Q(withdrawn_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recommendation_id} {self.kind}"


class Evidence(models.Model):
    """What was done about a recommendation, and what in this system shows it (辦理情形與佐證)."""

    recommendation = models.ForeignKey(
        Recommendation, models.PROTECT, related_name="evidence", verbose_name=_("recommendation")
    )
    happened = PartialDateField(_("happened on"), blank=True)
    happened_to = EdgeDateField(_("happened on, last possible day"), of="happened", edge="last")
    text = models.TextField(_("what was done"), max_length=2000)
    text_en = models.TextField(_("what was done, in English"), max_length=2000, blank=True)
    agreement = models.ForeignKey(
        "agreements.Agreement",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("agreement"),
    )
    partner = models.ForeignKey(
        "agreements.Partner",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("partner"),
    )
    report = models.ForeignKey(
        "reports.FrozenReport",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("signed-off report"),
    )
    recorded_at = models.DateTimeField(_("recorded"), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)
    withdrawn_reason = models.CharField(_("why it was withdrawn"), max_length=300, blank=True, editable=False)

    class Meta:
        verbose_name = _("action taken")
        verbose_name_plural = _("actions taken")
        ordering = ["recommendation", "happened_to", "id"]
        constraints = [
            models.CheckConstraint(
                name="withdrawn_evidence_says_why",
                condition=Q(withdrawn_at=None) | ~Q(withdrawn_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.recommendation_id} {self.text[:40]}"
