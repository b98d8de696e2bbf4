"""Reads the environment for the settings: the database's address, the keys, and what production must be given.

A secret may stand in a file instead: ``SECRET_KEY_FILE`` names the file that holds ``SECRET_KEY``.
"""

import base64
import binascii
import hmac
import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

SQLITE_PRAGMAS = "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA temp_store=MEMORY;"
LOCK_TIMEOUT = "-c lock_timeout=5s"
"""So long a statement waits for what another transaction holds; then it is refused, and nothing of its own is kept."""
WEAK_KEY_LENGTH = 50
SHORTEST_TOKEN = 32
KEY_BYTES = 32
FEWEST_BYTES = 8
"""So many different bytes stand in a key at least; a random one has about thirty."""
SECRETS = (
    "SECRET_KEY",
    "SECRET_KEY_FALLBACKS",
    "PERSON_KEYS",
    "PERSON_DIGEST_KEY",
    "DATABASE_URL",
    "HEALTH_TOKEN",
    "BACKUP_KEY",
    "CHECKPOINT_KEY",
    "OIDC_CLIENT_SECRET",
)
"""What may be given as the name of a file that holds it (``…_FILE``), so that no list of processes shows it."""
OPEN_TO_OTHERS = 0o007
HOW_TO_MAKE_A_KEY = f"{KEY_BYTES} random bytes in base64"


def given(environment: Mapping[str, str] = os.environ) -> dict[str, str]:
    """The environment with every secret in it, wherever it stands; a final line break of a file is no part of it.

    :raises ImproperlyConfigured: for a file that cannot be read or that other accounts may read, and for a secret that is
        given twice; the message names the variable and holds nothing of the secret.
    """
    found = dict(environment)
    for name in SECRETS:
        if not (path := environment.get(f"{name}_FILE")):
            continue
        if environment.get(name):
            raise ImproperlyConfigured(f"{name} and {name}_FILE are both given: keep one")
        try:
            if Path(path).stat().st_mode & OPEN_TO_OTHERS:
                raise ImproperlyConfigured(f"{name}_FILE: no other account may read the file (chmod 0640)")
            found[name] = Path(path).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as fault:
            raise ImproperlyConfigured(f"{name}_FILE: the file cannot be read") from fault
    return found


def whole_number(name: str, text: str) -> int | None:
    """A number of hours or megabytes from the variable ``name``; None when it is not given.

    :raises ImproperlyConfigured: when it is no number above zero.
    """
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise ImproperlyConfigured(f"{name}: write a whole number above zero")
    return int(text)


def one_of(name: str, text: str, choices: tuple[str, ...]) -> str:
    """The value of the variable ``name``, which is one of a few; the first when it is not given.

    :raises ImproperlyConfigured: for any other value.
    """
    if text and text not in choices:
        raise ImproperlyConfigured(f"{name}: write one of {', '.join(choices)}")
    return text or choices[0]


def some_of(name: str, text: str, choices: Collection[str], default: str) -> list[str]:
    """The values of the variable ``name``, separated by spaces, which are among a few; the default when none is given.

    :raises ImproperlyConfigured: for any other value.
    """
    if not set(text.split()) <= set(choices):
        raise ImproperlyConfigured(f"{name}: write some of {' '.join(choices)}, separated by spaces")
    return text.split() or default.split()


def database(url: str, base: Path) -> dict[str, Any]:
    """Turn `sqlite:///path` or `postgres://user:password@host:port/name?option=value` into Django's settings.

    A relative SQLite path is relative to ``base``; four slashes make it absolute. A `host` option of a
    PostgreSQL address may be a folder, for a Unix socket; its `options` come after our own and outweigh them.

    :raises ImproperlyConfigured: for any other scheme, or an address without a database name.
    """
    parts = urlsplit(url)
    name = unquote(parts.path.removeprefix("/"))
    if not name:
        raise ImproperlyConfigured(
            "DATABASE_URL names no database: write sqlite:///path or postgres://host/name"
        )
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": base / name,
            # Kept open: the files beside the database go with its last connection, and a full disk has no room for them.
            "CONN_MAX_AGE": None,
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_PRAGMAS},
        }
    if parts.scheme not in ("postgres", "postgresql"):
        raise ImproperlyConfigured("DATABASE_URL must begin with sqlite:// or postgres://")
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    options["options"] = f"{LOCK_TIMEOUT} {options.get('options', '')}".strip()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", unquote(parts.hostname or "")),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": options,
    }


