"""Carrying a form out: once, however often it is sent; a refusal comes back on the form with all that was typed."""

from collections.abc import Callable
from typing import Protocol, cast

from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect

from agreements.actions import StalePage, StepRefused
from agreements.actions.uploads import drop_uploads, hold_uploads
from agreements.forms.files import UploadingForm
from agreements.forms.keyed import KeyedForm
from tracker.actions import once, result_of
from tracker.models import User


class Versioned(Protocol):
    """A record that counts its changes."""

    version: int

    def refresh_from_db(self) -> None: ...


def carry_out(
    form: KeyedForm, do: Callable[[], str], *, by: User, about: Versioned | None = None
) -> HttpResponse | None:
    """Do it under the form's key and lead to its result; None when it was refused, which the form then says.

    A form that is not valid any more because it was carried out already leads to that result as well.

    After a refusal of a stale page the form carries the present version of ``about``, so that its reader, who has
    now been told what changed, may send it again.
    """
    if not form.is_valid():
        return done_already(form, by=by)
    try:
        return redirect(once(form.cleaned_data["key"], by=by, do=do))
    except StepRefused as refused:
        form.refuse(refused)
        if about is not None and isinstance(refused, StalePage):
            about.refresh_from_db()
            form.renew(about.version)
    except ValidationError as invalid:
        form.add_error(None, invalid.messages)
    return None


def done_already(form: KeyedForm, *, by: User) -> HttpResponse | None:
    """The result of the form's key, when it was carried out before; else None."""
    key = form.submission_key()
    result = result_of(key, by=by) if key else None
    return redirect(result) if result is not None else None


def keep_uploads(form: UploadingForm, *, secrecy: int) -> None:
    """Nothing that was uploaded is lost by an error elsewhere; what the reader took off again goes."""
    form.is_valid()
    key = form.upload_key()
    if key is None:
        return
    if form.accepted:
        not_kept = hold_uploads(by=form.by, key=key, uploads=form.accepted, secrecy=secrecy)
        form.refuse_uploads(not_kept)
    if dropped := cast(QueryDict, form.data).getlist("drop"):
        drop_uploads(by=form.by, key=key, documents=dropped)
