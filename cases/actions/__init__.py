"""Every write of this app, each a verb: keyword-only, `by` first, atomic, with its audit entry."""

from agreements.actions import StalePage, StepRefused
from cases.actions.assignment import assign, restate_basis
from cases.actions.intake import Intake, discard_draft, register_case, save_draft
from cases.actions.steps import StepRequest, take_step

__all__ = [
    "Intake",
    "StalePage",
    "StepRefused",
    "StepRequest",
    "assign",
    "discard_draft",
    "register_case",
    "restate_basis",
    "save_draft",
    "take_step",
]
