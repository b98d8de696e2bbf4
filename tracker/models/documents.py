"""Documents and the versions of their files."""

import uuid

from django.conf import settings
from django.core.files.storage import storages
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tracker.models.marks import Marked, says_when_it_ends
from tracker.models.people import User
from tracker.roles import Secrecy


class DocumentQuerySet(models.QuerySet["Document"]):
    """The office's words for lists of documents."""

    def visible_to(self, user: User) -> "DocumentQuerySet":
        """Documents up to the reader's clearance; whether the thing they belong to may be seen is asked there."""
        return self.filter(secrecy__lte=user.clearance)

    def about(self, thing: models.Model) -> "DocumentQuerySet":
        return self.filter(about_model=thing._meta.label_lower, about_id=str(thing.pk))


class Document(Marked):
    """A document that belongs to one thing (an agreement, a case), which is at least as secret as it.

    Its mark ceases with that of the thing, and says so (``inherits_mark``), or it says itself when it ceases.
    """

    id = models.UUIDField(_("key"), primary_key=True, default=uuid.uuid4, editable=False)
    about_model = models.CharField(_("kind of record"), max_length=60)
    about_id = models.CharField(_("key of the record"), max_length=40)
    title = models.CharField(_("title"), max_length=200)
    secrecy = models.PositiveSmallIntegerField(_("secrecy"), choices=Secrecy, default=Secrecy.ORDINARY)
    inherits_mark = models.BooleanField(_("its mark ceases with that of what it belongs to"), default=True)
    created_at = models.DateTimeField(_("created"))

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                name="a_secret_document_says_when_its_mark_ceases",
                condition=says_when_it_ends() | Q(inherits_mark=True),
            ),
            models.CheckConstraint(
                name="an_inherited_mark_has_no_end_of_its_own",
                condition=Q(inherits_mark=False) | Q(declassify_on=None, declassify_when=""),
            ),
        ]
        indexes = [models.Index(fields=["about_model", "about_id"], name="document_by_thing")]

    def __str__(self) -> str:
        return self.title


def _store():
    """Where files lie; a callable, so that no migration knows a path."""
    return storages["default"]


def _place(version: "DocumentVersion", name: str) -> str:
    """A random name in a folder of its own two letters: nothing of the uploaded name reaches the disk."""
    token = uuid.uuid4().hex
    return f"{token[:2]}/{token}"


class DocumentVersion(models.Model):
    """One uploaded file of a document; versions are added, never replaced."""

    document = models.ForeignKey(
        Document, models.PROTECT, related_name="versions", verbose_name=_("document")
    )
    number = models.PositiveIntegerField(pgettext_lazy("of a document", "version"))
    file = models.FileField(_("file"), upload_to=_place, storage=_store, max_length=120)
    name = models.CharField(_("file name"), max_length=255)
    content_type = models.CharField(_("type of file"), max_length=120)
    size = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(_("SHA-256 digest of the file"), max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    uploaded_at = models.DateTimeField(_("uploaded"))
    # None until a scanner has looked, and when it could not say; it matters only where one is set.
    is_clean = models.BooleanField(_("passed by the virus scanner"), null=True, editable=False)
    scanned_at = models.DateTimeField(_("scanned"), null=True, editable=False)
    # Nobody scans it before this moment: a worker is at it, or the scanner gave no answer. None: whenever somebody can.
    scan_due_at = models.DateTimeField(_("scanned again from"), null=True, editable=False)
    scan_tries = models.PositiveSmallIntegerField(
        _("scans begun without a verdict"), null=True, editable=False
    )
    # What it tells beside what it shows (tracker.documents.traces), by code; None for files that nobody looked into.
    traces = models.JSONField(_("metadata of the file"), null=True, editable=False)

    class Meta:
        verbose_name = _("document version")
        verbose_name_plural = _("document versions")
        ordering = ["document", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="a_version_number_is_used_once"),
        ]
        indexes = [
            models.Index(fields=["scan_due_at", "id"], name="version_to_scan", condition=Q(is_clean=None)),
            models.Index(fields=["scanned_at"], name="version_infected", condition=Q(is_clean=False)),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"
