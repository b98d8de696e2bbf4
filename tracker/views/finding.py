"""The search page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from tracker import search as index

LIMIT = 25


def search(request: HttpRequest) -> HttpResponse:
    """Show what the reader may see that holds every word of ``?q=``, by kind, at most LIMIT of each."""
    query = request.GET.get("q", "").strip()[:100]
    groups = []
    for source in index.SOURCES:
        found = index.find(query, source, request.user, LIMIT + 1)  # type: ignore[arg-type]
        if found:
            groups.append({"label": source.label, "rows": found[:LIMIT], "has_more": len(found) > LIMIT})
    context = {"query": query, "groups": groups, "limit": LIMIT}
    return render(request, "tracker/search.html", context)
