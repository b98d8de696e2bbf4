"""FIL-6, FIL-3: what a virus scanner has not passed is given to nobody, and nobody fills the disk."""

import sys
from datetime import timedelta
from io import StringIO
from urllib.parse import unquote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone

from agreements.actions import StepRefused
from agreements.actions.uploads import RECORD_IS_FULL, TOO_MANY
from agreements.models import Agreement
from cases.actions.letters import print_letter
from cases.letters.reading import answering_for_letter
from tests import makers
from tests.cases import letters
from tests.cases import makers as case_makers
from tests.trust.crawling import let_go
from tracker import health, quota
from tracker.actions import store_document
from tracker.models import DocumentVersion, Entry
from tracker.scanning import WAITS, doubled, telling
from tracker.scanning.actions import ask_scanner_itself, carry_out_scan, note_verdict, take_scan
from tracker.scanning.telling import stopped_files
from tracker.scanning.worker import FIRST_REST, LONGEST_REST, Scans
from tracker.views.documents import ASK, CHECKED, CLOSED

pytestmark = pytest.mark.django_db
SCANNER = """
import os, signal, sys, time
held = sys.stdin.buffer.read()
with open(__file__ + ".asked", "ab") as asked: asked.write(b"x")
if b"KILLED" in held: os.kill(os.getpid(), signal.SIGKILL)
if b"SLOW" in held: time.sleep(600)
if b"BROKEN" in held: sys.exit(2)
sys.exit(1 if b"OWN-TEST-VIRUS" in held else 0)
"""


@pytest.fixture
def scanner(settings, tmp_path):
    program = tmp_path / "scanner.py"
    program.write_text(SCANNER)
    settings.DOCUMENT_SCANNER = f"'{sys.executable}' -S '{program}'"
    settings.DOCUMENT_SCANNER_SECONDS = (
        300  # no busy machine is that slow; what is too slow sets a bound of its own
    )
    return settings


@pytest.fixture
def times_asked(scanner, tmp_path):
    """How often the scanner was started, whatever it was asked."""
    asked = tmp_path / "scanner.py.asked"
    return lambda: asked.stat().st_size if asked.exists() else 0


@pytest.fixture
def kept():
    """Keeps a file about a case."""
    jun = makers.jun()
    case = case_makers.case(jun, officer=jun)

    def keep(text: str) -> DocumentVersion:
        upload = SimpleUploadedFile("示例.txt", text.encode())
        document = store_document(by=jun, about=case, upload=upload, title="示例", secrecy=0)
        return document.versions.get()

    return keep


def work() -> str:
    """What a worker says who does all that waits and then stops."""
    output = StringIO()
    call_command("work", drain=True, stdout=output)
    return output.getvalue()


def code_of(client, version) -> int:
    answer = client.get(reverse("document", args=[version.document_id, version.number]))
    let_go(answer)
    return answer.status_code


def results() -> list[str]:
    entries = Entry.objects.filter(verb="document.scan").order_by("id")
    return [entry.details["result"] for entry in entries]


@pytest.mark.parametrize(
    ("text", "verdict", "code"),
    [
        ("示例", True, 200),
        ("OWN-TEST-VIRUS", False, 409),
        ("KILLED", None, 409),
        ("SLOW", None, 409),
        ("BROKEN", None, 409),
    ],
)
def test_only_what_the_scanner_passed_is_given_out(scanner, kept, client_of, text, verdict, code):
    if text == "SLOW":
        scanner.DOCUMENT_SCANNER_SECONDS = 0.1
    version = kept(text)
    client = client_of(version.uploaded_by)
    before = code_of(client, version)
    work()
    version.refresh_from_db()

    assert (before, version.is_clean, code_of(client, version)) == (409, verdict, code)
    assert results() == [{True: "clean", False: "infected", None: "no answer"}[verdict]]
    assert Entry.objects.filter(verb="document.download").count() == (code == 200)


def test_a_request_never_starts_the_scanner_and_the_pages_say_when_to_come_back(
    scanner, times_asked, client_of
):
    """The control is the worker, which does start it."""
    jun = makers.jun()
    case = case_makers.case(jun, officer=jun)
    client, address = client_of(jun), reverse("cases:documents", args=[case.number])
    taken = send(client, case, 10, 20, 30)
    page = client.get(address).content.decode()
    closed = client.get(reverse("document", args=[DocumentVersion.objects.first().document_id, 1]))
    before = times_asked()
    call_command("work", once=True, stdout=StringIO())

    assert (taken.status_code, closed.status_code, closed["Retry-After"]) == (302, 409, "120")
    assert (page.count(str(WAITS)), str(WAITS) in closed.content.decode()) == (3, True)
    assert (before, times_asked(), results()) == (0, 1, ["clean"])


