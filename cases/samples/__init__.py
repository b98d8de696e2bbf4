"""Fictional cases with fictional partners (甲國 … 癸國), for trying the system: made by the real actions."""

from datetime import date

from django.db import transaction

from cases.models import Case
from cases.samples.beside import load_beside
from cases.samples.cards import LINES, load_sample_cards
from cases.samples.cast import Cast
from cases.samples.files import load_sample_cases
from cases.samples.letters import load_letters
from cases.samples.promises import load_promises
from cases.samples.table import SAMPLES
from cases.samples.time import load_time
from cases.samples.together import load_together
from tracker.models import User

__all__ = ["LINES", "SAMPLES", "load_sample_cards", "load_sample_cases", "load_samples"]


@transaction.atomic
def load_samples(*, officer: User, supervisor: User, foreign: User, today: date) -> dict[str, Case]:
    """Make the fictional cases with all that belongs to them; nothing where there are any already.

    ``officer`` and ``supervisor`` are of justice, ``foreign`` is an officer of foreign affairs. The paragraphs of
    letters are loaded before.

    :returns: the cases by the names that their samples have; empty when nothing was made.
    """
    cases = load_sample_cases(by=supervisor, today=today)
    if len(cases) == len(SAMPLES):
        cast = Cast(officer, supervisor, foreign, cases, today)
        for load in (load_together, load_beside, load_promises, load_time, load_letters):
            load(cast)
    return cases
