"""The documents of a case: the list with all versions, and uploading."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agreements.views.deeds import done_already, keep_uploads
from cases.actions.papers import file_paper_versions, file_papers
from cases.forms.papers import PapersForm
from cases.models import Case
from cases.papers import papers_of
from cases.rules import may_read_cases, may_write_beside
from cases.views.doors import carry_out, reader, seen
from cases.views.frame import frame_context
from cases.views.notes import writable
from tracker.access import only


@require_http_methods(["GET", "POST"])
@only(may_read_cases)
def documents(request: HttpRequest, number: str) -> HttpResponse:
    """All documents of the case; sent files are kept when something else is refused, and come back as kept."""
    if request.method == "POST":
        case, user = writable(request, number), reader(request)
        form = PapersForm(request.POST, request.FILES, about=case, by=user)
        answer = done_already(form, by=user) or _file(form, case, drops="drop" in request.POST)
        if answer:
            messages.success(request, _("The documents are filed."))
        return answer or _page(request, case, form)
    case, user = seen(request, number), reader(request)
    given = {"document": request.GET.get("of", "")}
    may_file = may_write_beside(user, case)
    return _page(request, case, PapersForm(about=case, by=user, initial=given) if may_file else None)


def _file(form: PapersForm, case: Case, *, drops: bool) -> HttpResponse | None:
    """Keep the good files, and file them when nothing else is wrong; None to show the form again."""
    keep_uploads(form, secrecy=case.secrecy)
    if drops or not form.is_valid():
        return None

    def do() -> str:
        given = form.cleaned_data
        if given["document"]:
            file_paper_versions(by=form.by, key=given["key"], case=case, document=given["document"])
        else:
            told = {"title": given["title"], "secrecy": given["secrecy"]}
            file_papers(by=form.by, key=given["key"], case=case, **told)
        return reverse("cases:documents", args=[case.number])

    return carry_out(form, do, by=form.by)


def _page(request: HttpRequest, case: Case, form: PapersForm | None) -> HttpResponse:
    context = frame_context(request, case, current="documents") | {
        "papers": papers_of(case, reader(request)),
        "form": form,
    }
    return render(request, "cases/documents.html", context)
