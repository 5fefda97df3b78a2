"""Moved to allears.aggregate.days."""

from allears.aggregate.days import SHIFT_MS, agent_days, day_calls, day_exposure, day_states, gaps, rests

__all__ = ["SHIFT_MS", "agent_days", "day_calls", "day_exposure", "day_states", "gaps", "rests"]
