"""Addresses under `/people/`."""

from django.urls import path

from tracker.views import people, substitutions

app_name = "people"
urlpatterns = [
    path("", people.people, name="list"),
    path("new/", people.new, name="new"),
    path("review/", people.review, name="review"),
    path("substitutes/", substitutions.substitutions, name="substitutions"),
    path("substitutes/new/", substitutions.new, name="new_substitution"),
    path("substitutes/<int:pk>/end/", substitutions.end, name="end_substitution"),
    path("<int:pk>/", people.person, name="person"),
    path("<int:pk>/change/", people.change, name="change"),
    path("<int:pk>/act/", people.act, name="act"),
]
