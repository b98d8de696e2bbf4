"""Addresses under `/reports/`."""

from django.urls import path

from reports.views import (
    brief,
    catalogue,
    digests,
    feeds,
    followup,
    frozen,
    jobs,
    priorities,
    reciprocity,
    turn,
    weights,
)

app_name = "reports"
urlpatterns = [
    path("", priorities.priorities, name="priorities"),
    path("weights/", weights.history, name="weights"),
    path("weights/propose/", weights.propose, name="propose_weights"),
    path("weights/<int:number>/", weights.decide, name="decide_weights"),
    path("brief/<str:code>/", brief.brief, name="brief"),
    path("calendars/", feeds.feeds, name="feeds"),
    path("calendars/<int:pk>/revoke/", feeds.revoke, name="revoke_feed"),
    path("calendars/<str:secret>.ics", feeds.feed, name="feed"),
    path("digests/", digests.digests, name="digests"),
    path("followup/", followup.register, name="followup"),
    path("followup/new/", followup.new_recommendation, name="new_recommendation"),
    path("followup/<str:code>/", followup.recommendation, name="recommendation"),
    path("followup/<str:code>/act/", followup.new_act, name="new_act"),
    path("followup/<str:code>/done/", followup.new_evidence, name="new_evidence"),
    path("followup/<str:code>/pack/", followup.pack, name="answer_pack"),
    path("followup/<str:code>/days/", followup.days, name="recommendation_days"),
    path("followup/<str:code>/act/<int:pk>/", followup.withdraw_event, name="withdraw_act"),
    path("followup/<str:code>/done/<int:pk>/", followup.withdraw_done, name="withdraw_evidence"),
    path("all/", catalogue.catalogue, name="all"),
    path("all/<str:code>/", catalogue.report, name="report"),
    path("all/<str:code>/as/<str:form>/", catalogue.download, name="report_file"),
    path("reciprocity/", reciprocity.ledger, name="reciprocity"),
    path("reciprocity/<str:code>/", reciprocity.partner, name="reciprocity_of"),
    path("turn/", turn.turn, name="turn"),
    path("frozen/", frozen.signed_off, name="signed_off"),
    path("frozen/<int:pk>/", frozen.report, name="frozen"),
    path("frozen/<int:pk>/act/", frozen.act, name="frozen_act"),
    path("frozen/<int:pk>/remark/", frozen.remark, name="remark"),
    path("frozen/<int:pk>/content/", frozen.content, name="frozen_content"),
    path("jobs/", jobs.jobs, name="jobs"),
    path("jobs/new/", jobs.ask, name="ask_job"),
    path("jobs/<uuid:key>/", jobs.job, name="job"),
    path("jobs/<uuid:key>/cancel/", jobs.cancel, name="cancel_job"),
]
