"""By what things are found, and how people want to see their lists."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


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
