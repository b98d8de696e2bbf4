"""What is kept, shown and printed behind a report: its entry in the catalogue names it, and everybody asks here."""

from reports.catalogue import REPORTS, NotLoaded, Parameters, Report
from tracker.models import User


def behind(code: str, parameters: Parameters, *, reader: User | None) -> list[Report]:
    """The reports behind another one, of the same day and the same books; what is not loaded is left out.

    ``reader`` None reads everything (for commands). Those behind the priority report are the audit report's two tables.

    :raises KeyError: for a report that is not in the catalogue.
    """
    found = []
    for other in REPORTS[code].alongside:
        try:
            found.append(REPORTS[other].run(parameters, reader=reader))
        except NotLoaded:
            continue
    return found
