"""Indicators: values that carry what they rest on. `definitions` has the words, `collect` takes them from a store."""

from allears.indicators.definitions import BY_KEY, DEFINITIONS
from allears.indicators.result import Definition, Result

__all__ = ["BY_KEY", "DEFINITIONS", "Definition", "Result"]
