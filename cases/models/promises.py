"""Assurances given and received: what is owed after a request was met, by whom, until when."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from cases.models.case import NOBODY, Case
from tracker.models import User

ENDING = ("safe_conduct", "hand_over")
"""Kinds that bind until a day and then end by themselves; the others are kept by an act."""


class PromiseQuerySet(models.QuerySet["Promise"]):
    """The office's words for promises."""

    def visible_to(self, user: User) -> "PromiseQuerySet":
        """The promises of the registered cases that this person may see."""
        return self.filter(case__in=Case.objects.visible_to(user).registered())

    def standing(self) -> "PromiseQuerySet":
        """Neither released nor withdrawn: still owed."""
        return self.filter(released_on=None, withdrawn_at=None)

    def owed(self, *, today: date) -> "PromiseQuerySet":
        """Standing, without those whose term has simply ended."""
        return self.standing().exclude(kind__in=ENDING, due_on__lt=today)

    def ended(self, *, today: date) -> "PromiseQuerySet":
        """Standing, but their term is over: nobody owes anything any more, and nobody has missed anything."""
        return self.standing().filter(kind__in=ENDING, due_on__lt=today)

    def overdue(self, *, today: date) -> "PromiseQuerySet":
        """Not kept by their day."""
        return self.standing().filter(due_on__lt=today).exclude(kind__in=ENDING)


class Promise(models.Model):
    """One assurance, with the day until which it binds or by which it is to be kept; it survives the case's end.

    ``counted_from`` is the day that starts a term of the law: the notice that ends safe conduct after 15 days
    (article 32(4) of the Act), the final decision that opens the three years of article 34(2).
    """

    class Kind(models.TextChoices):
        # Translators: 用途限制
        USE_LIMIT = "use_limit", pgettext_lazy("promise", "Use for the stated purpose only")
        # Translators: 保密
        SECRECY = "secrecy", pgettext_lazy("promise", "Confidentiality")
        # Translators: 返還證物
        RETURN_ITEMS = "return_items", pgettext_lazy("promise", "Return of evidence")
        # Translators: 人員返還（解送後送還）
        RETURN_PERSON = "return_person", pgettext_lazy("promise", "Return of a person")
        # Translators: 安全保證（豁免追訴、拘束）
        SAFE_CONDUCT = "safe_conduct", pgettext_lazy("promise", "Safe conduct")
        COSTS = "costs", pgettext_lazy("promise", "Costs")
        # Translators: 沒收財產分享
        SHARING = "sharing", pgettext_lazy("promise", "Sharing of assets")
        # Translators: 三年內請求交付
        HAND_OVER = "hand_over", pgettext_lazy("promise", "Hand-over of proceeds within three years")
        RECIPROCITY = "reciprocity", pgettext_lazy("promise", "Reciprocity")
        OTHER = "other", pgettext_lazy("promise", "Another assurance")

    class By(models.TextChoices):
        US = "us", pgettext_lazy("promised by", "Given by us")
        THEM = "them", pgettext_lazy("promised by", "Given by the other side")

    case = models.ForeignKey(Case, models.PROTECT, related_name="promises", verbose_name=_("case"))
    kind = models.CharField(pgettext_lazy("of a promise", "kind"), max_length=15, choices=Kind)
    given_by = models.CharField(_("given by"), max_length=4, choices=By)
    words = models.CharField(_("what is promised"), max_length=300)
    given_on = models.DateField(_("given on"))
    counted_from = models.DateField(_("term counted from"), null=True, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    released_on = models.DateField(_("released on"), null=True, blank=True)
    released_reason = models.CharField(_("how it was kept or released"), max_length=300, blank=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("released by"),
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

    objects = PromiseQuerySet.as_manager()

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        ordering = ["case", "due_on", "id"]
        default_permissions = NOBODY
        indexes = [
            models.Index(
                fields=["due_on"],
                name="promise_still_owed",
                condition=Q(released_on=None, withdrawn_at=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case} {self.get_kind_display()}"

    @property
    def is_standing(self) -> bool:
        return self.released_on is None and self.withdrawn_at is None

    def is_over(self, today: date) -> bool:
        """Whether it stands, but its term has ended by itself."""
        is_past = self.due_on is not None and self.due_on < today
        return self.is_standing and self.kind in ENDING and is_past