@pytest.mark.parametrize(
    ("verdict", "heading", "is_to_ask", "come_back"),
    [(None, CHECKED, True, "120"), (False, CLOSED, False, None)],
)
def test_the_page_of_a_closed_file_says_whether_to_wait(
    scanner, kept, client_of, verdict, heading, is_to_ask, come_back
):
    """FIL-6. One that is only checked opens by itself, an infected one never."""
    version = kept("示例")
    DocumentVersion.objects.update(is_clean=verdict)
    page = client_of(version.uploaded_by).get(reverse("document", args=[version.document_id, 1]))

    assert (f"<h1>{heading}</h1>" in page.text, str(ASK) in page.text) == (True, is_to_ask)
    assert (page.status_code, page.get("Retry-After")) == (409, come_back)


def test_without_a_scanner_every_file_is_given_out_and_the_worker_scans_nothing(settings, kept, client_of):
    settings.DOCUMENT_SCANNER = ""
    version = kept("OWN-TEST-VIRUS")
    client = client_of(version.uploaded_by)

    assert (work(), code_of(client, version), results()) == ("0 done\n", 200, [])
    assert str(WAITS) not in client.get(reverse("cases:home")).content.decode()


def test_what_was_kept_before_a_scanner_was_set_is_closed_until_the_worker_has_scanned_it(
    scanner, kept, client_of
):
    command, scanner.DOCUMENT_SCANNER = scanner.DOCUMENT_SCANNER, ""
    version = kept("示例")
    client = client_of(version.uploaded_by)
    without = code_of(client, version)
    scanner.DOCUMENT_SCANNER = command
    closed = code_of(client, version)
    work()

    assert (without, closed, code_of(client, version)) == (200, 409, 200)


def test_of_an_infected_file_its_uploader_and_the_officer_are_told_once_by_mail_and_on_their_first_pages(
    scanner, client_of, mailoutbox, django_capture_on_commit_callbacks
):
    """A supervisor who neither uploaded it nor carries the case is the control."""
    jun, qiu, other = (
        makers.person(name, ministry="justice", role="officer", email=f"{name}@example.tw", clearance=2)
        for name in ("jun", "qiu", "wei")
    )
    case = case_makers.case(jun, officer=jun)
    upload = SimpleUploadedFile("示例.txt", b"OWN-TEST-VIRUS")
    store_document(by=qiu, about=case, upload=upload, title="示例", secrecy=0)
    with django_capture_on_commit_callbacks(execute=True):
        work()
        with pytest.raises(SystemExit):
            call_command("rescan_documents", all=True, stdout=StringIO())

    told = [client_of(one).get(reverse("cases:home")).content.decode() for one in (jun, qiu, other)]
    assert sorted(mail.to[0] for mail in mailoutbox) == ["jun@example.tw", "qiu@example.tw"]
    assert {case.number in unquote(mail.body) and "示例.txt" not in mail.body for mail in mailoutbox} == {
        True
    }
    assert ["示例.txt" in page for page in told] == [True, True, False]
    assert results() == ["infected", "infected"]


def infected_files(by, about, *, count=1) -> None:
    """Keeps files about a thing in which the scanner finds something."""
    for _file in range(count):
        upload = SimpleUploadedFile("示例.txt", b"OWN-TEST-VIRUS")
        store_document(by=by, about=about, upload=upload, title="示例", secrecy=0)
    work()


