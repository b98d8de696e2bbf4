"""Going on with a form that met a closed door: filled in again as a draft, or shown and sent with one button."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from tracker.actions import drop_form, save_draft
from tracker.models import Draft, KeptForm, User
from tracker.typed import OF_THE_SENDING, SENT_AGAIN, kept_form, shown_texts, takes_drafts


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Show what the reader had typed, to be sent or dropped; another person's is the same 404 as none."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - the door is closed to others
    kept = kept_form(user, key, now=timezone.now())
    if kept is None:
        raise Http404
    if request.method == "POST":
        drop_form(by=user, key=key)
        messages.success(request, _("What had been typed was dropped."))
        return redirect("home")
    draft = _as_draft(user, kept) if takes_drafts(kept) else None
    if draft is not None:
        drop_form(by=user, key=key)
        messages.success(request, _("What you had typed is here again. Nothing has been sent yet."))
        return redirect(draft.link)
    fields = [(name, text) for name, text in kept.typed]
    context = {"kept": kept, "fields": fields, "texts": shown_texts(kept), "sent_again": SENT_AGAIN}
    return render(request, "tracker/resume.html", context)


def _as_draft(user: User, kept: KeptForm) -> Draft | None:
    """The kept form as a draft of its page; None when it has no key of its own."""
    typed = [(name, text) for name, text in kept.typed if name not in OF_THE_SENDING]
    try:
        key = uuid.UUID(dict(typed).get("key", ""))
    except ValueError:
        return None
    title = _("Typed when the session ended")
    return save_draft(by=user, key=key, title=title, address=kept.address, typed=typed)
