"""Forms that were carried out, and those typed and not sent yet."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.modelfields import TypedField
from tracker.models.people import User


class Submission(models.Model):
    """A form that was already carried out, by the key that travelled in it: the same key does nothing twice."""

    key = models.UUIDField(_("key"), primary_key=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"))
    result = models.CharField(_("what came of it"), max_length=200)

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")

    def __str__(self) -> str:
        return str(self.key)

    @staticmethod
    def key_of(key: uuid.UUID, *, by: User) -> uuid.UUID:
        """The key as this person's own: the same key sent by two people makes two rows."""
        return uuid.uuid5(key, str(by.pk))


class Draft(models.Model):
    """A form that was typed and not sent yet: private to its writer, encrypted, gone when the form is
    carried out or dropped, and three months after it was saved last."""

    key = models.UUIDField(_("key"), primary_key=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts", verbose_name=_("by")
    )
    title = models.CharField(_("title"), max_length=300)
    address = models.CharField(_("address"), max_length=300)
    typed: Any = TypedField(_("typed"))
    saved_at = models.DateTimeField(_("saved"))

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering = ["-saved_at"]

    def __str__(self) -> str:
        return self.title

    @property
    def link(self) -> str:
        """The page of the form with what was typed."""
        return f"{self.address}{'&' if '?' in self.address else '?'}draft={self.key}"
