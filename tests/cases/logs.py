"""Case logs for the tests of the import, made from rows as a person would type them; and a long one for benchmarks."""

import csv
import io
from datetime import date, timedelta
from typing import Any

from cases.actions.importing import COLUMNS, LogFile, apply_import, check_log, plan_import, read_log
from tests import makers
from tracker.models import ImportBatch, User

TODAY = makers.TODAY
NAMES = [column.name for column in COLUMNS]


def row(former_number: str = "舊-110-001", **cells: str) -> dict[str, str]:
    """One row: an incoming criminal request of 甲國 of 2021, met in full, unless told otherwise."""
    return {
        "former_number": former_number,
        "direction": "in",
        "kind": "criminal",
        "partner_iso2": "XA",
        "subject": "示例：調取金融帳戶資料",
        "items": "evidence",
        "letter_on": "110.03.01",
        "received_on": "110.03.08",
        "sent_on": "110.03.15",
        "decided_on": "110.04.20",
        "replied_on": "110.09.01",
        "closed_on": "110.09.03",
        "result": "full",
        "secrecy": "0",
    } | cells


def csv_bytes(*rows: dict[str, str], encoding: str = "utf-8", columns: list[str] = NAMES) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def log_file(*rows: dict[str, str], name: str = "log.csv", today: date = TODAY) -> LogFile:
    return read_log(io.BytesIO(csv_bytes(*rows)), name, today=today)


def checked(by: User | None, *rows: dict[str, str], stated: dict[str, int] | None = None) -> Any:
    return check_log(by=by, file=log_file(*rows), stated=stated or {})


def errors(by: User | None, *rows: dict[str, str]) -> list[list[tuple[str, str]]]:
    """Column and code of every error of every row."""
    return [[(error[0], error[1]) for error in kept["errors"]] for kept in checked(by, *rows).rows]


def outcomes(by: User | None, *rows: dict[str, str]) -> list[str]:
    return [kept["outcome"] for kept in checked(by, *rows).rows]


def imported(by: User, *rows: dict[str, str], today: date = TODAY, **fields: Any) -> ImportBatch:
    """Check and apply."""
    batch = plan_import(by=by, file=log_file(*rows, today=today, **fields), stated={})
    return apply_import(by=by, batch=batch, today=today)


def long_log(rows: int, partners: int = 10) -> io.BytesIO:
    """A log of so many cases with XA, XB and so on: three in four closed, in and out, of three kinds, over ten years."""
    made = []
    for number in range(rows):
        received = date(2012, 1, 2) + timedelta(days=number % 3650)
        later = [(received + timedelta(days=days)).isoformat() for days in (7, 40, 160, 165)]
        is_incoming, is_open = number % 2 == 0, number % 4 == 3
        kind = ("criminal", "criminal", "civil", "criminal", "transfer_receive")[number % 5]
        made.append(
            row(
                f"示例-{number:06}",
                direction="in" if is_incoming else "out",
                kind=kind,
                partner_iso2="X" + "ABCDEFGHIJ"[number % partners],
                partner_reference=f"示例-REF-{number:06}",
                office="" if is_incoming else "示例地方檢察署",
                office_reference="" if is_incoming else f"示例{number:06}號",
                subject=f"示例：調取金融帳戶資料（第 {number:06} 件）",
                items="" if kind == "transfer_receive" else "evidence;service",
                letter_on=(received - timedelta(days=5)).isoformat() if is_incoming else "",
                received_on=received.isoformat(),
                sent_on=later[0],
                decided_on=later[1],
                replied_on="" if is_open else later[2],
                closed_on="" if is_open else later[3],
                result="" if is_open else ("full", "part", "none")[number % 3],
            )
        )
    return io.BytesIO(csv_bytes(*made))
