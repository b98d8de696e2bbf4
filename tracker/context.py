"""What every page says about where one is and who is signed in; no query beyond ``request.user``."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.translation import pgettext

from tracker.models import User
from tracker.roles import Role

_SECTIONS = {
    "home": "home",
    "agreements:home": "home",
    "cases:home": "home",
    "reports:home": "home",
    "agreements": "agreements",
    "agreements:partners": "partners",
    "agreements:partner": "partners",
    "cases": "cases",
    "people": "people",
    "reports": "reports",
    "reports:followup": "followup",
    "reports:recommendation": "followup",
    "reports:new_recommendation": "followup",
    "reports:new_act": "followup",
    "reports:new_evidence": "followup",
    "reports:recommendation_days": "followup",
    "reports:withdraw_act": "followup",
    "reports:answer_pack": "followup",
    "reports:withdraw_evidence": "followup",
}
"""Section of the navigation by address name, else by namespace; what is not named belongs to no section."""

_WRITERS = (Role.OFFICER, Role.SUPERVISOR)


@dataclass(frozen=True, slots=True)
class Here:
    """The page's place and its reader.

    ``section`` is a key of the navigation or empty; ``role`` is the reader's ministry and role in words;
    ``may_log_case`` shows the quick link, ``may_see_cases`` the cases; ``has_keys`` is false when the reader
    switched single keys off.
    """

    section: str = ""
    role: str = ""
    may_log_case: bool = False
    may_see_cases: bool = False
    has_keys: bool = True


def page(request: HttpRequest) -> dict[str, Here]:
    """Give every template ``here``. Works on error pages too, where the request may lack address and user."""
    user = getattr(request, "user", None)
    if not isinstance(user, User):
        return {"here": Here(section=section(request))}
    return {
        "here": Here(
            section=section(request),
            role=role_words(user),
            may_log_case=user.role in _WRITERS,
            may_see_cases=user.role != Role.ADMINISTRATOR,
            has_keys=user.has_single_keys,
        )
    }


def section(request: HttpRequest) -> str:
    """The part of the navigation that the request's address belongs to, or ""."""
    match = getattr(request, "resolver_match", None)
    if match is None:
        return ""
    return _SECTIONS.get(match.view_name) or _SECTIONS.get(match.namespace, "")


def role_words(user: User) -> str:
    """Ministry and role as one says them, such as 外交部承辦; the role alone for people of neither ministry."""
    role = user.get_role_display()
    if not user.ministry:
        return role
    # Translators: who is signed in; in Chinese without a space, 外交部承辦
    return pgettext("who is signed in", "%(ministry)s, %(role)s") % {
        "ministry": user.get_ministry_display(),
        "role": role,
    }
