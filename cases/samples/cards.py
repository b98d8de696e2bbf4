"""Practice cards of fictional partners (甲國 … 癸國), for trying the system: every line says that it is a sample."""

from datetime import date, timedelta

from django.db import transaction

from agreements.models import Partner
from cases.actions.practice import Said, add_line
from cases.models import PracticeLine
from tracker.models import User

SOURCE = "示例資料"
# Partner, measure, topic, Chinese, English, and how many days before today it was verified.
LINES: tuple[tuple[str, str, str, str, str, int], ...] = (
    ("XA", "", "authority", "示例：甲國司法部國際合作處", "Sample: Ministry of Justice of Country A", 40),
    ("XA", "", "language", "示例：請求書附英文譯本", "Sample: with an English translation", 40),
    ("XA", "", "copies", "示例：一式 2 份", "Sample: 2 copies", 500),
    (
        "XA",
        "",
        "contents",
        "示例：載明案件進行程度",
        "Sample: the letter says how far the matter has come",
        90,
    ),
    (
        "XA",
        "service",
        "form",
        "示例：應受送達人地址以當地文字書寫",
        "Sample: the address in the local script",
        420,
    ),
    (
        "XG",
        "",
        "channel",
        "示例：經由協定所定之中央機關",
        "Sample: through the central authority named in the text",
        15,
    ),
    ("XG", "", "language", "示例：英文", "Sample: English", 15),
    (
        "XG",
        "seizure",
        "dual_criminality",
        "示例：須說明雙方可罰",
        "Sample: dual criminality is to be shown",
        380,
    ),
    ("XH", "", "costs", "示例：鑑定費用由請求方負擔", "Sample: the requesting side pays for experts", 700),
)


@transaction.atomic
def load_sample_cards(*, by: User, today: date) -> int:
    """Write the sample lines of the fictional partners that exist; nothing when there are some. Returns how many."""
    if PracticeLine.objects.filter(partner__is_sample=True).exists():
        return 0
    partners = {partner.code: partner for partner in Partner.objects.filter(is_sample=True)}
    wanted = [line for line in LINES if line[0] in partners]
    for code, measure, topic, text_zh, text_en, days in wanted:
        said = Said(topic, text_zh, SOURCE, today - timedelta(days=days), measure, text_en)
        add_line(by=by, partner=partners[code], said=said, today=today)
    return len(wanted)
