"""A copy of the database for testers in which no text of the original stands (PRI-3): every text is masked but what is kept.

What is kept are codes, names of countries and settings, each reviewed and named in :data:`KEPT`; whatever column is added
later is masked until somebody names it there. Whole tables of what is personal, passing or signed stay empty. Levels, days,
numbers of things and who belongs to what stay, so that the copy behaves as the original does; documents are not copied.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import batched
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.sqlite3.base import DatabaseWrapper

from tracker.modelfields import PartialDateField

AT_ONCE = 500

KEPT = frozenset(
    {
        # Codes that the program itself writes and reads.
        "agreements.ContactPoint.subject",
        "agreements.Partner.code",
        "agreements.PartnerGroup.code",
        "agreements.RunningClock.calendar",
        "agreements.RunningClock.code",
        "agreements.SourcedFact.fact",
        "agreements.StatedFigure.measure",
        "auth.Group.name",
        "auth.Permission.codename",
        "auth.Permission.name",
        "cases.Case.due_clock",
        "cases.Extension.clock",
        "cases.Paragraph.code",
        "cases.PracticeLine.topic",
        "contenttypes.ContentType.app_label",
        "contenttypes.ContentType.model",
        "reports.Recommendation.code",
        "reports.Series.code",
        "reports.WeightsVersion.by_factor",
        "tracker.ImportBatch.kind",
        "tracker.Lowering.about_id",
        "tracker.Lowering.about_model",
        "tracker.Setting.name",
        "tracker.Setting.value",
        # Names of countries and groups of countries, and of public holidays: anybody may know them.
        "agreements.Partner.name_en",
        "agreements.Partner.name_zh",
        "agreements.PartnerGroup.name_en",
        "agreements.PartnerGroup.name_zh",
        "agreements.PartnerName.name_en",
        "agreements.PartnerName.name_zh",
        "tracker.Holiday.reason",
    }
)
LEFT_OUT = frozenset(
    {
        # Accounts beside the person, and what lets somebody in.
        "account.EmailAddress",
        "account.EmailConfirmation",
        "mfa.Authenticator",
        "reports.Feed",
        "sessions.Session",
        "socialaccount.SocialAccount",
        "socialaccount.SocialApp",
        "socialaccount.SocialToken",
        "tracker.FactorReset",
        "tracker.FormerPassword",
        "tracker.Session",
        # What somebody is typing, looked at or is told.
        "reports.DigestSent",
        "reports.Job",
        "tracker.Checkup",
        "tracker.Draft",
        "tracker.KeptForm",
        "tracker.ListLook",
        "tracker.SavedView",
        "tracker.Submission",
        # Chains and signed papers: masked they would be broken.
        "admin.LogEntry",
        "cases.DisposalLine",
        "cases.DisposalList",
        "cases.Erasure",
        "reports.Decision",
        "reports.FrozenReport",
        "reports.Remark",
        "tracker.Entry",
        "tracker.Look",
        "tracker.LookedAt",
        # Documents, names of persons, and what holds texts that are made of others.
        "agreements.Milestone_documents",
        "agreements.SourcedFact",
        "cases.Handover",
        "cases.HandoverLine",
        "cases.NumberSeries",
        "cases.Person",
        "tracker.Document",
        "tracker.DocumentVersion",
        "tracker.SearchEntry",
    }
)
SHAPED = {
    "agreements.Agreement.number": "A-199-{pk:06d}",
    "agreements.Placeholder.number": "P-{pk:09d}",
    "cases.Case.number": "199-受-{pk:07d}",
    "tracker.User.name": "User {pk}",
    "tracker.User.password": "!",
    "tracker.User.username": "user{pk}",
}
"""Texts that have to have a shape: addresses are made of numbers, and people are chosen by their names."""


class MaskingRefused(Exception):
    """The copy was not made; nothing is left of it."""


def copied_models() -> Iterator[type[models.Model]]:
    """The models whose rows are copied."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy and model._meta.label not in LEFT_OUT:
            yield model


def holds_text(field: models.Field) -> bool:
    """Whether something that somebody wrote may stand in this column. A partial date is read as one."""
    kinds = (models.CharField, models.TextField, models.JSONField, models.BinaryField, models.FileField)
    is_day = isinstance(field, PartialDateField)
    return not field.is_relation and not is_day and (
        isinstance(field, kinds) or field.get_internal_type() in ("CharField", "TextField", "SearchVectorField")
    )  # fmt: skip


