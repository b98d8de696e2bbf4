"""By which words cases are found, and how a found one is shown."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from agreements.models import Partner
from cases.models import Case
from tracker import search
from tracker.search import Found, Source

SAID = ("number", "former_number", "partner_reference", "office_reference", "subject")


def case_text(case: Case) -> str:
    """Its number, that of a former log, the references of both sides, the subject, the partner, and the letter numbers of its events."""
    letters = case.events.exclude(reference="").values_list("reference", flat=True)
    return words_of_case({name: getattr(case, name) for name in SAID}, case.partner, letters)


def words_of_case(said: Mapping[str, Any], partner: Partner | None, letters: Iterable[str]) -> str:
    """The same from the values of its row, for cases that are written in bulk."""
    names = [partner.name_zh, partner.name_en] if partner else []
    return "\n".join([*(said[name] for name in SAID if said.get(name)), *names, *letters])


def index_cases(cases: Iterable[Case]) -> None:
    """Let these cases be found by what they now say."""
    search.index((case, case_text(case)) for case in cases)


def index_new_case(case: Case) -> None:
    """Let a case be found that has just got its number: no letter is recorded of it yet."""
    said = {name: getattr(case, name) for name in SAID}
    search.index_new(Case._meta.label_lower, [(case.pk, words_of_case(said, case.partner, ()))])


def _show(case: Case) -> Found:
    partner = case.partner
    assert partner is not None  # noqa: S101 - a registered case has a partner
    detail = f"{partner.name} · {case.get_state_display()}"
    return Found(case.listed_name, case.get_absolute_url(), detail, partner.is_sample)


CASES = Source(
    _("Cases"),
    "cases.case",
    lambda reader: Case.objects.registered().visible_to(reader).select_related("partner"),
    _show,
)
