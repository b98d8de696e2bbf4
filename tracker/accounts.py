"""The addresses of sign-in that this house uses; the library's other pages are not reachable."""

from allauth.account import views
from allauth.mfa.base import views as codes
from allauth.mfa.webauthn import views as passkeys
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

login = login_not_required(
    views.LoginView.as_view(
        extra_context={
            # Called when the page is made, so that they say what is set then.
            "is_for_trying": lambda: not settings.SIGN_IN_FACTORS_REQUIRED,
            "provider": lambda: settings.OIDC["issuer"] and settings.OIDC,
        }
    )
)

urlpatterns = [
    path("login/", login, name="account_login"),
    path("login/factor/", codes.authenticate, name="mfa_authenticate"),
    path("login/passkey/", login_not_required(passkeys.login_webauthn), name="mfa_login_webauthn"),
    path("logout/", views.logout, name="account_logout"),
    path("signup/", views.signup, name="account_signup"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("reauthenticate/", views.reauthenticate, name="account_reauthenticate"),
    path("reauthenticate/code/", codes.reauthenticate, name="mfa_reauthenticate"),
    path("reauthenticate/passkey/", passkeys.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("password/change/", views.password_change, name="account_change_password"),
    path("password/set/", views.password_set, name="account_set_password"),
    path("", include("tracker.signin.urls")),
]
