"""Choosing what a case rests on: what the register proposes, or something else with a reason."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreements.forms.keyed import KeyedForm
from agreements.models import Agreement
from cases.basis import RESTS_ON_AGREEMENT, Finding, Proposal, Standing, propose, standings_of
from cases.lifecycle import Basis
from cases.models import Case
from tracker.models import User

AS_PROPOSED = ""
AGREEMENT = "agreement-"
# Translators: 依協定資料建議之法律依據
FOLLOW: Promise = _("As the register proposes")


def basis_choices(standings: Iterable[Standing]) -> list[tuple[str, Any]]:
    """The proposal first, then each agreement that was at least signed, then what is no agreement."""
    agreements = [
        (f"{AGREEMENT}{standing.agreement.pk}", f"{standing.agreement.title} — {standing.words}")
        for standing in standings
        if standing.finding != Finding.NOT_SIGNED
    ]
    others = [(basis.value, basis.label) for basis in Basis if basis not in RESTS_ON_AGREEMENT]
    return [(AS_PROPOSED, FOLLOW), *agreements, *others]


def chosen(value: str, standings: Iterable[Standing]) -> tuple[str, Agreement | None]:
    """The basis and the agreement behind one of the choices; ("", None) follows the proposal."""
    by_key = {f"{AGREEMENT}{standing.agreement.pk}": standing for standing in standings}
    standing = by_key.get(value)
    return (standing.basis, standing.agreement) if standing else (value, None)


def choice_of(case: Case) -> str:
    """The choice that stands for what a draft already says."""
    return f"{AGREEMENT}{case.agreement_id}" if case.agreement_id else case.basis


class BasisForm(KeyedForm):
    """Saying anew what a registered case rests on."""

    basis = forms.ChoiceField(label=_("Legal basis"), required=False, widget=forms.RadioSelect)
    basis_reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=300,
        help_text=_("Needed when it differs from what the register proposes."),
    )

    def __init__(self, *args: Any, case: Case, by: User, **kwargs: Any) -> None:
        super().__init__(*args, version=case.version, **kwargs)
        assert case.partner is not None and case.requested_on is not None  # noqa: S101 - a registered case
        self.standings = standings_of(case.partner, case.requested_on, reader=by)
        self.proposal: Proposal = propose(case.kind, case.requested_on, self.standings)
        self.fields["basis"].choices = basis_choices(self.standings)  # type: ignore[attr-defined]

    def chosen(self) -> tuple[str, Agreement | None]:
        """The basis and agreement that were chosen."""
        return chosen(self.cleaned_data["basis"], self.standings)
