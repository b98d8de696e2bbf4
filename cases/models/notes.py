"""What people write beside a case: notes with mentions, and tasks. The machine's history stands apart from it."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from cases.models.case import NOBODY, Case


class Note(models.Model):
    """A note of a person on a case; withdrawn, never overwritten."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="notes", verbose_name=_("case"))
    text = models.TextField(_("note"))
    is_for_successor = models.BooleanField(_("for whoever takes the case over"), default=False)
    written_at = models.DateTimeField(_("written"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["case", "-written_at", "-id"]
        default_permissions = NOBODY

    def __str__(self) -> str:
        return f"{self.case} {self.written_at:%Y-%m-%d}"


class Mention(models.Model):
    """That a note names a colleague, and when that colleague saw it."""

    note = models.ForeignKey(Note, models.CASCADE, related_name="mentions", verbose_name=_("note"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="mentions", verbose_name=_("person")
    )
    seen_at = models.DateTimeField(_("seen"), null=True, blank=True)

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        default_permissions = NOBODY
        constraints = [
            models.UniqueConstraint(fields=["note", "person"], name="a_note_mentions_a_person_once"),
        ]
        indexes = [
            models.Index(fields=["person"], name="mention_unseen", condition=Q(seen_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.note} {self.person}"


class Task(models.Model):
    """Something to be done on a case, by somebody, perhaps by a day."""

    case = models.ForeignKey(Case, models.PROTECT, related_name="tasks", verbose_name=_("case"))
    words = models.CharField(_("what is to be done"), max_length=200)
    due_on = models.DateField(_("by"), null=True, blank=True)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="tasks",
        verbose_name=_("whose"),
    )
    made_at = models.DateTimeField(_("recorded"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("recorded by")
    )
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("done by"),
    )
    dropped_reason = models.CharField(_("why it was dropped"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        ordering = ["case", "done_at", "due_on", "id"]
        default_permissions = NOBODY
        indexes = [
            models.Index(fields=["assigned_to", "due_on"], name="task_to_do", condition=Q(done_at=None)),
        ]

    def __str__(self) -> str:
        return self.words
