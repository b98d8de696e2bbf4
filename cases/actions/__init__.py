"""Every write of this app, each a verb: keyword-only, `by` first, atomic, with its audit entry."""

from agreements.actions import StalePage, StepRefused
from cases.actions.assignment import assign, restate_basis
from cases.actions.contents import Amendment, amend_case, keep_contents, void_case
from cases.actions.intake import Intake, Named, discard_draft, register_case, register_within, save_draft
from cases.actions.steps import StepRequest, take_step

__all__ = [
    "Amendment",
    "Intake",
    "Named",
    "StalePage",
    "StepRefused",
    "StepRequest",
    "amend_case",
    "assign",
    "discard_draft",
    "keep_contents",
    "register_case",
    "register_within",
    "restate_basis",
    "save_draft",
    "take_step",
    "void_case",
]
