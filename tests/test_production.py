"""Production starts only with what it needs, and then passes Django's own deployment checks."""

import ast
import base64
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command

from tracker.environment import database, development_key, require_production, secret_keys

ROOT = Path(__file__).resolve().parent.parent
KEYS = [base64.b64encode(bytes(range(start, start + 32))).decode() for start in (0, 32, 64)]
COMPLETE = {
    "DEPLOYMENT": "production",
    "SECRET_KEY": "k3yFor-the_tests.0nly/" * 3,
    "ALLOWED_HOSTS": "tracker.example",
    "CSRF_TRUSTED_ORIGINS": "https://tracker.example",
    "DATABASE_URL": "postgres://tracker@localhost/tracker",
    "PERSON_KEYS": f"{KEYS[0]} {KEYS[1]}",
    "PERSON_DIGEST_KEY": KEYS[2],
}
NEEDED = sorted(set(COMPLETE) - {"DEPLOYMENT"})


def variables_of_settings() -> set[str]:
    """Every name that the settings and what they call read from the environment."""
    text = "".join((ROOT / "tracker" / name).read_text("utf-8") for name in ("settings.py", "environment.py"))
    return set(re.findall(r"""environ(?:ment)?(?:\.get\(|\[)"([A-Z_]+)\"""", text))


def example() -> dict[str, str]:
    """The variables of deploy/environment.example as a shell reads them."""
    lines = (ROOT / "deploy" / "environment.example").read_text("utf-8").splitlines()
    pairs = (line.split("=", 1) for line in lines if line and not line.startswith("#"))
    return {name: "".join(shlex.split(value)) for name, value in pairs}


def run(*command: str, **given: str) -> subprocess.CompletedProcess[str]:
    """A command in a fresh process that sees only the given variables of ours."""
    kept = {name: value for name, value in os.environ.items() if name not in variables_of_settings()}
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env={**kept, **given},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_production_starts_with_a_complete_environment():
    assert require_production(COMPLETE) is None


@pytest.mark.parametrize("missing", NEEDED)
def test_production_does_not_start_without_a_needed_variable(missing):
    environment = {name: value for name, value in COMPLETE.items() if name != missing}

    with pytest.raises(ImproperlyConfigured) as refusal:
        require_production(environment)

    assert [name for name in NEEDED if f"{name}:" in str(refusal.value)] == [missing]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "ab" * 40),
        ("SECRET_KEY", "django-insecure-" + "k3yFor-the_tests.0nly/" * 3),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", "tracker.example *"),
        ("ALLOWED_HOSTS", " "),
        ("DATABASE_URL", "sqlite:///tracker.sqlite3"),
        ("CSRF_TRUSTED_ORIGINS", "http://tracker.example"),
        ("CSRF_TRUSTED_ORIGINS", "https://tracker.example http://tracker.example"),
        ("DEBUG", "1"),
        ("PERSON_KEYS", "not base64"),
        ("PERSON_KEYS", base64.b64encode(b"sixteen bytes ..").decode()),
        ("PERSON_KEYS", base64.b64encode(bytes(32)).decode()),
        ("PERSON_KEYS", f"{KEYS[0]} {KEYS[0]}"),
        ("PERSON_DIGEST_KEY", "short"),
        ("PERSON_DIGEST_KEY", KEYS[0]),
        ("PERSON_DIGEST_KEY", f"{KEYS[1]} {KEYS[2]}"),
    ],
)
def test_production_does_not_start_with_a_weak_value(name, value):
    with pytest.raises(ImproperlyConfigured, match=name):
        require_production({**COMPLETE, name: value})


def test_keys_stand_in_the_environment_in_base64_the_first_one_first():
    assert secret_keys("PERSON_KEYS", COMPLETE["PERSON_KEYS"]) == [bytes(range(32)), bytes(range(32, 64))]
    assert secret_keys("PERSON_KEYS", "") == []


def test_without_keys_a_server_on_this_machine_makes_one_for_each_purpose_from_its_secret():
    keys = {development_key(secret, purpose) for secret in ("one", "two") for purpose in ("a", "b")}

    assert (len(keys), {len(key) for key in keys}) == (4, {32})
    assert development_key("one", "a") == development_key("one", "a")


@pytest.mark.parametrize("name", ["PERSON_KEYS", "PERSON_DIGEST_KEY"])
def test_a_refused_key_is_not_repeated_in_the_refusal(name):
    with pytest.raises(ImproperlyConfigured) as refusal:
        require_production({**COMPLETE, name: "c2VjcmV0LXRleHQ="})

    assert name in str(refusal.value)
    assert "c2VjcmV0" not in str(refusal.value)


def test_a_server_without_its_variables_stops_and_names_them_all():
    answer = run("manage.py", "check", DEPLOYMENT="production")

    assert answer.returncode != 0
    assert [name for name in NEEDED if f"{name}:" in answer.stderr] == NEEDED


PASSKEY_WORDS = "some of officer supervisor auditor administrator, separated by spaces"


