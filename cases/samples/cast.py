"""Who does what in the fictional cases."""

from dataclasses import dataclass
from datetime import date, timedelta

from cases.models import Case
from tracker.models import User


@dataclass(frozen=True, slots=True)
class Cast:
    """The people of the samples, their cases by name, and the day on which they are loaded."""

    officer: User
    supervisor: User
    foreign: User
    cases: dict[str, Case]
    today: date

    def day(self, days: int) -> date:
        """So many days after today; negative: before it."""
        return self.today + timedelta(days=days)
