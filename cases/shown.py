"""What a page showed of a disposal list, a term or a hold, as the text that its form carries: who decides is bound to it."""

import hashlib
import json

from agreements.models import Agreement
from cases.models import Case, DisposalList, Hold, Retention

NOTHING = "-"


def list_shown(plan: DisposalList) -> str:
    """SHA-256 over what the page of the list shows: its cases with their terms, the authority's letter, how far it is. One query."""
    lines = plan.lines.select_related("case").order_by("case_id")
    moments = (plan.approved_at, plan.dropped_at, plan.carried_out_at)
    told = {
        "list": plan.pk,
        "approval": [plan.approval_number, str(plan.approval_on)],
        "moments": [moment and moment.isoformat() for moment in moments],
        "lines": [
            [
                line.case.number, line.case.listed_name, line.case.secrecy,
                line.years, str(line.counted_from), str(line.ended_on),
            ]
            for line in lines.defer("proof")
        ],
    }  # fmt: skip
    return hashlib.sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def term_shown(thing: Case | Agreement) -> str:
    """What stands for the own term of a case or an agreement in a form: when it was set; "-" for none."""
    kept: Retention | None = getattr(thing, "retention", None)
    return kept.set_at.isoformat() if kept else NOTHING


def hold_shown(standing: Hold | None) -> str:
    """What stands for the hold that a page showed: its key; "-" for none."""
    return str(standing.pk) if standing else NOTHING
