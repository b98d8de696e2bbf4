"""What leaves the house by itself: digests by mail, and calendars of deadlines behind a secret address."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tracker.roles import Ministry


class DigestSent(models.Model):
    """What one person was told on one day: at most one digest, however often the command runs.

    The row is written before the mail leaves; ``mailed_at`` stays empty where no mail was to be sent or it failed.
    ``leaving_since`` is when a sender claimed it: while that is young, no other one sends it.
    ``rights`` are those of the person when it was made (see :mod:`reports.rights`).
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="digests", verbose_name=_("person")
    )
    day = models.DateField(_("day"))
    since = models.DateTimeField(_("tells what happened since"))
    sentences: Any = models.JSONField(_("sentences"), default=list)
    rights: Any = models.JSONField(_("rights it was made with"), default=dict, editable=False)
    leaving_since = models.DateTimeField(_("claimed by a sender"), null=True, blank=True, editable=False)
    mailed_at = models.DateTimeField(_("mailed"), null=True, blank=True)
    seen_at = models.DateTimeField(_("seen"), null=True, blank=True)

    class Meta:
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        ordering = ["-day", "person"]
        constraints = [
            models.UniqueConstraint(fields=["person", "day"], name="a_person_gets_one_digest_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.day}"


class Feed(models.Model):
    """A calendar of deadlines behind an address that only its holder knows; ended by revoking it.

    ``desk`` empty: the deadlines of the person's own work; else those of the whole ministry, as the person may see
    them. Only the SHA-256 digest of the secret is kept.
    """

    class Scope(models.TextChoices):
        MINE = "mine", pgettext_lazy("calendar feed", "My work")
        DESK = "desk", pgettext_lazy("calendar feed", "My ministry's work")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="feeds", verbose_name=_("owner")
    )
    scope = models.CharField(_("scope"), max_length=4, choices=Scope)
    ministry = models.CharField(_("ministry"), max_length=20, choices=Ministry, blank=True)
    digest = models.CharField(_("SHA-256 digest of the secret"), max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"), editable=False)
    fetched_at = models.DateTimeField(_("last fetched"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        ordering = ["owner", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "scope"],
                condition=Q(revoked_at=None),
                name="a_person_has_one_feed_of_each_scope",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner} {self.scope}"
