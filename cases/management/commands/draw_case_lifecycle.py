"""`manage.py draw_case_lifecycle > docs/lifecycle-cases.md`: the tables of steps of cases as a page, with pictures."""

from collections.abc import Iterable
from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import override

from cases.clocks import RULES, SERVICE_LEVELS, Rule
from cases.lifecycle import ADDED, HOLDER_OF, STEPS, Direction, Kind, State, Step, direction_of

INTRODUCTION = """# The life of a case

Made by `manage.py draw_case_lifecycle > docs/lifecycle-cases.md` from `cases/lifecycle/`; a test keeps it current.

The states of criminal and civil assistance and their codes are those of the two state tables, incoming (I) and
outgoing (O), and never change their meaning. The transfer of sentenced persons and extradition have paths of their
own. They begin and end with the same states (received, forwarded, under review; refused, withdrawn, closed) and have
these codes between: **I31 to I38, O31, O32, O71 to O74, O76 to O78** for transfer (Transfer of Sentenced Persons
Act), **I41 to I49, I91, O81, O82** for extradition (Law of Extradition). A released person (I49) and a refusal by
the President (I91) are for good: no step leads back. In the row of a step that leads nowhere, "record only" is a dated
fact that changes no state and starts or stops a clock.
"""
FAMILIES: tuple[tuple[str, frozenset[Kind]], ...] = (
    ("Criminal and civil assistance", frozenset({Kind.CRIMINAL, Kind.CIVIL})),
    ("Transfer of sentenced persons", frozenset({Kind.TRANSFER_RECEIVE, Kind.TRANSFER_SEND})),
    ("Extradition", frozenset({Kind.EXTRADITION})),
    ("Spontaneous information", frozenset({Kind.SPONTANEOUS})),
)


def page() -> str:
    """The whole page, in English."""
    with override("en"):
        return "\n".join(
            [INTRODUCTION, _states(), *_pictures(), _added(), *map(_steps, Direction), _clocks()]
        )


def _rows(kinds: frozenset[Kind]) -> list[Step]:
    return [row for table in STEPS.values() for row in table if row.kinds & kinds]


def _pictures() -> Iterable[str]:
    for title, kinds in FAMILIES:
        lines = [f"## {title}", "", "```mermaid", "stateDiagram-v2"]
        reached = _reached(kinds)
        arrows = {
            (str(source), str(row.target), row.name): None
            for row in _rows(kinds)
            for source in sorted(row.sources)
            if row.target and source in reached
        }
        lines += [f"    {source} --> {target}: {name}" for source, target, name in arrows]
        yield "\n".join([*lines, "```", ""])


def _reached(kinds: frozenset[Kind]) -> set[State]:
    """States that a case of one of these kinds can come to."""
    rows = [row for row in _rows(kinds) if row.target]
    found = {row.target for row in rows if not row.sources and row.target}
    while more := {row.target for row in rows if row.sources & found and row.target} - found:
        found |= more
    return found


def _states() -> str:
    lines = ["## States", "", "| Code | State | Direction | In hand with | Kinds |", "|---|---|---|---|---|"]
    reached = {kind: _reached(frozenset({kind})) for kind in Kind}
    for state in State:
        kinds = [kind.value for kind in Kind if state in reached[kind]]
        holder = HOLDER_OF[state] or "nobody"
        told = "all" if len(kinds) == len(Kind) else " ".join(kinds)
        lines.append(f"| {state.value} | {state.label} | {direction_of(state)} | {holder} | {told} |")
    return "\n".join([*lines, ""])


def _added() -> str:
    lines = ["## Arrows beyond the state tables", "", "| From | To | Why |", "|---|---|---|"]
    lines += [f"| {source} | {target} | {why} |" for (source, target), why in ADDED.items()]
    return "\n".join([*lines, ""])


def _steps(direction: Direction) -> str:
    lines = [
        f"## Steps, {direction.label.lower()}",
        "",
        "| Step | From | To | Kinds | Recorded by | Needs | May carry | Provision |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in STEPS[direction]:
        kinds = "all" if len(row.kinds) == len(Kind) else " ".join(sorted(kind.value for kind in row.kinds))
        cells = [
            f"`{row.name}`",
            " ".join(sorted(source.value for source in row.sources)) or "(opens)",
            row.target.value if row.target else "record only",
            kinds,
            ", ".join(sorted(str(ministry.label) for ministry in row.by)),
            "; ".join(sorted(str(need.label) for need in row.needs)),
            "; ".join(sorted(str(need.label) for need in row.takes)),
            str(row.article),
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join([*lines, ""])


def _clocks() -> str:
    lines = [
        "## Clocks",
        "",
        "C clocks rest on a law or on a day that somebody named; B clocks are own service levels, which no law asks for.",
        "Only service levels stand still while the clocks of a case are stopped.",
        "",
        "| Clock | What | Starts with | Stops with | Term | Ends on a rest day | May be extended | Provision |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for rule in (*RULES, *SERVICE_LEVELS):
        cells = [
            rule.code,
            str(rule.label),
            " ".join(f"`{name}`" for name in rule.starts),
            " ".join(f"`{name}`" for name in rule.stops),
            _term(rule),
            "moves on" if rule.rolls else "stays",
            "yes" if rule.may_extend else "no",
            str(rule.basis),
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join([*lines, ""])


def _term(rule: Rule) -> str:
    if rule.code == "C1a":
        return "as the agreement says"
    if rule.term.unit == "named":
        return "the day that was named"
    if rule.term.unit == "before":
        return f"{rule.term.length} days before the day that was named"
    return f"{rule.term.length} {rule.term.unit}{'s' if rule.term.length > 1 else ''}"


class Command(BaseCommand):
    help = "Write the lifecycle of cases as a Markdown page with pictures."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(page(), ending="")
