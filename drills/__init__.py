"""Long trials, one command each: `python -m drills.NAME`. A small sample of the same code runs with the tests."""
