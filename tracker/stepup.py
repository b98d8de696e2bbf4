"""What is done only by somebody who proved within five minutes who is there (AUT-12): one list, one door.

The door stands before the views. A page that is guarded asks for the password again, and for the second factor of those
who have one, and then leads back to what was sent, which is kept meanwhile (:mod:`tracker.typed`).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from tracker.models import User
from tracker.signin import factors
from tracker.typed import keep_for


def _always(request: HttpRequest) -> bool:
    return True


def posts(**given: str) -> Callable[[HttpRequest], bool]:
    """Whether the form says this, such as ``posts(act="approve")``."""
    return lambda request: all(request.POST.get(name) == value for name, value in given.items())


def asks(question: str) -> Callable[[HttpRequest], bool]:
    """A question of a room above, by the dotted name of its function."""
    return lambda request: bool(import_string(question)(request))


@dataclass(frozen=True, slots=True)
class Guarded:
    """A verb that asks for a fresh sign-in: the actions that carry it out, the page where that is done, and when.

    ``view`` is the name of an address. ``when`` looks at the request; it is asked only when the sign-in is not fresh.
    """

    verb: str
    label: str | Promise
    actions: tuple[str, ...]
    view: str
    when: Callable[[HttpRequest], bool] = _always
    method: str = "POST"


GUARDED: tuple[Guarded, ...] = (
    Guarded("person.create", _("create a person"), ("create_person",), "people:new"),
    Guarded("person.change", _("grant a role or clearance"), ("change_person",), "people:change"),
    Guarded("identity.ask", _("link a person with the single sign-on"), ("ask_link",), "signin_person", posts(act="link")),
    Guarded("identity.unlink", _("end a link with the single sign-on"), ("unlink_identity",), "signin_person", posts(act="unlink")),
    Guarded("factor.decide", _("take factors off, or confirm a link"), ("decide_factor_reset", "decide_link"), "signin_decide"),
    Guarded("letter.countersign", _("countersign a letter"), ("countersign_letter",), "cases:letter_act", posts(act="countersign")),
    Guarded("extension.decide", _("approve an extension"), ("decide_extension",), "cases:decide_extension"),
    Guarded("report.approve", _("approve a report"), ("approve_report",), "reports:frozen_act", posts(act="approve")),
    Guarded("weights.decide", _("approve weights"), ("decide_weights",), "reports:decide_weights"),
    Guarded("case.lower", _("lower the secrecy of a case"), ("amend_case",), "cases:amend", asks("cases.views.guarded.lowers_the_mark")),
    Guarded("agreement.lower", _("lower the secrecy of an agreement"), ("edit",), "agreements:edit", asks("agreements.views.guarded.lowers_the_mark")),
    Guarded("mark.lower", _("declassify a case"), ("decide_lowering",), "cases:marks", posts(act="grant")),
    Guarded("agreement.mark.lower", _("lower the secrecy of an agreement"), ("decide_lowering",), "agreements:marks", posts(act="grant")),
    Guarded("disposal.approve", _("approve a disposal list"), ("approve_disposal",), "cases:disposal_act", posts(act="approve")),
    Guarded("disposal.carry_out", _("destroy cases"), ("carry_out_disposal",), "cases:disposal_act", posts(act="carry_out")),
    Guarded("case.export", _("take more than fifty cases away"), ("record_export",), "cases:export", asks("cases.views.guarded.takes_many"), "GET"),
    Guarded("promise.export", _("take more than fifty cases away"), ("record_export",), "cases:export_promises", asks("cases.views.guarded.takes_many_promises"), "GET"),
    Guarded("job.ask", _("take more than fifty cases away"), ("ask_job",), "reports:ask_job", asks("cases.views.guarded.asks_for_cases")),
)  # fmt: skip
"""Every guarded verb. Rooms above are named by texts, since nothing here imports upward."""


class StepUpMiddleware:
    """Leads to the confirmation when a guarded verb is asked for and the sign-in is older than five minutes."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: object
    ) -> HttpResponse | None:
        user, match = request.user, request.resolver_match
        if not (settings.STEP_UP and match and isinstance(user, User)):
            return None
        for guarded in GUARDED:
            method = "GET" if request.method == "HEAD" else request.method
            if guarded.view == match.view_name and guarded.method == method:
                if is_fresh(request, user, now=time.time()) or not guarded.when(request):
                    continue
                back = keep_for(request, user) if request.method == "POST" else ""
                return redirect(
                    f"{reverse('confirm')}?{urlencode({'next': back or request.get_full_path()})}"
                )
        return None


def is_fresh(request: HttpRequest, user: User, *, now: float) -> bool:
    """Whether the person proved within five minutes who is there, in every way that the account asks for."""
    recent = _recent(request, user, now)
    return bool(recent) and not missing(user, recent)


def missing(user: User, recent: set[str]) -> str:
    """The page that asks for what is still missing, by its name; "" for nothing.

    ``recent`` are the ways used within five minutes. A passkey is enough: it asks for the person itself. Else it is the
    password, and the second factor of those who have one. Who has neither signs in anew with the single sign-on.
    """
    if factors.PASSKEY in recent:
        return ""
    has = factors.registered(user)
    if user.has_usable_password() and factors.PASSWORD not in recent:
        return "account_reauthenticate"
    if has and not recent & {factors.TOTP, factors.RECOVERY}:
        return "mfa_reauthenticate"
    return "" if recent else "account_login"


def way_to_confirm(request: HttpRequest, user: User, back: str, *, now: float) -> HttpResponse:
    """The next page that asks for a proof, or, when nothing is missing, ``back``."""
    page = missing(user, _recent(request, user, now))
    if page == "account_login":
        logout(request)
        return redirect(f"{reverse(page)}?{urlencode({'next': back})}")
    if page:
        again = f"{reverse('confirm')}?{urlencode({'next': back})}"
        return redirect(f"{reverse(page)}?{urlencode({'next': again})}")
    return redirect(back)


def _recent(request: HttpRequest, user: User, now: float) -> set[str]:
    records = get_authentication_records(request, user)
    fresh = [one for one in records if 0 <= now - one["at"] < settings.STEP_UP_SECONDS]
    return {one["type"] if one["method"] == "mfa" else one["method"] for one in fresh}
