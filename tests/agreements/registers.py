"""Register files for the tests of the import, made from rows as a person would type them."""

import csv
import io
from datetime import date
from typing import Any

from agreements.actions.importing import (
    RegisterFile,
    apply_import,
    check_file,
    plan_import,
    read_register,
)
from agreements.models import Milestone
from tests import makers
from tracker.models import ImportBatch, User

TODAY = makers.TODAY
NOTE = "示例：只有一部分"
COLUMNS = [
    "number",
    "partner_iso2",
    "partner_name_zh",
    "title_zh",
    "title_en",
    "kind",
    "track",
    "negotiation_start",
    "initialled",
    "first_signature",
    "signed",
    "ly_approved",
    "exchanged",
    "in_force",
    "promulgated",
    "ended",
    "urgent_confirmation_days",
    "status",
    "source",
    "confidence",
]


def row(title: str = "示例刑事司法互助條約", **cells: str) -> dict[str, str]:
    """One row: a text signed with 甲國, unless told otherwise."""
    return {
        "partner_iso2": "XA",
        "title_zh": title,
        "kind": "criminal_mla",
        "track": "treaty",
        "signed": "2023-03-01",
        "status": "signed",
        "source": "示例來源",
        "confidence": "high",
    } | cells


def csv_bytes(*rows: dict[str, str], encoding: str = "utf-8", columns: list[str] = COLUMNS) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def register_file(*rows: dict[str, str], name: str = "sample.csv", today: date = TODAY) -> RegisterFile:
    return read_register(io.BytesIO(csv_bytes(*rows)), name, today=today)


def outcomes(by: User, *rows: dict[str, str]) -> list[str]:
    """What a check says of each row."""
    checked = check_file(by=by, file=register_file(*rows), today=TODAY)
    return [kept["outcome"] for kept in checked.rows]


def imported(by: User, *rows: dict[str, str], today: date = TODAY, **fields: Any) -> ImportBatch:
    """Check and apply."""
    batch = plan_import(by=by, file=register_file(*rows, today=today, **fields), today=today)
    return apply_import(by=by, batch=batch, today=today, note=NOTE)


def told(**condition: Any) -> list[tuple[str, str, str]]:
    """The standing milestones: step, stage, day."""
    standing = Milestone.objects.filter(withdrawn_at=None, **condition).order_by("agreement", "order")
    return [(fact.step, fact.stage, str(fact.happened)) for fact in standing]
