"""Statistics of cases, as far as they are arithmetic and words; what reads and shows them is in the catalogue."""
