"""The admin screen of retention: which term the ministry's own schedule gives to each kind of case."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from cases.admin.doors import OfJustice, may_look
from cases.models import RetentionDefault
from tracker.adminbase import ReferenceAdmin


@admin.register(RetentionDefault)
class RetentionDefaultAdmin(OfJustice, ReferenceAdmin):
    """To be set by the ministry's archivist, through a supervisor of justice; empty means permanent."""

    list_display = ("kind", "years", "start", "source")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return may_look(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_look(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_look(request)
