"""Whose turn it is in every open file, and whether it takes longer than usual."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from agreements.views.doors import reader
from reports.asked import parameter_words, query_of
from reports.catalogue import REPORTS
from reports.forms.catalogue import ParametersForm
from reports.frame import frame_context
from reports.rules import may_read_reports
from reports.turn import waiting
from tracker.access import only
from tracker.commands import taipei_today


@require_safe
@only(may_read_reports)
def turn(request: HttpRequest) -> HttpResponse:
    """Every open file with its desk, its days there, and the past of its stage."""
    form = ParametersForm(request.GET or None, entry=REPORTS["A03"], today=taipei_today())
    asked = form.parameters()
    told: dict[str, Any] = {
        "subject": asked.subject,
        "with_samples": asked.with_samples,
        "known_on": asked.known_on,
    }
    context = {
        "form": form,
        "asked": asked,
        "rows": waiting(asked.as_of, reader=reader(request), **told),
        "said": parameter_words(asked),
        "query": query_of(asked),
    }
    return render(request, "reports/turn.html", context | frame_context("turn"))
