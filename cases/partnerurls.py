"""Addresses of the practice card of a partner, below the partner's own address."""

from django.urls import path

from cases.views import practice

app_name = "practice"
urlpatterns = [
    path("", practice.card, name="card"),
    path("add/", practice.add, name="add"),
    path("lines/<int:pk>/change/", practice.change, name="change"),
    path("lines/<int:pk>/verify/", practice.verify, name="verify"),
    path("lines/<int:pk>/withdraw/", practice.withdraw, name="withdraw"),
    path("<str:measure>/", practice.card, name="measure"),
]
