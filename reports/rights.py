"""With which rights a file or a digest was made, and whether its reader still has them: asked again at each opening.

What was made for an officer who was cleared for restricted cases is not for the same person in another role, in the other
ministry, or with a lower clearance; and what was made while sealed cases were open to somebody by name, not once one of
them is closed to that person. Whoever may see the same again asks for it again.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote

from django.conf import settings
from django.urls import Resolver404, resolve

from agreements.models import Agreement
from cases.models import Case
from cases.rules import may_read_cases, works_on_cases
from reports.models import FrozenReport
from tracker.models import User
from tracker.roles import Secrecy

type Rights = Mapping[str, Any]

SEEN_BY: dict[str, tuple[Any, str]] = {
    "cases:detail": (Case, "number"),
    "agreements:detail": (Agreement, "number"),
    "reports:frozen": (FrozenReport, "pk"),
}
"""By the name of an address, what stands there, and by which field the address names it."""


OFFICE = 0
"""The key of the reader who is nobody in person: signed-off reports and answers are made for the office."""


def reads_exactly(reader: User | None) -> bool:
    """Whether this reader is told exact numbers of the cases that he or she may see (AZ-13); None is a command.

    Whoever opens the cases could count them one by one and is told exactly; where `EXACT_NUMBERS` says ``justice``, only
    who carries them.
    """
    return reader is None or reader.pk == OFFICE or _counts_cases(reader)


def reads_signed_exactly(reader: User) -> bool:
    """The same of a signed-off report, which counts what is restricted too: its reader must be cleared for that."""
    return _counts_cases(reader) and reader.clearance >= Secrecy.RESTRICTED


def _counts_cases(reader: User) -> bool:
    return works_on_cases(reader) if settings.EXACT_NUMBERS == "justice" else may_read_cases(reader)


def rights_of(user: User) -> dict[str, Any]:
    """Role, ministry and clearance as JSON. No query."""
    return {"role": user.role, "ministry": user.ministry, "clearance": int(user.clearance)}


def rights_in_cases_of(user: User) -> dict[str, Any]:
    """The same with the keys of the sealed cases that are open to this person by name. One query, or none."""
    sealed = Case.objects.visible_to(user).filter(secrecy__gte=Secrecy.SEALED).order_by("pk")
    keys = list(sealed.values_list("pk", flat=True)) if user.clearance >= Secrecy.SEALED else []
    return rights_of(user) | {"sealed": keys}


def still_holds(user: User, rights: Rights) -> bool:
    """Whether this person may still see what was made with these rights; never where they are not known. At most one query."""
    if not rights or not user.is_active:
        return False
    if (user.role, user.ministry) != (rights["role"], rights["ministry"]):
        return False
    if user.clearance < rights["clearance"]:
        return False
    sealed = rights.get("sealed", [])
    return not sealed or Case.objects.visible_to(user).filter(pk__in=sealed).count() == len(sealed)


def open_addresses(user: User, addresses: Iterable[str]) -> set[str]:
    """Those of the addresses behind which nothing is hidden from this person. At most one query for each sort of thing."""
    asked: dict[str, dict[str, str]] = {}
    found = set()
    for address in addresses:
        name, key = _what_is_at(address)
        if name in SEEN_BY:
            asked.setdefault(name, {})[key] = address
        else:
            found.add(address)
    for name, by_key in asked.items():
        model, field = SEEN_BY[name]
        seen = model.objects.visible_to(user).filter(**{f"{field}__in": list(by_key)})
        found |= {by_key[str(key)] for key in seen.values_list(field, flat=True)}
    return found


def _what_is_at(address: str) -> tuple[str, str]:
    """The name of an address and the first thing that it says beside; two empty texts for one that leads nowhere here."""
    try:
        match = resolve(unquote(address.partition("?")[0]))
    except Resolver404:
        return "", ""
    said = [*match.args, *match.kwargs.values()]
    return match.view_name, str(said[0]) if said else ""
