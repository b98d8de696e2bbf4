"""The names of persons in cases: encrypted and opened, masked, and found by exact match through a keyed digest.

The only module that handles names. They never enter logs, addresses, the audit trail, the search index or an export.
"""

import hmac
import logging
import unicodedata
from collections.abc import Iterable

from django.conf import settings
from django.db.models import QuerySet
from django.views.decorators.debug import sensitive_variables

from cases.models import Case, Person
from cases.rules import works_on_cases
from tracker.models import User
from tracker.sealing import CannotBeRead, open_text, seal_text

HIDDEN = "○○"
_SCRIPTS_OF_ONE_WORD = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO")
_log = logging.getLogger(__name__)


@sensitive_variables()
def digest_of(name: str) -> str:
    """HMAC-SHA256 of the name under its own key, in hexadecimal: equal for the same name however it is typed.

    Full and half width, upper and lower case, runs of spaces and invisible characters make no difference.
    """
    return hmac.digest(settings.PERSON_DIGEST_KEY, _compared(name).encode(), "sha256").hex()


@sensitive_variables()
def mark_of(digests: Iterable[str], *, asked: str) -> str:
    """A mark by which a session knows the same question (``asked``) after the same names again; it ends with the session."""
    told = "\n".join([asked, *sorted(digests)])
    return hmac.digest(settings.PERSON_DIGEST_KEY, told.encode(), "sha256").hex()[:32]


@sensitive_variables()
def seal(name: str, *, case_id: int, part: str) -> bytes:
    """The name encrypted under the first key, bound to its case and part so that rows cannot be swapped."""
    return seal_text(name, bound_to=_bound_to(case_id, part))


@sensitive_variables()
def open_name(person: Person) -> str:
    """The name in the clear.

    :raises CannotBeRead: when no key opens it, or the row was tampered with.
    """
    return open_text(bytes(person.sealed_name), bound_to=_bound_to(person.case_id, person.part))


@sensitive_variables()
def name_of(person: Person) -> str | None:
    """The name, or None when no key opens it; the log then says of which row, and the page "cannot be read"."""
    try:
        return open_name(person)
    except CannotBeRead:
        _log.warning("the name of person %s of case %s cannot be read", person.pk, person.case_id)
        return None


@sensitive_variables()
def masked(name: str) -> str:
    """What others see of a name: 王○○ for 王小明, J. D. for John Doe. It does not tell how long the name is."""
    words = [word for word in name.split() if any(letter.isalpha() for letter in word)]
    marks = []
    for word in words:
        first = next(letter for letter in word if letter.isalpha())
        whole = unicodedata.name(first, "").startswith(_SCRIPTS_OF_ONE_WORD)
        if whole:
            return first + HIDDEN
        marks.append(f"{first.upper()}.")
    return " ".join(marks) or HIDDEN


@sensitive_variables()
def cases_with_person(name: str, reader: User) -> QuerySet[Person]:
    """The persons of exactly this name in registered cases that the reader may see, newest case first.

    Each row carries its ``case`` (with partner and officer) and ``part``. Empty for a reader who does not work on
    cases: whether somebody stands in a case is itself told to those only who may read the name. One query.
    """
    if not works_on_cases(reader) or not is_name(name):
        return Person.objects.none()
    visible = Case.objects.visible_to(reader).registered()
    return (
        Person.objects.filter(digest=digest_of(name), case__in=visible)
        .select_related("case__partner", "case__officer")
        .order_by("-case__requested_on", "-case_id", "id")
    )


@sensitive_variables()
def is_name(name: str) -> bool:
    """Whether there is a letter in it: something by which a person can be told from others."""
    return any(letter.isalpha() for letter in _compared(name))


@sensitive_variables()
def holds_name(text: str, name: str) -> bool:
    """Whether the text holds the name, however it is typed; a short name inside a longer word does not count."""
    text, name = _compared(text), _compared(name)
    start = text.find(name) if name else -1
    while start >= 0:
        end = start + len(name)
        if not (_is_one_word(text[start - 1 : start + 1]) or _is_one_word(text[end - 1 : end + 1])):
            return True
        start = text.find(name, start + 1)
    return False


def _is_one_word(pair: str) -> bool:
    """Whether two letters beside each other belong to one word of a script that puts spaces between words."""
    return len(pair) == 2 and all(
        letter.isalpha() and not unicodedata.name(letter, "").startswith(_SCRIPTS_OF_ONE_WORD)
        for letter in pair
    )


def _compared(name: str) -> str:
    """The name as it is compared: NFKC, case folded, spaces collapsed, without invisible characters."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    seen = "".join(letter for letter in folded if unicodedata.category(letter) != "Cf")
    return " ".join(seen.split())


def _bound_to(case_id: int, part: str) -> str:
    return f"|case {case_id}|part {part}"
