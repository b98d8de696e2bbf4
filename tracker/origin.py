"""Where this house stands on the network, for links in mails, which no request asked for."""

from django.conf import settings


def site_origin() -> str:
    """The first configured origin; without one that of a server on this machine."""
    origins = settings.CSRF_TRUSTED_ORIGINS
    return str(origins[0]) if origins else "http://127.0.0.1:8000"
