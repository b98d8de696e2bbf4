"""Statistics of cases, S01 to S09: stocks and flows, results and times, clocks, and what both sides do for each other."""

from reports.catalogue.casework import pending, stock

ENTRIES = tuple(sorted((*stock.ENTRIES, *pending.ENTRIES), key=lambda entry: entry.code))
