"""Recommendations of the audit office: loading those of the report, adding one, acts on it, and what shows the work."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from agreements.actions import StalePage, StepRefused
from agreements.models import Agreement, Partner, Subject
from agreements.provisions import HOUSE_RULE, Provision
from reports.followup import ASK, Course, course
from reports.models import Evidence, FrozenReport, Recommendation, RecommendationEvent
from reports.rules import may_add_recommendation, may_follow_up
from tracker import audit
from tracker.models import User
from tracker.partialdate import PartialDate

FILE = Path(__file__).parents[1] / "data" / "recommendations.json"
HOUSE = Provision(HOUSE_RULE, "")
UNKNOWN_DAY = PartialDate.parse("")


@dataclass(frozen=True, slots=True)
class Act:
    """One act on a recommendation, as somebody enters it. An empty day is unknown."""

    kind: str
    text: str
    happened: PartialDate = field(default=UNKNOWN_DAY)
    reference: str = ""
    text_en: str = ""
    source: str = ""


def course_of(recommendation: Recommendation) -> Course:
    """Where its standing acts have led it. One query."""
    standing = recommendation.events.filter(withdrawn_at=None).order_by("order")
    return course(standing.values_list("kind", flat=True))


@transaction.atomic
def load_recommendations(*, by: User | None, path: Path = FILE) -> int:
    """Add the recommendations of the file with their acts and evidence; those there already stay as they are.

    :returns: how many were added.
    :raises KeyError, ValueError: when the file is not as it should be.
    """
    added = 0
    for row in json.loads(path.read_text(encoding="utf-8")):
        if Recommendation.objects.filter(code=row["code"]).exists():
            continue
        follows = Recommendation.objects.get(code=row["follows"]) if row["follows"] else None
        made = Recommendation.objects.create(
            **{name: row[name] for name in ("code", "fiscal_year", "title", "title_en", "text", "article")},
            source=row["source"],
            ministry=row["ministry"],
            follows=follows,
            state=course(event["kind"] for event in row["events"]).state,
            created_at=timezone.now(),
            created_by=by,
        )
        _load_acts(made, row["events"], by)
        _load_evidence(made, row["evidence"], by)
        audit.record("recommendation.load", made, by=by, details={"code": made.code})
        added += 1
    return added


@transaction.atomic
def add_recommendation(*, by: User, recommendation: Recommendation, asked: Act) -> Recommendation:
    """Enter a recommendation with the letter that asks for it.

    :raises StepRefused: without the right, or for another first act than the letter.
    :raises django.core.exceptions.ValidationError: when it is against a rule of the model.
    """
    if not may_add_recommendation(by):
        raise StepRefused(_("Supervisors enter the recommendations of the audit office."), HOUSE)
    if asked.kind != ASK:
        raise StepRefused(_("A recommendation begins with the letter that asks for it."), HOUSE, "kind")
    recommendation.created_at, recommendation.created_by = timezone.now(), by
    recommendation.full_clean()
    recommendation.save(force_insert=True)
    _add(recommendation, asked, by)
    audit.record("recommendation.add", recommendation, by=by, details={"code": recommendation.code})
    return recommendation


@transaction.atomic
def record_act(
    *, by: User, recommendation: Recommendation, act: Act, version: int | None, today: date
) -> RecommendationEvent:
    """Add the next act; the state follows from it.

    :raises StepRefused: without the right, when the act may not follow the last one, or for a day to come.
    :raises StalePage: when the recommendation changed after the page was opened.
    """
    locked = _lock(by, recommendation, version)
    if act.kind not in course_of(locked).next:
        raise StepRefused(_("This act does not follow the last one."), HOUSE, "kind")
    _refuse_future(act.happened, today)
    row = _add(locked, act, by)
    _keep(locked)
    audit.record("recommendation.act", locked, by=by, details={"code": locked.code, "kind": act.kind})
    return row


@transaction.atomic
def withdraw_act(
    *, by: User, event: RecommendationEvent, reason: str, version: int | None
) -> RecommendationEvent:
    """Withdraw the last standing act, with the reason; the state goes back to what it was before.

    :raises StepRefused: without the right or a reason, or when a later act stands upon it.
    """
    locked = _lock(by, event.recommendation, version)
    last = locked.events.filter(withdrawn_at=None).order_by("-order").first()
    if last is None or last.pk != event.pk or last.kind == ASK:
        raise StepRefused(_("Only the last act can be withdrawn, and never the letter that asked."), HOUSE)
    if not reason.strip():
        raise StepRefused(_("Say why it is withdrawn."), HOUSE, "reason")
    last.withdrawn_at, last.withdrawn_reason = timezone.now(), reason
    last.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    _keep(locked)
    audit.record("recommendation.withdraw", locked, by=by, details={"code": locked.code, "kind": last.kind})
    return last


@transaction.atomic
def add_evidence(
    *,
    by: User,
    recommendation: Recommendation,
    text: str,
    happened: PartialDate,
    today: date,
    text_en: str = "",
    partner: Partner | None = None,
    agreement: Agreement | None = None,
    report: FrozenReport | None = None,
) -> Evidence:
    """Say what was done about a recommendation, and what shows it.

    :raises StepRefused: without the right, or for a day to come.
    """
    locked = _lock(by, recommendation, None)
    _refuse_future(happened, today)
    row = Evidence(
        recommendation=locked,
        happened=happened,
        text=text,
        text_en=text_en,
        partner=partner,
        agreement=agreement,
        report=report,
        recorded_at=timezone.now(),
        recorded_by=by,
    )
    row.full_clean()
    row.save(force_insert=True)
    _keep(locked)
    audit.record("recommendation.evidence", locked, by=by, details={"code": locked.code})
    return row


@transaction.atomic
def withdraw_evidence(*, by: User, evidence: Evidence, reason: str) -> Evidence:
    """Withdraw what was said, with the reason.

    :raises StepRefused: without the right or a reason, or when it was withdrawn already.
    """
    locked = _lock(by, evidence.recommendation, None)
    row = locked.evidence.get(pk=evidence.pk)
    if row.withdrawn_at is not None:
        raise StepRefused(_("This entry has already been withdrawn or replaced."), HOUSE)
    if not reason.strip():
        raise StepRefused(_("Say why it is withdrawn."), HOUSE, "reason")
    row.withdrawn_at, row.withdrawn_reason = timezone.now(), reason
    row.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    _keep(locked)
    audit.record("recommendation.withdraw_evidence", locked, by=by, details={"code": locked.code})
    return row


@transaction.atomic
def change_days(
    *,
    by: User,
    recommendation: Recommendation,
    due_on: date | None,
    inner_due_on: date | None,
    next_review_on: date | None,
    version: int | None,
) -> Recommendation:
    """Set the days by which it is to be answered, inside and outside, and when it is reviewed next.

    :raises StepRefused: without the right, or when the house gives itself longer than the audit office does.
    """
    locked = _lock(by, recommendation, version)
    if due_on and inner_due_on and inner_due_on > due_on:
        raise StepRefused(_("The day inside the house lies after the day due."), HOUSE, "inner_due_on")
    locked.due_on, locked.inner_due_on, locked.next_review_on = due_on, inner_due_on, next_review_on
    locked.version += 1
    locked.save(update_fields=["due_on", "inner_due_on", "next_review_on", "version"])
    details = {"code": locked.code, "due_on": str(due_on or ""), "inner_due_on": str(inner_due_on or "")}
    audit.record("recommendation.days", locked, by=by, details=details)
    return locked


def _lock(by: User, recommendation: Recommendation, version: int | None) -> Recommendation:
    locked = Recommendation.objects.select_for_update(no_key=True).get(pk=recommendation.pk)
    if not may_follow_up(by, locked):
        raise StepRefused(_("The ministry that answers keeps this record."), HOUSE)
    if version is not None and version != locked.version:
        raise StalePage(_("Somebody changed this recommendation after you opened the page."), HOUSE)
    return locked


def _refuse_future(happened: PartialDate, today: date) -> None:
    if happened.first and happened.first > today:
        raise StepRefused(_("The day lies in the future. Record it when it has happened."), HOUSE, "happened")


def _keep(locked: Recommendation) -> None:
    """Write the state that follows from the standing acts, and count the change."""
    locked.state = course_of(locked).state
    locked.version += 1
    locked.save(update_fields=["state", "version"])


def _add(recommendation: Recommendation, act: Act, by: User | None) -> RecommendationEvent:
    last = recommendation.events.aggregate(last=Max("order"))["last"] or 0
    row = RecommendationEvent(
        recommendation=recommendation,
        kind=act.kind,
        happened=act.happened,
        reference=act.reference,
        text=act.text,
        text_en=act.text_en,
        source=act.source,
        order=last + 1,
        recorded_at=timezone.now(),
        recorded_by=by,
    )
    row.full_clean()
    row.save(force_insert=True)
    return row


def _load_acts(made: Recommendation, rows: Iterable[Mapping[str, Any]], by: User | None) -> None:
    for row in rows:
        happened = PartialDate.parse(row["happened"])
        _add(
            made,
            Act(row["kind"], row["text"], happened, text_en=row["text_en"], source=made.source),
            by,
        )


def _load_evidence(made: Recommendation, rows: Iterable[Mapping[str, Any]], by: User | None) -> None:
    for row in rows:
        partner = Partner.objects.filter(code=row["partner"]).first()
        found = Agreement.objects.real().filter(partner__code=row["partner"])
        agreement = found.filter(subjects__subject=Subject.CRIMINAL_MLA).first()
        Evidence.objects.create(
            recommendation=made,
            happened=PartialDate.parse(row["happened"]),
            text=row["text"],
            text_en=row["text_en"],
            partner=partner,
            agreement=agreement,
            recorded_at=timezone.now(),
            recorded_by=by,
        )
