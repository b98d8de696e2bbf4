"""`manage.py step NUMBER STEP --on DATE --by USER`: take a step, or say what it would do."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from agreements.actions import StepPlan, StepRefused, StepRequest, attach, plan_step, take_step
from agreements.actions.filing import HOUSE
from agreements.models import Agreement, Milestone
from tracker.commands import day, iso, partial_day, person, taipei_today, write_json
from tracker.documents import UploadRefused
from tracker.models import User
from tracker.partialdate import PartialDate


class Command(BaseCommand):
    help = "Take a step of an agreement's life; --dry-run only lists what would follow. A refusal exits 1."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number")
        parser.add_argument("step")
        parser.add_argument("--on", type=partial_day, required=True, metavar="DATE")
        parser.add_argument("--by", required=True, metavar="USER")
        parser.add_argument("--effective", type=partial_day, default=PartialDate(), metavar="DATE")
        parser.add_argument("--document", type=Path, metavar="FILE")
        parser.add_argument("--reference", default="", help="official letter number")
        parser.add_argument("--place", default="")
        parser.add_argument("--ground", choices=Milestone.Ground.values, default="")
        parser.add_argument("--term", type=int, help="term of the Legislative Yuan")
        parser.add_argument("--note", default="", help="note or reason")
        parser.add_argument("--successor", default="", metavar="NUMBER")
        parser.add_argument(
            "--history", action="store_true", help="enter as history, with gaps (supervisors)"
        )
        parser.add_argument("--today", type=day, help="the day of recording; default: today")
        parser.add_argument("--dry-run", action="store_true")
        parser.add_argument("--format", choices=["text", "json"], default="text")

    def handle(self, *args: Any, **options: Any) -> None:
        by = person(options["by"])
        today = options["today"] or taipei_today()
        try:
            agreement = self._find(options["number"])
            request = self._request(options)
            plan = plan_step(by=by, agreement=agreement, request=request, today=today)
            if not options["dry_run"]:
                self._take(by, agreement, request, options["document"], today)
        except StepRefused as refused:
            refusal = {
                "refused": True,
                "reason": str(refused.reason),
                "article": refused.basis.article,
                "law": str(refused.basis.law),
            }
            self._answer(refusal, str(refused.reason), options)
            sys.exit(1)
        self._answer(plan_as_json(plan, is_taken=not options["dry_run"]), str(plan.row.label), options)

    def _find(self, number: str) -> Agreement:
        found = Agreement.objects.filter(number=number).first()
        if found is None:
            raise StepRefused(
                _("There is no agreement with the number %(number)s.") % {"number": number}, HOUSE
            )
        return found

    def _request(self, options: dict[str, Any]) -> StepRequest:
        document: Path | None = options["document"]
        if document is not None and not document.is_file():
            raise CommandError(f"there is no file {document}")
        return StepRequest(
            step=options["step"],
            happened=options["on"],
            effective=options["effective"],
            place=options["place"],
            reference=options["reference"],
            ground=options["ground"],
            term=options["term"],
            note=options["note"],
            has_document=document is not None,
            successor=self._find(options["successor"]) if options["successor"] else None,
            as_history=options["history"],
        )

    @transaction.atomic
    def _take(
        self, by: User, agreement: Agreement, request: StepRequest, path: Path | None, today: Any
    ) -> None:
        if path is not None:
            upload = SimpleUploadedFile(path.name, path.read_bytes())
            try:
                document = attach(by=by, agreement=agreement, upload=upload, title=path.stem)
            except UploadRefused as refused:
                raise CommandError(str(refused)) from refused
            request = replace(request, documents=(document,))
        take_step(by=by, agreement=agreement, request=request, today=today)

    def _answer(self, data: dict[str, Any], words: str, options: dict[str, Any]) -> None:
        if options["format"] == "json":
            write_json(data, self.stdout)
        else:
            self.stdout.write(words)


def plan_as_json(plan: StepPlan, *, is_taken: bool) -> dict[str, Any]:
    """A plan as the scripts read it."""
    return {
        "refused": False,
        "taken": is_taken,
        "agreement": plan.agreement.number,
        "step": plan.request.step,
        "on": plan.request.happened.iso,
        "stage_from": plan.stage_from or None,
        "stage_to": plan.stage_to or None,
        "phase_from": str(plan.phase_from),
        "phase_to": str(plan.phase_to),
        "article": plan.row.basis.article,
        "law": str(plan.row.basis.law),
        "clocks_started": [
            {"code": clock.code, "due_on": iso(clock.due_on), "raw_due_on": iso(clock.raw_due_on)}
            for clock in plan.clocks_started
        ],
        "clocks_stopped": [{"code": clock.code, "state": clock.state} for clock in plan.clocks_stopped],
        "duties_opened": [duty.code for duty in plan.duties_opened],
        "duties_done": [duty.code for duty in plan.duties_done],
        "consequences": [{"kind": c.kind, "words": str(c.words)} for c in plan.consequences],
    }