def secret_keys(name: str, text: str) -> list[bytes]:
    """The keys in ``text``, the value of the variable ``name``: each 32 bytes in base64, separated by spaces.

    :raises ImproperlyConfigured: names the variable; the message holds nothing of its value.
    """
    try:
        keys = [base64.b64decode(part, validate=True) for part in text.split()]
    except (binascii.Error, ValueError):
        keys = [b""]
    if any(len(key) != KEY_BYTES or len(set(key)) < FEWEST_BYTES for key in keys):
        raise ImproperlyConfigured(f"{name}: each key is {HOW_TO_MAKE_A_KEY}, separated by spaces")
    if len(set(keys)) != len(keys):
        raise ImproperlyConfigured(f"{name}: the same key stands there twice")
    return keys


def logging_of(alert_mail: str, *, as_json: bool) -> dict[str, Any]:
    """The settings of logging: lines for people while developing, for machines in production; errors are told by mail.

    Django's own handlers go: one of them mails what was asked, with what was typed.

    :raises ImproperlyConfigured: for an address of ``alert_mail`` that is none.
    """
    addresses = alert_mail.split()
    if any("@" not in address for address in addresses):
        raise ImproperlyConfigured("ALERT_MAIL: list addresses, separated by spaces")
    console = {"class": "logging.StreamHandler"} | ({"formatter": "json"} if as_json else {})
    alert = {"class": "tracker.alerts.AlertHandler", "level": "ERROR", "to": addresses}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "tracker.logs.JsonFormatter"}},
        "handlers": {"console": console} | ({"alert": alert} if addresses else {}),
        "root": {"handlers": ["console", *(["alert"] if addresses else [])], "level": "WARNING"},
        "loggers": {"django": {"handlers": [], "level": "WARNING"}},
    }


def development_key(secret: str, purpose: str) -> bytes:
    """A key for a server on this machine, so that it runs with an empty environment; production gives its own."""
    return hmac.digest(secret.encode(), purpose.encode(), "sha256")


def require_production(environment: Mapping[str, str] = os.environ) -> None:
    """Stop the start of a production server that lacks what it must be given, naming the variable.

    :raises ImproperlyConfigured: names every missing or weak variable at once.
    """
    origins = environment.get("CSRF_TRUSTED_ORIGINS", "").split()
    hosts = environment.get("ALLOWED_HOSTS", "").split()
    key = environment.get("SECRET_KEY", "")
    faults = []
    if len(key) < WEAK_KEY_LENGTH or len(set(key)) < 5 or key.startswith("django-insecure-"):
        faults.append(f"SECRET_KEY: give a random text of at least {WEAK_KEY_LENGTH} characters")
    if not hosts or "*" in hosts:
        faults.append("ALLOWED_HOSTS: list the host names, separated by spaces, without *")
    if not environment.get("DATABASE_URL", "").startswith(("postgres://", "postgresql://")):
        faults.append("DATABASE_URL: production needs postgres://user:password@host/name")
    if not origins or any(not origin.startswith("https://") for origin in origins):
        faults.append("CSRF_TRUSTED_ORIGINS: list the https:// origins, separated by spaces")
    faults += _faults_of_keys(environment)
    if (token := environment.get("HEALTH_TOKEN", "")) and len(token) < SHORTEST_TOKEN:
        faults.append(f"HEALTH_TOKEN: give a random text of at least {SHORTEST_TOKEN} characters, or none")
    if environment.get("DEBUG"):
        faults.append("DEBUG: must not be set in production")
    if faults:
        raise ImproperlyConfigured("Production cannot start. " + "; ".join(faults))


def _faults_of_keys(environment: Mapping[str, str]) -> list[str]:
    """What is wrong with the keys of the names of persons; the digest's key must be one of its own."""
    values = {
        "PERSON_KEYS": environment.get("PERSON_KEYS", ""),
        "PERSON_DIGEST_KEY": environment.get("PERSON_DIGEST_KEY", ""),
    }
    found: dict[str, list[bytes]] = {}
    faults = []
    for name, text in values.items():
        try:
            found[name] = secret_keys(name, text)
        except ImproperlyConfigured as fault:
            faults.append(str(fault))
    if found.get("PERSON_KEYS") == []:
        faults.append(f"PERSON_KEYS: give at least one key, {HOW_TO_MAKE_A_KEY}")
    digest = found.get("PERSON_DIGEST_KEY")
    if digest is not None and (len(digest) != 1 or digest[0] in found.get("PERSON_KEYS", [])):
        faults.append(f"PERSON_DIGEST_KEY: give one key that is not among PERSON_KEYS, {HOW_TO_MAKE_A_KEY}")
    return faults
