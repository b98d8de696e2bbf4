"""Neutral place-holders of agreements that are state secrets: the paper itself is kept outside this system."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from tracker.models import User
from tracker.roles import Role, Secrecy


class PlaceholderQuerySet(models.QuerySet["Placeholder"]):
    """The office's words for lists of place-holders."""

    def visible_to(self, user: User) -> "PlaceholderQuerySet":
        """That there is one is told to those only who are cleared for restricted papers; administrators see none."""
        if not user.is_active or user.role == Role.ADMINISTRATOR or user.clearance < Secrecy.RESTRICTED:
            return self.none()
        return self.all()

    def standing(self) -> "PlaceholderQuerySet":
        return self.filter(withdrawn_at=None)


class Placeholder(models.Model):
    """That a file exists elsewhere: its number there, a code name, and where the paper lies. Nothing else of it."""

    # Translators: 替代登錄號
    number = models.CharField(_("number of the place-holder"), max_length=12, unique=True, editable=False)
    # Translators: 代號
    code_name = models.CharField(_("code name"), max_length=60)
    # Translators: 紙本存放處
    kept_where = models.CharField(_("where the paper file is"), max_length=200)
    recorded_at = models.DateTimeField(_("recorded"), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        editable=False,
        related_name="+",
        verbose_name=_("recorded by"),
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True, editable=False)
    withdrawn_reason = models.CharField(_("why it was withdrawn"), max_length=300, blank=True, editable=False)

    objects = PlaceholderQuerySet.as_manager()

    class Meta:
        # Translators: 替代登錄
        verbose_name = _("place-holder")
        verbose_name_plural = _("place-holders")
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                name="a_withdrawn_placeholder_says_why",
                condition=Q(withdrawn_at=None) | ~Q(withdrawn_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.code_name}"
