"""The address of the one note to a partner, below the partner's own address."""

from django.urls import path

from cases.views.letters import note

app_name = "note"
urlpatterns = [path("", note.page, name="page")]
