"""One-time links to set a password: valid for half an hour, once, and only until the account changes."""

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import base36_to_int, int_to_base36

from tracker.models import User


class Tokens(PasswordResetTokenGenerator):
    """Tokens that die when the password, the mail address or the last sign-in of the account changes."""

    key_salt = "tracker.signin.links"


TOKENS = Tokens()


def address_of(request: HttpRequest, person: User) -> str:
    """The link for a person. In production it begins with the configured origin, whatever host the request names."""
    path = reverse("signin_set_password", args=[int_to_base36(person.pk), TOKENS.make_token(person)])
    origin = settings.CSRF_TRUSTED_ORIGINS[0] if settings.IN_PRODUCTION else f"http://{request.get_host()}"
    return origin + path


def person_of_link(key: str, token: str) -> User | None:
    """Whose link this is, while it holds; None for one that was used, is too old, or never was."""
    try:
        person = User.objects.filter(pk=base36_to_int(key), is_active=True).first()
    except (ValueError, OverflowError):
        return None
    return person if person is not None and TOKENS.check_token(person, token) else None
