"""The administration of people: who is created, changed and ended by whom, who stands in for whom, and the review of it."""
