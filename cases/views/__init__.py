"""The pages of cases: the list, logging one, the page of one, and the first page of justice."""
