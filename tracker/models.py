"""People, the audit trail, documents, the calendar's override table, import batches and settings."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.core.files.storage import storages
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from tracker.roles import Ministry, Role, Secrecy


class PeopleManager(UserManager["User"]):
    """Makes people; the first one of an installation is an administrator, who has no right of a superuser."""

    use_in_migrations = False

    def create_superuser(  # type: ignore[override]
        self, username: str, email: str | None = None, password: str | None = None, **fields: Any
    ) -> "User":
        """What `manage.py createsuperuser` makes: rights follow from the role, so nobody is above them."""
        fields |= {"role": Role.ADMINISTRATOR, "ministry": "", "is_staff": True, "is_superuser": False}
        return self.create_user(username, email, password, **fields)


class User(AbstractUser):
    """A person who signs in: which ministry and desk, in what role, cleared up to which level."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    name = models.CharField(_("name"), max_length=80)
    ministry = models.CharField(_("ministry"), max_length=20, choices=Ministry, blank=True)
    desk = models.CharField(_("desk"), max_length=80, blank=True, help_text=_("Section or unit"))
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.OFFICER)
    clearance = models.PositiveSmallIntegerField(_("clearance"), choices=Secrecy, default=Secrecy.INTERNAL)
    has_single_keys = models.BooleanField(_("single-key shortcuts"), default=True)

    REQUIRED_FIELDS = ["name"]
    objects = PeopleManager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(
                name="officers_and_supervisors_belong_to_a_ministry",
                condition=~models.Q(role__in=[Role.OFFICER, Role.SUPERVISOR]) | ~models.Q(ministry=""),
                violation_error_message=_("Officers and supervisors belong to a ministry: choose one."),
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        return str(self)

    @property
    def is_supervisor(self) -> bool:
        return self.role == Role.SUPERVISOR


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


class Holiday(models.Model):
    """A day that differs from the published calendar: a holiday (typhoon day), or a make-up working day."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", _("Holiday")
        WORKDAY = "workday", _("Working day")

    day = models.DateField(_("day"), unique=True)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    reason = models.CharField(_("reason"), max_length=200)

    class Meta:
        verbose_name = _("calendar exception")
        verbose_name_plural = _("calendar exceptions")
        ordering = ["-day"]

    def __str__(self) -> str:
        return f"{self.day} {self.get_kind_display()}"


class Setting(models.Model):
    """One value that staff may change without code; the known names and their defaults stand in `preferences.py`."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    value = models.CharField(_("value"), max_length=200)

    class Meta:
        verbose_name = _("setting")
        verbose_name_plural = _("settings")
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} = {self.value}"


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

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.get_state_display()})"


class DocumentQuerySet(models.QuerySet["Document"]):
    """The office's words for lists of documents."""

    def visible_to(self, user: "User") -> "DocumentQuerySet":
        """Documents up to the reader's clearance; whether the thing they belong to may be seen is asked there."""
        return self.filter(secrecy__lte=user.clearance)

    def about(self, thing: models.Model) -> "DocumentQuerySet":
        return self.filter(about_model=thing._meta.label_lower, about_id=str(thing.pk))


class Document(models.Model):
    """A document that belongs to one thing (an agreement, a case) and inherits at least its secrecy."""

    id = models.UUIDField(_("key"), primary_key=True, default=uuid.uuid4, editable=False)
    about_model = models.CharField(_("kind of record"), max_length=60)
    about_id = models.CharField(_("key of the record"), max_length=40)
    title = models.CharField(_("title"), max_length=200)
    secrecy = models.PositiveSmallIntegerField(_("secrecy"), choices=Secrecy, default=Secrecy.ORDINARY)
    created_at = models.DateTimeField(_("created"))

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering = ["-created_at"]
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

    class Meta:
        verbose_name = _("document version")
        verbose_name_plural = _("document versions")
        ordering = ["document", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="a_version_number_is_used_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.number})"


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
    """A form that was typed and not sent yet: private to its writer, gone when the form is carried out or dropped."""

    key = models.UUIDField(_("key"), primary_key=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts", verbose_name=_("by")
    )
    title = models.CharField(_("title"), max_length=300)
    address = models.CharField(_("address"), max_length=300)
    typed: Any = models.JSONField(_("typed"))
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


class SearchEntry(models.Model):
    """The text by which one thing is found; on SQLite its tokens lie in a table of their own."""

    about_model = models.CharField(_("kind of record"), max_length=60)
    about_id = models.BigIntegerField(_("key of the record"))
    text = models.TextField(_("text"))
    vector = SearchVectorField(_("words to search"), null=True)

    class Meta:
        verbose_name = _("search entry")
        verbose_name_plural = _("search entries")
        constraints = [
            models.UniqueConstraint(fields=["about_model", "about_id"], name="a_thing_is_indexed_once"),
        ]
        indexes = [GinIndex(fields=["vector"], name="search_by_token")]

    def __str__(self) -> str:
        return f"{self.about_model} {self.about_id}"


class SavedView(models.Model):
    """A list as somebody wants to see it again: its filters and columns under a name, private or shared."""

    class Reach(models.TextChoices):
        MINE = "mine", pgettext_lazy("saved view", "Only me")
        DESK = "desk", pgettext_lazy("saved view", "My desk")
        MINISTRY = "ministry", pgettext_lazy("saved view", "My ministry")

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="saved_views", verbose_name=_("owner")
    )
    place = models.CharField(_("list"), max_length=30)
    name = models.CharField(_("name"), max_length=80)
    query = models.CharField(_("filters"), max_length=1000, blank=True)
    columns: Any = models.JSONField(_("columns"), default=list, blank=True)
    reach = models.CharField(_("who sees it"), max_length=10, choices=Reach, default=Reach.MINE)
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "place", "name"], name="a_view_of_a_list_is_named_once"),
        ]

    def __str__(self) -> str:
        return self.name


class ListLook(models.Model):
    """When a person last looked at a list or one of its views, and the columns chosen there.

    ``view`` is empty for the list as such.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="looks", verbose_name=_("person")
    )
    place = models.CharField(_("list"), max_length=30)
    view = models.ForeignKey(
        SavedView, models.CASCADE, null=True, blank=True, related_name="looks", verbose_name=_("saved view")
    )
    looked_at = models.DateTimeField(_("last looked at"))
    columns: Any = models.JSONField(_("columns"), default=list, blank=True)

    class Meta:
        verbose_name = _("last look at a list")
        verbose_name_plural = _("last looks at lists")
        constraints = [
            models.UniqueConstraint(
                fields=["person", "view"],
                condition=models.Q(view__isnull=False),
                name="a_person_has_one_last_look_at_a_view",
            ),
            models.UniqueConstraint(
                fields=["person", "place"],
                condition=models.Q(view=None),
                name="a_person_has_one_last_look_at_a_list",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.place}"
