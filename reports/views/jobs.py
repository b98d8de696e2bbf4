"""Long exports: asking for one, how far it is, and its file."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from agreements.actions import StepRefused
from agreements.forms.keyed import KeyedForm
from agreements.views.doors import reader
from reports.actions.jobs import ask_job, cancel_job
from reports.catalogue import REPORTS
from reports.forms.catalogue import ParametersForm
from reports.frame import frame_context
from reports.jobs import KINDS, progress_words
from reports.models import Job
from reports.papers import may_open_file_of
from reports.rules import may_read_reports
from reports.views.doors import carry_out
from tracker.access import only
from tracker.commands import taipei_today
from tracker.keys import is_key

RELOADED_AFTER = 3
"""Seconds after which the page of a job that is not done looks again."""
SHOWN = 50


@require_safe
@only(may_read_reports)
def jobs(request: HttpRequest) -> HttpResponse:
    """The reader's own exports, newest first."""
    rows = (
        Job.objects.filter(asked_by=reader(request)).select_related("document").order_by("-asked_at")[:SHOWN]
    )
    return render(request, "reports/jobs.html", {"jobs": rows} | frame_context("all"))


@require_http_methods(["GET", "HEAD", "POST"])
@only(may_read_reports)
def ask(request: HttpRequest) -> HttpResponse:
    """What is to be exported stands in the address; POST asks a worker for it."""
    user, (kind, title, parameters) = reader(request), _wanted(request)
    form = KeyedForm(request.POST or None)

    def do() -> str:
        given: dict[str, Any] = {"kind": kind, "title": title, "parameters": parameters}
        return ask_job(by=user, language=get_language() or "zh-hant", **given).get_absolute_url()

    answer = carry_out(request, form, do)
    context = {"form": form, "title": title, "format": parameters["format"]} | frame_context("all")
    return answer or render(request, "reports/job_ask.html", context)


@require_safe
@only(may_read_reports)
def job(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """How far an export is; the page looks again by itself until it has ended."""
    found = _own(request, key)
    context = {
        "job": found,
        "progress": progress_words(found.done_rows, found.all_rows),
        "may_open": may_open_file_of(reader(request), found),
        "is_live": found.state in (Job.State.QUEUED, Job.State.RUNNING),
        "waits_long": found.state == Job.State.QUEUED
        and (timezone.now() - found.asked_at).total_seconds() > 60,
        "reload": RELOADED_AFTER,
    }
    return render(request, "reports/job.html", context | frame_context("all"))


@require_POST
@only(may_read_reports)
def cancel(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Give an export up."""
    found = _own(request, key)
    try:
        cancel_job(by=reader(request), job=found)
        messages.success(request, _("The export is given up."))
    except StepRefused as refused:
        messages.error(request, str(refused))
    return redirect(found.get_absolute_url())


def _own(request: HttpRequest, key: uuid.UUID) -> Job:
    """:raises Http404: for another person's as for one that does not exist."""
    found = Job.objects.filter(pk=key, asked_by=reader(request)).select_related("document").first()
    if found is None:
        raise Http404
    return found


def _wanted(request: HttpRequest) -> tuple[str, str, dict[str, Any]]:
    """Kind, title and parameters of the export that the address names.

    :raises Http404: for none that exists.
    """
    asked: QueryDict = request.GET.copy()
    kind, form = asked.pop("kind_of_job", [""])[-1], asked.pop("format", [""])[-1]
    if kind not in KINDS or form not in KINDS[kind].forms:
        raise Http404
    if kind == "report":
        entry = REPORTS.get(asked.pop("code", [""])[-1])
        if entry is None:
            raise Http404
        parameters = ParametersForm(asked or None, entry=entry, today=taipei_today()).parameters()
        narrowed = parameters.narrowed_to(entry.takes).as_json()
        return kind, f"{entry.code} {entry.title}", {"format": form, "code": entry.code, "asked": narrowed}
    keys = [one for one in asked.pop("case", []) if is_key(one)]
    asked.pop("page", None)
    return kind, str(KINDS[kind].label), {"format": form, "query": asked.urlencode(), "cases": keys}
