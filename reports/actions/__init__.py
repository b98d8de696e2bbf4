"""Every write of the reports: one verb, one function, one audit entry in the same transaction."""

from reports.actions.figures import IndicatorsRefused, Loaded, load_indicators, save_figure

__all__ = ["IndicatorsRefused", "Loaded", "load_indicators", "save_figure"]
