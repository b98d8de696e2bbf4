"""Statistics of cases: the statements that read them, the arithmetic that folds them, and the lists that they lead to."""
