"""Who stands at the door of the pages of the reports, and carrying out a form on one of them."""

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse

from agreements.forms.keyed import KeyedForm
from agreements.views import deeds
from agreements.views.deeds import Versioned
from agreements.views.doors import reader
from reports.models import FrozenReport


def seen_report(request: HttpRequest, pk: int) -> FrozenReport:
    """The report, if the reader may see it.

    :raises Http404: for a hidden one as for one that does not exist.
    """
    found = (
        FrozenReport.objects.visible_to(reader(request)).select_related("created_by").filter(pk=pk).first()
    )
    if found is None:
        raise Http404
    return found


def carry_out(
    request: HttpRequest, form: KeyedForm, do: Callable[[], str], about: Versioned | None = None
) -> HttpResponse | None:
    """Do what was sent, once; None when nothing was sent, or when it was refused, which the form then says."""
    return deeds.carry_out(form, do, by=reader(request), about=about) if request.method == "POST" else None
