"""Who stands at the door of a page, and which case it opens on: hidden and unknown ones are the same 404."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from agreements.actions import StalePage, StepRefused
from agreements.forms.keyed import KeyedForm
from cases.competition import with_competition
from cases.models import Case
from cases.record.counts import count_for
from cases.record.frame import FRAMED
from tracker.actions import once
from tracker.looks import shown
from tracker.models import User


def reader(request: HttpRequest) -> User:
    """The person who is signed in; every page here is closed to others."""
    assert isinstance(request.user, User)  # noqa: S101 - narrows the type
    return request.user


def seen(request: HttpRequest, number: str) -> Case:
    """The registered case of this number with its frame, if the reader may see it; a look at it is noted.

    :raises Http404: for a hidden one as for one that does not exist.
    """
    user = reader(request)
    found = FRAMED(number=number, reader=user)
    if not found:
        raise Http404
    shown(request, found[0])
    return with_competition(count_for(found[0], reader=user, today=timezone.localdate()), user)


def carry_out(
    form: KeyedForm, do: Callable[[], str], *, by: User, case: Case | None = None
) -> HttpResponse | None:
    """Do it once under the form's key and lead to its result; None when it was refused, which the form then says.

    After a stale page the form carries the present version, since its reader has now been told what changed.
    """
    try:
        return redirect(once(form.cleaned_data["key"], by=by, do=do))
    except StepRefused as refused:
        form.refuse(refused)
        if case is not None and isinstance(refused, StalePage):
            case.refresh_from_db()
            form.renew(case.version)
    return None
