"""OBS-1, OBS-2, OBS-3, OBS-5: whether the server is well, what it writes down, and who is told that something broke."""

import io
import json
import logging
import os
import re
import subprocess
import sys
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.core.handlers.exception import response_for_exception
from django.db import DatabaseError, IntegrityError, connection
from django.test import Client, RequestFactory
from django.utils import timezone

from reports.health import LONGEST_WAIT
from reports.models import Job
from tests import makers
from tests.sources import ROOT
from tracker import alerts, checkups, health
from tracker.environment import logging_of
from tracker.logs import JsonFormatter
from tracker.middleware import RequestContextMiddleware, asked
from tracker.models import Checkup, User

CANARY = "金絲雀王小明"
KEYS = {"at", "level", "event", "code", "request", "user", "text"}
OPTIONAL = {"path", "error", "places"}
TOKEN = "t0ken-of-the-watching-machine-0123456789"


@pytest.fixture
def lines(monkeypatch):
    """What the log says meanwhile, in the form of production."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.addHandler(handler)
    yield stream
    root.removeHandler(handler)


@pytest.fixture
def alarm():
    """The handler that tells by mail, as production installs it."""
    alerts.forget()
    handler = alerts.AlertHandler(["duty@example.tw"])
    logging.getLogger().addHandler(handler)
    yield handler
    logging.getLogger().removeHandler(handler)
    alerts.forget()


def ready(client: Client, **extra: str) -> tuple[int, dict[str, str]]:
    answer = client.get("/readyz", **extra)
    return answer.status_code, answer.json()["checks"]


# OBS-1


def test_the_process_says_that_it_lives_without_asking_the_database(client):
    """No mark ``django_db``: a question to the database would fail this test."""
    answer = client.get("/livez", headers={"host": "not.a.host.of.ours"})

    assert (answer.status_code, answer.json(), answer["Cache-Control"]) == (200, {"status": "ok"}, "no-store")


def test_a_server_in_order_is_ready(client, db):
    status, checks = ready(client)

    assert (status, checks) == (
        200, dict.fromkeys(["database", "migrations", "disk", "history", "backup", "checkpoint", "scanner", "queue"], "ok")
    )  # fmt: skip


@pytest.mark.parametrize("address", ["/livez", "/readyz"])
@pytest.mark.parametrize(
    "asker",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "192.0.2.7"},
        {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_PROTO": "https"},
        {"REMOTE_ADDR": "192.0.2.7", "HTTP_AUTHORIZATION": "Bearer "},
        {"REMOTE_ADDR": "192.0.2.7", "HTTP_AUTHORIZATION": "Bearer wrong"},
        {"REMOTE_ADDR": "192.0.2.7", "HTTP_AUTHORIZATION": f"Basic {TOKEN}"},
        {"REMOTE_ADDR": "192.0.2.7", "HTTP_AUTHORIZATION": "Bearer \u00e9"},
    ],
    ids=["from elsewhere", "through a proxy", "through TLS", "empty", "wrong", "basic", "not ASCII"],
)
def test_for_everybody_else_the_two_addresses_do_not_exist(client, db, settings, address, asker):
    settings.HEALTH_TOKEN = TOKEN

    answer, unknown = client.get(address, **asker), client.get("/livezz", **asker)

    bodies = [re.sub(r'value="[^"]*"|[0-9a-f]{8,32}', "", one.content.decode()) for one in (answer, unknown)]
    assert (answer.status_code, bodies[0]) == (404, bodies[1])


def test_a_watching_machine_asks_with_the_token(client, db, settings):
    settings.HEALTH_TOKEN = TOKEN

    status, _checks = ready(client, REMOTE_ADDR="192.0.2.7", HTTP_AUTHORIZATION=f"Bearer {TOKEN}")

    assert status == 200


def test_without_a_token_in_the_environment_no_token_opens(client, db, settings):
    settings.HEALTH_TOKEN = ""

    answer = client.get("/livez", REMOTE_ADDR="192.0.2.7", HTTP_AUTHORIZATION="Bearer ")

    assert answer.status_code == 404


def test_a_migration_that_is_not_applied_turns_it_red_and_back(client, db):
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE django_migrations SET name = 'x' || name WHERE app = 'tracker' AND name LIKE '0005%'"
        )
        red = ready(client)
        cursor.execute(
            "UPDATE django_migrations SET name = substr(name, 2) WHERE app = 'tracker' AND name LIKE 'x%'"
        )

    assert (red[0], red[1]["migrations"], ready(client)[0]) == (503, "not_applied", 200)


def test_a_disk_that_is_nearly_full_turns_it_red(client, db, settings):
    settings.DISK_FREE_MB = 10**9

    status, checks = ready(client)

    assert (status, checks["disk"]) == (503, "nearly_full")


@pytest.mark.parametrize(
    ("name", "hours"),
    [
        ("history", "HISTORY_WITHIN_HOURS"),
        ("backup", "BACKUP_WITHIN_HOURS"),
        ("checkpoint", "CHECKPOINT_WITHIN_HOURS"),
    ],
)
def test_a_planned_check_turns_it_red_until_it_ran_when_it_is_late_and_when_it_failed(
    client, db, settings, name, hours
):
    setattr(settings, hours, 26)
    told = [ready(client)[1][name]]
    for age, is_well in ((1, True), (27, True), (1, False)):
        checkups.note(name, is_well=is_well, detail="", at=timezone.now() - timedelta(hours=age))
        told.append(ready(client)[1][name])

    assert told == ["never_ran", "ok", "too_old", "failed"]


@pytest.mark.parametrize("name", ["history", "checkpoint"])
def test_a_broken_history_is_red_though_no_check_is_planned(client, db, name):
    checkups.note(name, is_well=False, detail="", at=timezone.now())

    status, checks = ready(client)

    assert (status, checks[name]) == (503, "failed")


def test_an_export_that_waits_too_long_turns_it_red(client, db):
    job = Job.objects.create(
        kind="cases", title="x", parameters={}, language="en", asked_by=makers.jun(), asked_at=timezone.now()
    )
    before = ready(client)[1]["queue"]
    Job.objects.filter(pk=job.pk).update(asked_at=timezone.now() - LONGEST_WAIT - timedelta(seconds=1))

    assert (before, ready(client)[1]["queue"]) == ("ok", "waits_too_long")


def test_a_check_that_fails_says_so_by_the_class_of_its_error_alone(db, monkeypatch):
    def broken(now: datetime) -> str:
        raise IntegrityError(CANARY)

    monkeypatch.setitem(health.CHECKS, "broken", broken)

    assert health.report(timezone.now())["broken"] == "error:IntegrityError"


def test_without_its_database_a_server_lives_and_is_not_ready():
    script = (
        "import django; django.setup()\n"
        "from django.test import Client\n"
        "live, ready = Client().get('/livez'), Client().get('/readyz')\n"
        "print(live.status_code, ready.status_code, ready.json()['checks']['database'])"
    )
    environment = {
        "DJANGO_SETTINGS_MODULE": "tracker.settings",
        "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
    }
    answer = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert answer.stdout.split() == ["200", "503", "error:OperationalError"], answer.stderr


# OBS-2, OBS-3


def said(stream: io.StringIO) -> list[dict]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_every_line_is_one_object_with_moment_event_code_request_and_user(client_of, lines):
    mei = User(pk=7)
    request = RequestFactory().get("/")
    request._cached_user = mei
    token = asked.set(request)
    logging.getLogger("tracker.audit").warning(
        "entry %s of %d", 12, 13, extra={"event": "history", "code": "X1"}
    )
    asked.reset(token)

    (line,) = said(lines)

    assert set(line) == KEYS
    assert (line["event"], line["code"], line["user"], line["text"]) == ("history", "X1", 7, "entry 12 of 13")
    moment = datetime.fromisoformat(line["at"])
    assert moment.utcoffset() == timedelta(0)
    assert abs(moment - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_line_break_in_what_is_logged_makes_no_second_line(lines):
    forged = 'x\r\n{"level": "INFO", "event": "forged"}\u2028'
    logging.getLogger("tracker").warning(forged)
    logging.getLogger("django.security").warning("%s", forged)
    logging.getLogger("tracker").warning("x", extra={"event": forged, "code": forged})

    text = lines.getvalue()

    assert text.count("\n") == 3
    assert [set(line) for line in said(lines)] == [KEYS] * 3
    assert "forged" not in [line["event"] for line in said(lines)]


@pytest.mark.parametrize(
    "logger", ["tracker.cases", "django.request", "django.db.backends", "gunicorn.error", "allauth"]
)
def test_what_anybody_typed_is_left_out_of_every_line(lines, logger):
    """The canary stands in every place a careless line of code or of a library puts it."""
    log = logging.getLogger(logger)
    log.error("found %s", CANARY)
    log.error("found %(who)s", {"who": CANARY})
    if not logger.startswith("tracker"):
        log.error(f"found {CANARY}")
    try:
        raise IntegrityError(f"Key (name)=({CANARY}) already exists.")
    except IntegrityError as fault:
        log.exception("not kept: %s", fault)
        log.error("not kept", exc_info=True)

    text = lines.getvalue()
    assert CANARY not in text
    assert json.dumps(CANARY)[1:-1] not in text
    assert said(lines)[-1]["error"] == "IntegrityError"
    assert len(said(lines)) == (4 if logger.startswith("tracker") else 5)


def test_the_canary_is_found_where_a_line_holds_it(lines):
    """The control of the test above: a line in Django's own form repeats it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    logging.getLogger("tracker").addHandler(handler)
    logging.getLogger("tracker").warning("found %s", CANARY)
    logging.getLogger("tracker").removeHandler(handler)

    assert CANARY in stream.getvalue()


