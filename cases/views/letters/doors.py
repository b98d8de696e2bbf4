"""Who stands at the door of a letter's page, and carrying out a form on it."""

from collections.abc import Callable

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.functional import Promise

from agreements.actions import StalePage, StepRefused
from agreements.forms.keyed import KeyedForm
from agreements.views.deeds import done_already
from cases.letters.reading import cases_on
from cases.models import Case, Letter
from cases.views.doors import reader
from tracker.actions import once
from tracker.looks import shown


def seen_letter(request: HttpRequest, pk: int) -> tuple[Letter, list[Case]]:
    """The letter and its cases, if the reader may see all of them; a look at each is noted.

    :raises Http404: for a hidden one as for one that does not exist.
    """
    letters = Letter.objects.visible_to(reader(request))
    letter = letters.select_related("partner", "drafted_by", "countersigned_by").filter(pk=pk).first()
    if letter is None:
        raise Http404
    cases = cases_on(letter)
    shown(request, letter, *cases)
    return letter, cases


def require(allowed: bool, reason: str | Promise) -> None:
    """:raises PermissionDenied: with the reason, unless ``allowed``."""
    if not allowed:
        raise PermissionDenied(str(reason))


def twin(request: HttpRequest) -> HttpResponse | None:
    """Where a form led that was carried out already and is sent again; None for a new one."""
    return done_already(KeyedForm(request.POST), by=reader(request)) if request.method == "POST" else None


def carry_out(
    request: HttpRequest, form: KeyedForm, do: Callable[[], str], letter: Letter | None = None
) -> HttpResponse | None:
    """Do it once under the form's key and lead to its result; None when it was refused, which the form then says."""
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        return redirect(once(form.cleaned_data["key"], by=reader(request), do=do))
    except StepRefused as refused:
        form.refuse(refused)
        if letter is not None and isinstance(refused, StalePage):
            letter.refresh_from_db()
            form.renew(letter.version)
    return None