@pytest.mark.parametrize(
    ("name", "value", "known"),
    [
        ("DEPLOYMENT", "Production", "one of development, production"),
        ("DEPLOYMENT", "production ", "one of development, production"),
        ("SIGN_IN_FACTORS", "yes", "one of optional, required"),
        ("ROW_SECURITY", "yes", "one of off, on"),
        ("PASSKEY_ROLES", "supervisors administrators", PASSKEY_WORDS),
        ("PASSKEY_ROLES", "supervisor,administrator", PASSKEY_WORDS),
    ],
)
def test_a_misspelt_switch_stops_the_start_and_is_told_the_words_there_are(name, value, known):
    answer = run("-c", "import tracker.settings", **{name: value})

    assert answer.returncode != 0
    assert answer.stderr.strip().splitlines()[-1].endswith(f"{name}: write {known}")


SWITCHES = "IN_PRODUCTION", "SIGN_IN_FACTORS_REQUIRED", "ROW_SECURITY", "PASSKEY_ROLES"


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ({}, [False, False, False, "supervisor administrator"]),
        (dict.fromkeys(("DEPLOYMENT", "SIGN_IN_FACTORS", "ROW_SECURITY"), ""), [False, False, False, "supervisor administrator"]),
        ({"DEPLOYMENT": "development", "ROW_SECURITY": "off"}, [False, False, False, "supervisor administrator"]),
        ({"SIGN_IN_FACTORS": "required", "ROW_SECURITY": "on"}, [False, True, True, "supervisor administrator"]),
        ({"SIGN_IN_FACTORS": "optional", "PASSKEY_ROLES": " officer  auditor"}, [False, False, False, "officer auditor"]),
        ({"PASSKEY_ROLES": " "}, [False, False, False, "supervisor administrator"]),
        ({**COMPLETE, "SIGN_IN_FACTORS": "optional"}, [True, True, False, "supervisor administrator"]),
    ],
)  # fmt: skip
def test_a_switch_means_what_it_says_and_without_it_what_the_handbook_says(given, meant):
    script = f"from tracker import settings; print([getattr(settings, name) for name in {SWITCHES}])"
    told = ast.literal_eval(run("-c", script, **given).stdout)

    assert [*told[:-1], " ".join(told[-1])] == meant


def test_djangos_deployment_checks_find_nothing():
    answer = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **COMPLETE)

    assert (answer.returncode, answer.stderr) == (0, "")


def test_gunicorn_accepts_its_configuration_and_loads_the_application():
    answer = run(
        "-m", "gunicorn", "--check-config", "-c", "deploy/gunicorn.conf.py", "tracker.wsgi", **COMPLETE
    )

    assert answer.returncode == 0, answer.stderr


def test_the_example_environment_names_every_variable_and_no_other():
    assert set(example()) == variables_of_settings()


def undocumented(page: str) -> set[str]:
    """The variables of the settings that have no row in the table of this page."""
    rows = "".join(line.split("|")[1] for line in page.splitlines() if line.startswith("| `"))
    return {name for name in variables_of_settings() if f"`{name}`" not in rows}


def test_every_variable_of_the_settings_stands_in_the_table_of_the_handbook():
    """CFG-1; the control: a row that is taken away is missed."""
    page = (ROOT / "docs" / "deployment.md").read_text("utf-8")
    without = "\n".join(line for line in page.splitlines() if not line.startswith("| `EXACT_NUMBERS`"))

    assert undocumented(page) == set()
    assert undocumented(without) == {"EXACT_NUMBERS"}


def test_the_example_environment_starts_once_its_blanks_are_filled():
    blanks = {name for name, value in example().items() if not value}

    filled = example() | {name: COMPLETE[name] for name in blanks & set(COMPLETE)}

    assert blanks & set(NEEDED) == set(NEEDED)
    assert require_production(filled) is None


def test_every_file_that_a_static_file_names_is_there(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }

    call_command("collectstatic", interactive=False, verbosity=0)

    assert (tmp_path / "staticfiles.json").exists()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("sqlite:///tracker.sqlite3", {"NAME": Path("/base/tracker.sqlite3")}),
        ("sqlite:////srv/tracker.sqlite3", {"NAME": Path("/srv/tracker.sqlite3")}),
        (
            "postgres://mei:p%40ss@db.example:5433/tracker?sslmode=require",
            {
                "NAME": "tracker",
                "USER": "mei",
                "PASSWORD": "p@ss",
                "HOST": "db.example",
                "PORT": "5433",
                "OPTIONS": {"sslmode": "require", "options": "-c lock_timeout=5s"},
            },
        ),
        (
            "postgresql://postgres@/tracker?host=%2Ftmp%2Fsocket",
            {
                "NAME": "tracker",
                "USER": "postgres",
                "PASSWORD": "",
                "HOST": "/tmp/socket",
                "PORT": "",
                "OPTIONS": {"options": "-c lock_timeout=5s"},
            },
        ),
    ],
)
def test_a_database_address_becomes_djangos_settings(url, expected):
    given = database(url, Path("/base"))

    assert {name: given[name] for name in expected} == expected


@pytest.mark.parametrize("url", ["mysql://host/name", "sqlite://", "postgres://host", "tracker.sqlite3"])
def test_an_address_that_names_no_known_database_is_refused(url):
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL"):
        database(url, Path("/base"))
