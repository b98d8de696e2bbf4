"""Statistics of cases, S01 to S09: stocks and flows, results and times, clocks, and what both sides do for each other."""

from reports.catalogue.casework import clocks, ledger, pending, stock

ENTRIES = tuple(
    sorted((*stock.ENTRIES, *clocks.ENTRIES, *pending.ENTRIES, *ledger.ENTRIES), key=lambda entry: entry.code)
)
