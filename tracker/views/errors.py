"""The pages for what went wrong in the server: what to do next, and the number under which the log tells more."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from tracker.middleware import request_id


def failed(request: HttpRequest) -> HttpResponse:
    """500: an error that nothing caught."""
    return _page("500.html", 500)


def not_understood(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: an address, a form or a file that cannot be read."""
    return _page("400.html", 400)


def _page(template: str, status: int) -> HttpResponse:
    """Made without the request, its user or the database, which may be what failed."""
    return HttpResponse(render_to_string(template, {"number": request_id.get()}), status=status)
