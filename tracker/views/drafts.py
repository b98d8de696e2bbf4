"""Drafts of forms: keeping one, giving one back to its form, dropping one."""

import uuid
from collections.abc import Iterable
from typing import cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tracker.actions import drop_draft, save_draft
from tracker.models import Draft, User


def sent_or_drafted(request: HttpRequest) -> QueryDict | None:
    """What was sent, or what the reader's draft named by `?draft=` holds; None for a form not yet filled in."""
    if request.method == "POST":
        return request.POST
    draft = _own(request, request.GET.get("draft", ""))
    if draft is None:
        return None
    typed = QueryDict(mutable=True)
    for name, value in draft.typed:
        typed.appendlist(name, value)
    return typed


def keep_draft(
    request: HttpRequest, key: uuid.UUID | None, title: str, typed: Iterable[tuple[str, str]]
) -> HttpResponse:
    """Keep the form as a draft and show it again; a script that saves by itself gets an empty answer."""
    by = cast(User, request.user)
    history = "?history=1" if "history" in request.GET else ""
    draft = key and save_draft(by=by, key=key, title=title, address=request.path + history, typed=list(typed))
    if request.headers.get("X-Autosave"):
        return HttpResponse(status=204 if draft else 409)
    if not draft:
        messages.error(request, _("The draft could not be kept: open the page again and type it anew."))
        return redirect(request.path)
    messages.success(
        request,
        _(
            "The draft is kept; it stands under “My work” until you send or drop it, for three months at most."
        ),
    )
    return redirect(draft.link)


@require_POST
def drop(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Drop one of the reader's own drafts."""
    drop_draft(by=cast(User, request.user), key=key)
    messages.success(request, _("The draft was dropped."))
    return redirect("home")


def _own(request: HttpRequest, key: str) -> Draft | None:
    try:
        wanted = uuid.UUID(key)
    except ValueError:
        return None
    return Draft.objects.filter(key=wanted, by=cast(User, request.user)).first()
