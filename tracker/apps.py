"""Tells Django about the app `tracker`."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TrackerConfig(AppConfig):
    name = "tracker"
    verbose_name = _("People, calendar, history")

    def ready(self) -> None:
        """Register the system checks."""
        from tracker import checks  # noqa: F401 - registers by being imported
