"""Every write of this app, each a verb: keyword-only, `by` first, atomic, with its audit entry."""

from agreements.actions.contacts import record_contact, withdraw_contact
from agreements.actions.corrections import correct_milestone, withdraw_milestone
from agreements.actions.figures import load_figures
from agreements.actions.progress import record_round, update_progress
from agreements.actions.recompute import recompute_clocks
from agreements.actions.refusals import StalePage, StepRefused
from agreements.actions.register import attach, edit, link, next_number, register
from agreements.actions.sources import add_source, choose_source
from agreements.actions.steps import StepPlan, StepRequest, obstacles, plan_step, take_step

__all__ = [
    "StalePage",
    "StepPlan",
    "StepRefused",
    "StepRequest",
    "add_source",
    "attach",
    "choose_source",
    "correct_milestone",
    "edit",
    "link",
    "load_figures",
    "next_number",
    "obstacles",
    "plan_step",
    "recompute_clocks",
    "record_contact",
    "record_round",
    "register",
    "take_step",
    "update_progress",
    "withdraw_contact",
    "withdraw_milestone",
]
