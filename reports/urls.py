"""Addresses under `/reports/`."""

from django.urls import path

from reports.views import feeds, followup, priorities, reciprocity

app_name = "reports"
urlpatterns = [
    path("", priorities.priorities, name="priorities"),
    path("calendars/", feeds.feeds, name="feeds"),
    path("calendars/<int:pk>/revoke/", feeds.revoke, name="revoke_feed"),
    path("calendars/<str:secret>.ics", feeds.feed, name="feed"),
    path("followup/", followup.register, name="followup"),
    path("followup/new/", followup.new_recommendation, name="new_recommendation"),
    path("followup/<str:code>/", followup.recommendation, name="recommendation"),
    path("followup/<str:code>/act/", followup.new_act, name="new_act"),
    path("followup/<str:code>/done/", followup.new_evidence, name="new_evidence"),
    path("followup/<str:code>/days/", followup.days, name="recommendation_days"),
    path("followup/<str:code>/act/<int:pk>/", followup.withdraw_event, name="withdraw_act"),
    path("followup/<str:code>/done/<int:pk>/", followup.withdraw_done, name="withdraw_evidence"),
]
