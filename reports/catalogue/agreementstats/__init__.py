"""Statistics of agreements, A01 to A06: phases over time, counts beside stated ones, durations, and partners without one."""

from reports.catalogue.agreementstats import counts, durations, momentum, phases

ENTRIES = tuple(
    sorted(
        (*phases.ENTRIES, *counts.ENTRIES, *durations.ENTRIES, *momentum.ENTRIES),
        key=lambda entry: entry.code,
    )
)
