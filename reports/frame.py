"""The pages of the reports beside one another: what stands above each of them."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

TABS: tuple[tuple[str, str, Promise], ...] = (
    # Translators: 優先推動
    ("priorities", "reports:priorities", pgettext_lazy("tab of the reports", "Which country next")),
    # Translators: 各項報表
    ("all", "reports:all", pgettext_lazy("tab of the reports", "All reports")),
    # Translators: 統計數列
    ("figures", "reports:figures", pgettext_lazy("tab of the reports", "Figures")),
    # Translators: 互惠情形
    ("reciprocity", "reports:reciprocity", pgettext_lazy("tab of the reports", "Reciprocity")),
    # Translators: 輪到誰
    ("turn", "reports:turn", pgettext_lazy("tab of the reports", "Whose turn")),
    # Translators: 已簽核報告
    ("frozen", "reports:signed_off", pgettext_lazy("tab of the reports", "Signed off")),
)
"""Key, address name and words of every page, in their order."""


@dataclass(frozen=True, slots=True)
class Tab:
    """One page of the reports."""

    label: str | Promise
    url: str
    is_current: bool


def frame_context(current: str) -> dict[str, Any]:
    """The context of ``reports/frame.html`` with the page ``current`` open."""
    return {"tabs": [Tab(label, reverse(name), key == current) for key, name, label in TABS]}
