"""What a mark of secrecy carries: when it ceases, what lists may call the thing, and how it is lowered by two persons."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tracker.roles import Secrecy


class Marked(models.Model):
    """A thing whose mark of restricted or above says when it ceases, from the moment at which it is set."""

    # Translators: 解密日期
    declassify_on = models.DateField(_("declassified on"), null=True, blank=True)
    # Translators: 解密條件
    declassify_when = models.CharField(_("declassified when"), max_length=200, blank=True)

    class Meta:
        abstract = True

    @property
    def is_secret(self) -> bool:
        """Whether its mark asks for a day or condition of declassification, and lists name it by its code name."""
        return self.secrecy >= Secrecy.RESTRICTED  # type: ignore[attr-defined]


class CodeNamed(Marked):
    """A marked thing that lists and mails call by its code name, and whose mark is looked at again each year."""

    # Translators: 代號
    code_name = models.CharField(
        _("code name"),
        max_length=60,
        blank=True,
        help_text=_("Stands in lists and mails in place of the title; it must tell nothing of it."),
    )
    mark_reviewed_on = models.DateField(_("mark last reviewed on"), null=True, blank=True, editable=False)

    class Meta:
        abstract = True


def says_when_it_ends() -> Q:
    """Below restricted, or with a day or a condition of declassification."""
    told = Q(declassify_on__isnull=False) | ~Q(declassify_when="")
    return Q(secrecy__lt=Secrecy.RESTRICTED) | told


class Lowering(models.Model):
    """That a mark be lowered or taken off: one supervisor asks, another one decides. Holds keys, never contents."""

    about_model = models.CharField(_("kind of record"), max_length=60)
    about_id = models.CharField(_("key of the record"), max_length=40)
    before = models.PositiveSmallIntegerField(_("level before"), choices=Secrecy)
    after = models.PositiveSmallIntegerField(_("level after"), choices=Secrecy)
    reason = models.CharField(_("reason"), max_length=300)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    is_granted = models.BooleanField(_("granted"), null=True, blank=True)

    class Meta:
        verbose_name = _("lowering of a mark")
        verbose_name_plural = _("lowerings of marks")
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(name="a_mark_is_lowered_not_raised", condition=Q(after__lt=F("before"))),
            models.CheckConstraint(
                name="a_mark_is_lowered_by_two_persons",
                condition=Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
            ),
            models.CheckConstraint(
                name="a_decided_lowering_says_by_whom_and_when",
                condition=Q(is_granted=None, decided_by=None, decided_at=None)
                | Q(is_granted__isnull=False, decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["about_model", "about_id"],
                condition=Q(is_granted=None),
                name="a_thing_has_one_open_lowering",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.about_model} {self.about_id}: {self.before} → {self.after}"