def test_keys_and_numbers_are_written_and_nothing_else(lines):
    key = uuid.UUID(int=1)
    logging.getLogger("reports.worker").warning("export %s of %s: %s, %s", key, CANARY, 3, ValueError)

    assert said(lines)[0]["text"] == f"export {key} of <str>: 3, ValueError"


@pytest.mark.django_db
def test_a_refused_page_is_logged_with_the_pattern_of_its_address_and_nothing_that_was_typed(lines):
    mei = makers.mei()
    client = Client(headers={"referer": f"https://elsewhere.example/?q={CANARY}", "user-agent": CANARY})
    client.force_login(mei, backend="tracker.signedin.Backend")
    client.get("/cases/does-not-exist/", {"q": CANARY})
    client.get(f"/{CANARY}/")
    client.post("/search/", {"q": CANARY})

    text = lines.getvalue()

    assert [line["code"] for line in said(lines)][:2] == ["404", "404"]
    assert CANARY not in text
    assert "%E9%87%91" not in text
    assert mei.username not in text
    assert {line["user"] for line in said(lines)} <= {mei.pk, None}


@pytest.mark.django_db
def test_an_unhandled_error_is_logged_with_its_request_and_without_its_text(lines):
    number = raise_in_a_view(IntegrityError(f"DETAIL: ({CANARY})"))

    line = said(lines)[-1]

    assert (line["level"], line["code"], line["error"], line["request"]) == (
        "ERROR",
        "500",
        "IntegrityError",
        number,
    )
    assert line["places"][-1].endswith("fails")
    assert CANARY not in lines.getvalue()