def test_of_an_infected_file_of_an_agreement_the_supervisors_of_the_leading_ministry_are_told(
    scanner, client_of, mailoutbox, django_capture_on_commit_callbacks
):
    """Those of the other ministry are not, which is the control; led by both, all are."""
    mei = makers.mei()
    lin, chen = (
        makers.person(name, ministry=ministry, role="supervisor", email=f"{name}@example.tw")
        for name, ministry in (("lin", "foreign_affairs"), ("chen", "justice"))
    )
    led, shared = makers.agreement(mei), makers.agreement(mei, title_zh="示例二", co_lead="justice")
    with django_capture_on_commit_callbacks(execute=True):
        infected_files(mei, led)
    alone = [mail.to[0] for mail in mailoutbox]
    told = [len(stopped_files(one)) for one in (mei, lin, chen)]
    with django_capture_on_commit_callbacks(execute=True):
        infected_files(mei, shared)

    assert (alone, told) == (["lin@example.tw"], [1, 1, 0])
    assert led.number in mailoutbox[0].body
    assert [mail.to[0] for mail in mailoutbox[1:]] == ["lin@example.tw", "chen@example.tw"]
    assert [each.address for each in stopped_files(chen)] == [shared.get_absolute_url()]
    assert "示例.txt" in client_of(lin).get(reverse("agreements:home")).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_whoever_is_told_of_infected_files_is_told_in_four_statements_however_many_there_are(
    scanner, django_assert_num_queries, count
):
    """The things with such files, which cases and which agreements of them are seen, the files; where there are none, one."""
    jun = makers.person("jun", ministry="justice", role="supervisor", clearance=2)
    with django_assert_num_queries(1):
        stopped_files(jun)
    files = [case_makers.case(jun, officer=jun) for _case in range(count)]
    files += [makers.agreement(jun, title_zh=f"示例{place}", lead="justice") for place in range(count)]
    for each in files:
        infected_files(jun, each)

    with django_assert_num_queries(4):
        told = stopped_files(jun)

    assert len(told) == 2 * count


def test_newer_infected_files_of_others_and_of_what_one_does_not_see_any_more_hide_none_of_ones_own(
    scanner, monkeypatch
):
    """Two are told of at most here; the control is that whoever answers for the others is told of two of those."""
    monkeypatch.setattr(telling, "MOST", 2)
    jun, lin, chen = makers.jun(), makers.lin(), makers.justice_supervisor()
    mine = case_makers.case(jun, officer=jun)
    infected_files(jun, mine)
    infected_files(lin, makers.agreement(lin), count=3)
    hidden = makers.agreement(chen, lead="justice", title_zh="示例二")
    infected_files(jun, hidden, count=3)
    Agreement.objects.filter(pk=hidden.pk).update(secrecy=3, declassify_when="示例")

    assert [each.address for each in stopped_files(jun)] == [reverse("cases:documents", args=[mine.number])]
    assert len(stopped_files(lin)) == 2
    assert stopped_files(makers.administrator()) == []


def test_two_workers_never_hold_one_file_and_a_dead_one_leaves_it(scanner, kept):
    """The lease is the guard; once it is over the file is free again, and the dead worker's verdict counts no more."""
    version = kept("示例")
    first, second = take_scan(), take_scan()
    DocumentVersion.objects.update(scan_due_at=timezone.now() - timedelta(seconds=1))
    third = take_scan()

    assert (first.version.pk, second, third.version.pk) == (version.pk, None, version.pk)
    assert (note_verdict(held=first, verdict=True), note_verdict(held=third, verdict=False)) == (False, True)
    assert results() == ["infected"]


def test_a_file_without_an_answer_rests_longer_each_time_and_the_others_go_first(scanner, kept):
    version = kept("BROKEN")
    pauses = []
    for _try in range(8):
        carry_out_scan(held=take_scan())
        version.refresh_from_db()
        pauses.append((version.scan_due_at - version.scanned_at) / timedelta(minutes=1))
        DocumentVersion.objects.update(scan_due_at=timezone.now())
    fresh = kept("示例")

    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    assert take_scan().version == fresh
    assert results() == ["no answer"]


def test_fresh_files_go_before_those_tried_again_old_stock_and_stuck_ones_whatever_came_first(scanner, kept):
    """Kept in the opposite order, and due the longer the later their turn, so that neither decides."""
    stuck, old, again, fresh = (kept(text) for text in ("1", "2", "3", "4"))
    now = timezone.now()
    for version, hours, tries in ((stuck, 4, 3), (again, 3, 2), (fresh, 2, None)):
        due = now - timedelta(hours=hours)
        DocumentVersion.objects.filter(pk=version.pk).update(scan_due_at=due, scan_tries=tries)
    DocumentVersion.objects.filter(pk=old.pk).update(scan_due_at=None)

    assert [take_scan().version for _time in range(4)] == [fresh, again, old, stuck]


