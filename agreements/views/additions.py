"""What is added around the milestones: rounds of talks, progress, links, sources, documents."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from agreements.actions import add_source, choose_source, link, record_round, update_progress
from agreements.actions.uploads import file_as_versions, file_uploads
from agreements.forms.keyed import KeyedForm
from agreements.forms.record import AttachForm, LinkForm, ProgressForm, RoundForm, SourceForm
from agreements.lifecycle import Phase
from agreements.models import Agreement
from agreements.rules import may_edit
from agreements.views.deeds import carry_out, keep_uploads
from agreements.views.doors import reader, require, seen


def _editable(request: HttpRequest, number: str) -> Agreement:
    agreement = seen(request, number)
    require(may_edit(reader(request), agreement), _("Only the ministries concerned change this file."))
    return agreement


def _answer(
    request: HttpRequest, template: str, agreement: Agreement, form: KeyedForm, do: Callable[[], str]
) -> HttpResponse:
    """The page of the form, or the record once the form was carried out."""
    answer = None
    if request.method == "POST" and "drop" not in request.POST:
        answer = carry_out(form, do, by=reader(request), about=agreement)
    return answer or render(request, template, {"form": form, "agreement": agreement})


@require_http_methods(["GET", "POST"])
def new_round(request: HttpRequest, number: str) -> HttpResponse:
    """Record a round of talks."""
    agreement = _editable(request, number)
    require(agreement.phase == Phase.NEGOTIATION, _("Rounds belong to the negotiation phase."))
    form = RoundForm(request.POST or None)

    def do() -> str:
        given = form.cleaned_data
        record_round(
            by=reader(request),
            agreement=agreement,
            held=given["held"],
            medium=given["medium"],
            place=given["place"],
            outcome=given["outcome"],
            open_articles=given["open_articles"],
            today=timezone.localdate(),
        )
        return f"{agreement.get_absolute_url()}#rounds"

    return _answer(request, "agreements/round.html", agreement, form, do)


@require_http_methods(["GET", "POST"])
def progress(request: HttpRequest, number: str) -> HttpResponse:
    """Say how the file is going."""
    agreement = _editable(request, number)
    form = ProgressForm(request.POST or None)

    def do() -> str:
        given = form.cleaned_data
        update_progress(
            by=reader(request),
            agreement=agreement,
            confidence=given["confidence"],
            court=given["court"],
            next_step=given["next_step"],
            today=timezone.localdate(),
        )
        return f"{agreement.get_absolute_url()}#progress"

    return _answer(request, "agreements/progress.html", agreement, form, do)


@require_http_methods(["GET", "POST"])
def new_link(request: HttpRequest, number: str) -> HttpResponse:
    """Say how this agreement stands to an earlier one."""
    agreement = _editable(request, number)
    form = LinkForm(request.POST or None, agreement=agreement, by=reader(request))

    def do() -> str:
        given = form.cleaned_data
        link(by=reader(request), later=agreement, earlier=given["earlier"], kind=given["kind"])
        return f"{agreement.get_absolute_url()}#links"

    return _answer(request, "agreements/link.html", agreement, form, do)


@require_http_methods(["GET", "POST"])
def new_source(request: HttpRequest, number: str) -> HttpResponse:
    """Keep what a further source says of a fact."""
    agreement = _editable(request, number)
    form = SourceForm(request.POST or None)

    def do() -> str:
        given = form.cleaned_data
        add_source(
            by=reader(request),
            agreement=agreement,
            fact=given["fact"],
            value=given["value"],
            source=given["source"],
            confidence=given["confidence"],
        )
        return f"{agreement.get_absolute_url()}#sources"

    return _answer(request, "agreements/source.html", agreement, form, do)


@require_POST
def choose(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Let the value that this source gives be the chosen one of its fact."""
    agreement = _editable(request, number)
    sourced = get_object_or_404(agreement.sourced_facts, pk=pk)
    if not sourced.is_chosen:
        choose_source(by=reader(request), sourced=sourced)
    return redirect(f"{agreement.get_absolute_url()}#sources")


@require_http_methods(["GET", "POST"])
def new_documents(request: HttpRequest, number: str) -> HttpResponse:
    """Attach documents to the file; the good ones are kept when another is refused."""
    agreement = _editable(request, number)
    form = AttachForm(request.POST or None, request.FILES or None, about=agreement, by=reader(request))
    if request.method == "POST":
        keep_uploads(form, secrecy=agreement.secrecy)

    def do() -> str:
        given = form.cleaned_data
        about = {"by": form.by, "key": given["key"], "agreement": agreement}
        if given["document"]:
            file_as_versions(**about, document=given["document"])
        else:
            file_uploads(**about, title=given["title"], secrecy=given["secrecy"])
        return f"{agreement.get_absolute_url()}#documents"

    return _answer(request, "agreements/documents.html", agreement, form, do)
