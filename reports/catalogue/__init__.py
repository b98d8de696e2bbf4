"""The catalogue of reports. A module of this package holds the reports of one subject; their codes never change."""

from reports.catalogue import agreementstats, casework, priorities, tables
from reports.catalogue.register import Entry, Group, NotLoaded
from reports.catalogue.shape import Cell, Check, Column, Kind, Note, Parameters, Report, Row

REPORTS: dict[str, Entry] = {
    entry.code: entry for module in (priorities, tables, casework, agreementstats) for entry in module.ENTRIES
}
"""Every report by its code."""

__all__ = [
    "REPORTS",
    "Cell",
    "Check",
    "Column",
    "Entry",
    "Group",
    "Kind",
    "NotLoaded",
    "Note",
    "Parameters",
    "Report",
    "Row",
]
