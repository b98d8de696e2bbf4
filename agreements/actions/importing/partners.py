"""The partners that the rows of a file name by code, and by name to check the code."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agreements.models import Partner

NAME_COLUMNS = ("partner_name_zh", "partner_name_en")


@dataclass(frozen=True, slots=True)
class KnownPartners:
    """Every partner by its code, and all its names, former ones too."""

    partners: dict[str, Partner]
    names: dict[str, frozenset[str]]

    def problem(self, code: str, cells: Mapping[str, str]) -> tuple[str, dict[str, Any]] | None:
        """What is wrong with the partner of a row: the code of a sentence and what it needs."""
        partner = self.partners.get(code)
        if partner is None:
            return "unknown_partner", {"text": code}
        given = [cells[name] for name in NAME_COLUMNS if name in cells]
        if given and not any(_folded(name) in self.names[code] for name in given):
            return "partner_name", {"code": code, "name": partner.name, "text": given[0]}
        return None

    def meant_by(self, text: str) -> list[str]:
        """The codes of the partners that a text means: one that has it as its code, else all that bear it as a name."""
        if text.upper() in self.partners:
            return [text.upper()]
        folded = _folded(text)
        return sorted(code for code, names in self.names.items() if folded in names)


def known_partners() -> KnownPartners:
    """Two queries."""
    partners = {partner.code: partner for partner in Partner.objects.prefetch_related("names")}
    names = {code: frozenset(map(_folded, _names_of(partner))) for code, partner in partners.items()}
    return KnownPartners(partners, names)


def _names_of(partner: Partner) -> list[str]:
    former = [name for row in partner.names.all() for name in (row.name_zh, row.name_en)]
    return [partner.name_zh, partner.name_en, *filter(None, former)]


def _folded(name: str) -> str:
    return name.casefold().replace("台", "臺")
