"""Files of figures for the tests of the import, made from rows as a person would type them."""

import csv
import io
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from reports.actions.importing import (
    COLUMNS,
    Checked,
    FiguresFile,
    apply_import,
    check_figures,
    plan_import,
    read_figures,
)
from reports.models import Series
from tests import makers
from tracker.models import ImportBatch, User

TODAY = makers.TODAY
NAMES = [column.name for column in COLUMNS]


def series(code: str = "sample", **fields: Any) -> Series:
    """A fictional series of persons without figures."""
    fields = {
        "name_zh": "示例數列",
        "name_en": "Sample series",
        "unit": "persons",
        "source": "示例年報",
        "definition": "示例：每年人次",
    } | fields
    return Series.objects.get_or_create(code=code, defaults=fields)[0]


def row(remainder: str = "示例", **cells: str) -> dict[str, str]:
    """One row: five of a named remainder in 2023, unless told otherwise."""
    return {"partner": "other", "remainder": remainder, "year": "112", "value": "5"} | cells


def of(partner: str, year: str, value: str, **cells: str) -> dict[str, str]:
    """One row of a partner."""
    return {"partner": partner, "year": year, "value": value} | cells


def csv_bytes(*rows: dict[str, str], encoding: str = "utf-8", columns: list[str] = NAMES) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, columns)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def figures_file(*rows: dict[str, str], name: str = "figures.csv", today: date = TODAY) -> FiguresFile:
    return read_figures(io.BytesIO(csv_bytes(*rows)), name, today=today)


def totals(**stated: str) -> dict[int, Decimal]:
    """Printed totals by year, as in totals(y2023="7")."""
    return {int(year[1:]): Decimal(value) for year, value in stated.items()}


def checked(*rows: dict[str, str], stated: Mapping[int, Decimal] | None = None) -> Checked:
    return check_figures(file=figures_file(*rows), series=series(), stated=stated or {})


def outcomes(*rows: dict[str, str]) -> list[str]:
    return [kept["outcome"] for kept in checked(*rows).rows]


def errors(*rows: dict[str, str]) -> list[list[tuple[str, str]]]:
    """Column and code of every error of every row."""
    return [[(error[0], error[1]) for error in kept["errors"]] for kept in checked(*rows).rows]


def planned(
    by: User, *rows: dict[str, str], stated: Mapping[int, Decimal] | None = None, **file: Any
) -> ImportBatch:
    return plan_import(by=by, file=figures_file(*rows, **file), series=series(), stated=stated or {})


def imported(
    by: User,
    *rows: dict[str, str],
    stated: Mapping[int, Decimal] | None = None,
    note: str = "",
    reason: str = "",
    **file: Any,
) -> ImportBatch:
    """Check and apply."""
    batch = planned(by, *rows, stated=stated, **file)
    return apply_import(by=by, batch=batch, today=TODAY, note=note, reason=reason)
