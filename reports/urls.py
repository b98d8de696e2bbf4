"""Addresses under `/reports/`."""

from django.urls import path

from reports.views import priorities

app_name = "reports"
urlpatterns = [
    path("", priorities.priorities, name="priorities"),
]