def masked(field: models.Field, value: Any, pk: Any) -> Any:
    """What stands in place of the value: itself where it is empty, kept, or one of the field's own choices."""
    place = f"{field.model._meta.label}.{field.name}"
    codes = [code for code, _words in field.flatchoices]
    if value in (None, "", b"") or place in KEPT or value in codes:
        return value
    if place in SHAPED:
        return SHAPED[place].format(pk=pk)
    if isinstance(field, models.JSONField):
        return field.get_default() if field.has_default() else {}
    if isinstance(field, models.BinaryField):
        return b""
    return f"{pk} {field.name}"[: field.max_length]


def write(to: Path) -> dict[str, int]:
    """Make the copy as a new SQLite file, and say how many rows of each model it holds.

    :raises MaskingRefused: when the file is there already, or when the copy would not hold together.
    """
    if to.exists():
        raise MaskingRefused(f"{to} is there already")
    to.touch(mode=0o600)
    plain = {"HOST": "", "PORT": "", "USER": "", "PASSWORD": "", "OPTIONS": {}, "ATOMIC_REQUESTS": False}
    named = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(to), "CONN_MAX_AGE": 0}
    target = DatabaseWrapper({**connection.settings_dict, **plain, **named}, alias=NO_DB_ALIAS)
    try:
        return _filled(target, to)
    except Exception:
        to.unlink()
        raise
    finally:
        target.close()


def _filled(target: DatabaseWrapper, to: Path) -> dict[str, int]:
    _make_tables(target, to)
    with target.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.execute("BEGIN")
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND sql IS NOT NULL")
        triggers = cursor.fetchall()
        for name, _sql in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        for model in apps.get_models(include_auto_created=True):
            if model._meta.managed and not model._meta.proxy:
                cursor.execute(f'DELETE FROM "{model._meta.db_table}"')  # noqa: S608 - our own table
        counted = {model._meta.label: _copy(model, target, cursor) for model in copied_models()}
        for _name, sql in triggers:
            cursor.execute(sql)
        cursor.execute("COMMIT")
        if loose := cursor.execute("PRAGMA foreign_key_check").fetchall():
            tables = sorted({str(row[0]) for row in loose})
            raise MaskingRefused(f"rows of {tables} name others that are left out")
    return counted


def _make_tables(target: DatabaseWrapper, to: Path) -> None:
    """Those of the database itself: of SQLite as they are, else by the migrations."""
    if connection.vendor != "sqlite":
        environment = os.environ | {"DATABASE_URL": f"sqlite:///{to}"}
        command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(command, cwd=settings.BASE_DIR, env=environment, check=True)  # noqa: S603 - our own file
        return
    with connection.cursor() as cursor:
        found = cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' "
            "ORDER BY CASE type WHEN 'table' THEN 0 WHEN 'view' THEN 1 WHEN 'index' THEN 2 ELSE 3 END"
        ).fetchall()
        applied = cursor.execute("SELECT id, app, name, applied FROM django_migrations").fetchall()
    virtual = [name for name, sql in found if sql.upper().startswith("CREATE VIRTUAL")]
    with target.cursor() as copy:
        for name, sql in found:
            if not any(name.startswith(f"{one}_") for one in virtual):
                copy.execute(sql)
        copy.executemany(
            "INSERT INTO django_migrations (id, app, name, applied) VALUES (%s, %s, %s, %s)", applied
        )


def _copy(model: type[models.Model], target: DatabaseWrapper, cursor: Any) -> int:
    fields = model._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    places = ", ".join(["%s"] * len(fields))
    insert = f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES ({places})'  # noqa: S608 - our own names
    rows = model._base_manager.order_by("pk").iterator(chunk_size=AT_ONCE)
    count = 0
    for chunk in batched(rows, AT_ONCE, strict=False):
        cursor.executemany(insert, [[_value(row, field, target) for field in fields] for row in chunk])
        count += len(chunk)
    return count


def _value(row: models.Model, field: models.Field, target: DatabaseWrapper) -> Any:
    """What the copy holds of one field, as SQLite keeps it."""
    value = getattr(row, field.attname)
    if field.is_relation and field.related_model._meta.label in LEFT_OUT:  # type: ignore[union-attr]
        return None
    if holds_text(field):
        value = masked(field, value, row.pk)
    return field.get_db_prep_save(value, connection=target)
