"""The pages of letters: the correspondence of a case, one letter, drafting, sending, the log, the note to a partner."""
