"""What was done and what was looked at, each in a chain of its own, and how the last checks went."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Entry(models.Model):
    """Who did what: one row of the append-only, hash-chained audit trail. Written by :mod:`tracker.audit` only."""

    at = models.DateTimeField(_("at"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("actor")
    )
    actor_name = models.CharField(_("actor's name then"), max_length=80)
    verb = models.CharField(_("verb"), max_length=60)
    about_model = models.CharField(_("kind of record"), max_length=60)
    about_id = models.CharField(_("key of the record"), max_length=40)
    about_text = models.CharField(_("about"), max_length=300)
    details = models.JSONField(_("details"), default=dict)
    request_id = models.CharField(_("number of the web request"), max_length=32, blank=True)
    previous = models.CharField(_("digest of the entry before"), max_length=64)
    digest = models.CharField(_("digest"), max_length=64)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        ordering = ["id"]
        indexes = [models.Index(fields=["about_model", "about_id", "-id"], name="entry_by_thing")]
        constraints = [
            models.UniqueConstraint(fields=["previous"], name="each_entry_follows_another_one"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.verb} {self.about_text}"


class Look(models.Model):
    """Who looked at what: one row of a second append-only chain. Written by :mod:`tracker.looks` only.

    ``about_id`` is empty for a look at many things at once (an export): then ``count`` and ``keys_digest`` say
    how many and which, and the keys lie in :class:`LookedAt`. Holds keys, never contents.
    """

    at = models.DateTimeField(_("at"))
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("reader")
    )
    reader_name = models.CharField(_("reader's name then"), max_length=80)
    way = models.CharField(_("in what way"), max_length=40)
    about_model = models.CharField(_("kind of record"), max_length=60)
    about_id = models.CharField(_("key of the record"), max_length=40, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    count = models.PositiveIntegerField(_("number of records"), default=1)
    keys_digest = models.CharField(_("digest of the keys"), max_length=64, blank=True)
    request_id = models.CharField(_("number of the web request"), max_length=32, blank=True)
    previous = models.CharField(_("digest of the look before"), max_length=64)
    digest = models.CharField(_("digest"), max_length=64)

    class Meta:
        verbose_name = _("look")
        verbose_name_plural = _("looks")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["about_model", "about_id", "-id"], name="look_by_thing"),
            models.Index(fields=["reader", "-id"], name="look_by_reader"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["previous"], name="each_look_follows_another_one"),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.reader_name} {self.about_model} {self.about_id}"


class LookedAt(models.Model):
    """One of the many things that a look took in."""

    look = models.ForeignKey(Look, models.PROTECT, related_name="things", verbose_name=_("look"))
    about_id = models.CharField(_("key of the record"), max_length=40)

    class Meta:
        verbose_name = _("thing looked at")
        verbose_name_plural = _("things looked at")
        indexes = [models.Index(fields=["about_id"], name="looked_at_by_thing")]

    def __str__(self) -> str:
        return f"{self.look_id} {self.about_id}"


class Checkup(models.Model):
    """How the last run of a check went: of the history, of a backup, of the checkpoints, of the virus scanner.

    Further rows keep how far each chain had come when all of it was last found in order (:mod:`tracker.checkups`).
    """

    name = models.CharField(_("name"), max_length=40, unique=True)
    at = models.DateTimeField(_("at"))
    is_well = models.BooleanField(_("well"))
    detail = models.CharField(_("what it found"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("checkup")
        verbose_name_plural = _("checkups")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
