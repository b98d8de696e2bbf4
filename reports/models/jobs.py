"""Work too long for a web request: long exports and packs, taken up by a worker and carried on when it dies."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Job(models.Model):
    """One piece of long work: what is asked, how far it is, and the document that came of it.

    A worker holds a job until ``lease_until`` and renews that while it works; a job whose lease has run out is taken
    up by the next worker, at most ``MOST_ATTEMPTS`` times. ``rights`` are those of its asker when the file was made (see
    :mod:`reports.rights`).
    """

    MOST_ATTEMPTS = 3

    class State(models.TextChoices):
        QUEUED = "queued", pgettext_lazy("job", "Waiting")
        RUNNING = "running", pgettext_lazy("job", "Running")
        DONE = "done", pgettext_lazy("job", "Done")
        FAILED = "failed", pgettext_lazy("job", "Failed")
        CANCELLED = "cancelled", pgettext_lazy("job", "Cancelled")

    class Failure(models.TextChoices):
        """Why there is no file, in words for its asker; what exactly happened stands in the log of the server alone."""

        NOT_ALLOWED = "not_allowed", _("Your role does not export this any more.")
        WORKER_DIED = "worker_died", _("Its worker died each time it was begun.")
        NOT_LOADED = "not_loaded", _("What this report stands on has not been loaded yet.")
        TOO_MANY_ROWS = (
            "too_many_rows",
            _("It has more rows than a sheet takes: narrow it down, or take CSV."),
        )
        TOO_LONG = "too_long", _("It is too long for a PDF: narrow it down.")
        BROKEN = (
            "broken",
            _("It could not be made. Whoever runs the server finds the reason in its log."),
        )

    id = models.UUIDField(_("key"), primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(pgettext_lazy("of a job", "kind"), max_length=20)
    title = models.CharField(_("title"), max_length=200)
    parameters: Any = models.JSONField(_("parameters"))
    language = models.CharField(_("language"), max_length=10)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    done_rows = models.PositiveIntegerField(_("rows done"), default=0)
    all_rows = models.PositiveIntegerField(_("rows in all"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_until = models.DateTimeField(_("held until"), null=True, blank=True)
    error = models.CharField(_("what went wrong"), max_length=500, choices=Failure, blank=True)
    rights: Any = models.JSONField(_("rights it was made with"), default=dict, editable=False)
    document = models.ForeignKey(
        "tracker.Document",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("document"),
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="jobs", verbose_name=_("asked by")
    )
    asked_at = models.DateTimeField(_("asked"), editable=False)
    started_at = models.DateTimeField(_("started"), null=True, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, editable=False)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-asked_at"]
        constraints = [
            models.CheckConstraint(
                name="a_done_job_has_a_document",
                condition=~Q(state="done") | Q(document__isnull=False),
            ),
            models.CheckConstraint(
                name="a_failed_job_says_why",
                condition=~Q(state="failed") | ~Q(error=""),
            ),
        ]
        indexes = [
            models.Index(fields=["asked_at"], name="job_to_do", condition=Q(state__in=["queued", "running"]))
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("reports:job", args=[self.pk])
