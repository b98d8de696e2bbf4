"""AZ-11: a file holds what the screen shows its reader, with the same filters; what is hidden stands in neither.

What an address gives out is found twice: by what the addresses of the matrix answered (everything that is no HTML), and by
what the code of their views makes. Each of them stands in FILES with how it is held against the screen.
"""

import csv
import inspect
import io
import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from agreements.views import board
from cases import promiseregister
from cases.models import CaseQuerySet
from cases.paging import page_of
from reports.actions import make_feed
from reports.actions.jobs import ask_job
from reports.catalogue import REPORTS
from reports.worker import work_once
from tests.authz.asking import ask, content_of, rows, signed_in
from tests.authz.world import MAY_READ, OF_TREATIES, TOKENS, World
from tracker.models import User
from tracker.roles import Secrecy
from tracker.sheets import FORMATS

pytestmark = pytest.mark.django_db
READERS = ("P1", "P2", "P3", "P4", "P5", "P6", "P10")
OF_TREATIES_TOO = (*READERS, "P7")
NUMBER = re.compile(r"(?<![\w-])(?:A-密?\d{3}-\d{3,6}|\d{3}-[\u4e00-\u9fff]{1,3}-\d{4,6})(?!\d)")
TABLE = re.compile(r"<tbody.*?</tbody>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
MAKES_FILES = re.compile(
    r"sheet_response|csv_response|file_response|FileResponse|JsonResponse|content_disposition|"
    r"StreamingHttpResponse|content_type=|written_paper|template_response"
)
FILES = {
    "agreements:export": "the table of the board",
    "cases:export": "the list of cases",
    "cases:export_promises": "the register of promises",
    "reports:report_file": "the page of the report",
    "reports:feed": "days of cases that the list shows the owner of the calendar",
    "cases:letter_paper": "opens where the page of the letter opens",
    "document": "opens where its case opens; test_matrix.py and tests/reports/test_kept_rights.py",
    "reports:frozen_content": "opens to who reads exact numbers; tests/reports/test_frozen_pages.py",
    "reports:answer_pack": "reports for the parliament, each of them one of the catalogue",
    "reports:series_file": "published figures, which all who read reports see alike",
    "agreements:import_template": "an empty form",
    "cases:import_template": "an empty form",
    "reports:import_template": "an empty form",
    "admin:jsi18n": "words of the interface",
}
"""Every address that gives out something else than a page, and what it is held against."""
OF_CASES = (
    "samples=1", "samples=1&q=TOKEN", "samples=1&state=open", "samples=1&secrecy=2", "samples=1&secrecy=3", "samples=1&sort=due",
    "samples=1&officer=me", "samples=1&partner=XB", "samples=1&state=closed", "samples=1&due=soon", "samples=1&as_of=2020-01-01",
    "samples=1&promise=standing", "samples=1&item=other",
)  # fmt: skip
OF_AGREEMENTS = ("", "q=TOKEN", "partner=XA", "partner=XB", "samples=0", "as_of=2020-01-01")
OF_PROMISES = ("", "kind=use_limit", "by=us", "state=all", "q=密")


@pytest.fixture(scope="module")
def clients(world):
    return signed_in(world)


@pytest.fixture
def small_pages(monkeypatch):
    """Three rows a page, so that the lists have several."""
    monkeypatch.setitem(page_of.__kwdefaults__, "size", 3)
    monkeypatch.setattr(promiseregister, "SIZE", 3)


def numbers_in(text: str) -> set[str]:
    return set(NUMBER.findall(text))


def counts_on_page(client: Client, where: str) -> list[tuple[str, ...]]:
    """The whole numbers of each row of a report's first table, and the numbers of what it names."""
    [table, *_others] = re.findall(r"<tbody.*?</tfoot>|<tbody.*?</tbody>", client.get(where).text, re.DOTALL)
    rows = (re.split(r"<t[dh][^>]*>", row)[1:] for row in re.split(r"<tr[^>]*>", table)[1:])
    return _counts((TAG.sub("", cell) for cell in row) for row in rows)


def counts_in_file(client: Client, where: str) -> list[tuple[str, ...]]:
    """The same of its sheet, of which codes beside their words are left out."""
    text = content_of(client.get(where)).decode("utf-8-sig")
    heads, *rows = csv.reader(io.StringIO(text))
    told = [place for place, head in enumerate(heads) if not head.endswith("（代碼）")]
    return _counts((row[place] for place in told) for row in rows if row)


def _counts(rows: Iterable[Iterable[str]]) -> list[tuple[str, ...]]:
    plain = (["".join(cell.replace(",", "").split()).removesuffix("年") for cell in row] for row in rows)
    counts = (tuple(cell for cell in row if cell.isdecimal() or NUMBER.fullmatch(cell)) for row in plain)
    return [row for row in counts if row]


def numbers_on_screen(client: Client, where: str) -> set[str]:
    """The numbers in the tables of a list, page by page to its end."""
    found: set[str] = set()
    seen: set[str] = set()
    waiting = [where]
    while waiting:
        seen.add(one := waiting.pop())
        response = client.get(one)
        assert response.status_code == 200, one
        found |= numbers_in(unquote("".join(TABLE.findall(response.text))))
        following = getattr(response.context["page"], "next", "")
        waiting += [following] if following and following not in seen else []
    return found


def numbers_in_file(client: Client, where: str) -> set[str]:
    response = client.get(where)
    assert (response.status_code, response["Content-Type"].startswith("text/html")) == (200, False), where
    return numbers_in(content_of(response).decode(errors="replace"))


def unlike(client: Client, screen: str, file: str, queries: tuple[str, ...]) -> Iterator[str]:
    """Where the sheets of a list hold other numbers than its pages; each format comes to its turn."""
    for place, query in enumerate(queries):
        form = sorted(FORMATS)[place % len(FORMATS)]
        on_screen = numbers_on_screen(client, f"{screen}?{query}")
        in_file = numbers_in_file(client, f"{file}?{query}&format={form}")
        if on_screen != in_file:
            yield f"{screen} {query} {form}: {sorted(on_screen ^ in_file)}"


def hidden_from(world: World, who: str) -> set[str]:
    """The numbers of the cases and agreements that the matrix hides from somebody."""
    cases = {world.cases[level].number for level, token in TOKENS.items() if who not in MAY_READ[token]}
    treaties = {
        world.agreements[level].number for level, token in OF_TREATIES.items() if who not in MAY_READ[token]
    }
    return cases | treaties


def views() -> dict[str, Any]:
    """Every named address with its view."""
    return dict(_views(get_resolver().url_patterns))


def _views(found: Any, space: str = "") -> Iterator[tuple[str, Any]]:
    for one in found:
        if hasattr(one, "url_patterns"):
            yield from _views(one.url_patterns, f"{space}{one.namespace}:" if one.namespace else space)
        elif one.name:
            yield f"{space}{one.name}", one.callback


def makes_a_file(view: Any) -> bool:
    """Whether the code of a view of ours says that something else than a page is answered."""
    plain = inspect.unwrap(view)
    ours = plain.__module__.partition(".")[0] in ("agreements", "cases", "reports", "tracker")
    return ours and bool(MAKES_FILES.search(inspect.getsource(plain)))


def test_every_address_that_gives_out_a_file_is_held_against_the_screen(answers):
    answered = {cell[0] for cell, one in answers.items() if one.code == "200" and one.kind != "text/html"}
    made = {name for name, view in views().items() if makes_a_file(view)}

    assert sorted((answered | made) - set(FILES)) == []
    assert sorted(set(FILES) - set(views())) == []
    assert {"cases:export", "reports:report_file"} <= answered & made


def test_a_new_export_would_be_found():
    """The control: its code gives it away."""

    def planted(request):
        return board.sheet_response("csv", "x", [], [])

    planted.__module__ = board.__name__

    assert (makes_a_file(planted), makes_a_file(board.board)) == (True, False)


@pytest.mark.parametrize("who", READERS)
def test_the_sheet_of_cases_holds_the_cases_of_its_list(world, clients, small_pages, who):
    client = clients[who]

    assert list(unlike(client, reverse("cases:list"), reverse("cases:export"), OF_CASES)) == []
    whole = numbers_in_file(client, reverse("cases:export") + "?samples=1")
    assert whole & hidden_from(world, who) == set()
    assert world.cases["ordinary"].number in whole


@pytest.mark.parametrize("who", OF_TREATIES_TOO)
def test_the_sheet_of_agreements_holds_the_agreements_of_the_board(world, clients, who):
    client, screen = clients[who], reverse("agreements:board")
    queries = tuple(f"view=table&{query}" for query in OF_AGREEMENTS)

    assert list(unlike(client, screen, reverse("agreements:export"), queries)) == []
    whole = numbers_in_file(client, reverse("agreements:export"))
    assert whole & hidden_from(world, who) == set()
    assert world.agreements["ordinary"].number in whole


@pytest.mark.parametrize("who", READERS)
def test_the_sheet_of_promises_holds_the_promises_of_the_register(world, clients, small_pages, who):
    client, screen = clients[who], reverse("cases:promise_register")

    assert list(unlike(client, screen, reverse("cases:export_promises"), OF_PROMISES)) == []
    whole = numbers_in_file(client, reverse("cases:export_promises"))
    assert whole & hidden_from(world, who) == set()
    assert world.cases["ordinary"].number in whole


@pytest.mark.parametrize("who", ["P1", "P4", "P5", "P6"])
def test_the_file_of_a_report_counts_row_by_row_what_its_page_counts(world, clients, who):
    differing, counted = [], 0
    for code in REPORTS:
        page, file = (
            reverse(name, args=args) + "?with_samples=on"
            for name, args in (("reports:report", [code]), ("reports:report_file", [code, "csv"]))
        )
        if clients[who].get(page).context["table"] is None:  # it asks for more, or tells a reader why not
            continue
        shown, filed = counts_on_page(clients[who], page), counts_in_file(clients[who], file)
        counted += sum(map(len, filed))
        differing += [f"{code}: {shown} and {filed}"] if shown != filed else []

    assert differing == []
    assert counted > 100


def test_a_report_that_counts_more_in_its_file_is_found(world, clients, monkeypatch):
    """The control: the page counts what its reader may see, and the file all cases."""
    page, file = "/reports/all/S04/?with_samples=on", "/reports/all/S04/as/csv/?with_samples=on"
    shown = counts_on_page(clients["P4"], page)
    monkeypatch.setattr(CaseQuerySet, "visible_to", lambda rows, user: rows.all())

    assert counts_in_file(clients["P4"], file) != shown


@pytest.mark.parametrize(("who", "count"), [("P1", 0), ("P4", 1), ("P5", 2)])
def test_a_calendar_tells_days_of_what_the_lists_show_its_owner(world, clients, who, count):
    """Justice has days of so many files here, and foreign affairs none, so that not every calendar is empty."""
    listed = numbers_on_screen(clients[who], reverse("cases:list") + "?samples=1")
    listed |= numbers_on_screen(clients[who], reverse("agreements:board") + "?view=table")
    told = set()
    for scope in ("mine", "desk"):
        where = reverse("reports:feed", args=[make_feed(by=world.people[who], scope=scope)])
        told |= numbers_in_file(Client(), where)

    assert (told - listed, len(told)) == (set(), count)


def test_a_paper_opens_where_the_page_of_its_letter_opens(answers):
    cells = [row for row in rows() if (row.name, row.method) == ("cases:letter", "GET")]
    differing = [
        (row.about, place)
        for row in cells
        for place, code in enumerate(row.codes)
        if answers["cases:letter_paper", "GET", row.about, f"P{place}"].code != code
    ]

    assert (differing, len(cells) >= 3) == ([], True)


@pytest.mark.parametrize("form", sorted(FORMATS))
def test_a_job_writes_what_its_maker_sees_when_it_runs(world, clients, form):
    """Asked by somebody cleared for restricted cases, who is not any more when it is carried out."""
    given = {"format": form, "query": "samples=1"}
    work_until_none_is_left()
    chen = User.objects.get(pk=world.people["P5"].pk)
    before = carried_out(chen, clients["P5"], given)
    job = ask_job(by=chen, kind="cases", title="示例", parameters=given, language="en")
    User.objects.filter(pk=chen.pk).update(clearance=Secrecy.INTERNAL)

    work_until_none_is_left()
    job.refresh_from_db()
    after = numbers_in_file(clients["P5"], reverse("document", args=[job.document_id, 1]))
    listed = numbers_on_screen(clients["P5"], reverse("cases:list") + "?samples=1")

    restricted = world.cases["restricted"].number
    assert after == listed
    assert (restricted in before, restricted in after) == (True, False)


def carried_out(by: User, client: Client, given: dict[str, str]) -> set[str]:
    job = ask_job(by=by, kind="cases", title="示例", parameters=given, language="en")
    work_until_none_is_left()
    job.refresh_from_db()
    return numbers_in_file(client, reverse("document", args=[job.document_id, 1]))


def work_until_none_is_left() -> None:
    while work_once():
        pass


def test_a_sheet_that_forgets_to_hide_is_found(world, clients, monkeypatch):
    """The control: the list asks for what its reader may see, and its sheet for all."""
    shown = numbers_on_screen(clients["P4"], reverse("cases:list") + "?samples=1")
    monkeypatch.setattr(CaseQuerySet, "visible_to", lambda rows, user: rows.all())

    filed = numbers_in_file(clients["P4"], reverse("cases:export") + "?samples=1")

    assert hidden_from(world, "P4") & filed == {
        world.cases[level].number for level in ("restricted", "sealed")
    }
    assert filed > shown


def test_a_large_export_asks_for_the_same_as_a_job(world, clients, monkeypatch):
    """What is too long for an answer goes on with the same filters in the address."""
    monkeypatch.setattr("cases.views.lists.MOST_AT_ONCE", 1)

    answer = ask(clients, "P5", "GET", reverse("cases:export") + "?samples=1&secrecy=2&format=xlsx")
    led = clients["P5"].get(reverse("cases:export") + "?samples=1&secrecy=2&format=xlsx").headers["Location"]

    assert answer.code == "302"
    assert {"secrecy=2", "format=xlsx", "kind_of_job=cases"} <= set(led.partition("?")[2].split("&"))
