"""Addresses of cases."""

from django.urls import path

from cases.views import intake, lists, record

app_name = "cases"
urlpatterns = [
    path("", lists.cases, name="list"),
    path("home/", lists.home, name="home"),
    path("new/", intake.new, name="new"),
    path("drafts/<int:pk>/", intake.new, name="draft"),
    path("<str:number>/", record.detail, name="detail"),
    path("<str:number>/step/", record.step, name="step"),
    path("<str:number>/officer/", record.give, name="assign"),
    path("<str:number>/history/", record.history, name="history"),
    path("<str:number>/basis/", record.basis, name="basis"),
]
