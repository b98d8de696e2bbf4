"""The floor's views: one or two statements written by hand, one template without a filter."""

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import psycopg
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path

SIZE = 50
COLUMNS = (
    "c.number, c.direction, p.name_zh, c.subject, c.kind, c.basis, c.state, "
    "to_char(c.requested_on, 'YYYY-MM-DD'), to_char(c.due_on, 'YYYY-MM-DD'), u.name"
)
ROWS = (
    f"SELECT {COLUMNS} FROM cases_case c JOIN agreements_partner p ON p.id = c.partner_id "
    "LEFT JOIN tracker_user u ON u.id = c.officer_id WHERE c.number <> '' AND c.voided_at IS NULL AND c.secrecy <= 2"
)
ORDER = f"ORDER BY c.requested_on DESC, c.id DESC LIMIT {SIZE}"
COUNT = "SELECT count(*) FROM (SELECT 1 FROM cases_case c WHERE c.number <> '' AND c.voided_at IS NULL AND c.secrecy <= 2 {} LIMIT 1001) found"
FOUND = (
    "AND c.id IN (SELECT about_id FROM tracker_searchentry "
    "WHERE about_model = 'cases.case' AND vector @@ %s::tsquery)"
)


def rows(sql: str, *values: Any) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchall()


def listing(request: HttpRequest) -> HttpResponse:
    """The list: its first page, a filtered one, a deep one or what holds a word."""
    given = request.GET
    where, values = "", []
    if given.get("state"):
        where, values = "AND c.state = %s", [given["state"]]
    if given.get("partner"):
        where += " AND c.partner_id = (SELECT id FROM agreements_partner WHERE code = %s)"
        values.append(given["partner"])
    if given.get("q"):
        where, values = FOUND, [tsquery(given["q"])]
    after = ""
    if given.get("page"):
        day, key = given["page"].removeprefix("a").split(".")
        after = f" AND (c.requested_on, c.id) < ('{day}', {int(key)})"
    context = {
        "rows": rows(f"{ROWS} {where}{after} {ORDER}", *values),
        "count": rows(COUNT.format(where), *values)[0][0],
    }
    return render(request, "floor/list.html", context)


def tsquery(text: str) -> str:
    """One word as PostgreSQL's own notation: pairs of Chinese characters, or the beginning of another word."""
    if text.isascii() or len(text) == 1:
        return f"'{text.lower()}':*"
    return "<->".join(f"'{a}{b}'" for a, b in pairwise(text))


def record(request: HttpRequest, number: str) -> HttpResponse:
    """One case with its events."""
    case = rows(f"{ROWS} AND c.number = %s", number)[0]
    events = rows(
        "SELECT e.step, e.state, to_char(e.happened_on, 'YYYY-MM-DD'), e.reference, e.note, u.name "
        "FROM cases_caseevent e JOIN tracker_user u ON u.id = e.recorded_by_id "
        'WHERE e.case_id = (SELECT id FROM cases_case WHERE number = %s) ORDER BY e."order" DESC',
        number,
    )
    return render(request, "floor/record.html", {"case": case, "events": events})


def home(request: HttpRequest) -> HttpResponse:
    """The figures of the first page, by one grouped count of the open cases."""
    groups = rows(
        "SELECT p.is_sample, count(*) FILTER (WHERE c.due_on < %s), "
        "count(*) FILTER (WHERE c.due_on BETWEEN %s AND %s::date + 7), "
        "count(*) FILTER (WHERE c.officer_id = %s), count(*) FILTER (WHERE c.officer_id IS NULL) "
        "FROM cases_case c JOIN agreements_partner p ON p.id = c.partner_id "
        "WHERE c.is_open AND c.secrecy <= 2 GROUP BY p.is_sample",
        request.GET["today"], request.GET["today"], request.GET["today"], request.GET["officer"],
    )  # fmt: skip
    return render(request, "floor/groups.html", {"groups": groups})


def counts(request: HttpRequest) -> HttpResponse:
    """Every case, grouped by state."""
    groups = rows("SELECT state, count(*) FROM cases_case WHERE number <> '' GROUP BY state ORDER BY state")
    return render(request, "floor/groups.html", {"groups": groups})


def create(request: HttpRequest) -> HttpResponse:
    """A case like the one of this number, with its first event and one line of history, in one transaction."""
    with transaction.atomic():
        found = rows(
            "INSERT INTO floor_case SELECT (jsonb_populate_record(c, jsonb_build_object("
            "'id', nextval('floor_case_id'), 'number', 'F-' || currval('floor_case_id')))).* "
            "FROM cases_case c WHERE c.number = %s RETURNING id, requested_on",
            request.GET["like"],
        )
        rows(
            "INSERT INTO floor_event (case_id, step, state, happened_on) VALUES (%s, 'receive', 'I10', %s) "
            "RETURNING id",
            *found[0],
        )
        rows(
            "INSERT INTO floor_entry (at, actor, verb, about, details) VALUES (now(), 1, 'register', %s, %s) "
            "RETURNING id",
            found[0][0],
            json.dumps({"number": request.GET["like"]}),
        )
    return HttpResponse(str(found[0][0]))


def export(request: HttpRequest) -> StreamingHttpResponse:
    """The newest rows as CSV, as COPY makes it."""
    limit = int(request.GET["rows"])
    order = ORDER.replace(f"LIMIT {SIZE}", f"LIMIT {limit}")
    return StreamingHttpResponse(
        _copied(f"COPY ({ROWS} {order}) TO STDOUT (FORMAT csv)"), content_type="text/csv"
    )


def _copied(sql: str) -> Iterator[bytes]:
    connection.ensure_connection()
    raw: psycopg.Connection = connection.connection
    with psycopg.ClientCursor(raw) as cursor, cursor.copy(sql) as copy:  # type: ignore[arg-type]
        waiting = bytearray()
        for piece in copy:
            waiting += piece
            if len(waiting) > 65536:
                yield bytes(waiting)
                waiting.clear()
        yield bytes(waiting)


urlpatterns = [
    path("list", listing),
    path("record/<str:number>", record),
    path("home", home),
    path("counts", counts),
    path("create", create),
    path("export", export),
]

TABLES = """
CREATE TABLE floor_case (LIKE cases_case INCLUDING ALL);
CREATE SEQUENCE floor_case_id;
CREATE TABLE floor_event (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, case_id bigint NOT NULL,
    step text, state text, happened_on date);
CREATE INDEX ON floor_event (case_id);
CREATE TABLE floor_entry (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, at timestamptz, actor bigint,
    verb text, about bigint, details jsonb);
CREATE INDEX ON floor_entry (about);
"""
"""Where the floor writes: the case's own columns and indexes, and the least of events and history."""
