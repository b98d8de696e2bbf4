"""The brief on a partner: the page that asks for it, and the file."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from agreements.models import Partner
from agreements.views.doors import reader
from cases.rules import may_read_cases
from reports.actions.brief import make_brief
from reports.forms.brief import BriefForm
from tracker.access import only
from tracker.documents import content_disposition
from tracker.paper import NotPrinted

TYPES = {"pdf": "application/pdf", "odt": "application/vnd.oasis.opendocument.text"}


@require_http_methods(["GET", "HEAD", "POST"])
@only(may_read_cases)
def brief(request: HttpRequest, code: str) -> HttpResponse:
    """The form; sent, the brief itself as a file."""
    partner, today = get_object_or_404(Partner, code=code), timezone.localdate()
    language = translation.get_language()
    form = BriefForm(request.POST or None, initial={"language": language, "form": "pdf"})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        as_of = given["as_of"] or today
        chosen = {name: given[name] for name in ("language", "form", "points")}
        try:
            data = make_brief(
                by=reader(request), partner=partner, as_of=as_of, made_at=timezone.now(), **chosen
            )
        except NotPrinted:
            form.add_error("points", _("This text cannot be printed: shorten it."))
        else:
            return _file(data, f"{partner.name_zh}_{as_of.isoformat()}", given["form"])
    return render(request, "reports/brief.html", {"form": form, "partner": partner})


def _file(data: bytes, name: str, form: str) -> HttpResponse:
    response = HttpResponse(data, content_type=TYPES[form])
    response["Content-Disposition"] = content_disposition(f"{name}.{form}")
    return response
