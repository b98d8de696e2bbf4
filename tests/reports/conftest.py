"""The audit report's figures, loaded as the product loads them, with the partners they speak of."""

from typing import Any

import pytest

from agreements.models import Partner
from reports.actions import Loaded, load_indicators
from tests import makers

NAMES = {
    "KH": ("柬埔寨", "Cambodia"),
    "TH": ("泰國", "Thailand"),
    "MM": ("緬甸", "Myanmar"),
    "LA": ("寮國", "Laos"),
    "CN": ("大陸地區", "Mainland China"),
    "VN": ("越南", "Viet Nam"),
}


@pytest.fixture
def partners(db: Any) -> dict[str, Partner]:
    """Registered partners by code."""
    return {
        code: makers.partner(code, name_zh=zh, name_en=en, is_sample=False)
        for code, (zh, en) in NAMES.items()
    }


@pytest.fixture
def loaded(partners: dict[str, Partner]) -> Loaded:
    """Tables 4 and 5 in the database."""
    return load_indicators(by=None)
