"""The forms of letters: drafting, acting on a draft, sending, logging, saying what an answer means."""
