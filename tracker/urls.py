"""Every address of the project."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.generic import RedirectView
from django.views.i18n import set_language

from tracker.views.documents import document
from tracker.views.drafts import drop
from tracker.views.finding import search
from tracker.views.home import home
from tracker.views.myself import confirm, end_session, myself, switch_keys
from tracker.views.policy import report
from tracker.views.typed import resume

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
# The admin's own page would compare any number of passwords unseen, and set one past the rules.
admin.site.password_change = RedirectView.as_view(pattern_name="account_change_password")  # type: ignore[assignment, method-assign]
admin.site.password_change_done = admin.site.password_change  # type: ignore[method-assign]

handler400 = "tracker.views.errors.not_understood"
handler500 = "tracker.views.errors.failed"

urlpatterns = [
    path("", home, name="home"),
    path("", include("agreements.urls")),
    path("partners/<str:code>/practice/", include("cases.partnerurls")),
    path("partners/<str:code>/note/", include("cases.noteurls")),
    path("cases/", include("cases.urls")),
    path("reports/", include("reports.urls")),
    path("search/", search, name="search"),
    path("drafts/<uuid:key>/drop/", drop, name="drop_draft"),
    path("documents/<uuid:document>/<int:number>/", document, name="document"),
    path("people/", include("tracker.people.urls")),
    path("accounts/me/", myself, name="myself"),
    path("accounts/sessions/end/", end_session, name="end_session"),
    path("accounts/keys/", switch_keys, name="switch_keys"),
    path("accounts/confirm/", confirm, name="confirm"),
    path("accounts/resume/<uuid:key>/", resume, name="resume"),
    path("accounts/", include("tracker.accounts")),
    path("language/", login_not_required(set_language), name="set_language"),
    path("policy-reports/", report, name="policy_report"),
    path("admin/", admin.site.urls),
]
