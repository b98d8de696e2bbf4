"""Every address of the project."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from tracker.views.finding import search
from tracker.views.home import home

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("", home, name="home"),
    path("", include("agreements.urls")),
    path("cases/", include("cases.urls")),
    path("reports/", include("reports.urls")),
    path("search/", search, name="search"),
    path("accounts/", include("allauth.account.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
]
