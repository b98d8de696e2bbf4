"""Persons of a case: who they are, naming and removing one; and finding the cases of a person by exact name.

Names come and go in the body of a request only; error reports leave out what was sent and what these views hold.
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from cases.actions.people import add_person, record_look, record_search, remove_person
from cases.forms.partners import suggestions
from cases.forms.people import FindPersonForm, PersonForm, RemovePersonForm, UncoverForm
from cases.models import Case
from cases.persons import cases_with_person
from cases.record.people import PersonRow, person_rows
from cases.rules import may_name_persons, may_read_cases, works_on_cases
from cases.views.doors import carry_out, reader, seen
from cases.views.frame import frame_context
from tracker import looks
from tracker.access import only

MOST_FOUND = 50


@sensitive_variables()
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@only(may_read_cases)
def persons(request: HttpRequest, number: str) -> HttpResponse:
    """The persons of the case, and a form to name another one. Each reader's look is recorded once a day."""
    case, user = seen(request, number), reader(request)
    if request.method == "POST" and not may_name_persons(user, case):
        raise PermissionDenied(_("Justice says who the persons of a case are."))
    form = PersonForm(request.POST or None) if may_name_persons(user, case) else None

    def do() -> str:
        assert form is not None  # noqa: S101 - it was sent
        given = {name: form.cleaned_data[name] for name in ("part", "name", "nationality")}
        add_person(by=user, case=case, **given)
        return reverse("cases:persons", args=[case.number])

    answer = carry_out(form, do, by=user) if form and form.is_valid() else None
    if answer:
        messages.success(request, _("The person is recorded."))
    return answer or _persons_page(request, case, form)


@sensitive_variables()
def _persons_page(request: HttpRequest, case: Case, form: PersonForm | None) -> HttpResponse:
    context = frame_context(request, case, current="persons") | {
        "rows": _looked_at(request, case),
        "form": form,
        "shows_names": works_on_cases(reader(request)),
        "suggestions": suggestions() if form else (),
        "uncover": UncoverForm(auto_id="uncover_%s"),
    }
    return render(request, "cases/people.html", context)


@sensitive_variables()
@sensitive_post_parameters()
@require_POST
@only(works_on_cases)
def uncover(request: HttpRequest, number: str) -> HttpResponse:
    """Show the protected names on this one answer, for a reason that is written down with the look."""
    case, user = seen(request, number), reader(request)
    asked = UncoverForm(request.POST, auto_id="uncover_%s")
    if asked.is_valid():
        record_look(by=user, case=case, today=timezone.localdate())
        looks.record(user, case, looks.UNMASK, asked.cleaned_data["reason"])
    context = frame_context(request, case, current="persons") | {
        "rows": person_rows(case, reader=user, is_uncovered=asked.is_valid()),
        "form": None,
        "shows_names": True,
        "uncover": None if asked.is_valid() else asked,
    }
    return render(request, "cases/people.html", context)


@sensitive_variables()
def _looked_at(request: HttpRequest, case: Case) -> list[PersonRow]:
    """The persons as this reader may see them; that they were looked at is recorded."""
    rows = person_rows(case, reader=reader(request))
    if rows:
        record_look(by=reader(request), case=case, today=timezone.localdate())
    return rows


@sensitive_variables()
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@only(may_read_cases)
def remove(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Take a person out of the case, with a reason."""
    case, user = seen(request, number), reader(request)
    if not may_name_persons(user, case):
        raise PermissionDenied(_("Justice says who the persons of a case are."))
    form = RemovePersonForm(request.POST or None)
    back = reverse("cases:persons", args=[case.number])

    def do() -> str:
        person = get_object_or_404(case.persons, pk=pk)
        remove_person(by=user, case=case, person=person, reason=form.cleaned_data["reason"])
        return back

    answer = carry_out(form, do, by=user) if form.is_valid() else None
    if answer:
        messages.success(request, _("The person is removed."))
        return answer
    row = next((row for row in _looked_at(request, case) if row.person.pk == pk), None)
    if row is None:
        raise Http404
    context = frame_context(request, case, current="persons") | {"form": form, "row": row}
    return render(request, "cases/people_remove.html", context)


@sensitive_variables()
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@only(works_on_cases)
def find(request: HttpRequest) -> HttpResponse:
    """The cases in which a person of exactly this name stands, as far as the reader may see them."""
    form, found = FindPersonForm(request.POST or None), None
    if form.is_valid():
        found = list(cases_with_person(form.cleaned_data["name"], reader(request))[:MOST_FOUND])
        record_search(by=reader(request), found=len(found))
    return render(
        request, "cases/people_find.html", {"form": form, "found": found, "today": timezone.localdate()}
    )
