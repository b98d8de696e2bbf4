"""Walks the pages as a reader would: from the own first page, along every link and every form of each page."""

import html
import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import unquote, urljoin, urlsplit

from django.http import HttpResponseBase
from django.test import Client
from django.urls import Resolver404, resolve

LINK = re.compile(
    r"""<(?:a|area|link|script|img|form|button)\b[^>]*?\s(?:href|src|action|formaction)="([^"]+)\""""
)
LEFT_ALONE = frozenset({"account_logout", "admin:logout"})


def crawl(client: Client, start: str = "/", per_pattern: int = 1) -> Iterator[tuple[str, HttpResponseBase]]:
    """Each address with its answer, breadth first; at most ``per_pattern`` addresses of one pattern with filters and
    as many without, so that the walk ends."""
    waiting, seen, times = [start], {start}, Counter[tuple[str, bool]]()
    while waiting:
        address = waiting.pop(0)
        response = client.get(address)
        yield address, response
        for link in links_of(address, response):
            name = name_of(link)
            kind = (name, "?" in link)
            if link not in seen and name not in LEFT_ALONE and times[kind] < per_pattern:
                seen.add(link)
                times[kind] += 1
                waiting.append(link)


def let_go(response: HttpResponseBase) -> None:
    """Close the files of an answer. Its own ``close`` would end the request, and with it the test's connection."""
    for close in response._resource_closers:
        close()


def links_of(address: str, response: HttpResponseBase) -> list[str]:
    """The addresses of this site that an answer names: where it redirects to, or what its HTML links."""
    if location := response.headers.get("Location"):
        found = [location]
    elif response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming:
        found = [html.unescape(one) for one in LINK.findall(response.text)]
    else:
        found = []
    joined = (urlsplit(urljoin(address, one)) for one in found)
    return [
        f"{one.path}{'?' + one.query if one.query else ''}" for one in joined if not one.netloc and one.path
    ]


def name_of(address: str) -> str:
    """The name of the pattern that an address belongs to; the folder of a static file; the address of nothing."""
    path = urlsplit(address).path
    if path.startswith("/static/"):
        return "static " + path.rpartition(".")[2]
    try:
        match = resolve(unquote(path))
    except Resolver404:
        return path
    return match.view_name or path
