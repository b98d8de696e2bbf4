"""The life of an agreement as one table: its words in `stages`, its steps in `table`."""

from agreements.lifecycle.paths import Answers, Proposal, path_of, propose
from agreements.lifecycle.stages import (
    MAIN_PHASES,
    PHASE_OF,
    POSSIBLE_TRACKS,
    RECORD_TRACKS,
    Actor,
    Nature,
    Need,
    Phase,
    Stage,
    Track,
)
from agreements.lifecycle.table import (
    STEP_CHOICES,
    STEP_NAMES,
    STEPS,
    Step,
    awaited,
    basis_of,
    label_of,
    next_steps,
    possible_tracks,
    rows_for,
)

__all__ = [
    "MAIN_PHASES",
    "PHASE_OF",
    "POSSIBLE_TRACKS",
    "RECORD_TRACKS",
    "STEPS",
    "STEP_CHOICES",
    "STEP_NAMES",
    "Actor",
    "Answers",
    "Nature",
    "Need",
    "Phase",
    "Proposal",
    "Stage",
    "Step",
    "Track",
    "awaited",
    "basis_of",
    "label_of",
    "next_steps",
    "path_of",
    "possible_tracks",
    "propose",
    "rows_for",
]
