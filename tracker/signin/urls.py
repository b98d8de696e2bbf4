"""The addresses of the sign-in that are this house's own, beside those of the library in tracker.accounts."""

from django.urls import path

from tracker.signin.views import helping, oidc, own

urlpatterns = [
    path("factors/", own.own_factors, name="signin_factors"),
    path("factors/codes/", own.recovery_codes, name="signin_codes"),
    path("factors/app/", own.add_totp, name="signin_add_totp"),
    path("factors/passkey/", own.add_passkey, name="signin_add_passkey"),
    path("factors/<int:pk>/remove/", own.remove_factor, name="signin_remove_factor"),
    path("set-password/<str:key>/<str:token>/", own.set_password, name="signin_set_password"),
    path("oidc/", oidc.start, name="signin_oidc"),
    path("oidc/callback/", oidc.callback, name="signin_oidc_callback"),
    path("help/", helping.people, name="signin_people"),
    path("help/<int:pk>/", helping.person, name="signin_person"),
    path("resets/", helping.resets, name="signin_resets"),
    path("resets/<int:pk>/", helping.decide, name="signin_decide"),
]
