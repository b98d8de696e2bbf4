"""CFG-1, CFG-2, CFG-5, CFG-7: the server starts with good settings alone, keeps its secrets, and serves nothing else."""

import os
import re
import subprocess
import sys
import tomllib

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from tests import makers
from tests.sources import ROOT, every_file
from tests.test_production import COMPLETE
from tracker.environment import SECRETS, given, require_production, whole_number

BAD = {
    "DEBUG": "1",
    "SECRET_KEY": "short",
    "ALLOWED_HOSTS": "*",
    "CSRF_TRUSTED_ORIGINS": "http://tracker.example",
    "DATABASE_URL": "sqlite:///tracker.sqlite3",
    "PERSON_KEYS": "AAAA",
    "HEALTH_TOKEN": "short",
}
ONLY_HTTPS = {"security.W004", "security.W008", "security.W012", "security.W016"}
"""What Django's checks miss where there is no TLS: strict transport, the redirection to it, cookies bound to it."""
ONLY_HERE = {"security.W009", "security.W018", "mail.E001"}
"""And of a server on this machine alone: its well-known key, DEBUG where that is on, and mail that is shown and not sent."""
NOT_OURS_TO_SERVE = [
    "/.git/config", "/.git/HEAD", "/.env", "/.env.production", "/.ci/run", "/pyproject.toml", "/uv.lock", "/manage.py",
    "/README.md", "/docs/deployment.md", "/deploy/environment.example", "/tracker/settings.py", "/tracker.sqlite3",
    "/static/../tracker/settings.py", "/static/%2e%2e/pyproject.toml", "/static/", "/documents/", "/media/",
    "/admin/doc/", "/admin/jsi18n/x", "/__debug__/", "/schema/", "/openapi.json", "/swagger/", "/graphql", "/metrics",
    "/server-status", "/phpinfo.php", "/wp-login.php", "/backup.zip", "/tracker.sql", "/.well-known/x", "/silk/",
]  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_the_server_does_not_start_with_a_bad_setting(name):
    with pytest.raises(ImproperlyConfigured, match=name):
        require_production({**COMPLETE, name: BAD[name]})


def test_each_of_them_alone_is_what_stops_it():
    """The control: with all of them good it starts."""
    assert require_production({**COMPLETE, "HEALTH_TOKEN": "x1" * 20}) is None


def test_a_server_on_this_machine_lacks_only_what_needs_tls():
    """CFG-1: the embedded default."""
    kept = {name: value for name, value in os.environ.items() if name not in {*COMPLETE, *SECRETS, "DEBUG"}}
    answer = subprocess.run(
        [sys.executable, "manage.py", "check", "--deploy"],
        cwd=ROOT, env=kept, capture_output=True, text=True, timeout=120,
    )  # fmt: skip

    found = set(re.findall(r"\(([a-z_]+\.[WE]\d+)\)", answer.stderr))
    assert found <= ONLY_HTTPS | ONLY_HERE, answer.stderr
    assert found >= ONLY_HTTPS


# CFG-2


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_may_stand_in_a_file_instead(tmp_path, name):
    place = tmp_path / "祕密"
    place.write_text("of the file\n", "utf-8")
    place.chmod(0o600)

    assert given({f"{name}_FILE": str(place)})[name] == "of the file"


def test_a_secret_in_a_file_that_others_read_or_that_is_not_there_or_given_twice_is_refused(tmp_path):
    place = tmp_path / "secret"
    place.write_text("canary", "utf-8")
    for environment, mode in (
        ({"SECRET_KEY_FILE": str(place)}, 0o644),
        ({"SECRET_KEY_FILE": str(place), "SECRET_KEY": "x"}, 0o600),
        ({"SECRET_KEY_FILE": str(tmp_path / "nowhere")}, 0o600),
    ):
        place.chmod(mode)
        with pytest.raises(ImproperlyConfigured, match="SECRET_KEY_FILE") as refusal:
            given(environment)
        assert "canary" not in str(refusal.value)


@pytest.mark.django_db
def test_a_session_outlives_the_change_of_the_secret_key_while_the_old_one_is_a_fallback(settings):
    old, settings.SECRET_KEY = settings.SECRET_KEY, settings.SECRET_KEY
    client = Client()
    client.force_login(makers.mei(), backend="tracker.signedin.Backend")
    before = client.get("/search/").status_code

    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another-key-" * 6, [old]
    during = client.get("/search/").status_code
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "a-third-key-" * 6, []
    after = client.get("/search/").status_code

    assert (before, during) == (200, 200)
    assert after == 302, "the control: without the fallback it ends"


@pytest.mark.parametrize("text", ["0", "-1", "x", "1.5", "٣"])
def test_a_number_in_the_environment_is_a_number(text):
    with pytest.raises(ImproperlyConfigured, match="HOURS"):
        whole_number("HOURS", text)


def test_an_empty_number_is_none():
    assert (whole_number("HOURS", ""), whole_number("HOURS", "26")) == (None, 26)


# CFG-5


def test_every_direct_package_is_pinned_to_one_version():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    listed = [
        *project["project"]["dependencies"],
        *(one for group in project["dependency-groups"].values() for one in group),
        *project["tool"]["uv"]["constraint-dependencies"],
    ]

    assert [one for one in listed if not re.fullmatch(r"[\w.-]+(\[[\w,-]+\])?==[\w.+!]+( ; .+)?", one)] == []


def test_every_package_of_production_has_hashes_and_comes_from_no_named_place():
    text = (ROOT / "deploy" / "requirements.txt").read_text("utf-8").replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]

    assert [line for line in lines if not re.search(r"--hash=sha256:[0-9a-f]{64}", line)] == []
    assert [
        line for line in lines if re.search(r"https?://|--index-url|--extra-index|--find-links|git\+", line)
    ] == []


def test_no_settings_of_an_index_are_kept():
    """A package is looked for where the site's own configuration says, and nowhere else."""
    telling = re.compile(r"(?m)^\s*(index-url|extra-index-url|find-links)\s*=|\[\[tool\.uv\.index\]\]")

    assert [
        path.name
        for path in every_file()
        if path.suffix in {".toml", ".cfg", ".ini"} and telling.search(path.read_text("utf-8"))
    ] == []


# CFG-7


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["nobody", "an administrator"])
def test_nothing_is_served_that_is_no_page_of_ours(client, who):
    if who == "an administrator":
        client.force_login(makers.administrator(), backend="tracker.signedin.Backend")

    answers = {path: client.get(path) for path in NOT_OURS_TO_SERVE}

    assert {
        path: one.status_code for path, one in answers.items() if one.status_code not in (301, 302, 404)
    } == {}
    assert [
        path for path, one in answers.items() if one.status_code != 404 and "/login/" not in one["Location"]
    ] == []
    ours = client.get("/static/app.css")
    assert (ours.status_code, b"{" in b"".join(ours)) == (200, True), "the control: what is ours is served"
    ours.close()