def test_files_that_are_never_answered_for_hold_nobody_back_and_are_told_of_from_their_third_try_on(
    scanner, kept, client, caplog
):
    """The other file is scanned in the same run; a scanner that is missing turns it red, which is the control."""
    stuck = [kept("BROKEN"), kept("KILLED"), kept("BROKEN")]
    fine = kept("示例")
    work()
    fine.refresh_from_db()
    told = []
    for _try in range(3):
        DocumentVersion.objects.filter(is_clean=None).update(scan_due_at=timezone.now())
        work()
        told.append(sorted(each.args[0] for each in caplog.records if getattr(each, "code", "") == "stuck"))
    red = client.get("/readyz").json()["checks"]["scanner"]

    assert fine.is_clean is True
    assert told == [[], [each.pk for each in stuck], sorted([each.pk for each in stuck] * 2)]
    assert (red, [each.code for each in caplog.records if hasattr(each, "code")]) == ("ok", ["stuck"] * 6)
    scanner.DOCUMENT_SCANNER = "/no/such/scanner"
    DocumentVersion.objects.filter(is_clean=None).update(scan_due_at=timezone.now())
    work()
    assert client.get("/readyz").json()["checks"]["scanner"] == "no_answer"
    assert [each.code for each in caplog.records if hasattr(each, "code")] == ["stuck"] * 6 + ["no_answer"]


def test_a_worker_leaves_a_scanner_that_does_not_answer_at_all_alone_and_no_file_pays_for_it(scanner, kept):
    """With an answer it goes on at once, and health is well again, which is the control."""
    for _file in range(3):
        kept("示例")
    scans = Scans()
    command, scanner.DOCUMENT_SCANNER = scanner.DOCUMENT_SCANNER, "/no/such/scanner"
    tried = [scans.scan_once(), scans.scan_once()]
    scans.rests_until = 0.0
    tried += [scans.scan_once(), Scans().scan_once()]
    ill = health.scanner(timezone.now())
    tries = list(DocumentVersion.objects.order_by("pk").values_list("scan_tries", flat=True))
    scanner.DOCUMENT_SCANNER, scans.rests_until = command, 0.0
    again = [scans.scan_once(), scans.scan_once(), scans.scan_once()]

    assert (tried, tries, again) == ([True, False, False, False], [None] * 3, [True, True, False])
    assert (ill, health.scanner(timezone.now())) == ("no_answer", "")
    assert [doubled(FIRST_REST, each, most=LONGEST_REST).total_seconds() for each in (1, 2, 9)] == [
        5,
        10,
        300,
    ]


@pytest.mark.parametrize(("is_one_worker", "charged"), [(False, [None, None, None]), (True, [None, 1, 2])])
def test_outages_that_begin_at_one_file_cost_it_nothing_unless_one_worker_finds_it_there_again(
    scanner, kept, is_one_worker, charged
):
    """It may be what breaks the scanner, and is put behind the others in the end. Meanwhile it rests for a minute."""
    version, same, command = kept("示例"), Scans(), scanner.DOCUMENT_SCANNER
    tries, rests = [], []
    for _outage in range(3):
        scans = same if is_one_worker else Scans()
        scans.rests_until, scanner.DOCUMENT_SCANNER = 0.0, "/no/such/scanner"
        DocumentVersion.objects.update(scan_due_at=timezone.now())
        scans.scan_once()
        scanner.DOCUMENT_SCANNER = command
        ask_scanner_itself()
        version.refresh_from_db()
        tries.append(version.scan_tries)
        rests.append((version.scan_due_at - version.scanned_at) / timedelta(minutes=1))

    assert (tries, rests) == (charged, [each or 1 for each in charged])


def test_a_file_that_is_due_for_a_quarter_of_an_hour_says_that_nobody_works_and_old_stock_does_not(
    scanner, kept
):
    command, scanner.DOCUMENT_SCANNER = scanner.DOCUMENT_SCANNER, ""
    old = kept("示例")
    scanner.DOCUMENT_SCANNER = command
    now = timezone.now()
    stock = health.scanner(now + timedelta(days=9))
    fresh = kept("示例")
    said = [health.scanner(now + timedelta(minutes=each)) for each in (14, 16)]
    held = [take_scan().version for _time in range(2)]
    dead = health.scanner(now + timedelta(hours=1))

    assert (stock, said, held) == ("", ["", "waits_too_long"], [fresh, old])
    assert dead == "waits_too_long"