def raise_in_a_view(error: Exception) -> str:
    """What Django does when a view raises; answers the number that the page of the error carries."""

    def fails(request):
        raise error

    def guarded(request):
        try:
            return fails(request)
        except Exception as fault:
            return response_for_exception(request, fault)

    request = RequestFactory().get("/", {"q": CANARY})
    request.user = User(username="nobody")
    return RequestContextMiddleware(guarded)(request)["X-Request-Id"]


def test_no_handler_of_djangos_mails_what_was_asked():
    loggers = [logging.getLogger(), *map(logging.getLogger, logging.root.manager.loggerDict)]

    assert [
        name for one in loggers for name in map(type, one.handlers) if name.__name__ == "AdminEmailHandler"
    ] == []


def test_production_logs_for_machines_and_tells_the_given_addresses():
    made = logging_of("duty@example.tw second@example.tw", as_json=True)

    assert made["handlers"]["console"]["formatter"] == "json"
    assert made["handlers"]["alert"]["to"] == ["duty@example.tw", "second@example.tw"]
    assert made["root"]["handlers"] == ["console", "alert"]


# OBS-5


@pytest.mark.django_db
def test_an_unhandled_error_is_told_once_in_ten_minutes_and_without_anything_that_was_typed(alarm, lines):
    numbers = [raise_in_a_view(IntegrityError(CANARY)) for _time in range(5)]

    (told,) = mail.outbox

    assert told.to == ["duty@example.tw"]
    assert numbers[0] in told.body
    assert "IntegrityError" in told.subject
    assert CANARY not in told.subject + told.body


