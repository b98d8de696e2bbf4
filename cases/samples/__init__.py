"""Fictional cases with fictional partners (甲國 … 癸國), for trying the system: made by the real actions."""

from cases.samples.cards import LINES, load_sample_cards
from cases.samples.files import SAMPLES, load_sample_cases
from cases.samples.letters import load_sample_letters

__all__ = ["LINES", "SAMPLES", "load_sample_cards", "load_sample_cases", "load_sample_letters"]
