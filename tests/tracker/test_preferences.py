"""Settings take only values that every page can compute with."""

import pytest

from tracker.preferences import PREFERENCES


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("stalled_after_days", "0"),
        ("stalled_after_days", "-5"),
        ("stalled_after_days", "3651"),
        ("stalled_after_days", "99999999999999999999"),
        ("calendar_known_until", "1997-12-31"),
        ("calendar_known_until", "9999-12-31"),
    ],
)
def test_a_setting_refuses_a_value_that_no_page_can_compute_with(name: str, text: str) -> None:
    with pytest.raises(ValueError, match="1"):
        PREFERENCES[name].read(text)


@pytest.mark.parametrize("text", ["1", "3650"])
def test_talks_may_count_as_stalled_after_a_day_or_after_ten_years(text: str) -> None:
    assert PREFERENCES["stalled_after_days"].read(text) == int(text)
