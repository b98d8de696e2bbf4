"""What marks of secrecy ask for: when they cease, and that state secrets stay out. Pure.

Classified National Security Information Protection Act (國家機密保護法): 絕對機密, 極機密 and 機密 are levels of state
secrets, which are not kept here. The level of this system, 密, is that of an official secret (一般公務機密), whose mark
says from the beginning when it ceases (文書處理手冊).
"""

import re
import unicodedata
from datetime import date

from django.utils.translation import gettext_lazy as _

from tracker.roles import Secrecy

MARK = ("secrecy", "declassify_on", "declassify_when")
"""The names of the fields that make a mark."""
NO_END = _("A mark of this level says when it ceases: give a day or a condition.")
TWO_PERSONS = _("Two persons lower a mark of this level: ask for it on the page of the mark.")
STRICTER = _(
    "What it belongs to is marked lower (%(level)s), and must be at least as secret as its parts: "
    "raise the mark there first."
)
HELD_UP = _(
    "Parts of it stay marked higher: a paper with a mark of its own, or a letter that names something higher."
)
STATE_SECRET = _(
    "This names a level of state secrets (%(level)s). State secrets are not kept here: keep the paper where it is, "
    "and record a place-holder with its number, a code name and where the paper is."
)

_SIMPLIFIED = str.maketrans(
    {"绝": "絕", "絶": "絕", "对": "對", "極": "極", "极": "極", "机": "機", "祕": "密"}
)
_NOT_WRITTEN = re.compile(r"[\s\u00ad\u180e\u200b-\u200f\u2060-\u2064\ufe00-\ufe0f\ufeff·・．.\-_－—~*'\"]+")
_HIGHEST = re.compile("絕對機密|極機密")
_OPEN, _CLOSE = r"[(\[{〔【〖《〈「『<|:;,、/\\]", r"[)\]}〕】〗》〉」』>|:;,、/\\]"
# 機密 alone is a word like any other (營業機密): it is a mark where it stands apart.
_APART = re.compile(
    rf"(?:^|{_OPEN})(?:密等|等級|機密等級|level)?[:]?(機密)(?:等級|級|件|文件)?(?={_CLOSE}|$)", re.IGNORECASE
)
_ENGLISH_HIGHEST = re.compile(r"\btop[\s\-_]*secret\b", re.IGNORECASE)
_ENGLISH = re.compile(r"(?<![A-Za-z])(SECRET|CONFIDENTIAL)(?![A-Za-z])")
_ENGLISH_APART = re.compile(
    rf"(?:^|{_OPEN})\s*(secret|confidential|absolutely confidential|highly confidential)\s*(?={_CLOSE}|$)",
    re.IGNORECASE,
)


def lacks_end(level: int, day: date | None, condition: str) -> bool:
    """Whether a mark of this level is without the day or the condition at which it ceases."""
    return level >= Secrecy.RESTRICTED and day is None and not condition.strip()


def state_secret_in(text: str) -> str:
    """The level of state secrets that the text carries as a mark, as it is usually written; "" for none.

    However it is typed: in full width, with spaces or invisible characters between, simplified, or in English.
    """
    wide = unicodedata.normalize("NFKC", text)
    plain = _NOT_WRITTEN.sub("", wide).translate(_SIMPLIFIED)
    if found := _HIGHEST.search(plain):
        return found.group()
    if _ENGLISH_HIGHEST.search(wide):
        return "top secret"
    spaced = re.sub(r"[\s_]+", " ", wide).strip().translate(_SIMPLIFIED)
    parts = [plain, *(_NOT_WRITTEN.sub("", part) for part in re.split(r"\s{1,}|[_\-.．·]", spaced) if part)]
    for part in parts:
        if _APART.search(part):
            return "機密"
    if found := _ENGLISH.search(wide) or _ENGLISH_APART.search(wide.replace("_", " ")):
        return found.group(1).lower()
    return ""
