"""`manage.py draw_lifecycle > docs/lifecycle.md`: the table of steps as a page, with a picture."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import override

from agreements.lifecycle import MAIN_PHASES, PHASE_OF, STEPS, Phase, Stage, Track

INTRODUCTION = """# The life of an agreement

Made by `manage.py draw_lifecycle > docs/lifecycle.md` from `agreements/lifecycle/table.py`; a test keeps it current.
The life of a case has a page of its own: [lifecycle-cases.md](lifecycle-cases.md).

The stages and most rows are those of the Conclusion of Treaties Act and its practice. Rows that the practice needs
beyond them: a shelved file can be reopened; a suspended agreement can end; an amendment under way ends by `resume`
(back in force) or by an ending; a cross-strait text may be recorded by the Executive Yuan instead of approved, and
enters into force from either (Cross-Strait Act art. 5). A step with several rows needs, on an undetermined file, a
row for every track the file may still be on.
"""


def page() -> str:
    """The whole page, in English."""
    with override("en"):
        return "\n".join([INTRODUCTION, _picture(), _phases(), _steps()])


def _picture() -> str:
    lines = ["## Picture", "", "```mermaid", "stateDiagram-v2"]
    lines += [f"    s{stage.value}: {stage.value} {stage.label}" for stage in Stage]
    seen = set()
    for step in STEPS:
        for source in sorted(step.sources) if step.target else []:
            arrow = (source, step.target, step.name)
            if arrow not in seen:
                seen.add(arrow)
                lines.append(f"    s{source.value} --> s{step.target}: {step.name}")
    return "\n".join([*lines, "```", ""])


def _phases() -> str:
    lines = ["## Phases", "", "| Phase | Stages |", "|---|---|"]
    for phase in [*MAIN_PHASES, Phase.STOPPED, Phase.ENDED]:
        stages = ", ".join(f"{stage.value} {stage.label}" for stage in Stage if PHASE_OF[stage] == phase)
        lines.append(f"| {phase.label} | {stages} |")
    return "\n".join([*lines, ""])


def _steps() -> str:
    lines = [
        "## Steps",
        "",
        "| Step | From | To | Tracks | Acts | Needs | Starts | Stops | Provision |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    every = len(Track) - 1
    for step in STEPS:
        tracks = (
            "all" if len(step.tracks) == every else " ".join(sorted(track.value for track in step.tracks))
        )
        sources = (
            "any"
            if len(step.sources) == len(Stage)
            else " ".join(sorted(source.value for source in step.sources))
        )
        needs = "; ".join(sorted(str(need.label) for need in step.needs))
        target = step.target.value if step.target else "record only"
        cells = [
            f"`{step.name}`",
            sources,
            target,
            tracks,
            str(step.by.label),
            needs,
            " ".join(step.starts),
            " ".join(step.stops),
            str(step.basis),
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join([*lines, ""])


class Command(BaseCommand):
    help = "Write the lifecycle as a Markdown page with a picture."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(page(), ending="")