def test_a_letter_that_was_sent_is_refused_by_name_until_its_paper_was_scanned(scanner):
    jun = makers.jun()
    letter = letters.sent(jun, makers.justice_supervisor(), case_makers.case(jun, officer=jun))
    with pytest.raises(StepRefused) as refused:
        print_letter(by=jun, letter=letter, form="pdf")
    work()

    assert str(refused.value.reason).endswith(f".pdf: {WAITS}")
    assert print_letter(by=jun, letter=letter, form="pdf").startswith(b"%PDF")
    assert answering_for_letter(str(letter.pk)) == ([jun], letter.get_absolute_url())


def test_a_rescan_opens_what_is_clean_and_says_what_is_not(scanner, kept, client_of):
    command, scanner.DOCUMENT_SCANNER = scanner.DOCUMENT_SCANNER, ""
    clean, infected = kept("示例"), kept("OWN-TEST-VIRUS")
    with pytest.raises(CommandError):
        call_command("rescan_documents", stdout=StringIO())
    scanner.DOCUMENT_SCANNER = command
    output = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("rescan_documents", stdout=output)

    client = client_of(clean.uploaded_by)
    assert (output.getvalue(), ended.value.code) == ("1 clean, 1 infected, 0 without an answer\n", 1)
    assert (code_of(client, clean), code_of(client, infected)) == (200, 409)


def test_a_rescan_leaves_what_a_worker_is_at_to_it_and_takes_what_rests_and_what_a_dead_one_held(
    scanner, kept
):
    """The worker's verdicts count: of a new file and of one that had no answer twice. Those that rest had none five times."""
    dead, again, fresh, rests = (kept("示例") for _file in range(4))
    now = timezone.now()
    for version, tries, minutes in ((dead, 1, -1), (again, 2, -50), (rests, 5, 16)):
        due = now + timedelta(minutes=minutes)
        tried = due - doubled(timedelta(minutes=1), tries, most=timedelta(hours=1))
        DocumentVersion.objects.filter(pk=version.pk).update(
            scan_tries=tries, scan_due_at=due, scanned_at=None if version == dead else tried
        )
    held = [take_scan() for _time in range(2)]
    with pytest.raises(SystemExit) as ended:
        call_command("rescan_documents", stdout=(output := StringIO()))
    noted = [note_verdict(held=each, verdict=False) for each in held]

    assert [each.version for each in held] == [fresh, again]
    assert output.getvalue() == "2 clean, 0 infected, 0 without an answer, 2 left to a worker\n"
    assert (ended.value.code, noted, results()) == (1, [True, True], ["clean"] * 2 + ["infected"] * 2)


def test_a_rescan_goes_on_past_files_without_an_answer_and_gives_up_without_a_scanner(scanner, kept):
    for text in ("BROKEN", "BROKEN", "BROKEN", "BROKEN", "BROKEN", "KILLED", "示例"):
        last = kept(text)
    with pytest.raises(SystemExit) as ended:
        call_command("rescan_documents", stdout=(output := StringIO()))
    last.refresh_from_db()
    scanner.DOCUMENT_SCANNER = "/no/such/scanner"
    with pytest.raises(CommandError) as gave_up:
        call_command("rescan_documents", all=True, stdout=StringIO())

    assert (output.getvalue(), ended.value.code) == ("1 clean, 0 infected, 6 without an answer\n", 1)
    assert (last.is_clean, gave_up.value.returncode) == (True, 2)
    assert "0 clean, 0 infected, 1 without an answer" in str(gave_up.value)


def send(client, case, *sizes: int, key="7f6f4c0e-6f0a-4d0e-9a55-0c6d1f3b7e01", **more):
    files = [SimpleUploadedFile(f"示例{place}.txt", b"a" * size) for place, size in enumerate(sizes)]
    given = {"key": key, "files": files, "secrecy": case.secrecy, "title": ""} | more
    return client.post(reverse("cases:documents", args=[case.number]), given)


@pytest.mark.parametrize("name", ["UPLOAD_MB_PER_DAY", "UPLOAD_MB_PER_RECORD"])
def test_more_than_a_person_or_a_case_may_hold_is_refused_and_the_rest_is_kept(settings, client_of, name):
    """One megabyte here: the first of two files fits, the second does not; with room for both it is the control."""
    jun = makers.jun()
    case = case_makers.case(jun, officer=jun)
    setattr(settings, name, 1)
    refused = send(client_of(jun), case, 700_000, 700_000)
    held = DocumentVersion.objects.count()
    setattr(settings, name, 10)
    taken = send(client_of(jun), case, 700_001, key="7f6f4c0e-6f0a-4d0e-9a55-0c6d1f3b7e02")

    assert (refused.status_code, held, taken.status_code) == (200, 1, 302)
    assert len(refused.context["form"].errors["files"]) == 1


