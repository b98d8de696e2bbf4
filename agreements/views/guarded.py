"""When a deed about agreements asks for a fresh sign-in (see tracker.stepup)."""

from django.http import HttpRequest

from agreements.models import Agreement
from tracker.models import User


def lowers_the_mark(request: HttpRequest) -> bool:
    """Whether the form says a lower level than the agreement has; never for one that the reader does not see."""
    said, match = request.POST.get("secrecy", ""), request.resolver_match
    if not said.isdecimal() or match is None or not isinstance(request.user, User):
        return False
    seen = Agreement.objects.visible_to(request.user).filter(number=match.kwargs.get("number", ""))
    return seen.filter(secrecy__gt=min(int(said), 9)).exists()