@pytest.mark.django_db
def test_another_kind_of_error_is_told_too(alarm, lines):
    raise_in_a_view(IntegrityError())
    raise_in_a_view(DatabaseError())

    assert len(mail.outbox) == 2


@pytest.mark.django_db
def test_after_ten_minutes_a_kind_is_told_again(alarm, lines, monkeypatch):
    raise_in_a_view(IntegrityError())
    monkeypatch.setattr(alerts, "QUIET", 0)
    alerts.cache.clear()
    raise_in_a_view(IntegrityError())

    assert len(mail.outbox) == 2


@pytest.mark.django_db
def test_processes_of_one_server_tell_a_kind_once_between_them(alarm, lines):
    raise_in_a_view(IntegrityError())
    alerts.forget()  # as another process, which shares the cache alone
    raise_in_a_view(IntegrityError())

    assert len(mail.outbox) == 1


def test_an_error_in_a_job_and_in_a_command_is_told(alarm, lines):
    try:
        raise ValueError(CANARY)
    except ValueError:
        logging.getLogger("reports.worker").exception("export %s failed", uuid.UUID(int=2))
        logging.getLogger("tracker.command").exception(
            "a command failed", extra={"event": "command", "code": "work"}
        )

    assert [one.subject for one in mail.outbox] == [
        "[tracker] reports.worker ValueError",
        "[tracker] command ValueError  work",
    ]
    assert CANARY not in "".join(one.body for one in mail.outbox)


def test_a_mail_that_cannot_be_sent_is_a_line_of_the_log_and_nothing_worse(alarm, lines, settings):
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": 1},
        }
    }

    logging.getLogger("tracker").error("broken")

    assert [line["event"] for line in said(lines)] == ["tracker", "tracker.alerts"] or mail.outbox == []


def test_a_command_that_fails_in_production_says_no_word_of_what_it_held(tmp_path):
    """The database is not there; its address, with the password, is not repeated."""
    environment = {
        "DEPLOYMENT": "production",
        "SECRET_KEY": "k3yFor-the_tests.0nly/" * 3,
        "ALLOWED_HOSTS": "tracker.example",
        "CSRF_TRUSTED_ORIGINS": "https://tracker.example",
        "DATABASE_URL": "postgres://tracker:pa55word-canary@127.0.0.1:1/none",
        "PERSON_KEYS": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        "PERSON_DIGEST_KEY": "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=",
    }
    answer = subprocess.run(
        [sys.executable, "manage.py", "verify_history"],
        cwd=ROOT, env=os.environ | environment, capture_output=True, text=True, timeout=60,
    )  # fmt: skip

    (line,) = [json.loads(one) for one in answer.stderr.splitlines()]
    assert answer.returncode == 1
    assert (line["event"], line["code"], line["error"]) == ("command", "verify_history", "OperationalError")
    assert "canary" not in answer.stderr + answer.stdout


def test_what_checks_found_is_kept_once_for_each(db):
    for is_well in (False, True):
        checkups.note("history", is_well=is_well, detail="x" * 400, at=timezone.now())

    assert [(one.name, one.is_well, len(one.detail)) for one in Checkup.objects.all()] == [
        ("history", True, 300)
    ]
