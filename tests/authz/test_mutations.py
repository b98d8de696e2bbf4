"""AZ-4: no other way of asking for the same thing opens a door that is shut."""

import pytest

from tests.authz.asking import address, ask, patterns, rows, signed_in
from tests.authz.world import MAY_READ

pytestmark = pytest.mark.django_db
METHODS = ("HEAD", "OPTIONS", "TRACE", "PUT", "PATCH", "DELETE", "CONNECT", "get", "PROPFIND")
HEADERS = (
    {"X-HTTP-Method-Override": "GET"},
    {"X-Original-URL": "/"},
    {"X-Rewrite-URL": "/"},
    {"X-Forwarded-For": "127.0.0.1"},
    {"X-Forwarded-User": "chen"},
    {"Remote-User": "chen"},
    {"HX-Request": "true"},
    {"X-Requested-With": "XMLHttpRequest"},
)
SPELLINGS = (
    lambda path: path.rstrip("/"),
    lambda path: path + "/",
    lambda path: "/" + path,
    lambda path: path.replace("/", "//"),
    lambda path: "/%2e" + path,
    lambda path: "/./" + path.lstrip("/"),
    lambda path: path + "%2e%2e/",
    lambda path: "/static/.." + path,
    lambda path: path.upper(),
    lambda path: path.rstrip("/") + ";x/",
    lambda path: path.rstrip("/") + ".json",
    lambda path: path + "?_method=GET&as=1&format=json",
    lambda path: path.rstrip("/") + "%20/",
    lambda path: path.rstrip("/") + "%00/",
)
SHUT = ("302", "403", "404")


def shut_doors(world):
    """Each address with a principal to whom the matrix shuts it: hidden things for P4, cases for P7, all for P0 and P9."""
    known, seen = patterns(), set()
    for row in rows():
        wanted = {"sealed": "P4", "ordinary": "P7"}.get(row.about)
        if row.about in ("none", "ordinary"):
            wanted = wanted or ("P0" if len(seen) % 2 else "P9")
        if not wanted or row.method != "GET" or row.name.startswith(("route", "account", "admin:")):
            continue
        if row.codes[int(wanted[1:])] in SHUT and (row.name, wanted) not in seen:
            seen.add((row.name, wanted))
            yield wanted, address(world, row.name, row.about, known[row.name])


def opened(answer, who):
    """What went through a shut door: an answer with words of a case, or a page that is none of the open ones."""
    return {token for token in answer.tokens if who not in MAY_READ[token]}


@pytest.fixture(scope="module")
def clients(world):
    return signed_in(world)


@pytest.mark.parametrize("place", range(len(SPELLINGS)))
def test_no_other_spelling_of_an_address_opens_it(world, clients, place):
    doors = list(shut_doors(world))
    found = []
    for who, where in doors[place :: len(SPELLINGS)] + doors[:8]:
        answer = ask(clients, who, "GET", SPELLINGS[place](where))
        if opened(answer, who) or answer.code[0] in "25":
            found.append((who, where, answer.code))

    assert len(doors) > 100
    assert found == []


@pytest.mark.parametrize("method", METHODS)
def test_no_other_method_opens_it(world, clients, method):
    doors = list(shut_doors(world))
    found = []
    for who, where in doors[METHODS.index(method) :: len(METHODS)] + doors[:8]:
        answer = ask(clients, who, method, where)
        if opened(answer, who) or answer.code[0] in "25":
            found.append((who, where, answer.code))

    assert found == []


@pytest.mark.parametrize("headers", HEADERS, ids=lambda one: next(iter(one)))
def test_no_header_opens_it(world, clients, headers):
    doors = list(shut_doors(world))
    found = []
    for who, where in doors[HEADERS.index(headers) :: len(HEADERS)] + doors[:8]:
        answer = ask(clients, who, "GET", where, headers=headers)
        if opened(answer, who) or answer.code[0] in "25":
            found.append((who, where, answer.code))

    assert found == []


def test_the_same_doors_do_open_to_those_who_may_enter(world, clients):
    """The control: the addresses are sound, and an open door is noticed."""
    sealed = address(world, "cases:detail", "sealed", ("number",))

    answer = ask(clients, "P3", "GET", sealed)

    assert (answer.code, opened(answer, "P4")) == ("200", {"TOKENSEALED"})
