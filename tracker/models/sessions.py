"""Who is signed in where, and what was typed when that ended."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.modelfields import TypedField


class Session(AbstractBaseSession):
    """One browser's session. Written by :mod:`tracker.signedin` only; a session that ends is deleted.

    ``expire_date`` is the moment after which it ends however busy its person is. ``seen_at`` is when the person was last
    active, noted at most once a minute. Without a person it is that of somebody who has not signed in yet.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        related_name="sessions",
        verbose_name=_("person"),
    )
    started_at = models.DateTimeField(_("signed in"))
    seen_at = models.DateTimeField(_("last active"))
    device = models.CharField(_("device"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["-seen_at"]

    def __str__(self) -> str:
        return f"{self.person} {self.started_at}"


class KeptForm(models.Model):
    """What a person sent when the session had ended, or before a fresh sign-in: kept for a day, for that person alone.

    Encrypted; holds no file and no password. ``address`` is where the form was sent.
    """

    key = models.UUIDField(_("key"), primary_key=True, default=uuid.uuid4, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="kept_forms", verbose_name=_("by")
    )
    address = models.CharField(_("address"), max_length=2000)
    typed: Any = TypedField(_("typed"))
    had_files = models.BooleanField(_("had files"), default=False)
    kept_at = models.DateTimeField(_("kept"))

    class Meta:
        verbose_name = _("kept form")
        verbose_name_plural = _("kept forms")
        ordering = ["-kept_at"]

    def __str__(self) -> str:
        return f"{self.by} {self.kept_at}"