@pytest.mark.parametrize("sizes", [[10] * 25, [10] * 21 + [1_500_000] * 4, [1_500_000] * 2 + [10] * 23])
def test_of_more_files_than_a_form_holds_the_first_are_kept_and_it_says_so(client_of, sizes):
    """Small files come in memory, large ones on the disk; twenty at once and no more are taken as they are: the control."""
    jun = makers.jun()
    case = case_makers.case(jun, officer=jun)
    client = client_of(jun)
    key = "7f6f4c0e-6f0a-4d0e-9a55-0c6d1f3b7e11"
    refused = send(
        client, case, *(size + place for place, size in enumerate(sizes)), key=key, title="已打的字"
    )
    kept = list(DocumentVersion.objects.order_by("id").values_list("size", flat=True))
    again = send(client, case, 77, key=key)
    filed = send(client, case, key=key)
    taken = send(client, case, *range(100, 120), key="7f6f4c0e-6f0a-4d0e-9a55-0c6d1f3b7e12")

    assert (refused.status_code, refused.context["form"].errors["files"]) == (200, [str(TOO_MANY)])
    assert refused.context["form"]["title"].value() == "已打的字"
    assert kept == [size + place for place, size in enumerate(sizes[:20])]
    assert [str(TOO_MANY) in each for each in again.context["form"].errors["files"]] == [True]
    assert (filed.status_code, taken.status_code, DocumentVersion.objects.count()) == (302, 302, 40)


def test_far_more_files_than_anybody_chooses_are_answered_with_a_page_that_says_so(client_of, settings):
    jun = makers.jun()
    case = case_makers.case(jun, officer=jun)
    settings.DATA_UPLOAD_MAX_NUMBER_FILES = 30
    answer = send(client_of(jun), case, *[1] * 31)

    assert (answer.status_code, DocumentVersion.objects.count()) == (400, 0)
    assert "20" in answer.content.decode()


def test_a_record_takes_no_more_than_it_may_hold_though_its_form_was_checked_before(
    client_of, monkeypatch, settings
):
    """The form sees room for everything here, as it does when another one files at the same moment; with room it is taken."""
    jun = makers.jun()
    case = case_makers.case(jun, officer=jun)
    settings.UPLOAD_MB_PER_RECORD = 1
    monkeypatch.setattr("agreements.forms.files.room_in", lambda about: 10**9)
    client, key = client_of(jun), "7f6f4c0e-6f0a-4d0e-9a55-0c6d1f3b7e21"
    refused = send(client, case, 700_000, 700_001, key=key)
    about = set(DocumentVersion.objects.values_list("document__about_model", flat=True))
    first = send(client, case, 700_002, key="7f6f4c0e-6f0a-4d0e-9a55-0c6d1f3b7e22")
    document = DocumentVersion.objects.get(document__about_model="cases.case").document
    more = {"document": str(document.pk), "key": "7f6f4c0e-6f0a-4d0e-9a55-0c6d1f3b7e23"}
    version = send(client, case, 700_003, **more)
    settings.UPLOAD_MB_PER_RECORD = 10
    taken = send(client, case, 700_003, **more)

    assert about == {"tracker.submission"}
    assert [str(RECORD_IS_FULL) in answer.content.decode() for answer in (refused, version)] == [True, True]
    assert (first.status_code, taken.status_code, document.versions.count()) == (302, 302, 2)


def test_a_request_holds_a_hundred_megabytes_at_most(monkeypatch, client_of):
    jun = makers.jun()
    case = case_makers.case(jun, officer=jun)
    monkeypatch.setattr("agreements.forms.files.PER_REQUEST", 1000)

    answer = send(client_of(jun), case, 600, 600)

    assert (len(answer.context["form"].errors["files"]), quota.PER_REQUEST) == (1, 100 * 1024 * 1024)


def test_no_answer_takes_nothing_back_that_was_clean(scanner, kept):
    version = kept("rein")
    work()
    assert DocumentVersion.objects.get(pk=version.pk).is_clean is True
    scanner.DOCUMENT_SCANNER = "/no/such/scanner"

    with pytest.raises(CommandError):
        call_command("rescan_documents", all=True, stdout=StringIO())

    assert DocumentVersion.objects.get(pk=version.pk).is_clean is True
