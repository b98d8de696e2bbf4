"""Files that were read: what the dry run found and what became of it."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from tracker.models.people import User


class ImportBatchQuerySet(models.QuerySet["ImportBatch"]):
    """The office's words for imports."""

    def visible_to(self, user: User) -> "ImportBatchQuerySet":
        """Those of whoever is cleared no higher: a check shows what its maker might see, and the file's name tells of it."""
        return self.filter(created_by__clearance__lte=user.clearance)


class ImportBatch(models.Model):
    """One file that was read: what the dry run found, when it was applied and, perhaps, undone."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Checked, nothing written")
        APPLIED = "applied", _("Applied")
        UNDONE = "undone", _("Undone")

    id = models.UUIDField(_("key"), primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(_("kind"), max_length=30)
    file_name = models.CharField(_("file"), max_length=255)
    sha256 = models.CharField(_("SHA-256 digest of the file"), max_length=64)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    plan: Any = models.JSONField(_("plan"), default=dict)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("created"))
    applied_at = models.DateTimeField(_("applied"), null=True, editable=False)
    undone_at = models.DateTimeField(_("undone"), null=True, editable=False)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.get_state_display()})"
