"""What somebody typed when the session had ended, or before a fresh sign-in: kept a day, for that person alone (ERR-3).

It lies on the server, never in the browser; files and passwords are not kept. After the sign-in a form that has drafts
comes back filled in as a draft does; what was typed into any other is shown, and sent with one button.
"""

import re
import uuid
from collections.abc import Iterator
from datetime import datetime

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve, reverse

from tracker.actions import KEPT_FOR, drop_form, keep_form
from tracker.models import KeptForm, User

DRAFTED = frozenset({"agreements:new", "agreements:new_step", "cases:contents", "cases:draft", "cases:new"})
"""Pages whose form takes `?draft=`."""
CODE = re.compile(r"[A-Za-z0-9_.:-]{1,80}")
SENT_AGAIN = "kept_form"
"""The field by which a form that is sent again names the kept one."""
NOT_KEPT = frozenset({"csrfmiddlewaretoken", SENT_AGAIN})
OF_THE_SENDING = frozenset({"act", "drop", "accept"})
"""What says how a form was to be sent, not what was typed; a draft does not hold it."""
SIGN_IN = ("account_", "mfa_", "signin_", "socialaccount_")
"""Pages of the sign-in by their names: what is typed there is secret."""
OF_HELP = frozenset({"signin_decide", "signin_person"})
"""Those of them on which somebody else is helped: nothing secret is typed there."""


def keep_and_ask(request: HttpRequest, reader: User | None) -> HttpResponse:
    """Keep the form for the person who signed in last here, and lead to the sign-in and from there back.

    Without such a person there is nobody to keep it for.
    """
    return redirect_to_login((reader and keep_for(request, reader)) or request.get_full_path())


def keep_for(request: HttpRequest, reader: User) -> str:
    """Keep what was sent, and give the address at which its sender goes on with it; "" when it cannot be kept."""
    match = request.resolver_match
    if match is None or (match.view_name.startswith(SIGN_IN) and match.view_name not in OF_HELP):
        return ""
    address, files = request.get_full_path(), bool(request.FILES)
    kept = keep_form(by=reader, address=address, typed=list(_typed(request)), had_files=files)
    return reverse("resume", args=[kept.pk]) if kept else ""


def kept_form(reader: User, key: uuid.UUID, *, now: datetime) -> KeptForm | None:
    """The reader's own kept form of this key, if it is not older than a day."""
    return reader.kept_forms.filter(pk=key, kept_at__gt=now - KEPT_FOR).first()


def forget_sent(request: HttpRequest, reader: User) -> None:
    """Forget the kept form that was now sent again, if this was one."""
    try:
        drop_form(by=reader, key=uuid.UUID(request.POST[SENT_AGAIN]))
    except (KeyError, ValueError):
        return


def takes_drafts(kept: KeptForm) -> bool:
    """Whether the page of the form fills it in from a draft."""
    try:
        return resolve(kept.address.partition("?")[0]).view_name in DRAFTED
    except Resolver404:
        return False


def shown_texts(kept: KeptForm) -> list[str]:
    """What of a form a person typed, without its keys and codes."""
    return [text for _name, text in kept.typed if text.strip() and not CODE.fullmatch(text)]


def _typed(request: HttpRequest) -> Iterator[tuple[str, str]]:
    for name, values in request.POST.lists():
        if name not in NOT_KEPT and "password" not in name.lower():
            yield from ((name, value) for value in values)
